"""What we ask people, tell them, agree with them and remind them of.

One function for each thing that a person can do. `desk` first: a use case, exactly one transaction.
`tx` first: a step inside one. Neither: pure.
"""
