"""Who removed us, and is forgotten after a while. A start begins with it, so it needs the store alone."""

from datetime import datetime

from storage.store import Store


def erase(store: Store, now: datetime) -> tuple[str, ...]:
    """Of those who removed us long enough ago nothing is kept, whichever workspace that is: its own process
    may not be able to start any more. Returns their ids."""
    gone = store.departed(now)
    for team in gone:
        with store.transaction(team) as tx:
            tx.erasure.erase_workspace()
    return tuple(gone)
