"""What those who were asked see of the closing: their messages say it where they stand, and who was in the
middle is written to once, by day."""

from datetime import UTC, datetime
from itertools import count

import pytest

from conversation import deadline, ledger, reports, results, snoozing
from conversation.contents import Card, Contents, Invite, NoLongerAsked, Nudge, Reply
from conversation.scope import Privacy
from storage.records import Assessment, Posting
from tests.conversation.desk import Bench, closed_by_clock

ROLES = {"U-ANA": ["BAKER"], "U-SAM": ["BAKER"], "U-BEN": ["BAKER"]}
BY_DAY = datetime(2026, 11, 24, 15, tzinfo=UTC)
AT_NIGHT = datetime(2026, 11, 24, 23, tzinfo=UTC)
IN_THE_MORNING = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
WHEN_REMINDED = datetime(2026, 11, 25, 10, 1, tzinfo=UTC)
EDIT, NEWS = "closed_edit", "closed_early"
Said = tuple[str, str, str]


@pytest.fixture
def opened(bench: Bench) -> Assessment:
    """Ana has sent her answers, Sam is in the middle, and Ben has not begun."""
    opened = bench.opened(ROLES)
    bench.answers_all("U-ANA")
    bench.sends("U-ANA")
    bench.starts("U-SAM")
    bench.clicks("U-SAM", 2)
    return opened


def close(bench: Bench, opened: Assessment, at: datetime) -> list[Said]:
    """And what those who were asked see of it then."""
    bench.clock.at = at
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    return said(bench)


def said(bench: Bench) -> list[Said]:
    """What is due now about a closing: its kind, whose it is, and what it says."""
    found = []
    while posting := ledger.claim_next(bench.desk):
        contents = reports.contents(bench.desk, posting)
        if contents is not None:
            ledger.sent(bench.desk, [ledger.Arrived(posting, "D", "1.1")])
            found.append((posting.kind, posting.recipient, in_short(contents)))
    return [each for each in found if each[0] in {EDIT, NEWS}]


def in_short(contents: Contents) -> str:
    match contents:
        case Card(sitting):
            state = sitting.assessment.state
            return f"{'question' if sitting.interview.asking else 'review'}, {state}"
        case Reply(word=word):
            return word
        case Nudge(lines=lines):
            return " ".join(line.sitting.assessment.subject for line in lines)
        case NoLongerAsked(sitting=sitting):
            return "closed" if sitting else "closed, whoever that was"
    return type(contents).__name__


def test_closed_early_all_messages_say_so_and_only_who_was_in_the_middle_hears_of_it(
    bench: Bench, opened: Assessment
) -> None:
    found = close(bench, opened, BY_DAY)

    assert sorted(found) == [
        (NEWS, "U-SAM", "ClosedEarly"),
        (EDIT, "U-ANA", "closed"),
        (EDIT, "U-ANA", "review, closed"),
        (EDIT, "U-ANA", "sent"),
        (EDIT, "U-BEN", "closed"),
        (EDIT, "U-SAM", "closed"),
        (EDIT, "U-SAM", "question, closed"),
    ]
    assert said(bench) == []


def test_at_night_messages_are_drawn_again_and_nobody_is_written_to_before_the_morning(
    bench: Bench, opened: Assessment
) -> None:
    found = close(bench, opened, AT_NIGHT)
    bench.clock.at = IN_THE_MORNING

    assert {kind for kind, _, _ in found} == {EDIT}
    assert said(bench) == [(NEWS, "U-SAM", "ClosedEarly")]


def test_closed_twice_before_the_morning_it_is_said_once(bench: Bench) -> None:
    opened = bench.opened(ROLES)
    bench.starts("U-SAM")
    close(bench, opened, AT_NIGHT)
    deadline.reopen(bench.desk, "U-LEE", assessment=opened.id)
    bench.clock.passes(minutes=1)
    close(bench, opened, bench.clock.at)

    bench.clock.at = IN_THE_MORNING

    assert said(bench) == [(NEWS, "U-SAM", "ClosedEarly")]


def test_who_has_answered_since_was_told_then(bench: Bench, opened: Assessment) -> None:
    close(bench, opened, AT_NIGHT)
    bench.writes("U-SAM", "c", ts="late")
    bench.clock.at = IN_THE_MORNING

    assert said(bench) == []


def test_on_its_date_only_what_waits_is_drawn_again(bench: Bench, opened: Assessment) -> None:
    bench.clock.at = opened.closes_at
    bench.beat()

    closed_by_clock(bench.desk)

    assert {(user, what) for kind, user, what in said(bench) if kind == EDIT} == {
        ("U-BEN", "closed"),
        ("U-SAM", "closed"),
        ("U-SAM", "question, closed"),
    }
    bench.clock.passes(days=3)
    assert said(bench) == []


def test_opened_again_the_same_messages_ask_again(bench: Bench) -> None:
    opened = bench.opened(ROLES)
    bench.starts("U-SAM")
    close(bench, opened, AT_NIGHT)

    deadline.reopen(bench.desk, "U-LEE", assessment=opened.id)
    bench.clock.passes(minutes=1)
    now = said(bench)
    bench.clock.at = IN_THE_MORNING

    assert sorted(now) == [
        (EDIT, "U-ANA", "Invite"),
        (EDIT, "U-BEN", "Invite"),
        (EDIT, "U-SAM", "Invite"),
        (EDIT, "U-SAM", "question, open"),
    ]
    assert said(bench) == []


def test_a_date_that_moves_is_named_by_the_newest_message_that_names_it(
    bench: Bench, opened: Assessment
) -> None:
    """Ana's thanks, Ben's reminder, and Sam's, because his question names no date."""
    bench.clock.at = WHEN_REMINDED
    bench.beat()

    deadline.extend(bench.desk, "U-LEE", assessment=opened.id, was=opened.closes_at)
    found = edits(bench)

    assert [(old.kind, old.recipient) for old, _ in found] == [
        ("nudge", "U-BEN"),
        ("nudge", "U-SAM"),
        ("reply", "U-ANA"),
    ]
    assert {until(contents) for _, contents in found} == {datetime(2026, 12, 8, 17, tzinfo=UTC)}


def test_a_date_that_moves_before_anybody_was_reminded_is_named_by_the_invitation_or_the_review(
    bench: Bench,
) -> None:
    opened = bench.opened(ROLES)
    bench.answers_all("U-ANA")

    deadline.extend(bench.desk, "U-LEE", assessment=opened.id, was=opened.closes_at)
    found = edits(bench)

    assert [(old.kind, old.recipient) for old, _ in found] == [
        ("card", "U-ANA"),
        ("invite", "U-BEN"),
        ("invite", "U-SAM"),
    ]
    assert {until(contents) for _, contents in found} == {datetime(2026, 12, 8, 17, tzinfo=UTC)}


@pytest.mark.parametrize("arrives", [True, False])
def test_what_is_on_its_way_while_the_date_moves_names_the_new_one_once_it_has_arrived(
    bench: Bench, arrives: bool
) -> None:
    opened = bench.opened({"U-BEN": ["BAKER"]})
    said = bench.writes("U-BEN", "start", ts="typed")
    (card,) = said.owed

    deadline.extend(bench.desk, "U-LEE", assessment=opened.id, was=opened.closes_at)
    before = [ledger.place_of_old(bench.desk, each) for each in due_edits(bench) if of(each) == card.key]
    if arrives:
        bench.drawn(said)
    else:
        ledger.failed(bench.desk, card, note="channel_not_found")
    bench.clock.passes(minutes=1)
    after = [ledger.place_of_old(bench.desk, each) for each in due_edits(bench) if of(each) == card.key]

    place = {"channel": "D-U-BEN", "ts": bench.found(card.key).ts} if arrives else None
    assert (before, after) == ([None], [place])
    assert due_edits(bench) == []


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        (["edit 1", "c"], "changed"),
        (["edit 1", "b", "edit 1", "b"], "unchanged"),
        (["edit 1", "c", "send"], "sent"),
        (["pause"], "pause"),
    ],
)
def test_a_date_that_moves_is_named_by_what_answered_a_typed_line_since(
    bench: Bench, lines: list[str], word: str
) -> None:
    """And by nothing else of theirs, whatever they changed before."""
    opened = bench.opened({"U-ANA": ["BAKER"]})
    bench.answers_all("U-ANA")
    bench.sends("U-ANA")
    for line in lines:
        said = bench.types("U-ANA", line)

    deadline.extend(bench.desk, "U-LEE", assessment=opened.id, was=opened.closes_at)
    ((old, contents),) = edits(bench)

    assert old.key in [each.key for each in said.owed]
    assert in_short(contents) == word
    assert until(contents) == datetime(2026, 12, 8, 17, tzinfo=UTC)


def test_closed_early_the_answer_to_an_edit_no_longer_says_until_when(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]})
    bench.answers_all("U-ANA")
    bench.sends("U-ANA")
    for line in ("edit 1", "c", "edit 1", "d"):
        bench.types("U-ANA", line)

    found = close(bench, opened, bench.clock.at)

    assert sorted(what for kind, _, what in found if kind == EDIT) == [
        "changed",
        "closed",
        "sent",
    ]


def test_what_answers_a_typed_line_while_the_date_moves_names_the_new_one_once_it_has_arrived(
    bench: Bench,
) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"]})
    bench.answers_all("U-ANA")
    bench.sends("U-ANA")
    bench.types("U-ANA", "edit 1")
    said = bench.writes("U-ANA", "c", ts="typed")

    deadline.extend(bench.desk, "U-LEE", assessment=opened.id, was=opened.closes_at)
    bench.drawn(said)

    (reply,) = said.owed
    assert reply.key in [of(each) for each in due_edits(bench)]


def due_edits(bench: Bench) -> list[Posting]:
    found = []
    while posting := ledger.claim_next(bench.desk):
        found += [posting] if posting.kind == EDIT else []
    return found


def of(edit: Posting) -> str:
    return str(edit.contents["of"])


def edits(bench: Bench) -> list[tuple[Posting, Contents]]:
    """Which messages are changed now, and what they say then."""
    found = []
    while posting := ledger.claim_next(bench.desk):
        contents = reports.contents(bench.desk, posting)
        if contents is not None and posting.kind == EDIT:
            found.append((bench.found(posting.contents["of"]), contents))
    return sorted(found, key=lambda each: (each[0].kind, each[0].recipient))


def until(contents: Contents) -> datetime:
    """Until when people may answer, by what this says."""
    match contents:
        case Nudge(lines=(line,)):
            return line.sitting.assessment.closes_at
        case Card(sitting) | Reply(sitting) | Invite(sitting):
            return sitting.assessment.closes_at
    raise AssertionError(contents)


def test_a_reminder_of_two_still_reminds_of_the_other(bench: Bench) -> None:
    one = bench.opened({"U-BEN": ["BAKER"]}, subject="North")
    bench.opened({"U-BEN": ["BAKER"]}, subject="South")
    bench.clock.at = WHEN_REMINDED
    (reminder,) = [each for each in bench.beat() if isinstance(each, Nudge)]

    found = close(bench, one, bench.clock.at)

    assert in_short(reminder) == "North South"
    assert found == [(EDIT, "U-BEN", "South")]


def test_a_reminder_of_two_of_which_one_is_closed_can_be_put_off(bench: Bench) -> None:
    one, _ = (bench.opened({"U-BEN": ["BAKER"]}, subject=name) for name in ("North", "South"))
    bench.clock.at = WHEN_REMINDED
    (reminder,) = [each for each in bench.beat() if isinstance(each, Nudge)]
    close(bench, one, bench.clock.at)

    done = snoozing.snooze(bench.desk, "U-BEN", posting=reminder.key, choice=snoozing.Choice.TOMORROW)

    assert [sitting.assessment.subject for sitting in done.sittings] == ["South"]


def test_a_reminder_of_two_says_so_when_the_other_closes_too(bench: Bench) -> None:
    one, other = (bench.opened({"U-BEN": ["BAKER"]}, subject=name) for name in ("North", "South"))
    bench.clock.at = WHEN_REMINDED
    bench.beat()
    close(bench, one, bench.clock.at)

    found = close(bench, other, bench.clock.at)

    assert found == [(EDIT, "U-BEN", "closed")]


def test_a_reminder_of_two_still_reminds_of_the_other_where_it_is_forgotten_who_sat_where(
    bench: Bench,
) -> None:
    people = {user: ["BAKER"] for user in ("U-ANA", "U-SAM", "U-BEN", "U-EVA", "U-KIM")}
    bench._stamps = count(100)  # as long as each other, as Slack's are
    one = bench.opened(people, subject="North", privacy=Privacy.ANONYMOUS, group=5)
    bench.opened({"U-BEN": ["BAKER"]}, subject="South")
    bench.clock.at = WHEN_REMINDED
    bench.beat()

    closed = results.close(bench.desk, "U-LEE", assessment=one.id)

    assert sorted((each.old.recipient, in_short(each.contents)) for each in closed.forgotten) == [
        ("U-ANA", "closed, whoever that was"),
        ("U-BEN", "South"),
        *((user, "closed, whoever that was") for user in ("U-EVA", "U-KIM", "U-SAM")),
    ]


def test_where_it_is_forgotten_who_sat_where_nothing_is_owed_that_tells_it(bench: Bench) -> None:
    people = {user: ["BAKER"] for user in ("U-ANA", "U-SAM", "U-BEN", "U-EVA", "U-KIM")}
    opened = bench.opened(people, privacy=Privacy.ANONYMOUS, group=5)
    bench.answers_all("U-ANA")
    bench.clock.at = BY_DAY

    closed = results.close(bench.desk, "U-LEE", assessment=opened.id)

    assert said(bench) == []
    assert sorted((each.old.kind, each.old.recipient) for each in closed.forgotten) == [
        ("card", "U-ANA"),
        *(("invite", user) for user in sorted(people)),
    ]
