"""Arithmetic of the assessment: answers become levels, gaps, priorities and a roadmap. No I/O.

Whatever decides something (a level, a state, an order) is compared in integers or fractions, so a tie is
a tie.
"""
