"""How a command ends that cannot do what it was asked."""

from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

MEND = 2
#: EX_TEMPFAIL of sysexits.h: nothing has to be mended here; the same may do in a moment.
TRY_AGAIN = 75


class CannotDo(Exception):
    """What is in the way, each in one sentence."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)


def content(file: Path, *, most: int) -> bytes:
    """What is in a file, up to one byte more than is taken: enough to say that it is too much. Raises:
    CannotDo."""
    try:
        with file.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        raise CannotDo([f"{file}: cannot be read ({error.strerror})."]) from None


def stop(problems: Iterable[str], *, code: int = MEND) -> NoReturn:
    """One line for each, without secrets, and an exit code; without one, that for what the caller can
    mend."""
    from bot.secrecy import without_secrets

    for problem in problems:
        click.echo(without_secrets(problem), err=True)
    raise SystemExit(code)
