"""Pages of the register: reading (``reading``), keeping (``keeping``), recognitions, competence."""
