"""What a monitor reads from us: Prometheus, at /metrics. Numbers only: no names and no ids.

What is counted as it happens is a counter of its own; the rest is asked for when somebody looks.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST
#: Seconds; Slack waits for three.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
#: What Slack sends, by `type` of what was done; anything else is counted as `other`.
_KINDS = {
    *("block_actions", "view_submission", "view_closed", "block_suggestion"),
    *("shortcut", "message_action", "url_verification"),
}


@dataclass(frozen=True)
class Now:
    """What is true as somebody looks. `owed` messages are due and not sent, the oldest since so many seconds;
    None where the database does not say."""

    postings: Mapping[str, int]
    owed: int | None
    oldest: float | None
    beat_lag: float
    database_errors: int
    processes: int


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "tidemark_requests", "Requests by kind and outcome.", ["kind", "outcome"], registry=self._registry
        )
        self._acks = Histogram(
            "tidemark_ack_seconds",
            "From a request that was read to its answer, in seconds.",
            ["kind"],
            buckets=BUCKETS,
            registry=self._registry,
        )

    def acked(self, kind: str, status: int, seconds: float) -> None:
        self._requests.labels(kind, "acked" if status < 300 else "failed").inc()
        self._acks.labels(kind).observe(seconds)

    def refused(self, why: str) -> None:
        """Before anything in it was read."""
        self._requests.labels("unread", why).inc()

    def text(self, now: Now) -> bytes:
        with_now = CollectorRegistry()
        with_now.register(_Of(lambda: self._registry.collect()))
        with_now.register(_Of(lambda: _families(now)))
        return generate_latest(with_now)


def kind_of(body: Mapping[str, object]) -> str:
    """Of what Slack sent."""
    if "command" in body:
        return "command"
    said = str(body.get("type"))
    return "event" if said == "event_callback" else said if said in _KINDS else "other"


class _Of(Collector):
    def __init__(self, collect: Callable[[], Iterable[Metric]]) -> None:
        self._collect = collect

    def collect(self) -> Iterable[Metric]:
        return self._collect()


def _families(now: Now) -> Iterable[Metric]:
    postings = CounterMetricFamily(
        "tidemark_postings", "Messages by what became of them.", labels=["outcome"]
    )
    for outcome, number in now.postings.items():
        postings.add_metric([outcome], number)
    yield postings
    if now.owed is not None and now.oldest is not None:
        yield GaugeMetricFamily("tidemark_postings_owed", "Messages due and not sent yet.", now.owed)
        yield GaugeMetricFamily(
            "tidemark_postings_oldest_seconds", "How long the oldest of them has been due.", now.oldest
        )
    yield GaugeMetricFamily(
        "tidemark_beat_lag_seconds", "Since this process last looked for what is due.", now.beat_lag
    )
    yield GaugeMetricFamily("tidemark_processes", "Processes that share Slack's budget.", now.processes)
    yield CounterMetricFamily(
        "tidemark_database_errors", "Statements that failed because of the database.", now.database_errors
    )
