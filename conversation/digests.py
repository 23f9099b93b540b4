"""The digest: to the channel, how the plan of an assessment goes, when there is something to say; and once a
month to whoever sponsors it.

A digest follows what happens until the next one is due: it is edited where it stands. A silent one is not
posted; after four of them in a row the channel is asked once whether it wants to keep it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from conversation import carried, live, worktime
from conversation.assessments import assessment_for, facilitated, held
from conversation.contents import AspectProgress, Digest, Summary
from conversation.desk import Desk
from conversation.errors import AssessmentIsOpen, ChangedMeanwhile
from conversation.hours import hours_of
from conversation.scope import Rhythm, Scope
from conversation.shared import findings_of, shared_revisions
from storage.records import (
    Action,
    ActionNote,
    ActionState,
    Assessment,
    AssessmentState,
    Person,
    Posting,
)
from storage.store import Tx

DIGEST_HOUR = time(10, 0)
DUE_SOON = timedelta(days=7)
#: More rows than this nobody reads in a channel.
ROWS = 8
#: So many silent digests in a row, and the channel is asked whether it wants them.
SILENT = 4
#: More sponsors than this are a channel.
MOST_SPONSORS = 10

_CLOSED = (AssessmentState.CLOSED,)


class Answer(StrEnum):
    """To whether a silent digest is kept."""

    KEEP = "keep"
    MONTHLY = "monthly"
    STOP = "stop"


@dataclass(frozen=True)
class Settings:
    """`sponsors` get a summary in the first days of each month."""

    assessment: Assessment
    rhythm: Rhythm
    sponsors: tuple[str, ...]
    next_on: date | None


# What facilitators decide.


def settings(desk: Desk, user_id: str, *, name: str = "", channel: str | None = None) -> Settings:
    """Of the latest closed assessment that is meant. Raises: NoSuchAssessment, NotFacilitator,
    AssessmentIsOpen."""
    with desk.transaction() as tx:
        found = assessment_for(tx, user_id, name, channel, [*_CLOSED, AssessmentState.OPEN])
        if found.state is AssessmentState.OPEN:
            raise AssessmentIsOpen(subject=found.subject, closes_at=found.closes_at)
        return _settings(desk, tx, facilitated(tx, user_id, found.id))


def settings_of(desk: Desk, user_id: str, *, assessment: str) -> Settings:
    """The same for one that is known. Raises: NoSuchAssessment, NotFacilitator."""
    with desk.transaction() as tx:
        return _settings(desk, tx, facilitated(tx, user_id, assessment))


def choose(
    desk: Desk,
    user_id: str,
    *,
    assessment: str,
    rhythm: Rhythm,
    sponsors: Sequence[Person],
    was: tuple[Rhythm, tuple[str, ...]],
) -> Settings:
    """How often the channel hears of the plan, and who gets the monthly summary. `was`: what the form showed.

    Raises: NoSuchAssessment, NotFacilitator, AlreadyClosed if it is not closed any more, ChangedMeanwhile.
    """
    with desk.transaction() as tx:
        found = held(desk, tx, user_id, assessment, _CLOSED)
        scope = Scope.of(found)
        if (scope.rhythm, scope.sponsors) != was:
            raise ChangedMeanwhile(subject=found.subject)
        for person in sponsors:
            tx.people.remember(person)
        ids = tuple(dict.fromkeys(person.user_id for person in sponsors if person.asked))[:MOST_SPONSORS]
        return _settings(desk, tx, _change(desk, tx, found, user_id, rhythm, ids))


def answer(desk: Desk, user_id: str, *, assessment: str, answer: Answer) -> Settings:
    """What a facilitator says to a digest that was silent for long. Raises: NoSuchAssessment,
    NotFacilitator, AlreadyClosed."""
    with desk.transaction() as tx:
        found = held(desk, tx, user_id, assessment, _CLOSED)
        scope = Scope.of(found)
        rhythm = {Answer.MONTHLY: Rhythm.MONTHLY, Answer.STOP: Rhythm.OFF}.get(answer, scope.rhythm)
        return _settings(desk, tx, _change(desk, tx, found, user_id, rhythm, scope.sponsors))


def _settings(desk: Desk, tx: Tx, found: Assessment) -> Settings:
    scope = Scope.of(found)
    owed = [each for each in tx.postings.about([found.id], kind="digest") if each.is_open]
    tz = hours_of(desk, tx, tx.people.get(found.facilitator), found.facilitator).tz
    next_on = min((worktime.today(each.due_at, tz) for each in owed), default=None)
    return Settings(found, scope.rhythm, scope.sponsors, next_on)


def _change(
    desk: Desk, tx: Tx, found: Assessment, user_id: str, rhythm: Rhythm, sponsors: tuple[str, ...]
) -> Assessment:
    scope = Scope.of(found)
    if (scope.rhythm, scope.sponsors) == (rhythm, sponsors):
        return found
    changed = scope.model_copy(update={"rhythm": rhythm, "sponsors": sponsors}).model_dump(mode="json")
    tx.assessments.change(found.id, only_if=found.state, scope=changed)
    desk.write_down(
        tx, found.id, user_id, "changed_digest", rhythm=rhythm, sponsors=len(sponsors), before=scope.rhythm
    )
    found = tx.assessments.get(found.id)
    if rhythm is not scope.rhythm:
        since = _withdrawn_since(desk, tx, found)
        owe_next(desk, tx, found, since=since)
    owe_summaries(desk, tx, found)
    return found


def _withdrawn_since(desk: Desk, tx: Tx, found: Assessment) -> datetime:
    """From when on the channel has not been told; the digest that would have said it is not owed any
    more."""
    since = desk.now()
    for each in tx.postings.about([found.id], kind="digest"):
        if each.is_open and tx.postings.withdraw(each, note="another rhythm"):
            since = min(since, datetime.fromisoformat(each.contents["since"]))
    return since


# What is owed.


def owe_next(desk: Desk, tx: Tx, assessment: Assessment, *, since: datetime, silent: int = 0) -> None:
    """The next digest, telling what happened since then; `silent` ones in a row were not posted."""
    rhythm = Scope.of(assessment).rhythm
    if assessment.channel is None or assessment.imported_at or rhythm is Rhythm.OFF:
        return
    tz = hours_of(desk, tx, tx.people.get(assessment.facilitator), assessment.facilitator).tz
    day = next_day(rhythm, worktime.today(desk.now(), tz))
    key, number = digest_key(assessment.id, day), 1
    while (there := tx.postings.find(key)) and there.note == "another rhythm":
        number += 1
        key = f"{digest_key(assessment.id, day)}/{number}"
    desk.owe(
        tx,
        key,
        kind="digest",
        subject_id=assessment.id,
        recipient=assessment.channel,
        due_at=worktime.at_local(day, DIGEST_HOUR, tz),
        since=since.isoformat(),
        silent=silent,
    )


def next_day(rhythm: Rhythm, today: date) -> date:
    """The Monday of the next digest: of next week, of the week after, or the first one of a month."""
    monday = today + timedelta(days=7 - today.weekday())
    if rhythm is Rhythm.TWO_WEEKLY:
        return monday + timedelta(days=7)
    if rhythm is Rhythm.MONTHLY:
        while monday.day > 7:
            monday += timedelta(days=7)
    return monday


def digest_key(assessment_id: str, day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"digest/{assessment_id}/{year}-W{week:02}"


def owe_summaries(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """To every sponsor on the first working day of next month."""
    for sponsor in Scope.of(assessment).sponsors:
        hours = hours_of(desk, tx, tx.people.get(sponsor), assessment.facilitator)
        day = first_of_next_month(hours.day(desk.now()))
        tx.postings.owe(
            f"summary/{assessment.id}/{sponsor}/{day:%Y-%m}",
            kind="summary",
            subject_id=assessment.id,
            recipient=sponsor,
            due_at=hours.slot(day),
            contents={"since": desk.now().isoformat()},
            now=desk.now(),
        )


def first_of_next_month(today: date) -> date:
    """Its first working day."""
    return worktime.workday_from((today.replace(day=1) + timedelta(days=32)).replace(day=1))


def follow(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """A step: something that the digest tells of has changed, so the last one that was posted is edited, at
    most once a minute, as long as it is the latest."""
    assessment = carried.heir(tx, assessment)
    latest = tx.postings.latest(subject_id=assessment.id, kind="digest")
    if latest is None or latest.channel is None or not _is_of_now(desk, latest):
        return
    place = {"channel": latest.channel, "ts": latest.ts}
    live.owe_edit(
        desk,
        tx,
        f"{latest.key}/edit",
        "digest_edit",
        assessment,
        latest.recipient,
        of=latest.key,
        place=place,
    )


def superseded(tx: Tx, assessment: Assessment) -> bool:
    """Whether a later round of the same subject was closed, whose digest takes this one's place: a result
    from a file has none."""
    return any(
        other.subject_key == assessment.subject_key
        and other.round > assessment.round
        and not other.imported_at
        for other in tx.assessments.in_states([AssessmentState.CLOSED])
    )


def _is_of_now(desk: Desk, posting: Posting) -> bool:
    return desk.now() < posting.due_at + timedelta(days=7)


# What is said.


def digest(desk: Desk, tx: Tx, posting: Posting) -> Digest | None:
    """Also owes the next one: what was silent this week is told of the week after."""
    assessment = tx.assessments.get(posting.subject_id)
    if assessment.state is not AssessmentState.CLOSED or superseded(tx, assessment):
        return None
    since = datetime.fromisoformat(posting.contents["since"])
    found = _digest(desk, tx, assessment, since)
    if found.changed or any(_is_due(action, found.today) for action in found.actions):
        owe_next(desk, tx, assessment, since=desk.now() if found.changed else since)
        return found
    silent = posting.contents.get("silent", 0) + 1
    owe_next(desk, tx, assessment, since=since, silent=silent)
    return replace(found, silence=SILENT) if silent == SILENT else None


def edited(desk: Desk, tx: Tx, posting: Posting) -> Digest | None:
    """What a digest that stands in a channel says now."""
    assessment = tx.assessments.get(posting.subject_id)
    latest = tx.postings.latest(subject_id=assessment.id, kind="digest")
    if latest is None or latest.key != posting.contents["of"] or superseded(tx, assessment):
        return None
    return _digest(desk, tx, assessment, datetime.fromisoformat(latest.contents["since"]), edited=True)


def summary(desk: Desk, tx: Tx, posting: Posting) -> Summary | None:
    """Also owes the next one, as long as they are a sponsor."""
    assessment, person = tx.assessments.get(posting.subject_id), tx.people.get(posting.recipient)
    if assessment.state is not AssessmentState.CLOSED or superseded(tx, assessment) or person.gone:
        return None
    if person.user_id not in Scope.of(assessment).sponsors:
        return None
    hours = hours_of(desk, tx, person, assessment.facilitator)
    at = hours.next(desk.now())
    if at > desk.now() and tx.postings.not_sent(posting, due_at=at, note="not now"):
        return None
    owe_summaries(desk, tx, assessment)
    since = datetime.fromisoformat(posting.contents["since"])
    return Summary(_digest(desk, tx, assessment, since))


def _digest(desk: Desk, tx: Tx, assessment: Assessment, since: datetime, *, edited: bool = False) -> Digest:
    taken_over = carried.over_to(tx, assessment, since=since)
    actions = [*tx.actions.of(assessment.id), *(each.action for each in taken_over)]
    tz = hours_of(desk, tx, tx.people.get(assessment.facilitator), assessment.facilitator).tz
    day = worktime.today(desk.now(), tz)
    owners = owners_of(tx, actions)
    attention = [action for action in actions if needs_attention(action, day) or is_ownerless(action, owners)]
    return Digest(
        assessment,
        tuple(actions),
        _changed(tx, actions, since),
        tuple(attention[:ROWS]),
        owners,
        since=since,
        today=day,
        rhythm=Scope.of(assessment).rhythm,
        more_attention=max(len(attention) - ROWS, 0),
        progress=_progress(desk, tx, assessment, actions),
        edited_at=desk.now() if edited else None,
        pack=desk.pack_of(tx, assessment),
    )


def _progress(
    desk: Desk, tx: Tx, assessment: Assessment, actions: Iterable[Action]
) -> tuple[AspectProgress, ...]:
    """Per aspect in which something is to be done: where it stood, where it is to stand, and how much of what
    was agreed is done. Levels are those that readers see, once the result was shared."""
    shared = shared_revisions(tx, [assessment.id]).get(assessment.id)
    if shared is None:
        return ()
    pack, found = desk.pack_of(tx, assessment), findings_of(tx, assessment.id, shared).for_readers
    levels = {aspect.id: aspect for aspect in found.aspects}
    aspects = {item.id: item.aspect for item in pack.items}
    parts = []
    for aspect in pack.aspects:
        its = [each for each in actions if each.question and aspects.get(each.question) == aspect.id]
        wanted = [each for each in its if each.state is not ActionState.DROPPED]
        if wanted and aspect.id in levels:
            done = sum(each.state is ActionState.DONE for each in wanted)
            at = levels[aspect.id]
            parts.append(AspectProgress(aspect.id, aspect.title, at.level, at.target, done, len(wanted)))
    return tuple(parts)


def needs_attention(action: Action, day: date) -> bool:
    """Late, at risk, blocked, or due within a week."""
    if action.is_over:
        return False
    return action.state is not ActionState.ON_TRACK or action.due <= day + DUE_SOON


def _is_due(action: Action, day: date) -> bool:
    """Due within a week, or since the week before: what has been late for longer is no news by itself."""
    return not action.is_over and abs(action.due - day) <= DUE_SOON


def is_ownerless(action: Action, owners: Mapping[str, Person]) -> bool:
    """Whether it is not over, and nobody has it whose account is there."""
    return not action.is_over and (action.owner is None or owners[action.owner].gone)


def owners_of(tx: Tx, actions: Iterable[Action]) -> dict[str, Person]:
    return {owner: tx.people.get(owner) for action in actions if (owner := action.owner)}


def _changed(
    tx: Tx, actions: Iterable[Action], since: datetime
) -> tuple[tuple[Action, ActionNote | None], ...]:
    actions = tuple(actions)
    notes = (note for each in {action.assessment_id for action in actions} for note in tx.actions.notes(each))
    latest = {note.action_id: note for note in notes if note.at > since}
    return tuple(
        (action, latest.get(action.id))
        for action in actions
        if action.id in latest or action.agreed_at > since
    )
