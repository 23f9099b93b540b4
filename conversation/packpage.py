"""A whole pack as a page to read and to review: for a terminal, and as Markdown."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from conversation.pack import Gate, Item, Length, Pack
from conversation.typed import letters

WIDTH = 100
_MARKS = re.compile(r"([\\`*_<>\[\]|])")

#: A word in front, and what it tells.
Fact = tuple[str, str]


@dataclass(frozen=True)
class _Answer:
    letter: str
    level: str
    anchor: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class _Question:
    """An item as it is read: what it asks of whom, its answers, and what follows."""

    key: str
    title: str
    ask: str
    about: tuple[Fact, ...]
    answers: tuple[_Answer, ...]
    further: tuple[Fact, ...]


def as_text(pack: Pack) -> str:
    """Wrapped, without markup."""
    return "\n".join(line.rstrip() for line in _text(pack)) + "\n"


def as_markdown(pack: Pack) -> str:
    return "\n".join(_markdown(pack)) + "\n"


def translated(pack: Pack) -> str:
    """In a sentence, how many questions can be asked in the language that this pack speaks."""
    asked = (
        f"{len(pack.items) - len(pack.fell_back)} of {len(pack.items)} questions are asked in {pack.spoken}"
    )
    left = ", ".join(item.id for item in pack.items if item.id in pack.fell_back)
    return f"{asked}; in {pack.language} are: {left}." if left else f"{asked}."


def _text(pack: Pack) -> Iterator[str]:
    yield from _underlined(f"{pack.title} ({pack.id}, version {pack.version})", "=")
    for title, facts in _head(pack):
        yield from ("", *_underlined(title, "-"))
        for word, said in facts:
            yield from _wrapped(said, f"{word}: " if word else "")
    for aspect in pack.aspects:
        yield from ("", "", *_underlined(aspect.title, "="))
        for level, looks in zip(pack.levels, aspect.levels, strict=False):
            yield from _wrapped(looks, f"{level.name}: ")
        for item in pack.of_aspect(aspect.id):
            question = _question(pack, item)
            yield from ("", *_underlined(f"{question.key}  {question.title}", "-"))
            yield from _wrapped(question.ask)
            for word, said in question.about:
                yield from _wrapped(said, f"{word}: ")
            for answer in question.answers:
                yield from ("", *_wrapped(f"{answer.anchor}", f"{answer.letter}  {answer.level}: "))
                for word, said in answer.facts:
                    yield from _wrapped(said, f"{word}: ", indent=3)
            yield ""
            for word, said in question.further:
                yield from _wrapped(said, f"{word}: ")


def _markdown(pack: Pack) -> Iterator[str]:
    yield from (f"# {_md(pack.title)} ({pack.id}, version {pack.version})",)
    for title, facts in _head(pack):
        yield from ("", f"## {title}", "")
        yield from (f"- **{_md(word)}**: {_md(said)}" if word else _md(said) for word, said in facts)
    for aspect in pack.aspects:
        yield from ("", f"## {_md(aspect.title)}")
        looks = [*zip(pack.levels, aspect.levels, strict=False)]
        yield from ("", *(f"- {_md(level.name)}: {_md(text)}" for level, text in looks)) if looks else ()
        for item in pack.of_aspect(aspect.id):
            question = _question(pack, item)
            yield from ("", f"### {question.key} {_md(question.title)}", "", f"**{_md(question.ask)}**", "")
            yield from _paragraphs(question.about)
            for answer in question.answers:
                yield f"- **{answer.letter}**, {_md(answer.level)}: {_md(answer.anchor)}"
                yield from (f"  - {word}: {_md(said)}" for word, said in answer.facts)
            yield ""
            yield from _paragraphs(question.further)


def _paragraphs(facts: Iterable[Fact]) -> Iterator[str]:
    for word, said in facts:
        yield from (f"*{word}:* {_md(said)}", "")


def _head(pack: Pack) -> Iterator[tuple[str, list[Fact]]]:
    """What the pack says beside its questions, section by section; what it does not say is left out."""
    sections: dict[str, list[Fact]] = {
        "Language": [("", translated(pack))] if pack.spoken != pack.language else [],
        "Above every question": [("", pack.frame)] if pack.frame else [],
        "Levels": [
            (f"{letter}, {number} {level.name}", level.meaning)
            for number, (letter, level) in enumerate(zip(letters(pack), pack.levels, strict=True))
        ],
        "Who is asked": [(role.title, _share(pack, role.id)) for role in pack.roles],
        "Kinds": [(kind.title, _of_kind(pack, kind.id)) for kind in pack.kinds],
        "Goals": [(goal.title, ", ".join(goal.items)) for goal in pack.goals],
        "Pains": [(pain.title, ", ".join(pain.items)) for pain in pack.pains],
        "Where rules apply": [
            (criterion.title, "not acting here is a greater risk")
            for criterion in pack.criteria
            if criterion.regulated
        ],
        "Self-check": [("", ", ".join(item.id for item in pack.first_look()))],
        "Gates": [(pack.aspect(gate.aspect).title, _gate(gate)) for gate in pack.gates],
        "References": [(work.id, work.title) for work in pack.references],
    }
    yield from ((title, facts) for title, facts in sections.items() if facts)


def _share(pack: Pack, role: str) -> str:
    standard, long = (len(pack.questions_for([role], length)) for length in (Length.STANDARD, Length.LONG))
    return f"{standard} questions first hand, {long} in the long form"


def _of_kind(pack: Pack, kind: str) -> str:
    asked = sum(item.is_about([kind]) for item in pack.items)
    only = [item.id for item in pack.items if item.kinds == (kind,)]
    return f"{asked} questions" + (f"; not without this kind: {', '.join(only)}" if only else "")


def _gate(gate: Gate) -> str:
    stand_in = f" (where that does not apply: {gate.otherwise})" if gate.otherwise else ""
    return f"level {gate.level} needs {gate.item}{stand_in} at level {gate.level}"


def _question(pack: Pack, item: Item) -> _Question:
    words = [*dict.fromkeys(item.ask_as.values())]
    other = [
        (f"Asked of {_listed(pack.role(r).title for r, w in item.ask_as.items() if w == word)}", word)
        for word in words
    ]
    return _Question(
        key=item.id,
        title=item.title,
        ask=item.ask,
        about=_told(
            *other, ("Why", item.explanation), ("About", _about(pack, item)), ("Who", _who(pack, item))
        ),
        answers=tuple(_answer(pack, item, level) for level in range(len(item.levels))),
        further=_told(
            ("Enough", item.sufficient),
            ("Not enough", item.insufficient),
            ("Good evidence", "; ".join(item.evidence) if isinstance(item.evidence, tuple) else None),
            ("Measure", item.measure),
            ("Needed by", ", ".join(_needed_by(pack, item))),
            ("Counts", _counts(item)),
            ("Sources", ", ".join(item.sources)),
        ),
    )


def _answer(pack: Pack, item: Item, level: int) -> _Answer:
    by_level = {} if isinstance(item.evidence, tuple) else item.evidence
    return _Answer(
        letter=letters(item)[level],
        level=f"{level} {pack.levels[level].name}",
        anchor=item.levels[level],
        facts=_told(
            ("Evidence", by_level.get(level)),
            ("How to get there", item.advice.get(level)),
            ("First", ", ".join(map(str, item.requires.get(level, ())))),
            ("Effort", str(item.effort[level - 1]) if level else None),
        ),
    )


def _told(*facts: tuple[str, str | None]) -> tuple[Fact, ...]:
    return tuple((word, said) for word, said in facts if said)


def _about(pack: Pack, item: Item) -> str:
    titles = {entry.id: entry.title for entry in (*pack.criteria, *pack.stages, *pack.kinds)}
    stages = ", ".join(titles[stage] for stage in item.stages)
    kinds = f"only for: {', '.join(titles[kind] for kind in item.kinds)}" if item.kinds else ""
    return "; ".join(filter(None, [titles[item.criterion], stages, kinds]))


def _who(pack: Pack, item: Item) -> str:
    primary, secondary = (
        _listed(pack.role(role).title for role in roles) for roles in (item.primary, item.secondary)
    )
    return f"{primary}; in the long form also {secondary}" if secondary else primary


def _needed_by(pack: Pack, item: Item) -> list[str]:
    return [
        f"{other.id}@{level} ({need})"
        for other in pack.items
        for level, needs in sorted(other.requires.items())
        for need in needs
        if need.item == item.id
    ]


def _counts(item: Item) -> str:
    weight = f", weight {item.weight}" if item.weight != 1 else ""
    return f"impact {item.impact} of 5{weight}, wording of {item.origin}, revision {item.revision}"


def _listed(words: Iterable[str]) -> str:
    *some, last = [*words] or [""]
    return f"{', '.join(some)} and {last}" if some else last


def _underlined(title: str, line: str) -> tuple[str, str]:
    return title, line * len(title)


def _wrapped(text: str, lead: str = "", *, indent: int = 0) -> list[str]:
    """The first line begins with the lead, the rest stand a little further in."""
    return textwrap.wrap(
        f"{lead}{text}",
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 3),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _md(text: str) -> str:
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
