"""When somebody wants the next reminder, in their own words."""

from datetime import UTC, datetime

import pytest

from conversation.errors import NoTimeToRemind, Refused, TooFarAhead
from conversation.hours import Hours
from conversation.snoozewords import moment_of, wish

#: A Wednesday, 11:00 in Berlin, where they like to be asked at 9:30.
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
HOURS = Hours("Europe/Berlin")


@pytest.mark.parametrize(
    ("words", "then"),
    [
        ("tomorrow", "2026-11-26T08:30"),
        ("Remind me again tomorrow.", "2026-11-26T08:30"),
        ("mañana", "2026-11-26T08:30"),
        ("next week", "2026-11-30T08:30"),
        ("la próxima semana", "2026-11-30T08:30"),
        ("in 2 hours", "2026-11-25T12:00"),
        ("in an hour", "2026-11-25T11:00"),
        ("dentro de 2 horas", "2026-11-25T12:00"),
        ("in 7 hours", "2026-11-26T08:30"),  # nobody works then
        ("in 3 days", "2026-11-30T08:30"),  # a Saturday
        ("in 2 weeks", "2026-12-09T08:30"),
        ("on Friday", "2026-11-27T08:30"),
        ("el lunes", "2026-11-30T08:30"),
        ("recuérdamelo el 5 de diciembre", "2026-12-07T08:30"),  # a Saturday
        ("5 December", "2026-12-07T08:30"),
    ],
)
def test_it_is_understood_and_lies_in_their_hours(words: str, then: str) -> None:
    wanted = wish(words)

    assert wanted is not None
    assert moment_of(wanted, NOW, HOURS) == datetime.fromisoformat(then).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Remind me 0001-01-01", NoTimeToRemind),
        ("2026-11-24", NoTimeToRemind),
        ("remind me on 3 May 2026", NoTimeToRemind),
        ("9999-12-31", TooFarAhead),
        ("2028-01-01", TooFarAhead),
    ],
)
def test_a_day_that_has_passed_or_that_nobody_plans_for_is_refused(words: str, why: type[Refused]) -> None:
    wanted = wish(words)

    assert wanted is not None
    with pytest.raises(why):
        moment_of(wanted, NOW, HOURS)


@pytest.mark.parametrize(
    "words",
    ["", "B", "5/12", "tomorrow we retrain", "next year", "in 0 hours", "later", "we do that in 2 weeks"],
)
def test_whatever_says_more_or_less_than_that_is_not_it(words: str) -> None:
    assert wish(words) is None
