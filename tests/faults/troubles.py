"""What goes wrong with a database, for as long as a block lasts. Each is the real thing: what the database
says of it is its own word."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url

from storage import prepared
from storage.store import Store


class Hand:
    """On a store: it does what it is told to before each statement, each transaction, each use of a
    connection."""

    def __init__(self, store: Store, url: str) -> None:
        self.url = url
        self._does: dict[str, Callable[[Any], object]] = {}
        for moment in ("before_cursor_execute", "begin", "checkout"):
            event.listen(store._engine, moment, self._at(moment), named=False)

    @contextmanager
    def at(self, moment: str, do: Callable[[Any], object]) -> Iterator[None]:
        self._does[moment] = do
        try:
            yield
        finally:
            del self._does[moment]

    def now(self, moment: str, do: Callable[[Any], object]) -> None:
        """From now on."""
        self._does[moment] = do

    def _at(self, moment: str) -> Callable[..., None]:
        def perhaps(first: Any, *_: Any) -> None:
            if do := self._does.get(moment):
                do(first)

        return perhaps


Trouble = Callable[[Hand], AbstractContextManager[None]]


@contextmanager
def full(hand: Hand) -> Iterator[None]:
    """SQLite's own SQLITE_FULL: the file may not grow by one page, and each transaction needs a few."""

    with _pragma(hand, "max_page_count", "1", "1000000"), room_taken(hand):
        yield


@contextmanager
def room_taken(hand: Hand) -> Iterator[None]:
    """Each transaction needs some new pages, so that none fits into those that are there already."""
    mark = "?" if hand.url.startswith("sqlite") else "%s"
    insert = f"INSERT INTO notice VALUES ('', 'filler', {mark}, '2000-01-01')"

    def take_room(connection: Connection) -> None:
        connection.exec_driver_sql(insert, (random.randbytes(50_000).hex(),))

    with hand.at("begin", take_room):
        yield


@contextmanager
def query_only(hand: Hand) -> Iterator[None]:
    with _pragma(hand, "query_only", "1", "0"):
        yield


@contextmanager
def _pragma(hand: Hand, name: str, during: str, after: str) -> Iterator[None]:
    hand.now("checkout", lambda connection: connection.execute(f"PRAGMA {name} = {during}"))
    try:
        yield
    finally:
        hand.now("checkout", lambda connection: connection.execute(f"PRAGMA {name} = {after}"))


@contextmanager
def written_by_another(hand: Hand) -> Iterator[None]:
    """Who holds the file longer than anybody has patience."""
    other = create_engine(hand.url)
    with other.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        connection.rollback()
    other.dispose()


@contextmanager
def locked_by_another(hand: Hand) -> Iterator[None]:
    with psycopg.connect(hand.url) as connection:
        connection.execute("LOCK TABLE seat, posting, notice, person IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


@contextmanager
def read_only(hand: Hand) -> Iterator[None]:
    """As a standby is, or a server that its owner has set so."""
    on, off = "SET default_transaction_read_only = on", "RESET default_transaction_read_only"
    with _altered(hand.url, on, off):
        yield


@contextmanager
def gone(hand: Hand) -> Iterator[None]:
    """All connections are cut, and nobody may connect."""
    with _altered(hand.url, "ALLOW_CONNECTIONS false", "ALLOW_CONNECTIONS true"):
        yield


@contextmanager
def _altered(url: str, during: str, after: str) -> Iterator[None]:
    name = make_url(url).database
    admin = make_url(url).set(database="postgres").render_as_string(hide_password=False)

    def alter(what: str) -> None:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(sql.SQL(f"ALTER DATABASE {{}} {what}").format(sql.Identifier(name or "")))
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(cut, [name])

    alter(during)
    try:
        yield
    finally:
        alter(after)


@contextmanager
def slow(hand: Hand, seconds: float) -> Iterator[None]:
    """Each statement takes so much longer, whether SQLAlchemy runs it or we do."""
    run = prepared.execute

    def later(connection: Connection, *asked: Any) -> Any:
        time.sleep(seconds * len(asked))
        return run(connection, *asked)

    prepared.execute = later
    try:
        with hand.at("before_cursor_execute", lambda _: time.sleep(seconds)):
            yield
    finally:
        prepared.execute = run


TROUBLES: Mapping[str, Mapping[str, Trouble]] = {
    "sqlite": {"full": full, "read-only": query_only, "locked": written_by_another},
    "postgresql": {"gone": gone, "read-only": read_only, "locked": locked_by_another},
}
