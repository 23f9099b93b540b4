"""What people write about an action of theirs: one of a few phrases, and what they add to it.

done: https://… · blocked: waiting for access · on track · at risk, Ana is away · accept
hecha: … · bloqueada: … · en marcha · en riesgo · acepto
"""

import re
from dataclasses import dataclass
from functools import cache

from conversation import typed
from conversation.vocabulary import ENGLISH, folded, understood
from storage.records import ActionState

#: Besides the states: it is taken on; something was shown or said of it that leaves its state as it is.
ACCEPT, SHOWN = "accept", "shown"


@dataclass(frozen=True)
class SaidOfAction:
    """`what` is a state, ACCEPT or SHOWN, `rest` what follows."""

    what: ActionState | str
    rest: str = ""


def read(text: str, language: str = ENGLISH) -> SaidOfAction | None:
    """What this line says of an action, in this language or in English; nothing, if it only begins like
    it: "on track for what?"."""
    line = typed.as_typed(text)
    plain = folded(line)
    for pattern, what in _phrases(language):
        if found := pattern.match(plain):
            return SaidOfAction(what, line[found.start("rest") :].strip())
    return None


@cache
def _phrases(language: str) -> tuple[tuple[re.Pattern[str], ActionState | str], ...]:
    found: list[tuple[re.Pattern[str], ActionState | str]] = []
    for vocabulary in understood(language):
        words = vocabulary.acting
        for pattern, what in (
            (words.done, ActionState.DONE),
            (words.on_track, ActionState.ON_TRACK),
            (words.at_risk, ActionState.AT_RISK),
            (words.blocked, ActionState.BLOCKED),
            (words.accept, ACCEPT),
        ):
            set_off = rf"(?:\s*[.!]*\s*$|\s*[:;,–—]\s*|\s+-\s+|[.!]\s+|\s+(?={vocabulary.joins}\b))"
            found.append((re.compile(rf"^(?:{pattern}){set_off}(?P<rest>.*)$", re.DOTALL), what))
    return tuple(found)
