"""The people's doors, under /_workspace: another process drives people here, and reads what they see.

Every answer is JSON. What a person cannot do is answered with status 409 and a sentence.
"""
