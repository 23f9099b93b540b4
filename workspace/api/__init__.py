"""The Web API: one function for each method, found by its name."""
