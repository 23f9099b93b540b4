"""What a use case finds on its desk: the store, the packs, the reference data, the time, and ids."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

from conversation.pack import Pack
from conversation.reference import ReferenceData
from conversation.trackers import TrackerHere
from storage.records import Assessment, Deed, Posting
from storage.store import Store, Tx

#: How long a claimed posting stays with who claimed it: longer than any call to Slack may take.
LEASE = timedelta(seconds=30)


_SHORT: set[Callable[..., Any]] = set()
U = TypeVar("U", bound=Callable[..., Any])


def short(use_case: U) -> U:
    """One short transaction, and nothing beside it: others that come at the same moment may be committed
    together with this one, and it may be done again if nothing of it was kept."""
    _SHORT.add(use_case)
    return use_case


def is_short(use_case: Callable[..., Any]) -> bool:
    return use_case in _SHORT


@dataclass(frozen=True)
class Desk:
    """`now` and `new_id` are the only sources of time and ids; `claimant` names this process in the
    posting ledger; `timezone` is that of people of whom, and of whose facilitator, Slack names none;
    `retention_months` is how long what has closed is kept, `uninstalled_days` how long anything is once the
    workspace has removed us; 0 for ever. `creators` are the people and user
    groups who may set up assessments; empty, all members of the workspace may. `trackers` are those in which
    actions can have an issue; `public_url` is where others reach us over HTTP, if they do; `heard` is called
    with whatever is written down, in its transaction."""

    team: str
    store: Store
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    pack: Pack
    claimant: str
    references: tuple[ReferenceData, ...] = ()
    creators: tuple[str, ...] = ()
    timezone: str = "UTC"
    retention_months: int = 24
    uninstalled_days: int = 30
    trackers: tuple[TrackerHere, ...] = ()
    public_url: str = ""
    heard: Callable[["Desk", Tx, str, Deed], None] | None = None
    _read: dict[str, Pack] = field(default_factory=dict, repr=False)
    _reading: Lock = field(default_factory=Lock, repr=False)

    def at(self, team: str) -> "Desk":
        """The same desk for another Slack workspace."""
        return self if team == self.team else replace(self, team=team)

    def transaction(self) -> AbstractContextManager[Tx]:
        return self.store.transaction(self.team)

    def pack_of(self, tx: Tx, assessment: Assessment) -> Pack:
        """The pack as it was when the assessment was opened."""
        return self.pack_with(tx, assessment.pack_digest)

    def pack_with(self, tx: Tx, digest: str) -> Pack:
        if digest not in self._read:
            with self._reading:  # or all who answer right after a start would read it, each for themselves
                if digest not in self._read:
                    self._read[digest] = Pack.from_snapshot(tx.packs.body(digest))
        return self._read[digest]

    def write_down(self, tx: Tx, assessment: str, by: str, what: str, **values: Any) -> None:
        """Keep what somebody did to an assessment where its participants can read it; `by` nobody is the
        clock."""
        self._write_down(tx, assessment, Deed(by=by, what=what, values=values, at=self.now()))

    def write_down_once(self, tx: Tx, assessment: str, by: str, what: str, *, key: str) -> None:
        """The same of what changes nothing: the request of this key may come again."""
        self._write_down(tx, assessment, Deed(by=by, what=what, at=self.now()), key=f"{what}/{by}/{key}")

    def _write_down(self, tx: Tx, assessment: str, deed: Deed, *, key: str | None = None) -> None:
        if tx.deeds.add(assessment, deed, key=key) and self.heard:
            self.heard(self, tx, assessment, deed)

    def owe(
        self,
        tx: Tx,
        key: str,
        *,
        kind: str,
        subject_id: str,
        recipient: str,
        due_at: datetime | None = None,
        is_new: bool = False,
        **contents: Any,
    ) -> Posting | None:
        """Owe somebody a message; if it is due now, claim it in the same transaction, because this
        process is going to draw it as soon as it is committed. Returns what was claimed. It `is_new` where
        nothing can have owed it before."""
        now = self.now()
        what: dict[str, Any] = {
            "kind": kind,
            "subject_id": subject_id,
            "recipient": recipient,
            "contents": contents,
            "now": now,
        }
        if due_at and due_at > now:
            tx.postings.owe(key, due_at=due_at, **what)
            return None
        owed = tx.postings.owe_claimed(key, token=self.claimant, lease=LEASE, is_new=is_new, **what)
        return owed or tx.postings.claim(key, token=self.claimant, now=now, lease=LEASE)
