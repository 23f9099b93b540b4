"""All questions in one form: the same facts as by cards. Ana bakes: she is asked FLOUR, YEAST and HEAT."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import form, interview
from conversation.errors import StaleCard
from conversation.form import Entered, Filled, Overruled, pages
from conversation.pack import Pack
from conversation.sitting import Choice
from storage.records import Said, SeatState
from tests.conversation.desk import BAKERY, Bench, answers, owed

A, B, C = (interview.option(value) for value in range(3))
FLOUR = BAKERY.item("FLOUR")
ITEMS = Pack.shipped("mlops").items


@pytest.fixture
def ana(bench: Bench) -> str:
    bench.opened({"U-ANA": ["BAKER"]})
    return bench.seat("U-ANA")


def changes(
    bench: Bench, question: str, choice: Choice | None = None, comment: str | None = None
) -> list[str]:
    """She changes one thing in the form."""
    bench.clock.passes(minutes=1)
    spoken = form.change(
        bench.desk,
        "U-ANA",
        seat=bench.seat("U-ANA"),
        entered=Entered(question, 0, choice, 0, comment),
        view="V1",
        key=f"{question}/{bench.clock.at}",
    )
    return owed(bench.drawn(spoken))


def submits(bench: Bench, *entered: Entered) -> Filled:
    return form.fill(bench.desk, "U-ANA", seat=bench.seat("U-ANA"), entered=entered, view="V1", key="hash")


def test_every_change_is_kept_and_no_card_is_owed_before_the_form_is_closed(bench: Bench, ana: str) -> None:
    assert changes(bench, "FLOUR", B) == []
    assert changes(bench, "FLOUR", comment="Rye.") == []
    assert changes(bench, "FLOUR", C) == []

    assert answers(bench.look("U-ANA")) == {"FLOUR": "2"}
    assert bench.look("U-ANA").interview.comments == {"FLOUR": "Rye."}
    assert bench.look("U-ANA").seat.state is SeatState.STARTED
    (card,) = form.leave(bench.desk, "U-ANA", seat=ana)
    assert card.contents["question"] == "YEAST"
    assert form.leave(bench.desk, "U-ANA", seat=ana) == ()


def test_a_form_that_was_only_looked_at_begins_nothing(bench: Bench, ana: str) -> None:
    assert submits(bench, Entered("FLOUR", 0, None, 0, "")).overruled == ()

    assert form.leave(bench.desk, "U-ANA", seat=ana) == ()
    assert not bench.look("U-ANA").interview.started


def test_submitting_keeps_what_no_change_told_us_of(bench: Bench, ana: str) -> None:
    filled = submits(bench, Entered("FLOUR", 0, A, 0, "Rye."), Entered("HEAT", 0, interview.NOT_MINE, 0, ""))

    assert answers(filled.sitting) == {"FLOUR": "0", "HEAT": "not_mine"}
    assert filled.sitting.interview.comments == {"FLOUR": "Rye."}


def test_what_is_newer_stays_and_what_the_form_had_is_told(bench: Bench, ana: str) -> None:
    bench.starts("U-ANA")
    drawn = Entered("FLOUR", 0, A, 0, "from the form")
    bench.types("U-ANA", "C: from the chat")

    filled = submits(bench, drawn, Entered("YEAST", 0, B, 0, ""))

    assert filled.overruled == (Overruled(FLOUR, A, "from the form"),)
    assert answers(filled.sitting) == {"FLOUR": "2", "YEAST": "1"}
    assert filled.sitting.interview.comments == {"FLOUR": "from the chat"}


def test_a_form_does_not_overrule_itself(bench: Bench, ana: str) -> None:
    changes(bench, "FLOUR", B)
    changes(bench, "FLOUR", comment="Rye.")

    assert submits(bench, Entered("FLOUR", 0, C, 0, "Rye and spelt.")).overruled == ()
    assert answers(bench.look("U-ANA")) == {"FLOUR": "2"}
    assert bench.look("U-ANA").interview.comments == {"FLOUR": "Rye and spelt."}


def test_a_comment_that_the_form_only_showed_does_not_come_back(bench: Bench, ana: str) -> None:
    bench.starts("U-ANA")
    bench.types("U-ANA", "We buy rye.")
    shown = Entered("FLOUR", 0, None, 1, "We buy rye.")
    interview.comment(bench.desk, "U-ANA", seat=ana, question="FLOUR", text="We mill it.", key="m1")

    assert submits(bench, shown).overruled == ()
    assert bench.look("U-ANA").interview.comments == {"FLOUR": "We mill it."}


def test_whoever_empties_a_field_before_they_submit_takes_their_comment_back(bench: Bench, ana: str) -> None:
    """Slack tells of a change when the field is left, and the form is gone before that."""
    changes(bench, "FLOUR", comment="Rye, but do not tell.")

    submits(bench, Entered("FLOUR", 0, None, 0, ""))

    assert bench.look("U-ANA").interview.comments.get("FLOUR", "") == ""


def test_the_same_change_twice_is_one(bench: Bench, ana: str) -> None:
    for _ in range(2):
        form.change(
            bench.desk, "U-ANA", seat=ana, entered=Entered("FLOUR", 0, B, 0, "Rye."), view="V1", key="k"
        )

    with bench.store.transaction("T1") as tx:
        kinds = [fact.kind for fact in tx.answers.of(ana)]
    assert kinds == [Said.STARTED, Said.ANSWERED, Said.COMMENTED]


def test_the_card_in_front_becomes_a_record_when_its_question_is_answered_in_the_form(
    bench: Bench, ana: str
) -> None:
    bench.starts("U-ANA")

    spoken = form.change(bench.desk, "U-ANA", seat=ana, entered=Entered("FLOUR", 0, B), view="V1", key="k")

    assert spoken.card == FLOUR
    assert spoken.last_card
    assert spoken.last_card.ts == bench.ts_of_card("FLOUR")


def test_sending_from_the_form_skips_what_is_open(bench: Bench, ana: str) -> None:
    changes(bench, "YEAST", B)

    spoken = form.send(bench.desk, "U-ANA", seat=ana)

    assert owed(spoken) == ["reply sent", "finished"]
    assert answers(spoken.sitting) == {"FLOUR": "skipped", "YEAST": "1", "HEAT": "skipped"}
    assert bench.look("U-ANA").seat.state is SeatState.SENT
    assert owed(form.send(bench.desk, "U-ANA", seat=ana)) == []


def test_whoever_has_sent_may_change_answers_in_the_form(bench: Bench, ana: str) -> None:
    bench.answers_all("U-ANA")
    bench.sends("U-ANA")

    changes(bench, "HEAT", C)

    assert answers(bench.look("U-ANA"))["HEAT"] == "2"
    assert bench.look("U-ANA").seat.state is SeatState.SENT
    assert form.leave(bench.desk, "U-ANA", seat=ana) == ()


def test_a_question_that_is_not_theirs_is_refused(bench: Bench, ana: str) -> None:
    with pytest.raises(StaleCard):
        changes(bench, "PRICE", B)
    assert submits(bench, Entered("PRICE", 0, B, 0, "x")).overruled == ()
    assert answers(bench.look("U-ANA")) == {}


@given(st.integers(0, len(ITEMS)))
def test_pages_hold_every_question_once_in_order_and_never_two_aspects_unless_there_is_one_page(
    number: int,
) -> None:
    items = ITEMS[:number]

    found = pages(items)

    assert tuple(item for page in found for item in page) == items
    assert all(len(page) <= form.MOST_ON_PAGE for page in found)
    assert len(found) == 1 or all(len([*groupby(page, lambda item: item.aspect)]) == 1 for page in found)
