"""Pictures drawn on a terminal: a module each protocol, and the choice among them.

What reaches the terminal is made here, from pixels: no byte of a foreign picture is passed on.
"""
