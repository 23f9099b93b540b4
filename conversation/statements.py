"""What rows say, in the terms of scoring: who sits in two roles speaks in each of them, and is one person."""

from collections import Counter
from collections.abc import Iterable, Mapping

from conversation.pack import Pack
from scoring.levels import Sheet, Statement, Value
from storage import records
from storage.records import Count, Said

VALUES: Mapping[Said, Value] = {Said.DONT_KNOW: "dk", Said.DOES_NOT_APPLY: "na"}


def counted(pack: Pack, counts: Iterable[Count]) -> dict[str, Counter[Statement]]:
    """By question, how many people said what."""
    said: dict[str, Counter[Statement]] = {item.id: Counter() for item in pack.items}
    for count in counts:
        if statement := of_count(count):
            said[count.question][statement] += count.n
    return said


def of_count(count: Count) -> Statement:
    return _statement(count.roles, count.kind, count.value)


def of_sheet(sheet: records.Sheet) -> Sheet:
    said = {key: _statement(sheet.roles, kind, level) for key, (kind, level) in sheet.answers.items()}
    return {key: statement for key, statement in said.items() if statement}


def _statement(roles: Iterable[str], kind: Said, level: int | None) -> Statement:
    """'Not part of my work' and a skipped question say nothing."""
    value = level if kind is Said.ANSWERED else VALUES.get(kind)
    return frozenset() if value is None else frozenset((role, value) for role in roles)
