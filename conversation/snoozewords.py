"""What people answer to a reminder instead of choosing in its menu: when they want the next one. As when they
are away, what can be read in two ways is not guessed. It is understood in every language that we have words
for.

    tomorrow · remind me on Monday · next week · in 2 hours · in 3 days · 5 December
    mañana · recuérdamelo el lunes · la próxima semana · en 2 horas · dentro de 3 días
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from conversation import worktime
from conversation.awaywords import day_named
from conversation.dates import must_be_near
from conversation.errors import NoTimeToRemind
from conversation.hours import Hours
from conversation.vocabulary import SnoozeWords, Vocabulary, folded, languages

#: A day on which every name of a day is one.
_SOME_DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class After:
    """So many hours or days from now, or on the first day of next week."""

    hours: int = 0
    days: int = 0
    next_week: bool = False


@dataclass(frozen=True)
class On:
    """The day of this name or date."""

    words: str


Wish = After | On


def wish(text: str) -> Wish | None:
    """What this line says, if it says when and nothing else."""
    line = folded(" ".join(text.split())).strip(" .!¡`*_\"'")
    return next((found for each in _grammars() if (found := each.wish(line))), None)


def moment_of(wanted: Wish, now: datetime, hours: Hours) -> datetime:
    """When that is: in their hours, and on a working day. Raises: NoTimeToRemind, TooFarAhead."""
    match wanted:
        case After(hours=number) if number:
            return hours.next(now + timedelta(hours=number))
        case After(next_week=True):
            today = hours.day(now)
            return hours.slot(today + timedelta(days=7 - today.weekday()))
        case After(days=number):
            return hours.slot(worktime.workday_from(hours.day(now) + timedelta(days=number)))
        case On(words=words):
            today = hours.day(now)
            day = day_named(words, today)
            assert day is not None
            if day < today:
                raise NoTimeToRemind(passed=True)
            must_be_near(day, today, years=1)
            return hours.slot(worktime.workday_from(day))


class _Grammar:
    """That of one language."""

    def __init__(self, words: SnoozeWords) -> None:
        self._wish = re.compile(words.wish)
        self._within = re.compile(rf"^(?:{words.within})$")
        self._next_week = re.compile(rf"^(?:{words.next_week})$")

    def wish(self, line: str) -> Wish | None:
        begins = self._wish.match(line)
        rest = line[begins.end() :] if begins else line
        if self._next_week.match(rest):
            return After(next_week=True)
        if found := self._within.match(rest):
            number = int(found["number"]) if found["number"].isdigit() else 1
            if found["hours"]:
                return After(hours=number) if number else None
            return After(days=number * (1 if found["days"] else 7)) if number else None
        day = day_named(rest, _SOME_DAY) if rest else None
        return On(rest) if day and day != _SOME_DAY else None


@cache
def _grammars() -> tuple[_Grammar, ...]:
    return tuple(_Grammar(Vocabulary.of(language).snooze) for language in languages())
