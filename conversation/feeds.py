"""A calendar that subscribes to somebody's due dates, by a private address that nobody can guess: of the
actions that they own, and of the closing of what they facilitate. They make it, renew it and withdraw it
themselves. Of its secret part only a fingerprint is kept."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from conversation.assessments import facilitates
from conversation.desk import Desk
from conversation.errors import ChangedMeanwhile, NoCalendarAddress
from storage.records import Action, Assessment, AssessmentState, Ticket


@dataclass(frozen=True)
class Address:
    """Somebody's, if they have one. Its `url` is only known at the moment in which it is made."""

    made_at: datetime | None = None
    url: str = ""

    @property
    def seen(self) -> str:
        """What somebody looked at who wants another one."""
        return self.made_at.isoformat() if self.made_at else ""


@dataclass(frozen=True)
class Dates:
    """What their calendar reads; `subjects` are those of their actions' assessments, by id."""

    user_id: str
    actions: tuple[Action, ...]
    subjects: Mapping[str, str]
    tickets: Mapping[str, Ticket]
    closings: tuple[Assessment, ...]


def look(desk: Desk, user_id: str) -> Address:
    """Raises: NoCalendarAddress where calendars cannot reach us."""
    _must_be_reachable(desk)
    with desk.transaction() as tx:
        feed = tx.feeds.of(user_id)
        return Address(feed.made_at if feed else None)


def renew(desk: Desk, user_id: str, *, secret: str, seen: str) -> Address:
    """An address with this secret part, which nobody can guess; one that was there ends.

    Raises: NoCalendarAddress, ChangedMeanwhile if it is another one by now than was seen.
    """
    _must_be_reachable(desk)
    with desk.transaction() as tx:
        feed = tx.feeds.of(user_id)
        if Address(feed.made_at if feed else None).seen != seen:
            raise ChangedMeanwhile()
        tx.feeds.renew(user_id, fingerprint=_fingerprint(secret), at=desk.now())
        return Address(desk.now(), f"{desk.public_url}/calendar/{desk.team}/{secret}.ics")


def withdraw(desk: Desk, user_id: str) -> Address:
    """From now on nobody reads anything there; twice is once."""
    with desk.transaction() as tx:
        tx.feeds.end(user_id)
        return Address()


def read(desk: Desk, secret: str) -> Dates | None:
    """What a calendar is told that knows this; None if nobody has such an address, or not any more."""
    with desk.transaction() as tx:
        feed = tx.feeds.at(_fingerprint(secret))
        if feed is None or tx.departures.current() or tx.people.get(feed.user_id).gone:
            return None
        actions = tx.actions.owned_by(feed.user_id)
        there = {each.assessment_id for each in actions}
        opened = tx.assessments.in_states([AssessmentState.OPEN])
        return Dates(
            user_id=feed.user_id,
            actions=tuple(actions),
            subjects={each: tx.assessments.get(each).subject for each in there},
            tickets=tx.tickets.of([each.id for each in actions]) if actions else {},
            closings=tuple(each for each in opened if facilitates(each, feed.user_id)),
        )


def _must_be_reachable(desk: Desk) -> None:
    if not desk.public_url:
        raise NoCalendarAddress()


def _fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
