"""What comes out of a use case, with all that is a pack's in the language that is spoken now.

A use case speaks its pack's own language: what it stores must be the same whoever acts. Here, where use cases
end and views begin, the pack, its questions and the titles that findings keep are put into the words of
whoever reads them. Ids, answers and levels stay, and what is told already is left as it is.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from bot.language import language_of, spoken
from conversation.errors import Refused
from conversation.pack import Item, Pack
from scoring.explain import Reason

T = TypeVar("T")

#: Where findings and the like keep words of a pack.
_KEPT = {"title", "levels", "anchor", "level_name", "aspect_title", "gates", "find_out", "serves", "hurts"}
#: Where refusals do.
_NAMED = {"known", "levels", "aspect", "name"}


def told(thing: T) -> T:
    """The same thing, for who reads it."""
    if thing is None or isinstance(thing, bool | str):
        return thing  # as most use cases give that are no answer to anybody
    return cast(T, _told(thing, language_part(spoken()), None))


def told_no(error: Refused) -> Mapping[str, Any]:
    """What fills the sentence of a refusal."""
    if error.pack is None:
        return error.values
    pack = error.pack.in_language(language_part(spoken()))
    return {key: _words(one, pack) if key in _NAMED else one for key, one in error.values.items()}


def foreign_to(pack: Pack, item: Item) -> str | None:
    """The language of a question that is not asked in the reader's; None if it is."""
    asked = pack.language if item.id in pack.fell_back else pack.spoken
    return None if asked in {language_part(spoken()), language_of(spoken())} else asked


def language_part(locale: str) -> str:
    """es of es-MX: a pack may speak more languages than we do."""
    return locale.replace("_", "-").partition("-")[0].lower()


def _told(thing: Any, language: str, around: Pack | None) -> Any:
    """`around` is the pack that is spoken of, already in this language."""
    if _names(thing) is None:
        return _told_apart(thing, language, around)
    if isinstance(thing, Pack):
        return thing.in_language(language)
    if isinstance(thing, Item):
        return around.same(thing) if around else thing
    own = _pack_in(thing)
    if own is not None:
        around = own.in_language(language)
        if around is own:
            return thing
    return _with(thing, language, around)


def _told_apart(thing: Any, language: str, around: Pack | None) -> Any:
    """What is not made by conversation, but may hold what is."""
    match thing:
        case Reason():
            named = _words(thing.questions, around) if around else thing.questions
            return thing if named == thing.questions else replace(thing, questions=named)
        case tuple() | list():
            found = [_told(one, language, around) for one in thing]
            same = all(new is old for new, old in zip(found, thing, strict=True))
            return thing if same else type(thing)(found)
        case Mapping():
            told = {key: _told(one, language, around) for key, one in thing.items()}
            return thing if all(told[key] is old for key, old in thing.items()) else told
    return thing


def _with(thing: Any, language: str, around: Pack | None) -> Any:
    changed = {}
    for name in _names(thing) or ():
        old = getattr(thing, name)
        new = _words(old, around) if name in _KEPT and around else _told(old, language, around)
        if new is not old:
            changed[name] = new
    if not changed:
        return thing
    return thing.model_copy(update=changed) if isinstance(thing, BaseModel) else replace(thing, **changed)


def _words(kept: Any, pack: Pack) -> Any:
    if isinstance(kept, str):
        return pack.phrases.get(kept, kept)
    return tuple(pack.phrases.get(each, each) for each in kept) if isinstance(kept, tuple) else kept


def _pack_in(thing: Any) -> Pack | None:
    """The pack that this thing speaks of: its own, or that of its first part that has one."""
    names = _names(thing)
    parts = [*thing] if names is None else [getattr(thing, name) for name in names]
    for part in parts:
        if isinstance(part, Pack):
            return part
    for part in parts:
        inside = part if isinstance(part, tuple) else _names(part)
        if inside and (found := _pack_in(part)):
            return found
    return None


def _names(thing: Any) -> tuple[str, ...] | None:
    """The parts of what conversation makes; None of anything else: a record of the store has nothing of a
    pack in it."""
    kind: Any = type(thing)
    return _names_in(kind)


@cache
def _names_in(kind: Any) -> tuple[str, ...] | None:
    if not kind.__module__.startswith("conversation."):
        return None
    if issubclass(kind, BaseModel):
        return tuple(kind.model_fields)
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else None
