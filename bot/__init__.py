"""Slack in, Slack out: understands what was clicked or typed, draws what comes back, decides nothing."""
