"""What went over the wire, for those who count postings, and whether something is under way."""

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
