"""Forms of the plan: what a person types, before a service judges it."""
