"""Who is who, and who holds which office where and until when (人员、单位、岗位).

Answers for people (``User``), departments, counties, organisations with their history
(``OrganisationPeriod``), and dated offices including delegation; from these it builds the
``Actor`` that every access table asks about.
"""
