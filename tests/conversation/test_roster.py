"""Who is asked while an assessment runs: added, taken off, replaced, gone from Slack, and back."""

import pytest

from conversation import introduced, latecomers, leavers, ledger, reports, results, roster
from conversation.contents import Invite, Told
from conversation.errors import (
    AlreadyClosed,
    AlreadyOnTheList,
    AlreadyTakesPart,
    CannotTakePart,
    NoRoleSuggested,
    NoSuchAssessment,
    NoSuchRole,
    NotOnTheList,
    Refused,
    TakenOff,
)
from conversation.scope import Privacy
from storage.records import Assessment, Person, PersonKind, PostingState, SeatState
from tests.conversation.desk import Bench

ZOE = Person(user_id="U-ZOE", name="Zoe", title="Baker")
ROLES = {"U-ANA": ["BAKER"], "U-BEA": ["BAKER"], "U-SAM": ["SELLER"]}


@pytest.fixture
def opened(bench: Bench) -> Assessment:
    return bench.opened(ROLES)


def states(found: roster.Roster) -> dict[str, SeatState | None]:
    return {each.person.user_id: each.state for each in found.members}


def gone(user: str) -> Person:
    return Person(user_id=user, name=user, gone=True)


def test_how_far_people_are_is_seen_and_that_somebody_looked_is_written_down(
    bench: Bench, opened: Assessment
) -> None:
    bench.starts("U-ANA")
    bench.clicks("U-ANA", 1)

    found = roster.progress(bench.desk, "U-LEE", assessment=opened.id, key="1")

    invited = SeatState.INVITED
    assert states(found) == {"U-ANA": SeatState.STARTED, "U-BEA": invited, "U-SAM": invited}
    assert found.member("U-ANA").answered == 1  # type: ignore[union-attr]
    with bench.desk.transaction() as tx:
        assert tx.deeds.of(opened.id)[-1].what == "saw_progress"


def test_the_same_request_brought_again_is_one_look(bench: Bench, opened: Assessment) -> None:
    for key in ("1", "1", "2", "1"):
        seen = roster.progress(bench.desk, "U-LEE", assessment=opened.id, key=key)
        assert len(seen.members) == 3

    with bench.desk.transaction() as tx:
        looks = [deed for deed in tx.deeds.of(opened.id) if deed.what == "saw_progress"]
    assert len(looks) == 2


def test_where_answers_are_anonymous_there_are_only_counts(bench: Bench) -> None:
    opened = bench.opened(ROLES, privacy=Privacy.ANONYMOUS, group=3)
    bench.starts("U-ANA")
    bench.clicks("U-ANA", 1)

    found = roster.progress(bench.desk, "U-LEE", assessment=opened.id, key="1")

    assert {(each.state, each.answered) for each in found.members} == {(None, 0)}
    assert (found.counts[SeatState.STARTED], found.counts[SeatState.INVITED]) == (1, 2)
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    assert roster.progress(bench.desk, "U-LEE", assessment=opened.id, key="1").members == ()


def test_who_is_added_gets_the_usual_invitation_and_the_same_closing_date(
    bench: Bench, opened: Assessment
) -> None:
    roster.add(bench.desk, "U-LEE", assessment=opened.id, people=[ZOE])

    (said,) = bench.beat()

    assert isinstance(said, Invite)
    assert (said.sitting.seat.user_id, said.sitting.seat.roles) == ("U-ZOE", ("BAKER",))
    assert said.sitting.assessment.closes_at == opened.closes_at
    assert reports.status(bench.desk, "U-ZOE").invited == 4
    with pytest.raises(AlreadyTakesPart):
        roster.add(bench.desk, "U-LEE", assessment=opened.id, people=[ZOE])


@pytest.mark.parametrize(
    ("person", "role", "refused"),
    [
        (Person(user_id="U-X", name="X", title="Astronaut"), None, NoRoleSuggested),
        (gone("U-X"), "BAKER", CannotTakePart),
    ],
)
def test_nobody_is_added_without_a_role_or_an_account(
    bench: Bench, opened: Assessment, person: Person, role: str | None, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        roster.add(bench.desk, "U-LEE", assessment=opened.id, people=[ZOE, person], role=role)

    assert reports.status(bench.desk, "U-LEE").invited == 3


def test_who_is_taken_off_is_told_once_and_their_answers_count(bench: Bench, opened: Assessment) -> None:
    bench.answers_all("U-ANA", 1)

    for _ in range(2):
        bench.post(roster.take_off(bench.desk, "U-LEE", assessment=opened.id, person="U-ANA").owed)

    assert [p.recipient for p in bench.posted if p.kind == "told"] == ["U-ANA"]
    with pytest.raises(TakenOff):
        bench.starts("U-ANA")
    status = reports.status(bench.desk, "U-LEE")
    assert (status.invited, status.started) == (3, 0)  # she takes part by what she answered
    (verdict,) = bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    assert verdict.findings.answered == 1  # type: ignore[union-attr]


def test_who_never_heard_of_it_does_not_hear_that_they_need_not_answer(bench: Bench) -> None:
    opened = bench.opened(ROLES, tz="America/Los_Angeles")  # it is two in the morning there

    taken = roster.take_off(bench.desk, "U-LEE", assessment=opened.id, person="U-ANA")
    bench.clock.passes(days=10)

    assert taken.owed == ()
    assert "U-ANA" not in {posting.recipient for posting in bench.posted}
    bench.beat()
    assert "U-ANA" not in {posting.recipient for posting in bench.posted}
    assert reports.status(bench.desk, "U-LEE").invited == 2


def test_who_was_taken_off_can_be_added_again_where_they_were(bench: Bench, opened: Assessment) -> None:
    bench.starts("U-ANA")
    bench.clicks("U-ANA", 1)
    roster.take_off(bench.desk, "U-LEE", assessment=opened.id, person="U-ANA")

    found = roster.add(bench.desk, "U-LEE", assessment=opened.id, people=[Person(user_id="U-ANA", name="A")])

    assert found.member("U-ANA").state is SeatState.STARTED  # type: ignore[union-attr]
    assert bench.look("U-ANA").interview.answered == 1


def test_when_only_those_who_were_taken_off_had_not_finished_the_facilitator_hears_that_all_have(
    bench: Bench, opened: Assessment
) -> None:
    for name in ("U-BEA", "U-SAM"):
        bench.answers_all(name)
        bench.sends(name)

    taken = roster.take_off(bench.desk, "U-LEE", assessment=opened.id, person="U-ANA")

    assert [posting.kind for posting in taken.owed] == ["told", "finished"]


def test_somebody_else_takes_the_place_and_answers_for_themselves(bench: Bench, opened: Assessment) -> None:
    bench.answers_all("U-SAM", 1)

    bench.post(roster.replace(bench.desk, "U-LEE", assessment=opened.id, person="U-SAM", by=ZOE).owed)
    bench.beat()

    assert bench.look("U-ZOE").seat.roles == ("SELLER",)
    assert bench.look("U-ZOE").interview.answered == 0
    with pytest.raises(AlreadyTakesPart):
        roster.replace(bench.desk, "U-LEE", assessment=opened.id, person="U-ANA", by=ZOE)
    with pytest.raises(NotOnTheList):
        roster.replace(bench.desk, "U-LEE", assessment=opened.id, person="U-NOBODY", by=ZOE)


def test_nobody_is_invited_late_in_a_role_that_the_questions_do_not_have(
    bench: Bench, opened: Assessment
) -> None:
    with pytest.raises(NoSuchRole):
        latecomers.invite(bench.desk, "U-LEE", assessment=opened.id, person="U-MAX", roles=("WIZARD",))


def test_nobody_is_added_to_what_is_closed(bench: Bench, opened: Assessment) -> None:
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    with pytest.raises(AlreadyClosed):
        roster.add(bench.desk, "U-LEE", assessment=opened.id, people=[ZOE])


def test_who_leaves_slack_gets_no_reminders_and_their_facilitator_hears_once(
    bench: Bench, opened: Assessment
) -> None:
    bench.starts("U-ANA")
    bench.clicks("U-ANA", 1)

    for _ in range(2):
        bench.post(leavers.changed(bench.desk, gone("U-ANA")).owed)
    bench.clock.passes(days=12)
    bench.beat()

    told = [(p.recipient, p.contents["word"]) for p in bench.posted if p.kind == "told"]
    assert told == [("U-LEE", "seat_left")]
    assert "U-ANA" not in {p.recipient for p in bench.posted if p.kind == "nudge"}


@pytest.mark.parametrize("begins", [True, False])
def test_who_comes_back_is_where_they_were_and_hears_nothing(
    bench: Bench, opened: Assessment, begins: bool
) -> None:
    if begins:
        bench.starts("U-ANA")
    before = bench.look("U-ANA").seat.state
    bench.post(leavers.changed(bench.desk, gone("U-ANA")).owed)
    number = len(bench.posted)

    for _ in range(2):
        bench.post(leavers.changed(bench.desk, Person(user_id="U-ANA", name="Ana")).owed)

    assert bench.look("U-ANA").seat.state is before
    assert [p.recipient for p in bench.posted[number:]] == ["U-LEE"]


def test_who_answers_is_back_even_if_nobody_told_us(bench: Bench, opened: Assessment) -> None:
    leavers.changed(bench.desk, gone("U-ANA"))

    bench.starts("U-ANA")

    assert bench.look("U-ANA").seat.state is SeatState.STARTED


def test_that_somebody_left_does_not_tell_whether_they_had_answered_anonymously(bench: Bench) -> None:
    opened = bench.opened(ROLES, privacy=Privacy.ANONYMOUS, group=3)
    bench.answers_all("U-ANA")
    bench.sends("U-ANA")

    said = [
        each
        for user in ("U-ANA", "U-SAM")
        for each in bench.post(leavers.changed(bench.desk, gone(user)).owed)
    ]

    words = [(each.word, {**each.values, "person": ""}) for each in said if isinstance(each, Told)]
    assert len(words) == 2
    assert words[0] == words[1]
    assert reports.status_of(bench.desk, "U-LEE", assessment=opened.id).attention.named is False


def test_a_facilitator_who_leaves_their_own_seat_is_not_told_of_it(bench: Bench) -> None:
    bench.opened({"U-LEE": ["BAKER"], "U-ANA": ["BAKER"]})

    left = leavers.changed(bench.desk, gone("U-LEE"))

    assert [posting.recipient for posting in left.owed] == []


def test_messages_that_nobody_can_read_are_counted_and_go_out_again(bench: Bench) -> None:
    opened = bench.opened(ROLES, tz="America/Los_Angeles")
    bench.clock.passes(hours=12)
    while posting := ledger.claim_next(bench.desk):
        ledger.failed(bench.desk, posting, note="messages_tab_disabled")

    assert reports.status(bench.desk, "U-LEE").undelivered == 3
    assert ledger.deliver_again(bench.desk, "U-LEE", assessment=opened.id) == 3
    assert sum(isinstance(said, Invite) for said in bench.beat()) == 3
    assert reports.status(bench.desk, "U-LEE").undelivered == 0
    assert bench.found(f"invite/{bench.seat('U-ANA')}").state is PostingState.SENT


def test_who_would_like_to_be_asked_is_offered_to_the_facilitator_once(
    bench: Bench, opened: Assessment
) -> None:
    first, second = (
        introduced.wants_in(bench.desk, ZOE, assessment=opened.id, channel="C-ML") for _ in range(2)
    )

    assert [posting.recipient for posting in first.owed] == ["U-LEE"]
    assert (second.again, second.owed) == (True, ())


@pytest.mark.parametrize(
    ("who", "channel", "why"),
    [
        (ZOE, "C-ELSEWHERE", NoSuchAssessment),
        (Person(user_id="U-ANA", name="Ana"), "C-ML", AlreadyOnTheList),
        (Person(user_id="U-BOT", name="Bot", kind=PersonKind.BOT), "C-ML", CannotTakePart),
    ],
)
def test_not_everybody_can_be_put_on_the_list(
    bench: Bench, opened: Assessment, who: Person, channel: str, why: type[Refused]
) -> None:
    with pytest.raises(why):
        introduced.wants_in(bench.desk, who, assessment=opened.id, channel=channel)


def test_after_it_has_closed_nobody_is_put_on_the_list(bench: Bench, opened: Assessment) -> None:
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    with pytest.raises(AlreadyClosed):
        introduced.wants_in(bench.desk, ZOE, assessment=opened.id, channel="C-ML")


def test_who_is_not_on_the_list_has_no_form(bench: Bench, opened: Assessment) -> None:
    with pytest.raises(NotOnTheList):
        roster.member(bench.desk, "U-LEE", assessment=opened.id, person="U-ZOE")
