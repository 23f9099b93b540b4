"""The catalogue is whole: what is said in English is said in every language, of the same things."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from bot import language
from scoring.explain import SENTENCES

TEMPLATES = Path("bot/templates")
#: What only the command line says, which speaks English.
TERMINAL = {"reasoning"}
#: What English says elsewhere: in scoring/explain.py.
BESIDES = {"because"}
ENGLISH = sorted(file.stem for file in (TEMPLATES / "en").glob("*.j2") if file.stem not in TERMINAL)
OTHERS = [tongue for tongue in language.languages() if tongue != "en"]
IN_OTHERS = [pytest.param(tongue, name, id=f"{tongue}: {name}") for tongue in OTHERS for name in ENGLISH]

NO_EMOJI = re.compile(r":[a-z0-9_+\-]{2,}:|[\U0001f300-\U0001faff\u2600-\u27bf]")
UNWANTED = {
    "en": r"click here|\boops\b|\bsorry\b|(see|shown|listed) (below|above)|please note|on the (left|right)",
    "es": r"(haz|pulsa|pincha) (clic )?aquí|\bclic\b|\bvaya\b|\bups\b|lo siento|más abajo\b(?!,| que| en)"
    r"|a continuación|a la (izquierda|derecha)|\bclickear|\bchequear|\baplicar a\b",
}


@cache
def parsed(tongue: str, name: str) -> nodes.Template:
    return Environment().parse((TEMPLATES / tongue / f"{name}.j2").read_text(encoding="utf-8"))


def blocks(tongue: str, name: str) -> dict[str, nodes.Block]:
    return {block.name: block for block in parsed(tongue, name).find_all(nodes.Block)}


def variables(block: nodes.Block) -> set[str]:
    """What it has to be given."""
    names = [*block.find_all(nodes.Name)]
    own = {name.name for name in names if name.ctx == "store"}
    return {name.name for name in names} - own - {"loop"}


def words(tongue: str) -> Iterator[tuple[str, str]]:
    """All that templates of this language say themselves, with where."""
    for file in sorted((TEMPLATES / tongue).glob("*.j2")):
        for data in parsed(tongue, file.stem).find_all(nodes.TemplateData):
            yield f"{file.name}:{data.lineno}", data.data


@pytest.mark.parametrize(("tongue", "name"), IN_OTHERS)
def test_a_template_says_the_same_of_the_same_things(tongue: str, name: str) -> None:
    english, other = blocks("en", name), blocks(tongue, name)

    assert other.keys() == english.keys()
    assert {slot: variables(block) for slot, block in other.items()} == {
        slot: variables(block) for slot, block in english.items()
    }


@pytest.mark.parametrize("tongue", OTHERS)
def test_a_language_has_no_words_that_nobody_says(tongue: str) -> None:
    assert {file.stem for file in (TEMPLATES / tongue).glob("*.j2")} - BESIDES == set(ENGLISH)


@pytest.mark.parametrize("tongue", OTHERS)
def test_every_reason_of_a_level_can_be_said(tongue: str) -> None:
    assert blocks(tongue, "because").keys() == SENTENCES.keys()


@pytest.mark.parametrize("tongue", language.languages())
def test_words_are_plain(tongue: str) -> None:
    unwanted = re.compile(UNWANTED[tongue], re.IGNORECASE)

    found = [(at, said) for at, said in words(tongue) if NO_EMOJI.search(said) or unwanted.search(said)]

    assert found == []


@pytest.mark.parametrize("tongue", OTHERS)
def test_no_words_were_left_in_english(tongue: str) -> None:
    english = re.compile(r"\b(the|your|you|and|of|is|are|was|were|with|this|that|not)\b", re.IGNORECASE)

    assert [(at, said) for at, said in words(tongue) if english.search(said)] == []


@pytest.mark.parametrize("file", sorted(Path("bot/views").glob("*.py")), ids=lambda file: file.stem)
def test_no_words_stand_in_what_draws_them(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))

    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    about = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, documented)}
    said = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    words = [text for text in said if isinstance(text, str) and re.search(r"[A-Za-z]{2,} [a-z]{2,}", text)]

    assert [text for text in words if text not in about] == []
