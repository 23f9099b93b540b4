"""The bot as a service to which Slack sends signed requests: what it takes, what it refuses, how it stops."""

import asyncio
import hashlib
import hmac
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, suppress
from datetime import date
from io import BytesIO
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession
from multidict import CIMultiDict
from yarl import URL

from bot import clock
from bot.entrance import CannotListen, CannotListenYet
from bot.feeds import MOST_READS
from bot.service import LARGEST_BODY, LARGEST_HEAD, Pages, Service
from bot.settings import ListeningSettings
from bot.stopping import Stop
from conversation import agreeing, plans
from storage.records import Person
from storage.store import Store
from tests.e2e.planned import OBJECTIVE, planned
from tests.e2e.test_dialogues import the_plan
from tests.e2e.test_resilience import question
from tests.e2e.workspace import Scene, Town, free_port, town
from tests.postgres import Postgres
from workspace.people import Someone

TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
OK, UNAUTHORISED, NOT_FOUND, TOO_SLOW, TOO_LARGE, TOO_OFTEN, UNAVAILABLE = 200, 401, 404, 408, 413, 429, 503
FIVE_MINUTES = 300


@pytest.fixture
async def place(store: Store) -> AsyncIterator[Town]:
    async with town(store) as ready:
        yield ready


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


def signed(secret: str, body: bytes, *, ago: float = 0.0) -> dict[str, str]:
    at = str(int(clock.now().timestamp() - ago))
    digest = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        TIMESTAMP: at,
        SIGNATURE: f"v0={digest}",
        "Content-Type": "application/x-www-form-urlencoded",
    }


def changed(headers: Mapping[str, str], how: Callable[[str], str]) -> dict[str, str]:
    return {**headers, SIGNATURE: how(headers[SIGNATURE])}


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    """Of which nobody says beforehand how much there will be."""
    for start in range(0, len(body), 1 << 16):
        yield body[start : start + (1 << 16)]


async def test_commands_forms_buttons_typed_words_and_events_come_by_request(place: Town) -> None:
    async with place.service() as (stage, _):
        lee, ana = stage.person("lee"), stage.person("ana")
        await stage.launch("ana")
        await ana.clicks("Start")
        await ana.clicks("B", message=await question(ana, 1))
        await question(ana, 2)
        await ana.says("C")
        await question(ana, 3)
        home = await lee.opens_home()
        await stage.slack.settled()

    assert "Fraud team" in home.shown
    assert {letter.kind for letter in place.server.sockets.log} == {
        *("events_api", "slash_commands", "interactive")
    }
    assert all(letter.ack and letter.ack.acked for letter in place.server.sockets.log)


async def test_an_event_that_comes_again_is_answered_once(place: Town) -> None:
    async with place.service() as (stage, _):
        ana = stage.person("ana")
        await stage.launch("ana")
        await ana.clicks("Start")
        await question(ana, 1)
        await ana.says("C")
        await question(ana, 2)
        before = len(await ana.dm())
        await stage.slack.redeliver(last=1)
        await stage.slack.settled()

        assert len(await ana.dm()) == before


async def test_while_the_signing_secret_is_changed_both_are_good(place: Town, http: ClientSession) -> None:
    body = urlencode({"command": "/tidemark", "text": "help", "team_id": place.server.team.id}).encode()
    old, new = place.server.team.app.signing_secret, "the-secret-from-now-on"
    found = {}
    async with place.service(TIDEMARK_SIGNING_SECRET=f"{new}, {old}") as (_, url):
        for secret in (old, new, "a-secret-of-another-app"):
            headers = signed(secret, body)
            async with http.post(f"{url}/slack/events", data=body, headers=headers) as answer:
                found[secret] = answer.status

    assert found == {old: OK, new: OK, "a-secret-of-another-app": UNAUTHORISED}


async def test_what_is_not_from_slack_now_is_refused_and_does_nothing(
    place: Town, http: ClientSession
) -> None:
    secret = place.server.team.app.signing_secret
    body = urlencode({"command": "/tidemark", "text": "help", "team_id": place.server.team.id}).encode()
    well = signed(secret, body)
    large = b"a" * (LARGEST_BODY + 1)
    wrong: dict[str, tuple[object, Mapping[str, str], int]] = {
        "signed": (body, well, OK),
        "no signature": (body, {}, UNAUTHORISED),
        "no timestamp": (body, {**well, TIMESTAMP: ""}, UNAUTHORISED),
        "a timestamp that is no number": (body, {**well, TIMESTAMP: "now"}, UNAUTHORISED),
        "of another app": (body, signed("another secret", body), UNAUTHORISED),
        "another body": (body + b"x", well, UNAUTHORISED),
        "a body with one letter changed": (body.replace(b"help", b"hulp"), well, UNAUTHORISED),
        "another scheme": (body, changed(well, lambda sign: sign.replace("v0=", "v1=")), UNAUTHORISED),
        "half of a signature": (body, changed(well, lambda sign: sign[:-1]), UNAUTHORISED),
        "two signatures": (body, CIMultiDict([*well.items(), (SIGNATURE, "v0=0")]), UNAUTHORISED),
        "two timestamps": (body, CIMultiDict([*well.items(), (TIMESTAMP, well[TIMESTAMP])]), UNAUTHORISED),
        "no text": (b"\xff", signed(secret, b"\xff"), UNAUTHORISED),
        "sent again later": (body, signed(secret, body, ago=FIVE_MINUTES + 5), UNAUTHORISED),
        "from the future": (body, signed(secret, body, ago=-FIVE_MINUTES - 5), UNAUTHORISED),
        "too large": (BytesIO(large), signed(secret, large), TOO_LARGE),
        "too large, in pieces": (pieces(large), signed(secret, large), TOO_LARGE),
    }
    async with place.service() as (_, url):
        found = {}
        for name, (sent, headers, _) in wrong.items():
            async with http.post(f"{url}/slack/events", data=sent, headers=headers) as answer:
                found[name] = answer.status
        async with http.get(f"{url}/metrics") as answer:
            told = await answer.text()

    assert found == {name: status for name, (_, _, status) in wrong.items()}
    assert 'tidemark_requests_total{kind="command",outcome="acked"} 1.0' in told
    assert 'tidemark_requests_total{kind="unread",outcome="unsigned"} 5.0' in told
    assert 'tidemark_requests_total{kind="unread",outcome="bad_signature"} 6.0' in told
    assert 'tidemark_requests_total{kind="unread",outcome="stale"} 2.0' in told


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({TIMESTAMP: "\xb2"}, UNAUTHORISED),  # a digit, and no number
        ({TIMESTAMP: "1" * 5000}, UNAUTHORISED),
        ({SIGNATURE: "v0=\xe9"}, UNAUTHORISED),
        ({"Content-Length": str(LARGEST_BODY + 1)}, TOO_LARGE),
    ],
)
async def test_by_its_head_it_is_refused_before_anything_else_has_come(
    place: Town, wrong: dict[str, str], status: int
) -> None:
    async with place.service() as (_, url):
        assert await answered_without_a_body(place, url, **wrong) == status


async def test_nobody_is_waited_for_who_sends_no_body(place: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.SECONDS_FOR_A_BODY", 0.1)
    async with place.service() as (_, url):
        assert await answered_without_a_body(place, url) == TOO_SLOW


async def test_who_breaks_off_is_counted_as_such(place: Town, http: ClientSession) -> None:
    async with place.service() as (_, url):
        before = await monitored(http, url)
        _, writer = await begun(place, url)
        writer.close()
        async with asyncio.timeout(10):
            while (after := await monitored(http, url)) == before:
                pass

    assert after == [*before, 'tidemark_requests_total{kind="unread",outcome="broken_off"} 1.0']


async def begun(place: Town, url: str, **otherwise: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """What is signed for now, of which only the head is sent; with these headers instead."""
    well = {"Host": "here", **signed(place.server.team.app.signing_secret, b""), "Content-Length": "1"}
    head = [f"{name}: {value}" for name, value in {**well, **otherwise}.items()]
    here = URL(url)
    reader, writer = await asyncio.open_connection(here.host, here.port)
    writer.write("\r\n".join(["POST /slack/events HTTP/1.1", *head, "", ""]).encode("latin-1"))
    return reader, writer


async def monitored(http: ClientSession, url: str) -> list[str]:
    """Line by line, what a monitor reads of requests."""
    async with http.get(f"{url}/metrics") as answer:
        return [line for line in (await answer.text()).splitlines() if "requests_total{" in line]


async def answered_without_a_body(place: Town, url: str, **otherwise: str) -> int:
    reader, writer = await begun(place, url, **otherwise)
    try:
        said = await asyncio.wait_for(reader.readline(), 10)
    finally:
        writer.close()
    return int(said.split()[1])


async def test_a_request_whose_head_does_not_end_is_cut_off(place: Town, http: ClientSession) -> None:
    async with place.service() as (_, url):
        here = URL(url)
        reader, writer = await asyncio.open_connection(here.host, here.port)
        with suppress(ConnectionError):
            writer.write(b"POST /slack/events HTTP/1.1\r\nhost: here\r\n")
            for _ in range(LARGEST_HEAD // 1000 + 1):
                writer.write(b"x-more: " + b"a" * 1000 + b"\r\n")
                await writer.drain()
            said = await asyncio.wait_for(reader.read(), 5)
            assert b" 400 " in said.splitlines()[0]
        writer.close()
        async with http.get(f"{url}/healthz", headers={"x-large": "a" * 8000}) as answer:
            assert answer.status == OK


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/slack/events"),
        ("POST", "/"),
        ("POST", "/healthz"),
        ("GET", "/slack/events/.."),
        ("PUT", "/"),
    ],
)
async def test_there_is_nothing_else(place: Town, http: ClientSession, method: str, path: str) -> None:
    async with place.service() as (_, url), http.request(method, f"{url}{path}", data=b"x") as answer:
        assert (answer.status, answer.headers.get("Connection")) == (NOT_FOUND, "close")


async def test_a_monitor_reads_numbers_and_nothing_else(place: Town, http: ClientSession) -> None:
    async with place.service() as (stage, url):
        ana = stage.person("ana")
        await stage.launch("ana")
        await ana.clicks("Start")
        await ana.clicks("B", message=await question(ana, 1))
        await question(ana, 2)
        await stage.beat()
        async with http.get(f"{url}/metrics") as answer:
            told = await answer.text()

    lines = dict(line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    assert lines['tidemark_requests_total{kind="block_actions",outcome="acked"}'] == "2.0"
    assert float(lines['tidemark_ack_seconds_count{kind="block_actions"}']) == 2
    assert float(lines['tidemark_postings_total{outcome="sent"}']) >= 4
    assert lines['tidemark_postings_total{outcome="failed"}'] == "0.0"
    assert lines["tidemark_postings_owed"] == lines["tidemark_postings_oldest_seconds"] == "0.0"
    assert lines["tidemark_beat_lag_seconds"] == lines["tidemark_database_errors_total"] == "0.0"
    for secret in ("ana", "lee", "Fraud", place.server.team.id, place.server.bot_token):
        assert secret.lower() not in told.lower()


async def test_ready_until_told_to_stop_and_what_was_taken_on_is_finished(
    place: Town, http: ClientSession
) -> None:
    """Told to stop, it says so to whoever asks, and still takes what comes in the meantime."""
    stop = Stop(20)
    async with place.service(stop, TIDEMARK_DRAIN_SECONDS=0.5) as (stage, url):
        ana = stage.person("ana")
        await stage.launch("ana")
        await ana.clicks("Start")
        card = await question(ana, 1)
        async with http.get(f"{url}/healthz") as answer:
            alive = answer.status
        async with http.get(f"{url}/readyz") as answer:
            before = answer.status
        stop.ask()
        async with http.get(f"{url}/readyz") as answer:
            after = answer.status
        click = await ana.clicks("B", message=card)

    assert (alive, before, after) == (OK, OK, UNAVAILABLE)
    assert click.acked
    assert (await question(ana, 2)).ts > card.ts
    with pytest.raises(OSError, match="onnect"):
        await http.get(f"{url}/healthz")


async def test_stopping_does_not_wait_for_ever(place: Town) -> None:
    """Slack does not answer: what was acknowledged is stored, and its next card is in the ledger."""
    stop = Stop(0.5)
    async with place.service(stop) as (stage, _):
        ana = stage.person("ana")
        await stage.launch("ana")
        await ana.clicks("Start")
        card = await question(ana, 1)
        await stage.slack.weather(seed=7, latency=600)
        click = await ana.clicks("B", message=card)
        ended = asyncio.get_running_loop().time()
        stop.ask(at_once=True)
    took = asyncio.get_running_loop().time() - ended
    await stage.slack.weather()

    assert click.acked
    assert took < 5
    async with place.service() as (again, _):
        await comes_back(again)
        await question(ana, 2)


async def comes_back(stage: Scene) -> None:
    """A while later than what had been claimed is free."""
    await stage.later(minutes=1)


async def test_without_its_database_it_is_alive_but_not_ready(
    postgres: Postgres, migrated_postgres: str, http: ClientSession
) -> None:
    with ExitStack() as stack:
        store = Store.open(stack.enter_context(postgres.database(like=migrated_postgres)))
        async with town(store) as place, place.service() as (_, url):
            with store._engine.begin() as connection:
                connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
            outdated = await probed(http, url)
            stack.close()
            gone = await probed(http, url)
            async with http.get(f"{url}/metrics") as answer:
                told = await answer.text()

    assert outdated == gone == {"/healthz": OK, "/readyz": UNAVAILABLE}
    assert "tidemark_database_errors_total 0.0" not in told
    assert "tidemark_postings_owed" not in told


async def probed(http: ClientSession, url: str) -> dict[str, int]:
    found = {}
    for path in ("/healthz", "/readyz"):
        async with http.get(f"{url}{path}") as answer:
            found[path] = answer.status
    return found


# A process of its own.


async def test_as_a_process_it_serves_until_sigterm_and_ends_well(
    store: Store, database_url: str, http: ClientSession
) -> None:
    async with town(store) as place:
        port = free_port()
        here = {
            **{key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")},
            "SLACK_BOT_TOKEN": place.server.bot_token,
            "SLACK_API_URL": place.server.api_url,
            "TIDEMARK_SIGNING_SECRET": place.server.team.app.signing_secret,
            "TIDEMARK_PORT": str(port),
            "TIDEMARK_DRAIN_SECONDS": "0",
            "TIDEMARK_DATABASE_URL": database_url,
        }
        words = (sys.executable, "-m", "bot", "run", "--http")
        process = await asyncio.create_subprocess_exec(*words, env=here, stderr=asyncio.subprocess.PIPE)
        assert process.stderr
        said = b""
        while b'"connected"' not in said:
            line = await process.stderr.readline()
            assert line, said.decode()
            said += line
        await place.slack.delivers_to(f"http://127.0.0.1:{port}/slack/events")
        helped = await place.slack.person("ana").command("/tidemark help")
        process.send_signal(signal.SIGTERM)
        _, rest = await asyncio.wait_for(process.communicate(), 20)

    assert "tidemark" in helped.text.lower()
    assert process.returncode == 0
    assert b'"stopping"' in rest
    assert b'"stopped"' in rest
    assert b"Traceback" not in said + rest


async def test_a_port_that_is_taken_is_a_sentence(place: Town) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match="or mend TIDEMARK_PORT"):
            async with place.service(TIDEMARK_PORT=port):
                pass
    assert "desk" not in {each.name for each in threading.enumerate()}, "the process would not end"


@pytest.mark.parametrize(
    ("host", "refusal", "said"),
    [
        ("127.0.0.1", CannotListenYet, "Stop who listens there"),
        ("192.0.2.1", CannotListenYet, "This machine has no such address now"),
        ("not a host", CannotListen, "Mend TIDEMARK_HOST or TIDEMARK_PORT."),
    ],
)
async def test_what_may_be_otherwise_in_a_moment_is_no_wrong_setting(
    host: str, refusal: type[CannotListen], said: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        there = ListeningSettings(TIDEMARK_HOST=host, TIDEMARK_PORT=taken.getsockname()[1])
        with pytest.raises(CannotListen, match=re.escape(said)) as told:
            await Service(Pages({}), there, Stop()).open()

    assert told.type is refusal


HERE = "https://tidemark.example"


async def test_a_calendar_reads_the_dates_of_whoever_made_its_address(
    place: Town, http: ClientSession
) -> None:
    async with place.service(TIDEMARK_PUBLIC_URL=HERE) as (stage, url):
        planned(stage.bot.desk, stage.server)
        lee, omar = stage.person("lee"), stage.person("omar")
        agreed(stage, owner="kim", objective="Kim's own affair")
        first = await address(omar)
        team = stage.bot.desk.team

        read = await http.get(first.replace(HERE, url))
        text = (await read.text()).replace("\r\n ", "")
        assert (read.status, read.content_type) == (OK, "text/calendar")
        assert f"SUMMARY:Due: {OBJECTIVE}" in text
        assert "DTSTART;VALUE=DATE:20261218" in text
        assert not [word for word in ("Kim", "Omar", "Lee") if word in text]
        assert read.headers["Cache-Control"] == "private, max-age=300"
        assert read.headers["X-Robots-Tag"] == "noindex"
        async with http.head(first.replace(HERE, url)) as looked, http.post(first.replace(HERE, url)) as sent:
            assert (looked.status, looked.headers["ETag"]) == (OK, read.headers["ETag"])
            assert sent.status == NOT_FOUND
        same = await http.get(first.replace(HERE, url), headers={"If-None-Match": read.headers["ETag"]})
        assert (same.status, await same.read()) == (304, b"")
        with stage.bot.desk.transaction() as tx:
            assert first.rpartition("/")[2][:-4] not in str(tx.feeds.of(owner_of(stage)))

        second = await address(omar, "Make a new one")
        assert await status(http, first.replace(HERE, url)) == NOT_FOUND
        assert await status(http, second.replace(HERE, url)) == OK
        assert await status(http, second.replace(HERE, url).replace(team, "T0")) == NOT_FOUND
        assert await status(http, second.replace(HERE, url).replace(".ics", "x.ics")) == NOT_FOUND
        agreeing.hand_over(stage.bot.desk, owner_of(stage), action="V1", owner=person_of(stage, "kim"))
        assert OBJECTIVE not in await (await http.get(second.replace(HERE, url))).text()

        await omar.clicks("Withdraw it")
        assert "read nothing there any more" in (await omar.modal("Subscribe")).shown
        assert await status(http, second.replace(HERE, url)) == NOT_FOUND
        assert "Subscribe to my dates" in (await the_plan(lee)).shown
        often = [await status(http, second.replace(HERE, url)) for _ in range(MOST_READS)]
        assert (often[0], often[-1]) == (NOT_FOUND, TOO_OFTEN)
        too_often = f'{{kind="unread",outcome="too_often"}} {often.count(TOO_OFTEN)}.0'
        assert [line for line in await monitored(http, url) if line.endswith(too_often)]


async def test_without_an_address_of_ours_nobody_is_offered_one(place: Town) -> None:
    async with place.service() as (stage, _):
        planned(stage.bot.desk, stage.server)

        assert "Subscribe" not in (await the_plan(stage.person("lee"))).shown
        assert "Subscribe" not in (await stage.person("omar").opens_home()).shown


async def address(person: Someone, button: str = "Make my address") -> str:
    """The private one that they are shown."""
    if button == "Make my address":
        await person.opens_home()
        await person.clicks("Subscribe to my dates", home=True)
    await person.clicks(button)
    shown = (await person.modal("Subscribe")).shown
    found = re.search(r"https://\S+?\.ics", shown)
    assert found, shown
    return found[0]


def agreed(stage: Scene, *, owner: str, objective: str) -> None:
    desk, lee = stage.bot.desk, stage.server.team.person("lee").id
    found = plans.board(desk, lee).assessment.id
    agreeing.add(
        desk,
        lee,
        assessment=found,
        objective=objective,
        measure="m",
        owner=person_of(stage, owner),
        due=date(2026, 12, 19),
        id="V2",
    )


def owner_of(stage: Scene) -> str:
    return stage.server.team.person("omar").id


def person_of(stage: Scene, name: str) -> Person:
    found = stage.server.team.person(name)
    return Person(user_id=found.id, name=found.real_name, tz=found.tz)


async def status(http: ClientSession, url: str) -> int:
    async with http.get(url) as answer:
        return answer.status
