"""What can be done with an action, by whom, and who hears of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import (
    acting,
    actions,
    adjusting,
    again,
    agreeing,
    channels,
    ledger,
    mydata,
    planpost,
    plans,
    regrouping,
    results,
)
from conversation.actions import More, Promise, Whole
from conversation.adjusting import Wanted, circle
from conversation.contents import Agreed, Contents, Informed, PlanPost, Told, Unaccepted
from conversation.errors import (
    ActionChanged,
    ActionClash,
    ActionIsDone,
    AssessmentIsOpen,
    CannotOwn,
    CannotTakePart,
    CannotUndo,
    DueInThePast,
    NeedsCircle,
    NoActionReason,
    NoObjective,
    NoSuchAction,
    NoSuchEvidence,
    NotALink,
    NotFacilitator,
    NothingPlanned,
    NothingSaid,
    NothingToMerge,
    NothingToShow,
    NotYourAction,
    Refused,
    ResultFirst,
    StartsAfterDue,
    TooManySteps,
)
from conversation.plans import Group
from conversation.regrouping import Piece
from storage.records import ActionState, Assessment, Person, PersonKind, SlackFile
from tests.conversation.desk import LEE, Bench, Clock
from tests.storage.given import overlapping

ZOE, BO, MAX = (Person(user_id=f"U-{name.upper()}", name=name, tz="UTC") for name in ("Zoe", "Bo", "Max"))
DUE = date(2026, 12, 10)
ON_TRACK, AT_RISK, BLOCKED, DONE, DROPPED = ActionState


@pytest.fixture(autouse=True)
def no_two_moments_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a real clock."""

    def later(clock: Clock) -> datetime:
        clock.at += timedelta(microseconds=1)
        return clock.at

    monkeypatch.setattr(Clock, "__call__", later)


def added(
    bench: Bench, assessment: Assessment, id: str = "V1", owner: Person = ZOE, due: date = DUE, **more: Any
) -> str:
    """An action of Lee's making, without a gap; a minute later."""
    made = agreeing.add(
        bench.desk,
        "U-LEE",
        assessment=assessment.id,
        objective=f"Thermometers {id}",
        measure="Ovens with a thermometer",
        owner=owner,
        due=due,
        id=id,
        more=More(**more),
    )
    bench.post(made.owed)
    bench.clock.passes(minutes=1)
    return made.action.id


def seen(bench: Bench, action: str = "V1", by: str = "U-LEE", channel: str | None = None) -> Whole:
    return actions.whole(bench.desk, by, action=action, channel=channel)


def told(said: list[Contents]) -> list[str]:
    return [f"{each.word}" if isinstance(each, Told) else type(each).__name__ for each in said]


def readers(bench: Bench, word: str) -> list[str]:
    return [each.recipient for each in bench.posted if each.contents.get("word") == word]


# Agreeing.


def test_an_action_without_a_gap(bench: Bench, closed: Assessment) -> None:
    more: dict[str, Any] = {
        "unit": "ovens",
        "baseline": Decimal(0),
        "target": Decimal(3),
        "starts": date(2026, 12, 1),
        "informed": (BO,),
        "steps": ("Buy them", " ", "Fit them"),
    }

    found = seen(bench, added(bench, closed, **more))

    action = found.action
    assert (action.question, action.level, action.owner, action.accepted_at) == (None, None, "U-ZOE", None)
    assert (action.unit, action.target, action.starts, action.informed) == (
        "ovens",
        3,
        date(2026, 12, 1),
        ("U-BO",),
    )
    assert [step.text for step in found.steps] == ["Buy them", "Fit them"]
    assert found.to_accept
    assert plans.board(bench.desk, "U-LEE").groups[Group.UNDER_WAY] == (action,)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"objective": " "}, NoObjective),
        ({"due": date(2026, 11, 1)}, DueInThePast),
        ({"more": More(starts=DUE + timedelta(days=1))}, StartsAfterDue),
        ({"more": More(steps=("x",) * 11)}, TooManySteps),
        ({"owner": ZOE.model_copy(update={"gone": True})}, CannotOwn),
        ({"owner": Person(user_id="U-BOT", name="Robot", kind=PersonKind.BOT)}, CannotOwn),
    ],
)
def test_what_cannot_be_agreed_with_or_without_a_gap(
    bench: Bench, closed: Assessment, changed: dict[str, Any], refusal: type[Refused]
) -> None:
    wanted = {"objective": "Better", "measure": "", "owner": ZOE, "due": DUE, "id": "V1", **changed}

    with pytest.raises(refusal):
        agreeing.add(bench.desk, "U-LEE", assessment=closed.id, **wanted)
    with pytest.raises(refusal):
        agreeing.agree(bench.desk, "U-LEE", assessment=closed.id, step="FLOUR@1", **wanted)

    assert plans.board(bench.desk, "U-LEE").actions == ()


@pytest.mark.parametrize(
    ("changed", "gone"), [({"gone": True}, True), ({"kind": PersonKind.BOT}, False)], ids=["left", "app"]
)
def test_who_has_left_and_an_app_are_given_no_action_and_asked_for_no_help(
    bench: Bench, closed: Assessment, changed: dict[str, Any], gone: bool
) -> None:
    added(bench, closed)
    other = BO.model_copy(update=changed)

    for give in (
        lambda: agreeing.hand_over(bench.desk, "U-LEE", action="V1", owner=other),
        lambda: split(bench, "U-LEE", owner=other),
    ):
        with pytest.raises(CannotOwn) as no:
            give()
        assert no.value.values == {"person": "U-BO", "gone": gone}
    with pytest.raises(CannotTakePart):
        acting.mark(bench.desk, "U-ZOE", action="V1", state=BLOCKED, text="Why.", helper=other)

    assert [each.owner for each in plans.board(bench.desk, "U-LEE").actions] == ["U-ZOE"]


def test_a_file_that_was_not_shown_for_an_action_is_not_had(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    file = SlackFile(id="F1", name="ovens.png", type="png", size=20)
    acting.finish(bench.desk, "U-ZOE", action="V1", files=(file,))

    assert actions.file_of(bench.desk, "U-LEE", action="V1", file="F1") == file
    with pytest.raises(NoSuchEvidence):
        actions.file_of(bench.desk, "U-LEE", action="V1", file="F2")


def test_only_a_facilitator_adds_and_only_after_closing(bench: Bench, closed: Assessment) -> None:
    wanted: dict[str, Any] = {"objective": "x", "measure": "", "owner": ZOE, "due": DUE, "id": "V1"}
    another = bench.opened({"U-ANA": ["BAKER"]}, subject="Another")

    with pytest.raises(NotFacilitator):
        agreeing.add(bench.desk, "U-ANA", assessment=closed.id, **wanted)
    with pytest.raises(AssessmentIsOpen):
        agreeing.add(bench.desk, "U-LEE", assessment=another.id, **wanted)


def test_who_takes_an_action_on_themselves_is_not_asked(bench: Bench, closed: Assessment) -> None:
    action = added(bench, closed, owner=LEE)

    assert not seen(bench, action).to_accept
    assert "agreed" not in {posting.kind for posting in bench.posted}


def test_a_facilitator_hears_once_of_an_owner_who_says_nothing(bench: Bench, closed: Assessment) -> None:
    """It is Monday: the third working day after is Thursday."""
    for id in ("V1", "V2", "V3"):
        added(bench, closed, id)
    agreeing.accept(bench.desk, "U-ZOE", action="V1")
    acting.mark(bench.desk, "U-ZOE", action="V2", state=AT_RISK)

    heard = {}
    for day in range(24, 31):
        bench.clock.at = datetime(2026, 11, day, 12, tzinfo=UTC)
        if said := [each.action.id for each in bench.beat() if isinstance(each, Unaccepted)]:
            heard[day] = said

    assert heard == {26: ["V3"]}


def test_each_owner_has_their_own_days_to_answer(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    bench.clock.at = datetime(2026, 11, 25, 12, tzinfo=UTC)
    for owner in (BO, ZOE):
        bench.post(agreeing.hand_over(bench.desk, "U-LEE", action="V1", owner=owner).owed)
        bench.clock.passes(minutes=1)

    heard = []
    for day in range(26, 31):
        bench.clock.at = datetime(2026, 11, day, 12, tzinfo=UTC)
        heard += [day for each in bench.beat() if isinstance(each, Unaccepted)]

    assert heard == [30]


def test_an_owner_who_declines_gives_it_back_with_a_reason(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    with pytest.raises(NoActionReason):
        agreeing.decline(bench.desk, "U-ZOE", action="V1", reason=" ")

    said = bench.post(agreeing.decline(bench.desk, "U-ZOE", action="V1", reason="I leave in May.").owed)

    assert told(said) == ["declined_action"]
    assert readers(bench, "declined_action") == ["U-LEE"]
    assert seen(bench).action.owner is None
    assert plans.board(bench.desk, "U-LEE").groups[Group.ATTENTION] == (seen(bench).action,)
    with pytest.raises(NotYourAction):
        agreeing.accept(bench.desk, "U-ZOE", action="V1")
    given = bench.post(agreeing.hand_over(bench.desk, "U-LEE", action="V1", owner=BO).owed)
    assert [type(each) for each in given] == [Agreed]


def test_an_owner_suggests_another_date_and_a_facilitator_decides(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    later = date(2026, 12, 17)
    wish = {"action": "V1", "due": later, "reason": "Leave"}

    said = bench.post(agreeing.change_date(bench.desk, "U-ZOE", **wish).owed)
    kept = bench.post(agreeing.decide_date(bench.desk, "U-LEE", action="V1", due=later, take=False).owed)
    kept_again = agreeing.decide_date(bench.desk, "U-LEE", action="V1", due=later, take=False)
    resaid = bench.post(
        agreeing.change_date(bench.desk, "U-ZOE", action="V1", due=later, reason="Leave").owed
    )
    was = seen(bench).action.due
    taken = bench.post(agreeing.decide_date(bench.desk, "U-LEE", action="V1", due=later, take=True).owed)
    again = agreeing.decide_date(bench.desk, "U-LEE", action="V1", due=later, take=True)

    assert (told(said), told(kept), told(taken)) == (["date_suggested"], ["date_kept"], ["date_taken"])
    assert (kept_again.owed, again.owed) == ((), ())
    assert told(resaid) == ["date_suggested"]
    assert (was, seen(bench).action.due) == (DUE, later)
    assert readers(bench, "date_taken") == ["U-ZOE"]


def test_two_who_hand_it_over_at_once(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    agreeing.hand_over(bench.desk, "U-LEE", action="V1", owner=BO, seen="U-ZOE")

    with pytest.raises(ActionChanged):
        agreeing.hand_over(bench.desk, "U-LEE", action="V1", owner=MAX, seen="U-ZOE")

    assert seen(bench).action.owner == "U-BO"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_takes_on_an_action_that_is_being_handed_over_is_told_that_it_changed(
    bench: Bench, closed: Assessment
) -> None:
    added(bench, closed)

    with pytest.raises(ActionChanged) as refused:
        overlapping(
            bench.store,
            lambda: agreeing.hand_over(bench.desk, "U-LEE", action="V1", owner=BO, seen="U-ZOE"),
            lambda: agreeing.accept(bench.desk, "U-ZOE", action="V1"),
        )

    found = seen(bench)
    assert refused.value.values["objective"] == "Thermometers V1"
    assert (found.action.owner, found.action.accepted_at) == ("U-BO", None)


# How it goes.


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_is_being_dropped_is_not_done_by_who_says_so_at_the_same_moment(
    bench: Bench, closed: Assessment
) -> None:
    added(bench, closed)
    agreeing.accept(bench.desk, "U-ZOE", action="V1")

    with pytest.raises(ActionChanged):
        overlapping(
            bench.store,
            lambda: acting.drop(bench.desk, "U-LEE", action="V1", reason="No ovens."),
            lambda: acting.finish(bench.desk, "U-ZOE", action="V1", text="All there."),
        )

    found = seen(bench)
    assert (found.action.state, [note.text for note in found.notes]) == (DROPPED, ["No ovens."])
    with bench.desk.transaction() as tx:
        assert [deed.by for deed in tx.deeds.of(closed.id) if deed.what == "marked_action"] == ["U-LEE"]


def test_done_takes_a_note_or_a_link(bench: Bench, closed: Assessment) -> None:
    added(bench, closed, baseline=Decimal(0), target=Decimal(3))
    for words, refusal in (({"text": " "}, NothingToShow), ({"link": "see wiki"}, NotALink)):
        with pytest.raises(refusal):
            acting.finish(bench.desk, "U-ZOE", action="V1", **words)  # type: ignore[arg-type]

    acting.finish(bench.desk, "U-ZOE", action="V1", link="https://example.com/ovens", measured=Decimal(3))

    found = seen(bench)
    assert (found.action.state, found.action.current, found.progress.percent) == (DONE, 3, 100)
    assert found.action.accepted_at is not None


def test_done_can_be_taken_back_for_a_day(bench: Bench, closed: Assessment) -> None:
    added(bench, closed, baseline=Decimal(0), target=Decimal(3))
    acting.comment(bench.desk, "U-ZOE", action="V1", measured=Decimal(1))
    acting.mark(bench.desk, "U-ZOE", action="V1", state=AT_RISK)
    bench.clock.passes(hours=1)
    acting.finish(bench.desk, "U-ZOE", action="V1", text="All there.", measured=Decimal(3))
    bench.clock.passes(hours=23, minutes=59)

    acting.undo(bench.desk, "U-LEE", action="V1")
    back = seen(bench).action
    acting.finish(bench.desk, "U-ZOE", action="V1", text="Now they are.")
    bench.clock.passes(hours=24)

    assert (back.state, back.current) == (AT_RISK, 1)
    with pytest.raises(CannotUndo):
        acting.undo(bench.desk, "U-ZOE", action="V1")


def test_whoever_could_help_hears_of_it_once(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)

    said = acting.mark(bench.desk, "U-ZOE", action="V1", state=BLOCKED, text="No budget.", helper=MAX)
    bench.post(said.owed)

    assert seen(bench).action.state is BLOCKED
    assert readers(bench, "help_wanted") == ["U-MAX"]


@pytest.mark.parametrize(("by", "reader"), [("U-ZOE", "U-LEE"), ("U-LEE", "U-ZOE")])
def test_to_drop_an_action_is_final_and_the_other_side_hears_why(
    bench: Bench, closed: Assessment, by: str, reader: str
) -> None:
    added(bench, closed)
    with pytest.raises(NoActionReason):
        acting.drop(bench.desk, by, action="V1", reason="")

    bench.post(acting.drop(bench.desk, by, action="V1", reason="The ovens go.").owed)

    assert plans.board(bench.desk, "U-LEE").groups[Group.DROPPED] == (seen(bench).action,)
    assert readers(bench, "action_dropped") == [reader]
    with pytest.raises(ActionIsDone):
        acting.mark(bench.desk, by, action="V1", state=ON_TRACK)
    with pytest.raises(ActionIsDone):
        acting.finish(bench.desk, by, action="V1", text="After all")


def test_others_suggest_and_change_nothing(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    before = seen(bench).action
    with pytest.raises(NothingSaid):
        acting.suggest(bench.desk, "U-ANA", action="V1", text=" ")
    with pytest.raises(NoSuchAction):
        acting.suggest(bench.desk, "U-MAX", action="V1", text="Buy cheap ones")

    bench.post(acting.suggest(bench.desk, "U-ANA", action="V1", text="Ask the shop").owed)
    bench.post(acting.suggest(bench.desk, "U-MAX", action="V1", text="Cheap ones", channel="C-ML").owed)

    assert readers(bench, "suggested") == ["U-ZOE", "U-ZOE"]
    assert seen(bench).action == before
    assert [change.values["text"] for change in seen(bench).changes] == ["Ask the shop", "Cheap ones"]


OTHERS: dict[str, Callable[[Bench, str], object]] = {
    "say how it goes": lambda b, user: acting.mark(b.desk, user, action="V1", state=AT_RISK),
    "finish": lambda b, user: acting.finish(b.desk, user, action="V1", text="Seen."),
    "undo": lambda b, user: acting.undo(b.desk, user, action="V1"),
    "drop": lambda b, user: acting.drop(b.desk, user, action="V1", reason="No."),
    "comment": lambda b, user: acting.comment(b.desk, user, action="V1", text="Hm."),
    "accept": lambda b, user: agreeing.accept(b.desk, user, action="V1"),
    "decline": lambda b, user: agreeing.decline(b.desk, user, action="V1", reason="No."),
    "change the date": lambda b, user: agreeing.change_date(b.desk, user, action="V1", due=DUE, reason=""),
    "decide the date": lambda b, user: agreeing.decide_date(b.desk, user, action="V1", due=DUE, take=True),
    "hand over": lambda b, user: agreeing.hand_over(b.desk, user, action="V1", owner=MAX),
    "open to change": lambda b, user: actions.to_change(b.desk, user, action="V1"),
    "edit": lambda b, user: edit(b, user, objective="Mine"),
    "steps": lambda b, user: adjusting.change_steps(b.desk, user, action="V1", add=["x"], remove=[], key="k"),
    "tick": lambda b, user: adjusting.tick(b.desk, user, action="V1", ticked=["x"], shown=[]),
    "needs": lambda b, user: adjusting.set_needs(b.desk, user, action="V1", needs=[]),
    "split": lambda b, user: split(b, user),
    "merge": lambda b, user: regrouping.merge(b.desk, user, action="V1", others=["V2"]),
    "ask again": lambda b, user: acting.ask_again(b.desk, user, action="V1"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_nobody_else_changes_anything(bench: Bench, closed: Assessment, what: str) -> None:
    added(bench, closed)
    before = seen(bench)

    with pytest.raises(NotYourAction) as refused:
        OTHERS[what](bench, "U-ANA")

    assert refused.value.values == {"owner": "U-ZOE"}
    assert seen(bench) == before


def test_a_wish_to_ask_the_question_again_is_kept_once(bench: Bench, closed: Assessment) -> None:
    made = {"objective": "Better", "measure": "", "owner": ZOE, "due": DUE, "id": "V1"}
    agreeing.agree(bench.desk, "U-LEE", assessment=closed.id, step="HEAT@1", **made)  # type: ignore[arg-type]

    for _ in range(2):
        acting.ask_again(bench.desk, "U-ZOE", action="V1")

    with bench.store.transaction("T1") as tx:
        assert again.wishes(tx, closed.id) == ("HEAT",)
    assert seen(bench).wished


# Changing it.


def edit(
    bench: Bench, user: str, *, seen_at: int = 0, told: int | None = None, due: date = DUE, **changed: Any
) -> Promise:
    wanted = {"objective": "Thermometers V1", "measure": "Ovens with a thermometer", "due": due, **changed}
    return adjusting.edit(bench.desk, user, action="V1", wanted=Wanted(**wanted), seen=seen_at, told=told)


def test_what_two_people_change_apart_goes_together(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)

    edit(bench, "U-LEE", objective="Better thermometers")
    edit(bench, "U-ZOE", target=Decimal("7.5"), seen_at=0)

    action = seen(bench).action
    assert (action.objective, action.target) == ("Better thermometers", Decimal("7.5"))
    assert [(change.by, change.what) for change in seen(bench).changes] == [
        ("U-LEE", "changed"),
        ("U-ZOE", "changed"),
    ]


def test_of_two_who_change_the_same_the_second_sees_what_differs(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    edit(bench, "U-LEE", due=date(2026, 12, 11), measure="All ovens")

    with pytest.raises(ActionClash) as clash:
        edit(bench, "U-ZOE", due=date(2026, 12, 18), objective="Mine")

    told = clash.value.values
    assert (told["fields"], told["person"]) == ([("due", "2026-12-18", "2026-12-11")], "U-LEE")
    assert told["wanted"].objective == "Mine"
    assert seen(bench).action.objective == "Thermometers V1"
    edit(bench, "U-ZOE", due=date(2026, 12, 18), objective="Mine", told=2)
    found = seen(bench).action
    assert (found.due, found.objective, found.measure) == (date(2026, 12, 18), "Mine", "All ovens")


def test_a_late_action_can_be_edited_without_a_new_date_but_not_moved_into_the_past(
    bench: Bench, closed: Assessment
) -> None:
    added(bench, closed)
    bench.clock.at = datetime(2026, 12, 14, 10, tzinfo=UTC)

    edit(bench, "U-ZOE", current=Decimal(2))
    with pytest.raises(DueInThePast):
        edit(bench, "U-ZOE", current=Decimal(2), due=date(2026, 12, 11))

    assert seen(bench).action.current == 2


def test_a_facilitator_hears_when_the_owner_moves_it_again(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    days = [date(2026, 12, day) for day in (11, 14, 15)]

    said = []
    for number, day in enumerate(days):
        done = adjusting.edit(
            bench.desk,
            "U-ZOE",
            action="V1",
            wanted=Wanted("Thermometers V1", "Ovens with a thermometer", day),
            seen=number,
        )
        said.append(told(bench.post(done.owed)))

    assert said == [[], ["moved_often"], ["moved_often"]]
    assert readers(bench, "moved_often") == ["U-LEE", "U-LEE"]


def test_steps_are_added_once_ticked_and_removed(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    for _ in range(2):
        adjusting.change_steps(bench.desk, "U-ZOE", action="V1", add=["Buy", "Fit"], remove=[], key="F1")
    first, second = (step.id for step in seen(bench).steps)

    adjusting.tick(bench.desk, "U-ZOE", action="V1", ticked=[first], shown=[])
    adjusting.tick(bench.desk, "U-LEE", action="V1", ticked=[second], shown=[])
    both = seen(bench).progress.percent
    adjusting.tick(bench.desk, "U-LEE", action="V1", ticked=[], shown=[second])
    adjusting.change_steps(bench.desk, "U-ZOE", action="V1", add=[], remove=[second], key="F2")

    assert both == 100
    assert [(step.text, step.done_by) for step in seen(bench).steps] == [("Buy", "U-ZOE")]
    assert [change.what for change in seen(bench).changes] == [
        "added_step",
        "added_step",
        "ticked",
        "ticked",
        "unticked",
        "removed_step",
    ]
    with pytest.raises(TooManySteps):
        adjusting.change_steps(bench.desk, "U-ZOE", action="V1", add=["x"] * 10, remove=[], key="F3")
    assert len(seen(bench).steps) == 1


def test_a_step_is_put_in_its_place_whatever_others_did_meanwhile(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    adjusting.change_steps(bench.desk, "U-ZOE", action="V1", add=["Buy", "Fit", "Try"], remove=[], key="F1")
    last = seen(bench).steps[-1].id

    for user in ("U-ZOE", "U-ZOE", "U-LEE"):
        adjusting.place_step(bench.desk, user, action="V1", step=last, place=1)
    adjusting.change_steps(bench.desk, "U-LEE", action="V1", add=["Tell"], remove=[last], key="F2")
    adjusting.place_step(bench.desk, "U-ZOE", action="V1", step=last, place=2)

    assert [step.text for step in seen(bench).steps] == ["Buy", "Fit", "Tell"]
    assert [each.values for each in seen(bench).changes if each.what == "moved_step"] == [
        {"step": "Try", "place": 1}
    ]


def test_actions_do_not_wait_for_each_other_in_a_circle(bench: Bench, closed: Assessment) -> None:
    for id in ("V1", "V2", "V3"):
        added(bench, closed, id)
    adjusting.set_needs(bench.desk, "U-LEE", action="V1", needs=["V2"])
    adjusting.set_needs(bench.desk, "U-LEE", action="V2", needs=["V3"])

    with pytest.raises(NeedsCircle) as refused:
        adjusting.set_needs(bench.desk, "U-LEE", action="V3", needs=["V1"])

    names = [f"Thermometers {id}" for id in ("V1", "V2", "V3", "V1")]
    assert refused.value.values == {"path": names}
    assert [each.id for each in seen(bench, "V2").needed_by] == ["V1"]
    assert [each.id for each in seen(bench, "V2").unmet] == ["V3"]
    acting.finish(bench.desk, "U-ZOE", action="V3", text="Seen.")
    assert seen(bench, "V2").unmet == ()


def test_a_form_of_needs_that_is_older_than_what_it_changes_changes_nothing(
    bench: Bench, closed: Assessment
) -> None:
    for id in ("V1", "V2"):
        added(bench, closed, id)
    adjusting.set_needs(bench.desk, "U-LEE", action="V1", needs=["V2"], seen=0)

    with pytest.raises(ActionChanged):
        adjusting.set_needs(bench.desk, "U-ZOE", action="V1", needs=[], seen=0)

    assert [each.id for each in seen(bench).needs] == ["V2"]


GRAPHS = st.dictionaries(st.sampled_from("abcdef"), st.frozensets(st.sampled_from("abcdef")), max_size=6)


@given(GRAPHS)
def test_a_circle_is_a_way_that_comes_back_and_without_one_there_is_an_order(
    needs: dict[str, frozenset[str]],
) -> None:
    found = circle(needs)

    if found:
        assert found[0] == found[-1]
        assert all(after in needs[before] for before, after in pairwise(found))
    else:
        left = {each: set(wanted) for each, wanted in needs.items()}
        while ready := [each for each, wanted in left.items() if not wanted & left.keys()]:
            for each in ready:
                del left[each]
        assert not left


# Two of one, and one of several.


def split(bench: Bench, user: str, *, owner: Person = BO, seen_at: int | None = None) -> object:
    first, second = Piece("Buy them", ZOE), Piece("Fit them", owner)
    done = regrouping.split(bench.desk, user, action="V1", first=first, second=second, id="V9", seen=seen_at)
    bench.post(done.owed)
    return done


def test_an_action_is_split_into_two_that_know_of_each_other(bench: Bench, closed: Assessment) -> None:
    for id in ("V1", "V2", "V3"):
        added(bench, closed, id)
    adjusting.set_needs(bench.desk, "U-LEE", action="V2", needs=["V1"])
    adjusting.set_needs(bench.desk, "U-LEE", action="V1", needs=["V3"])

    for _ in range(2):
        split(bench, "U-LEE")

    first, second = seen(bench), seen(bench, "V9")
    assert (first.action.objective, first.action.owner) == ("Buy them", "U-ZOE")
    assert (second.action.objective, second.action.owner, second.action.split_from) == (
        "Fit them",
        "U-BO",
        "V1",
    )
    assert [each.id for each in first.parts] == ["V9"]
    assert {each.id for each in seen(bench, "V2").needs} == {"V1", "V9"}
    assert [each.id for each in second.needs] == ["V3"]
    assert len(plans.board(bench.desk, "U-LEE").actions) == 4


def test_what_was_handed_over_meanwhile_is_not_split(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    agreeing.hand_over(bench.desk, "U-LEE", action="V1", owner=MAX)

    with pytest.raises(ActionChanged):
        split(bench, "U-LEE", seen_at=0)


def test_actions_become_one_and_lead_to_it(bench: Bench, closed: Assessment) -> None:
    added(bench, closed, "V1", steps=("Buy",))
    added(bench, closed, "V2", owner=BO, steps=("Fit", "Test"), informed=(MAX,))
    added(bench, closed, "V3")
    adjusting.set_needs(bench.desk, "U-LEE", action="V3", needs=["V2"])
    (fit, _) = seen(bench, "V2").steps
    adjusting.tick(bench.desk, "U-BO", action="V2", ticked=[fit.id], shown=[])
    acting.comment(bench.desk, "U-BO", action="V2", text="The screws are there.")
    with pytest.raises(NothingToMerge):
        regrouping.merge(bench.desk, "U-LEE", action="V1", others=["V1"])

    bench.post(regrouping.merge(bench.desk, "U-LEE", action="V1", others=["V2"]).owed)

    found, other = seen(bench), seen(bench, "V2")
    assert (other.action.state, other.action.became) == (DROPPED, "V1")
    assert [note.text for note in other.notes] == ["The screws are there.", None]
    assert [each.id for each in found.merged] == ["V2"]
    assert [step.text for step in found.steps] == ["Buy", "Test"]
    assert found.action.informed == ("U-MAX",)
    assert [each.id for each in seen(bench, "V3").needs] == ["V1"]
    assert readers(bench, "merged_into") == ["U-BO"]


def test_what_would_wait_for_itself_is_not_merged(bench: Bench, closed: Assessment) -> None:
    for id in ("V1", "V2", "V3"):
        added(bench, closed, id)
    adjusting.set_needs(bench.desk, "U-LEE", action="V1", needs=["V2"])
    adjusting.set_needs(bench.desk, "U-LEE", action="V2", needs=["V3"])

    with pytest.raises(NeedsCircle):
        regrouping.merge(bench.desk, "U-LEE", action="V1", others=["V3"])

    assert seen(bench, "V3").action.state is ON_TRACK


# Who hears of it.


def test_who_is_kept_informed_hears_once_a_day_what_became_of_it(bench: Bench, closed: Assessment) -> None:
    """On Tuesday it is blocked (told), goes on and moves (told on Wednesday); at risk is no news; on Thursday
    it is blocked and goes on again before Bo begins to work, so that Lee alone hears of that."""
    bo = BO.model_copy(update={"tz": "America/New_York"})
    added(bench, closed, informed=(bo, LEE))

    def says(state: ActionState) -> Callable[[], Promise]:
        return lambda: acting.mark(bench.desk, "U-ZOE", action="V1", state=state, text="Rain.")

    plan = {
        "2026-11-24T16:00": says(BLOCKED),
        "2026-11-24T17:00": says(ON_TRACK),
        "2026-11-24T18:00": lambda: edit(bench, "U-ZOE", due=date(2026, 12, 11), informed=(bo, LEE)),
        "2026-11-24T19:00": says(AT_RISK),
        "2026-11-26T09:00": says(BLOCKED),
        "2026-11-26T10:00": says(AT_RISK),
    }

    bench.clock.at = datetime(2026, 11, 24, 15, tzinfo=UTC)
    for _ in range(80):
        bench.clock.passes(minutes=30)
        bench.beat()
        bench.clock.passes(minutes=30)
        if deed := plan.get(f"{bench.clock.at:%Y-%m-%dT%H:%M}"):
            bench.post(deed().owed)

    heard = [(each.recipient, each.key[-10:]) for each in bench.posted if each.kind == "informed"]
    assert heard == [
        ("U-BO", "2026-11-24"),
        ("U-LEE", "2026-11-24"),
        ("U-LEE", "2026-11-25"),
        ("U-BO", "2026-11-25"),
        ("U-LEE", "2026-11-26"),
        ("U-LEE", "2026-11-27"),
    ]


def test_what_is_told_to_who_is_kept_informed(bench: Bench, closed: Assessment) -> None:
    added(bench, closed, informed=(BO,))

    (said,) = bench.post(acting.finish(bench.desk, "U-ZOE", action="V1", text="All three.").owed)

    assert isinstance(said, Informed)
    assert (said.tells, said.note and said.note.text, said.moved_from) == (True, "All three.", None)


def test_the_plan_is_posted_once_and_edited_when_it_changes(bench: Bench, closed: Assessment) -> None:
    with pytest.raises(NothingPlanned):
        planpost.post(bench.desk, "U-LEE", assessment=closed.id)
    added(bench, closed)
    with pytest.raises(NotFacilitator):
        planpost.post(bench.desk, "U-ZOE", assessment=closed.id)

    said = bench.post(planpost.post(bench.desk, "U-LEE", assessment=closed.id))
    again = planpost.post(bench.desk, "U-LEE", assessment=closed.id)
    acting.mark(bench.desk, "U-ZOE", action="V1", state=AT_RISK)
    acting.comment(bench.desk, "U-ZOE", action="V1", text="Rain.")
    bench.clock.passes(minutes=2)
    bench.beat()

    assert ([type(each) for each in said], again) == ([PlanPost], ())
    assert [each.kind for each in bench.posted].count("plan_edit") == 1


def test_what_changes_as_a_plan_is_about_to_be_edited_is_told_by_the_next_edit(
    bench: Bench, closed: Assessment
) -> None:
    """Another process may edit it in the moment between that and its commit."""
    added(bench, closed)
    bench.post(planpost.post(bench.desk, "U-LEE", assessment=closed.id))
    bench.clock.at = bench.clock.at.replace(second=20)
    acting.comment(bench.desk, "U-ZOE", action="V1", text="Rain.")
    bench.clock.passes(seconds=39.9)
    acting.mark(bench.desk, "U-ZOE", action="V1", state=AT_RISK)

    bench.clock.passes(seconds=0.1)
    bench.beat()
    bench.clock.passes(minutes=1)
    bench.beat()

    assert [each.kind for each in bench.posted].count("plan_edit") == 2


def test_a_posted_plan_follows_its_channel_to_another_id(bench: Bench, closed: Assessment) -> None:
    added(bench, closed)
    bench.beat()
    (plan,) = planpost.post(bench.desk, "U-LEE", assessment=closed.id)
    ledger.sent(bench.desk, [ledger.Arrived(plan, "C-ML", "1.5")])

    channels.renumber(bench.desk, was="C-ML", now="C-NEW")
    acting.mark(bench.desk, "U-ZOE", action="V1", state=AT_RISK)
    bench.clock.passes(minutes=2)

    assert planpost.post(bench.desk, "U-LEE", assessment=closed.id) == ()
    places = []
    while posting := ledger.claim_next(bench.desk):
        if posting.kind == "plan_edit":
            places.append(ledger.place_of_live(bench.desk, posting))
    assert places == [("C-NEW", "1.5")]


def test_a_plan_is_not_posted_before_the_result(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]})
    bench.answers_all("U-ANA", 0)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    added(bench, opened)

    with pytest.raises(ResultFirst):
        planpost.post(bench.desk, "U-LEE", assessment=opened.id)


def test_who_sees_an_action(bench: Bench, closed: Assessment) -> None:
    added(bench, closed, informed=(BO,))

    may = {user: seen(bench, by=user).may_change for user in ("U-LEE", "U-ZOE", "U-ANA", "U-BO")}

    assert may == {"U-LEE": True, "U-ZOE": True, "U-ANA": False, "U-BO": False}
    assert seen(bench, by="U-MAX", channel="C-ML").action.id == "V1"
    with pytest.raises(NoSuchAction):
        seen(bench, by="U-MAX")


def test_what_somebody_did_about_actions_is_in_their_export(bench: Bench, closed: Assessment) -> None:
    added(bench, closed, steps=("Buy",), informed=(BO,))
    (step,) = seen(bench).steps
    adjusting.tick(bench.desk, "U-ZOE", action="V1", ticked=[step.id], shown=[])

    mine = mydata.export(bench.desk, "U-ZOE").everything
    theirs = mydata.export(bench.desk, "U-BO").everything

    assert [each["what"] for each in mine["changed_of_actions"]] == ["ticked"]
    assert [each["text"] for each in mine["steps_done"]] == ["Buy"]
    assert [each["id"] for each in theirs["informed_of"]] == ["V1"]
