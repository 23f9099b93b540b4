"""Whoever reads Spanish sees a pack's words in Spanish, on every screen; what is stored stays as it was."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import views
from bot.language import speaking
from bot.render import Message
from bot.told import told
from conversation.contents import Card
from conversation.errors import Refused
from conversation.pack import Pack
from conversation.paths import understood
from conversation.sitting import Sitting
from storage.records import Said
from tests.bot import scenes
from tests.bot.scenes import Scene, fact
from tests.bot.test_views import ANSWERS, FORMS

MLOPS = Pack.shipped("mlops")


@dataclass
class Told:
    """A scene of which everything is told as an act is."""

    scene: Scene

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.scene, name)
        return (lambda *args, **kwargs: told(found(*args, **kwargs))) if callable(found) else told(found)


@cache
def english() -> tuple[str, ...]:
    """Words of the pack that can be mistaken for nothing else."""
    return tuple(dict.fromkeys(_english()))


def _english() -> Iterator[str]:
    spanish = MLOPS.in_language("es")
    for ours, theirs in zip(MLOPS.items, spanish.items, strict=True):
        for one, other in [
            (ours.title, theirs.title),
            *zip(ours.levels, theirs.levels, strict=True),
            (ours.ask, theirs.ask),
            (ours.why or "", theirs.why or ""),
            *((ours.advice[step], theirs.advice[step]) for step in ours.advice),
        ]:
            if len(one) > 15 and " " in one and one != other:
                yield one
    yield from (concern.title for concern in (*MLOPS.goals, *MLOPS.pains) if " " in concern.title)


def in_english(drawn: Message | dict[str, Any]) -> list[str]:
    said = drawn.text + json.dumps(drawn.blocks, ensure_ascii=False) if isinstance(drawn, Message) else ""
    said = said or json.dumps(drawn, ensure_ascii=False)
    return [words for words in english() if words in said]


def test_no_answer_and_no_form_shows_a_pack_in_another_language() -> None:
    scene: Any = Told(scenes.everyday())

    with speaking("es-MX"):
        found = [(name, in_english(draw(scene))) for name, draw in (*ANSWERS.items(), *FORMS.items())]

    assert [(name, words) for name, words in found if words] == []


def test_no_posting_shows_a_pack_in_another_language() -> None:
    with speaking("es-ES"):
        drawn = {name: views.message(posted) for name, posted in scenes.everyday().contents.items()}

    found = {name: in_english(message) for name, message in drawn.items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_what_was_found_for_one_reader_is_told_to_another_in_theirs() -> None:
    found = scenes.everyday().verdict()
    with speaking("es"):
        in_spanish = told(found)

    assert in_spanish.findings.questions[0].title == MLOPS.in_language("es").items[0].title
    assert told(in_spanish) == found
    assert told(found) is found


def test_the_levels_of_earlier_rounds_have_their_names_in_spanish() -> None:
    with speaking("es"):
        assert told(scenes.everyday().comparison()).rounds[0].levels == (
            "Inicial", "Básico", "Intermedio", "Avanzado"
        )  # fmt: skip


def test_a_no_names_aspects_and_levels_in_spanish() -> None:
    verdict = scenes.everyday().verdict()
    said = []
    for words in ("cocina", "desarrollo 9"):
        with pytest.raises(Refused) as refused:
            understood(verdict.pack, verdict.findings.aspects, words)
        with speaking("es"):
            said.append(views.sentence(refused.value))

    assert "Desarrollo, Despliegue, Monitorización y Gobernanza" in said[0]
    assert "0 Inicial, 1 Básico, 2 Intermedio, 3 Avanzado" in said[1]


def card(pack: Pack, locale: str, question: int = 1) -> str:
    scene = Scene(pack, "Fraud scoring", "", 1, 1, "x")
    items = scene.sitting().interview.items
    answered = [fact(n, Said.ANSWERED, item.id, value=0) for n, item in enumerate(items[: question - 1], 1)]
    with speaking(locale):
        return json.dumps(views.message(Card(scene.sitting(*answered))).blocks, ensure_ascii=False)


def partly(*questions: str) -> Pack:
    """Only these questions are translated."""
    words = MLOPS.translations["es"]
    some = words.model_copy(update={"items": tuple(each for each in words.items if each.id in questions)})
    facts = {key: getattr(MLOPS, key) for key in Pack.model_fields}
    return Pack.model_validate(facts | {"translations": {"es": some}})


def test_a_card_says_when_its_question_is_not_translated() -> None:
    first, second, *_ = first_questions(MLOPS).interview.items
    pack = partly(second.id)

    with capture_logs() as log:
        shown, following = card(pack, "es-ES"), card(pack, "es-ES", 2)

    assert log == [
        {
            "event": "question_fell_back",
            "question": first.id,
            "language": "es-ES",
            "pack": None,
            "log_level": "info",
        }
    ]
    assert "inglés" in shown
    assert first.ask in shown
    assert str(MLOPS.frame) in shown
    assert "inglés" not in following
    assert MLOPS.in_language("es").item(second.id).ask in following


@pytest.mark.parametrize(
    ("locale", "first", "second"),
    [("es-ES", True, False), ("en-US", False, False), ("ja-JP", False, False)],
)
def test_a_pack_without_the_language_says_so_once(locale: str, first: bool, second: bool) -> None:
    old = Pack.shipped("mlops", 1)

    with capture_logs() as log:
        assert ("Estas preguntas están solo en inglés" in card(old, locale)) is first
        assert ("inglés" in card(old, locale, 2)) is second
    assert [each["pack"] for each in log] == ["mlops@1"] * first


def first_questions(pack: Pack) -> Sitting:
    return Scene(pack, "Fraud scoring", "", 1, 1, "x").sitting()
