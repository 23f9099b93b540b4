"""An overlay: a pack that is written as what is different from a shipped one.

It is laid over the data of that pack before anything is checked. So what comes of it is checked like any
other pack, and what is wrong is named with the overlay's line wherever the overlay wrote something.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from conversation import translation
from conversation.packfile import Page, Place

Data = dict[Any, Any]

#: Lists of things with ids: what the overlay writes changes the one with this id, or is added.
_SECTIONS = ("aspects", "criteria", "stages", "kinds", "roles", "goals", "pains", "items", "references")
#: What may be taken out.
_DISABLED = {"goals", "pains", "items"}
#: By section, the keys of items that point there.
_POINTING = {
    "aspects": ("aspect",),
    "criteria": ("criterion",),
    "stages": ("stages",),
    "kinds": ("kinds",),
    "roles": ("primary", "secondary"),
}
#: Whoever changes one of these asks something else.
_MEANING = ("ask", "levels", "revision")


def is_overlay(data: Any) -> bool:
    return isinstance(data, Mapping) and "extends" in data


def laid_over(page: Page, base: Mapping[Any, Any]) -> Page:
    """The page of the whole pack. `base` is the data of the pack that the overlay on `page` extends."""
    return _Overlay(page, base).whole()


def schema(whole: Data, parts: Data) -> Data:
    """The JSON Schema of an overlay, from that of a pack: of what is changed, only the id has to be there."""
    known = {key: thing for key, thing in whole["properties"].items() if key != "levels"}
    for section in _SECTIONS:
        part = parts[known[section]["items"]["$ref"].rpartition("/")[2]]
        disabled = {"disabled": {"type": "boolean"}} if section in _DISABLED else {}
        changed = {**part, "properties": {**part["properties"], **disabled}, "required": ["id"]}
        known[section] = {"type": "array", "items": changed}
    extends = {"type": "string", "description": "The shipped pack that this changes: mlops, or mlops@1."}
    return {**whole, "properties": {"extends": extends, **known}, "required": ["extends", "id", "title"]}


@dataclass
class _Row:
    """Something in a list, and where the overlay writes of it; nowhere, if it does not."""

    data: Any
    place: Place = ()

    @property
    def id(self) -> str | None:
        key = self.data.get("id") if isinstance(self.data, Mapping) else None
        return key if isinstance(key, str) else None

    def words(self, key: str) -> set[str]:
        value = self.data.get(key) if isinstance(self.data, Mapping) else None
        return {word for word in (value if isinstance(value, list) else [value]) if isinstance(word, str)}

    def serves_only(self, gone: set[str]) -> bool:
        items = self.words("items")
        return bool(items) and items <= gone


class _Overlay:
    def __init__(self, page: Page, base: Mapping[Any, Any]) -> None:
        self._page = page
        self._base = base
        self._rows = {section: [_Row(row) for row in base.get(section, ())] for section in _SECTIONS}
        for row in self._rows["items"]:
            row.data = {"origin": base["id"], **row.data}
        self._whole = Page(page.file, {}, {(): page.line(())}, list(page.problems), page.parts)
        self._changed_keys: dict[tuple[str, str], set[str]] = {}

    def whole(self) -> Page:
        self._heads()
        for section in _SECTIONS:
            entries = self._page.data.get(section)
            if isinstance(entries, list):
                gone = {*self._merged(section, entries)}
                self._rows[section] = [row for row in self._rows[section] if row.id not in gone]
                if section == "items" and gone:
                    self._let_go_of(gone)
        self._let_go_of_idle()
        for section, rows in self._rows.items():
            self._write(section, rows)
        self._translations()
        return self._whole

    def _heads(self) -> None:
        """What stands for itself: the overlay's in place of the base's."""
        own = {"version": 1, **self._page.data}
        inherited = {key: thing for key, thing in self._base.items() if key not in {"id", "version", "title"}}
        self._whole.data = {**inherited, **own}
        del self._whole.data["extends"]
        for key in own:
            self._keep_lines((key,), (key,))
        if "levels" in own:
            kept = "an overlay keeps the levels of the pack that it extends. Take them out."
            self._complain(("levels",), kept)
            self._whole.data["levels"] = self._base["levels"]
        if own.get("id") == self._base["id"]:
            taken = f'the pack that this extends has the id "{self._base["id"]}". Choose another.'
            self._complain(("id",), taken)

    def _merged(self, section: str, entries: list[Any]) -> Iterator[str]:
        """Lay these over the rows of the section; yields what is disabled."""
        rows = self._rows[section]
        there = {row.id: row for row in rows if row.id}
        for number, entry in enumerate(entries):
            new = _Row(entry, (section, number))
            old = there.get(new.id) if new.id else None
            if old and old.place:
                self._complain((*new.place, "id"), f"{new.id}: this stands here twice. Keep one.")
            if section in _DISABLED and new.id and "disabled" in entry:
                if old and self._is_disabled(new):
                    yield new.id
                    continue
                new.data = {key: thing for key, thing in entry.items() if key != "disabled"}
            if old and new.id:
                self._changed_keys[section, new.id] = {str(key) for key in new.data}
                old.data, old.place = self._changed(section, old.data, new.data), new.place
            elif section == "items" and new.id and "ask" not in new.data:
                self._complain((*new.place, "id"), self._no_such_item(new.id, list(there)))
            else:
                rows.append(new)

    def _is_disabled(self, row: _Row) -> bool:
        said = row.data["disabled"]
        if not isinstance(said, bool):
            self._complain((*row.place, "disabled"), f"{row.id}: `disabled` must be true or false.")
        return said is True

    def _changed(self, section: str, old: Data, new: Data) -> Data:
        """Without an origin, the wording is that of the pack that this becomes."""
        merged = {**old, **new}
        if section == "items" and any(_plain(old.get(key)) != _plain(merged.get(key)) for key in _MEANING):
            del merged["origin"]
        return merged

    def _no_such_item(self, key: str, known: list[str]) -> str:
        nearest = difflib.get_close_matches(key, known, n=1, cutoff=0)
        return (
            f'{key}: {self._base["id"]} has no item of this id. The nearest is "{nearest[0]}". '
            "A new question needs `ask`, `levels` and all that an item needs."
        )

    def _let_go_of(self, gone: set[str]) -> None:
        """What names an item that is disabled, names it no longer."""
        for row in self._rows["items"]:
            if isinstance(row.data, Mapping) and "requires" in row.data:
                row.data = {**row.data, "requires": _requiring(row.data["requires"], gone)}
        for section in ("goals", "pains"):
            self._rows[section] = [row for row in self._rows[section] if not row.serves_only(gone)]
            for row in self._rows[section]:
                if isinstance(row.data, Mapping) and isinstance(row.data.get("items"), list):
                    row.data = {**row.data, "items": _left(row.data["items"], gone)}
        data = self._whole.data
        if isinstance(data.get("self_check"), list):
            data["self_check"] = _left(data["self_check"], gone)
        if isinstance(data.get("gates"), list):
            data["gates"] = [_holding(gate, gone) for gate in data["gates"] if not _names(gate, "item", gone)]

    def _let_go_of_idle(self) -> None:
        """What the extended pack lists, and no item has any more, is listed no longer."""
        items = self._rows["items"]
        for section, keys in _POINTING.items():
            used = {word for item in items for key in keys for word in item.words(key)}
            self._rows[section] = [row for row in self._rows[section] if row.place or row.id in used]
        idle = {role["id"] for role in self._base["roles"]} - {row.id for row in self._rows["roles"]}
        for item in items:
            if isinstance(item.data, Mapping) and isinstance(item.data.get("ask_as"), Mapping):
                said = {role: ask for role, ask in item.data["ask_as"].items() if role not in idle}
                item.data = {**item.data, "ask_as": said}

    def _write(self, section: str, rows: list[_Row]) -> None:
        if not isinstance(self._page.data.get(section, []), list):
            return
        if rows or section in self._page.data:
            self._whole.data[section] = [row.data for row in rows]
        else:
            self._whole.data.pop(section, None)
        for number, row in enumerate(rows):
            if row.place:
                self._keep_lines(row.place, (section, number))

    def _translations(self) -> None:
        """Those of the base, but for what the overlay itself says otherwise; and the overlay's own."""
        own, theirs = self._page.data.get("translations", {}), self._base.get("translations", {})
        if not isinstance(own, Mapping) or not (own or theirs):
            return
        language = self._page.data.get("language", self._base.get("language"))
        kept = theirs if language == self._base.get("language") else {}
        self._whole.data["translations"] = {
            key: self._translated(kept.get(key, {}), own.get(key, {})) for key in {**kept, **own}
        }

    def _translated(self, base: Mapping[Any, Any], own: Any) -> Any:
        """What the overlay itself writes comes first, so that it keeps its place."""
        if not isinstance(own, Mapping):
            return own
        heads = {key: thing for key, thing in base.items() if key not in {"title", *_SECTIONS}}
        said = {key: thing for key, thing in heads.items() if key not in self._page.data} | dict(own)
        for section in translation.SECTIONS:
            written = own.get(section, [])
            if not isinstance(written, list):
                continue
            old = {row["id"]: row for row in map(partial(self._still, section), base.get(section, ())) if row}
            new = [
                {**old.pop(_Row(row).id, {}), **row} if isinstance(row, Mapping) else row for row in written
            ]
            if rows := [*new, *old.values()]:
                said[section] = rows
        return said

    def _still(self, section: str, row: Data) -> Data | None:
        """What still holds of a translation: its thing is there, and says what it said."""
        if row["id"] not in {each.id for each in self._rows[section]}:
            return None
        changed = self._changed_keys.get((section, row["id"]), set())
        if section == "items":
            if "revision" in changed:
                return None
            changed = {key for unit in translation.UNITS if changed.intersection(unit) for key in unit}
        elif section == "roles" and changed & {"title", "plural"}:
            changed = {"title", "plural"}
        left = {key: thing for key, thing in row.items() if key == "id" or key not in changed}
        if section == "items" and "ask_as" in left:
            left["ask_as"] = {
                role: ask for role, ask in left["ask_as"].items() if role in self._asked_as(row)
            }
        return left if len(left) > 1 else None

    def _asked_as(self, row: Data) -> Any:
        """For which roles the question has words of its own by now."""
        item = next(each.data for each in self._rows["items"] if each.id == row["id"])
        return item.get("ask_as") or {}

    def _keep_lines(self, place: Place, whole: Place) -> None:
        """What stands at this place of the overlay, stands there in the whole."""
        old, new = ([str(step) for step in steps] for steps in (place, whole))
        for steps, line in self._page.lines.items():
            if [*steps[: len(old)]] == old:
                self._whole.lines[(*new, *steps[len(old) :])] = line

    def _complain(self, place: Place, message: str) -> None:
        self._whole.problems.append(self._page.problem(place, message))


def _requiring(needs: Any, gone: set[str]) -> Any:
    if not isinstance(needs, Mapping):
        return needs
    return {
        level: [need for need in row if str(need).rpartition("@")[0] not in gone]
        if isinstance(row, list)
        else row
        for level, row in needs.items()
    }


def _left(keys: list[Any], gone: set[str]) -> list[Any]:
    return [key for key in keys if not (isinstance(key, str) and key in gone)]


def _names(gate: Any, key: str, gone: set[str]) -> bool:
    return isinstance(gate, Mapping) and not _left([gate.get(key)], gone)


def _holding(gate: Any, gone: set[str]) -> Any:
    if not _names(gate, "otherwise", gone):
        return gate
    return {key: thing for key, thing in gate.items() if key != "otherwise"}


def _plain(value: Any) -> Any:
    """Equal for what is the same however it is written."""
    if isinstance(value, Mapping):
        return {str(key): _plain(thing) for key, thing in value.items()}
    return value.strip() if isinstance(value, str) else value
