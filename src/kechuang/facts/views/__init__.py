"""Pages of facts, by what they are about: subjects, sheets, workbooks, the vault, verification, questions."""
