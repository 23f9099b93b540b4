"""An exported result is made again: the same to the last byte, or not at all; and then it stays as it is."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation import (
    acting,
    agreeing,
    conclusion,
    home,
    importing_actions,
    plans,
    results,
    retention,
    rounds,
    sharing,
    ticketing,
)
from conversation.errors import ImportedStays
from conversation.exportfile import (
    ActionPart,
    AssessmentPart,
    ChangePart,
    ExportFile,
    IssuePart,
    NotePart,
    PackPart,
    StepPart,
    as_json,
    without_people,
)
from conversation.exports import report, report_for_operator
from conversation.importing_actions import COLUMNS
from conversation.importing_result import LARGEST, BadResultFile, ImportedResult, import_result
from conversation.material import Material
from conversation.scope import Privacy, Scope
from conversation.sheetfile import BadFile, read
from conversation.trackers import TrackerHere
from storage.records import (
    ActionState,
    Assessment,
    AssessmentState,
    Count,
    Person,
    Said,
    SeatCount,
    SeatState,
    TicketState,
    TicketStatus,
    TrackerKind,
)
from storage.store import Store
from tests.conversation.desk import BAKERY, LEE, MONDAY, Bench

PEOPLE = {f"U-{name}": ["BAKER"] for name in ("ANA", "BEN", "CLEO", "DEV", "EVE")}
OMAR = Person(user_id="U-OMAR", name="Omar", tz="Europe/London")


def a_round(bench: Bench, *, value: int = 1, privacy: Privacy = Privacy.ATTRIBUTED) -> Assessment:
    """Played, closed and shared."""
    closes_on = (bench.clock.at + timedelta(days=11)).date()
    opened = bench.opened(PEOPLE, privacy=privacy, closes_on=closes_on)
    for user in PEOPLE:
        bench.answers_all(user, value)
        bench.sends(user)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    bench.post(sharing.share(bench.desk, "U-LEE", assessment=opened.id).owed)
    return opened


def with_a_plan(bench: Bench, closed: Assessment) -> None:
    gap = plans.board(bench.desk, "U-LEE").open_gaps[0]
    for number, due in enumerate((bench.clock.at + timedelta(days=30)).date() for _ in range(2)):
        agreeing.agree(
            bench.desk, "U-LEE", assessment=closed.id, step=gap.step, objective=f"Do it {number}",
            measure="Done", owner=OMAR, due=due, id=f"act-{number}",
        )  # fmt: skip
    bench.clock.passes(days=1)
    acting.mark(bench.desk, "U-OMAR", action="act-0", state=ActionState.BLOCKED, text="No oven.")
    with_an_issue(bench, "act-0")


def with_an_issue(bench: Bench, action: str) -> None:
    """Created and read, and by now no tracker is set up any more."""
    url = "https://github.com/acme/mlops/issues/12"
    with bench.desk.transaction() as tx:
        tx.tickets.put(
            action, tracker=TrackerKind.GITHUB, state=TicketState.LINKED, marker="m1", asked_by="U-LEE",
            at=bench.clock.at, key="acme/mlops#12", url=url,
        )  # fmt: skip
        claimed = tx.tickets.claim(action, token="t", now=bench.clock.at, lease=timedelta(minutes=1))
        assert claimed
        tx.tickets.settle(
            claimed, status=TicketStatus.CLOSED, detail="not_planned", checked_at=bench.clock.at
        )


@cache
def a_file() -> bytes:
    """What a round with a plan was exported to, in another workspace a year ago."""
    bench = Bench(Store.in_memory(), team="T-BEFORE")
    with_a_plan(bench, a_round(bench))
    return exported(bench)


def exported(bench: Bench, name: str = "ABC Inc.") -> bytes:
    return as_json(report_for_operator(bench.desk, name=name)).encode()


def elsewhere(bench: Bench) -> Bench:
    """An empty workspace, a year later."""
    other = Bench(bench.store, team="T-OTHER")
    other.clock.at = bench.clock.at + timedelta(days=365)
    return other


def take_in(bench: Bench, content: bytes) -> ImportedResult:
    return import_result(bench.desk, content, facilitator="U-LEE", channel=None)


@pytest.mark.parametrize("privacy", Privacy)
def test_a_result_comes_back_to_the_last_byte(bench: Bench, privacy: Privacy) -> None:
    with_a_plan(bench, a_round(bench, privacy=privacy))
    content, other = exported(bench), elsewhere(bench)

    found = take_in(other, content)

    assert (found.new, found.actions, found.assessment.round) == (True, 2, 1)
    assert exported(other) == content
    assert as_json(report(other.desk, "U-LEE")).encode() == content


def test_what_the_file_knows_of_earlier_rounds_is_kept(bench: Bench) -> None:
    with_a_plan(bench, a_round(bench))
    bench.clock.passes(days=90)
    a_round(bench, value=2)
    content, other = exported(bench), elsewhere(bench)

    take_in(other, content)

    assert [each["number"] for each in json.loads(content)["rounds"]] == [1, 2]
    came = [(each["round"], each["before"], each["now"]) for each in json.loads(content)["outcomes"]]
    assert came == [(1, 1, 2), (1, 1, 2)]
    assert exported(other) == content


def test_rounds_that_are_imported_one_by_one_make_a_trend(bench: Bench) -> None:
    a_round(bench)
    first = exported(bench)
    bench.clock.passes(days=90)
    a_round(bench, value=2)
    second, other = exported(bench), elsewhere(bench)

    take_in(other, second)
    take_in(other, first)

    here, there = (rounds.compare(each.desk, "U-LEE") for each in (bench, other))
    assert [each.number for each in there.rounds] == [1, 2]
    assert there.trend == here.trend
    assert there.since is not None
    assert here.since is not None
    assert there.since.changes == here.since.changes
    assert exported(other) == second


def test_the_next_round_goes_on_from_an_imported_one(bench: Bench) -> None:
    other = elsewhere(bench)
    take_in(other, a_file())

    closed = a_round(other, value=3)

    assert closed.round == 2
    assert [each.number for each in rounds.compare(other.desk, "U-LEE").rounds] == [1, 2]
    assert [each["number"] for each in json.loads(exported(other))["rounds"]] == [1, 2]


def test_what_is_here_already_and_the_same_is_no_news(bench: Bench) -> None:
    with_a_plan(bench, a_round(bench))
    content, other = exported(bench), elsewhere(bench)

    assert not take_in(bench, content).new
    assert [take_in(other, content).new for _ in range(2)] == [True, False]
    assert exported(other) == content


def test_another_result_of_the_same_round_is_refused(bench: Bench) -> None:
    other = elsewhere(bench)
    take_in(other, a_file())
    content = changed(a_file(), lambda file: file["findings"].update(answered=4))

    with pytest.raises(BadResultFile, match=r"assessment\.round: round 1 of ABC Inc\. is here already"):
        take_in(other, content)


def test_nobody_changes_what_was_imported(bench: Bench) -> None:
    content, other = a_file(), elsewhere(bench)
    there = take_in(other, content).assessment.id
    desk = other.desk
    tracking = replace(desk, trackers=(TrackerHere(TrackerKind.GITHUB, "https://github.com", "acme/mlops"),))

    attempts: list[Callable[[], object]] = [
        lambda: results.settle(
            desk, "U-LEE", assessment=there, question="FLOUR", level=3, reason="r", key="k"
        ),
        lambda: results.work_out_again(desk, "U-LEE", assessment=there),
        lambda: plans.propose(desk, "U-LEE", assessment=there, step="FLOUR@2"),
        lambda: acting.finish(desk, "U-OMAR", action="act-0", text="Seen."),
        lambda: agreeing.hand_over(desk, "U-LEE", action="act-0", owner=LEE),
        lambda: ticketing.unlink(tracking, "U-OMAR", action="act-0", seen="m1"),
        lambda: sharing.head(desk, "U-LEE", assessment=there, revision=1, headline="We are good", was=""),
    ]
    for attempt in attempts:
        with pytest.raises(ImportedStays):
            attempt()
    assert not plans.board(desk, "U-LEE").facilitating
    assert exported(other) == content


def test_nobody_is_reminded_of_what_was_imported(bench: Bench) -> None:
    other = elsewhere(bench)
    take_in(other, a_file())

    other.clock.passes(days=60)

    assert other.beat() == []
    assert ticketing.next_errand(other.desk) is None
    assert home.home(other.desk, "U-OMAR").actions == ()


def test_what_an_imported_result_left_open_is_nobodys_to_do(bench: Bench) -> None:
    other = elsewhere(bench)
    take_in(other, a_file())
    with pytest.raises(BadFile, match="is a result from a file, which is only read"):
        importing_actions.store(
            other.desk, read(b"objective,due\nOvens,2027-12-01", COLUMNS), subject="ABC Inc."
        )
    with pytest.raises(ImportedStays):
        acting.mark(other.desk, "U-OMAR", action="act-0", state=ActionState.AT_RISK)

    a_round(other, value=1)

    assert plans.board(other.desk, "U-LEE").carried == ()


def test_an_old_round_is_kept_as_long_as_one_that_closed_today(bench: Bench) -> None:
    other = elsewhere(bench)
    other.clock.at += timedelta(days=3 * 365)
    found = take_in(other, a_file()).assessment

    retention.sweep(other.desk)

    with other.store.transaction(other.team) as tx:
        erase_at = tx.assessments.get(found.id).erase_at
    assert erase_at is not None
    assert erase_at - other.clock.at > timedelta(days=700)


def changed(content: bytes, change: Callable[[Any], object]) -> bytes:
    data = json.loads(content)
    change(data)
    return json.dumps(data).encode()


AN_OUTCOME = {
    "round": 1, "action": "a", "objective": "o", "question": None, "level": None, "state": "done",
    "before": None, "now": None, "why": None, "unit": None, "baseline": None, "target": None,
    "current": None, "measured": None,
}  # fmt: skip
BAD: dict[str, tuple[Callable[[Any], object], str]] = {
    "newer": (lambda f: f.update(tidemark_export=2), "tidemark_export: 2 was written by a newer Tidemark"),
    "no_version": (lambda f: f.pop("tidemark_export"), "is no exported result"),
    "missing": (lambda f: f.pop("pack"), "pack: field required"),
    "unknown_field": (lambda f: f.update(more=1), "more: extra inputs are not permitted"),
    "unknown_finding": (
        lambda f: f["findings"]["questions"][0].update(extra=1),
        "findings.questions[0].extra: this Tidemark knows no such field",
    ),
    "question": (
        lambda f: f["findings"]["questions"][1].update(id="SALT"),
        'findings.questions[1].id: the pack knows no "SALT"',
    ),
    "gap": (
        lambda f: f["findings"]["gaps"][0].update(question="SALT"),
        'findings.gaps[0].question: the pack knows no "SALT"',
    ),
    "level": (
        lambda f: f["findings"]["aspects"][0].update(level=9),
        "findings.aspects[0].level: 9 is no level of this pack; they are 0 to 3",
    ),
    "pack": (lambda f: f["pack"]["body"].update(title="Café"), "pack.digest: is not that of pack.body"),
    "no_zone": (
        lambda f: f["assessment"].update(closed_at="2026-11-23T10:00:00"),
        "assessment.closed_at: input should have timezone info",
    ),
    "future": (
        lambda f: f["assessment"].update(closed_at="2036-11-23T10:00:00Z"),
        "assessment.closed_at: is in the future",
    ),
    "turned": (
        lambda f: f["assessment"].update(opened_at="2026-12-31T10:00:00Z"),
        "assessment.opened_at: is after assessment.closed_at",
    ),
    "scope": (lambda f: f["scope"].update(aspects=["attic"]), 'scope.aspects: the pack knows no "attic"'),
    "people": (lambda f: f["scope"].update(people=["U1"]), "scope.people: names of people are not imported"),
    "action": (lambda f: f["actions"][0].update(question="SALT"), 'actions[0].question: the pack knows no'),
    "state": (lambda f: f["actions"][1].update(state="lost"), "actions[1].state: input should be"),
    "twice": (lambda f: f["actions"][1].update(id="act-0"), 'actions[1].id: "act-0" is the id of an action'),
    "issue": (
        lambda f: f["actions"][0]["issue"].update(url="javascript:alert(1)"),
        "actions[0].issue.url: string should match pattern",
    ),
    "outcome": (
        lambda f: f.update(outcomes=[AN_OUTCOME]),
        "outcomes[0].round: must be before round 1",
    ),
    "rounds": (lambda f: f["rounds"].clear(), "rounds: must be in order, each once, and end with round 1"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "problem"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_as_a_whole_with_the_place_of_each_problem(
    bench: Bench, change: Callable[[Any], object], problem: str
) -> None:
    other = elsewhere(bench)

    with pytest.raises(BadResultFile) as refused:
        take_in(other, changed(a_file(), change))

    assert any(each.startswith(problem) for each in refused.value.problems), refused.value.problems
    with other.store.transaction(other.team) as tx:
        assert tx.assessments.in_states(list(AssessmentState)) == []


def test_all_problems_are_named_at_once(bench: Bench) -> None:
    content = a_file()
    for name in ("question", "level", "scope", "twice", "rounds"):
        content = changed(content, BAD[name][0])

    with pytest.raises(BadResultFile) as refused:
        take_in(elsewhere(bench), content)

    assert len(refused.value.problems) == 5


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b"1e999999", b"[" * 100_000, b'{"a": NaN}', b" " * (LARGEST + 1)],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(bench: Bench, content: bytes) -> None:
    with pytest.raises(BadResultFile) as refused:
        take_in(bench, content)

    assert len(refused.value.problems) == 1


# Any result at all.

moments = st.datetimes(datetime(2024, 1, 1), MONDAY.replace(tzinfo=None), timezones=st.just(UTC))
numbers = st.sampled_from([None, Decimal("0"), Decimal("12.5"), Decimal("-3"), Decimal("1000000")])
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
answers = st.dictionaries(
    st.sampled_from([item.id for item in BAKERY.items]),
    st.lists(st.sampled_from([0, 1, 2, 3, None]), min_size=1, max_size=6),
)


@st.composite
def files(draw: st.DrawFn) -> ExportFile:
    counts = tuple(
        Count(
            question=key,
            roles=BAKERY.item(key).primary,
            kind=Said.DONT_KNOW if value is None else Said.ANSWERED,
            value=value,
            n=1,
        )
        for key, values in draw(answers).items()
        for value in values
    )
    privacy = draw(st.sampled_from(Privacy))
    scope = Scope(
        aspects=("dough", "oven"), privacy=privacy, goal=draw(words), target=draw(st.none() | st.just(2))
    )
    seats = (SeatCount(roles=("BAKER",), state=SeatState.SENT, n=6, begun=6),)
    findings = conclusion.conclude(BAKERY, scope, Material(counts, seats)).for_readers
    assert findings.basis is not None
    basis = findings.basis.model_copy(update={"scope": without_people(findings.basis.scope)})
    opened, agreed = draw(moments), draw(moments)
    closed = draw(moments.filter(lambda at: at >= opened))
    number = draw(st.integers(1, 5))
    actions = [
        ActionPart(
            id=f"a{place}", question=draw(st.sampled_from(["FLOUR", None])),
            level=draw(st.integers(1, 3) | st.none()), objective=objective, measure=draw(words),
            owner=(owner := draw(st.sampled_from(["U-OMAR", None]))), owner_name=owner and "Omar",
            due=agreed.date(), state=draw(st.sampled_from(ActionState)), agreed_by="U-LEE",
            agreed_at=agreed, changed_at=agreed, revision=draw(st.integers(0, 3)),
            unit=draw(st.none() | words), baseline=draw(numbers), target=draw(numbers),
            current=draw(numbers), starts=draw(st.sampled_from([None, agreed.date()])),
            accepted_at=draw(st.sampled_from([None, agreed])),
            informed=draw(st.sampled_from([(), ("U-LEE",)])),
            became=None, split_from="a0" if place else None, needs=("a0",) if place else (),
            issue=draw(
                st.none()
                | st.builds(
                    IssuePart, tracker=st.sampled_from(TrackerKind), key=st.just("ML-7"),
                    url=st.just("https://acme.example/browse/ML-7"),
                    status=st.none() | st.sampled_from(TicketStatus), detail=st.none() | words,
                    checked_at=st.none() | moments,
                )
            ),
            steps=tuple(
                StepPart(id=f"s{n}", position=n, text=said, done_at=agreed, done_by="U-OMAR")
                for n, said in enumerate(draw(st.lists(words, max_size=2)))
            ),
            changes=tuple(
                ChangePart(by="U-LEE", what="moved", values={"objective": [said, "x"]}, at=agreed)
                for said in draw(st.lists(words, max_size=2))
            ),
            notes=tuple(
                NotePart(
                    by="U-OMAR", state=ActionState.AT_RISK, text=said, at=agreed,
                    link=draw(st.none() | words), measured=draw(numbers),
                )
                for said in draw(st.lists(st.none() | words, max_size=2))
            ),
        )
        for place, objective in enumerate(sorted(draw(st.lists(words, max_size=2))))  # as a plan is listed
    ]  # fmt: skip
    return ExportFile(
        assessment=AssessmentPart(
            subject=draw(words.filter(str.strip)), round=number, opened_at=opened, closed_at=closed,
            revision=draw(st.integers(1, 9)), headline=draw(st.none() | words.filter(bool)),
        ),
        pack=PackPart(
            id=BAKERY.id, title=BAKERY.title, version=BAKERY.version,
            levels=tuple(level.name for level in BAKERY.levels), digest=BAKERY.digest,
            body=json.loads(BAKERY.snapshot()),
        ),
        scope=without_people(scope.model_dump(mode="json")),
        findings=findings.model_copy(update={"published": None, "basis": basis}),
        ranking=None,
        actions=tuple(actions),
        rounds=tuple(
            {"number": each, "closed_at": closed, "levels": {"dough": 1}} for each in range(1, number + 1)
        ),
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(files())
def test_any_result_comes_back_to_the_last_byte(file: ExportFile) -> None:
    content = (file.model_dump_json(indent=2) + "\n").encode()
    store = Store.in_memory()
    bench = Bench(store)

    assert take_in(bench, content).new
    assert exported(bench, file.assessment.subject) == content
    assert not take_in(bench, content).new
    store.close()
