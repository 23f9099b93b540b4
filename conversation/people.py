"""Who people are: what Slack told us of them, kept for when we need a name or a time zone."""

from collections.abc import Iterable
from datetime import datetime

from conversation.desk import Desk, short
from storage.records import Person


def remember(desk: Desk, people: Iterable[Person]) -> None:
    with desk.transaction() as tx:
        for person in people:
            tx.people.remember(person)


@short
def unavailable(desk: Desk, user_id: str, *, until: datetime | None) -> bool:
    """Until when they cannot be reached, and nothing else; False if we have not heard of them."""
    with desk.transaction() as tx:
        return tx.people.unavailable(user_id, until)


@short
def remember_dm(desk: Desk, user_id: str, *, channel: str) -> None:
    """Where this person reads what we write to them."""
    with desk.transaction() as tx:
        tx.people.remember_dm(user_id, channel)


@short
def known(desk: Desk, user_ids: Iterable[str]) -> dict[str, Person]:
    """What we remember of them; a stranger is in UTC."""
    with desk.transaction() as tx:
        return {user_id: tx.people.get(user_id) for user_id in user_ids}


def speak_other_than(desk: Desk, language: str) -> list[tuple[str, str | None, str]]:
    """Each with the language that they chose here, and the locale of their Slack."""
    with desk.transaction() as tx:
        return tx.people.speak_other_than(language)
