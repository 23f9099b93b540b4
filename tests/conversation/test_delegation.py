"""Passing questions on. Ana bakes: she is asked FLOUR, YEAST and HEAT; Bea sells: FLOUR and PRICE."""

from datetime import timedelta

import pytest

from conversation import delegation, interview, launching, reports
from conversation.contents import Invite, MoreToAnswer
from conversation.errors import (
    AskedAlready,
    DeclinedBefore,
    NotAColleague,
    NothingToPass,
    OnlyATrial,
    PassedInACircle,
    PassedOn,
    PassedToYourself,
    Refused,
    StaleCard,
)
from conversation.pack import Length
from conversation.scope import Scope
from conversation.sitting import Spoken
from storage.records import Assessment, Person, PersonKind, SeatState
from tests.conversation.desk import MONDAY, Bench, answers, owed

CARL = Person(user_id="U-CARL", name="Carl")


@pytest.fixture
def opened(bench: Bench) -> Assessment:
    return bench.opened({"U-ANA": ["BAKER"], "U-BEA": ["SELLER"]}, length=Length.LONG)


def passes(
    bench: Bench, user: str, to: Person, question: str | None = None, note: str = "", key: str = ""
) -> Spoken:
    bench.clock.passes(minutes=1)
    spoken = delegation.pass_on(
        bench.desk,
        user,
        seat=bench.seat(user),
        question=question,
        to=to,
        note=note,
        key=key or f"V{bench.clock.at.timestamp()}",
    )
    return bench.drawn(spoken)


def asked(bench: Bench, user: str) -> list[str]:
    return [item.id for item in bench.look(user).interview.items]


def state(bench: Bench, user: str) -> SeatState:
    with bench.store.transaction("T1") as tx:
        return tx.seats.held_by(user)[0].state


def counts(bench: Bench, assessment: Assessment) -> list[tuple[str, int]]:
    with bench.store.transaction("T1") as tx:
        return [(str(each.state), each.n) for each in tx.seats.counts(assessment.id)]


def test_everything_goes_to_a_colleague_who_was_not_asked(bench: Bench, opened: Assessment) -> None:
    spoken = passes(bench, "U-ANA", CARL, note="You know it.")

    assert owed(spoken) == ["reply passed_on", "passed", "invite"]
    assert state(bench, "U-ANA") is SeatState.PASSED_ON
    assert asked(bench, "U-CARL") == ["FLOUR", "YEAST", "HEAT"]
    with pytest.raises(PassedOn) as refused:
        bench.starts("U-ANA")
    assert refused.value.values["person"] == "U-CARL"
    with bench.store.transaction("T1") as tx:
        assert Scope.of(tx.assessments.get(opened.id)).people == ("U-ANA", "U-BEA", "U-CARL")
    assert counts(bench, opened) == [("invited", 1), ("invited", 1)]


def test_the_invitation_says_who_passed_it_on(bench: Bench, opened: Assessment) -> None:
    seen = bench.posted.copy()
    passes(bench, "U-ANA", CARL, note=" You know it. ")

    (invite,) = [each for each in bench.posted if each not in seen and each.kind == "invite"]
    found = reports.contents(bench.desk, bench.found(invite.key))
    assert isinstance(found, Invite)
    assert (found.by, found.note) == ("U-ANA", "You know it.")


def test_the_colleague_hears_of_it_in_their_own_working_hours(bench: Bench, opened: Assessment) -> None:
    far = CARL.model_copy(update={"tz": "Pacific/Auckland"})

    passes(bench, "U-ANA", far)

    due = bench.found(f"invite/{bench.seat('U-CARL')}").due_at
    assert due > bench.clock.at


def test_whoever_has_answered_something_keeps_that_and_has_sent_it(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-ANA")
    bench.clicks("U-ANA", 2)

    spoken = passes(bench, "U-ANA", CARL)

    assert owed(spoken) == ["reply passed_on", "passed", "invite"]
    assert state(bench, "U-ANA") is SeatState.SENT
    assert (asked(bench, "U-ANA"), asked(bench, "U-CARL")) == (["FLOUR"], ["YEAST", "HEAT"])
    assert answers(bench.look("U-ANA")) == {"FLOUR": "2"}


def test_a_single_question_leaves_one_questionnaire_and_is_another(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-ANA")

    spoken = passes(bench, "U-ANA", CARL, "FLOUR")

    assert owed(spoken) == ["reply passed_question", "card YEAST", "passed", "invite"]
    assert (asked(bench, "U-ANA"), asked(bench, "U-CARL")) == (["YEAST", "HEAT"], ["FLOUR"])
    bench.answers_all("U-CARL")
    bench.sends("U-CARL")
    bench.answers_all("U-ANA")
    assert answers(bench.look("U-ANA")) == {"YEAST": "1", "HEAT": "1"}


def test_an_answer_to_what_is_passed_on_counts_no_longer(bench: Bench, opened: Assessment) -> None:
    bench.answers_all("U-ANA")

    passes(bench, "U-ANA", CARL, "YEAST")

    with bench.store.transaction("T1") as tx:
        counted = {(each.question, str(each.kind)) for each in tx.answers.counts(opened.id)}
    assert counted == {("FLOUR", "answered"), ("YEAST", "skipped"), ("HEAT", "answered")}
    assert bench.look("U-ANA").interview.at_review


def test_who_is_asked_already_gets_what_is_new_to_them_and_sends_again(
    bench: Bench, opened: Assessment
) -> None:
    bench.answers_all("U-BEA")
    bench.sends("U-BEA")

    spoken = passes(bench, "U-ANA", Person(user_id="U-BEA", name="Bea"))

    assert owed(spoken) == ["reply passed_on", "passed", "more"]
    assert asked(bench, "U-BEA") == ["FLOUR", "YEAST", "PRICE", "HEAT"]
    assert state(bench, "U-BEA") is SeatState.STARTED
    found = reports.contents(bench.desk, spoken.owed[-1])
    assert isinstance(found, MoreToAnswer)
    assert (found.by, found.questions) == ("U-ANA", 2)
    bench.answers_all("U-BEA")
    assert bench.look("U-BEA").interview.at_review


@pytest.mark.parametrize(
    ("to", "no"),
    [
        (Person(user_id="U-ANA", name="Ana"), PassedToYourself),
        (CARL.model_copy(update={"kind": PersonKind.BOT}), NotAColleague),
        (CARL.model_copy(update={"kind": PersonKind.STRANGER}), NotAColleague),
        (CARL.model_copy(update={"gone": True}), NotAColleague),
    ],
)
def test_not_everybody_can_be_asked(bench: Bench, opened: Assessment, to: Person, no: type[Refused]) -> None:
    with pytest.raises(no):
        passes(bench, "U-ANA", to)

    assert state(bench, "U-ANA") is SeatState.INVITED


def test_it_does_not_go_round(bench: Bench, opened: Assessment) -> None:
    dora = Person(user_id="U-DORA", name="Dora")
    bench.starts("U-ANA")
    passes(bench, "U-ANA", CARL, "FLOUR")
    passes(bench, "U-CARL", dora)

    with pytest.raises(PassedInACircle):
        passes(bench, "U-DORA", Person(user_id="U-ANA", name="Ana"))
    with pytest.raises(PassedInACircle):
        passes(bench, "U-DORA", CARL)
    assert asked(bench, "U-DORA") == ["FLOUR"]


def test_nobody_is_asked_the_same_twice_or_after_declining(bench: Bench, opened: Assessment) -> None:
    bea = Person(user_id="U-BEA", name="Bea")
    bench.starts("U-ANA")
    with pytest.raises(AskedAlready):
        passes(bench, "U-ANA", bea, "FLOUR")
    interview.decline(bench.desk, "U-BEA", seat=bench.seat("U-BEA"))
    with pytest.raises(DeclinedBefore):
        passes(bench, "U-ANA", bea)


def test_there_has_to_be_something_to_pass_on(bench: Bench, opened: Assessment) -> None:
    bench.answers_all("U-ANA")

    with pytest.raises(NothingToPass):
        passes(bench, "U-ANA", CARL)
    with pytest.raises(StaleCard):
        passes(bench, "U-ANA", CARL, "PRICE")


def test_the_same_form_twice_passes_on_once(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-ANA")
    passes(bench, "U-ANA", CARL, "FLOUR", key="V1")

    assert owed(passes(bench, "U-ANA", CARL, "HEAT", key="V1")) == []
    assert asked(bench, "U-ANA") == ["YEAST", "HEAT"]


def test_whoever_passed_it_on_is_not_reminded_and_the_colleague_is(bench: Bench, opened: Assessment) -> None:
    passes(bench, "U-ANA", CARL)

    for hour in range(3 * 24):
        bench.clock.at = MONDAY + timedelta(hours=hour + 1)
        bench.beat()

    assert {each.recipient for each in bench.posted if each.kind == "nudge"} == {"U-BEA", "U-CARL"}


def test_nothing_of_a_trial_is_passed_on(bench: Bench) -> None:
    draft = bench.drafted(["U-ANA"])
    tried = launching.try_out(bench.desk, "U-LEE", assessment=draft.assessment.id, role="BAKER")
    seat = bench.seat("U-LEE")

    with pytest.raises(OnlyATrial):
        delegation.consider(bench.desk, "U-LEE", seat=seat, question=None)
    with pytest.raises(OnlyATrial):
        passes(bench, "U-LEE", CARL)

    assert [posting.recipient for posting in tried.owed] == ["U-LEE"]
    with bench.store.transaction("T1") as tx:
        assert tx.seats.held_by("U-CARL") == []
