"""A date that somebody typed."""

from datetime import date

import pytest

from conversation.dates import date_in

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-12-10", date(2026, 12, 10)),
        ("10 December", date(2026, 12, 10)),
        ("Dec 10th", date(2026, 12, 10)),
        ("10 Dec 2027", date(2027, 12, 10)),
        ("5 January", date(2027, 1, 5)),
        ("in 5 working days", date(2026, 12, 7)),
        ("in 10 days", date(2026, 12, 10)),
        ("in 2 weeks.", date(2026, 12, 14)),
        ("1 November 2026", date(2026, 11, 1)),
        ("10 de diciembre", date(2026, 12, 10)),
        ("el viernes", date(2026, 12, 4)),
        ("mañana", date(2026, 12, 1)),
        ("en 5 días laborables", date(2026, 12, 7)),
        ("en 2 semanas", date(2026, 12, 14)),
        ("2026-13-40", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_is_read_in_the_ways_in_which_people_write_it(typed: str, meant: date | None) -> None:
    assert date_in(typed, TODAY) == meant
