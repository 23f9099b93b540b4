"""The store: one database, many Slack workspaces, one transaction per use case."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Self

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
from storage.notices import Notices
from storage.packs import Packs
from storage.people import People
from storage.postings import Postings
from storage.prepared import later
from storage.rankings import Rankings
from storage.records import Installation, PostingState
from storage.remarks import Remarks
from storage.repository import table_of
from storage.results import Results
from storage.seats import Seats
from storage.sittings import Sittings
from storage.tables import AssessmentRow, DepartureRow, InstallationRow, NoticeRow, PostingRow
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
#: As large as two pages of SQLite's: what is full has no room for it.
_ROOM = "x" * 8192


@dataclass(frozen=True)
class Backlog:
    """So many messages are due and not sent, the oldest `since` then."""

    number: int
    since: datetime


class Tx:
    """One transaction of one Slack workspace, and the nouns that it can reach."""

    def __init__(self, connection: Connection, team: str) -> None:
        self.team = team
        self.packs = Packs(connection, team)
        self.people = People(connection, team)
        self.assessments = Assessments(connection, team)
        self.drafts = Drafts(connection, team)
        self.seats = Seats(connection, team)
        self.sittings = Sittings(connection, team)
        self.answers = Answers(connection, team)
        self.evidence = EvidenceBook(connection, team)
        self.calibrations = Calibrations(connection, team)
        self.postings = Postings(connection, team)
        self.results = Results(connection, team)
        self.rankings = Rankings(connection, team)
        self.actions = Actions(connection, team)
        self.tickets = Tickets(connection, team)
        self.followups = FollowUps(connection, team)
        self.deeds = Deeds(connection, team)
        self.deliveries = Deliveries(connection, team)
        self.feeds = Feeds(connection, team)
        self.remarks = Remarks(connection, team)
        self.channels = Channels(connection, team)
        self.departures = Departures(connection, team)
        self.notices = Notices(connection, team)
        self.installations = Installations(connection, team)
        self.consents = Consents(connection, team)
        self.form_keys = FormKeys(connection, team)
        self.erasure = Erasure(connection, team)


class _Shared(threading.local):
    """What a thread's transactions share just now, and what the database refused one of them."""

    connection: Connection | None = None
    refused: DBAPIError | None = None


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

    @contextmanager
    def transaction(self, team: str) -> Iterator[Tx]:
        """Raises: Unavailable, and nothing of it was kept; Uncertain, and nobody knows."""
        with self._begun() as connection:
            yield Tx(connection, team)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What this thread does in transactions until this ends is committed at once, which costs as much as
        one of them; what is refused is undone by itself. It holds what all of them hold, so it waits for
        nobody who might wait for it.

        Raises: DBAPIError or Unavailable if the database refused something; then nothing of all that is kept.
            Uncertain, if nobody knows.
        """
        with self._counted(Uncertain), transaction(self._engine) as connection:
            if not self.one_writer:
                later(connection, f"SET LOCAL lock_timeout = {HOLDING_OTHERS_UP}")
            self._shared.connection = connection
            try:
                yield
            finally:
                refused, self._shared.connection, self._shared.refused = self._shared.refused, None, None
            if refused:
                raise refused

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        shared = self._shared.connection
        if shared is None:
            with self._counted(Unavailable), transaction(self._engine) as connection:
                yield connection
            return
        if self._shared.refused:
            raise self._shared.refused
        later(shared, "SAVEPOINT alone")
        try:
            yield shared
        except BaseException as error:
            if isinstance(error, DBAPIError):
                self._shared.refused = error
            else:
                later(shared, "ROLLBACK TO alone")
                later(shared, "RELEASE alone")
            raise
        later(shared, "RELEASE alone")

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
        notices, row = table_of(NoticeRow), {"team_id": "", "kind": "room", "about": _ROOM}
        with self._begun() as connection:
            if migrations.current(connection) != migrations.newest():
                return False
            connection.execute(notices.insert().values(**row, until=datetime(2000, 1, 1, tzinfo=UTC)))
            connection.execute(notices.delete().where(notices.c.team_id == "", notices.c.kind == "room"))
            return True

    def close(self) -> None:
        self._engine.dispose()


@cache
def _empty_in_memory() -> Engine:
    """Has all tables; what is opened in memory is a copy of it."""
    engine = engine_for("sqlite://")
    migrations.create_all(engine)
    return engine
