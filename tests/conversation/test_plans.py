"""From a gap to an action, and what its owner says of it since."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from conversation import acting, actions, agreeing, plans, results
from conversation.actions import Promise
from conversation.contents import Agreed, Due
from conversation.errors import (
    ActionIsDone,
    AssessmentIsOpen,
    DueInThePast,
    NoSuchAssessment,
    NoSuchGap,
    NotFacilitator,
    NotShared,
    NotYourAction,
)
from storage.records import ActionState, Assessment, Person
from tests.conversation.desk import Bench, short

ZOE = Person(user_id="U-ZOE", name="Zoe", tz="Europe/Berlin")
DUE = date(2026, 12, 10)
DONE, BLOCKED, ON_TRACK = ActionState.DONE, ActionState.BLOCKED, ActionState.ON_TRACK


def agree(
    bench: Bench,
    assessment: Assessment,
    step: str = "HEAT@1",
    *,
    id: str = "V1",
    due: date = DUE,
    by: str = "U-LEE",
) -> Promise:
    promise = agreeing.agree(
        bench.desk,
        by,
        assessment=assessment.id,
        step=step,
        objective=" Every oven has a thermometer. ",
        measure="0 of 3 now, 3 of 3 then",
        owner=ZOE,
        due=due,
        id=id,
    )
    bench.post(promise.owed)
    return promise


def mark(
    bench: Bench, promise: Promise, state: ActionState, by: str = "U-ZOE", text: str | None = None
) -> Promise:
    if state is DONE:
        return acting.finish(bench.desk, by, action=promise.action.id, text=text or "Seen.")
    return acting.mark(bench.desk, by, action=promise.action.id, state=state, text=text)


def test_what_the_form_of_an_action_starts_with(bench: Bench, closed: Assessment) -> None:
    proposal = plans.propose(bench.desk, "U-LEE", assessment=closed.id, step="HEAT@1")

    assert (proposal.item.id, proposal.gap.step, proposal.aspect_title) == ("HEAT", "HEAT@1", "Oven")
    assert proposal.due in {date(2026, 12, 23), date(2027, 1, 22), date(2027, 2, 22)}


def test_an_agreed_gap_is_an_action_and_its_owner_hears_of_it(bench: Bench, closed: Assessment) -> None:
    promise = agree(bench, closed)

    action = promise.action
    assert (action.question, action.level, action.owner, action.due) == ("HEAT", 1, "U-ZOE", DUE)
    assert (action.objective, action.state) == ("Every oven has a thermometer.", ON_TRACK)
    assert [(posting.key, posting.recipient) for posting in promise.owed] == [("agreed/V1", "U-ZOE")]
    board = plans.board(bench.desk, "U-LEE")
    assert board.actions == (action,)
    assert board.owners == {"U-ZOE": ZOE.model_copy(update={"dm": None})}
    assert "HEAT@1" not in {gap.step for gap in board.open_gaps}


def test_the_same_form_sent_twice_is_one_action(bench: Bench, closed: Assessment) -> None:
    first, second = agree(bench, closed), agree(bench, closed)

    assert second == replace(first, owed=())
    assert len(plans.board(bench.desk, "U-LEE").actions) == 1


def test_what_cannot_be_agreed(bench: Bench, closed: Assessment) -> None:
    for step in ("SALT@1", "HEAT@9"):
        with pytest.raises(NoSuchGap):
            agree(bench, closed, step)
    with pytest.raises(DueInThePast):
        agree(bench, closed, due=date(2026, 11, 22))
    with pytest.raises(NotFacilitator):
        agree(bench, closed, by="U-ANA")

    assert plans.board(bench.desk, "U-LEE").actions == ()


def test_an_open_assessment_has_no_board(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]})

    with pytest.raises(AssessmentIsOpen):
        plans.board(bench.desk, "U-LEE")
    with pytest.raises(AssessmentIsOpen):
        plans.board_of(bench.desk, "U-LEE", assessment=opened.id)


def test_who_may_see_the_board(bench: Bench, closed: Assessment) -> None:
    seen = {user: plans.board(bench.desk, user).facilitating for user in ("U-LEE", "U-ANA")}
    from_the_channel = plans.board(bench.desk, "U-ZOE", channel="C-ML").assessment.id

    assert (seen, from_the_channel) == ({"U-LEE": True, "U-ANA": False}, closed.id)
    with pytest.raises(NoSuchAssessment):
        plans.board(bench.desk, "U-ZOE")
    with pytest.raises(NotFacilitator):
        plans.board_of(bench.desk, "U-ANA", assessment=closed.id)


def test_the_owner_and_the_facilitator_say_how_it_goes(bench: Bench, closed: Assessment) -> None:
    promise = agree(bench, closed)

    marked = [mark(bench, promise, BLOCKED, text="No thermometers."), mark(bench, promise, DONE, by="U-LEE")]

    assert [each.action.state for each in marked] == [BLOCKED, DONE]
    assert [each.action.state for each in actions.look(bench.desk, "U-ZOE", actions=["V1", "?"])] == [DONE]
    assert actions.look(bench.desk, "U-ANA", actions=["V1"]) == ()


def test_nobody_else_does_and_the_same_again_is_no_news(bench: Bench, closed: Assessment) -> None:
    promise = agree(bench, closed)
    for action, user in (("V1", "U-ANA"), ("?", "U-ZOE")):
        with pytest.raises(NotYourAction):
            acting.mark(bench.desk, user, action=action, state=ON_TRACK)

    for _ in range(2):
        mark(bench, promise, BLOCKED)

    with bench.store.transaction("T1") as tx:
        assert [note.state for note in tx.actions.notes(closed.id)] == [BLOCKED]


@pytest.mark.parametrize("state", [ON_TRACK, ActionState.AT_RISK, BLOCKED])
@pytest.mark.parametrize("by", ["U-ZOE", "U-LEE"])
def test_what_is_done_stays_done(bench: Bench, closed: Assessment, state: ActionState, by: str) -> None:
    promise = agree(bench, closed)
    done = mark(bench, promise, DONE).action

    with pytest.raises(ActionIsDone):
        mark(bench, promise, state, by=by, text="Not quite")

    assert plans.board(bench.desk, "U-LEE").actions == (done,)
    assert mark(bench, promise, DONE).action == done


def test_before_it_is_shared_there_is_no_board_but_the_facilitators(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]})
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    with pytest.raises(NotShared) as refused:
        plans.board(bench.desk, "U-ANA")

    assert refused.value.values == {"subject": "ABC Inc.", "facilitator": "U-LEE"}
    assert plans.board(bench.desk, "U-LEE").facilitating


def test_an_owner_has_one_message_a_day_for_all_their_actions(bench: Bench, closed: Assessment) -> None:
    agree(bench, closed, "HEAT@1", id="V1", due=DUE)
    agree(bench, closed, "YEAST@1", id="V2", due=date(2026, 12, 17))

    days = {}
    for day in range(1, 20):
        bench.clock.at = datetime(2026, 12, day, 12, tzinfo=UTC)
        for said in bench.beat():
            if isinstance(said, Due):
                days[day] = [line.action.id for line in said.actions]

    assert days == {3: ["V1"], 8: ["V1"], 10: ["V1", "V2"], 14: ["V1"], 15: ["V2"], 17: ["V1", "V2"]}


def test_nobody_is_reminded_of_what_is_done(bench: Bench, closed: Assessment) -> None:
    mark(bench, agree(bench, closed), DONE)

    bench.clock.at = datetime(2026, 12, 3, 12, tzinfo=UTC)

    assert "due" not in list(map(short, bench.beat()))


def test_a_reminder_comes_in_the_owners_morning(bench: Bench, closed: Assessment) -> None:
    agree(bench, closed)

    bench.clock.at = datetime(2026, 12, 3, 8, 29, tzinfo=UTC)
    bench.beat()
    bench.clock.passes(minutes=1)

    assert list(map(short, bench.beat())) == ["due"]


def test_what_the_owner_of_a_new_action_reads(bench: Bench, closed: Assessment) -> None:
    promise = agreeing.agree(
        bench.desk,
        "U-LEE",
        assessment=closed.id,
        step="HEAT@1",
        objective="An even heat",
        measure="",
        owner=ZOE,
        due=DUE,
        id="V9",
    )

    (said,) = bench.post(promise.owed)

    assert said == Agreed(promise.assessment, promise.action, "Heat")
