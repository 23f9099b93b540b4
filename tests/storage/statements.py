"""The statements that repositories keep, and of which tables one takes the rows of every workspace."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sqlalchemy import BinaryExpression, BindParameter, Delete, Insert, Select, Table, Update
from sqlalchemy.sql import visitors
from sqlalchemy.sql.expression import Alias, FromClause, Join
from sqlalchemy.sql.operators import and_, eq, in_op, or_

import storage
from storage.claims import Claims
from storage.repository import Repository

Part = Select[Any] | Update | Delete
#: A table, and that of which it has the same workspace: None is the parameter `team`.
Said = tuple[FromClause, FromClause | None]


def statements() -> Iterator[tuple[str, Part | Insert]]:
    """With where they are."""
    for name in (f"storage.{each.name}" for each in iter_modules(storage.__path__) if not each.ispkg):
        kept = vars(import_module(name))
        nouns = (each for each in kept.values() if isinstance(each, type) and each.__module__ == name)
        if any(issubclass(each, Repository) for each in nouns):
            for variable, value in kept.items():
                found = (each for each in _several(value) if isinstance(each, Part | Insert))
                yield from ((f"{name}.{variable}", each) for each in found)


def of_every_workspace(statement: Part | Insert) -> set[str]:
    """The tables of which it takes rows without saying of which workspace: by the parameter, by another table
    of the same, or by numbers of rows that were picked so."""
    parts = [each for each in visitors.iterate(statement) if isinstance(each, Part)]
    said, asked = [_said(part) for part in parts], {table for part in parts for table in _asked(part)}
    bound = {table for each in said for table, of in each if of is None}
    return {
        table.name  # type: ignore[attr-defined]
        for part, here in zip(parts, said, strict=True)
        for table in {*_asked(part), *(_tables(part) - asked)}
        if (table, None) not in here and not any(one is table is not of and of in bound for one, of in here)
    }


def _several(value: object) -> Iterable[object]:
    match value:
        case Claims():
            return vars(value).values()
        case dict():
            return value.values()
        case tuple():
            return value
    return (value,)


def _asked(part: Part) -> set[FromClause]:
    """Those from which it gives something, or that it changes."""
    found = part.columns_clause_froms if isinstance(part, Select) else [part.table]
    return {table for each in found for table in _joined(each)}


def _tables(part: Part) -> set[FromClause]:
    """Also those that it only looks at, perhaps of the statement around it."""
    found = part.get_final_froms() if isinstance(part, Select) else []
    return {table for each in found for table in _joined(each)}


def _joined(found: FromClause) -> Iterator[FromClause]:
    if isinstance(found, Join):
        yield from (*_joined(found.left), *_joined(found.right))
    elif _is_kept(found) and "team_id" in found.c:
        yield found


def _is_kept(found: object) -> bool:
    return isinstance(found.element if isinstance(found, Alias) else found, Table)


def _said(part: Part) -> set[Said]:
    joins = [*part.get_final_froms()] if isinstance(part, Select) else []
    conditions = (*part._where_criteria, *(on for each in joins for on in _conditions(each)))
    return {each for condition in conditions for each in _by(condition)}


def _conditions(found: FromClause) -> Iterator[Any]:
    if isinstance(found, Join):
        yield from (found.onclause, *_conditions(found.left), *_conditions(found.right))


def _by(condition: Any) -> set[Said]:
    """What this says of workspaces; of alternatives, what all of them say."""
    operator = getattr(condition, "operator", None)
    if operator is and_:
        return set[Said]().union(*map(_by, condition.get_children()))
    if operator is or_:
        return set[Said].intersection(*map(_by, condition.get_children()))
    if not isinstance(condition, BinaryExpression) or operator not in (eq, in_op):
        return set()
    one, other = condition.left, condition.right
    return {*_compared(one, other), *_compared(other, one)}


def _compared(one: Any, other: Any) -> Iterator[Said]:
    table = getattr(one, "table", None)
    if not _is_kept(table):
        return
    if one.key == "team_id":
        if isinstance(other, BindParameter) and other.key == "team":
            yield table, None
        elif getattr(other, "key", "") == "team_id":
            yield table, other.table
    elif [each.key for each in table.primary_key] == [one.key] and not isinstance(other, BindParameter):
        yield table, None
