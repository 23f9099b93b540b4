"""How bad the day is: what goes wrong because somebody asked for it, and what goes wrong by chance.

Chance comes from the seed of the forecast alone: the same call, counted by its method, fares the same in
every run, whatever else happens meanwhile.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Iterator

from workspace.forecast import Forecast
from workspace.limits import Limits

#: How a call goes wrong: it is taken but its reply is lost; or it is not taken, and what comes back is no
#: JSON. Any other word is an error that Slack says.
LOST, UNAVAILABLE = "lost", "unavailable"
#: How much later an event arrives that others may overtake.
LATE_BY = 0.05


class Weather:
    def __init__(self, forecast: Forecast | None = None) -> None:
        self._spoilt: dict[str, deque[str]] = {}
        self.turn(forecast or Forecast())

    def turn(self, forecast: Forecast) -> None:
        """The weather from now on. What was spoilt on purpose stays so."""
        self.forecast = forecast
        self.limits = Limits() if forecast.rate_limits else None
        self.without = frozenset(forecast.without)
        self._drawn: Counter[str] = Counter()

    def spoil(self, method: str, how: str, times: int = 1, channel: str = "") -> None:
        """The next calls of this method go wrong, or those that name this channel are refused; a response URL
        is called `response_url`."""
        self._spoilt.setdefault(f"{method} {channel}".strip(), deque()).extend([how] * times)

    def refuses(self, method: str, channel: object) -> str | None:
        """The error that this call gets because of the channel that it names."""
        waiting = self._spoilt.get(f"{method} {channel}")
        return waiting.popleft() if waiting else None

    def goes_wrong(self, method: str) -> str | None:
        """How this call goes wrong, if it does; what is spoilt is used up once."""
        waiting = self._spoilt.get(method)
        if waiting:
            return waiting.popleft()
        for how, likely in self.forecast.faults:
            if self._happens(f"{how}/{method}", likely):
                return how
        return None

    def delay(self, method: str) -> float:
        """How long this call takes on its way, in seconds."""
        return self.forecast.latency and self.forecast.latency * self._draw(f"latency/{method}")

    def deliveries(self) -> Iterator[float]:
        """An event is delivered so many times, each so many seconds late."""
        late = self._happens("reordered", self.forecast.reordered)
        yield LATE_BY * self._draw("late") if late else 0.0
        if self._happens("duplicates", self.forecast.duplicates):
            yield LATE_BY * self._draw("late again")

    def drops_the_socket(self) -> bool:
        """After this envelope, its connection is gone."""
        return self._happens("drops", self.forecast.drops)

    def _happens(self, what: str, likely: float) -> bool:
        return likely > 0 and self._draw(what) < likely

    def _draw(self, what: str) -> float:
        self._drawn[what] += 1
        return random.Random(f"{self.forecast.seed}/{what}/{self._drawn[what]}").random()
