"""What people write about being away: a small grammar of our own, because what a date parser guesses is worth
less than a clear question back. 5/12 is the fifth of December to some and the twelfth of May to others, so it
is neither. It is understood in every language that we have words for, whoever writes it.

    away · away until 5 December · away until Monday · away until 2026-12-05 · away 3 days · back
    ausente · ausente hasta el 5 de diciembre · ausente 3 días · he vuelto
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from conversation.errors import NoSuchDay
from conversation.vocabulary import AwayWords, Vocabulary, folded, languages
from storage.records import OPEN_END

#: Nobody says that they are away for longer.
LONGEST = timedelta(days=366)
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_NUMBERS = re.compile(r"(?<![\w/.-])(\d{1,2})([/.-])(\d{1,2})(?:\2(?:20)?(\d{2}))?$")


@dataclass(frozen=True)
class Away:
    """`words` say for how long; without any, they will say when they are back."""

    words: str = ""


@dataclass(frozen=True)
class Back:
    pass


@dataclass(frozen=True)
class AboutReminders:
    pass


Wish = Away | Back | AboutReminders


def wish(text: str) -> Wish | None:
    """What this line wants of its reminders, if that is what it is about. A sentence that only begins like
    it ("away until the models are retrained") is none."""
    line = _plain(text)
    return next((found for each in _grammars() if (found := each.wish(line))), None)


def back_on(words: str, today: date) -> date:
    """The day on which somebody who is away for so long is back. Raises: NoSuchDay."""
    line = _plain(words)
    if not line:
        return OPEN_END
    days = (each.back_on(line, today) for each in _grammars())
    return _within(words, today, next((day for day in days if day), None))


def day_named(words: str, today: date) -> date | None:
    """The day of this name or date, in any of our languages; without a year the next such day."""
    line = _plain(words)
    return next((day for each in _grammars() if (day := each.day(line, today))), None)


def days_in_numbers(words: str, today: date) -> tuple[date, ...]:
    """The days ahead that a date in numbers alone may be, as 5/12, at the end of these words: nobody
    knows which comes first."""
    found = _NUMBERS.search(_plain(words))
    if found is None:
        return ()
    one, other, year = int(found[1]), int(found[3]), f"20{found[4]}" if found[4] else None
    days = {_in_year(month, day, year, today) for day, month in ((one, other), (other, one))}
    return tuple(sorted(day for day in days if day and today < day <= today + LONGEST))


def _within(words: str, today: date, day: date | None) -> date:
    if day is None:
        raise NoSuchDay(said=words, passed=False, far=False, may_be=days_in_numbers(words, today))
    if not today < day <= today + LONGEST:
        raise NoSuchDay(said=words, passed=day <= today, far=day > today)
    return day


class _Grammar:
    """That of one language."""

    def __init__(self, words: AwayWords) -> None:
        self._words = words
        self._wish = re.compile(rf"^(?:{words.wish})(?:\s+(?P<rest>.+))?$")
        self._back = re.compile(rf"^(?:{words.back})$")
        self._length = re.compile(rf"^(?:{words.length})$")
        self._until = re.compile(rf"^(?:{words.until})\s+(?P<day>.+)$")
        self._named = re.compile(rf"^(?:{words.day})$")
        self._dates = tuple(re.compile(rf"^(?:{each})$") for each in words.dates)
        self._months, self._weekdays = (tuple(map(folded, names)) for names in (words.months, words.weekdays))
        self._days = {folded(words.today): 0, folded(words.tomorrow): 1}

    def wish(self, line: str) -> Wish | None:
        if line in map(folded, self._words.reminders):
            return AboutReminders()
        if self._back.match(line):
            return Back()
        found = self._wish.match(line)
        if found is None:
            return None
        rest = found["rest"] or ""
        return Away(rest) if not rest or self._length.match(rest) or self._names_a_day(rest) else None

    def back_on(self, line: str, today: date) -> date | None:
        if found := self._length.match(line):
            number = int(found["number"]) if found["number"].isdigit() else 1
            return today + timedelta(days=number * (1 if found["days"] else 7))
        until = self._until.match(line)
        return self.day(until["day"] if until else line, today)

    def day(self, line: str, today: date) -> date | None:
        named = self._named.match(line)
        name = named["name"] if named else ""
        if name in self._days:
            return today + timedelta(days=self._days[name])
        weekday = _only(self._weekdays, name)
        if weekday is not None:
            return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        if found := _ISO.match(line):
            return _date(int(found[1]), int(found[2]), int(found[3]))
        for pattern in self._dates:
            found = pattern.match(line)
            month = _only(self._months, found["month"]) if found else None
            if found and month is not None:
                return _in_year(month + 1, int(found["day"]), found["year"], today)
        return None

    def _names_a_day(self, rest: str) -> bool:
        until = self._until.match(rest)
        if until is None:
            return False
        known = (*self._months, *self._weekdays, *self._days)
        return any(
            word[0].isdigit() or _only(known, word) is not None for word in re.findall(r"\w+", until["day"])
        )


@cache
def _grammars() -> tuple[_Grammar, ...]:
    return tuple(_Grammar(Vocabulary.of(language).away) for language in languages())


def _in_year(month: int, day: int, year: str | None, today: date) -> date | None:
    """Without a year the next one."""
    if year:
        return _date(int(year), month, day)
    this = _date(today.year, month, day)
    return this if this and this > today else _date(today.year + 1, month, day) or this


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _only(names: tuple[str, ...], said: str) -> int | None:
    """Which of these is meant by three letters of it or more."""
    return next((n for n, name in enumerate(names) if len(said) >= 3 and name.startswith(said)), None)


def _plain(text: str) -> str:
    return folded(" ".join(text.replace("’", "'").split())).strip(" .!¡`*_\"'")
