"""What the Home tab knows of somebody."""

from datetime import UTC, date, datetime
from itertools import count

import pytest

from conversation import acting, agreeing, drafting, home, interview, opening, plans, results
from conversation.desk import Desk
from conversation.pack import Pack
from conversation.scope import Scope
from storage.records import Person
from storage.store import Store

ANA, LEE = Person(user_id="UANA", name="Ana"), Person(user_id="ULEE", name="Lee")
EVERYTHING = ("development", "deployment", "monitoring", "governance")


@pytest.fixture
def desk(store: Store) -> Desk:
    ids = (f"id{number}" for number in count())
    return Desk(
        team="T1",
        store=store,
        now=lambda: datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
        new_id=lambda: next(ids),
        pack=Pack.shipped("mlops"),
        claimant="here",
    )


def test_a_stranger_has_nothing_open(desk: Desk) -> None:
    found = home.home(desk, "USTRANGER")

    assert (found.seats, found.actions, found.assessments, found.draft) == ((), (), (), None)


def test_a_draft_waits_for_its_facilitator_only(desk: Desk) -> None:
    drafted(desk, "Fraud")

    waiting = home.home(desk, ANA.user_id).draft
    assert waiting is not None
    assert waiting.assessment.subject == "Fraud"
    assert home.home(desk, LEE.user_id).draft is None


def test_what_is_open_comes_first_and_what_is_declined_is_gone(desk: Desk) -> None:
    for subject in ("Fraud", "Churn", "Prices"):
        launched(desk, subject)
    places = {assessment.subject: seat for seat, assessment in home.home(desk, LEE.user_id).seats}
    interview.decline(desk, LEE.user_id, seat=places["Churn"].id)
    closed = places["Prices"].assessment_id
    results.close(desk, ANA.user_id, assessment=closed)

    theirs, hers = home.home(desk, LEE.user_id), home.home(desk, ANA.user_id)

    assert [assessment.subject for _, assessment in theirs.seats] == ["Fraud"]
    assert [each.assessment.subject for each in hers.assessments] == ["Churn", "Fraud", "Prices"]


def test_an_action_stays_until_it_is_done(desk: Desk) -> None:
    launched(desk, "Fraud")
    ((seat, assessment),) = home.home(desk, LEE.user_id).seats
    asking = interview.start(desk, LEE.user_id, seat=seat.id).sitting.interview.items
    for item in asking:
        interview.answer(
            desk, LEE.user_id, seat=seat.id, question=item.id, revision=0, choice=interview.option(0)
        )
    results.close(desk, ANA.user_id, assessment=assessment.id)
    gap = plans.board(desk, ANA.user_id).open_gaps[0]
    agreeing.agree(
        desk,
        ANA.user_id,
        assessment=assessment.id,
        step=gap.step,
        objective="Alerts",
        measure="7 of 7",
        owner=LEE,
        due=date(2027, 1, 29),
        id="x",
    )

    before = home.home(desk, LEE.user_id).actions
    acting.finish(desk, LEE.user_id, action="x", text="Seen.")

    assert [(action.objective, found.subject) for action, found in before] == [("Alerts", "Fraud")]
    assert home.home(desk, LEE.user_id).actions == ()


def drafted(desk: Desk, subject: str) -> drafting.Draft:
    wanted = Scope(aspects=EVERYTHING, people=(LEE.user_id,))
    return drafting.draft(
        desk, ANA, subject=subject, scope=wanted, channel="C1", closes_on=date(2026, 12, 10)
    )


def launched(desk: Desk, subject: str) -> None:
    opening.launch(
        desk,
        ANA.user_id,
        assessment=drafted(desk, subject).assessment.id,
        roles={LEE.user_id: ("MLE",)},
        people={LEE.user_id: LEE},
    )
