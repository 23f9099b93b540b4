"""What the app is sent, as the log keeps it, however it travels."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from workspace.state import Ack, Json

LONGEST_LOG = 20_000
#: Why nobody answered, in the words that a person reads below a command.
LOST, NOBODY, LATE, FAILED = "connection_lost", "dispatch_failed", "operation_timeout", "http_service_error"


@dataclass
class Envelope:
    """One envelope on its way. `ack` stays None while nothing came back; `reason` says why it comes again;
    `took` is how many real seconds the answer took."""

    id: str
    kind: str
    payload: Json
    attempt: int
    at: float
    reason: str = ""
    ack: Ack | None = None
    took: float | None = None


@dataclass
class Letters:
    """`sent` only grows; `busy` are those that wait for an answer."""

    log: deque[Envelope] = field(default_factory=lambda: deque(maxlen=LONGEST_LOG))
    sent: int = 0
    busy: int = 0

    def write(self, letter: Envelope) -> Envelope:
        self.log.append(letter)
        self.sent += 1
        return letter

    def last_acked(self, count: int) -> list[Envelope]:
        acked = [each for each in self.log if each.kind == "events_api" and each.ack and each.ack.acked]
        return acked[-count:] if count else []
