"""OpenTelemetry, where it is installed (the extra `otel`) and told where traces go
(OTEL_EXPORTER_OTLP_ENDPOINT). Elsewhere a span is nothing, and costs nothing.

A trace is one request of Slack's or one posting: what it asked of the use cases, and these of the database,
and what it asked of Slack. Like the log it holds kinds and numbers, and nobody's words.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import structlog
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.requests import number
from bot.slack import SlackClient

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer

log = structlog.get_logger()

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
NOTHING = nullcontext()


class _Now:
    tracer: "Tracer | None" = None


def is_on() -> bool:
    return _Now.tracer is not None


def span(name: str, **what: str) -> AbstractContextManager[Any]:
    """Around a piece of work; with the number of the request in whose course it is done."""
    if _Now.tracer is None:
        return NOTHING
    return _Now.tracer.start_as_current_span(name, attributes={**what, "tidemark.request": number()})


def name_of(use_case: Callable[..., Any]) -> str:
    """As interview.answer."""
    return f"{use_case.__module__.rpartition('.')[2]}.{use_case.__name__}"


def begin(environment: Mapping[str, str] = os.environ) -> Callable[[], None]:
    """Where to is said by OpenTelemetry's own variables. Returns what ends it, and sends the rest."""
    if not any(environment.get(each) for each in ENDPOINTS):
        return _nothing
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        log.error("traces_not_sent", why="OpenTelemetry is missing: pip install '.[otel]', in a checkout")
        return _nothing
    provider = TracerProvider(resource=Resource.create({"service.name": "tidemark"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return begin_with(provider)


def begin_with(provider: "TracerProvider") -> Callable[[], None]:
    _Now.tracer = provider.get_tracer("tidemark")

    def end() -> None:
        _Now.tracer = None
        provider.shutdown()

    return end


def client_class() -> type[SlackClient]:
    return _Traced if is_on() else SlackClient


class _Traced(SlackClient):
    async def api_call(self, api_method: str, **asked: Any) -> AsyncSlackResponse:
        with span(f"slack {api_method}"):
            return await super().api_call(api_method, **asked)

    async def send(self, api_method: str, body: str) -> AsyncSlackResponse:
        with span(f"slack {api_method}"):
            return await super().send(api_method, body)


def _nothing() -> None:
    return None
