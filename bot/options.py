"""What the options of `tidemark score` mean: targets, paths and suppositions, as somebody types them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.console import CannotDo
from conversation.pack import Pack
from conversation.scope import Scope

#: More names than this are not listed, but shown by the first few.
MOST_NAMED, FIRST = 12, 3
#: Stands for all that are not named.
ALL = ""


@dataclass(frozen=True)
class Asked:
    """`paths` are aspects with levels, `supposed` levels by question."""

    scope: Scope
    paths: tuple[tuple[str, int], ...]
    supposed: Mapping[str, int] | None

    @property
    def choices(self) -> bool:
        """Whether there is anything to tell beside the score."""
        return bool(self.paths) or self.supposed is not None


def asked_of(
    pack: Pack, *, strictness: str, target: str | None, paths: Iterable[str], supposed: str | None
) -> Asked:
    """Raises: CannotDo, with everything that is wrong."""
    aspects = {aspect.id: aspect.title for aspect in pack.aspects}
    items = {item.id: item.title for item in pack.items}
    top = len(pack.levels) - 1
    problems: list[str] = []

    def read(option: str, text: str, names: Mapping[str, str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in filter(None, text.split(",")):
            name, equals, level = (word.strip() for word in part.rpartition("="))
            key = _key(name, names) if equals else ALL
            problem = _problem(key, level, names, top, alone=option == "--target")
            if problem:
                problems.append(f"{option} {part}: {problem}")
            elif key is not None:
                found[key] = int(level)
        return found

    goals = read("--target", target or "", aspects)
    ways = [way for path in paths for way in read("--path", path, aspects).items()]
    chosen = read("--what-if", supposed or "", items)
    if problems:
        raise CannotDo(problems)
    decided = {"strictness": strictness, "target": goals.pop(ALL, None), "targets": goals}
    scope = Scope.model_validate({"aspects": tuple(aspects), **decided})
    return Asked(scope, tuple(ways), None if supposed is None else chosen)


def _problem(key: str | None, level: str, names: Mapping[str, str], top: int, *, alone: bool) -> str | None:
    """`alone`: a level without a name is one for all."""
    if key is None:
        return f"there is no such name. There are {', '.join(_some(names))}."
    if key == ALL and not alone:
        return f"write it as NAME=LEVEL, with a level from 0 to {top}."
    if not level.isdecimal() or int(level) > top:
        return f"{level or 'nothing'} is no level from 0 to {top}."
    return None


def _some(names: Mapping[str, str]) -> Iterator[str]:
    few = len(names) <= MOST_NAMED
    yield from [*names][: None if few else FIRST]
    if not few:
        yield f"and {len(names) - FIRST} more"


def _key(name: str, names: Mapping[str, str]) -> str | None:
    """By id or title, whatever the case."""
    wanted = name.casefold()
    return next((key for key, title in names.items() if wanted in {key.casefold(), title.casefold()}), None)
