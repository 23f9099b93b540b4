"""A trace says what a request caused, and nothing that anybody said; without OpenTelemetry there is none."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot import tracing
from bot.slack import SlackClient
from storage.store import Store
from tests.e2e.workspace import scene


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    end = tracing.begin_with(provider)
    yield kept
    end()


async def test_a_request_its_use_cases_its_postings_and_its_calls_are_one_trace(
    store: Store, spans: InMemorySpanExporter
) -> None:
    async with scene(store) as stage:
        ana = stage.person("ana")
        await stage.launch("ana")
        await ana.clicks("Start")
        await ana.clicks("B", message=await ana.sees("Question 1 of 4"))
        await ana.sees("Question 2 of 4")
        await ana.says("C: quarantined pigeons")
        await ana.sees("Question 3 of 4")

    found = spans.get_finished_spans()
    (answered,) = (each for each in found if each.name == "interview.answer")
    trace = [each for each in found if each.context.trace_id == answered.context.trace_id]
    assert {"action", "interview.answer", "posting", "slack chat.postMessage"} <= {
        each.name for each in trace
    }
    by_id = {each.context.span_id: each for each in trace}
    assert by_id[parent_of(answered)].name == "action"
    assert len({str((each.attributes or {})["tidemark.request"]) for each in trace}) == 1
    told = " ".join(each.to_json() for each in found)
    assert "pigeons" not in told
    assert stage.server.bot_token not in told


def parent_of(span: ReadableSpan) -> int:
    assert span.parent
    return span.parent.span_id


def test_without_a_place_to_send_them_there_are_no_traces() -> None:
    end = tracing.begin({})

    assert not tracing.is_on()
    assert tracing.span("anything") is tracing.NOTHING
    assert tracing.client_class() is SlackClient
    end()


def test_without_the_package_it_says_so_and_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)

    tracing.begin({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"})

    assert not tracing.is_on()
    assert ".[otel]" in capsys.readouterr().out


def test_only_tracing_knows_opentelemetry() -> None:
    knowing = [file.as_posix() for file in Path("bot").rglob("*.py") if "opentelemetry" in file.read_text()]

    assert knowing == ["bot/tracing.py"]
