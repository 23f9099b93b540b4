"""What people write about being away, in any of our languages."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.awaywords import LONGEST, AboutReminders, Away, Back, Wish, back_on, wish
from conversation.errors import NoSuchDay
from storage.records import OPEN_END

WEDNESDAY, MONDAY = date(2026, 11, 25), date(2026, 11, 30)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("away", Away()),
        ("I'm away for 3 days", Away("for 3 days")),
        ("Away until Monday.", Away("until monday")),
        ("away until the models are retrained", None),
        ("back", Back()),
        ("reminders", AboutReminders()),
        ("ausente", Away()),
        ("¡Estoy de vacaciones!", Away()),
        ("Ausente hasta el 5 de diciembre", Away("hasta el 5 de diciembre")),
        ("ausente 3 días", Away("3 dias")),
        ("estoy fuera de la oficina hasta mañana", Away("hasta manana")),
        ("ausente hasta que los modelos se entrenen", None),
        ("He vuelto", Back()),
        ("estoy de vuelta", Back()),
        ("recordatorios", AboutReminders()),
        ("fuera", None),
        ("de vacaciones nadie mira los modelos", None),
    ],
)
def test_what_is_about_being_away_is_told_from_what_is_not(typed: str, meant: Wish | None) -> None:
    assert wish(typed) == meant


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("3 days", date(2026, 12, 3)),
        ("for a week", date(2026, 12, 7)),
        ("until Friday", date(2026, 12, 4)),
        ("until Monday", date(2026, 12, 7)),
        ("until tomorrow", date(2026, 12, 1)),
        ("until 5 December", date(2026, 12, 5)),
        ("until the 5th of December", date(2026, 12, 5)),
        ("until Dec 5, 2026", date(2026, 12, 5)),
        ("until 2026-12-05", date(2026, 12, 5)),
        ("until 3 March", date(2027, 3, 3)),
        ("3 días", date(2026, 12, 3)),
        ("durante una semana", date(2026, 12, 7)),
        ("por 2 semanas", date(2026, 12, 14)),
        ("hasta el viernes", date(2026, 12, 4)),
        ("hasta el próximo lunes", date(2026, 12, 7)),
        ("hasta mañana", date(2026, 12, 1)),
        ("hasta el 5 de diciembre", date(2026, 12, 5)),
        ("hasta el 5 de dic. de 2026", date(2026, 12, 5)),
        ("hasta 2026-12-05", date(2026, 12, 5)),
    ],
)
def test_the_day_on_which_somebody_is_back(words: str, day: date) -> None:
    assert back_on(words, MONDAY) == day


@pytest.mark.parametrize(
    ("words", "passed", "far"),
    [
        ("until 5/12", False, False),
        ("until today", True, False),
        ("until 30 February", False, False),
        ("hasta el 5 del 12", False, False),
        ("hasta hoy", True, False),
        ("hasta el 5 de diciembre de 2030", False, True),
    ],
)
def test_a_day_that_cannot_be_meant_is_asked_back(words: str, passed: bool, far: bool) -> None:
    with pytest.raises(NoSuchDay) as no:
        back_on(words, MONDAY)

    assert (no.value.values["passed"], no.value.values["far"]) == (passed, far)


@pytest.mark.parametrize(
    ("words", "may_be"),
    [
        ("until 5/12", (date(2026, 12, 5), date(2027, 5, 12))),
        ("5.12.", (date(2026, 12, 5), date(2027, 5, 12))),
        ("hasta el 12-5", (date(2026, 12, 5), date(2027, 5, 12))),
        ("until 5/12/2026", (date(2026, 12, 5),)),  # the other has passed
        ("until 1/3/27", (date(2027, 1, 3), date(2027, 3, 1))),
        ("until 25/12", (date(2026, 12, 25),)),
        ("until 5/5", (date(2027, 5, 5),)),
        ("until 5/12/2020", ()),
        ("until 45/12", ()),
        ("until 1.5 weeks", ()),
        ("until 1/2/3/4", ()),
        ("until further notice", ()),
    ],
)
def test_a_date_in_numbers_alone_is_asked_back_with_the_days_that_it_may_be(
    words: str, may_be: tuple[date, ...]
) -> None:
    with pytest.raises(NoSuchDay) as no:
        back_on(words, MONDAY)

    assert no.value.values["may_be"] == may_be


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("away", Away()),
        ("I'm away.", Away()),
        ("I’m on vacation until 5 December", Away("until 5 december")),
        ("out of office for 2 weeks", Away("for 2 weeks")),
        ("away 3 days", Away("3 days")),
        ("away until tomorrow", Away("until tomorrow")),
        ("away until 5/12", Away("until 5/12")),  # asked back, and not kept as a comment
        ("away until the models are retrained", None),
        ("away from production we test more", None),
        ("we are away", None),
        ("back", Back()),
        ("I am back again!", Back()),
        ("back to back", None),
        ("Reminders", AboutReminders()),
        ("reminders would help", None),
        ("", None),
    ],
)
def test_a_sentence_that_only_begins_like_it_is_none(text: str, meant: Wish | None) -> None:
    assert wish(text) == meant


@pytest.mark.parametrize(
    ("words", "back"),
    [
        ("", OPEN_END),
        ("until 5 December", date(2026, 12, 5)),
        ("until the 5th of December", date(2026, 12, 5)),
        ("until Dec 5", date(2026, 12, 5)),
        ("until December 5th, 2026", date(2026, 12, 5)),
        ("till 5. Dec. 2026", date(2026, 12, 5)),
        ("until 2026-12-05", date(2026, 12, 5)),
        ("5 december", date(2026, 12, 5)),
        ("until 24 November", date(2027, 11, 24)),  # this year's has passed
        ("until 29 february", None),
        ("until tomorrow", date(2026, 11, 26)),
        ("until Friday", date(2026, 11, 27)),
        ("until wed", date(2026, 12, 2)),  # today is one
        ("until next monday", date(2026, 11, 30)),
        ("3 days", date(2026, 11, 28)),
        ("for a week", date(2026, 12, 2)),
        ("2 weeks", date(2026, 12, 9)),
        ("until today", None),
        ("until 2026-11-25", None),
        ("until 2028-01-01", None),
        ("until 2026-13-01", None),
        ("until 31 November", None),
        ("until 5/12", None),
        ("until 5", None),
        ("until t", None),
        ("0 days", None),
        ("until further notice", None),
    ],
)
def test_when_somebody_is_back(words: str, back: date | None) -> None:
    try:
        found = back_on(words, WEDNESDAY)
    except NoSuchDay as refused:
        found, said = None, refused.values["said"]
        assert said == words
    assert found == back


@given(st.text(max_size=40), st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_whatever_is_written_is_a_day_ahead_or_refused(words: str, today: date) -> None:
    try:
        back = back_on(words, today)
    except NoSuchDay:
        return
    assert back == OPEN_END or today < back <= today + LONGEST


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(1, 360))
def test_a_day_is_read_as_it_is_written(today: date, days: int) -> None:
    day = today + timedelta(days=days)

    written = (
        f"until {day.day} {day:%B}",
        f"until {day:%b} {day.day} {day.year}",
        f"until {day}",
        f"{days} days",
    )

    assert {back_on(words, today) for words in written if day.month != 2 or day.day != 29} <= {day}
