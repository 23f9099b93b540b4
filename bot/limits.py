"""How often somebody may ask: counted by this process, in memory, and forgotten soon."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from math import ceil

#: Of so many it is known at most; of more, those who were new longest ago are forgotten.
MOST_KEPT = 20_000


class Rate:
    """So many (`most`) in a span of `per` seconds, for each by itself. `now` are seconds that only grow."""

    def __init__(self, most: int, *, per: float, now: Callable[[], float]) -> None:
        self._most, self._per, self._now = most, per, now
        self._spans: OrderedDict[Hashable, tuple[float, int]] = OrderedDict()

    def count(self, who: Hashable) -> None:
        began, number = self._span(who)
        self._spans[who] = began, number + 1
        if len(self._spans) > MOST_KEPT:
            self._spans.popitem(last=False)

    def wait(self, who: Hashable) -> int:
        """For how many seconds it is too often; 0 if it is not."""
        began, number = self._span(who)
        return 0 if number < self._most else max(1, ceil(began + self._per - self._now()))

    def _span(self, who: Hashable) -> tuple[float, int]:
        began, number = self._spans.get(who, (self._now(), 0))
        if self._now() < began + self._per:
            return began, number
        self._spans.pop(who)
        return self._now(), 0
