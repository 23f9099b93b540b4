"""Why an aspect stands where it does, in the language of whoever reads it."""

import pytest

from bot.language import speaking
from bot.told import told
from bot.views.reasons import because
from conversation.findings import AspectFinding
from scoring.explain import SENTENCES, Reason
from tests.bot import scenes

NUMBERS = dict.fromkeys(
    ("level", "scored", "applicable", "have", "of", "at", "last", "more_than", "enough"), 1.0
)


def deployment() -> AspectFinding:
    return told(scenes.everyday().verdict()).findings.aspects[1]


def test_the_same_reasons_are_said_in_each_language() -> None:
    with speaking("en-US"):
        english = because(deployment())
    with speaking("es-ES"):
        spanish = because(deployment())

    assert english == (
        "Level 0. 6 of 14 questions are at 1 or better; level 1 needs 8. Closest: Human oversight, Rollback."
    )
    assert spanish == (
        "Nivel 0. 6 de 14 preguntas están en 1 o mejor; el nivel 1 necesita 8. "
        "Lo más cercano: Supervisión humana, Vuelta atrás (rollback)."
    )


def test_findings_from_before_there_were_reasons_say_what_they_said() -> None:
    old = deployment().model_copy(update={"reasons": ()})

    with speaking("es-ES"):
        assert because(old) == " ".join(old.because)


@pytest.mark.parametrize("fact", SENTENCES)
def test_each_fact_has_its_sentence_in_spanish(fact: str) -> None:
    reason = Reason(fact, NUMBERS, ("Datos", "Modelos", "Costes", "Roles"))
    found = deployment().model_copy(update={"reasons": (reason,)})

    with speaking("es-ES"):
        said = because(found)

    assert said.endswith(".")
    assert said[0].isupper() or said[0].isdigit()
