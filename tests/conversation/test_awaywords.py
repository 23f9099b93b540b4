"""What people write about being away, in any of our languages."""

from datetime import date

import pytest

from conversation.awaywords import AboutReminders, Away, Back, Wish, back_on, wish
from conversation.errors import NoSuchDay

MONDAY = date(2026, 11, 30)


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
