"""What somebody means by a date that they typed. Pure."""

import re
from datetime import date, datetime, timedelta

from conversation import worktime

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_IN = re.compile(r"in (\d{1,3}) (working |work)?(day|week)s?")
_FORMS = ("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y")


def date_in(text: str, today: date) -> date | None:
    """`2026-12-10`, `10 December`, `Dec 10 2026`, `in 5 working days`, `in 2 weeks`; without a year the next
    such day. None if it is no date."""
    words = " ".join(re.sub(r"(?<=\d)(st|nd|rd|th)\b|[,.]", " ", text.casefold()).split())
    if found := _ISO.fullmatch(words):
        return _date(*map(int, found.groups()))
    if found := _IN.fullmatch(words):
        number = int(found[1])
        if found[3] == "week":
            return today + timedelta(weeks=number)
        return worktime.workdays_after(today, number) if found[2] else today + timedelta(days=number)
    return _named(words, today)


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
