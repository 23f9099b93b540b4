"""What the Home tab knows of somebody."""

from datetime import UTC, date, datetime
from itertools import count

import pytest

from bot import actions as ids
from bot import views
from conversation import (
    acting,
    agreeing,
    drafting,
    home,
    interview,
    opening,
    plans,
    reports,
    results,
    sharing,
    withdrawal,
)
from conversation.desk import Desk
from conversation.errors import AssessmentIsOpen, NoSuchAssessment, NotShared
from conversation.pack import Pack
from conversation.scope import Privacy, Scope
from storage.records import Person
from storage.store import Store
from tests.conversation.desk import Bench

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


def test_the_latest_closed_assessments_are_named_with_whether_their_result_can_be_seen(store: Store) -> None:
    bench = Bench(store)
    for subject in ("Oldest", "Older", "Old", "New"):
        opened = bench.opened({"U-ANA": ["BAKER"]}, subject=subject)
        bench.answers_all("U-ANA")
        results.close(bench.desk, "U-LEE", assessment=opened.id)
        if subject == "Old":
            sharing.share(bench.desk, "U-LEE", assessment=opened.id)

    found = home.home(bench.desk, "U-ANA")

    assert not found.is_new
    assert past(bench, "U-ANA") == [("New", False), ("Old", True), ("Older", False)]


def test_what_one_had_no_part_in_or_facilitates_is_not_named_once_more(store: Store) -> None:
    bench = Bench(store)
    opened = bench.opened(
        {"U-LEE": ["BAKER"], "U-ANA": ["BAKER"], "U-BEA": ["BAKER"], "U-CAT": ["BAKER"], "U-DAN": ["BAKER"]}
    )
    bench.answers_all("U-ANA")
    bench.answers_all("U-BEA")
    interview.decline(bench.desk, "U-CAT", seat=bench.seat("U-CAT"))
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    withdrawal.withdraw(bench.desk, "U-BEA", seat=bench.seat("U-BEA"))

    told = {user: len(past(bench, user)) for user in ("U-LEE", "U-ANA", "U-BEA", "U-CAT", "U-DAN", "U-ZOE")}

    assert told == {"U-LEE": 0, "U-ANA": 1, "U-BEA": 0, "U-CAT": 0, "U-DAN": 1, "U-ZOE": 0}


def test_where_nobody_knows_who_sat_where_home_still_names_it(store: Store) -> None:
    bench = Bench(store)
    bakers = {f"U-{number}": ["BAKER"] for number in range(5)}
    opened = bench.opened(bakers, subject="Bread", privacy=Privacy.ANONYMOUS)
    for user in bakers:
        bench.answers_all(user)
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    assert past(bench, "U-1") == [("Bread", False)]


def test_a_result_that_was_sent_to_those_who_took_part_is_there_for_them(store: Store) -> None:
    bench = Bench(store)
    opened = bench.opened({"U-ANA": ["BAKER"], "U-BEA": ["BAKER"]}, subject="Bread")
    bench.answers_all("U-ANA")
    interview.decline(bench.desk, "U-BEA", seat=bench.seat("U-BEA"))
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    sharing.send_to_participants(bench.desk, "U-LEE", assessment=opened.id)

    assert past(bench, "U-ANA") == [("Bread", True)]


def test_the_button_shows_a_participant_what_the_command_would(store: Store) -> None:
    bench = Bench(store)
    opened = bench.opened({"U-ANA": ["BAKER"]})
    with pytest.raises(AssessmentIsOpen):
        reports.verdict_of(bench.desk, "U-ANA", assessment=opened.id)
    bench.answers_all("U-ANA")
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    with pytest.raises(NotShared):
        reports.verdict_of(bench.desk, "U-ANA", assessment=opened.id)
    sharing.share(bench.desk, "U-LEE", assessment=opened.id)

    shown = reports.verdict_of(bench.desk, "U-ANA", assessment=opened.id)

    assert shown == reports.verdict(bench.desk, "U-ANA")
    assert not shown.private
    with pytest.raises(NoSuchAssessment):
        reports.verdict_of(bench.desk, "U-ZOE", assessment=opened.id)


def test_an_open_questionnaire_stands_before_what_is_closed(store: Store) -> None:
    bench = Bench(store)
    closed = bench.opened({"U-ANA": ["BAKER"]}, subject="Bread")
    bench.answers_all("U-ANA")
    results.close(bench.desk, "U-LEE", assessment=closed.id)
    sharing.share(bench.desk, "U-LEE", assessment=closed.id)
    bench.opened({"U-ANA": ["BAKER"]}, subject="Cakes")

    blocks = views.home(home.home(bench.desk, "U-ANA"))["blocks"]

    headings = [block["text"]["text"] for block in blocks if block["type"] == "header"]
    buttons = [block["accessory"]["action_id"] for block in blocks if "accessory" in block]
    assert headings == ["Your questionnaires", "Closed assessments in which you were asked"]
    assert buttons[:2] == [ids.START, ids.RESULT]


def past(bench: Bench, user: str) -> list[tuple[str, bool]]:
    return [(each.assessment.subject, each.shared) for each in home.home(bench.desk, user).past]


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
