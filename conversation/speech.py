"""In which language somebody wants to be spoken to."""

from __future__ import annotations

from conversation import reports
from conversation.contents import Contents, Language
from conversation.desk import Desk
from conversation.typed import Speak
from storage.records import Posting


def speak(desk: Desk, user_id: str, *, wanted: Speak, key: str) -> tuple[Posting, ...]:
    """By something that they wrote, which `key` names; they are told in that language. A language that we do
    not speak changes nothing, and they are told so; and so does a line that comes again."""
    with desk.transaction() as tx:
        if tx.postings.find(f"language/{key}"):
            return ()
        if wanted.unknown is None:
            tx.people.speak(user_id, wanted.language)
        owed = desk.owe(
            tx,
            f"language/{key}",
            kind="language",
            subject_id=user_id,
            recipient=user_id,
            unknown=wanted.unknown,
        )
        return (owed,) if owed else ()


def choose(desk: Desk, user_id: str, *, wanted: Speak) -> None:
    """By a command, or on Home."""
    with desk.transaction() as tx:
        if wanted.unknown is None:
            tx.people.speak(user_id, wanted.language)


def choose_on(desk: Desk, user_id: str, *, wanted: Speak, channel: str, ts: str) -> Contents:
    """By the menu of this message: what it says now, to be said once more in the other language."""
    with desk.transaction() as tx:
        tx.people.speak(user_id, wanted.language)
        posting = tx.postings.at(channel=channel, ts=ts)
        now = reports.as_it_is_now(desk, tx, posting) if posting and posting.kind == "invite" else None
        return now or Language(wanted.language, None)
