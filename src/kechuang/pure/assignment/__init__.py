"""Assigning experts to proposals (专家分配), exactly and with a proof.

``reading`` checks a file, ``solving`` finds the optimum, ``infeasibility`` says in words why there
is none, ``checking`` confirms a result without any solver. Nothing is imported here, so that the
checker stays free of numpy and of the solver.
"""
