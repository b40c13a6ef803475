"""Views of the plan: load, ask access, one service call, answer."""
