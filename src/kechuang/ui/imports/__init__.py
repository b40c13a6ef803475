"""Spreadsheets into the register: templates, recognition, dry run, import, undo; all from one declaration."""
