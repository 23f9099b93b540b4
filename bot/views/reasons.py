"""Why an aspect stands where it does, in the language that is spoken."""

from typing import Protocol

from bot.language import ENGLISH, language_of, spoken
from bot.render import words
from scoring.explain import NAMED, Reason


class Explained(Protocol):
    """A finding, or what was supposed of one."""

    @property
    def because(self) -> tuple[str, ...]: ...

    @property
    def reasons(self) -> tuple[Reason, ...]: ...


def because(found: Explained, *, leave_out: int = 0) -> str:
    """Without the first so many sentences. English is what the finding says itself, and all that there is of
    findings from before their reasons were kept."""
    if language_of(spoken()) == ENGLISH or not found.reasons:
        return " ".join(found.because[leave_out:])
    return " ".join(map(_sentence, found.reasons[leave_out:]))


def _sentence(reason: Reason) -> str:
    named, more = reason.questions[:NAMED], max(len(reason.questions) - NAMED, 0)
    said = words("because", **reason.numbers, questions=reason.questions, named=named, more_named=more)
    return said.plain(reason.fact)
