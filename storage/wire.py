"""PostgreSQL, spoken to by libpq itself. What every answer runs is prepared once on each connection, then run
by its name; and what needs no reply goes along with what needs one, because each exchange costs more than
what it is about (libpq calls it pipeline mode).

Values go in and come out as psycopg writes and reads them.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from select import POLLIN, POLLOUT, poll
from typing import Any, Self

from psycopg import Connection, OperationalError, pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from sqlalchemy import Connection as Connected

#: With `$1`, `$2` for what is given.
Asked = tuple[str, Sequence[Any]]
_GOOD = {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}


@dataclass(frozen=True)
class Reply:
    rowcount: int
    rows: list[tuple[Any, ...]]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.rows


@dataclass
class Wire:
    """One connection to a server, what it has prepared there, and what it is to say with the next question;
    it was `heard` of last at that second of the monotonic clock."""

    driver: Connection[Any]
    heard: float = 0.0
    _names: dict[str, bytes] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=count)
    _later: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server, self._values = self.driver.pgconn, Transformer(self.driver)
        self._poll, self._room = poll(), poll()
        self._poll.register(self._server.socket, POLLIN)
        self._room.register(self._server.socket, POLLOUT)

    @classmethod
    def of(cls, connection: Connected) -> Self:
        """Kept beside the driver's connection, for as long as that lives."""
        around: dict[str, Any] = connection.info
        if "wire" not in around:
            around["wire"] = cls(connection.connection.driver_connection)  # type: ignore[arg-type]
        wire: Self = around["wire"]
        return wire

    def later(self, sql: str, given: Sequence[Any] = ()) -> None:
        """To be said with the next question."""
        self._later.append((sql, given))

    def forget(self) -> None:
        """It is not to be said any more."""
        self._later.clear()

    @property
    def has_more(self) -> bool:
        return bool(self._later)

    @property
    def is_in_transaction(self) -> bool:
        return self.has_more or self._server.transaction_status != pq.TransactionStatus.IDLE

    def ask(self, *asked: Asked) -> list[Reply]:
        """In one exchange, one after the other, each as if alone; the first that fails is the last.

        Raises: psycopg.Error.
        """
        said, self._later = [*self._later, *asked], []
        answers = [self._at_once(*said[0])] if len(said) == 1 else self._in_one_exchange(said)
        self.heard = time.monotonic()
        for answer in answers:
            if answer.status not in _GOOD:
                raise error_from_result(answer)
        return [self._reply(answer) for answer in answers[len(answers) - len(asked) :]]

    def is_quiet(self) -> bool:
        """Whether nothing came from the server that nobody asked for: who is cut off finds its end there,
        without asking."""
        return not self._poll.poll(0)

    def _at_once(self, sql: str, given: Sequence[Any]) -> Any:
        if given:
            return self._server.exec_prepared(self._name(sql), self._written(given))
        return self._server.exec_(sql.encode())

    def _in_one_exchange(self, said: list[Asked]) -> list[Any]:
        # All that can fail here is done before: in this mode the connection takes no ROLLBACK.
        named = [(self._name(sql), self._written(given)) if given else None for sql, given in said]
        self._server.enter_pipeline_mode()
        for one, (sql, _) in zip(named, said, strict=True):
            if one:
                self._server.send_query_prepared(*one)
            else:
                self._server.send_query_params(sql.encode(), None)
        self._server.pipeline_sync()
        answers = self._answers()
        self._server.exit_pipeline_mode()
        return answers

    def _written(self, given: Sequence[Any]) -> Any:
        return self._values.dump_sequence(given, [PyFormat.TEXT] * len(given))

    def _name(self, sql: str) -> bytes:
        if sql not in self._names:
            name = f"tidemark_{next(self._numbers)}".encode()
            prepared = self._server.prepare(name, sql.encode())
            if prepared.status not in _GOOD:
                raise error_from_result(prepared)
            self._names[sql] = name
        return self._names[sql]

    def _answers(self) -> list[Any]:
        """Up to where it has understood that this ended; waits for them without holding up other threads."""
        server, answers = self._server, list[Any]()
        while server.flush():
            self._room.poll()
        while True:
            while server.is_busy():
                self._poll.poll()
                server.consume_input()
            if server.status == pq.ConnStatus.BAD:
                raise OperationalError("the connection is lost")
            answer = server.get_result()
            if answer and answer.status == pq.ExecStatus.PIPELINE_SYNC:
                return answers
            if answer:  # after each comes nothing once, too
                answers.append(answer)

    def _reply(self, answer: Any) -> Reply:
        if not answer.ntuples:
            return Reply(answer.command_tuples or 0, [])
        self._values.set_pgresult(answer)
        return Reply(answer.ntuples, self._values.load_rows(0, answer.ntuples, tuple))
