"""The store: one database, many Slack workspaces, one transaction per use case."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Generic, Self, TypeVar

from sqlalchemy import Connection, Engine, bindparam, func, select
from sqlalchemy.exc import DBAPIError

from storage import migrations
from storage.actions import Actions
from storage.answers import Answers
from storage.assessments import Assessments
from storage.calibrations import Calibrations
from storage.channels import Channels
from storage.database import (
    PATIENCE,
    copy_in_memory,
    engine_for,
    refusals_in_words,
    require_version,
    transaction,
)
from storage.deeds import Deeds
from storage.deliveries import Deliveries
from storage.departures import Departures
from storage.drafts import Drafts
from storage.erasure import Erasure
from storage.errors import BadDatabaseUrl, CannotOpenDatabase, Unavailable, Uncertain
from storage.evidence import EvidenceBook
from storage.feeds import Feeds
from storage.followups import FollowUps
from storage.formkeys import FormKeys
from storage.installations import Consents, Installations
from storage.notices import Notices, write_and_take_back
from storage.packs import Packs
from storage.people import People
from storage.postings import Postings
from storage.prepared import Line, later
from storage.rankings import Rankings
from storage.records import Installation, PostingState
from storage.remarks import Remarks
from storage.repository import Repository, table_of
from storage.results import Results
from storage.seats import Seats
from storage.sittings import Sittings
from storage.tables import AssessmentRow, DepartureRow, InstallationRow, PostingRow
from storage.tickets import Tickets

__all__ = ["BadDatabaseUrl", "CannotOpenDatabase", "Store", "Tx", "Unavailable", "Uncertain"]

#: Milliseconds. Two processes that each hold what the other one wants would wait for good.
HOLDING_OTHERS_UP = 100
_postings = table_of(PostingRow)
_BACKLOG = (
    select(_postings.c.team_id, func.count().label("number"), func.min(_postings.c.due_at).label("since"))
    .where(
        _postings.c.team_id.in_(bindparam("teams", expanding=True)),
        _postings.c.state.in_((PostingState.OWED, PostingState.CLAIMED)),
        _postings.c.due_at <= bindparam("now"),
    )
    .group_by(_postings.c.team_id)
)
R = TypeVar("R", bound=Repository)


@dataclass(frozen=True)
class Backlog:
    """So many messages are due and not sent, the oldest `since` then."""

    number: int
    since: datetime


class _Noun(Generic[R]):
    """A repository of the transaction, made when somebody asks for it first."""

    def __init__(self, kind: type[R]) -> None:
        self._kind = kind

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, tx: "Tx", _: type) -> R:
        found = vars(tx)[self._name] = self._kind(tx._line, tx.team)
        return found


class Tx:
    """One transaction of one Slack workspace, and the nouns that it can reach."""

    packs = _Noun(Packs)
    people = _Noun(People)
    assessments = _Noun(Assessments)
    drafts = _Noun(Drafts)
    seats = _Noun(Seats)
    sittings = _Noun(Sittings)
    answers = _Noun(Answers)
    evidence = _Noun(EvidenceBook)
    calibrations = _Noun(Calibrations)
    postings = _Noun(Postings)
    results = _Noun(Results)
    rankings = _Noun(Rankings)
    actions = _Noun(Actions)
    tickets = _Noun(Tickets)
    followups = _Noun(FollowUps)
    deeds = _Noun(Deeds)
    deliveries = _Noun(Deliveries)
    feeds = _Noun(Feeds)
    remarks = _Noun(Remarks)
    channels = _Noun(Channels)
    departures = _Noun(Departures)
    notices = _Noun(Notices)
    installations = _Noun(Installations)
    consents = _Noun(Consents)
    form_keys = _Noun(FormKeys)
    erasure = _Noun(Erasure)

    def __init__(self, line: Line, team: str) -> None:
        self._line, self.team = line, team


class _Shared(threading.local):
    """What a thread's transactions share just now, and why nothing of them can be kept."""

    line: Line | None = None
    broken: Exception | None = None


class _HalfDone(Exception):
    """Somebody was refused after something was changed for them."""


class _Part:
    """A transaction that is committed with others. Nearly all refuse before they change anything, which takes
    no savepoint; where one does not, none of all that is kept."""

    def __init__(self, shared: _Shared, line: Line, team: str) -> None:
        self._shared, self._line, self._team = shared, line, team

    def __enter__(self) -> Tx:
        if self._shared.broken:
            raise self._shared.broken
        self._line.wrote = False
        return Tx(self._line, self._team)

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: object) -> None:
        if isinstance(error, DBAPIError):
            self._shared.broken = error
        elif error and self._line.wrote:
            self._shared.broken = _HalfDone()


class Store:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        #: How many transactions failed because of the database, and not because of what they said.
        self.failures = 0
        self._shared = _Shared()

    @classmethod
    def open(cls, url: str, *, patience: float = PATIENCE) -> Self:
        """Open the database at `url` and bring its tables up to date. From then on nobody waits longer than
        `patience` seconds for what others hold.

        Raises:
            BadDatabaseUrl: the URL cannot be read, or names another kind of database.
            CannotOpenDatabase: it cannot be reached, may not be changed, or is too old or too new.
        """
        engine = engine_for(url)
        try:
            with refusals_in_words(engine):
                require_version(engine)
                migrations.upgrade(engine)
        except BaseException:
            engine.dispose()
            raise
        if patience != PATIENCE:
            engine.dispose()
            engine = engine_for(url, patience=patience)
        return cls(engine)

    @classmethod
    def in_memory(cls) -> Self:
        """A database of its own, without rows, that lives no longer than this."""
        return cls(copy_in_memory(_empty_in_memory()))

    @property
    def name(self) -> str:
        """The database's URL, without the password."""
        return self._engine.url.render_as_string(hide_password=True)

    @property
    def one_writer(self) -> bool:
        """SQLite lets one transaction write at a time; more threads would only wait for each other."""
        return self._engine.dialect.name == "sqlite"

    def transaction(self, team: str) -> AbstractContextManager[Tx]:
        """Raises: Unavailable, and nothing of it was kept; Uncertain, and nobody knows."""
        if self._shared.line is None:
            return self._by_itself(team)
        return _Part(self._shared, self._shared.line, team)

    @contextmanager
    def _by_itself(self, team: str) -> Iterator[Tx]:
        with self._counted(Unavailable), transaction(self._engine) as connection:
            yield Tx(Line(connection), team)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What this thread does in transactions until this ends is committed at once, which costs as much as
        one of them. It holds what all of them hold, so it waits for nobody who might wait for it.

        Raises: DBAPIError or Unavailable if the database refused something, or another error if one of them
            was refused after it had changed something; then nothing of all that is kept. Uncertain, if nobody
            knows.
        """
        with self._counted(Uncertain), transaction(self._engine) as connection:
            line = self._shared.line = Line(connection)
            try:
                if not self.one_writer:
                    later(line, f"SET LOCAL lock_timeout = {HOLDING_OTHERS_UP}")
                yield
            finally:
                broken, self._shared.line, self._shared.broken = self._shared.broken, None, None
            if broken:
                raise broken

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        with self.transaction("") as tx:
            yield tx._line.connection

    @contextmanager
    def _counted(self, failure: type[Unavailable]) -> Iterator[None]:
        try:
            yield
        except failure:
            self.failures += 1
            raise

    def teams(self) -> list[str]:
        """The Slack workspaces that have assessments here."""
        with self._begun() as connection:
            return sorted(connection.execute(select(table_of(AssessmentRow).c.team_id).distinct()).scalars())

    def departed(self, now: datetime) -> list[str]:
        """The Slack workspaces that have removed us, and of which nothing is to be kept any more."""
        departures = table_of(DepartureRow)
        over = select(departures.c.team_id).where(departures.c.erase_at <= now)
        with self._begun() as connection:
            return sorted(connection.execute(over).scalars())

    def installations(self) -> list[Installation]:
        """Wherever we are installed, also where we have been removed since."""
        every = table_of(InstallationRow).select().order_by(table_of(InstallationRow).c.team_id)
        with self._begun() as connection:
            return [Installation.model_validate(row) for row in connection.execute(every)]

    def backlog(self, teams: Iterable[str], now: datetime) -> dict[str, Backlog]:
        """What is due and not sent, in those of these Slack workspaces in which anything is."""
        asked = {"teams": [*teams], "now": now}
        with self._begun() as connection:
            return {
                row.team_id: Backlog(row.number, row.since) for row in connection.execute(_BACKLOG, asked)
            }

    def form_keys(self, new: str, now: datetime) -> tuple[str, ...]:
        """With which forms are sealed, in all workspaces: the newest first, which is `new` from now on where
        there is none."""
        with self.transaction("") as tx:
            return tx.form_keys.good(new, now)

    def is_ready(self) -> bool:
        """Whether its tables are as this version knows them, and it takes what is written.

        Raises: Unavailable, if it is not there, is read-only, or has no room.
        """
        with self._begun() as connection:
            if migrations.current(connection) != migrations.newest():
                return False
            write_and_take_back(connection)
            return True

    def require_writing(self) -> None:
        """Raises: CannotOpenDatabase, Unavailable."""
        with refusals_in_words(self._engine):
            self.is_ready()

    def close(self) -> None:
        self._engine.dispose()


@cache
def _empty_in_memory() -> Engine:
    """Has all tables; what is opened in memory is a copy of it."""
    engine = engine_for("sqlite://")
    migrations.create_all(engine)
    return engine
