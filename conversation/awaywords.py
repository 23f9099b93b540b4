"""What people write about being away: a small grammar of our own, because what a date parser guesses is worth
less than a clear question back. 5/12 is the fifth of December to some and the twelfth of May to others, so it
is neither.

    away · away until 5 December · away until Monday · away until 2026-12-05 · away 3 days · back
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from conversation.errors import NoSuchDay
from storage.records import OPEN_END

#: Nobody says that they are away for longer.
LONGEST = timedelta(days=366)
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TODAY, TOMORROW = "today", "tomorrow"
_I_AM = r"(?:(?:i\s+am|i'?m|im)\s+)?"
_AWAY = re.compile(
    rf"^{_I_AM}(?:away|out\s+of\s+office|on\s+(?:vacation|holiday|leave))(?:\s+(?P<rest>.+))?$"
)
_BACK = re.compile(rf"^{_I_AM}back(?:\s+again)?$")
_FOR = re.compile(r"^(?:for\s+)?(?P<number>\d{1,3}|an?|one)\s+(?P<unit>day|week)s?$")
_UNTIL = re.compile(r"^(?:until|till|til)\s+(?P<day>.+)$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_DAY_MONTH = re.compile(r"^(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?([a-z]+)\.?(?:,?\s+(\d{4}))?$")
_MONTH_DAY = re.compile(r"^([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?$")


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
    if line in {"reminders", "reminder settings"}:
        return AboutReminders()
    if _BACK.match(line):
        return Back()
    found = _AWAY.match(line)
    if found is None:
        return None
    rest = found["rest"] or ""
    return Away(rest) if not rest or _FOR.match(rest) or _names_a_day(rest) else None


def back_on(words: str, today: date) -> date:
    """The day on which somebody who is away for so long is back. Raises: NoSuchDay."""
    line = _plain(words)
    if not line:
        return OPEN_END
    if found := _FOR.match(line):
        number = int(found["number"]) if found["number"].isdigit() else 1
        return _within(words, today, today + timedelta(days=number * (7 if found["unit"] == "week" else 1)))
    until = _UNTIL.match(line)
    return _within(words, today, _day(until["day"] if until else line, today))


def _within(words: str, today: date, day: date | None) -> date:
    if day is None or not today < day <= today + LONGEST:
        raise NoSuchDay(
            said=words, passed=day is not None and day <= today, far=day is not None and day > today
        )
    return day


def _day(line: str, today: date) -> date | None:
    if line == TOMORROW:
        return today + timedelta(days=1)
    if line == TODAY:
        return today
    weekday = _only(WEEKDAYS, line.removeprefix("next ").removeprefix("on "))
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if found := _ISO.match(line):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_MONTH.match(line):
        day, month, year = found.groups()
    elif found := _MONTH_DAY.match(line):
        month, day, year = found.groups()
    else:
        return None
    number = _only(MONTHS, month)
    return None if number is None else _in_year(number + 1, int(day), year, today)


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


def _names_a_day(rest: str) -> bool:
    until = _UNTIL.match(rest)
    if until is None:
        return False
    known = (*MONTHS, *WEEKDAYS, TODAY, TOMORROW)
    return any(
        word[0].isdigit() or _only(known, word) is not None for word in re.findall(r"\w+", until["day"])
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split()).strip(" .!`*_\"'")
