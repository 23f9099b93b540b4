"""What each posting says is looked up when it is said; what has become untrue is not said."""

import os
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from conversation import acting, agreeing, interview, ledger, reports, results
from conversation.contents import (
    Attention,
    Digest,
    Finished,
    Help,
    Intro,
    Invite,
    Live,
    Nudge,
    Status,
    Trouble,
)
from conversation.errors import NoSuchAssessment, NoSuchDay, NotFacilitator, NothingToAnswer
from conversation.findings import RoleFinding
from conversation.scope import Scope
from storage.records import Action, ActionState, Assessment, Person, Posting, PostingState
from storage.store import Store
from tests.conversation.desk import BAKERY, Bench

ZOE = Person(user_id="U-ZOE", name="Zoe")
BAKERS = RoleFinding(id="BAKER", title="Baker", sent=0, invited=2)
SELLERS = RoleFinding(id="SELLER", title="Seller", sent=0, invited=2)
ROLES = {"U-ANA": ["BAKER"], "U-BEA": ["BAKER", "SELLER"], "U-SAM": ["SELLER"]}


@pytest.fixture
def opened(bench: Bench) -> Assessment:
    return bench.opened(ROLES)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_status_counts_people_by_role_and_tells_no_answers(bench: Bench, opened: Assessment) -> None:
    bench.answers_all("U-BEA", 3)
    bench.sends("U-BEA")
    bench.starts("U-ANA")
    interview.decline(bench.desk, "U-SAM", seat=bench.seat("U-SAM"))

    status = reports.status(bench.desk, "U-LEE")

    assert status == Status(
        assessment=opened,
        roles=(BAKERS.model_copy(update={"sent": 1}), SELLERS.model_copy(update={"sent": 1})),
        invited=3,
        sent=1,
        started=1,
        declined=1,
        withdrew=0,
        silent_roles=(),
        facilitating=True,
        mine=None,
        evidence=0,
        uncertain=(),
        attention=Attention(),
        undelivered=0,
        at=bench.clock.at,
    )
    assert reports.status_of(bench.desk, "U-LEE", assessment=opened.id) == status


def test_a_participant_sees_the_same_and_their_own_seat(bench: Bench, opened: Assessment) -> None:
    status = reports.status(bench.desk, "U-ANA", name="abc")

    assert (status.facilitating, status.mine) == (False, bench.look("U-ANA").seat)
    assert status.silent_roles == (BAKERS, SELLERS)
    with pytest.raises(NotFacilitator):
        reports.status_of(bench.desk, "U-ANA", assessment=opened.id)


def test_a_stranger_sees_nothing_but_what_their_channel_is_about(bench: Bench, opened: Assessment) -> None:
    assert reports.status(bench.desk, "U-ZOE", channel="C-ML").assessment == opened
    with pytest.raises(NoSuchAssessment) as refused:
        reports.status(bench.desk, "U-ZOE", channel="C-ELSE")
    assert refused.value.values == {"name": "", "known": ()}


def test_which_assessment_is_meant(bench: Bench) -> None:
    first = bench.opened(ROLES, subject="ABC")
    results.close(bench.desk, "U-LEE", assessment=first.id)
    second = bench.opened(ROLES, subject="ABC Inc.", channel="C-ELSE")
    third = bench.opened(ROLES, subject="The shop", channel=None)

    def meant(name: str = "", channel: str | None = None) -> str:
        return reports.status(bench.desk, "U-LEE", name=name, channel=channel).assessment.id

    assert meant() == third.id
    assert meant(channel="C-ELSE") == second.id
    assert meant("abc inc.") == meant(" ABC  inc. ") == meant("ábc ínc.") == second.id
    assert reports.verdict(bench.desk, "U-LEE", name="abc").assessment.id == first.id
    with pytest.raises(NoSuchAssessment) as refused:
        meant("xyz")
    assert refused.value.values == {"name": "xyz", "known": ("The shop", "ABC Inc.", "ABC")}


def test_what_a_launch_says(bench: Bench) -> None:
    opened = bench.opened(ROLES)

    said = {posting.kind: posting for posting in bench.posted}

    scope = Scope.of(opened)
    assert reports.contents(bench.desk, said["intro"]) == Intro(opened, scope, BAKERY, 3)
    assert reports.contents(bench.desk, said["launched"]) == Live(reports.status(bench.desk, "U-LEE"))
    assert reports.contents(bench.desk, said["invite"]) == Invite(bench.look("U-SAM"), scope, left=True)


def test_who_has_started_needs_no_invitation(bench: Bench) -> None:
    bench.opened({"U-ANA": ["BAKER"]}, tz="America/New_York")
    bench.starts("U-ANA")

    bench.clock.passes(hours=6)

    assert bench.beat() == []


def nudged(bench: Bench) -> dict[str, int]:
    nudges = [each for each in bench.beat() if isinstance(each, Nudge)]
    return {line.sitting.seat.user_id: line.number for each in nudges for line in each.lines}


def test_nudges_go_to_those_who_have_not_sent(bench: Bench, opened: Assessment) -> None:
    bench.answers_all("U-ANA")
    bench.sends("U-ANA")
    bench.starts("U-BEA")

    heard = []
    for day in ("2026-11-25", "2026-11-30", "2026-12-03", "2026-12-04"):
        bench.clock.at = at(f"{day}T12:00")
        heard.append(nudged(bench))

    assert heard == [{"U-BEA": n, "U-SAM": n} for n in (1, 2, 3)] + [{}]
    assert bench.found(f"nudge/{bench.seat('U-ANA')}/1").state is PostingState.DROPPED


@pytest.mark.parametrize("hours", range(0, 12 * 24, 7 if "SOAK" in os.environ else 29))
def test_after_a_long_silence_of_ours_nobody_hears_twice_within_a_day_or_at_night(hours: int) -> None:
    """The bot was down from the launch on and comes back at any hour."""
    bench = Bench(Store.in_memory())
    opened = bench.opened({"U-ANA": ["BAKER"]}, tz="Europe/Berlin")
    bench.clock.passes(hours=hours)
    heard: list[datetime] = []
    while bench.clock.at < opened.closes_at + timedelta(days=1):
        heard += [bench.clock.at for said in bench.beat() if isinstance(said, Nudge)]
        bench.clock.passes(minutes=30)

    assert len(heard) <= 3
    assert all(after - before >= timedelta(hours=20) for before, after in pairwise(heard))
    assert all(at < opened.closes_at and 8 <= at.hour < 16 and at.weekday() < 5 for at in heard)
    bench.store.close()


def test_the_facilitator_reads_who_finished(bench: Bench, opened: Assessment) -> None:
    interview.decline(bench.desk, "U-SAM", seat=bench.seat("U-SAM"))
    for user in ("U-ANA", "U-BEA"):
        bench.answers_all(user)
        last = interview.send(bench.desk, user, seat=bench.seat(user))

    said = bench.post(posting for posting in last.owed if posting.kind == "finished")

    roles = (BAKERS.model_copy(update={"sent": 2}), SELLERS.model_copy(update={"sent": 1}))
    assert said == [Finished(opened, roles, declined=1)]


def test_an_unknown_seat_has_nothing_to_say(bench: Bench, opened: Assessment) -> None:
    posting = replace_subject(bench.posted, "invite", "nowhere")

    assert [
        reports.contents(bench.desk, posting.model_copy(update={"kind": kind}))
        for kind in ("card", "reply", "invite", "nudge", "agreed")
    ] == [None] * 5


def replace_subject(posted: list[Posting], kind: str, subject: str) -> Posting:
    found = next(posting for posting in posted if posting.kind == kind)
    return found.model_copy(update={"subject_id": subject})


@pytest.fixture
def closed(bench: Bench, opened: Assessment) -> Assessment:
    """On a Monday."""
    bench.answers_all("U-ANA", 0)
    bench.answers_all("U-SAM", 0)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    return opened


def agree(bench: Bench, closed: Assessment, due: date, id: str = "V1") -> Action:
    promise = agreeing.agree(
        bench.desk,
        "U-LEE",
        assessment=closed.id,
        step="HEAT@1",
        objective="Thermometers",
        measure="3 of 3",
        owner=ZOE,
        due=due,
        id=id,
    )
    bench.post(promise.owed)
    return promise.action


def digests(bench: Bench) -> list[Digest]:
    return [said for said in bench.beat() if isinstance(said, Digest)]


def test_a_digest_on_monday_tells_what_changed_and_what_is_due(bench: Bench, closed: Assessment) -> None:
    since = bench.clock.at
    bench.clock.passes(minutes=1)
    action = agree(bench, closed, date(2026, 12, 4))

    bench.clock.at = at("2026-11-30T09:59")
    too_early = digests(bench)
    bench.clock.passes(minutes=1)
    (told,) = digests(bench)

    assert too_early == []
    assert told == Digest(
        assessment=reports.status(bench.desk, "U-LEE").assessment,
        actions=(action,),
        changed=((action, None),),
        attention=(action,),
        owners={"U-ZOE": ZOE},
        since=since,
        today=date(2026, 11, 30),
    )


def test_a_digest_that_is_asked_twice_owes_the_next_one_once(bench: Bench, closed: Assessment) -> None:
    bench.clock.at = at("2026-11-30T10:00")
    posting = bench.claimed(f"digest/{closed.id}/2026-W49")

    asked = [reports.contents(bench.desk, posting) for _ in range(2)]
    following = bench.found(f"digest/{closed.id}/2026-W50")

    assert asked == [None, None]
    assert (following.due_at, following.state) == (at("2026-12-07T10:00"), PostingState.OWED)
    assert bench.found(posting.key).state is PostingState.DROPPED


def test_a_silent_week_is_not_mentioned_and_nothing_is_lost_by_it(bench: Bench, closed: Assessment) -> None:
    """Agreed in the first week and due in February: told once. Blocked in the fourth: told then."""
    bench.clock.passes(minutes=1)
    action = agree(bench, closed, date(2027, 2, 26))

    told = {}
    for week in range(1, 6):
        bench.clock.at = at("2026-11-23T10:00") + timedelta(weeks=week)
        if week == 4:
            acting.mark(bench.desk, "U-ZOE", action=action.id, state=ActionState.AT_RISK, text="No money.")
            acting.mark(bench.desk, "U-ZOE", action=action.id, state=ActionState.ON_TRACK, text="Money.")
            bench.clock.passes(minutes=1)
        for digest in digests(bench):
            told[week] = [(each.id, note and note.text) for each, note in digest.changed]

    assert told == {1: [("V1", None)], 4: [("V1", "Money.")]}


def test_what_wants_attention_is_told_each_week_until_it_is_done(bench: Bench, closed: Assessment) -> None:
    bench.clock.passes(minutes=1)
    action = agree(bench, closed, date(2026, 12, 3))

    told = []
    for week in range(1, 5):
        bench.clock.at = at("2026-11-23T10:00") + timedelta(weeks=week)
        if week == 3:
            acting.finish(bench.desk, "U-ZOE", action=action.id, text="Seen.")
            bench.clock.passes(minutes=1)
        told += [(week, len(d.changed), len(d.attention)) for d in digests(bench)]

    assert told == [(1, 1, 1), (2, 0, 1), (3, 1, 0)]


def test_without_a_channel_there_is_no_digest(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]}, channel=None)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)

    bench.clock.passes(days=14)

    assert bench.beat() == []


def test_the_digest_of_a_later_round_takes_the_place_of_the_earlier(bench: Bench, closed: Assessment) -> None:
    bench.clock.passes(minutes=1)
    agree(bench, closed, date(2026, 11, 30))
    later = bench.opened({"U-ANA": ["BAKER"]}, subject="abc  INC.")
    bench.post(results.close(bench.desk, "U-LEE", assessment=later.id).owed)

    bench.clock.at = at("2026-12-14T10:00")

    assert digests(bench) == []
    with bench.store.transaction("T1") as tx:
        assert tx.postings.find(f"digest/{closed.id}/2026-W51") is None


def test_a_refusal_and_a_trouble_are_told(bench: Bench, closed: Assessment) -> None:
    (no,) = ledger.refuse(bench.desk, "U-ZOE", key="D1/1.0", error=NothingToAnswer())
    bench.clock.at = at("2026-11-30T10:00")
    digest = bench.claimed(f"digest/{closed.id}/2026-W49")
    ledger.failed(bench.desk, digest, note="is_archived")

    said = bench.beat()

    now = reports.status(bench.desk, "U-LEE").assessment
    assert Help("", brief=False) in said
    assert Trouble(now, "digest", "C-ML", "is_archived", digest.key) in said
    assert no.recipient == "U-ZOE"


def test_a_refusal_that_is_kept_says_the_same_later(bench: Bench) -> None:
    days = [date(2026, 12, 5), date(2027, 5, 12)]
    error = NoSuchDay(said="until 5/12", passed=False, may_be=tuple(days))

    (no,) = ledger.refuse(bench.desk, "U-ZOE", key="D1/1.0", error=error)

    assert ledger.refused_with(no) == {"said": "until 5/12", "passed": False, "may_be": days}


def test_a_message_in_a_channel_is_answered_once_and_never_by_the_beat(bench: Bench) -> None:
    answered = [
        ledger.whispered(bench.desk, "U-ZOE", channel="C-ML", about=about) for about in ("1.0", "1.0", "2.0")
    ]

    assert answered == [True, False, True]
    assert bench.beat() == []
