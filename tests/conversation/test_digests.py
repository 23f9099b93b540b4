"""What a channel and its sponsors hear of the plan, and how often."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import acting, agreeing, digests, helping, results, sharing
from conversation.contents import Contents, Digest, Summary, Told
from conversation.digests import Answer, digest_key, first_of_next_month, next_day
from conversation.errors import ChangedMeanwhile, NotFacilitator, NothingBlocked
from conversation.scope import Rhythm
from storage.records import ActionState, Assessment, Person, PostingState
from tests.conversation.desk import Bench

ZOE = Person(user_id="U-ZOE", name="Zoe", tz="Europe/Berlin")
MAX = Person(user_id="U-MAX", name="Max", tz="America/New_York")
WEEKLY, TWO_WEEKLY, MONTHLY, OFF = Rhythm.WEEKLY, Rhythm.TWO_WEEKLY, Rhythm.MONTHLY, Rhythm.OFF


@pytest.mark.parametrize(
    ("rhythm", "today", "following"),
    [
        (WEEKLY, "2026-11-29", "2026-11-30"),
        (WEEKLY, "2026-11-30", "2026-12-07"),
        (TWO_WEEKLY, "2026-11-26", "2026-12-07"),
        (MONTHLY, "2026-11-26", "2026-12-07"),
        (MONTHLY, "2026-12-07", "2027-01-04"),
    ],
)
def test_the_next_day(rhythm: Rhythm, today: str, following: str) -> None:
    assert next_day(rhythm, date.fromisoformat(today)) == date.fromisoformat(following)


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.sampled_from([WEEKLY, TWO_WEEKLY, MONTHLY]))
def test_it_is_always_a_monday_to_come(today: date, rhythm: Rhythm) -> None:
    day = next_day(rhythm, today)

    assert day.weekday() == 0
    assert today < day <= today + timedelta(days={WEEKLY: 7, TWO_WEEKLY: 14, MONTHLY: 42}[rhythm])


def test_keys_and_months() -> None:
    assert digest_key("A1", date(2027, 1, 3)) == "digest/A1/2026-W53"
    assert first_of_next_month(date(2026, 12, 31)) == date(2027, 1, 1)
    assert first_of_next_month(date(2027, 1, 31)) == date(2027, 2, 1)
    assert first_of_next_month(date(2027, 4, 2)) == date(2027, 5, 3)


@pytest.fixture
def closed(bench: Bench, closed: Assessment) -> Assessment:
    """With two actions of Zoe's, due on 10 December and in the spring."""
    bench.clock.passes(minutes=1)
    for id, step, due in (("V1", "HEAT@1", date(2026, 12, 10)), ("V2", "FLOUR@1", date(2027, 6, 1))):
        promise = agreeing.agree(
            bench.desk,
            "U-LEE",
            assessment=closed.id,
            step=step,
            objective=f"Objective {id}",
            measure="",
            owner=ZOE,
            due=due,
            id=id,
        )
        bench.post(promise.owed)
    return closed


def said(bench: Bench, until: date) -> list[str]:
    """What came by itself until that day about the plan as a whole, each in its own time."""
    end, found = datetime(until.year, until.month, until.day, tzinfo=UTC), []
    while True:
        with bench.store.transaction("T1") as tx:
            owed = [posting.due_at for posting in tx.postings.in_state(PostingState.OWED)]
        if not owed or min(owed) >= end:
            bench.clock.at = end
            return found
        bench.clock.at = max(min(owed), bench.clock.at)
        found += [f"{bench.clock.at:%m-%d} {line}" for each in bench.beat() if (line := short(each))]


def short(contents: Contents) -> str:
    match contents:
        case Digest(silence=int(number)):
            return f"silent for {number}"
        case Digest():
            edited = "edited " if contents.edited_at else ""
            changed = ",".join(action.id for action, _ in contents.changed)
            attention = ",".join(action.id for action in contents.attention)
            return f"{edited}digest {changed or '-'} {attention or '-'}"
        case Summary(digest=found):
            return f"summary {len(found.actions)}"
        case _:
            return ""


def mark(bench: Bench, state: ActionState, action: str = "V1") -> None:
    if state is ActionState.DONE:
        acting.finish(bench.desk, "U-ZOE", action=action, text="So it is.")
    else:
        acting.mark(bench.desk, "U-ZOE", action=action, state=state, text="So it is.")


def choose(bench: Bench, assessment: Assessment, rhythm: Rhythm, *sponsors: Person) -> None:
    was = digests.settings_of(bench.desk, "U-LEE", assessment=assessment.id)
    digests.choose(
        bench.desk,
        "U-LEE",
        assessment=assessment.id,
        rhythm=rhythm,
        sponsors=sponsors,
        was=(was.rhythm, was.sponsors),
    )


def test_it_comes_on_mondays_when_there_is_something_to_say(bench: Bench, closed: Assessment) -> None:
    found = said(bench, date(2026, 12, 2))
    mark(bench, ActionState.DONE)

    # New actions; then what is due within a week, which was edited when it was done; then nothing.
    assert found == ["11-30 digest V1,V2 -"]
    assert said(bench, date(2027, 1, 1)) == ["12-02 edited digest V1,V2 -", "12-07 digest V1 -"]


def test_while_it_is_the_latest_it_follows_what_happens_at_most_once_a_minute(
    bench: Bench, closed: Assessment
) -> None:
    said(bench, date(2026, 12, 1))
    mark(bench, ActionState.AT_RISK)
    mark(bench, ActionState.BLOCKED)
    bench.clock.passes(minutes=1)

    (contents,) = (each for each in bench.beat() if isinstance(each, Digest))

    assert contents.edited_at == bench.clock.at
    assert [action.state for action in contents.actions] == [ActionState.BLOCKED, ActionState.ON_TRACK]


def test_an_old_digest_stays_as_it_is(bench: Bench, closed: Assessment) -> None:
    choose(bench, closed, MONTHLY)
    said(bench, date(2026, 12, 20))
    mark(bench, ActionState.DONE)

    assert said(bench, date(2026, 12, 31)) == []


def test_after_four_silent_ones_the_channel_is_asked_once(bench: Bench, closed: Assessment) -> None:
    said(bench, date(2026, 12, 1))
    mark(bench, ActionState.DONE)

    assert said(bench, date(2027, 3, 1)) == [
        "12-01 edited digest V1,V2 -",
        "12-07 digest V1 -",
        "01-04 silent for 4",
    ]
    stopped = digests.answer(bench.desk, "U-LEE", assessment=closed.id, answer=Answer.STOP)
    assert (stopped.rhythm, stopped.next_on) == (OFF, None)
    mark(bench, ActionState.DONE, "V2")
    assert said(bench, date(2027, 7, 1)) == []


def test_another_rhythm_says_what_the_next_digest_would_have_said(bench: Bench, closed: Assessment) -> None:
    choose(bench, closed, TWO_WEEKLY)
    choose(bench, closed, WEEKLY)
    choose(bench, closed, TWO_WEEKLY)

    assert said(bench, date(2026, 12, 9)) == ["12-07 digest V1,V2 V1"]


def test_two_who_choose_at_once_do_not_overwrite_each_other(bench: Bench, closed: Assessment) -> None:
    choose(bench, closed, MONTHLY)

    with pytest.raises(ChangedMeanwhile):
        digests.choose(bench.desk, "U-LEE", assessment=closed.id, rhythm=OFF, sponsors=(), was=(WEEKLY, ()))
    with pytest.raises(NotFacilitator):
        digests.settings_of(bench.desk, "U-ZOE", assessment=closed.id)


def test_sponsors_hear_of_it_once_a_month_until_they_are_none(bench: Bench, closed: Assessment) -> None:
    choose(bench, closed, OFF, MAX)

    found = said(bench, date(2027, 2, 15))
    choose(bench, closed, OFF)

    assert found == ["12-01 summary 2", "01-01 summary 2", "02-01 summary 2"]
    assert said(bench, date(2027, 5, 1)) == []


def test_levels_stand_in_it_only_once_the_result_was_shared(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]})
    bench.answers_all("U-ANA", 0)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    bench.clock.passes(minutes=1)
    agreeing.agree(
        bench.desk,
        "U-LEE",
        assessment=opened.id,
        step="HEAT@1",
        objective="Heat",
        measure="",
        owner=ZOE,
        due=date(2026, 12, 10),
        id="V1",
    )

    def progress() -> list[tuple[str, int | None, int, int]]:
        bench.clock.passes(days=7)
        found = [each for each in bench.beat() if isinstance(each, Digest)]
        return [(each.title, each.level, each.done, each.agreed) for each in found[-1].progress]

    assert progress() == []
    bench.post(sharing.share(bench.desk, "U-LEE", assessment=opened.id).owed)
    assert progress() == [("Oven", 0, 0, 1)]


def test_whoever_can_help_is_made_known_to_the_owner_once(bench: Bench, closed: Assessment) -> None:
    with pytest.raises(NothingBlocked):
        helping.offer(bench.desk, "U-ANA", assessment=closed.id, channel=None)
    mark(bench, ActionState.BLOCKED)

    done = helping.offer(bench.desk, "U-ANA", assessment=closed.id, channel=None)
    again = helping.offer(bench.desk, "U-ANA", assessment=closed.id, channel=None)

    (told,) = bench.post(done.owed)
    assert isinstance(told, Told)
    assert (told.word, done.owners, again) == ("help_offered", ("U-ZOE",), replace(done, owed=()))
