"""The roof: settings, addresses, the command line, the embedded database and the assets.

It wires what the floors below offer and holds no rule of the field.
"""
