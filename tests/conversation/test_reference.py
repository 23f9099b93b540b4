"""Reference data: refused where a number would say nothing, found by the meaning of a question."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from conversation import reference
from conversation.pack import Pack
from conversation.reference import BadReference

GOOD: dict[str, Any] = {
    "id": "bread-2020",
    "title": "Bread of the world",
    "source": "Kim, Bread of the world, 2021",
    "year": 2020,
    "n": 40,
    "pack": "bakery",
    "scale": {"measure": "self-reported", "options": ["never", "sometimes", "always"]},
    "direction": "higher is better",
    "rows": [
        {"label": "Heat is measured", "values": [20.4, 50.2, 29.3], "items": ["HEAT"]},
        {"label": "Flour is tested", "values": [70, 20, 10], "items": ["FLOUR", "HEAT"]},
    ],
}
MLOPS = Pack.shipped("mlops")
TEN = {"measure": "a mean", "from": 0, "to": 10, "unit": "points"}
GONE = object()


def written(folder: Path, name: str = "bread.json", **changes: Any) -> Path:
    said = {key: value for key, value in (GOOD | changes).items() if value is not GONE}
    file = folder / name
    file.write_text(json.dumps(said), encoding="utf-8")
    return file


def one_row(**changes: Any) -> list[dict[str, Any]]:
    return [GOOD["rows"][0] | changes]


def test_a_good_file_is_read(tmp_path: Path) -> None:
    data = reference.load(written(tmp_path))

    assert (data.id, data.n, len(data.rows), data.rows[1].items) == ("bread-2020", 40, 2, ("FLOUR", "HEAT"))


@pytest.mark.parametrize(
    ("wrong", "problems"),
    [
        ({"n": GONE}, ["`n` is missing. Say how many were asked; without that a number says nothing."]),
        ({"n": None}, ["`n` is missing. Say how many were asked; without that a number says nothing."]),
        ({"n": 0}, ["`n` is 0; it must be 1 or more."]),
        ({"n": "many"}, ["`n` must be a whole number."]),
        ({"year": GONE}, ["`year` is missing. Say when it was asked."]),
        ({"year": 20200}, ["`year` is 20200; it must be 2100 or less."]),
        ({"source": GONE}, ["`source` is missing. Say who published it, and where."]),
        ({"source": " "}, ["`source` is empty. Write it."]),
        ({"direction": GONE}, ["`direction` is missing. Say which way is better."]),
        ({"direction": "up"}, ['`direction` must be "higher is better" or "lower is better".']),
        ({"pack": GONE}, ["`pack` is missing. Name the pack whose items the rows speak about."]),
        (
            {"scale": GONE},
            [
                "`scale` is missing. Say what was measured, and the options or the range; without that a "
                "number says nothing."
            ],
        ),
        (
            {"scale": {"measure": "x"}},
            ["`from` is missing. Add it.", "`to` is missing. Add it.", "`unit` is missing. Add it."],
        ),
        (
            {"scale": {"measure": "x", "options": ["never", 1, "always"]}},
            ["number 2 of `options` must be text."],
        ),
        ({"scale": {"measure": "x", "options": ["ever"]}}, ["`options` needs at least 2."]),
        ({"scale": TEN | {"from": 10}}, ["`scale` must begin under where it ends."]),
        ({"scale": "x"}, ["`scale` must be an object with keys."]),
        ({"rows": []}, ["`rows` needs at least 1."]),
        ({"rows": [3]}, ["row 1 must be an object with keys."]),
        ({"rows": one_row(items=[])}, ["row 1: `items` needs at least 1."]),
        ({"rows": one_row(values=["a"])}, ["row 1: number 1 of `values` must be a number."]),
        (
            {"rows": one_row(items=["a b"])},
            ["row 1: number 1 of `items` is no id: an id has only letters, digits and - _ . in it."],
        ),
        (
            {"rows": one_row(values=[50, 50])},
            ["“Heat is measured” needs 3 numbers, one for each option of the scale."],
        ),
        (
            {"rows": one_row(values=[50, 50, 50])},
            ["“Heat is measured” needs shares in percent that add up to 100, and not 150."],
        ),
        (
            {"rows": one_row(values=[-50, 50, 100])},
            ["“Heat is measured” has a share under 0."],
        ),
        (
            {"scale": TEN, "rows": one_row(values=[11])},
            ["“Heat is measured” needs one number from 0 to 10."],
        ),
        ({"levels": 4}, ["`levels` is not a key that is known here."]),
        ({"title": "x" * 121}, ["`title` is longer than 120 characters. Shorten it."]),
        (
            {"n": GONE, "year": GONE},
            [
                "`year` is missing. Say when it was asked.",
                "`n` is missing. Say how many were asked; without that a number says nothing.",
            ],
        ),
    ],
)
def test_a_file_that_says_too_little_is_refused_with_a_sentence_for_each_problem(
    tmp_path: Path, wrong: dict[str, Any], problems: list[str]
) -> None:
    file = written(tmp_path, **wrong)

    with pytest.raises(BadReference) as refused:
        reference.load(file)

    assert list(refused.value.problems) == [f"{file}: {problem}" for problem in problems]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "line 1, column 2: not JSON:"),
        (b"[]", "the file must be an object with keys."),
        (b"\xff\xfe", "is not UTF-8 text"),
        (None, "cannot be read (No such file or directory)."),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: bytes | None, problem: str) -> None:
    file = tmp_path / "bread.json"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(BadReference) as refused:
        reference.load(file)

    assert refused.value.problems[0].startswith(f"{file}: {problem}")


def test_a_mean_on_a_scale_is_read_too(tmp_path: Path) -> None:
    assert reference.load(written(tmp_path, scale=TEN, rows=one_row(values=[5.1]))).rows[0].values == (5.1,)


def test_a_folder_adds_to_what_is_shipped_and_all_that_is_wrong_in_it_is_said(tmp_path: Path) -> None:
    written(tmp_path)
    both = reference.load_all(tmp_path)
    written(tmp_path, "again.json", n=None)
    written(tmp_path, "same.json")

    with pytest.raises(BadReference) as refused:
        reference.load_all(tmp_path)
    with pytest.raises(BadReference, match="is not a folder"):
        reference.load_all(tmp_path / "gone")

    assert [data.id for data in both] == ["se-ml-2020", "bread-2020"]
    assert [problem.partition(": ")[2].partition(".")[0] for problem in refused.value.problems] == [
        "`n` is missing",
        "other data have the id bread-2020 already",
    ]


def test_a_question_is_known_by_its_id_in_the_wording_of_the_pack(tmp_path: Path) -> None:
    data = [reference.load(written(tmp_path))]

    def on(meaning: tuple[str, str | None, int] | None) -> list[str]:
        return [aside.row.label for aside in reference.about(data, meaning)]

    assert on(("HEAT", "bakery", 1)) == ["Heat is measured", "Flour is tested"]
    assert on(("FLOUR", "bakery", 2)) == ["Flour is tested"]
    assert on(("PRICE", "bakery", 1)) == on(("HEAT", "pastry", 1)) == on(None) == []


def test_what_is_shipped_speaks_about_questions_that_cite_it() -> None:
    """The pack cites the practices of this survey as SE and a number."""
    (data,) = reference.shipped()
    named = {item for row in data.rows for item in row.items}
    citing = {item.id for item in MLOPS.items if any(source.startswith("SE-") for source in item.sources)}

    assert (data.id, data.pack, data.year, data.n, len(data.rows)) == ("se-ml-2020", "mlops", 2020, 313, 24)
    assert named <= citing


def test_the_example_of_the_guide_is_a_good_file_about_questions_that_there_are(tmp_path: Path) -> None:
    guide = Path("docs/references.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", guide, re.DOTALL)
    file = tmp_path / "example.json"
    file.write_text(example, encoding="utf-8")

    data = reference.load(file)

    assert {item for row in data.rows for item in row.items} <= {item.id for item in MLOPS.items}
