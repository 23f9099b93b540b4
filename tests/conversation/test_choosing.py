"""Whoever is asked for their role first: nothing else is asked of them, nothing can be passed on or filled
in, and where answers are anonymous nobody learns who has come to it."""

import pytest

from conversation import choosing, delegation, drafting, form, reports, roster
from conversation.errors import NobodyIsAsked, NoRoleYet, StaleCard
from conversation.pack import Length
from conversation.scope import ASK_THEM, Privacy, Scope
from storage.records import Person, SeatState
from tests.conversation.desk import Bench

ROLES = {"U-ANA": [ASK_THEM], "U-BEA": ["BAKER"], "U-SAM": ["SELLER"]}


def choose(bench: Bench, role: str) -> str | None:
    """Gives the question that is asked then."""
    seat = bench.seat("U-ANA")
    asking = choosing.choose(bench.desk, "U-ANA", seat=seat, role=role).sitting.interview.asking
    return asking.id if asking else None


@pytest.mark.parametrize("length", list(Length))
def test_the_questions_of_a_role_come_once_it_is_chosen(bench: Bench, length: Length) -> None:
    bench.opened(ROLES, length=length)
    seat = bench.look("U-ANA").seat
    assert (seat.roles, seat.questions, seat.state) == ((), 0, SeatState.INVITED)
    assert reports.status(bench.desk, "U-LEE").choosing == 1

    asked = choose(bench, "BAKER")

    assert asked is not None
    assert choose(bench, "BAKER") == asked  # pressed twice
    now, like = bench.look("U-ANA").seat, bench.look("U-BEA").seat
    assert (now.roles, now.questions, now.state) == (("BAKER",), like.questions, SeatState.STARTED)
    assert reports.status(bench.desk, "U-LEE").choosing == 0
    with pytest.raises(StaleCard):
        choose(bench, "SELLER")


def test_before_that_nothing_is_passed_on_or_filled_in(bench: Bench) -> None:
    bench.opened(ROLES)
    seat = bench.seat("U-ANA")

    with pytest.raises(NoRoleYet):
        delegation.consider(bench.desk, "U-ANA", seat=seat, question=None)
    with pytest.raises(NoRoleYet):
        form.look(bench.desk, "U-ANA", seat=seat)


def test_a_role_that_there_is_not_is_nobodys(bench: Bench) -> None:
    bench.opened(ROLES)

    with pytest.raises(StaleCard):
        choose(bench, "ASTRONAUT")

    assert bench.look("U-ANA").seat.roles == ()


def test_a_role_that_is_asked_nothing_is_not_chosen(bench: Bench) -> None:
    bench.opened({"U-ANA": [ASK_THEM]}, aspects=("dough",))

    with pytest.raises(NobodyIsAsked):
        choose(bench, "SELLER")

    assert bench.look("U-ANA").seat.roles == ()


def test_where_answers_are_anonymous_the_list_tells_of_nobody_whether_they_have_chosen(bench: Bench) -> None:
    opened = bench.opened(ROLES, privacy=Privacy.ANONYMOUS, group=3)

    before = roster.progress(bench.desk, "U-LEE", assessment=opened.id, key="1").member("U-ANA")
    choose(bench, "BAKER")

    assert roster.progress(bench.desk, "U-LEE", assessment=opened.id, key="1").member("U-ANA") == before


def test_the_next_round_asks_again_whoever_has_not_said_it(bench: Bench) -> None:
    opened = bench.opened(ROLES)

    copied = drafting.copy(bench.desk, "U-LEE", assessment=opened.id)

    assert copied.drafted.roles["U-ANA"] == (ASK_THEM,)
    assert Scope.of(copied.assessment).choosers == ()


def test_who_comes_in_the_place_of_one_without_a_role_is_asked_for_theirs(bench: Bench) -> None:
    opened = bench.opened(ROLES)
    zoe = Person(user_id="U-ZOE", name="Zoe")

    roster.replace(bench.desk, "U-LEE", assessment=opened.id, person="U-ANA", by=zoe)

    assert bench.look("U-ZOE").seat.roles == ()
    with bench.desk.transaction() as tx:
        assert Scope.of(tx.assessments.get(opened.id)).choosers == ("U-ANA", "U-ZOE")
