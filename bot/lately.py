"""What Slack said of people a moment ago, which serves the next step, too."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from typing import Generic, TypeVar

T = TypeVar("T")
#: It is believed for so long.
LATELY = timedelta(minutes=5)


class Lately(Generic[T]):
    """By the ids of people; of nobody anything older."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._said: dict[str, tuple[T, datetime]] = {}

    def keep(self, user_id: str, said: T) -> None:
        """In place of what was said before."""
        self.forget(user_id)
        self._said[user_id] = said, self._now()
        self._forget_old_ones()

    def of(self, user_id: str) -> T | None:
        said, at = self._said.get(user_id, (None, self._now()))
        return said if self._is_lately(at) else None

    def forget(self, user_id: str) -> None:
        self._said.pop(user_id, None)

    def _is_lately(self, at: datetime) -> bool:
        """And not of a time that is yet to come, by a clock that was set back."""
        return at <= self._now() < at + LATELY

    def _forget_old_ones(self) -> None:
        """The oldest are the first."""
        for user, (_, at) in [*islice(self._said.items(), 2)]:  # one comes, and two may go
            if not self._is_lately(at):
                del self._said[user]
