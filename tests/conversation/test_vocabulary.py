"""What people type in their own language is understood, and English always."""

from pathlib import Path

import pytest

from conversation.interview import reason_in
from conversation.typed import (
    Command,
    DoesNotApply,
    DontKnow,
    Edit,
    Meaning,
    NotMine,
    Option,
    Sentence,
    Speak,
    language_in,
    language_named,
    meaning,
)
from conversation.vocabulary import Vocabulary, languages, printed, slash
from tests.conversation.desk import BAKERY

HEAT = BAKERY.item("HEAT")

SPANISH: dict[str, Meaning] = {
    "ayuda": Command("help"),
    "¡Ayuda!": Command("help"),
    "Atrás": Command("back"),
    "atras": Command("back"),
    "omitir": Command("skip"),
    "siguiente": Command("skip"),
    "¿Por qué?": Command("why"),
    "por que": Command("why"),
    "¿por qué lo preguntas?": Command("why"),
    "revisar": Command("review"),
    "enviar": Command("send"),
    "Enviar mis respuestas.": Command("send"),
    "pausa": Command("pause"),
    "más tarde": Command("pause"),
    "seguir": Command("resume"),
    "¡Hola!": Command("resume"),
    "buenos días": Command("resume"),
    "no sé": DontKnow(),
    "No lo se": DontKnow(),
    "ni idea": DontKnow(),
    "no estoy segura, pregunta a Omar": DontKnow("pregunta a Omar"),
    "no es mi trabajo": NotMine(),
    "esto no me corresponde": NotMine(),
    "no es parte de mi trabajo: lo lleva Omar": NotMine("lo lleva Omar"),
    "no nos aplica": DoesNotApply(),
    "no aplica porque lo compramos": DoesNotApply("porque lo compramos"),
    "No aplica: lo compramos": DoesNotApply("lo compramos"),
    "opción b": Option(1),
    "B porque lo hace un script": Option(1, "porque lo hace un script"),
    "C, pero solo en producción": Option(2, "pero solo en producción"),
    "respuesta a": Option(0),
    "cambiar 3": Edit(3),
    "Cambiar la respuesta 3": Edit(3),
    "pregunta 2": Edit(2),
    "ir a la pregunta 2": Edit(2),
    "a veces": Sentence("a veces"),
    "B o C": Sentence("B o C"),
    "a y b": Sentence("a y b"),
    "no sé hace así": Sentence("no sé hace así"),
    "help": Command("help"),
    "I don't know": DontKnow(),
    "b because we script it": Option(1, "because we script it"),
}


@pytest.mark.parametrize(("typed", "meant"), SPANISH.items(), ids=SPANISH)
def test_spanish_is_understood_from_who_is_spoken_to_in_spanish(typed: str, meant: Meaning) -> None:
    assert meaning(typed, HEAT, "es") == meant


def test_spanish_is_a_comment_from_who_is_not() -> None:
    assert meaning("omitir", HEAT, "en") == Sentence("omitir")


def test_a_language_that_we_do_not_have_is_heard_as_english() -> None:
    assert meaning("skip", HEAT, "fr") == Command("skip")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("language es", Speak("es")),
        ("Language: Spanish.", Speak("es")),
        ("`language español`", Speak("es")),
        ("idioma inglés", Speak("en")),
        ("Idioma ingles", Speak("en")),
        ("language english", Speak("en")),
        ("language auto", Speak(None)),
        ("idioma automático", Speak(None)),
        ("language", Speak(None, unknown="")),
        ("language French", Speak(None, unknown="french")),
        ("idioma francés", Speak(None, unknown="frances")),
        ("language models are bought in", None),
        ("language models", None),
        ("languages", None),
        ("es", None),
    ],
)
def test_a_language_is_asked_for_by_its_name_in_any_language(typed: str, wanted: Speak | None) -> None:
    assert language_in(typed) == wanted


def test_a_language_has_its_names_in_the_others() -> None:
    assert {language_named(name).language for name in ("Spanish", "ESPAÑOL", "castellano", "es")} == {"es"}


@pytest.mark.parametrize("word", ["because", "porque", "Ya que"])
def test_a_reason_stands_without_its_because(word: str) -> None:
    assert reason_in(f"{word} lo compramos") == "lo compramos"


def test_the_command_has_its_words_in_each_language_and_always_in_english() -> None:
    assert slash("es") | slash("en") == slash("es")
    assert (slash("es")["estado"], slash("es")["evidencia"]) == ("status", "evidence")
    assert [printed(language, "start") for language in ("en", "es", "fr")] == ["start", "empezar", "start"]


@pytest.mark.parametrize("language", languages())
def test_a_language_has_words_for_all_that_english_has(language: str) -> None:
    words, english = Vocabulary.of(language), Vocabulary.of("en")

    assert words.commands.keys() == english.commands.keys()
    assert words.slash.keys() == english.slash.keys()
    said = [word for several in words.commands.values() for word in several]
    assert len(said) == len(set(said))


def test_the_page_of_commands_names_the_spanish_words() -> None:
    page, words = Path("docs/commands.md").read_text(encoding="utf-8"), Vocabulary.of("es")

    printed = [several[0] for several in (*words.commands.values(), *words.slash.values())]

    assert [word for word in printed if f"`{word}`" not in page] == []
