"""The translations of a pack: where they stand, and what must hold of them.

A translation is wrong where it names what the pack does not have, or would not fit on a card. Where it is
only old or half done it is not used, and that is noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from conversation import packcheck, packfile, packwords, translation
from conversation.packcheck import Complaint, Draft, Entry
from conversation.packfile import Page, Place
from conversation.packparts import Item
from conversation.translation import Translation

_LANGUAGE = re.compile(r"[a-z]{2,3}")
#: In a file of its own a translation begins with the id of its pack.
TRANSLATES = "translates"


def with_translations(path: Path, *, ours: bool) -> Page:
    """The page of a pack, with the translations that stand in files beside it. A translation itself stands
    for its pack. Raises: PackError."""
    stem, _, language = path.stem.rpartition(".")
    pack = path.with_name(f"{stem}{path.suffix}")
    if stem and _LANGUAGE.fullmatch(language) and pack.is_file():
        path = pack
    page = packfile.read(path, ours=ours)
    if isinstance(page.data, dict):
        for beside in sorted(path.parent.glob(f"*{path.suffix}")):
            stem, _, language = beside.stem.rpartition(".")
            if stem == path.stem and _LANGUAGE.fullmatch(language):
                _insert(page, language, packfile.read(beside, ours=ours))
    return page


def _insert(page: Page, language: str, written: Page) -> None:
    page.problems += written.problems
    if not isinstance(written.data, dict):
        page.problems.append(written.problem((), "the file must be keys with values, as in `key: value`."))
        return
    of, key = written.data.pop(TRANSLATES, None), page.data.get("id")
    if of != key:
        says = f'`{TRANSLATES}` must be the id of the pack beside it, "{key}".'
        page.problems.append(written.problem((TRANSLATES,), says))
    known = page.data.setdefault("translations", {})
    if not isinstance(known, dict):
        return
    if language in known:
        twice = f"the pack itself has a translation into {language}. Keep one of the two."
        page.problems.append(written.problem((), twice))
        return
    known[language] = written.data
    page.parts["translations", language] = written


def read(data: Any) -> tuple[dict[str, Translation], list[Complaint]]:
    """The translations of a pack by language, as far as they can be read, and what is wrong with them."""
    found: dict[str, Translation] = {}
    complaints: list[Complaint] = []
    rows = data.get("translations", {}) if isinstance(data, Mapping) else {}
    if not isinstance(rows, Mapping):
        complaints.append((("translations",), "`translations` must go by language, as in `es:`."))
        rows = {}
    for language, written in rows.items():
        here: Place = ("translations", language)
        if not (isinstance(language, str) and _LANGUAGE.fullmatch(language)):
            complaints.append((here, f"{language} is no language. Write its two or three letters, as in es."))
            continue
        if language == data.get("language", "en"):
            complaints.append((here, f"the pack itself is in {language}. Take this translation out."))
        wrong = [*_rules(data, written)]
        try:
            found[language] = Translation.model_validate(written)
        except ValidationError as error:
            wrong += packwords.said(error, written, Translation, packcheck.number_of_levels(data))
        complaints += (((*here, *place), message) for place, message in wrong)
    return found, complaints


def notes(items: Iterable[Item], translations: Mapping[str, Translation]) -> Iterator[tuple[Place, str]]:
    """What was translated and is not used."""
    there = {item.id: item for item in items}
    for language, translated in translations.items():
        for n, words in enumerate(translated.items):
            place: Place = ("translations", language, "items", n)
            item = there[words.id]
            if translation.is_stale(item, words):
                old = (
                    f"{item.id}: this translates revision {words.revision}, and the question is at revision "
                    f"{item.revision}. It is not used. Translate it again, and say so with `revision`."
                )
                yield (*place, "revision"), old
                continue
            for key in translation.half_done(item, words):
                unit = next(unit for unit in translation.UNITS if key in unit)
                beside = ", ".join(f"`{each}`" for each in unit if each != key and getattr(words, each))
                yield (
                    place,
                    f"{item.id}: `{key}` is not translated, so {beside} beside it is not used. Add it.",
                )


def schema(part: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a translation in a file of its own, from that of one in a pack."""
    of = {"type": "string", "description": "The id of the pack beside this file."}
    return {**part, "properties": {TRANSLATES: of, **part["properties"]}, "required": [TRANSLATES]}


def _rules(data: Mapping[str, Any], written: Any) -> Iterator[Complaint]:
    """On plain data, so that one mistyped word does not hide everything else that is wrong."""
    if not isinstance(written, Mapping):
        return
    pack = Draft.of(data)
    own = replace(Draft.of({"frame": data.get("frame"), **written}), levels=pack.levels)
    for section in translation.SECTIONS:
        yield from _ids(section, getattr(own, section), getattr(pack, section))
    if "levels" in written:
        yield from packcheck.as_many_as_levels(own, own.whole)
    for entry in (*own.aspects, *own.items):
        yield from packcheck.as_many_as_levels(own, entry)
    yield from packcheck.anchors(own)
    yield from packcheck.by_step(own)
    there = {item.id: item for item in pack.items}
    for entry in own.items:
        if item := there.get(entry.id):
            yield from _beside(entry, item)
    for role in own.roles:
        if ("title" in role.data) != ("plural" in role.data):
            yield role.says((), "`title` and `plural` are translated together. Add the other one.")


_SINGULAR = {
    "aspects": "aspect", "criteria": "criterion", "stages": "stage", "kinds": "kind", "roles": "role",
    "goals": "goal", "pains": "pain", "items": "item",
}  # fmt: skip


def _ids(section: str, entries: Iterable[Entry], there: Iterable[Entry]) -> Iterator[Complaint]:
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            yield entry.says(("id",), "this is translated twice. Keep one.")
        elif entry.id:
            seen.add(entry.id)
            for unknown in packcheck.unlisted(_SINGULAR[section], entry.id, [*there]):
                yield entry.says(("id",), unknown)


def _beside(words: Entry, item: Entry) -> Iterator[Complaint]:
    """A translated question beside the question."""
    for key, other in (("ask", "levels"), ("levels", "ask")):
        if key in words.data and other not in words.data:
            yield words.says((key,), f"`ask` and `levels` are translated together. Add `{other}`.")
    for unit in translation.UNITS:
        for key in unit:
            if key in words.data and key not in item.data:
                yield words.says((key,), f"the question has no `{key}` to translate. Take it out.")
    own, theirs = words.data.get("evidence"), item.data.get("evidence")
    if own is not None and theirs is not None and isinstance(own, list) != isinstance(theirs, list):
        form = "a list" if isinstance(theirs, list) else "by level"
        yield words.says(("evidence",), f"`evidence` is written {form} in the pack. Write it likewise.")
    roles = dict(packcheck.pairs_of(item.data.get("ask_as")))
    for role, _ in packcheck.pairs_of(words.data.get("ask_as")):
        if role not in roles:
            none = f'the question has no words of its own for the role "{role}". Take this out.'
            yield words.says(("ask_as", role), none)
