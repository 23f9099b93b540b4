"""'My role is different'. A baker is asked FLOUR, YEAST and HEAT; a seller FLOUR and PRICE."""

import pytest

from conversation import correcting, results
from conversation.errors import AssessmentIsClosed, NobodyIsAsked, NoRolePicked
from conversation.pack import Length
from conversation.sitting import Spoken
from storage.records import Assessment, SeatState
from tests.conversation.desk import Bench, answers, owed


@pytest.fixture
def opened(bench: Bench) -> Assessment:
    return bench.opened({"U-ANA": ["BAKER"]}, length=Length.LONG)


def corrects(bench: Bench, *roles: str, key: str = "V1") -> Spoken:
    bench.clock.passes(minutes=1)
    return bench.drawn(
        correcting.correct(bench.desk, "U-ANA", seat=bench.seat("U-ANA"), roles=roles, key=key)
    )


def test_nobody_takes_a_role_that_is_asked_nothing(bench: Bench) -> None:
    bench.opened({"U-ANA": ["BAKER"]}, aspects=("dough",))

    with pytest.raises(NobodyIsAsked):
        corrects(bench, "SELLER")

    assert bench.look("U-ANA").seat.roles == ("BAKER",)


def test_before_the_start_other_questions_are_asked(bench: Bench, opened: Assessment) -> None:
    assert owed(corrects(bench, "SELLER")) == ["reply corrected", "role"]

    seat = bench.look("U-ANA").seat
    assert [item.id for item in bench.look("U-ANA").interview.items] == ["FLOUR", "PRICE"]
    assert (seat.roles, seat.questions, seat.state) == (("SELLER",), 2, SeatState.INVITED)


def test_answers_to_shared_questions_stay_and_the_others_count_no_longer(
    bench: Bench, opened: Assessment
) -> None:
    bench.answers_all("U-ANA", 2)

    spoken = corrects(bench, "SELLER")

    assert answers(bench.look("U-ANA")) == {"FLOUR": "2"}
    with bench.store.transaction("T1") as tx:
        counted = {each.question for each in tx.answers.counts(opened.id) if each.value is not None}
    assert counted == {"FLOUR"}
    assert owed(spoken) == ["reply corrected", "card PRICE", "role"]


def test_whoever_had_sent_is_asked_what_is_new(bench: Bench, opened: Assessment) -> None:
    bench.answers_all("U-ANA", 2)
    bench.sends("U-ANA")

    corrects(bench, "BAKER", "SELLER")

    assert bench.look("U-ANA").seat.state is SeatState.STARTED
    assert bench.look("U-ANA").interview.asking == bench.pack.item("PRICE")


def test_the_same_roles_change_nothing(bench: Bench, opened: Assessment) -> None:
    assert owed(corrects(bench, "BAKER")) == []
    assert owed(corrects(bench, "SELLER")) == ["reply corrected", "role"]
    assert owed(corrects(bench, "SELLER")) == []


@pytest.mark.parametrize("roles", [(), ("KING",), ("BAKER", "SELLER", "KING")])
def test_one_or_two_of_the_roles_that_there_are(
    bench: Bench, opened: Assessment, roles: tuple[str, ...]
) -> None:
    with pytest.raises(NoRolePicked):
        corrects(bench, *roles)


def test_after_closing_it_is_too_late(bench: Bench, opened: Assessment) -> None:
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    with pytest.raises(AssessmentIsClosed):
        corrects(bench, "SELLER")
