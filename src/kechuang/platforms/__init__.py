"""The register of innovation platforms (平台登记库): every platform, every level, every day.

Answers for what the register said on any past day as exactly as for today. What is true
of a platform over time stands in dated rows (``PlatformPeriod``, ``Recognition``,
``Standing``); ``RegisterEntry`` is composed from them and from the host's own history, one
row for each span of days on which nothing changed. Lists, pages, exports, the API, access
and the plan's counters all read that one table.
"""
