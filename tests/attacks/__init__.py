"""Attacks: real payloads for every listener, sent by the wrong person, from the wrong place, with the wrong
ids.

    found = harvest()                               # once in a process; found.all, found.missing
    async with town() as here:                      # a bot without sockets
        example = found.all[0]
        here.goes_to(example)                       # the database and the clock in which it works
        outcome = await here.does(example.gesture)  # the ack, what was said after it, refusals, failures
"""
