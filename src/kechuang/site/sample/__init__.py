"""The sample city (示例城市): enough invented organisations, people and platforms to try everything on.

Anshun's real divisions, departments and plan; everything invented says 示例 in its name, is
the same on every machine, is entered through the same services as real data, and is
removed by one command.
"""
