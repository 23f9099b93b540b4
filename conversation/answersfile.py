"""A file of answers, and of evidence if there is any: what `tidemark score` reads.

Whatever is wrong with the file is said at once, each thing with its entry, and then nothing is scored.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from conversation import jsontext
from conversation.pack import Pack
from scoring.levels import Answer


class BadAnswers(Exception):
    """A file that cannot be scored, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(self.problems)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something was shown for this level of a question, and accepted by somebody or not."""

    question: str
    level: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class AnswersFile:
    answers: tuple[Answer, ...]
    warnings: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def read_answers(text: str, pack: Pack) -> AnswersFile:
    """JSON: a list of answers, or an object with such a list under "answers" and, optionally, one under
    "evidence".

    An answer is {"respondent", "role", "question", "value"}, its value a level of the pack, "dk" or "na". Of
    the answers of a person in a role to a question the last one counts, and the others are warned of.
    Evidence is {"question", "level", "accepted"}: for which level, and whether it was accepted (true) or
    returned (false).
    """
    entries, shown = _entries(text)
    reader = _Reader(pack)
    problems = [problem for n, entry in enumerate(entries) for problem in reader.problems(n, entry)]
    problems += [
        problem for n, entry in enumerate(shown) for problem in reader.problems_of_evidence(n, entry)
    ]
    if problems:
        raise BadAnswers(problems)
    answers = tuple(Answer(*(entry[name] for name in _ANSWER)) for entry in entries)
    evidence = tuple(Evidence(*(entry[name] for name in _EVIDENCE)) for entry in shown)
    return AnswersFile(answers, tuple(_warnings(answers)), evidence)


_ANSWER = ("respondent", "role", "question", "value")
_EVIDENCE = ("question", "level", "accepted")


def _entries(text: str) -> tuple[list[Any], list[Any]]:
    """The answers, and the evidence."""
    try:
        data = jsontext.read(text)
    except jsontext.NotJson as error:
        raise BadAnswers([str(error)]) from error
    entries, shown = (data.get("answers"), data.get("evidence", [])) if isinstance(data, dict) else (data, [])
    if not isinstance(entries, list):
        raise BadAnswers(['expected a list of answers, or an object with such a list under "answers"'])
    if not entries:
        raise BadAnswers(["answers: the list is empty; there is nothing to score"])
    if not isinstance(shown, list):
        raise BadAnswers(['expected a list under "evidence"'])
    return entries, shown


class _Reader:
    def __init__(self, pack: Pack) -> None:
        self._items = {item.id: item for item in pack.items}
        self._roles = {role.id: role.title for role in pack.roles}
        self._levels = range(len(pack.levels))
        self._unknown: dict[str, str] = {}

    def problems(self, n: int, entry: Any) -> list[str]:
        """Everything that is wrong with one entry, each with its place."""
        if not isinstance(entry, dict):
            return [f"answers[{n}]: must be an object with {', '.join(_ANSWER)}; it is {_shown(entry)}"]
        place = _place(f"answers[{n}]", entry)
        return [f"{place}: {reason}" for reason in self._reasons(entry)]

    def problems_of_evidence(self, n: int, entry: Any) -> list[str]:
        if not isinstance(entry, dict):
            return [f"evidence[{n}]: must be an object with {', '.join(_EVIDENCE)}; it is {_shown(entry)}"]
        place = _place(f"evidence[{n}]", entry)
        return [f"{place}: {reason}" for reason in self._reasons_of_evidence(entry)]

    def _reasons(self, entry: Mapping[str, Any]) -> Iterable[str]:
        for name in _ANSWER:
            if name not in entry:
                yield f'"{name}" is missing'
            elif name != "value" and not (isinstance(entry[name], str) and entry[name].strip()):
                yield f'"{name}" must be a text that is not empty, not {_shown(entry[name])}'
        if "value" in entry and not self._is_value(entry["value"]):
            levels = ", ".join(map(str, self._levels))
            yield f'{_shown(entry["value"])} is no value: it must be {levels}, "dk" or "na"'
        yield from self._unknown_question(entry)
        key, role = entry.get("question"), entry.get("role")
        item = self._items.get(key) if isinstance(key, str) else None
        if not isinstance(role, str) or not role.strip():
            return
        if role not in self._roles:
            yield self._unknown_word(
                "role", role, {known: known for known in self._roles} | _flip(self._roles)
            )
        elif item is not None and role not in (*item.primary, *item.secondary):
            asked = ", ".join((*item.primary, *item.secondary))
            yield f'role "{role}" ({self._roles[role]}) is not asked this question, only {asked}'

    def _reasons_of_evidence(self, entry: Mapping[str, Any]) -> Iterable[str]:
        for name in _EVIDENCE:
            if name not in entry:
                yield f'"{name}" is missing'
        if "question" in entry and not (isinstance(entry["question"], str) and entry["question"].strip()):
            yield f'"question" must be a text that is not empty, not {_shown(entry["question"])}'
        yield from self._unknown_question(entry)
        if "level" in entry and not self._is_level(entry["level"]):
            yield f"{_shown(entry['level'])} is no level: it must be {', '.join(map(str, self._levels))}"
        if "accepted" in entry and not isinstance(entry["accepted"], bool):
            yield f'"accepted" must be true or false, not {_shown(entry["accepted"])}'

    def _unknown_question(self, entry: Mapping[str, Any]) -> Iterable[str]:
        key = entry.get("question")
        if isinstance(key, str) and key.strip() and key not in self._items:
            yield self._unknown_word("question", key, {known: known for known in self._items})

    def _is_value(self, value: Any) -> bool:
        """true is 1 in Python, and 1.0 is: neither is an answer."""
        return self._is_level(value) or value in ("dk", "na")

    def _is_level(self, value: Any) -> bool:
        return type(value) is int and value in self._levels

    def _unknown_word(self, kind: str, word: str, known: Mapping[str, str]) -> str:
        """With the nearest known word, if one is near; looked for once for each word."""
        found = f"{kind} {word}"
        if found not in self._unknown:
            near = max(known, key=lambda candidate: _likeness(word, candidate))
            hint = f' Did you mean "{known[near]}"?' if _likeness(word, near) >= 0.6 else ""
            self._unknown[found] = f"unknown {kind} {_shown(word)}.{hint}"
        return self._unknown[found]


def _flip(titles: Mapping[str, str]) -> dict[str, str]:
    return {title: key for key, title in titles.items()}


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one[:100].casefold(), other.casefold()).ratio()


def _place(name: str, entry: Mapping[str, Any]) -> str:
    known = [
        f"{field} {_shown(entry[field])}"
        for field in ("respondent", "question")
        if isinstance(entry.get(field), str)
    ]
    return f"{name} ({', '.join(known)})" if known else name


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _warnings(answers: Sequence[Answer]) -> Iterable[str]:
    seen: dict[tuple[str, str, str], int] = {}
    for n, answer in enumerate(answers):
        place = (answer.respondent, answer.role, answer.question)
        if place in seen:
            yield (
                f'answers[{n}] (respondent {_shown(answer.respondent)}, question "{answer.question}"): '
                f'answered before as "{answer.role}", in answers[{seen[place]}]; the last one counts'
            )
        seen[place] = n
