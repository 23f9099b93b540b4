"""The only module that reads the time or makes ids; and the beat, on which whatever is due goes out."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

#: Without l, o, 0 and 1, so that an id can be read out.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_LENGTH = 12


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    """60 random bits: no two alike in any one workspace's lifetime."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def new_secret() -> str:
    """256 random bits, in letters and digits that Slack draws as they are: nobody guesses it."""
    return secrets.token_hex(32)


async def beat(do: Callable[[], Awaitable[None]], *, every: float, until: asyncio.Event) -> None:
    """Do it every so many seconds until told to stop. What fails is `do`'s own business."""
    while not until.is_set():
        await do()
        try:
            async with asyncio.timeout(every):
                await until.wait()
        except TimeoutError:
            continue
