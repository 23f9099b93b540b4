"""Slack's pace: so many calls a minute for each method, one message a second in each channel, small bursts.

It is counted in real time, since a client that is told to wait waits for real.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

from workspace.refusals import ApiError

PER_MINUTE = {0: 600, 1: 1, 2: 20, 3: 50, 4: 100}
POSTS_PER_MINUTE = 300
POST_BURST = 4
MINUTE = 60.0


class TooFast(ApiError):
    def __init__(self, wait: float) -> None:
        super().__init__("ratelimited")
        self.retry_after = max(1, math.ceil(wait))


class Limits:
    """Windows of a minute for the methods; for a channel's posts, a bucket that refills by one a second."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._windows: dict[str, deque[float]] = {}
        self._buckets: dict[str, tuple[float, float]] = {}

    def spend(self, method: str, tier: int, channel: str) -> None:
        if method == "chat.postMessage":
            self._post(channel)
        self._call(method, POSTS_PER_MINUTE if method == "chat.postMessage" else PER_MINUTE[tier])

    def _call(self, method: str, most: int) -> None:
        now, window = self._now(), self._windows.setdefault(method, deque())
        while window and window[0] <= now - MINUTE:
            window.popleft()
        if len(window) >= most:
            raise TooFast(window[0] + MINUTE - now)
        window.append(now)

    def _post(self, channel: str) -> None:
        now = self._now()
        left, since = self._buckets.get(channel, (float(POST_BURST), now))
        left = min(float(POST_BURST), left + now - since)
        if left < 1:
            raise TooFast(1 - left)
        self._buckets[channel] = (left - 1, now)
