"""One action: who sees it, who has a say in it, all that is known of it, and what follows when it changes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from conversation import digests, followups, informing, planpost, remarks, worktime
from conversation.actionprogress import Progress, progress, steps_by_action
from conversation.again import ASK_AGAIN
from conversation.assessments import changeable, facilitates, told_of, visible
from conversation.desk import Desk
from conversation.errors import (
    ActionChanged,
    ActionIsDone,
    NoSuchAction,
    NoSuchEvidence,
    NotYourAction,
)
from conversation.hours import own_zone
from conversation.live import tell
from conversation.pack import Item, Pack
from conversation.shared import shared_revisions
from conversation.ticketing import NO_WISH, NONE, Tickets, Wish, tickets_of
from storage.records import (
    Action,
    ActionChange,
    ActionNote,
    ActionState,
    ActionStep,
    Assessment,
    AssessmentState,
    Person,
    Posting,
    RemarkWord,
    SlackFile,
)
from storage.store import Tx

#: For so long "done" can be taken back.
UNDO = timedelta(hours=24)
#: What the history of an action says when that it is done was taken back.
UNDONE = "undone"


@dataclass(frozen=True)
class More:
    """What an action may have beside what it must have: the number of its measure, when it starts, who is
    kept informed of it, its first steps, an issue in a tracker."""

    unit: str | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    starts: date | None = None
    informed: tuple[Person, ...] = ()
    steps: tuple[str, ...] = ()
    issue: Wish = NO_WISH


@dataclass(frozen=True)
class Promise:
    """An action as it stands now, with what is owed because of it, and whose Home it changes. `suggested` is
    a day that a facilitator was asked for; `wished`: its question is to be asked again; `asked_on`: its owner
    hears of what is blocked on that day."""

    assessment: Assessment
    action: Action
    owed: tuple[Posting, ...] = ()
    concerned: tuple[str, ...] = ()
    undoable: bool = False
    suggested: date | None = None
    wished: bool = False
    tickets: Tickets = NONE
    asked_on: date | None = None

    @property
    def to_accept(self) -> bool:
        return to_accept(self.action)


@dataclass(frozen=True)
class Whole:
    """All that is known of an action, for somebody who sees it. `needs` have to be done before it,
    `needed_by` come after; `merged` went into it and `parts` came out of it; `others` are the rest of the
    plan that is not over."""

    assessment: Assessment
    action: Action
    pack: Pack
    owner: Person | None
    today: date
    owned: bool
    facilitating: bool
    undoable: bool
    item: Item | None = None
    steps: tuple[ActionStep, ...] = ()
    notes: tuple[ActionNote, ...] = ()
    changes: tuple[ActionChange, ...] = ()
    needs: tuple[Action, ...] = ()
    needed_by: tuple[Action, ...] = ()
    merged: tuple[Action, ...] = ()
    parts: tuple[Action, ...] = ()
    others: tuple[Action, ...] = field(default=(), repr=False)
    tickets: Tickets = NONE

    @property
    def may_change(self) -> bool:
        return self.owned or self.facilitating

    @property
    def unmet(self) -> tuple[Action, ...]:
        """What it needs and what is not done."""
        return tuple(each for each in self.needs if each.state is not ActionState.DONE)

    @property
    def progress(self) -> Progress:
        return progress(self.action, self.steps)

    @property
    def wished(self) -> bool:
        """Whether somebody wants its question asked again."""
        return any(change.what == ASK_AGAIN for change in self.changes)

    @property
    def to_accept(self) -> bool:
        return to_accept(self.action)


def look(desk: Desk, user_id: str, *, actions: Iterable[str]) -> tuple[Promise, ...]:
    """These actions as they stand now, as far as this person has a say in them."""
    with desk.transaction() as tx:
        found = [action for key in actions if (action := tx.actions.find(key))]
        return tuple(
            promise(desk, tx, action.id)
            for action in found
            if has_a_say(tx.assessments.get(action.assessment_id), action, user_id)
        )


def whole(desk: Desk, user_id: str, *, action: str, channel: str | None = None) -> Whole:
    """All of an action, for whoever sees the plan, owns it or is kept informed of it.

    Raises: NoSuchAction.
    """
    with desk.transaction() as tx:
        return whole_in(desk, tx, user_id, seen_by(tx, user_id, action, channel))


def still_seen(desk: Desk, user_id: str, *, action: str, channel: str | None = None) -> Whole | None:
    """The same after something was done, by which this person may have lost sight of it."""
    try:
        return whole(desk, user_id, action=action, channel=channel)
    except NoSuchAction:
        return None


def file_of(desk: Desk, user_id: str, *, action: str, file: str, channel: str | None = None) -> SlackFile:
    """A file that was shown for an action, for whoever sees it. Raises: NoSuchAction, NoSuchEvidence."""
    with desk.transaction() as tx:
        found = seen_by(tx, user_id, action, channel)
        for each in shown_for(tx.actions.notes_of(found.id)):
            if each.id == file and not each.gone:
                return each
        raise NoSuchEvidence()


def shown_for(notes: Iterable[ActionNote]) -> tuple[SlackFile, ...]:
    """The files that these notes show, the newest first."""
    return tuple(file for note in reversed([*notes]) for file in note.files)


def to_change(desk: Desk, user_id: str, *, action: str) -> Whole:
    """The same for a form that changes it. Raises: NotYourAction, ActionIsDone."""
    with desk.transaction() as tx:
        found, _ = to_be_changed(tx, user_id, action)
        return whole_in(desk, tx, user_id, found)


def to_note(desk: Desk, user_id: str, *, action: str) -> Whole:
    """The same for a form that adds a word to it, which may be over. Raises: NotYourAction."""
    with desk.transaction() as tx:
        found, _ = in_hand(tx, user_id, action)
        return whole_in(desk, tx, user_id, found)


def whole_in(desk: Desk, tx: Tx, user_id: str, found: Action) -> Whole:
    assessment = tx.assessments.get(found.assessment_id)
    plan = {each.id: each for each in tx.actions.of(assessment.id)}
    needs = tx.actions.needs(assessment.id)
    pack = desk.pack_of(tx, assessment)
    notes = tuple(tx.actions.notes_of(found.id))
    return Whole(
        assessment=assessment,
        action=found,
        pack=pack,
        owner=tx.people.get(found.owner) if found.owner else None,
        today=worktime.today(desk.now(), own_zone(desk, tx.people.get(user_id))),
        owned=user_id == found.owner,
        facilitating=facilitates(assessment, user_id),
        undoable=undoable(found, notes, desk.now()),
        item=pack.item(found.question) if found.question else None,
        steps=steps_by_action(tx, assessment.id).get(found.id, ()),
        notes=notes,
        changes=tuple(tx.actions.changes_of(found.id)),
        needs=tuple(each for each in plan.values() if each.id in needs.get(found.id, ())),
        needed_by=tuple(each for each in plan.values() if found.id in needs.get(each.id, ())),
        merged=tuple(each for each in plan.values() if each.became == found.id),
        parts=tuple(each for each in plan.values() if each.split_from == found.id),
        others=tuple(each for each in plan.values() if each.id != found.id and not each.is_over),
        tickets=tickets_of(desk, tx, [found]),
    )


def has_a_say(assessment: Assessment, action: Action, user_id: str) -> bool:
    return user_id == action.owner or facilitates(assessment, user_id)


def in_hand(tx: Tx, user_id: str, action: str) -> tuple[Action, Assessment]:
    """A step: an action in which this person has a say. Raises: NotYourAction, ImportedStays."""
    found = tx.actions.find(action)
    if found is None:
        raise NotYourAction()
    assessment = tx.assessments.get(found.assessment_id)
    if not has_a_say(assessment, found, user_id):
        raise NotYourAction(owner=found.owner)
    return found, changeable(assessment)


def to_be_changed(tx: Tx, user_id: str, action: str) -> tuple[Action, Assessment]:
    """A step: the same, of one that is not over. Raises: NotYourAction, ActionIsDone."""
    found, assessment = in_hand(tx, user_id, action)
    must_go_on(found)
    return found, assessment


def must_go_on(found: Action) -> None:
    """Raises: ActionIsDone."""
    if found.is_over:
        raise ActionIsDone(objective=found.objective)


def change(desk: Desk, tx: Tx, found: Action, by: str, what: str, **values: Any) -> Action:
    """A step: give it these values, and let everybody see it who sees the plan. Raises: ActionChanged."""
    if not tx.actions.change(found, by=by, what=what, at=desk.now(), **values):
        raise ActionChanged(objective=found.objective)
    plan_changed(desk, tx, found.assessment_id)
    changed = again(tx, found.id)
    if values.get("owner"):
        remarks.owe(desk, tx, changed, by, RemarkWord.OWNER)
    if "due" in values:
        remarks.owe(desk, tx, changed, by, RemarkWord.DUE)
    return changed


def plan_changed(desk: Desk, tx: Tx, assessment: str) -> None:
    """A step: where the plan stands in Slack it is drawn anew."""
    planpost.owe_edit(desk, tx, assessment)
    digests.follow(desk, tx, tx.assessments.get(assessment))


def note(desk: Desk, tx: Tx, found: Action, by: str, what: str, **values: Any) -> None:
    """A step: keep what was changed that has no column of its own."""
    tx.actions.note_change(found.id, by=by, what=what, at=desk.now(), **values)
    plan_changed(desk, tx, found.assessment_id)


def must_not_have_changed(tx: Tx, found: Action, seen: int | None, fields: Iterable[str]) -> None:
    """A step: since a form showed the action with so many changes, nobody changed these fields of it.

    Raises: ActionChanged.
    """
    if seen is None:
        return
    for change in tx.actions.changes_of(found.id)[seen:]:
        if set(fields) & set(change.values):
            raise ActionChanged(objective=found.objective, person=change.by)


def promise(
    desk: Desk,
    tx: Tx,
    action: str,
    owed: Iterable[Posting | None] = (),
    *,
    concerned: Iterable[str | None] = (),
) -> Promise:
    """A step: how it stands now."""
    found = again(tx, action)
    return Promise(
        tx.assessments.get(found.assessment_id),
        found,
        tuple(filter(None, owed)),
        tuple(dict.fromkeys(filter(None, (found.owner, *concerned)))),
        undoable(found, tx.actions.notes_of(found.id), desk.now()),
        wished=any(each.what == ASK_AGAIN for each in tx.actions.changes_of(found.id)),
        tickets=tickets_of(desk, tx, [found]),
        asked_on=followups.next_day(tx, found) if found.state is ActionState.BLOCKED else None,
    )


def to_accept(action: Action) -> bool:
    """Its owner was asked and has not answered yet."""
    return action.owner is not None and action.accepted_at is None and not action.is_over


def undoable(action: Action, notes: Iterable[ActionNote], now: datetime) -> bool:
    """Whether that it is done can be taken back, by all that was said of it."""
    done_at = None
    for each in notes:
        done_at = (done_at or each.at) if each.state is ActionState.DONE else None
    return action.state is ActionState.DONE and done_at is not None and now - done_at < UNDO


def last_of(tx: Tx, found: Action, what: str, *, by: str | None = None) -> dict[str, Any] | None:
    """A step: what was kept when this was done to it last, by this person if one is meant."""
    kept = [
        each.values for each in tx.actions.changes_of(found.id) if each.what == what and by in {None, each.by}
    ]
    return kept[-1] if kept else None


def tell_informed(desk: Desk, tx: Tx, found: Action, *, by: str) -> tuple[Posting, ...]:
    """A step: who is kept informed hears of it, but for who did it and for the owner, who know."""
    readers = [user for user in found.informed if user not in {by, found.owner}]
    return tuple(filter(None, (informing.owe(desk, tx, found, reader) for reader in readers)))


def tell_of(
    desk: Desk, tx: Tx, found: Action, reader: str | None, word: str, **values: Any
) -> Posting | None:
    """A step: tell this person what was done about an action, once for each change of it before that."""
    if reader is None:
        return None
    assessment = tx.assessments.get(found.assessment_id)
    number = len(tx.actions.changes_of(found.id)) + len(tx.actions.notes_of(found.id))
    about = f"{reader}/{found.id}/{number}"
    values = {"action": found.id, "objective": found.objective, **values}
    return tell(desk, tx, assessment, reader, word, about=about, **values)


def tell_facilitator(desk: Desk, tx: Tx, found: Action, by: str, word: str, **values: Any) -> Posting | None:
    """A step: the same to a facilitator other than whoever did it, if there is one."""
    reader = told_of(tx.assessments.get(found.assessment_id), by)
    return tell_of(desk, tx, found, reader, word, person=by, **values)


def again(tx: Tx, action: str) -> Action:
    found = tx.actions.find(action)
    assert found is not None
    return found


def seen_by(tx: Tx, user_id: str, action: str, channel: str | None) -> Action:
    """A step. Raises: NoSuchAction."""
    found = tx.actions.find(action)
    if found is None:
        raise NoSuchAction()
    assessment = tx.assessments.get(found.assessment_id)
    if has_a_say(assessment, found, user_id) or user_id in found.informed:
        return found
    theirs = visible(tx, user_id, {channel}, [AssessmentState.CLOSED])
    knows = shared_revisions(tx, [assessment.id], user_id)
    if assessment.id not in {each.id for each in theirs} or assessment.id not in knows:
        raise NoSuchAction()
    return found
