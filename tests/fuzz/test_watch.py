"""The watch itself: a bot that loses something is caught, and one that loses nothing is not."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from conversation import closing, form, interview, late, results, writing
from conversation.sitting import Spoken
from storage.answers import Answers
from tests.fuzz.acting import Acting
from tests.fuzz.house import House
from tests.fuzz.machine import loop, start
from tests.fuzz.starts import Playing
from tests.fuzz.watch import Broken
from workspace import views
from workspace.acts import forms, pressing, surfaces

#: Beginnings are shared, and with them the loop.
pytestmark = pytest.mark.usefixtures("one_loop")
Gesture = Callable[[Playing], None]


def playing(name: str) -> Playing:
    return Playing(House.of(start(name), loop()))


def picks(here: Playing, who: str, wanted: str) -> None:
    team, person = here.house.team, here.house.team.person(who)
    here.house.do(pressing.pick(team, person, wanted, on=surfaces.in_front_of(team, person)))
    here.settle()


def comments(here: Playing) -> None:
    here.presses("kim", "Comment")
    here.submits("kim", "Comment", text="because zqkim0001zq")


def fills_in_the_form(here: Playing, given: dict[str, Any]) -> None:
    """By the labels of its fields."""
    picks(here, "kim", "Answer in one form")
    team, kim = here.house.team, here.house.team.person("kim")
    shown = views.top(team, kim)
    assert shown
    here.house.do(forms.fill(team, kim, shown, given))
    here.settle()


def answers_in_the_form(here: Playing) -> None:
    fills_in_the_form(here, {"Your answer to question 1": "C"})


def leaves_the_form(here: Playing) -> None:
    fills_in_the_form(here, {"Your comment on question 1": "since zqkim0002zq"})
    here.house.do(forms.close(here.house.team, here.house.team.person("kim")))
    here.settle()


def says_that_it_does_not_apply(here: Playing) -> None:
    picks(here, "kim", "Does not apply to us")
    here.submits("kim", "Does not apply to us", text="because zqkim0001zq")


def thrown_away(desk: Any, tx: Any, sitting: Any, key: str, item: Any, choice: Any) -> Spoken:
    return Spoken(sitting, item, before=True)


def unheard(desk: Any, tx: Any, sitting: Any, *_: Any, **__: Any) -> Any:
    return sitting


GIVEN: dict[str, tuple[Gesture, Any, str, Any]] = {
    "a letter": (lambda here: here.presses("kim", "C"), interview, "record", thrown_away),
    "I don't know": (lambda here: here.presses("kim", "I don't know"), interview, "record", thrown_away),
    "not mine": (lambda here: picks(here, "kim", "Not part of my work"), interview, "record", thrown_away),
    "does not apply": (says_that_it_does_not_apply, interview, "record", thrown_away),
    "a skip": (lambda here: here.presses("kim", "Skip"), interview, "record", thrown_away),
    "a typed letter": (lambda here: here.says("kim", "c"), writing, "record", thrown_away),
    "a comment": (comments, interview, "say", unheard),
    "a form that is left": (leaves_the_form, form, "say", unheard),
    "the form": (answers_in_the_form, form, "say", unheard),
}


@pytest.mark.parametrize(("gesture", "where", "name", "loses"), GIVEN.values(), ids=GIVEN)
def test_what_is_given_and_acked_has_to_be_kept(
    gesture: Gesture, where: Any, name: str, loses: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = playing("asked")
    gesture(good)
    assert sum(good.house.watch.given.values()) >= 1
    good.house.close()

    bad = playing("asked")
    monkeypatch.setattr(where, name, loses)
    with pytest.raises(Broken, match="what was given and acked is not kept"):
        gesture(bad)
    bad.house.close()


def test_the_menu_of_a_forms_pages_is_no_answer() -> None:
    here = playing("confidential")
    picks(here, "kim", "Answer in one form")
    team, kim = here.house.team, here.house.team.person("kim")

    shown = views.top(team, kim)
    assert shown
    here.house.do(forms.submit(team, kim, shown))
    here.settle()

    here.house.close()


def closes(here: Playing) -> None:
    here.presses("lee", "Close and see the result")
    here.submits("lee", "Close this assessment?")


def presses_what_is_gone(acting: Acting, who: str, button: str) -> None:
    person = acting.house.team.person(who)
    use = next(use for use in acting._stale(person) if use.place.element["action_id"] == button)
    acting._do(acting._press(person, use, Random(1)))
    acting.house.watch.must_hold()


def test_an_answer_after_closing_is_kept_as_a_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    here = playing("new")
    here.launch("Pricing")
    acting = Acting(here.house)
    acting._remember()
    closes(here)

    presses_what_is_gone(acting, "kim", "answer:1")
    assert here.house.watch.given["interactive answered"] == 1

    monkeypatch.setattr(late, "say", unheard)
    with pytest.raises(Broken, match="what was given and acked is not kept"):
        presses_what_is_gone(acting, "kim", "answer:2")
    here.house.close()


def test_closing_erases_nobodys_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    here, owe = playing("confidential"), closing.owe

    def erases(desk: Any, tx: Any, assessment: Any, **more: Any) -> None:
        owe(desk, tx, assessment, **more)
        for seat in tx.seats.of(assessment.id):
            tx.answers.erase(seat.id)

    monkeypatch.setattr(results.closing, "owe", erases)
    with pytest.raises(Broken, match="facts are gone"):
        closes(here)
    here.house.close()


def test_what_an_anonymous_closing_moves_is_all_there_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    good, move = playing("asked"), Answers.move
    closes(good)
    good.house.close()

    def loses_one(self: Answers, seats: Any, **more: Any) -> None:
        move(self, dict(sorted(seats.items())), **more)
        for each in seats.values():
            if self.of(each):
                self.erase(each)
                break

    bad = playing("asked")
    monkeypatch.setattr(Answers, "move", loses_one)
    with pytest.raises(Broken, match="facts are not the same after an anonymous closing"):
        closes(bad)
    bad.house.close()


def test_who_withdraws_takes_only_what_is_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    def withdraws(here: Playing) -> None:
        here.says("ana", "my data")
        here.presses("ana", "Delete my answers")

    good, forget = playing("asked"), Answers.forget
    withdraws(good)
    good.house.close()

    def forgets_all(self: Answers, seat_id: str) -> None:
        for each in seats:
            forget(self, each)

    bad = playing("asked")
    seats = {fact.seat for fact in bad.house.watch._holding.facts.values()}
    monkeypatch.setattr(Answers, "forget", forgets_all)
    with pytest.raises(Broken, match="facts are gone"):
        withdraws(bad)
    bad.house.close()


def test_a_self_check_that_is_begun_again_loses_nothing_of_another() -> None:
    """The number of a fact that is gone is given to the next one."""
    here = playing("new")
    here.says("ana", "self-check")
    here.says("ana", "back")
    for _ in range(8):
        here.says("ana", "b")

    here.presses("ana", "Do it again")

    here.house.close()


def test_what_was_posted_before_a_closing_is_not_posted_again_after_it() -> None:
    here = playing("asked")
    before = {key for key, times in here.house.watch.posted.items() if times}
    here.presses("kim", "C")
    (card,) = [key for key in here.house.watch.posted.keys() - before if key.startswith("card/")]

    closes(here)
    said = {"channel": "C1", "metadata": {"event_payload": {"key": card}}}
    here.house.watch.overheard("chat.postMessage", said, None, spoilt=False)

    with pytest.raises(Broken, match="posted twice"):
        here.house.watch.must_hold()
    here.house.close()
