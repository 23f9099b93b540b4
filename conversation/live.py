"""What facilitators are shown without asking: one message that follows what happens, and short messages to
the one whom something concerns."""

from datetime import timedelta
from typing import Any

from conversation.desk import Desk
from conversation.scope import Privacy, Scope
from storage.records import Assessment, AssessmentState, Posting
from storage.store import Tx

#: A message is edited no more often than this.
A_MINUTE = timedelta(minutes=1)
#: What is done so short before an edit goes out may not be committed when it does: the next one tells it.
UNDER_WAY = timedelta(seconds=3)


def owe_launched(desk: Desk, tx: Tx, assessment: Assessment) -> Posting | None:
    """The status that its owner finds in their direct message from now on; who owns it after them gets
    another one."""
    return desk.owe(
        tx,
        live_key(assessment),
        kind="launched",
        subject_id=assessment.id,
        recipient=assessment.facilitator,
    )


def live_key(assessment: Assessment) -> str:
    return f"launched/{assessment.id}/{assessment.facilitator}"


def owe_refresh(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """Something that the status tells of has changed. Whatever else changes until the minute is over is
    told by the same edit."""
    if assessment.state not in {AssessmentState.OPEN, AssessmentState.CLOSED}:
        return
    owe_edit(desk, tx, f"refresh/{assessment.id}", "refresh", assessment, assessment.facilitator)


def intro_key(assessment: Assessment) -> str:
    return f"intro/{assessment.id}"


def owe_intro_edit(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """The announcement in the channel says how many people are asked, and until when; that has changed."""
    intro = tx.postings.find(intro_key(assessment))
    if intro is not None:
        owe_edit(desk, tx, f"intro_edit/{assessment.id}", "intro_edit", assessment, intro.recipient)


def owe_intro_edit_if_named(desk: Desk, tx: Tx, assessment: Assessment) -> None:
    """Somebody is not asked any more, or is again. Where answers carry no names the number in the
    announcement stays; that it was edited just then would tell as much as another number."""
    if Scope.of(assessment).privacy is Privacy.ATTRIBUTED:
        owe_intro_edit(desk, tx, assessment)


def owe_edit(
    desk: Desk, tx: Tx, key: str, kind: str, assessment: Assessment, recipient: str, **contents: Any
) -> None:
    """A step: a message that follows what happens is to be edited when the minute is over, once for all that
    changes until then; `key` names the message."""
    now = desk.now()
    told_from = now + UNDER_WAY
    minute = int(told_from.timestamp() // A_MINUTE.total_seconds()) + 1
    tx.postings.owe(
        f"{key}/{minute}",
        kind=kind,
        subject_id=assessment.id,
        recipient=recipient,
        due_at=told_from.replace(second=0, microsecond=0) + A_MINUTE,
        contents=contents,
        now=now,
    )


def owe_drawn_again(desk: Desk, tx: Tx, key: str, kind: str, subject_id: str, old: Posting) -> None:
    """A step: a message is drawn once more where it stands. Where one stands that is on its way is seen when
    it has arrived."""
    now = desk.now()
    place = {"place": {"channel": old.channel, "ts": old.ts}} if old.ts else {}
    tx.postings.owe(
        key,
        kind=kind,
        subject_id=subject_id,
        recipient=old.recipient,
        due_at=now,
        contents={"of": old.key, **place},
        now=now,
    )


def tell(
    desk: Desk, tx: Tx, assessment: Assessment, recipient: str, word: str, *, about: str = "", **values: Any
) -> Posting | None:
    """Tell somebody what concerns them, once for each deed that was written down before it. `word` names the
    sentences in the catalogue."""
    number = tx.deeds.number(assessment.id)
    return desk.owe(
        tx,
        f"told/{assessment.id}/{word}/{about or recipient}/{number}",
        kind="told",
        subject_id=assessment.id,
        recipient=recipient,
        word=word,
        values=values,
    )
