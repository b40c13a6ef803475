"""How any page, table, export and form is made: one declaration per object type, five faces."""
