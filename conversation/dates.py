"""What somebody means by a date that they typed. Pure."""

import re
from datetime import date, datetime, timedelta
from functools import cache

from conversation import worktime
from conversation.awaywords import day_named
from conversation.errors import TooFarAhead
from conversation.vocabulary import Vocabulary, folded, languages

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FORMS = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")


def date_in(text: str, today: date) -> date | None:
    """`2026-12-10`, `10 December`, `Dec 10 2026`, `in 5 working days`, `in 2 weeks`, or so in another of
    our languages; without a year the next such day. None if it is no date."""
    words = " ".join(re.sub(r"(?<=\d)(st|nd|rd|th)\b|[,.]", " ", text.casefold()).split())
    if found := _ISO.fullmatch(words):
        return _date(*map(int, found.groups()))
    if found := next((found for each in _within() if (found := each.fullmatch(folded(words)))), None):
        number = int(found["number"])
        if found["workdays"]:
            return worktime.workdays_after(today, number)
        return today + timedelta(days=number * (1 if found["days"] else 7))
    return _named(words, today) or day_named(words, today)


def must_be_near(day: date, today: date, *, years: int) -> None:
    """Before anything is worked out with a day that somebody chose. Raises: TooFarAhead."""
    if day > today + years * timedelta(days=366):
        raise TooFarAhead(date=day, number=years)


@cache
def _within() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(Vocabulary.of(language).setup.within) for language in languages())


def _named(words: str, today: date) -> date | None:
    for form in _FORMS:
        for year in (today.year, today.year + 1):
            whole = words if re.search(r"\d{4}", words) else f"{words} {year}"
            try:
                day = datetime.strptime(whole, form).date()
            except ValueError:
                continue
            if day >= today or whole == words:
                return day
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
