"""Ways to see it: played at once, watched, from one person's seat, or empty; most stay until told to stop."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import partial
from typing import Any, TypeVar

from bot import clock
from demo import cast
from demo.pace import READABLE
from demo.play import Play
from demo.stage import DATABASE, DAY, LOG, Stage, built
from demo.telling import Telling

T = TypeVar("T")

BEAT = 2.0
LATER = f"""
Where to look next
  README.md              run Tidemark in your own workspace: three steps
  docs/method.md         how answers become levels
  docs/packs.md          write questions of your own
  docs/commands.md       every command, and what people can type
  docs/workspace.md      the page, and the Slack behind it
  {DATABASE!s:<22} what was stored (SQLite); {LOG} is the log"""


async def once(tell: Telling) -> bool:
    """Play, print, and say whether the levels came out right."""
    tell.line("Tidemark plays the white paper's ABC Inc. case in a Slack workspace on this machine.")
    async with built() as stage:
        right = await Play(stage, tell).run()
    return _told(right)


async def watched(tell: Telling, port: int) -> bool:
    """The case at a readable pace, in the browser and here; it stays until it is told to stop."""
    async with built(port) as stage, _beating(stage):
        tell.line("Tidemark plays the white paper's ABC Inc. case. Watch it in your browser:")
        _doors(tell, stage, port, sofia="as Sofia, who answers", lee="as Lee, who asked for it")
        played = await until_told(_play(Play(stage, tell, READABLE)))
        if played is None:
            return True
        print()
        print()
        tell.line(
            f"The workspace stays up: {stage.url}. Be anybody, look around, try /tidemark. Ctrl-C ends it."
        )
        await until_told(asyncio.Event().wait())
    return played


async def seated(tell: Telling, port: int, role: str) -> bool:
    """Somebody takes one person's seat; the others are played."""
    name = cast.seats()[role]
    async with built(port) as stage, _beating(stage):
        tell.line(f"You are {cast.full_name(name)}. This is your seat; others are played:")
        _doors(tell, stage, port, **{name: "your seat", **cast.another(name)})
        played = await until_told(_play(Play(stage, tell, READABLE, seat=name)))
        if played:
            print()
            tell.line(f"The workspace stays up: {stage.url}. Ctrl-C ends it.")
            await until_told(asyncio.Event().wait())
    return True


async def empty(tell: Telling, port: int) -> bool:
    """The house with the bot in it, and nothing played."""
    async with built(port, begins=clock.now()) as stage, _beating(stage):
        tell.line("An empty workspace with Tidemark in it. Type /tidemark start, and be anybody:")
        _doors(tell, stage, port, lee="#" + cast.CHANNEL)
        if sys.stdin.isatty():
            tell.line("Press Enter here and a day passes, with every reminder and digest on the way.")
        tell.line("Ctrl-C ends it.")
        await until_told(_days(tell, stage))
    return True


async def _days(tell: Telling, stage: Stage) -> None:
    """One passes for every Enter; nobody presses it where this is no terminal."""
    pressed = asyncio.Semaphore(0)
    with _enter(pressed.release) if sys.stdin.isatty() else contextlib.nullcontext():
        while True:
            await pressed.acquire()
            await stage.goes_to(stage.time.now() + DAY)
            tell.line(f"Now it is {stage.time.now():%A %d %B %Y, %H:%M} UTC.")


@contextlib.contextmanager
def _enter(then: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def read() -> None:
        if sys.stdin.readline():
            then()
        else:
            loop.remove_reader(sys.stdin)  # Ctrl-D: no more will come

    loop.add_reader(sys.stdin, read)
    try:
        yield
    finally:
        loop.remove_reader(sys.stdin)


async def until_told(work: Coroutine[Any, Any, T]) -> T | None:
    """What the work comes to; None when somebody stopped it with Ctrl-C."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        print("\nStopped.")
        return None
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _play(play: Play) -> bool:
    await READABLE.moment(3)
    return _told(await play.run())


@contextlib.asynccontextmanager
async def _beating(stage: Stage) -> AsyncIterator[None]:
    """What falls due goes out by itself, as in a real installation."""
    stop = asyncio.Event()
    beat = asyncio.create_task(
        clock.beat(partial(stage.bot.poster.post_due, until=stop), every=BEAT, until=stop)
    )
    try:
        yield
    finally:
        stop.set()
        await beat


def _doors(tell: Telling, stage: Stage, port: int, **seats: str) -> None:
    if not stage.url.endswith(f":{port}"):
        tell.line(f"Port {port} is busy, so it is another one.")
    for name, about in seats.items():
        at = f"&at={cast.CHANNEL}" if name == cast.FACILITATOR else ""
        print(f"  {f'{stage.url}/?as={name}{at}':<50} {about}")


def _told(right: bool) -> bool:
    print(LATER if right else f"\nThe levels are not those of the case. The log is in {LOG}")
    return right
