"""What others have answered elsewhere: external data to read beside a result.

A file of it is JSON: who was asked, when, how many, on which scale, and which way is better. Without that a
number says nothing, and the file is refused. It is shown apart from every level, for the questions that its
rows speak about, and nothing is ever worked out from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, ValidationError
from pydantic_core import ErrorDetails

from conversation import jsontext
from conversation.pack import Id

#: Bytes of a file. The longest of ours has a hundredth of it.
LARGEST = 1_000_000
REFERENCES = Path(__file__).parent / "references"
#: Shares are rounded by whoever published them; so far from 100 their sum may be.
ROUNDED = 1.0

_OPTIONS, _RANGE = "[options]", "[range]"


def _text(limit: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=limit)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Options(_Part):
    """A row has the share of each option among those asked, in percent."""

    measure: Annotated[str, _text(80)] = Field(description="What was asked for: self-reported adoption.")
    options: tuple[Annotated[str, _text(40)], ...] = Field(min_length=2, max_length=7)


class Range(_Part):
    """A row has one number, such as a mean."""

    measure: Annotated[str, _text(80)]
    lowest: float = Field(alias="from")
    highest: float = Field(alias="to")
    unit: Annotated[str, _text(40)]


def _kind(scale: Any) -> str:
    options = isinstance(scale, Options) or (isinstance(scale, Mapping) and "options" in scale)
    return _OPTIONS if options else _RANGE


Scale = Annotated[Annotated[Options, Tag(_OPTIONS)] | Annotated[Range, Tag(_RANGE)], Discriminator(_kind)]


class Row(_Part):
    """A practice that was asked about, and the questions of ours that speak about the same."""

    label: Annotated[str, _text(120)]
    values: tuple[float, ...] = Field(min_length=1)
    items: tuple[Id, ...] = Field(min_length=1)


class ReferenceData(_Part):
    """`n` people or teams were asked. `direction` is that of the scale, options in their order. The items of
    the rows are those of `pack`."""

    id: Id
    title: Annotated[str, _text(120)]
    source: Annotated[str, _text(300)]
    year: Annotated[int, Field(ge=1950, le=2100)]
    n: Annotated[int, Field(ge=1)]
    licence: Annotated[str, _text(300)] | None = None
    bias: Annotated[str, _text(300)] | None = None
    pack: Id
    scale: Scale
    direction: Literal["higher is better", "lower is better"]
    rows: tuple[Row, ...] = Field(min_length=1)


class BadReference(Exception):
    """Data that cannot be used: `problems` has one sentence for each thing that is wrong."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Aside:
    """A row that speaks about a question."""

    question: str
    row: Row
    data: ReferenceData


def load(file: Path) -> ReferenceData:
    """Raises: BadReference."""
    try:
        found = ReferenceData.model_validate(jsontext.read(_text_of(file)))
        problems = [*_odd(found)]
    except UnicodeDecodeError:
        problems = ["is not UTF-8 text; save it as UTF-8 and try again."]
    except OSError as error:
        problems = [f"cannot be read ({error.strerror})."]
    except jsontext.NotJson as error:
        problems = [f"{error}."]
    except ValidationError as error:
        told = [each for each in error.errors(include_url=False) if not _follows(each)]
        problems = [*dict.fromkeys(map(_sentence, told))]
    if problems:
        raise BadReference(f"{file}: {problem}" for problem in problems)
    return found


def _text_of(file: Path) -> str:
    with file.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise jsontext.NotJson(f"is larger than {LARGEST // 1_000_000} MB; keep the rows that are wanted")
    return content.decode()


def load_all(folder: Path | None = None) -> tuple[ReferenceData, ...]:
    """The shipped data, and those in this folder. Raises: BadReference, with all that is wrong there."""
    found, problems = list(shipped()), list[str]()
    if folder and not folder.is_dir():
        raise BadReference([f"{folder}: is not a folder."])
    for file in sorted(folder.glob("*.json")) if folder else ():
        try:
            data = load(file)
        except BadReference as error:
            problems += error.problems
            continue
        if data.id in {each.id for each in found}:
            problems.append(f"{file}: other data have the id {data.id} already. Give these their own.")
        found.append(data)
    if problems:
        raise BadReference(problems)
    return tuple(found)


@cache
def shipped() -> tuple[ReferenceData, ...]:
    return tuple(map(load, sorted(REFERENCES.glob("*.json"))))


def about(
    references: Iterable[ReferenceData], meaning: tuple[str, str | None, int] | None
) -> Iterator[Aside]:
    """What they have on the question that means this: by its id, in the wording of their pack."""
    item, origin, _ = meaning or ("", None, 0)
    for data in references:
        if data.pack == origin:
            yield from (Aside(item, row, data) for row in data.rows if item in row.items)


# What may be wrong.

_NEEDED = {
    "n": "Say how many were asked; without that a number says nothing.",
    "scale": "Say what was measured, and the options or the range; without that a number says nothing.",
    "direction": "Say which way is better.",
    "source": "Say who published it, and where.",
    "year": "Say when it was asked.",
    "pack": "Name the pack whose items the rows speak about.",
}
_WANTED = {
    "int_type": "must be a whole number.",
    "int_parsing": "must be a whole number.",
    "int_from_float": "must be a whole number.",
    "float_type": "must be a number.",
    "float_parsing": "must be a number.",
    "finite_number": "must be a number.",
    "string_type": "must be text.",
    "string_too_short": "is empty. Write it.",
    "string_pattern_mismatch": "is no id: an id has only letters, digits and - _ . in it.",
    "literal_error": 'must be "higher is better" or "lower is better".',
    "tuple_type": "must be a list.",
    "model_type": "must be an object with keys.",
    "model_attributes_type": "must be an object with keys.",
}


def _follows(error: ErrorDetails) -> bool:
    """A list is called too short when all that is in it is wrong, and that was said."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _sentence(error: ErrorDetails) -> str:
    what, last = _called(error["loc"])
    if error["type"] == "missing" or error["input"] is None:
        return f"{what} is missing. {_NEEDED.get(last, 'Add it.')}"
    if error["type"] == "extra_forbidden":
        return f"{what} is not a key that is known here."
    limits = error.get("ctx", {})
    match error["type"]:
        case "string_too_long":
            return f"{what} is longer than {limits['max_length']} characters. Shorten it."
        case "too_short":
            return f"{what} needs at least {limits['min_length']}."
        case "too_long":
            return f"{what} has more than {limits['max_length']}."
        case "greater_than_equal":
            return f"{what} is {error['input']}; it must be {limits['ge']} or more."
        case "less_than_equal":
            return f"{what} is {error['input']}; it must be {limits['le']} or less."
    return f"{what} {_WANTED.get(error['type'], error['msg'])}"


def _called(loc: tuple[int | str, ...]) -> tuple[str, str]:
    """What stands there, as one would say it: row 3: number 1 of `values`; and the name of it alone."""
    match [step for step in loc if step not in {_OPTIONS, _RANGE}]:
        case []:
            return "the file", ""
        case [str(name)] | ["scale", str(name)]:
            return f"`{name}`", name
        case ["rows", int(row)]:
            return f"row {row + 1}", ""
        case ["rows", int(row), str(name)]:
            return f"row {row + 1}: `{name}`", name
        case [*around, name, int(place)]:
            of_row = f"row {int(around[-1]) + 1}: " if "rows" in around else ""
            return f"{of_row}number {place + 1} of `{name}`", ""
    raise AssertionError(loc)


def _odd(data: ReferenceData) -> Iterator[str]:
    """Rows that do not keep to their scale."""
    scale = data.scale
    if isinstance(scale, Range) and scale.lowest >= scale.highest:
        yield "`scale` must begin under where it ends."
        return
    for row in data.rows:
        if isinstance(scale, Range):
            inside = all(scale.lowest <= value <= scale.highest for value in row.values)
            if len(row.values) != 1 or not inside:
                yield f"“{row.label}” needs one number from {scale.lowest:g} to {scale.highest:g}."
        elif len(row.values) != len(scale.options):
            yield f"“{row.label}” needs {len(scale.options)} numbers, one for each option of the scale."
        elif min(row.values) < 0:
            yield f"“{row.label}” has a share under 0."
        elif abs(sum(row.values) - 100) > ROUNDED:
            yield f"“{row.label}” needs shares in percent that add up to 100, and not {sum(row.values):g}."
