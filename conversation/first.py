"""How people get to know us: the welcome, and help for whoever writes without a question of ours."""

from collections.abc import Iterable
from datetime import timedelta

from conversation.desk import Desk
from conversation.errors import NothingToAnswer
from storage.records import AssessmentState, Person, PersonKind, Posting
from storage.store import Tx

#: There is one for each workspace. Its key in the ledger is what makes it one.
WELCOME = "welcome"
#: Whoever writes several lines is helped once.
ONE_HELP = timedelta(minutes=1)


def waits_for_installer(desk: Desk) -> bool:
    """Whether nobody was welcomed yet, and nobody needs it any more."""
    with desk.transaction() as tx:
        return _is_new_here(tx)


def welcome(desk: Desk, person: Person) -> Posting | None:
    """Write to whoever installed the app, once. Slack does not tell us who that was, and after an
    installation it opens the app for the one who did it; so it is the first full member who opens it. Where
    assessments were made already, nobody is welcomed."""
    if person.kind is not PersonKind.MEMBER or person.gone:
        return None
    with desk.transaction() as tx:
        if not _is_new_here(tx):
            return None
        tx.people.remember(person)
        return desk.owe(tx, WELCOME, kind="welcome", subject_id=person.user_id, recipient=person.user_id)


def tell_of_missing_scopes(desk: Desk, scopes: Iterable[str]) -> None:
    """To whoever was welcomed, who can install the app anew; once for the same ones."""
    named = sorted(scopes)
    with desk.transaction() as tx:
        installer = tx.postings.find(WELCOME)
        if installer is None:
            return
        tx.postings.owe(
            f"scopes/{'+'.join(named)}",
            kind="scopes",
            subject_id=installer.recipient,
            recipient=installer.recipient,
            due_at=desk.now(),
            contents={"scopes": named},
            now=desk.now(),
        )


def posts_to(desk: Desk, channel: str) -> tuple[str, ...]:
    """What is assessed in whose open assessments this channel is named."""
    with desk.transaction() as tx:
        found = tx.assessments.in_states([AssessmentState.OPEN])
        return tuple(assessment.subject for assessment in found if assessment.channel == channel)


def help_with(desk: Desk, tx: Tx, user_id: str, *, key: str, error: NothingToAnswer) -> Posting | None:
    """For a line that belongs to no question; `key` names it, so that it is answered once. Within a minute
    the second one gets a short answer, unless it asks for help."""
    last = tx.postings.newest(subject_id=user_id, kind="help")
    helped = last is not None and desk.now() - last.due_at < ONE_HELP
    kind = "brief_help" if helped and not error.values.get("wants_help") else "help"
    return desk.owe(tx, f"help/{key}", kind=kind, subject_id=user_id, recipient=user_id, values=error.values)


def every_command(desk: Desk, user_id: str, *, key: str) -> tuple[Posting, ...]:
    """The whole list; `key` names what they wrote, so that it is said once."""
    with desk.transaction() as tx:
        owed = desk.owe(
            tx,
            f"help/{key}",
            kind="help",
            subject_id=user_id,
            recipient=user_id,
            values={"whole": True},
        )
        return (owed,) if owed else ()


def _is_new_here(tx: Tx) -> bool:
    if tx.postings.find(WELCOME):
        return False
    return not tx.assessments.any()
