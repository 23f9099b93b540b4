"""What a tracker has against us, as one error."""

from collections.abc import Mapping
from datetime import timedelta

from bot.retryafter import retry_after
from conversation.ticketing import Obstacle

#: No tracker keeps us waiting for longer than this, whatever it says.
LONGEST_WAIT = timedelta(hours=6)


class TrackerTrouble(Exception):
    """`words` are the tracker's own; `after`: it wants to be left alone for so long."""

    def __init__(self, obstacle: Obstacle, words: str = "", *, after: timedelta | None = None) -> None:
        super().__init__(str(obstacle))
        self.obstacle, self.words, self.after = obstacle, words, after


def silent(headers: Mapping[str, str] | None = None) -> TrackerTrouble:
    """It cannot be reached, or not now; it may say for how long."""
    return TrackerTrouble(Obstacle.SILENT, after=retry_after(headers or {}, most=LONGEST_WAIT))
