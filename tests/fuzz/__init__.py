"""Fuzzing: anybody does anything in any order, and whatever is sent to us may be broken. docs/testing.md."""
