"""Expert review (专家评审): experts, conflicts of interest, panels, draws, assignments, score sheets, rankings.

Answers for every step between an application and its decision being one that nobody need take on
trust: a draw is re-run from its protocol, an assignment carries its proof, a ranking says who moved
and by which rule. The arithmetic lives in ``kechuang.pure``; ``cli`` checks files without a database.
"""
