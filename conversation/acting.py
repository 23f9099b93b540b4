"""How an action goes: what its owner says of it, and what others have to say."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from conversation import actions, again, followups, remarks
from conversation.actions import (
    UNDONE,
    Promise,
    change,
    has_a_say,
    in_hand,
    last_of,
    must_go_on,
    note,
    promise,
    seen_by,
    tell_facilitator,
    tell_of,
    to_be_changed,
    undoable,
)
from conversation.again import ASK_AGAIN
from conversation.desk import Desk
from conversation.errors import (
    ActionChanged,
    CannotTakePart,
    CannotUndo,
    NoActionReason,
    NotAboutAGap,
    NotALink,
    NothingSaid,
    NothingToShow,
)
from storage.records import OVER, Action, ActionState, Person, Posting, RemarkWord, SlackFile
from storage.store import Tx

#: What who is kept informed hears of.
_TOLD = {ActionState.BLOCKED, ActionState.DONE, ActionState.DROPPED}
_LINK = re.compile(r"^https?://\S+$", re.IGNORECASE)


def mark(
    desk: Desk,
    user_id: str,
    *,
    action: str,
    state: ActionState,
    text: str | None = None,
    helper: Person | None = None,
    ask_on: date | None = None,
) -> Promise:
    """Say how an action goes that goes on; `text` says what is in the way, if something is. The same again
    is not news. `helper` could help, and hears of it once. On the day `ask_on` its owner hears of it next.

    Raises: NotYourAction for anybody but its owner and the facilitators; ActionIsDone, ActionChanged,
    CannotTakePart, AskedTooSoon.
    """
    assert state not in OVER
    with desk.transaction() as tx:
        found, _ = to_be_changed(tx, user_id, action)
        if helper is not None and not helper.asked:
            raise CannotTakePart(person=helper.user_id)
        text = (text or "").strip() or None
        if found.state is state and not text and helper is None and ask_on is None:
            return promise(desk, tx, action)
        owed = say(desk, tx, user_id, found, state, text=text)
        if ask_on is not None:
            _ask_on(desk, tx, user_id, actions.again(tx, action), ask_on)
        if helper is not None and helper.user_id != user_id:
            if last_of(tx, found, "asked_for_help") == {"person": helper.user_id, "reason": text}:
                return promise(desk, tx, action, owed)
            tx.people.remember(helper)
            note(desk, tx, found, user_id, "asked_for_help", person=helper.user_id, reason=text)
            values = {"person": user_id, "reason": text, "owner_of_it": found.owner}
            owed = (*owed, tell_of(desk, tx, found, helper.user_id, "help_wanted", **values))
        return promise(desk, tx, action, owed)


def _ask_on(desk: Desk, tx: Tx, by: str, found: Action, day: date) -> None:
    """A step. Raises: AskedTooSoon."""
    day = followups.ask_on(desk, tx, found, day)
    kept = {"date": day.isoformat()}
    if last_of(tx, found, "ask_on") != kept:
        note(desk, tx, found, by, "ask_on", **kept)


def finish(
    desk: Desk,
    user_id: str,
    *,
    action: str,
    text: str | None = None,
    link: str | None = None,
    measured: Decimal | None = None,
    files: tuple[SlackFile, ...] = (),
) -> Promise:
    """It is done, and a note, a link or a file shows it. What is done stays done, whoever says so again. What
    it needs may still be open: whoever did it knows better.

    Raises: NotYourAction, ActionIsDone if it was dropped, NothingToShow, NotALink, ActionChanged.
    """
    with desk.transaction() as tx:
        found, _ = in_hand(tx, user_id, action)
        if found.state is ActionState.DONE:
            return promise(desk, tx, action)
        must_go_on(found)
        text, link = _words(text), _link(link)
        if text is None and link is None and not files:
            raise NothingToShow(objective=found.objective)
        shown: dict[str, Any] = {"text": text, "link": link, "measured": measured, "files": files}
        owed = say(desk, tx, user_id, found, ActionState.DONE, **shown)
        return promise(desk, tx, action, owed)


def undo(desk: Desk, user_id: str, *, action: str) -> Promise:
    """It is not done after all, and stands as it did before. Raises: NotYourAction, CannotUndo,
    ActionChanged."""
    with desk.transaction() as tx:
        found, _ = in_hand(tx, user_id, action)
        notes = tx.actions.notes_of(action)
        if not undoable(found, notes, desk.now()):
            raise CannotUndo(objective=found.objective)
        before = [each.state for each in notes if each.state is not ActionState.DONE]
        number = _number_before_done(tx, found)
        owed = say(desk, tx, user_id, found, before[-1] if before else ActionState.ON_TRACK)
        found = actions.again(tx, action)
        if found.current != number:
            change(desk, tx, found, user_id, UNDONE, current=number)
        else:
            note(desk, tx, found, user_id, UNDONE)
        return promise(desk, tx, action, owed)


def drop(desk: Desk, user_id: str, *, action: str, reason: str) -> Promise:
    """It will not be done, for this reason: honest, and final.

    Raises: NotYourAction, ActionIsDone, NoActionReason, ActionChanged.
    """
    with desk.transaction() as tx:
        found, _ = to_be_changed(tx, user_id, action)
        if not (why := _words(reason)):
            raise NoActionReason()
        owed = list(say(desk, tx, user_id, found, ActionState.DROPPED, text=why))
        if user_id == found.owner:
            owed.append(tell_facilitator(desk, tx, found, user_id, "action_dropped", reason=why))
        else:
            told = {"person": user_id, "reason": why}
            owed.append(tell_of(desk, tx, found, found.owner, "action_dropped", **told))
        return promise(desk, tx, action, owed)


def comment(
    desk: Desk,
    user_id: str,
    *,
    action: str,
    text: str | None = None,
    link: str | None = None,
    measured: Decimal | None = None,
    files: tuple[SlackFile, ...] = (),
) -> Promise:
    """A note, a link, a file, what the number is now: how it goes stays as it was.

    Raises: NotYourAction, NothingSaid, NotALink, ActionChanged.
    """
    with desk.transaction() as tx:
        found, _ = in_hand(tx, user_id, action)
        text, link = _words(text), _link(link)
        if text is None and link is None and measured is None and not files:
            raise NothingSaid()
        shown: dict[str, Any] = {"text": text, "link": link, "measured": measured, "files": files}
        owed = say(desk, tx, user_id, found, found.state, **shown)
        return promise(desk, tx, action, owed)


def suggest(desk: Desk, user_id: str, *, action: str, text: str, channel: str | None = None) -> Promise:
    """Whoever sees an action without a say in it has something to say about it: its owner hears of that, and
    nothing changes.

    Raises: NoSuchAction, NothingSaid.
    """
    with desk.transaction() as tx:
        found = seen_by(tx, user_id, action, channel)
        words = _words(text)
        if words is None:
            raise NothingSaid()
        if has_a_say(tx.assessments.get(found.assessment_id), found, user_id):
            return promise(desk, tx, action, say(desk, tx, user_id, found, found.state, text=words))
        if last_of(tx, found, "suggested", by=user_id) == {"text": words}:
            return promise(desk, tx, action)
        note(desk, tx, found, user_id, "suggested", text=words)
        if found.owner and not tx.people.get(found.owner).gone:
            told = tell_of(desk, tx, found, found.owner, "suggested", person=user_id, reason=words)
        else:
            told = tell_facilitator(desk, tx, found, user_id, "suggested", reason=words)
        return promise(desk, tx, action, [told])


def ask_again(desk: Desk, user_id: str, *, action: str) -> Promise:
    """Somebody wants to know whether it worked: its question is to be asked again in the next round. Twice is
    once. Raises: NotYourAction, NotAboutAGap."""
    with desk.transaction() as tx:
        found, _ = in_hand(tx, user_id, action)
        if found.question is None:
            raise NotAboutAGap(objective=found.objective)
        if found.question not in again.wishes(tx, found.assessment_id):
            note(desk, tx, found, user_id, ASK_AGAIN, question=found.question)
            desk.write_down(tx, found.assessment_id, user_id, "wished_again", question=found.question)
        return promise(desk, tx, action)


def say(
    desk: Desk,
    tx: Tx,
    by: str,
    found: Action,
    state: ActionState,
    *,
    text: str | None = None,
    link: str | None = None,
    measured: Decimal | None = None,
    files: tuple[SlackFile, ...] = (),
) -> tuple[Posting | None, ...]:
    """A step: this is how it goes. Whoever owns it and says so has taken it on. The very same once more is no
    news. Raises: ActionChanged."""
    if _was_just_said(tx, found, (by, state, text, link, measured, files)):
        return ()
    now = desk.now()
    if by == found.owner and found.accepted_at is None:
        found = change(desk, tx, found, by, "accepted", accepted_at=now)
    marked = tx.actions.mark(
        found.id,
        state=state,
        by=by,
        text=text,
        link=link,
        measured=measured,
        files=files,
        at=now,
        seen=found.revision,
    )
    if not marked:
        raise ActionChanged(objective=found.objective)
    actions.plan_changed(desk, tx, found.assessment_id)
    followups.settle(desk, tx, found)
    if measured is not None and measured != found.current:
        was = None if found.current is None else str(found.current)
        note(desk, tx, found, by, "measured", current=[was, str(measured)])
    if state is not found.state:
        if told := _to_be_told(found.state, state):
            remarks.owe(desk, tx, found, by, told)
        desk.write_down(
            tx,
            found.assessment_id,
            by,
            "marked_action",
            action=found.id,
            state=state,
            objective=found.objective,
        )
        again.owe_sooner(desk, tx, tx.assessments.get(found.assessment_id))
        if {state, found.state} & _TOLD:
            return actions.tell_informed(desk, tx, found, by=by)
    return ()


def _to_be_told(before: ActionState, state: ActionState) -> RemarkWord | None:
    """What its issue hears, if anything: that it is over, or is not after all."""
    if state in OVER:
        return RemarkWord(state)
    return RemarkWord.REOPENED if before is ActionState.DONE else None


def _was_just_said(tx: Tx, found: Action, this: tuple[Any, ...]) -> bool:
    """Whether the last that was said of it is this, as when a form is sent twice."""
    said = tx.actions.notes_of(found.id)
    if not said:
        return False
    last = said[-1]
    before = (last.by, last.state, last.text, last.link, last.measured, last.files)
    return found.state is last.state and before == this


def _number_before_done(tx: Tx, found: Action) -> Decimal | None:
    """What its measure was before it was said to be done."""
    done = next(each for each in reversed(tx.actions.notes_of(found.id)) if each.state is ActionState.DONE)
    if done.measured is None:
        return found.current
    measured = [
        each for each in tx.actions.changes_of(found.id) if each.what == "measured" and each.at >= done.at
    ]
    was = measured[-1].values["current"][0] if measured else found.current
    return None if was is None else Decimal(str(was))


def _words(text: str | None) -> str | None:
    return (text or "").strip() or None


def _link(link: str | None) -> str | None:
    """Raises: NotALink."""
    found = _words(link)
    if found and not _LINK.match(found):
        raise NotALink()
    return found
