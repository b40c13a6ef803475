"""Ground floor: evaluation by index systems (评价指标体系).

A system is data: blocks of weighted items, each with a value in the condition language and a rule that turns the value
into points. Scoring explains every point; what is not known gives none, is told as 缺, and keeps the grade back.
"""
