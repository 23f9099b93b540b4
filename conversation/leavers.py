"""Somebody's account in Slack is switched off, or on again: what that means for all that they had to do
with us."""

from dataclasses import dataclass

from conversation import facilitating, plans, roster
from conversation.desk import Desk
from storage.records import Assessment, Person, Posting


@dataclass(frozen=True)
class Gone:
    """`orphans` are assessments that nobody facilitates any more."""

    orphans: tuple[Assessment, ...]
    owed: tuple[Posting, ...]


def changed(desk: Desk, person: Person) -> Gone:
    """Slack told us of somebody as they are now; of whom we have not heard, nothing is kept. Only what
    changed has consequences, so the same news again has none but the question who is to facilitate.

    What they facilitated is owned by whoever helps them first; then those who facilitate hear of seats and
    actions that nobody fills, never the person who left.
    """
    with desk.transaction() as tx:
        before = tx.people.find(person.user_id)
        if before is None:
            return Gone((), ())
        tx.people.remember(person)
        if not person.gone:
            return Gone((), roster.back(desk, tx, person.user_id) if before.gone else ())
        tx.feeds.end(person.user_id)
        orphans, owed = facilitating.without(desk, tx, person.user_id)
        owed += roster.without(desk, tx, person.user_id, news=not before.gone)
        owed += plans.without(desk, tx, person.user_id)
        return Gone(orphans, owed)
