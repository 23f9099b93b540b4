"""Agreeing on an action: with whom, until when; and what its owner answers."""

from dataclasses import dataclass, replace
from datetime import date, time

from conversation import actions, adjusting, followups, ticketing, worktime
from conversation.actions import (
    More,
    Promise,
    change,
    must_not_have_changed,
    promise,
    tell_facilitator,
    tell_of,
    to_be_changed,
)
from conversation.adjusting import must_come, must_own
from conversation.assessments import changeable, facilitated, facilitates, told_of
from conversation.desk import Desk
from conversation.errors import (
    ActionChanged,
    AssessmentIsOpen,
    NoActionReason,
    NoObjective,
    NoOwner,
    NoSuchGap,
    NotYourAction,
)
from conversation.hours import own_zone
from conversation.informing import asked_at
from conversation.reports import verdict_on
from storage.records import Action, ActionChange, Assessment, AssessmentState, Person, Posting
from storage.store import Tx

#: Working days for which an owner may think about it before a facilitator hears that they have not answered.
TO_ACCEPT = 3
_TOLD_AT = time(10, 0)


def agree(
    desk: Desk,
    user_id: str,
    *,
    assessment: str,
    step: str,
    objective: str,
    measure: str,
    owner: Person,
    due: date,
    id: str,
    more: More | None = None,
) -> Promise:
    """Turn a gap into an action. Its owner is asked at once, and reminded before and on the due day. The
    same `id` again is the same action.

    Raises: NoSuchAssessment, NotFacilitator, ImportedStays, NoSuchGap, NoObjective, DueInThePast,
    StartsAfterDue, CannotOwn, TooManySteps, NotALinkToAnIssue, NoSuchTracker.
    """
    with desk.transaction() as tx:
        found = changeable(facilitated(tx, user_id, assessment))
        gap = verdict_on(desk, tx, found, private=True).findings.for_readers.gap(step)
        if gap is None:
            raise NoSuchGap()
        begun = _Beginning(objective, measure, owner, due, id, more or More(), gap.question, gap.level)
        return begun.write(desk, tx, user_id, found)


def add(
    desk: Desk,
    user_id: str,
    *,
    assessment: str,
    objective: str,
    measure: str,
    owner: Person,
    due: date,
    id: str,
    more: More | None = None,
) -> Promise:
    """The same without a gap.

    Raises: NoSuchAssessment, NotFacilitator, ImportedStays, AssessmentIsOpen, NoObjective, DueInThePast,
    StartsAfterDue, CannotOwn, TooManySteps, NotALinkToAnIssue, NoSuchTracker.
    """
    with desk.transaction() as tx:
        found = _planned(changeable(facilitated(tx, user_id, assessment)))
        begun = _Beginning(objective, measure, owner, due, id, more or More())
        return begun.write(desk, tx, user_id, found)


def accept(desk: Desk, user_id: str, *, action: str) -> Promise:
    """The owner takes it on; twice is once. Raises: NotYourAction, ActionIsDone."""
    with desk.transaction() as tx:
        found = _asked(tx, user_id, action)
        take_on(desk, tx, found, user_id)
        return promise(desk, tx, action)


def take_on(desk: Desk, tx: Tx, found: Action, owner: str) -> None:
    """A step: its owner has said yes. Raises: ActionChanged."""
    if found.accepted_at is None:
        change(desk, tx, found, owner, "accepted", accepted_at=desk.now())
        desk.write_down(
            tx, found.assessment_id, owner, "accepted_action", action=found.id, objective=found.objective
        )


def decline(desk: Desk, user_id: str, *, action: str, reason: str) -> Promise:
    """The owner gives it back: a facilitator hears why, and finds another owner.

    Raises: NotYourAction, ActionIsDone, NoActionReason.
    """
    with desk.transaction() as tx:
        found = _asked(tx, user_id, action)
        if not reason.strip():
            raise NoActionReason()
        said = reason.strip()
        given_back = change(desk, tx, found, user_id, "declined", owner=None, accepted_at=None)
        followups.plan(desk, tx, given_back)
        actions.note(desk, tx, found, user_id, "declined_because", reason=said)
        desk.write_down(
            tx, found.assessment_id, user_id, "declined_action", action=found.id, objective=found.objective
        )
        told = tell_facilitator(desk, tx, found, user_id, "declined_action", reason=said)
        return promise(desk, tx, action, [told], concerned=[user_id])


def change_date(
    desk: Desk, user_id: str, *, action: str, due: date, reason: str = "", seen: int | None = None
) -> Promise:
    """It is to be done by another day. An owner who has not taken it on yet only suggests that, and a
    facilitator decides. `seen`: after so many changes the form was opened.

    Raises: NotYourAction, ActionIsDone, DueInThePast, StartsAfterDue, ActionChanged.
    """
    with desk.transaction() as tx:
        found, assessment = to_be_changed(tx, user_id, action)
        must_not_have_changed(tx, found, seen, ["due"])
        must_come(desk, due, tx.people.get(found.owner or user_id), found.starts)
        if due == found.due:
            return promise(desk, tx, action)
        if found.accepted_at or facilitates(assessment, user_id):
            owed = list(adjusting.move(desk, tx, found, user_id, due))
            if user_id != found.owner:
                owed.append(
                    tell_of(desk, tx, found, found.owner, "action_changed", by=user_id, fields=["due"])
                )
            return promise(desk, tx, action, owed)
        said = {"date": due.isoformat(), "reason": reason.strip()}
        last = _last_about_its_date(tx, found)
        if last and (last.what, last.by, last.values) == ("suggested_date", user_id, said):
            return replace(promise(desk, tx, action), suggested=due)
        actions.note(desk, tx, found, user_id, "suggested_date", **said)
        desk.write_down(
            tx, assessment.id, user_id, "suggested_date", action=found.id, objective=found.objective
        )
        told = tell_facilitator(desk, tx, found, user_id, "date_suggested", was=found.due.isoformat(), **said)
        return replace(promise(desk, tx, action, [told]), suggested=due)


def decide_date(desk: Desk, user_id: str, *, action: str, due: date, take: bool) -> Promise:
    """A facilitator answers the owner who suggested this day, who hears of it. The owner does not decide
    that.

    Raises: NotYourAction, NotFacilitator, ActionIsDone, NoOwner, DueInThePast.
    """
    with desk.transaction() as tx:
        found, assessment = to_be_changed(tx, user_id, action)
        facilitated(tx, user_id, assessment.id)
        if found.owner is None:
            raise NoOwner(objective=found.objective)
        owner = tx.people.get(found.owner)
        if found.due == due:
            return promise(desk, tx, action)
        owed: tuple[Posting | None, ...] = ()
        if take:
            must_come(desk, due, owner, found.starts)
            owed = adjusting.move(desk, tx, found, user_id, due)
        else:
            last = _last_about_its_date(tx, found)
            if last and (last.what, last.values) == ("kept_date", {"date": due.isoformat()}):
                return promise(desk, tx, action)
            actions.note(desk, tx, found, user_id, "kept_date", date=due.isoformat())
        values = {"by": user_id, "date": (due if take else found.due).isoformat()}
        told = tell_of(desk, tx, found, found.owner, "date_taken" if take else "date_kept", **values)
        return promise(desk, tx, action, (*owed, told))


def _last_about_its_date(tx: Tx, found: Action) -> ActionChange | None:
    """What an owner suggested, or a facilitator answered, whichever came later."""
    about = {"suggested_date", "kept_date"}
    return next((each for each in reversed(tx.actions.changes_of(found.id)) if each.what in about), None)


def hand_over(desk: Desk, user_id: str, *, action: str, owner: Person, seen: str | None = "") -> Promise:
    """Somebody else owns the action from now on; they are asked at once, and reminded like any owner. The
    same owner again is no news. `seen`: who owned it when the form was opened, if that is known.

    Raises: NotYourAction for anybody but its owner and the facilitators; ActionIsDone, CannotOwn,
    ActionChanged if somebody else handed it over meanwhile.
    """
    with desk.transaction() as tx:
        found, assessment = to_be_changed(tx, user_id, action)
        must_own(owner)
        if owner.user_id == found.owner:
            return promise(desk, tx, action)
        if seen != "" and seen != found.owner:
            raise ActionChanged(objective=found.objective, owner=found.owner)
        before, owed = found.owner, give(desk, tx, user_id, found, owner)
        desk.write_down(
            tx,
            assessment.id,
            user_id,
            "handed_over_action",
            action=action,
            before=before,
            to=owner.user_id,
        )
        return promise(desk, tx, action, owed, concerned=[before])


def give(desk: Desk, tx: Tx, by: str, found: Action, owner: Person) -> tuple[Posting | None, ...]:
    """A step: this person owns it from now on, and is asked whether they take it on."""
    tx.people.remember(owner)
    accepted = desk.now() if owner.user_id == by else None
    given = change(desk, tx, found, by, "handed_over", owner=owner.user_id, accepted_at=accepted)
    followups.plan(desk, tx, given)
    return ask(desk, tx, given, by)


def ask(desk: Desk, tx: Tx, action: Action, by: str, *, first: bool = False) -> tuple[Posting | None, ...]:
    """A step: its owner hears of it; if they say nothing for three working days, a facilitator does. Whoever
    took it on themselves is not asked."""
    assert action.owner
    if action.accepted_at:
        return ()
    number = tx.deeds.number(action.assessment_id)
    facilitator = told_of(tx.assessments.get(action.assessment_id), action.owner)
    if facilitator:
        tz = own_zone(desk, tx.people.get(facilitator))
        day = worktime.workdays_after(worktime.today(desk.now(), tz), TO_ACCEPT)
        tx.postings.owe(
            f"unaccepted/{action.id}/{number}",
            kind="unaccepted",
            subject_id=action.assessment_id,
            recipient=facilitator,
            due_at=worktime.at_local(day, _TOLD_AT, tz),
            contents={
                "action": action.id,
                "owner": action.owner,
                "asked": asked_at(tx, action).isoformat(),
            },
            now=desk.now(),
        )
    asked = desk.owe(
        tx,
        f"agreed/{action.id}" if first else f"agreed/{action.id}/{number}",
        kind="agreed",
        subject_id=action.id,
        recipient=action.owner,
    )
    return (asked,)


@dataclass(frozen=True)
class _Beginning:
    """An action before it is one; of `question` and `level`, if it is about a gap."""

    objective: str
    measure: str
    owner: Person
    due: date
    id: str
    more: More
    question: str | None = None
    level: int | None = None

    def write(self, desk: Desk, tx: Tx, by: str, assessment: Assessment) -> Promise:
        more, owner = self.more, self.owner
        if not self.objective.strip():
            raise NoObjective()
        must_come(desk, self.due, owner, more.starts)
        must_own(owner)
        if there := tx.actions.find(self.id):
            return promise(desk, tx, there.id)
        for person in (owner, *more.informed):
            tx.people.remember(person)
        now = desk.now()
        action = tx.actions.add(
            id=self.id,
            assessment_id=assessment.id,
            question=self.question,
            level=self.level,
            objective=self.objective.strip(),
            measure=self.measure.strip(),
            owner=owner.user_id,
            due=self.due,
            agreed_by=by,
            agreed_at=now,
            informed=[person.user_id for person in more.informed],
            accepted_at=now if owner.user_id == by else None,
            unit=more.unit,
            baseline=more.baseline,
            target=more.target,
            starts=more.starts,
        )
        adjusting.write_steps(tx, action, more.steps, key=self.id)
        desk.write_down(
            tx,
            assessment.id,
            by,
            "agreed_action",
            action=action.id,
            owner=owner.user_id,
            objective=action.objective,
        )
        ticketing.with_action(desk, tx, by, action.id, more.issue)
        followups.plan(desk, tx, action)
        actions.plan_changed(desk, tx, assessment.id)
        return promise(desk, tx, action.id, ask(desk, tx, action, by, first=True))


def _planned(found: Assessment) -> Assessment:
    if found.state is not AssessmentState.CLOSED:
        raise AssessmentIsOpen(subject=found.subject, closes_at=found.closes_at)
    return found


def _asked(tx: Tx, user_id: str, action: str) -> Action:
    """An action that waits for a word of its owner, who this person is."""
    found, _ = to_be_changed(tx, user_id, action)
    if user_id != found.owner:
        raise NotYourAction(owner=found.owner)
    return found
