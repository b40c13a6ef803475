"""The cockpit (驾驶舱) and the front page: where the plan stands, counted from the register.

Stores nothing. Every number is counted for the person who asks and opens the list of
exactly the platforms behind it.
"""
