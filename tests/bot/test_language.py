"""Which language is spoken, and its grammar."""

from datetime import UTC, date, datetime

import pytest

from bot.language import chosen, decimal, fallbacks, language_of, speaking
from bot.render import date_words, label, listed, things, when, words

MOMENT = datetime(2026, 12, 10, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("en-US", "en"),
        ("en-GB", "en"),
        ("es-ES", "es"),
        ("es-LA", "es"),
        ("es_MX", "es"),
        ("es", "es"),
        ("", "en"),
        ("ja-JP", "en"),
        ("est-EE", "en"),
    ],
)
def test_a_locale_is_spoken_to_in_its_language_and_one_that_we_do_not_speak_in_english(
    locale: str, language: str
) -> None:
    assert language_of(locale) == language
    assert fallbacks(locale)[-1] == "en"


@pytest.mark.parametrize(
    ("language", "locale", "spoken"),
    [
        (None, "es-ES", "es-ES"),
        (None, "", "en"),
        ("en", "es-ES", "en"),
        ("es", "es-MX", "es-MX"),
        ("es", "en-US", "es"),
    ],
)
def test_what_a_person_chose_goes_before_what_slack_says(
    language: str | None, locale: str, spoken: str
) -> None:
    assert chosen(language=language, locale=locale) == spoken


@pytest.mark.parametrize(
    ("locale", "zero", "one", "many", "million"),
    [
        ("en-US", "0 questions", "1 question", "1,200 questions", "1,000,000 questions"),
        ("es-ES", "0 preguntas", "1 pregunta", "1.200 preguntas", "1.000.000 de preguntas"),
        ("es-MX", "0 preguntas", "1 pregunta", "1,200 preguntas", "1,000,000 de preguntas"),
    ],
)
def test_things_are_counted_in_the_grammar_of_the_language(
    locale: str, zero: str, one: str, many: str, million: str
) -> None:
    forms = {"one": "question"} if locale.startswith("en") else {"one": "pregunta", "other": "preguntas"}
    further = {} if locale.startswith("en") else {"many": "de preguntas"}

    with speaking(locale):
        said = [things(n, **forms, **further) for n in (0, 1, 1200, 1_000_000)]

    assert said == [zero, one, many, million]


@pytest.mark.parametrize(
    ("items", "style", "spoken"),
    [
        ([], "and", ""),
        (["Datos"], "and", "Datos"),
        (["Datos", "Despliegue"], "and", "Datos y Despliegue"),
        (["Datos", "Gobierno", "Implantación"], "and", "Datos, Gobierno e Implantación"),
        (["agua", "hielo"], "and", "agua y hielo"),
        (["agujas", "hilo"], "and", "agujas e hilo"),
        (["Ana", "*Inés*"], "and", "Ana e *Inés*"),
        (["A", "B", "C"], "or", "A, B o C"),
        (["7", "8"], "or", "7 u 8"),
        (["plata", "oro"], "or", "plata u oro"),
        (["10", "110"], "or", "10 o 110"),
        (["10", "11"], "or", "10 u 11"),
    ],
)
def test_lists_in_spanish_sound_right(items: list[str], style: str, spoken: str) -> None:
    with speaking("es"):
        assert listed(items, style) == spoken


def test_dates_are_written_as_in_the_language() -> None:
    with speaking("es-ES"):
        assert date_words(date(2026, 12, 1)) == "1 dic 2026"
        assert when(MOMENT) == "<!date^1796922000^{date_short_pretty}, {time}|10 dic 2026, 17:00 UTC>"


def test_the_same_label_is_kept_for_each_language() -> None:
    said = [label("skip")]
    with speaking("es"):
        said.append(label("skip"))
    said.append(label("skip"))

    assert said == ["Skip", "Omitir", "Skip"]


def test_numbers_are_written_as_in_the_country() -> None:
    said = []
    for locale in ("en-US", "es-ES", "es-MX", "es-XX"):
        with speaking(locale):
            said.append(decimal(1234.56, 1))

    assert said == ["1,234.6", "1.234,6", "1,234.6", "1.234,6"]


def test_a_template_without_words_of_its_own_yet_speaks_english_with_english_grammar() -> None:
    with speaking("fr-FR"):
        said = words("home_seat", subject="X", state="started", answered=1, questions=1, closes_at=MOMENT)

        assert "1 of 1 question answered and saved" in said.slot("body")


@pytest.mark.parametrize(
    ("number", "places", "said"),
    [
        (1.19, 1, "1.2"),
        (1.25, 1, "1.3"),
        (1.45, 1, "1.5"),  # as a float a little less
        (1.3 - 0.05, 1, "1.3"),
        (1.249, 1, "1.2"),
        (-1.25, 1, "-1.3"),
        (0.5, 0, "1"),
        (0.125, 2, "0.13"),
        (2, 1, "2.0"),
    ],
)
def test_a_half_is_rounded_up_as_people_do_it(number: float, places: int, said: str) -> None:
    assert decimal(number, places) == said
