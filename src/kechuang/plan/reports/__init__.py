"""Reports on the plan as paper: the half-year table, a unit's sheet, the plan's yearly and final evaluation.

Each is built from what the asker may see and the register's own counts, as one
``ReportPaper`` that leaves the house as Word, PDF or Excel.
"""
