"""Every use case, and arguments for it that only lack the right person."""

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any

import conversation
from conversation.errors import NothingToAnswer, Refused
from conversation.mentions import Wanted
from conversation.scope import Scope
from conversation.typed import Speak
from storage.records import Person, SlackFile


@dataclass(frozen=True)
class UseCase:
    name: str
    function: Callable[..., Any]

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Those after the desk, with their types."""
        hints = typing.get_type_hints(self.function)
        names = list(inspect.signature(self.function).parameters)[1:]
        return {name: hints[name] for name in names}


def use_cases() -> list[UseCase]:
    """The functions of `conversation` that begin with a desk and open their own transaction, by name."""
    found = []
    for module in pkgutil.iter_modules(conversation.__path__):
        room = importlib.import_module(f"conversation.{module.name}")
        for name, function in inspect.getmembers(room, inspect.isfunction):
            names = list(inspect.signature(function).parameters)
            theirs = function.__module__ == room.__name__ and not name.startswith("_")
            if theirs and names[:1] == ["desk"] and names[1:2] != ["tx"] and _opens(function):
                found.append(UseCase(f"{module.name}.{name}", function))
    return found


def _opens(function: Callable[..., Any]) -> bool:
    """Or hands the desk on to what does."""
    source = inspect.getsource(function)
    return "transaction()" in source or "(desk, user_id" in source


def arguments(case: UseCase, known: Mapping[str, Any], user: str) -> dict[str, Any]:
    """What is `known` by the name of its parameter, else something of its type. What may be left out is, if
    it is not known."""
    signature, made = inspect.signature(case.function).parameters, {"user_id": user}
    for name, kind in case.parameters.items():
        if signature[name].kind is inspect.Parameter.VAR_KEYWORD:
            continue
        if name in known:
            made[name] = known[name]
        elif signature[name].default is inspect.Parameter.empty and name not in made:
            made[name] = _some(kind, user)
    return made if "user_id" in case.parameters else {key: made[key] for key in made if key != "user_id"}


def _some(kind: Any, user: str) -> Any:
    origin = typing.get_origin(kind)
    if origin in {UnionType, typing.Union}:
        return None if NoneType in typing.get_args(kind) else _some(typing.get_args(kind)[0], user)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    values = {
        str: "x",
        int: 1,
        bool: False,
        date: date(2026, 12, 30),
        datetime: datetime(2026, 12, 30, tzinfo=UTC),
        Decimal: Decimal(1),
        Person: Person(user_id=user, name=user),
        SlackFile: SlackFile(id="F1", name="plan.csv", type="csv", size=20),
        bytes: b"objective,due\nx,2026-12-30\n",
        Scope: Scope(aspects=("dough",)),
        Speak: Speak("es"),
        Wanted: Wanted("x", people={}, sources={}, channel=None),
        Refused: NothingToAnswer(),
    }
    if kind in values:
        return values[kind]
    if origin is tuple:
        return ()
    if origin is not None and issubclass(origin, Mapping):
        return {}
    return [] if origin is not None else None
