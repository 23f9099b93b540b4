"""Why an aspect stands where it does, in the language that is spoken."""

from typing import Protocol

from bot.language import ENGLISH, language_of, spoken
from bot.render import words
from scoring.explain import NAMED, Reason, sentence


class Explained(Protocol):
    """A finding, or what was supposed of one."""

    @property
    def because(self) -> tuple[str, ...]: ...

    @property
    def reasons(self) -> tuple[Reason, ...]: ...


def because(found: Explained, *, leave_out: int = 0) -> str:
    """Without the first so many sentences. Of findings from before their reasons were kept there are only
    English ones."""
    said = map(_sentence, found.reasons) if found.reasons else found.because
    return " ".join([*said][leave_out:])


def _sentence(reason: Reason) -> str:
    if language_of(spoken()) == ENGLISH:
        return sentence(reason)
    named, more = reason.questions[:NAMED], max(len(reason.questions) - NAMED, 0)
    said = words("because", **reason.numbers, questions=reason.questions, named=named, more_named=more)
    return said.plain(reason.fact)
