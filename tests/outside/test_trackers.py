"""What is asked of GitHub and Jira, and what their answers mean: against servers that take only what theirs
take."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession

from bot.trackers import TrackerTrouble, github
from bot.trackers.github import GitHub
from bot.trackers.jira import Jira
from conversation.ticketing import Obstacle, Seen
from storage.records import RemarkWord, TicketStatus
from tests.outside.answering import Fault
from tests.outside.github import TOKEN, FakeGitHub
from tests.outside.jira import TOKEN as JIRA_TOKEN
from tests.outside.jira import USER, FakeJira

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
NASTY = "Ask @sofia, see #12: **models** [x](http://evil.example) <!-- {code} ${a} |!pic.png! & more"


@dataclass
class Pair:
    """A tracker, and who speaks with it."""

    server: FakeGitHub | FakeJira
    tracker: GitHub | Jira

    async def create(
        self, title: str = "Prediction logging", body: str = "By Friday", marker: str = "m1"
    ) -> str:
        return await self.tracker.create(title=title, body=body, marker=marker)


def jira_for(server: FakeJira, *, token: str = JIRA_TOKEN, project: str = "ML") -> Jira:
    return Jira(
        server.url,
        project=project,
        issue_type="Task",
        user=USER if server.cloud else "",
        token=token,
        statuses={RemarkWord.DROPPED: "Won't do"},
    )


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture(params=["github", "jira-cloud", "jira-server"])
async def pair(request: pytest.FixtureRequest, session: ClientSession) -> AsyncIterator[Pair]:
    if request.param == "github":
        server = FakeGitHub()
        async with server.running():
            yield Pair(server, GitHub(session, api=server.url, repository="acme/mlops", token=TOKEN))
    else:
        jira = FakeJira(cloud=request.param == "jira-cloud")
        async with jira.running():
            yield Pair(jira, jira_for(jira))


async def trouble(pair: Pair) -> TrackerTrouble:
    with pytest.raises(TrackerTrouble) as raised:
        await pair.create()
    return raised.value


async def test_an_issue_is_created_found_by_its_marker_and_read(pair: Pair) -> None:
    assert await pair.tracker.find("m1", since=NOW) is None

    key = await pair.create()
    other = await pair.create(marker="m2")
    found = await pair.tracker.find("m1", since=NOW)
    seen = await pair.tracker.read(key, etag=None)

    assert pair.server.refused == []
    assert (found, other != key) == (key, True)
    assert key in {"acme/mlops#1", "ML-1"}
    assert seen is not None
    assert seen.status is TicketStatus.OPEN


async def test_what_people_wrote_is_text_there_and_no_markup(pair: Pair) -> None:
    await pair.create(title=NASTY, body=NASTY)

    (issue,) = pair.server.issues
    if isinstance(pair.server, FakeGitHub):
        assert issue["title"] == NASTY
        assert "@\u2060sofia, see \\#\u206012: \\*\\*models\\*\\* \\[x\\]" in issue["body"]
        assert issue["body"].count("<!--") == 1  # our own
    else:
        assert issue["fields"]["summary"] == NASTY
        assert r"\{code\}" in issue["fields"]["description"]


async def test_a_long_title_is_shortened_to_what_they_take(pair: Pair) -> None:
    await pair.create(title="a" * 1000)

    assert pair.server.refused == []


async def test_an_issue_that_is_closed_or_gone_is_seen_to_be(pair: Pair) -> None:
    key = await pair.create()
    if isinstance(pair.server, FakeGitHub):
        pair.server.close(1, "not_planned")
        said, nowhere = "not_planned", "acme/mlops#99"
    else:
        pair.server.becomes(key, "Released", "done")
        said, nowhere = "Released", "ML-99"

    seen, gone = [await pair.tracker.read(each, etag=None) for each in (key, nowhere)]

    assert seen is not None
    assert (seen.status, seen.detail) == (TicketStatus.CLOSED, said)
    assert gone == Seen(TicketStatus.GONE)


async def test_a_remark_is_written_as_text_and_found_by_its_marker(pair: Pair) -> None:
    key, other = await pair.create(), await pair.create(marker="m2")
    assert not await pair.tracker.remarked(key, "r1", since=NOW)

    await pair.tracker.remark(key, body=NASTY, marker="r1")

    assert await pair.tracker.remarked(key, "r1", since=NOW)
    assert not await pair.tracker.remarked(other, "r1", since=NOW)
    assert pair.server.refused == []
    (said,) = pair.server.comments
    assert ("@\u2060sofia" if isinstance(pair.server, FakeGitHub) else r"\{code\}") in said["body"]


async def test_an_issue_goes_with_its_action_and_twice_is_once(pair: Pair) -> None:
    key, stands = await pair.create(), []
    for word in (RemarkWord.DONE, RemarkWord.REOPENED, RemarkWord.DROPPED):
        for _ in range(2):
            await pair.tracker.settle(key, word)
        seen = await pair.tracker.read(key, etag=None)
        assert seen
        stands.append((seen.status, seen.detail))

    assert pair.server.refused == []
    closed, opened = TicketStatus.CLOSED, TicketStatus.OPEN
    if isinstance(pair.server, FakeGitHub):
        assert stands == [(closed, "completed"), (opened, "reopened"), (closed, "not_planned")]
    else:
        assert stands == [(closed, "Done"), (opened, "To Do"), (closed, "Won't Do")]
        assert sum("POST" in asked and "transitions" in asked for asked in pair.server.asked) == 3


async def test_a_workflow_without_a_step_there_is_said(session: ClientSession) -> None:
    server = FakeJira()
    async with server.running():
        here = jira_for(server)
        key = await here.create(title="a", body="b", marker="m")
        del server.steps["31"], server.steps["41"]
        with pytest.raises(TrackerTrouble) as raised:
            await here.settle(key, RemarkWord.DONE)

    assert raised.value.obstacle is Obstacle.NO_WAY


@pytest.mark.parametrize(
    ("fault", "means", "after"),
    [
        (
            Fault(401, {"message": "Bad credentials", "errorMessages": ["Bad credentials"]}),
            Obstacle.NO_ENTRY,
            None,
        ),
        (Fault(403, {"message": "Resource not accessible"}), Obstacle.FORBIDDEN, None),
        (Fault(404, {"message": "Not Found"}), Obstacle.NO_PLACE, None),
        (Fault(422, {"message": "Validation Failed", "errorMessages": ["No"]}), Obstacle.REFUSED, None),
        (Fault(429, {"message": "slow"}, {"Retry-After": "90"}), Obstacle.SILENT, timedelta(seconds=90)),
        (Fault(429, {"message": "slow"}, {"Retry-After": "soon"}), Obstacle.SILENT, None),
        (Fault(429, {"message": "slow"}, {"Retry-After": "9" * 15}), Obstacle.SILENT, timedelta(hours=6)),
        (Fault(500, {"message": "oops"}), Obstacle.SILENT, None),
        (Fault(503, None, {"Retry-After": "5"}), Obstacle.SILENT, timedelta(seconds=5)),
        (Fault(None), Obstacle.SILENT, None),
    ],
    ids=lambda value: str(getattr(value, "status", value)),
)
async def test_what_they_have_against_us(
    pair: Pair, fault: Fault, means: Obstacle, after: timedelta | None
) -> None:
    await pair.create()  # whoever asks Jira what it is has been answered
    pair.server.faults.append(fault)

    found = await trouble(pair)

    assert (found.obstacle, found.after) == (means, after)
    assert all(token not in f"{found} {found.words} {found!r}" for token in (TOKEN, JIRA_TOKEN))


async def test_an_answer_that_was_lost_leaves_an_issue_that_is_found(pair: Pair) -> None:
    await pair.create(marker="m0")
    pair.server.faults.append(Fault(None, works=True))

    found = await trouble(pair)

    assert found.obstacle is Obstacle.SILENT
    assert await pair.tracker.find("m1", since=NOW) in {"acme/mlops#2", "ML-2"}


async def test_a_project_that_jira_does_not_know(session: ClientSession) -> None:
    server = FakeJira()
    async with server.running():
        with pytest.raises(TrackerTrouble) as raised:
            await jira_for(server, project="XX").create(title="a", body="b", marker="m")

    assert (raised.value.obstacle, raised.value.words) == (Obstacle.NO_PLACE, "valid project is required")


async def test_a_repository_without_issues(session: ClientSession) -> None:
    server = FakeGitHub()
    async with server.running():
        here = GitHub(session, api=server.url, repository="acme/closed", token=TOKEN)
        with pytest.raises(TrackerTrouble) as raised:
            await here.create(title="a", body="b", marker="m")

    assert raised.value.obstacle is Obstacle.NO_PLACE
    assert "disabled" in raised.value.words


@pytest.fixture
async def hub(session: ClientSession) -> AsyncIterator[tuple[FakeGitHub, GitHub]]:
    server = FakeGitHub()
    async with server.running():
        yield server, GitHub(session, api=f"{server.url}/api/v3", repository="acme/mlops", token=TOKEN)


async def test_what_did_not_change_is_not_read_again(hub: tuple[FakeGitHub, GitHub]) -> None:
    server, here = hub
    key = await here.create(title="a", body="b", marker="m")
    first = await here.read(key, etag=None)
    assert first is not None

    same = await here.read(key, etag=first.etag)
    server.close(1)
    closed = await here.read(key, etag=first.etag)

    assert same is None
    assert closed is not None
    assert (closed.status, closed.etag != first.etag) == (TicketStatus.CLOSED, True)


@pytest.mark.parametrize("status", [301, 404, 410])
async def test_an_issue_that_was_moved_is_not_followed(hub: tuple[FakeGitHub, GitHub], status: int) -> None:
    server, here = hub
    key = await here.create(title="a", body="b", marker="m")
    server.faults.append(Fault(status, {"message": "Moved"}, {"Location": f"{server.url}/elsewhere"}))

    assert await here.read(key, etag=None) == Seen(TicketStatus.GONE)
    assert not [asked for asked in server.asked if "elsewhere" in asked]


async def test_an_issue_is_found_on_a_later_page(hub: tuple[FakeGitHub, GitHub]) -> None:
    _, here = hub
    for number in range(github.PAGE + 5):
        await here.create(title="a", body="b", marker=f"m{number}")

    assert await here.find("m0", since=NOW) == "acme/mlops#1"


async def test_silence_ends(hub: tuple[FakeGitHub, GitHub], monkeypatch: pytest.MonkeyPatch) -> None:
    server, here = hub
    monkeypatch.setattr(github, "CALL", 0.05)
    server.waits.clear()

    with pytest.raises(TrackerTrouble) as raised:
        await here.create(title="a", body="b", marker="m")
    server.waits.set()

    assert raised.value.obstacle is Obstacle.SILENT
