"""Templates are compiled once, whichever process does it, and never read back as something else."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from bot.bytecode import Compiled


class Counting(Environment):
    """How many templates it compiled."""

    compiled = 0

    def _generate(self, *given: Any, **more: Any) -> str:
        self.compiled += 1
        return super()._generate(*given, **more)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "greeting.j2").write_text("Hello {{ name }}.")
    (tmp_path / "compiler").write_text("the same")
    return tmp_path


def drawn(folder: Path) -> tuple[str, int]:
    """As another process draws it; and how often it compiled something."""
    kept = Compiled(folder / "compiler")
    first = Counting(loader=FileSystemLoader(folder), bytecode_cache=kept)
    second = Counting(loader=FileSystemLoader(folder), bytecode_cache=kept, finalize=str)
    words = {each.get_template("greeting.j2").render(name="Ana") for each in (first, second)}
    assert len(words) == 1
    return words.pop(), first.compiled + second.compiled


def test_the_next_process_finds_it_compiled(folder: Path) -> None:
    assert [drawn(folder), drawn(folder)] == [("Hello Ana.", 1), ("Hello Ana.", 0)]


def _changed(folder: Path) -> None:
    (folder / "greeting.j2").write_text("Hola {{ name }}.")


def _otherwise(folder: Path) -> None:
    (folder / "compiler").write_text("another")


def _damaged(folder: Path) -> None:
    for file in (folder / "__pycache__").iterdir():
        file.write_bytes(file.read_bytes()[:80])


def _rubbish(folder: Path) -> None:
    for file in (folder / "__pycache__").iterdir():
        file.write_bytes(b"rubbish")


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (_changed, "Hola Ana."),
        (_otherwise, "Hello Ana."),
        (_damaged, "Hello Ana."),
        (_rubbish, "Hello Ana."),
    ],
)
def test_what_is_not_of_this_template_is_not_taken_for_it(
    folder: Path, happens: Callable[[Path], None], said: str
) -> None:
    drawn(folder)
    happens(folder)

    assert drawn(folder) == (said, 1)


def test_where_python_writes_nothing_nothing_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    assert [drawn(folder), drawn(folder)] == [("Hello Ana.", 1)] * 2
    assert not (folder / "__pycache__").exists()


def test_a_folder_in_which_nothing_can_be_written_is_no_trouble(folder: Path) -> None:
    (folder / "__pycache__").write_text("in its place")

    assert drawn(folder) == ("Hello Ana.", 1)
