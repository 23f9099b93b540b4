"""How we behave towards PostgreSQL: few exchanges, and no faith in a connection that may be gone."""

import os
import re
import socket
import time
from collections.abc import Mapping
from typing import Any

from psycopg import OperationalError, ProgrammingError, pq
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, InvalidatePoolError

from storage import prepared
from storage.errors import BadDatabaseUrl
from storage.prepared import Line
from storage.wire import Wire

#: Seconds after which a server that was not heard of is asked whether it is still there.
SILENT = 30.0
#: Psycopg forgets what it has prepared when it rolls back, and ours with it: so it is to prepare nothing.
_PREPARES_NOTHING: dict[str, Any] = {"prepare_threshold": None}
#: Whatever the database or PGCLIENTENCODING would have: people write in all scripts.
_IN_UNICODE = {"client_encoding": "utf8"}
#: A server that went away without a word (its machine, the network) is noticed within a quarter of a minute;
#: without these, after a quarter of an hour. Whoever names one in the URL has their own.
_NOTICED = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
#: What libpq reads only when it has an address.
_NUMBERS = {*_NOTICED, "keepalives"}
#: Who is called, and what cannot be looked at without a call.
_OF_THE_CALL = {"host", "hostaddr", "port", "gssencmode"}
#: As a host a folder of sockets, in which there is nothing: a device is no folder.
_NOWHERE = "/dev/null"
#: Where libpq goes on with TLS alone, and where it verifies the certificate of the server, too.
_TLS_ONLY, _VERIFIED = {"require", "verify-ca", "verify-full"}, {"verify-ca", "verify-full"}
#: Where it looks for what nobody names.
_ROOT, _OUR_CERTIFICATE, _OUR_KEY = (
    f"~/.postgresql/{name}" for name in ("root.crt", "postgresql.crt", "postgresql.key")
)


def engine_for(url: URL, *, patience: float | None) -> Engine:
    """Nobody waits longer than `patience` seconds for what others hold; without it, as long as the server's
    own settings have it. Raises: BadDatabaseUrl."""
    if wrong := _wrong_parameter(url):
        raise BadDatabaseUrl(_mend(wrong))
    waits = {} if patience is None else {"pool_timeout": patience}
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=8,
            hide_parameters=True,
            connect_args=_PREPARES_NOTHING
            | _IN_UNICODE
            | {n: v for n, v in _NOTICED.items() if n not in url.query},
            **waits,
        )
    except ArgumentError as error:  # of several hosts and their ports
        raise BadDatabaseUrl(_mend(str(error))) from None
    if patience is not None:
        _wait_for_locks(engine, patience)
    _look_whether_it_stands(engine)
    _in_few_exchanges(engine)
    return engine


def _wrong_parameter(url: URL) -> str:
    """What libpq has against one behind the `?`, whoever is called; nothing, if it has nothing. It looks at
    them before it calls anybody, and whom it could not reach it names."""
    for name in _NUMBERS & url.query.keys():
        if not re.fullmatch(r"[+-]?\d+", str(url.query[name])):
            return f'invalid integer value "{url.query[name]}" for connection option "{name}"'
    asked = {n: str(v) for n, v in url.query.items() if n not in _OF_THE_CALL | _PREPARES_NOTHING.keys()}
    try:
        call = pq.PGconn.connect_start(make_conninfo(**asked, host=_NOWHERE).encode())
    except (OperationalError, ProgrammingError) as error:
        return str(error).strip()
    said = call.get_error_message().strip()
    options = {each.keyword.decode(): (each.val or b"").decode() for each in call.info}
    call.finish()
    if said and _NOWHERE not in said:
        return said
    return _no_address(url) or _missing_file(url, options)


def _no_address(url: URL) -> str:
    """Of several, one is enough."""
    each = _each(url, "hostaddr")
    if not each or any(not address or _is_address(address) for address in each):
        return ""
    return f'could not parse network address "{each[0]}"'


def _is_address(said: str) -> bool:
    """As libpq finds out."""
    try:
        return bool(socket.getaddrinfo(said, None, flags=socket.AI_NUMERICHOST))
    except OSError:
        return False


def _missing_file(url: URL, options: Mapping[str, str]) -> str:
    """Without which libpq does not go on once a server has agreed to TLS: that with which its certificate is
    verified, and the key of one of ours that is there. It goes on without a certificate of ours."""
    mode = options["sslmode"]
    if mode not in _TLS_ONLY or options["gssencmode"] == "require" or not _over_the_network(url):
        return ""
    root = options["sslrootcert"] or os.path.expanduser(_ROOT)
    if mode in _VERIFIED and root != "system" and not os.path.exists(root):
        return (
            f'root certificate file "{root}" does not exist; sslrootcert=system takes those of this machine'
        )
    key = options["sslkey"] or os.path.expanduser(_OUR_KEY)
    shown = options.get("sslcertmode") != "disable" and os.path.exists(
        options["sslcert"] or os.path.expanduser(_OUR_CERTIFICATE)
    )
    if shown and ":" not in key and not os.path.exists(key):  # with a colon it is an engine's
        return f'certificate present, but not private key file "{key}"'
    return ""


def _over_the_network(url: URL) -> bool:
    """And not, perhaps, to a socket on this machine, where there is no TLS."""
    hosts = _each(url, "host") or [url.host or ""]
    return bool(_each(url, "hostaddr")) or not any(host[:1] in {"", "/", "@"} for host in hosts)


def _each(url: URL, name: str) -> list[str]:
    said = url.query.get(name, ())
    return [one for many in ([said] if isinstance(said, str) else said) for one in many.split(",")]


def _mend(wrong: str) -> str:
    return (
        f"has a parameter with which no server can be called ({wrong}); mend it behind the ?, or in libpq's "
        "own variable (PGSSLMODE and the like)"
    )


def _wait_for_locks(engine: Engine, patience: float) -> None:
    @event.listens_for(engine, "connect")
    def _settings(connection: Any, _record: Any) -> None:
        connection.execute(f"SET lock_timeout = {round(patience * 1000)}")
        connection.commit()


def _look_whether_it_stands(engine: Engine) -> None:
    """Before a connection is used again. One whose server has gone has heard so already; the server is asked,
    which is an exchange, where nothing was heard for long."""

    @event.listens_for(engine, "checkout")
    def _look(connection: Any, record: Any, _proxy: Any) -> None:
        wire: Wire | None = record.info.get("wire")
        if wire is None or (wire.is_quiet() and time.monotonic() - wire.heard < SILENT):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError(str(error)) from error  # the others do not stand either, then


def _in_few_exchanges(engine: Engine) -> None:
    """A transaction begins in the exchange of its first statement. One of another kind, as a snapshot is, is
    begun by psycopg."""

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if "isolation_level" not in connection.get_execution_options():
            Wire.of(connection).later("BEGIN")

    @event.listens_for(engine, "before_cursor_execute")
    def _others(connection: Connection, *_: Any) -> None:
        if Wire.of(connection).has_more:
            prepared.execute(Line(connection))

    @event.listens_for(engine, "commit")
    def _commit(connection: Connection) -> None:
        if Wire.of(connection).is_in_transaction:
            prepared.execute(Line(connection), ("COMMIT", ()))

    @event.listens_for(engine, "rollback")
    def _rollback(connection: Connection) -> None:
        if not connection.invalidated:
            Wire.of(connection).forget()
