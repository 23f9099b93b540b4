"""What people type in their own language is understood, and English always."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from conversation.awaywords import wish
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
from conversation.vocabulary import Vocabulary, folded, languages, printed, slash, understood
from tests.conversation.desk import BAKERY

HEAT = BAKERY.item("HEAT")

#: What is the same word in both languages.
ALIKE = {"es": {"after the command: plan"}}
EVERY_COMMAND = [
    pytest.param(language, word, command, id=f"{language}: {word}")
    for language in languages()
    for command, several in Vocabulary.of(language).commands.items()
    for word in several
    if not word.endswith("?")
]

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
    "No, gracias.": Command("decline"),
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
    "Dejar: B": Option(1),
    "Sigue igual: B": Option(1),
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
    assert words.setup.lengths.keys() == english.setup.lengths.keys()
    assert words.setup.privacy.keys() == english.setup.privacy.keys()
    assert words.setup.goes_to.keys() == english.setup.goes_to.keys()


@pytest.mark.parametrize("language", [each for each in languages() if each != "en"])
def test_what_can_be_said_in_english_has_words_of_its_own(language: str) -> None:
    words, english = places(Vocabulary.of(language)), places(Vocabulary.of("en"))

    borrowed = {
        f"{place}: {key}"
        for place, meant in words.items()
        for key, several in meant.items()
        if folding(several) <= folding(english[place][key])
    }

    assert borrowed == ALIKE[language]


@pytest.mark.parametrize("language", languages())
def test_no_word_means_two_things(language: str) -> None:
    """With and without accents, and beside the English words, which are understood as well."""
    spoken = [places(vocabulary) for vocabulary in understood(language)]

    twice = [
        (place, word, sorted(keys))
        for place in spoken[0]
        for word, keys in meanings(each[place] for each in spoken).items()
        if len(keys) > 1
    ]

    assert twice == []


@pytest.mark.parametrize(("language", "word", "command"), EVERY_COMMAND)
def test_a_command_is_understood_with_and_without_accents_in_any_case(
    language: str, word: str, command: str
) -> None:
    typed = (word, word.upper(), word.capitalize(), folded(word), f"¡{word}!", f"  {word}. ")

    assert {meaning(each, HEAT, language) for each in typed} == {Command(command)}
    assert [each for each in typed if wish(each) and command != "back"] == []


def test_the_page_of_commands_names_the_spanish_words() -> None:
    page, words = Path("docs/commands.md").read_text(encoding="utf-8"), Vocabulary.of("es")

    printed = [several[0] for several in (*words.commands.values(), *words.slash.values())]

    assert [word for word in printed if f"`{word}`" not in page] == []


def places(words: Vocabulary) -> dict[str, Mapping[str, Iterable[str]]]:
    """Where each word can be typed, and what is meant by it there."""
    setup = words.setup
    anywhere = {"yes": setup.yes, "launch": setup.launch, "cancel": setup.cancel}
    return {
        "direct message": {**words.commands, "reminders": words.away.reminders, "switch": words.switch},
        "after the command": words.slash,
        "set-up": {**anywhere, **{f"to {key}": several for key, several in setup.goes_to.items()}},
        "set-up, how long": {"yes": setup.yes, **setup.lengths},
        "set-up, who sees": {"yes": setup.yes, **setup.privacy},
    }


def meanings(spoken: Iterable[Mapping[str, Iterable[str]]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in spoken:
        for key, several in each.items():
            for word in several:
                found.setdefault(folded(word), set()).add(key)
    return found


def folding(words: Iterable[str]) -> set[str]:
    return set(map(folded, words))
