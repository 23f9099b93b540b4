"""A PostgreSQL of one test, which stops as by a loss of power and is started again where it was."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.postgres import Cluster, cluster

#: What was committed is kept when the server dies, as it is in life.
KEEPS = {"synchronous_commit": "on", "full_page_writes": "on"}


@dataclass
class Server:
    """`url` is that of a database which is always there."""

    url: str
    _own: Cluster
    _lives: ExitStack

    @classmethod
    @contextmanager
    def running(cls, *, log: Path | None = None) -> Iterator[Server]:
        """`log`: an empty folder for its write-ahead log."""
        with cluster(log=log) as own, ExitStack() as lives:
            yield cls(lives.enter_context(own.started(**KEEPS)), own, lives)

    def owned(self, folder: Path) -> Path:
        """A new one, in which it may write."""
        folder.mkdir()
        if account := self._own.account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        return folder

    def database(self, name: str, *, on: Path | None = None) -> str:
        """The URL of a new one, whose tables stand in that folder."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            if on:
                place = sql.SQL("CREATE TABLESPACE {} LOCATION {}").format(sql.Identifier(name), str(on))
                connection.execute(place)
            space = sql.Identifier(name if on else "pg_default")
            connection.execute(
                sql.SQL("CREATE DATABASE {} TABLESPACE {}").format(sql.Identifier(name), space)
            )
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def stops(self) -> None:
        """At once and without a word to anybody, as `pg_ctl stop --mode immediate` does."""
        os.kill(int((self._own.data / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        while self._is_there():
            time.sleep(0.02)

    def writes_until_it_stops(self) -> None:
        """As much as its log has room for; then it stops by itself."""
        with suppress(psycopg.OperationalError), psycopg.connect(self.url, autocommit=True) as connection:
            while True:
                connection.execute("SELECT pg_logical_emit_message(true, 'fills', repeat('x', 500000))")
        while self._is_there():
            time.sleep(0.02)

    def starts(self) -> None:
        """On the same port: it reads what it had written, and goes on."""
        self._lives.enter_context(self._own.started(make_url(self.url).port, **KEEPS))

    def _is_there(self) -> bool:
        try:
            psycopg.connect(self.url).close()
        except psycopg.OperationalError:
            return (self._own.data / "postmaster.pid").exists()
        return True
