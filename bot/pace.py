"""Slack's budget: one message a second in a channel with a small burst, a few hundred a minute in a
workspace, and fifty changes a minute to messages that stand there. We keep to it ourselves, so that Slack
need not say no and nobody waits for it. Of several processes each keeps to its share.
"""

from collections.abc import Callable

BURST, PER_SECOND = 3.0, 1.0
TEAM_BURST, TEAM_PER_SECOND = 40.0, 4.0
_WHOLE_TEAM = ""
#: In place of a channel: what changes messages that stand somewhere, all together.
CHANGES = "chat.update"
CHANGES_BURST, CHANGES_PER_SECOND = 10.0, 0.6
#: Seconds after which what was booked is not going to be spent here.
UNSPENT = 300.0


class Pace:
    """Buckets that refill with time. `now` counts seconds, like a loop's clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._buckets: dict[str, tuple[float, float]] = {}
        self._held: dict[str, float] = {}
        self._booked: dict[str, float] = {}
        self._processes = 1

    def share(self, processes: int) -> None:
        """From now on with so many, ourselves among them."""
        self._processes = processes

    def book(self, channel: str, key: str) -> bool:
        """Take one message from the budget, if there is one left, for the posting of this key: of many who
        find room at the same moment only so many get it as there is."""
        if not self.spend(channel):
            return False
        self._booked[key] = self._now()
        return True

    def spend(self, channel: str, key: str = "") -> bool:
        """Take one message from the budget, if there is one left, or the one that was booked, unless Slack
        lets us wait there since."""
        if self._booked.pop(key, None) is not None and channel not in self.held():
            return True
        if self.wait(channel) > 0:
            return False
        self._take(channel)
        return True

    def put_off(self, channel: str, key: str) -> float:
        """Book the next one that nobody has reserved, for the posting of this key; in how many seconds it is
        there."""
        wait = self.reserve(channel)
        self._forget_unspent()
        self._booked[key] = self._now() + wait
        return wait

    def unbook(self, key: str) -> None:
        """What was booked is not going to be spent."""
        self._booked.pop(key, None)

    def reserve(self, channel: str) -> float:
        """Take one message that is not there yet, behind all who did so before; it may be sent in so many
        seconds."""
        wait = self.wait(channel)
        self._take(channel)
        return wait

    def hold_off(self, channel: str, seconds: float) -> None:
        """Slack asked us to wait that long; whoever has reserved waits for no less than before."""
        self._empty(channel, seconds)
        self._held[channel] = self._now() + seconds

    def held(self) -> dict[str, float]:
        """Where Slack lets us wait, and for how many seconds still."""
        now = self._now()
        self._held = {channel: until for channel, until in self._held.items() if until > now}
        return {channel: until - now for channel, until in self._held.items()}

    def hear(self, channel: str, seconds: float) -> None:
        """Slack asked another process to wait there."""
        if seconds > self.wait(channel):
            self._empty(channel, seconds)

    def wait(self, channel: str) -> float:
        """Seconds until the next message may be sent there."""
        return max(
            max(0.0, (1 - self._left(bucket, burst, rate)) / rate)
            for bucket, burst, rate in self._limits(channel)
        )

    def _take(self, channel: str) -> None:
        for bucket, burst, rate in self._limits(channel):
            self._buckets[bucket] = (self._left(bucket, burst, rate) - 1, self._now())
        if len(self._buckets) > 10_000:
            self._forget_full_ones()

    def _empty(self, channel: str, seconds: float) -> None:
        (_, burst, rate), *_ = self._limits(channel)
        self._buckets[channel] = (min(1 - seconds * rate, self._left(channel, burst, rate)), self._now())

    def _limits(self, channel: str) -> tuple[tuple[str, float, float], ...]:
        shares = self._processes
        if channel == CHANGES:
            return ((CHANGES, max(1.0, CHANGES_BURST / shares), CHANGES_PER_SECOND / shares),)
        return (
            (channel, max(1.0, BURST / shares), PER_SECOND / shares),
            (_WHOLE_TEAM, max(1.0, TEAM_BURST / shares), TEAM_PER_SECOND / shares),
        )

    def _left(self, bucket: str, burst: float, rate: float) -> float:
        left, since = self._buckets.get(bucket, (burst, self._now()))
        return min(burst, left + (self._now() - since) * rate)

    def _forget_unspent(self) -> None:
        """What was booked for postings that another process has sent meanwhile."""
        while self._booked and next(iter(self._booked.values())) < self._now() - UNSPENT:
            del self._booked[next(iter(self._booked))]

    def _forget_full_ones(self) -> None:
        _, burst, rate = self._limits("")[0]
        full = [
            b
            for b in self._buckets
            if b not in {_WHOLE_TEAM, CHANGES} and self._left(b, burst, rate) >= burst
        ]
        for bucket in full:
            del self._buckets[bucket]
