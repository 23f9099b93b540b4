"""What every message and form says, word for word, in each language: for whoever reads a change of words.

`make golden` writes it down anew.
"""

import os
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import pytest

from bot import views
from bot.language import languages, speaking
from bot.views import refusals
from tests.bot.scenes import KNOWN, Scene
from tests.bot.test_views import ANSWERS, FORMS, REFUSALS, every
from tests.conversation.desk import CAFE

FOLDER = Path(__file__).with_name("golden")
RENEW = "GOLDEN" in os.environ
SCENE = Scene(CAFE, "Corner café", "Where to invest next year.", 5, 2, "We use a sieve.")


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
    for name in REFUSALS:
        yield f"refusal: {name}", [refusals.of(name, {}).text, refusals.of(name, KNOWN).text]


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
