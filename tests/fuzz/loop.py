"""An event loop whose time passes at once: a wait costs nothing, and two runs do the same in one order."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


#: Seconds that looking takes, so that whoever waits for a moment does not wait for ever.
MOMENT = 1e-6


class NothingHappens(RuntimeError):
    """Everybody waits for somebody else."""


class _Selector(selectors.DefaultSelector):
    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise NothingHappens
        ready = super().select(0)
        self.skipped += MOMENT if ready else timeout + MOMENT
        return ready


class Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._waits = _Selector()
        super().__init__(self._waits)

    def time(self) -> float:
        return self._waits.skipped

    def run_in_executor(self, executor: Any, func: Callable[..., T], *args: Any) -> asyncio.Future[T]:  # type: ignore[override]
        """There is one thread: what would be done beside is done here."""
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.run_until_complete(work)
