"""What went over the wire, for those who count postings; whether something is under way; and what goes
wrong with the next calls, for those who try an app on a bad day."""

from __future__ import annotations

import contextlib
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from workspace.pulse import Pulse
from workspace.state import Json

LONGEST_LOG = 20_000
#: How a call goes wrong: it is taken but its reply is lost; or it is not taken, and what comes back is no
#: JSON. Any other word is an error that Slack says.
LOST, UNAVAILABLE = "lost", "unavailable"
to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Exchange:
    """One request of the app and its answer. A response URL appears under the method `response_url`."""

    method: str
    args: Json
    response: Json
    status: int
    at: float


@dataclass
class WireLog:
    pulse: Pulse
    exchanges: deque[Exchange] = field(default_factory=lambda: deque(maxlen=LONGEST_LOG))
    busy: int = 0
    seen: int = 0
    spoilt: dict[str, deque[str]] = field(default_factory=dict)

    def spoil(self, method: str, how: str, times: int = 1) -> None:
        """The next calls of this method go wrong; a response URL is called `response_url`."""
        self.spoilt.setdefault(method, deque()).extend([how] * times)

    def goes_wrong(self, method: str) -> str | None:
        """How this call goes wrong, if it does; each is used up once."""
        waiting = self.spoilt.get(method)
        return waiting.popleft() if waiting else None

    def add(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    @contextlib.contextmanager
    def in_flight(self) -> Iterator[None]:
        self.busy += 1
        self.seen += 1
        try:
            yield
        finally:
            self.busy -= 1
            self.pulse.nudge()
