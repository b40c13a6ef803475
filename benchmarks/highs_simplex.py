"""Solve one linear programme by HiGHS dual simplex, in a process of its own.

OR-Tools brings a HiGHS of its own build, and the two cannot live in one process. Reads an ``.npz``
with ``cost``, ``row_lower``, ``row_upper``, ``starts``, ``index`` (columns between 0 and 1, all entries 1);
prints seconds on the wall and of the processor, and the greatest value.
"""

from __future__ import annotations

import sys
import time

import highspy
import numpy as np


def main() -> None:
    """Solve the file named on the command line."""
    data = np.load(sys.argv[1])
    columns = len(data["cost"])
    began, used = time.perf_counter(), time.process_time()
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own signature
    solver.setOptionValue("solver", "simplex")
    problem = highspy.HighsLp()
    problem.num_col_, problem.num_row_ = columns, len(data["row_lower"])
    problem.col_cost_ = -data["cost"]
    problem.col_lower_, problem.col_upper_ = np.zeros(columns), np.ones(columns)
    problem.row_lower_, problem.row_upper_ = data["row_lower"], data["row_upper"]
    problem.a_matrix_.start_, problem.a_matrix_.index_ = data["starts"], data["index"]
    problem.a_matrix_.value_ = np.ones(len(data["index"]))
    solver.passModel(problem)
    solver.run()
    print(time.perf_counter() - began, time.process_time() - used, -solver.getObjectiveValue())


if __name__ == "__main__":
    main()
