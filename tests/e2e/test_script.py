"""Scripts that cannot be read, or do not come true, say where and why; and which turns may be swapped."""

import random
from pathlib import Path

import pytest

from storage.store import Store
from tests.e2e.playing import NAMES, Variation, play
from tests.e2e.script import BadScript, Script, read

LAUNCH = 'lee launches "Fraud team" to ana, omar'


def written(folder: Path, *lines: str) -> Script:
    file = folder / "tale.txt"
    file.write_text("\n".join(lines), encoding="utf-8")
    return read(file, NAMES)


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["# Only a title."], "tale.txt:1: nothing happens in this script."),
        (["ana < Question 1"], "tale.txt:1: nobody has done anything yet that could be seen."),
        (["", "bea > hello"], "tale.txt:2: nobody is called bea. There are lee, ana, omar, kim"),
        (
            ['lee launches "A" to ana, bob'],
            "tale.txt:1: nobody is called bob. There are lee, ana, omar, kim",
        ),
        (
            [LAUNCH, "tidemark asks azure"],
            "tale.txt:2: this is said before anything happens.",
        ),
        (["ana press B"], "tale.txt:1: I cannot read “ana press B”. A line is one of:\n"),
        (["    ana > hello"], "tale.txt:1: I cannot read “    ana > hello”. A line is one of:\n"),
        (
            ['ana fills in "Comment"', "    Comment: we do"],
            "tale.txt:2: a field of a form is written as “Label = value”, not “Comment: we do”.",
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_file_and_line(
    tmp_path: Path, lines: list[str], complaint: str
) -> None:
    with pytest.raises(BadScript) as said:
        written(tmp_path, *lines)

    assert str(said.value).startswith(complaint)


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["ana < Question 7"], "tale.txt:2: ana < Question 7\n@ana does not see 'Question 7'"),
        (["ana presses Stop"], "tale.txt:2: ana presses Stop\n@ana sees no button 'Stop'. There is: [Start]"),
        (["ana sees nothing new"], "tale.txt:2: ana sees nothing new\nThere is:\n---\n@lee asks"),
        (['ana presses A on the old "B"'], 'tale.txt:2: ana presses A on the old "B"\nana has not seen “B”'),
        (["#ml-platform < level 3"], "tale.txt:2: #ml-platform < level 3\nThere is:\n---\n@lee started"),
        (
            ["on 29 November 2026 at 10:00"],
            "tale.txt:2: on 29 November 2026 at 10:00\nIt is 30 November 2026",
        ),
        (
            ["ana on Home < Hello"],
            "tale.txt:2: ana on Home < Hello\nOn Home there is:\nnothing, because nobody",
        ),
        (['ana fills in "Comment"'], 'tale.txt:2: ana fills in "Comment"\n@ana has no modal “Comment”'),
        (
            ["lee types /tidemark start", 'lee fills in "Set up an assessment"', "lee > hello"],
            "tale.txt:4: lee > hello\nThe form was not taken, and nobody said so:\n",
        ),
    ],
)
async def test_what_does_not_come_true_is_said_with_what_there_is_instead(
    tmp_path: Path, lines: list[str], complaint: str
) -> None:
    script = written(tmp_path, LAUNCH, *lines)

    with pytest.raises(BadScript) as said:
        await play(script, Variation("as written"), Store.in_memory())

    assert str(said.value).startswith(complaint)


def orders(script: Script) -> set[tuple[str, ...]]:
    shuffled = (script.shuffled(random.Random(seed)) for seed in range(50))
    return {tuple(turn.act.line for turn in order) for order in shuffled}


def test_within_a_paragraph_people_who_saw_nothing_of_each_other_may_come_in_any_order(
    tmp_path: Path,
) -> None:
    script = written(
        tmp_path, "ana > a", "ana < 1", "omar > b", "ana > c", "", "kim > d", "kim < 2", "lee > e"
    )

    assert orders(script) == {
        (*before, *after)
        for before in [
            ("ana > a", "omar > b", "ana > c"),
            ("omar > b", "ana > a", "ana > c"),
            ("ana > a", "ana > c", "omar > b"),
        ]
        for after in [("kim > d", "lee > e"), ("lee > e", "kim > d")]
    }


def test_whoever_saw_what_came_of_it_comes_after_it(tmp_path: Path) -> None:
    script = written(tmp_path, "ana > a", "omar < 1", "omar > b", "#ml-platform < 2", "kim > c")

    assert orders(script) == {("ana > a", "omar > b", "kim > c")}


def test_the_time_and_a_launch_keep_their_place(tmp_path: Path) -> None:
    script = written(tmp_path, LAUNCH, "ana > a", "later 2 days", "omar > b")

    assert len(orders(script)) == 1
