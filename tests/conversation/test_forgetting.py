"""After an anonymous assessment has closed, nobody can look up whose answers are whose: not in any column of
any row. Until then everybody can go on and change their mind."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from random import Random

import pytest
from sqlalchemy import Engine

from conversation import evidence, interview, nudging, reports, results, sharing
from conversation.contents import Nudge
from conversation.errors import AlreadyClosed, Forgotten, NoSuchEvidence, NothingToAnswer, Refused
from conversation.evidence import Shown
from conversation.scope import Privacy
from conversation.sitting import Spoken
from storage.database import engine_for
from storage.records import Assessment, AssessmentState, EvidenceForm, SlackFile
from storage.store import Store
from tests.conversation.desk import Bench, short
from tests.storage.given import rows

PEOPLE = ["U-ANA", "U-BEN", "U-CAT", "U-DAN", "U-EVA"]
#: Where a person's name belongs: who they are, who was invited, and what they do for others to see.
OPENLY = {"person", "assessment", "action"}
ONLINE = SlackFile(id="F-ANA", name="oven.png", size=2048, type="png")


@pytest.fixture
def bench(store: Store) -> Bench:
    """With ids as in real life, whose order tells nothing."""
    bench, chance = Bench(store), Random(7)
    bench.desk = replace(bench.desk, new_id=lambda: f"{chance.getrandbits(60):015x}")
    return bench


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = engine_for(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def opened(bench: Bench) -> Assessment:
    """Everybody answers, each in their own way: by buttons, by words, with second thoughts and evidence."""
    opened = bench.opened(
        {user: ["BAKER"] if user < "U-D" else ["BAKER", "SELLER"] for user in reversed(PEOPLE)},
        privacy=Privacy.ANONYMOUS,
    )
    for number, user in enumerate(PEOPLE):
        bench.answers_all(user, number % 4)
        bench.types(user, "edit 1")
        bench.types(user, "b) we wrote it down")
        bench.types(user, "it was hard", thread=bench.ts_of_card("FLOUR"))
        bench.sends(user)
    shows(bench, "U-ANA", Shown(EvidenceForm.FILE, file=ONLINE))
    kept = shows(bench, "U-BEN", Shown(EvidenceForm.TEXT, text="A list on the wall."))
    evidence.withdraw(bench.desk, "U-BEN", evidence=kept)
    returned = shows(bench, "U-CAT", Shown(EvidenceForm.LINK, text="https://mill.example"))
    bench.post(evidence.send_back(bench.desk, "U-LEE", evidence=returned, reason="It shows rye.").owed)
    bench.beat()
    return opened


def shows(bench: Bench, user: str, shown: Shown) -> str:
    bench.clock.passes(minutes=1)
    spoken = evidence.show(
        bench.desk, user, seat=bench.seat(user), question="FLOUR", shown=[shown], key=f"form/{user}"
    )
    found: str = bench.drawn(spoken).owed[0].contents["values"]["evidence"][0]["id"]
    return found


def closes(bench: Bench, opened: Assessment) -> None:
    bench.clock.passes(days=1)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)


def said(engine: Engine, *tables: str) -> str:
    """All that these tables hold, as one text."""
    return "\n".join(str(row) for table, found in rows(engine).items() if table in tables for row in found)


def test_no_row_tells_who_sat_where(bench: Bench, opened: Assessment, engine: Engine) -> None:
    seats = [bench.seat(user) for user in PEOPLE]
    before = rows(engine)
    assert all(user in said(engine, "seat_holder", "posting") for user in PEOPLE)
    moments = {
        value
        for table in ("said", "posting")
        for row in before[table]
        for value in row.values()
        if is_moment(value)
    }

    closes(bench, opened)

    after = rows(engine)
    assert after["seat_holder"] == []
    assert {len(before[table]) == len(after[table]) for table in ("seat", "assessment", "person")} == {True}
    for table, found in after.items():
        told = "\n".join(map(str, found))
        assert not [seat for seat in seats if seat in told], table
        assert table in OPENLY or not re.findall("U-(?!LEE)[A-Z]+", told), table
    kept = said(engine, "seat", "said", "evidence")
    assert not re.findall(r"D-U|typed|posted|form/", kept)
    assert "A list on the wall." not in kept
    at = {
        value
        for table in ("seat", "said", "evidence")
        for row in after[table]
        for value in row.values()
        if is_moment(value)
    }
    assert len(at) == 1
    assert not at & moments


def test_a_reminder_leaves_no_trace_of_a_seat(bench: Bench, engine: Engine) -> None:
    """Of two questionnaires in one message, the other one's may name the seat that is forgotten."""
    named = bench.opened({user: ["BAKER"] for user in PEOPLE}, subject="Named")
    opened = bench.opened({user: ["BAKER"] for user in PEOPLE}, privacy=Privacy.ANONYMOUS)
    seats = [bench.seat(user) for user in PEOPLE]
    bench.clock.at = at_ten_on_wednesday = bench.clock.at.replace(day=25, hour=10, minute=0)
    nudges = [said for said in bench.beat() if isinstance(said, Nudge)]

    closes(bench, opened)

    assert [len(nudge.lines) for nudge in nudges] == [2] * len(PEOPLE)
    told = "\n".join(str(row) for found in rows(engine).values() for row in found)
    assert not [seat for seat in seats if seat in told]
    with bench.store.transaction(bench.team) as tx:
        assert {tx.people.get(user).reminded_at for user in PEOPLE} == {at_ten_on_wednesday}
        about = nudging.reminders_about(tx, [seat.id for seat in tx.seats.of(named.id)])
    assert [reminders.left for reminders in about.values()] == [2] * len(PEOPLE)


def is_moment(value: object) -> bool:
    return isinstance(value, datetime) or bool(re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d", str(value)))


def test_the_order_of_rows_and_ids_tells_nothing(bench: Bench, opened: Assessment, engine: Engine) -> None:
    """Neither the order in which people were named, nor that in which they answered, is found again. Seats
    stand in the order of their new ids, which are drawn."""
    closes(bench, opened)

    after = rows(engine)
    seats = [str(row["id"]) for row in after["seat"]]
    assert seats == sorted(seats)
    facts = [str(row["seat_id"]) for row in after["said"]]
    assert facts == sorted(facts)
    (assessment,) = after["assessment"]
    assert f'"people": {json.dumps(sorted(PEOPLE))}' in json.dumps(assessment, default=str)


def test_who_says_what_is_no_longer_known_but_what_was_said_is(bench: Bench, opened: Assessment) -> None:
    with bench.store.transaction(bench.team) as tx:
        before = tx.answers.counts(opened.id), tx.seats.counts(opened.id)

    closes(bench, opened)

    with bench.store.transaction(bench.team) as tx:
        assert (tx.answers.counts(opened.id), tx.seats.counts(opened.id)) == before
        comments = [
            fact.text for seat in tx.seats.of(opened.id) for fact in tx.answers.of(seat.id) if fact.text
        ]
    assert comments == ["we wrote it down\nit was hard"] * len(PEOPLE)


def test_evidence_supports_what_its_author_answered_and_names_nobody(
    bench: Bench, opened: Assessment
) -> None:
    closes(bench, opened)

    (exhibit,) = evidence.review(bench.desk, "U-LEE", assessment=opened.id).waiting
    ruled = evidence.accept(bench.desk, "U-LEE", evidence=exhibit.evidence.id)

    assert (exhibit.level, exhibit.author, exhibit.evidence.seat_id) == (1, None, None)
    assert (ruled.review.accepted, ruled.review.returned) == (1, 1)
    found = results.work_out_again(bench.desk, "U-LEE", assessment=opened.id).findings.question("FLOUR")
    assert found is not None
    assert found.accepted == 1


def test_until_closing_everybody_can_go_on(bench: Bench, opened: Assessment) -> None:
    bench.types("U-EVA", "edit 2")
    bench.clicks("U-EVA", 3)

    assert bench.look("U-EVA").interview.replies["YEAST"].value == 3


TOO_LATE: list[tuple[type[Refused], Callable[[Bench, str], object]]] = [
    (Forgotten, lambda bench, seat: interview.start(bench.desk, "U-ANA", seat=seat)),
    (Forgotten, lambda bench, seat: interview.send(bench.desk, "U-ANA", seat=seat)),
    (Forgotten, lambda bench, seat: interview.look(bench.desk, "U-ANA", seat=seat)),
    (Forgotten, lambda bench, seat: interview.decline(bench.desk, "U-ANA", seat=seat)),
    (
        Forgotten,
        lambda bench, seat: interview.answer(
            bench.desk, "U-ANA", seat=seat, question="HEAT", revision=1, choice=interview.option(1)
        ),
    ),
    (Forgotten, lambda bench, seat: evidence.of_question(bench.desk, "U-ANA", seat=seat, question="HEAT")),
    (NoSuchEvidence, lambda bench, _: evidence.withdraw(bench.desk, "U-ANA", evidence="E")),
    (NothingToAnswer, lambda bench, _: bench.types("U-ANA", "c")),
    (NothingToAnswer, lambda bench, _: bench.types("U-ANA", "c", thread="posted-0003")),
]


def test_whoever_comes_too_late_gets_a_sentence(bench: Bench, opened: Assessment) -> None:
    seat = bench.seat("U-ANA")
    closes(bench, opened)

    for refusal, deed in TOO_LATE:
        with pytest.raises(refusal):
            deed(bench, seat)


def test_what_was_still_owed_is_owed_no_longer(bench: Bench, opened: Assessment) -> None:
    spoken: Spoken = bench.writes("U-ANA", "edit 3", ts="late")
    closes(bench, opened)
    bench.clock.passes(days=5)

    assert bench.post(spoken.owed) == []
    assert bench.beat() == []


@pytest.mark.parametrize("user", ["U-LEE", "U-ANA"])
def test_status_and_result_are_there_for_all(bench: Bench, opened: Assessment, user: str) -> None:
    closes(bench, opened)
    shared = sharing.share(bench.desk, "U-LEE", assessment=opened.id)

    status = reports.status(bench.desk, user)
    verdict = reports.verdict(bench.desk, user)

    assert list(map(short, bench.post(shared.owed))) == ["verdict"]
    assert (status.sent, status.mine, status.facilitating) == (5, None, user == "U-LEE")
    assert (verdict.findings.answered, verdict.findings.invited) == (5, 5)


def test_of_a_closing_that_fails_half_way_nothing_is_done(
    bench: Bench, opened: Assessment, engine: Engine
) -> None:
    """As when the process dies: whatever step it comes to, all of it is done or none."""
    before, bench_desk = rows(engine), bench.desk
    for steps in range(len(PEOPLE) + 1):
        left = iter(range(steps))
        bench.desk = replace(bench_desk, new_id=lambda left=left: f"new-{next(left)}")  # type: ignore[misc]
        try:
            closes(bench, opened)
        except (StopIteration, RuntimeError):
            assert rows(engine) == before

    assert rows(engine)["seat_holder"] == []
    with pytest.raises(AlreadyClosed):
        closes(bench, opened)


def test_confidential_answers_stay_with_who_gave_them(bench: Bench) -> None:
    opened = bench.opened({user: ["BAKER"] for user in PEOPLE}, privacy=Privacy.CONFIDENTIAL)
    bench.answers_all("U-ANA", 2)
    seat = bench.seat("U-ANA")

    closes(bench, opened)

    assert bench.seat("U-ANA") == seat
    with bench.store.transaction(bench.team) as tx:
        assert tx.assessments.get(opened.id).state is AssessmentState.CLOSED
