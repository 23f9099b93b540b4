"""What owners hear of their actions by themselves: before an action is due, on the day, and at most three
times after it; then a facilitator hears of it once, and it is quiet.

The days are a pure rule. All that an owner is to hear on a day is one message; what is in the way then (they
are away, it is night where they are, they heard of another action today) moves it, and what was missed
meanwhile is said with it, so that nothing is ever added. Whether it is still wanted is asked as it is sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from conversation import worktime
from conversation.assessments import facilitates, told_of
from conversation.contents import Due, DueLine, Escalated, EscalatedLine
from conversation.desk import Desk
from conversation.errors import ActionIsDone, AskedTooSoon, NoFollowUpLeft, NotYourAction
from conversation.hours import Hours, hours_of
from conversation.ticketing import tickets_of
from storage.records import Action, Assessment, FollowUp, FollowUpKind, Person, Posting, PostingState
from storage.store import Tx

#: Days before the due date, and after it.
BEFORE, AFTER = (7, 2), (3, 7, 10)
#: Nobody is reminded more often of an action that is late.
MOST_LATE = len(AFTER)
#: Working days from the last reminder until a facilitator hears of it.
UNTIL_ESCALATION = 2


class Later(StrEnum):
    TOMORROW = "tomorrow"
    NEXT_WEEK = "next_week"

    def day(self, today: date) -> date:
        if self is Later.TOMORROW:
            return worktime.workdays_after(today, 1)
        return today + timedelta(days=7 - today.weekday())


@dataclass(frozen=True)
class Followed:
    """An action of which its owner hears next on `day`. `again`: that was so already."""

    assessment: Assessment
    action: Action
    day: date
    again: bool = False


def days(due: date) -> dict[date, FollowUpKind]:
    """On which working days an owner hears of an action that is due then, and on which a facilitator does.
    What would fall on a weekend comes on the Friday before it, or, once it is late, on the Monday after."""
    found = {worktime.workday_until(due - timedelta(days=n)): FollowUpKind.BEFORE for n in BEFORE}
    found[worktime.workday_until(due)] = FollowUpKind.DUE
    late = [worktime.workday_from(due + timedelta(days=n)) for n in AFTER]
    found |= dict.fromkeys(late, FollowUpKind.LATE)
    found[worktime.workdays_after(late[-1], UNTIL_ESCALATION)] = FollowUpKind.ESCALATION
    return found


# Steps of other use cases.


def plan(desk: Desk, tx: Tx, action: Action) -> None:
    """Its owner, its due date, or both are new: what was planned for another is not wanted any more."""
    _cancel(tx, (each for each in tx.followups.about(action.id) if each.said_in is None))
    if action.owner is None or action.is_over:
        return
    assessment = tx.assessments.get(action.assessment_id)
    hours = _hours(desk, tx, action.owner, assessment)
    for day, kind in days(action.due).items():
        if hours.slot(day) > desk.now():
            _owe(desk, tx, action, assessment, hours, day, kind)


def settle(desk: Desk, tx: Tx, action: Action) -> None:
    """Somebody said how it goes: what should have been asked by now need not be."""
    if action.owner is None:
        return
    hours = _hours(desk, tx, action.owner, tx.assessments.get(action.assessment_id))
    waiting = tx.followups.waiting_about([action.id], until=hours.day(desk.now()))
    _cancel(tx, (each for each in waiting if each.kind is not FollowUpKind.ESCALATION))


def ask_on(desk: Desk, tx: Tx, action: Action, day: date) -> date:
    """A step: its owner hears of it next on that day, or on the next working day. The next reminder moves
    there; only where none is left, whoever asks for one gets one. Raises: AskedTooSoon."""
    if action.owner is None:
        return day
    assessment = tx.assessments.get(action.assessment_id)
    hours = _hours(desk, tx, action.owner, assessment)
    if day <= hours.day(desk.now()):
        raise AskedTooSoon(date=day)
    day = worktime.workday_from(day)
    try:
        _move(desk, tx, action, assessment, hours, day)
    except NoFollowUpLeft:
        _owe(desk, tx, action, assessment, hours, day, FollowUpKind.DUE)
    return day


def next_day(tx: Tx, action: Action) -> date | None:
    """A step: on which day its owner hears of it next."""
    waiting = (
        each
        for each in tx.followups.about(action.id)
        if each.said_in is None and each.kind is not FollowUpKind.ESCALATION and _is_current(each, action)
    )
    return next((each.day for each in waiting), None)


# What people do.


def put_off(desk: Desk, user_id: str, *, action: str, until: Later | date) -> Followed:
    """The next reminder of it comes on that day, and none before: one is moved, and none added.

    Raises: NotYourAction for anybody but its owner; ActionIsDone; NoFollowUpLeft.
    """
    with desk.transaction() as tx:
        found, assessment = _action(tx, action)
        if user_id != found.owner:
            raise NotYourAction(owner=found.owner)
        hours = _hours(desk, tx, user_id, assessment)
        today = hours.day(desk.now())
        day = until.day(today) if isinstance(until, Later) else worktime.workday_from(until)
        _move(desk, tx, found, assessment, hours, max(day, today + timedelta(days=1)))
        return Followed(assessment, found, day)


def ask_again(desk: Desk, user_id: str, *, action: str) -> Followed:
    """A facilitator wants its owner to be reminded of it once more: in their next hours.

    Raises: NotYourAction for anybody but the facilitators; ActionIsDone; NoFollowUpLeft if nobody owns it.
    """
    with desk.transaction() as tx:
        found, assessment = _action(tx, action)
        if not facilitates(assessment, user_id):
            raise NotYourAction(owner=found.owner)
        if found.owner is None:
            raise NoFollowUpLeft(objective=found.objective)
        hours = _hours(desk, tx, found.owner, assessment)
        today = hours.day(desk.now())
        at = hours.slot_after(desk.now())
        by_hand = (each for each in tx.followups.about(found.id) if each.kind is FollowUpKind.BY_HAND)
        if there := next((each for each in by_hand if each.day > today or each.said_in is None), None):
            return Followed(assessment, found, there.day, again=True)
        _owe(desk, tx, found, assessment, hours, hours.day(at), FollowUpKind.BY_HAND)
        desk.write_down(
            tx, assessment.id, user_id, "asked_owner_again", owner=found.owner, objective=found.objective
        )
        return Followed(assessment, found, hours.day(at))


# What is said.


def due(desk: Desk, tx: Tx, posting: Posting) -> Due | None:
    """All that this owner is to hear now; nothing if it is not wanted any more, or not now."""
    person = tx.people.lock(posting.recipient)
    _make_up(desk, tx, posting)
    said = tx.followups.said_in(posting.key)
    if posting.state is PostingState.SENT:
        return _said(desk, tx, posting, person, _wanted(tx, person, said))
    waiting = _waiting(desk, tx, person)
    actions = _wanted(tx, person, [*said, *waiting])
    if not actions or person.gone:
        return None
    hours = _hours(desk, tx, person.user_id, next(iter(actions.values()))[1])
    at = _moment(desk, tx, posting, person, hours)
    if at > desk.now():
        tx.postings.not_sent(posting, due_at=at, note="not now")
        return None
    for each in waiting:
        tx.followups.say(each, posting=posting.key, at=desk.now())
    tx.followups.stamp(posting.key, at=desk.now())
    return _said(desk, tx, posting, person, actions)


def escalated(desk: Desk, tx: Tx, posting: Posting) -> Escalated | None:
    """What a facilitator is to hear of the late actions of an assessment; each once."""
    assessment = tx.assessments.get(posting.subject_id)
    person = tx.people.lock(posting.recipient)
    hours = hours_of(desk, tx, person, assessment.facilitator)
    actions = {each.id: each for each in tx.actions.of(assessment.id) if not each.is_over}
    waiting = [
        each
        for each in tx.followups.waiting_about(
            actions if posting.is_open else (), until=hours.day(desk.now())
        )
        if each.kind is FollowUpKind.ESCALATION and _is_current(each, actions[each.action_id])
    ]
    said = [each for each in tx.followups.said_in(posting.key) if each.action_id in actions]
    if person.gone or not (waiting or said):
        return None
    sent = posting.state is PostingState.SENT
    if not sent and (at := hours.next(desk.now())) > desk.now():
        tx.postings.not_sent(posting, due_at=at, note="not now")
        return None
    for each in waiting:
        tx.followups.say(each, posting=posting.key, at=desk.now())
    lines = [
        _escalated_line(tx, actions[each.action_id], each)
        for each in [*said, *waiting]
        if told_of(assessment, each.owner)
    ]
    return Escalated(assessment, tuple(lines), hours.day(desk.now())) if lines else None


def _said(
    desk: Desk,
    tx: Tx,
    posting: Posting,
    person: Person,
    actions: Mapping[str, tuple[Action, Assessment, FollowUp]],
) -> Due | None:
    """What this posting says of those of them that it speaks of."""
    kinds: dict[str, set[FollowUpKind]] = {}
    for each in tx.followups.said_in(posting.key):
        kinds.setdefault(each.action_id, set()).add(each.kind)
    lines = tuple(_line(tx, *found, kinds[key]) for key, found in actions.items() if key in kinds)
    if not lines:
        return None
    today = _hours(desk, tx, person.user_id, lines[0].assessment).day(desk.now())
    return Due(person, lines, today, tickets_of(desk, tx, (line.action for line in lines)))


def _make_up(desk: Desk, tx: Tx, posting: Posting) -> None:
    """A posting from before follow-ups were kept says its day: from then on, the days of its reader's
    actions are planned."""
    if "day" not in posting.contents:
        return
    since = date.fromisoformat(posting.contents["day"])
    for action in tx.actions.owned_by(posting.recipient):
        if action.is_over or tx.followups.about(action.id):
            continue
        assessment = tx.assessments.get(action.assessment_id)
        hours = _hours(desk, tx, posting.recipient, assessment)
        for day, kind in days(action.due).items():
            if day >= since:
                _owe(desk, tx, action, assessment, hours, day, kind)


def _waiting(desk: Desk, tx: Tx, person: Person) -> list[FollowUp]:
    """By the day that it is where they are."""
    owned = [action for action in tx.actions.owned_by(person.user_id) if not action.is_over]
    if not owned:
        return []
    hours = _hours(desk, tx, person.user_id, tx.assessments.get(owned[0].assessment_id))
    today = hours.day(desk.now())
    waiting = tx.followups.waiting_for(person.user_id, until=today)
    return [each for each in waiting if each.kind is not FollowUpKind.ESCALATION]


def _wanted(
    tx: Tx, person: Person, followups: Iterable[FollowUp]
) -> dict[str, tuple[Action, Assessment, FollowUp]]:
    """By action, unless it is over, has another owner by now, or another due date."""
    found = {}
    for each in followups:
        action = tx.actions.find(each.action_id)
        if action and not action.is_over and _is_current(each, action):
            found[action.id] = (action, tx.assessments.get(action.assessment_id), each)
    return dict(sorted(found.items(), key=lambda item: (item[1][0].due, item[1][0].agreed_at, item[0])))


def _is_current(followup: FollowUp, action: Action) -> bool:
    return (followup.owner, followup.due) == (action.owner, action.due)


def _moment(desk: Desk, tx: Tx, posting: Posting, person: Person, hours: Hours) -> datetime:
    """Now, if it is one of their hours and they have heard of no action today."""
    now = desk.now()
    last = tx.followups.last_said(person.user_id, besides=posting.key)
    heard_today = last is not None and hours.day(last) >= hours.day(now)
    if heard_today:
        tomorrow = hours.slot(worktime.workdays_after(hours.day(now), 1))
        return max(tomorrow, hours.next(tomorrow))
    return hours.next(now)


def _line(
    tx: Tx, action: Action, assessment: Assessment, followup: FollowUp, kinds: set[FollowUpKind]
) -> DueLine:
    is_late = FollowUpKind.LATE in kinds
    return DueLine(
        action,
        assessment,
        late=len(_late(tx, action)) if is_late else None,
        tells=told_of(assessment, followup.owner) if is_late else None,
        asked=kinds == {FollowUpKind.BY_HAND},
    )


def _escalated_line(tx: Tx, action: Action, followup: FollowUp) -> EscalatedLine:
    said = [note for note in tx.actions.notes_of(action.id) if note.by == followup.owner]
    return EscalatedLine(
        action, tx.people.get(followup.owner), len(_late(tx, action)), said[-1] if said else None
    )


def _late(tx: Tx, action: Action) -> set[str | None]:
    """The reminders that its owner had since it was late."""
    return {
        each.said_in
        for each in tx.followups.about(action.id)
        if each.kind is FollowUpKind.LATE and each.said_in and _is_current(each, action)
    }


def _action(tx: Tx, action: str) -> tuple[Action, Assessment]:
    found = tx.actions.find(action)
    if found is None:
        raise NotYourAction()
    if found.is_over:
        raise ActionIsDone(objective=found.objective)
    return found, tx.assessments.get(found.assessment_id)


def _move(desk: Desk, tx: Tx, action: Action, assessment: Assessment, hours: Hours, day: date) -> None:
    mine = [
        each for each in tx.followups.about(action.id) if each.said_in is None and _is_current(each, action)
    ]
    to_owner = [each for each in mine if each.kind is not FollowUpKind.ESCALATION]
    if not to_owner:
        raise NoFollowUpLeft(objective=action.objective)
    first = to_owner[0]
    _cancel(tx, [first, *(each for each in to_owner if each.day <= day)])
    _owe(desk, tx, action, assessment, hours, day, first.kind)
    for each in mine:
        if each.kind is FollowUpKind.ESCALATION and each.day <= day:
            _cancel(tx, [each])
            later = worktime.workdays_after(day, UNTIL_ESCALATION)
            _owe(desk, tx, action, assessment, hours, later, FollowUpKind.ESCALATION)


def _owe(
    desk: Desk,
    tx: Tx,
    action: Action,
    assessment: Assessment,
    hours: Hours,
    day: date,
    kind: FollowUpKind,
) -> None:
    owner = action.owner or ""
    if kind is not FollowUpKind.ESCALATION:
        tx.followups.add(action.id, owner=owner, due=action.due, day=day, kind=kind)
        _owe_on(desk, tx, f"remind/{owner}/{day}", "remind", owner, owner, hours.slot(day))
    elif reader := told_of(assessment, owner):
        tx.followups.add(action.id, owner=owner, due=action.due, day=day, kind=kind)
        at = _hours(desk, tx, reader, assessment).slot(day)
        key = f"escalation/{assessment.id}/{reader}/{day}"
        _owe_on(desk, tx, key, "escalation", assessment.id, reader, at)


def _owe_on(desk: Desk, tx: Tx, key: str, kind: str, subject: str, recipient: str, due_at: datetime) -> None:
    """One message for each reader and day, whatever number of actions it speaks of. One that was posted on
    its day already, or dropped because nothing was left to say, is no obstacle to another."""
    number, free = 1, key
    while (there := tx.postings.find(free)) and not there.is_open:
        number, free = number + 1, f"{key}/{number + 1}"
    tx.postings.owe(
        free, kind=kind, subject_id=subject, recipient=recipient, due_at=due_at, contents={}, now=desk.now()
    )


def _cancel(tx: Tx, followups: Iterable[FollowUp]) -> None:
    for each in list(followups):
        tx.followups.cancel(each)


def _hours(desk: Desk, tx: Tx, user_id: str, assessment: Assessment) -> Hours:
    return hours_of(desk, tx, tx.people.get(user_id), assessment.facilitator)
