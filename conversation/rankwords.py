"""What people type about the order of the gaps: how many are worked on first, how much fits into a phase."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from conversation import vocabulary
from conversation.errors import NotUnderstoodAsRanking
from conversation.vocabulary import folded

#: From and to, for each thing that is decided in a number.
BOUNDS: Mapping[str, tuple[int, int]] = {
    "cut_off": (1, 99),
    "capacity": (1, 999),
    "weeks": (1, 52),
    "phases": (1, 24),
}


@dataclass(frozen=True)
class Wanted:
    """`decided` by field; `name` is (part of) the name of an assessment, or, where it is `unsure`, perhaps
    what should have been decided."""

    decided: Mapping[str, int]
    name: str
    unsure: bool = False


def read(words: str, language: str) -> Wanted:
    """Words in this language or in English: numbers with what they are ("first 5", "4 weeks"), then "for" and
    a name; or a name alone.

    Raises: NotUnderstoodAsRanking for a number that cannot be, or one and the same thing twice.
    """
    left, decided = words.strip(), dict[str, int]()
    while found := _decision(language).match(folded(left)):
        field = next(name for name in BOUNDS if found[name] or found[f"{name}_after"])
        number = int(found["after"] or found["before"])
        least, most = BOUNDS[field]
        if field in decided or not least <= number <= most:
            raise NotUnderstoodAsRanking(bounds=BOUNDS)
        decided[field] = number
        left = left[found.end() :].lstrip(" ,")
    named = _for(language).match(folded(left))
    if decided and left and not named:
        raise NotUnderstoodAsRanking(bounds=BOUNDS)
    if named:
        return Wanted(decided, left[named.end() :])
    return Wanted(decided, left, unsure=bool(_like_a_decision(language).search(folded(left))))


@cache
def _decision(language: str) -> re.Pattern[str]:
    """A word and a number, or the other way round."""
    spoken = [each.ranking for each in vocabulary.understood(language)]
    ways = {name: "|".join(getattr(words, name) for words in spoken) for name in BOUNDS}
    first = "|".join(f"(?P<{name}>{way})" for name, way in ways.items())
    last = "|".join(f"(?P<{name}_after>{way})" for name, way in ways.items())
    return re.compile(rf"(?:(?:{first})\s+(?P<after>\d+)|(?P<before>\d+)\s+(?:{last}))(?=$|[\s,])")


@cache
def _like_a_decision(language: str) -> re.Pattern[str]:
    """One of the words, or a number."""
    ways = [way for each in vocabulary.understood(language) for way in dict(each.ranking).values()]
    return re.compile(rf"\b(?:{'|'.join(ways)})\b|\d")


@cache
def _for(language: str) -> re.Pattern[str]:
    words = "|".join(each.for_ for each in vocabulary.understood(language))
    return re.compile(rf"(?:{words})\s+")
