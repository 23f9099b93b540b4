"""What every message and form says, word for word, in each language: for whoever reads a change of words.

`make golden` writes it down anew.
"""

import os
import re
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import pytest

from bot import views
from bot.language import languages, speaking
from bot.views import refusals as refusals_
from tests.bot.scenes import CLOSES, TODAY, Scene
from tests.bot.test_views import ANSWERS, FORMS, every
from tests.conversation.desk import CAFE

FOLDER = Path(__file__).with_name("golden")
RENEW = "GOLDEN" in os.environ
SCENE = Scene(CAFE, "Corner café", "Where to invest next year.", 5, 2, "We use a sieve.")
#: What refusals may tell, if whoever raises them knows it.
KNOWN = {
    "name": "Corner café",
    "known": ("Corner café", "Bakery"),
    "subject": "Corner café",
    "facilitator": "U1",
    "closes_at": CLOSES,
    "without": ("U2",),
    "number": 91,
    "most": 90,
    "date": TODAY,
    "person": "U2",
    "owner": "U2",
    "people": 2,
    "group": 5,
    "objective": "A sieve for everybody.",
    "said": "soon",
    "levels": ("Ad hoc", "Basic"),
    "aspect": "Cup",
    "level": 1,
    "tracker": "github",
    "examples": ("https://github.com/acme/mlops/issues/1",),
}


def said() -> Iterator[tuple[str, list[str]]]:
    """By name: of a message the text that carries all of it, of a form its words."""
    for name in SCENE.contents:
        yield name, views.message(SCENE.contents[name]).text.splitlines()
    for name, answer in ANSWERS.items():
        yield name, answer(SCENE).text.splitlines()
    for name, form in FORMS.items():
        view = form(SCENE)
        title = [view["title"]["text"]] if "title" in view else []
        yield f"form: {name}", list(dict.fromkeys([*title, *words(view["blocks"])]))
    for name in refusals():
        yield f"refusal: {name}", [refusals_.of(name, {}).text, refusals_.of(name, KNOWN).text]


def refusals() -> list[str]:
    """By the names of their sentences; that to an old card is among the answers."""
    source = Path("bot/templates/en/refusals.j2").read_text(encoding="utf-8")
    return [name for name in re.findall(r"{% block ([A-Z]\w+) %}", source) if name != "StaleCard"]


def words(blocks: object) -> Iterator[str]:
    for block in every(blocks):
        if isinstance(block.get("text"), str):
            text = block["text"].replace("\n", "\n  ")
            yield f"[{text}]" if block.get("type") == "plain_text" else text


@pytest.mark.parametrize("tongue", languages())
def test_every_message_says_what_is_written_down(tongue: str) -> None:
    file = FOLDER / f"{tongue}.txt"

    with speaking(tongue):
        now = "\n\n".join("\n".join([f"== {name}", *lines]) for name, lines in said()) + "\n"

    if RENEW:
        file.parent.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    written = file.read_text(encoding="utf-8")
    changed = "\n".join(
        unified_diff(written.splitlines(), now.splitlines(), "written", "now", n=1, lineterm="")
    )
    assert not changed, f"Read the change, and if it is meant: make golden\n{changed}"
