"""What the processes that serve one workspace tell each other. None of it has to last: each notice holds
until a time, and who misses one goes by what they know."""

from collections.abc import Iterable

from conversation.desk import Desk
from storage.records import Notice

#: A process runs; about its name in the ledger.
RUNS = "runs"
#: Slack lets us wait there; about a channel or a person.
HELD = "held"
#: Somebody has chosen another language; about them.
SPEAKS = "speaks"


def exchange(desk: Desk, mine: Iterable[Notice]) -> tuple[Notice, ...]:
    """Tell the others these, and hear all that hold now."""
    with desk.transaction() as tx:
        tx.notices.give(mine)
        return tuple(tx.notices.current(desk.now()))


def leave(desk: Desk) -> None:
    """This process runs no longer."""
    with desk.transaction() as tx:
        tx.notices.take_back(RUNS, desk.claimant)
