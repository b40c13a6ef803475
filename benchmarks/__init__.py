"""Commands that print figures and ratios in one run, each against a reference named beside it."""
