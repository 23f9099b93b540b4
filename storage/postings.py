"""The posting ledger: a transactional outbox, because Slack's posting has no idempotency key.

A posting is owed under a natural key, in the transaction of the fact that caused it. It is claimed by
one atomic statement for the length of a lease. A claim whose holder died comes back with `attempts`
above 1: then nobody knows whether Slack has the message, and it must be looked up before it is sent
again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select

from storage.records import Posting, PostingState
from storage.repository import Repository, table_of
from storage.tables import PostingRow

_postings = table_of(PostingRow)


class Postings(Repository):
    def owe(
        self,
        key: str,
        *,
        kind: str,
        subject_id: str,
        recipient: str,
        due_at: datetime,
        contents: dict[str, Any],
        now: datetime,
    ) -> bool:
        """Owe somebody a message; under a key that is there already, nothing happens."""
        return self._add_once(
            _postings,
            key=key,
            kind=kind,
            subject_id=subject_id,
            recipient=recipient,
            state=PostingState.OWED,
            due_at=due_at,
            contents=contents,
            attempts=0,
            created_at=now,
        )

    def claim(self, key: str, *, token: str, now: datetime, lease: timedelta) -> Posting | None:
        """Claim this one if it is due and free."""
        return self._claim(and_(_postings.c.key == key, self._free(now)), token, now, lease)

    def claim_next(
        self, *, token: str, now: datetime, lease: timedelta, leaving: Iterable[str] = ()
    ) -> Posting | None:
        """Claim the longest due one, if any, but none of those to be left alone."""
        next_key = (
            select(_postings.c.key)
            .where(self._mine(_postings), self._free(now), _postings.c.key.not_in(list(leaving)))
            .order_by(_postings.c.due_at, _postings.c.created_at, _postings.c.key)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        return self._claim(_postings.c.key == next_key, token, now, lease)

    def sent(self, posting: Posting, *, channel: str, ts: str) -> bool:
        return self._settle(
            posting, state=PostingState.SENT, channel=channel, ts=ts, claim=None, lease_until=None
        )

    def not_sent(self, posting: Posting, *, due_at: datetime, note: str) -> bool:
        """Slack surely did not take it: it is owed again, from that time on."""
        return self._settle(
            posting,
            state=PostingState.OWED,
            due_at=due_at,
            note=note,
            attempts=0,
            attempted_at=None,
            claim=None,
            lease_until=None,
        )

    def give_up(self, posting: Posting, *, state: PostingState, note: str) -> bool:
        return self._settle(posting, state=state, note=note, claim=None, lease_until=None)

    def drop(self, *, subject_id: str, kinds: Iterable[str], note: str) -> None:
        """Owe these no longer: something newer took their place."""
        self._connection.execute(
            _postings.update()
            .where(
                self._mine(_postings),
                _postings.c.subject_id == subject_id,
                _postings.c.kind.in_(list(kinds)),
                _postings.c.state == PostingState.OWED,
            )
            .values(state=PostingState.DROPPED, note=note)
        )

    def find(self, key: str) -> Posting | None:
        row = self._connection.execute(self._all().where(_postings.c.key == key)).one_or_none()
        return Posting.model_validate(row) if row else None

    def at(self, *, channel: str, ts: str) -> Posting | None:
        """What we posted there."""
        query = self._all().where(_postings.c.channel == channel, _postings.c.ts == ts)
        row = self._connection.execute(query.limit(1)).one_or_none()
        return Posting.model_validate(row) if row else None

    def latest(self, *, subject_id: str, kind: str) -> Posting | None:
        """The last one of this kind that reached Slack."""
        query = self._all().where(
            _postings.c.subject_id == subject_id,
            _postings.c.kind == kind,
            _postings.c.state == PostingState.SENT,
        )
        row = self._connection.execute(query.order_by(_postings.c.created_at.desc()).limit(1)).one_or_none()
        return Posting.model_validate(row) if row else None

    def in_state(self, state: PostingState) -> list[Posting]:
        query = self._all().where(_postings.c.state == state).order_by(_postings.c.due_at, _postings.c.key)
        return [Posting.model_validate(row) for row in self._connection.execute(query)]

    def _all(self) -> Select[Any]:
        return select(_postings).where(self._mine(_postings))

    def _free(self, now: datetime) -> Any:
        return or_(
            and_(_postings.c.state == PostingState.OWED, _postings.c.due_at <= now),
            and_(_postings.c.state == PostingState.CLAIMED, _postings.c.lease_until <= now),
        )

    def _claim(self, which: Any, token: str, now: datetime, lease: timedelta) -> Posting | None:
        row = self._connection.execute(
            _postings.update()
            .where(self._mine(_postings), which)
            .values(
                state=PostingState.CLAIMED,
                claim=token,
                lease_until=now + lease,
                attempts=_postings.c.attempts + 1,
                attempted_at=func.coalesce(
                    _postings.c.attempted_at, literal(now, _postings.c.attempted_at.type)
                ),
            )
            .returning(*_postings.c)
        ).one_or_none()
        return Posting.model_validate(row) if row else None

    def _settle(self, posting: Posting, **values: Any) -> bool:
        """Only who holds the claim may settle it."""
        done = self._connection.execute(
            _postings.update()
            .where(
                self._mine(_postings),
                _postings.c.key == posting.key,
                _postings.c.state == PostingState.CLAIMED,
                _postings.c.claim == posting.claim,
            )
            .values(**values)
        )
        return done.rowcount == 1
