"""The white paper's ABC Inc. case, played by simulated people in a local workspace.

Above `bot` and `workspace`, because it needs both: the people act through Slack's own surface, and the
clock is moved, not waited for.
"""
