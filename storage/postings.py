"""The posting ledger: a transactional outbox, because Slack's posting has no idempotency key.

A posting is owed under a natural key, in the transaction of the fact that caused it. It is claimed by
one atomic statement for the length of a lease. A claim whose holder died comes back with `attempts`
above 1: then nobody knows whether Slack has the message, and it must be looked up before it is sent
again.
"""

import json
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal_column, or_, select, union_all

from storage.claims import claiming, held
from storage.prepared import Statement
from storage.records import FOLDED, Posting, PostingState
from storage.repository import Repository, mine, table_of
from storage.tables import PostingRow

_postings = table_of(PostingRow)

#: Written out, because the driver runs statements with these itself (`storage.prepared`).
_OWED: ColumnElement[Any] = literal_column(f"'{PostingState.OWED.value}'")
_CLAIMED: ColumnElement[Any] = literal_column(f"'{PostingState.CLAIMED.value}'")
_IS_OWED = and_(_postings.c.state == _OWED, _postings.c.due_at <= bindparam("now"))
_RAN_OUT = and_(
    _postings.c.state == _CLAIMED,
    or_(
        _postings.c.lease_until <= bindparam("now"),
        _postings.c.lease_until > bindparam("absurd"),  # whoever claimed it had a clock that was ahead
    ),
)
_FREE = or_(_IS_OWED, _RAN_OUT)


def _longest_due(which: ColumnElement[bool]) -> Select[Any]:
    """The first in the order of the index, so that nothing is sorted, however much is due."""
    order = (_postings.c.due_at, _postings.c.created_at, _postings.c.key)
    first = select(*order).where(mine(_postings), which).order_by(*order).limit(1)
    return select(first.with_for_update(skip_locked=True).subquery())


_FIRST = union_all(_longest_due(_IS_OWED), _longest_due(_RAN_OUT)).subquery()
_NEXT = (
    select(_FIRST.c.key)
    .order_by(_FIRST.c.due_at, _FIRST.c.created_at, _FIRST.c.key)
    .limit(1)
    .scalar_subquery()
)
_CLAIM = (
    _postings.update()
    .where(mine(_postings), _FREE)
    .values(
        state=PostingState.CLAIMED,
        claim=bindparam("token"),
        lease_until=bindparam("until"),
        attempts=_postings.c.attempts + 1,
        attempted_at=func.coalesce(
            _postings.c.attempted_at, bindparam("now", type_=_postings.c.attempted_at.type)
        ),
    )
    .returning(*_postings.c)
)
_CLAIM_THIS = _CLAIM.where(_postings.c.key == bindparam("this"))
_CLAIM_NEXT = _CLAIM.where(_postings.c.key == _NEXT)
_SETTLE = _postings.update().where(
    mine(_postings),
    _postings.c.key == bindparam("this"),
    _postings.c.state == PostingState.CLAIMED,
    _postings.c.claim == bindparam("held"),
    _postings.c.attempts == bindparam("attempt"),
)

_ALL = select(_postings).where(mine(_postings))
_THIS = _ALL.where(_postings.c.key == bindparam("this"))
_AT = (
    _ALL.where(_postings.c.channel == bindparam("channel"), _postings.c.ts == bindparam("ts"))
    .order_by(_postings.c.created_at.desc())
    .limit(1)
)
_LAST_IN = (
    _ALL.where(_postings.c.channel == bindparam("channel"), _postings.c.state == PostingState.SENT)
    .order_by(_postings.c.ts.desc(), _postings.c.created_at.desc())
    .limit(1)
)
LATEST = (
    _ALL.where(
        _postings.c.subject_id == bindparam("subject"),
        _postings.c.kind == bindparam("kind"),
        _postings.c.state == PostingState.SENT,
        _postings.c.key != bindparam("besides"),
    )
    .order_by(_postings.c.created_at.desc(), _postings.c.ts.desc())
    .limit(1)
)
_NEWEST = (
    _ALL.where(_postings.c.subject_id == bindparam("subject"), _postings.c.kind == bindparam("kind"))
    .order_by(_postings.c.created_at.desc(), _postings.c.key.desc())
    .limit(1)
)
_ABOUT = _ALL.where(
    _postings.c.subject_id.in_(bindparam("subjects", expanding=True)),
    _postings.c.kind == bindparam("kind"),
).order_by(_postings.c.created_at, _postings.c.key)
_NUMBERED = (
    _ALL.where(
        _postings.c.subject_id.in_(bindparam("subjects", expanding=True)),
        _postings.c.kind == bindparam("kind"),
        _postings.c.state == PostingState.SENT,
    )
    .add_columns(
        func.row_number()
        .over(
            partition_by=_postings.c.subject_id,
            order_by=(_postings.c.created_at.desc(), _postings.c.ts.desc()),
        )
        .label("number")
    )
    .subquery()
)
_LAST_OF_EACH = select(*(_NUMBERED.c[column.name] for column in _postings.c)).where(_NUMBERED.c.number == 1)
_IN_STATE = _ALL.where(_postings.c.state == bindparam("state")).order_by(_postings.c.due_at, _postings.c.key)


_OWE_AGAIN = _postings.update().where(
    mine(_postings),
    _postings.c.key == bindparam("this"),
    _postings.c.state.in_(bindparam("given_up", expanding=True)),
)
_READDRESS = _postings.update().where(
    mine(_postings),
    _postings.c.subject_id == bindparam("subject"),
    _postings.c.recipient == bindparam("was"),
    _postings.c.state.in_((PostingState.OWED, PostingState.FAILED)),
)
_READ_BY = _postings.update().where(mine(_postings), _postings.c.recipient == bindparam("was"))
_STANDS_IN = _postings.update().where(mine(_postings), _postings.c.channel == bindparam("was"))
_FOR = _ALL.where(
    _postings.c.state == bindparam("state"), _postings.c.recipient == bindparam("reader")
).order_by(_postings.c.due_at, _postings.c.key)
_READERS_DUE = (
    select(_postings.c.recipient)
    .where(mine(_postings), _IS_OWED, _postings.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(_postings.c.due_at, _postings.c.created_at, _postings.c.key)
    .limit(bindparam("most"))
)
_MOVE = _postings.update().where(
    mine(_postings), _postings.c.key == bindparam("this"), _postings.c.state == PostingState.OWED
)
_FOLD = _postings.update().where(
    mine(_postings),
    _postings.c.key == bindparam("this"),
    _postings.c.state.in_((PostingState.OWED, PostingState.CLAIMED)),
)
_UNLINK = _postings.update().where(mine(_postings), _postings.c.note.in_(bindparam("notes", expanding=True)))
_REDIRECT = (
    _postings.update()
    .where(
        mine(_postings),
        _postings.c.key == bindparam("this"),
        _postings.c.state.in_((PostingState.FAILED, PostingState.UNCERTAIN)),
    )
    .values(recipient=bindparam("recipient"))
)
_FORGET = _postings.delete().where(
    mine(_postings), _postings.c.subject_id.in_(bindparam("subjects", expanding=True))
)
_FORGET_KIND = _postings.delete().where(
    mine(_postings), _postings.c.subject_id == bindparam("subject"), _postings.c.kind == bindparam("kind")
)
_ALL_ABOUT = _ALL.where(_postings.c.subject_id == bindparam("subject")).order_by(
    _postings.c.created_at, _postings.c.key
)
_FORGET_OF = _postings.delete().where(
    mine(_postings),
    or_(_postings.c.recipient == bindparam("user"), _postings.c.subject_id == bindparam("user")),
    _postings.c.kind.not_in(bindparam("kept", expanding=True)),
)
_FORGET_TO = _postings.delete().where(
    mine(_postings),
    _postings.c.recipient == bindparam("user"),
    _postings.c.subject_id == bindparam("subject"),
)
_TO = _ALL.where(
    or_(_postings.c.recipient == bindparam("user"), _postings.c.subject_id == bindparam("user"))
).order_by(_postings.c.created_at, _postings.c.key)


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

    def owe_claimed(
        self,
        key: str,
        *,
        kind: str,
        subject_id: str,
        recipient: str,
        contents: dict[str, Any],
        token: str,
        now: datetime,
        lease: timedelta,
        is_new: bool = False,
    ) -> Posting | None:
        """Owe it now, and claim it in the same statement; None if that key is there already. Who knows that
        it `is_new` need not wait to hear so."""
        posting = Posting(
            key=key,
            kind=kind,
            subject_id=subject_id,
            recipient=recipient,
            state=PostingState.CLAIMED,
            due_at=now,
            contents=json.loads(json.dumps(contents)),  # as it is going to be read
            claim=token,
            lease_until=now + lease,
            attempts=1,
            attempted_at=now,
        )
        if is_new:
            self._add_later(_postings, **vars(posting), created_at=now)
            return posting
        return posting if self._add_once(_postings, **vars(posting), created_at=now) else None

    def claim(self, key: str, *, token: str, now: datetime, lease: timedelta) -> Posting | None:
        """Claim this one if it is due and free."""
        return self._claim(_CLAIM_THIS, token, now, lease, this=key)

    def claim_next(self, *, token: str, now: datetime, lease: timedelta) -> Posting | None:
        """Claim the longest due one, if any."""
        return self._claim(_CLAIM_NEXT, token, now, lease)

    def hold(self, posting: Posting, *, until: datetime) -> bool:
        """Keep the claim until then; False if it ran out and somebody else has it."""
        return self._settle(posting, lease_until=until)

    def sent(self, posting: Posting, *, channel: str, ts: str) -> bool:
        return self.all_sent([(posting, channel, ts)])[0]

    def all_sent(self, arrived: Iterable[tuple[Posting, str, str]]) -> list[bool]:
        """Each with the channel and the timestamp under which it stands there."""
        return self._run_all(
            _SETTLE,
            [
                (
                    {
                        "state": PostingState.SENT,
                        "channel": channel,
                        "ts": ts,
                        "claim": None,
                        "lease_until": None,
                    },
                    held(posting.key, posting),
                )
                for posting, channel, ts in arrived
            ],
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

    def count_failure(self, posting: Posting) -> bool:
        """Something that nobody foresaw came in between. False if the claim is somebody else's by now."""
        return self._settle(posting, failures=posting.failures + 1)

    def give_up(self, posting: Posting, *, state: PostingState, note: str) -> bool:
        return self._settle(posting, state=state, note=note, claim=None, lease_until=None)

    def owe_again(self, key: str, *, due_at: datetime) -> bool:
        """What was given up is owed once more, because somebody looked and it is not there."""
        again = {
            "state": PostingState.OWED,
            "due_at": due_at,
            "note": None,
            "attempts": 0,
            "attempted_at": None,
            "failures": 0,
        }
        given_up = [PostingState.FAILED, PostingState.UNCERTAIN]
        return self._execute(_OWE_AGAIN, {**again, "this": key, "given_up": given_up}).rowcount == 1

    def readdress(self, subject_id: str, *, was: str, now: str) -> None:
        """What is owed about this goes to another reader."""
        self._execute(_READDRESS, {"subject": subject_id, "was": was, "recipient": now})

    def readers_due(self, kinds: Collection[str], *, now: datetime, most: int) -> list[str]:
        """Of so many that are due, of these kinds, the longest due first."""
        due = self._execute(_READERS_DUE, {"kinds": list(kinds), "now": now, "most": most})
        return list(due.scalars())

    def renumber(self, *, was: str, now: str) -> None:
        """A channel has another id: for what is to be posted there, and where what was posted stands."""
        self._execute(_READ_BY, {"was": was, "recipient": now})
        self._execute(_STANDS_IN, {"was": was, "channel": now})

    def owed_to(self, recipient: str, state: PostingState) -> list[Posting]:
        """What this reader has in this state, the longest due first."""
        rows = self._execute(_FOR, {"state": state, "reader": recipient})
        return [Posting.model_validate(row) for row in rows]

    def move(self, posting: Posting, *, due_at: datetime, **contents: Any) -> bool:
        """To another time, with more to say; False if somebody is sending it already, or it was settled."""
        moved = {"due_at": due_at, "contents": posting.contents | contents}
        return self._execute(_MOVE, {**moved, "this": posting.key}).rowcount == 1

    def remember(self, posting: Posting, **contents: Any) -> None:
        """What became of a message that is in Slack, whoever may hold it."""
        self._change(_postings, "key", posting.key, {"contents": posting.contents | contents})

    def saying(self, posting: Posting) -> bool:
        """Its words are on their way to Slack from here on; see `fold`."""
        return self._settle(posting, contents=posting.contents | {"saying": True})

    def fold(self, posting: Posting, *, into: str) -> bool:
        """What it has to say is said by another message. False if it is on its way by itself, or settled."""
        dropped = {
            "state": PostingState.DROPPED,
            "note": f"{FOLDED}{into}",
            "claim": None,
            "lease_until": None,
        }
        return self._execute(_FOLD, {**dropped, "this": posting.key}).rowcount == 1

    def withdraw(self, posting: Posting, *, note: str) -> bool:
        """It is owed no longer; False if somebody is sending it already, or it was settled."""
        dropped = {"state": PostingState.DROPPED, "note": note}
        return self._execute(_MOVE, {**dropped, "this": posting.key}).rowcount == 1

    def owe_elsewhere(self, key: str, recipient: str, *, due_at: datetime) -> bool:
        """What was given up is owed to another reader instead."""
        self._execute(_REDIRECT, {"this": key, "recipient": recipient})
        return self.owe_again(key, due_at=due_at)

    def find(self, key: str) -> Posting | None:
        return self._one(_THIS, {"this": key})

    def at(self, *, channel: str, ts: str) -> Posting | None:
        """What we posted there; what took its place, if something did."""
        return self._one(_AT, {"channel": channel, "ts": ts})

    def last_in(self, channel: str) -> Posting | None:
        """What we said last there."""
        return self._one(_LAST_IN, {"channel": channel})

    def latest(self, *, subject_id: str, kind: str, besides: str = "") -> Posting | None:
        """The last one of this kind that reached Slack, `besides` the one of this key."""
        return self._one(LATEST, {"subject": subject_id, "kind": kind, "besides": besides})

    def newest(self, *, subject_id: str, kind: str) -> Posting | None:
        """The last one of this kind that was owed, whatever became of it."""
        return self._one(_NEWEST, {"subject": subject_id, "kind": kind})

    def last_of_each(self, subject_ids: Collection[str], *, kind: str) -> dict[str, Posting]:
        """By subject, the last one of this kind that reached Slack."""
        rows = self._execute(_LAST_OF_EACH, {"subjects": list(subject_ids), "kind": kind})
        return {posting.subject_id: posting for posting in map(Posting.model_validate, rows)}

    def about(self, subject_ids: Collection[str], *, kind: str) -> list[Posting]:
        """All of this kind about these, in whatever state."""
        rows = self._execute(_ABOUT, {"subjects": list(subject_ids), "kind": kind})
        return [Posting.model_validate(row) for row in rows]

    def forget_about(self, subject_ids: Collection[str]) -> None:
        """No trace of what was written about these; what was still owed is owed no longer."""
        keys = [posting.key for posting in self.about(subject_ids, kind="nudge")]
        self._execute(_UNLINK, {"note": f"{FOLDED}another", "notes": [f"{FOLDED}{key}" for key in keys]})
        self._execute(_FORGET, {"subjects": list(subject_ids)})

    def forget_to(self, user_id: str, *, about: str) -> None:
        """No trace of what was written to this person about that."""
        self._execute(_FORGET_TO, {"user": user_id, "subject": about})

    def forget_of(self, user_id: str, *, besides: Collection[str]) -> None:
        """No trace of what was written to this person or about them, `besides` these kinds."""
        self._execute(_FORGET_OF, {"user": user_id, "kept": list(besides)})

    def all_about(self, subject_id: str) -> list[Posting]:
        """Of every kind, the oldest first."""
        rows = self._execute(_ALL_ABOUT, {"subject": subject_id})
        return [Posting.model_validate(row) for row in rows]

    def to(self, user_id: str) -> list[Posting]:
        """All that was ever owed to this person, or for something that they wrote, the oldest first."""
        return [Posting.model_validate(row) for row in self._execute(_TO, {"user": user_id})]

    def forget_kind(self, subject_id: str, *, kind: str) -> None:
        """No trace of those of this kind about this."""
        self._execute(_FORGET_KIND, {"subject": subject_id, "kind": kind})

    def in_state(self, state: PostingState) -> list[Posting]:
        return [Posting.model_validate(row) for row in self._execute(_IN_STATE, {"state": state})]

    def _one(self, statement: Statement, values: dict[str, Any]) -> Posting | None:
        return next((Posting.model_validate(row) for row in self._rows(statement, values)), None)

    def _claim(
        self, claim: Statement, token: str, now: datetime, lease: timedelta, **which: Any
    ) -> Posting | None:
        return self._one(claim, {**claiming(token, now, lease), **which})

    def _settle(self, posting: Posting, **values: Any) -> bool:
        """Only who holds the claim may settle it; by its attempt, because who lost a claim may hold the
        next one too."""
        return self._run(_SETTLE, values, **held(posting.key, posting)) == 1
