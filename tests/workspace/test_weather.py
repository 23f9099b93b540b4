"""Bad weather: off unless asked for, and the same again from the same seed."""

from collections import Counter
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import ValidationError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.workspace.places import SEED
from workspace.__main__ import main
from workspace.forecast import Forecast
from workspace.people import People
from workspace.seed import Seed
from workspace.server import Workspace
from workspace.weather import Weather

STORM: dict[str, Any] = {"unavailable": 0.2, "lost": 0.1, "internal_error": 0.1}


def fates(seed: int | None, method: str = "chat.postMessage", **forecast: Any) -> list[str | None]:
    weather = Weather(Forecast(seed=seed, **forecast))
    return [weather.goes_wrong(method) for _ in range(200)]


def test_it_is_calm_unless_asked_for() -> None:
    calm = Weather()

    assert fates(None) == [None] * 200
    assert (calm.delay("chat.postMessage"), list(calm.deliveries()), calm.drops_the_socket()) == (
        0,
        [0],
        False,
    )
    assert calm.limits is None


def test_the_same_seed_is_the_same_weather() -> None:
    one, again, other = fates(7, **STORM), fates(7, **STORM), fates(8, **STORM)

    assert one == again
    assert one != other
    counted = Counter(one)
    assert counted.keys() == {None, "unavailable", "lost", "internal_error"}
    assert 20 <= counted["unavailable"] <= 60


def test_a_call_fares_the_same_whatever_happens_beside_it() -> None:
    mixed = Weather(Forecast(seed=7, **STORM))
    both = [(mixed.goes_wrong("chat.postMessage"), mixed.goes_wrong("views.open")) for _ in range(200)]

    assert [post for post, _ in both] == fates(7, **STORM)


def test_chance_needs_a_seed() -> None:
    with pytest.raises(ValidationError, match="needs a seed"):
        Forecast(lost=0.1)
    assert Forecast(rate_limits=True, without=("table",)).seed is None


def test_a_forecast_can_be_typed() -> None:
    typed = Forecast.read("seed=7,latency=0.2,lost=0.01,rate_limits=yes,without=table+data_table")

    assert typed == Forecast(
        seed=7, latency=0.2, lost=0.01, rate_limits=True, without=("table", "data_table")
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [("lost=0.1", "needs a seed"), ("storm", "'storm' is not like seed=7"), ("seed=7,lost=2", "lost")],
)
def test_a_forecast_that_is_none_is_refused(typed: str, said: str) -> None:
    refused = CliRunner().invoke(main, ["--weather", typed])

    assert refused.exit_code == 2
    assert said in refused.output


def test_calls_take_longer_and_never_equally_long() -> None:
    weather = Weather(Forecast(seed=7, latency=0.2))

    delays = [weather.delay("chat.postMessage") for _ in range(50)]

    assert all(0 < delay < 0.2 for delay in delays)
    assert len(set(delays)) == 50


def test_events_come_twice_and_late() -> None:
    weather = Weather(Forecast(seed=7, duplicates=1.0, reordered=0.5))

    rounds = [list(weather.deliveries()) for _ in range(100)]

    assert {len(each) for each in rounds} == {2}
    assert 30 <= sum(each[0] > 0 for each in rounds) <= 70


async def test_every_event_arrives_twice_with_its_id(slack: People) -> None:
    await slack.weather(seed=7, duplicates=1.0)

    await slack.person("ana").says("hello", to="harbour-works")
    await slack.settled()

    ids = [each["payload"]["event_id"] for each in await slack.envelopes()]
    assert Counter(ids).most_common(1)[0][1] >= 2
    assert len(set(ids)) == 1


async def test_slack_may_not_know_a_block_yet(client: AsyncWebClient, slack: People) -> None:
    table: Any = {"type": "table", "rows": [[{"type": "raw_text", "text": "1"}]]}
    await slack.weather(without=["table"])

    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel="#general", text="x", blocks=[table])
    await slack.weather()

    assert refused.value.response["errors"] == ["unsupported type: table [json-pointer:/blocks/0/type]"]
    assert (await client.chat_postMessage(channel="#general", text="x", blocks=[table]))["ok"]


async def test_the_weather_is_in_the_seed() -> None:
    stormy = Seed.model_validate(SEED.model_dump() | {"weather": {"seed": 1, "internal_error": 1.0}})
    async with Workspace.start(stormy) as server:
        client = AsyncWebClient(server.bot_token, base_url=server.api_url)

        with pytest.raises(SlackApiError, match="internal_error"):
            await client.auth_test()


async def test_a_bad_forecast_is_refused_in_a_sentence(slack: People) -> None:
    with pytest.raises(AssertionError, match="needs a seed"):
        await slack.weather(lost=0.5)
