"""A pack in another language: what is translated is said in it, what is not falls back in whole questions,
and nothing but words is different."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conversation.pack import PACKS, Length, Pack, PackError, schema
from conversation.packpage import translated
from conversation.scorecard import Answer, as_json, score
from tests.conftest import few

MLOPS = Pack.shipped("mlops")
SPANISH = yaml.safe_load((PACKS / "mlops.es.yaml").read_text(encoding="utf-8"))

BAKERY = """\
id: bakery
version: 3
title: Bakery
frame: Think of the oven.
levels:
  0: {name: Raw, meaning: Nothing is baked.}
  1: {name: Warm, meaning: All is baked.}
aspects:
  - {id: oven, title: Oven, levels: {0: Cold., 1: Hot.}}
criteria:
  - {id: taste, title: Taste}
roles:
  - {id: BAKER, title: Baker, plural: Bakers, titles: [baker]}
goals:
  - {id: more, title: More bread, items: [HEAT]}
items:
  - id: HEAT
    revision: 2
    title: Heat
    aspect: oven
    criterion: taste
    primary: [BAKER]
    ask: How is the heat set?
    ask_as: {BAKER: "How do you set the heat?"}
    why: Cold ovens bake nothing.
    levels: {0: By feeling., 1: By a thermometer.}
    evidence: {1: A thermometer}
    sufficient: "Level 1: it hangs on the door."
    advice: {1: Buy one.}
    measure: Ovens with a thermometer
    effort: [1]
    impact: 3
"""

BACKEREI = """\
translates: bakery
title: Bäckerei
frame: Denk an den Ofen.
levels:
  0: {name: Roh, meaning: Nichts ist gebacken.}
  1: {name: Warm, meaning: Alles ist gebacken.}
aspects:
  - {id: oven, title: Ofen, levels: {0: Kalt., 1: Heiß.}}
criteria:
  - {id: taste, title: Geschmack}
roles:
  - {id: BAKER, title: Bäckerin, plural: Bäckerinnen, titles: [bäckerin, bäcker]}
goals:
  - {id: more, title: Mehr Brot}
items:
  - id: HEAT
    revision: 2
    title: Hitze
    ask: Wie wird die Hitze eingestellt?
    ask_as: {BAKER: "Wie stellst du die Hitze ein?"}
    why: Ein kalter Ofen bäckt nichts.
    levels: {0: Nach Gefühl., 1: Mit einem Thermometer.}
    evidence: {1: Ein Thermometer}
    sufficient: "Stufe 1: es hängt an der Tür."
    advice: {1: Kauf eines.}
    measure: Öfen mit Thermometer
"""


def bakery(tmp_path: Path, german: str = BACKEREI, pack: str = BAKERY) -> Pack:
    (tmp_path / "bakery.yaml").write_text(pack, encoding="utf-8")
    (tmp_path / "bakery.de.yaml").write_text(german, encoding="utf-8")
    return Pack.load(tmp_path / "bakery.yaml")


def without(*lines: str) -> str:
    """The German words but for these lines."""
    return "\n".join(line for line in BACKEREI.splitlines() if not line.strip().startswith(lines)) + "\n"


def all_words(thing: Any) -> set[str]:
    """Every text in it, but for ids."""
    if isinstance(thing, str):
        return {thing}
    if isinstance(thing, Mapping):
        return set().union(
            *(all_words(each) for key, each in thing.items() if key not in {"id", "translates"})
        )
    return set().union(*map(all_words, thing)) if isinstance(thing, (list, tuple)) else set()


def test_all_that_a_translation_says_is_said(tmp_path: Path) -> None:
    pack = bakery(tmp_path)

    german = pack.in_language("de")

    said = all_words(german.model_dump(mode="json", exclude={"translations"}))
    assert all_words(yaml.safe_load(BACKEREI)) - said == set()
    assert german.item("HEAT").wording(["BAKER"]) == "Wie stellst du die Hitze ein?"
    assert german.role("BAKER").titles == ("baker", "bäckerin", "bäcker")
    assert (german.spoken, german.fell_back) == ("de", frozenset())


def test_it_is_the_same_pack_in_every_language(tmp_path: Path) -> None:
    pack = bakery(tmp_path)
    german = pack.in_language("de")

    assert german.digest == pack.digest
    assert german.item("HEAT").meaning == pack.item("HEAT").meaning
    assert german.in_language("en") is pack
    assert german.in_language("fr") is pack
    assert pack.in_language("de") is german


def test_a_snapshot_keeps_the_translations_of_its_day(tmp_path: Path) -> None:
    pack = bakery(tmp_path)
    kept = Pack.from_snapshot(pack.in_language("de").snapshot())

    assert (kept, kept.digest) == (pack, pack.digest)
    assert kept.in_language("de").item("HEAT").ask == "Wie wird die Hitze eingestellt?"
    mended = bakery(tmp_path, BACKEREI.replace("Wie wird", "Wie genau wird"))
    assert mended.digest != pack.digest


def test_a_snapshot_from_before_there_were_translations_loads(tmp_path: Path) -> None:
    (tmp_path / "bakery.yaml").write_text(BAKERY, encoding="utf-8")
    alone = Pack.load(tmp_path / "bakery.yaml")

    assert "translations" not in alone.snapshot()
    assert "language" not in alone.snapshot()
    assert Pack.from_snapshot(alone.snapshot()).in_language("de") == alone


def test_a_pack_may_hold_its_translations_itself(tmp_path: Path) -> None:
    words = yaml.safe_load(without("translates"))
    whole = yaml.safe_load(BAKERY) | {"translations": {"de": words}}
    (tmp_path / "one.yaml").write_text(yaml.safe_dump(whole, allow_unicode=True), encoding="utf-8")

    assert Pack.load(tmp_path / "one.yaml") == bakery(tmp_path)


@pytest.mark.parametrize(
    ("missing", "english"),
    {
        "the question with its answers": (("ask:", "ask_as", "levels: {0: Nach"), ["ask", "levels"]),
        "the words of one role": (("ask_as",), ["ask_as"]),
        "why": (("why",), ["why"]),
        "evidence, and its example with it": (("evidence",), ["evidence", "sufficient"]),
        "an example, and the evidence with it": (("sufficient",), ["evidence", "sufficient"]),
        "a measure, and the advice with it": (("measure",), ["advice", "measure"]),
        "the title alone": (("title: Hitze",), ["title"]),
        "another revision, and all with it": (
            ("revision",),
            ["title", "ask", "levels", "why", "evidence", "sufficient", "advice", "measure"],
        ),
    }.values(),
)  # fmt: skip
def test_what_belongs_together_falls_back_together(
    tmp_path: Path, missing: tuple[str, ...], english: list[str]
) -> None:
    pack = bakery(tmp_path, without(*missing))
    ours, theirs = pack.item("HEAT"), pack.in_language("de").item("HEAT")
    keys = ["title", "ask", "levels", "why", "evidence", "sufficient", "advice", "measure"]

    assert [key for key in keys if getattr(ours, key) == getattr(theirs, key)] == [
        key for key in keys if key in english
    ]
    asked_in_english = "ask" in english
    assert pack.in_language("de").fell_back == ({"HEAT"} if asked_in_english else set())
    wording = theirs.wording(["BAKER"])
    assert wording == (
        "How do you set the heat?" if asked_in_english
        else "Wie wird die Hitze eingestellt?" if english == ["ask_as"]
        else "Wie stellst du die Hitze ein?"
    )  # fmt: skip


def test_the_sentence_above_a_question_is_in_the_language_of_the_question(tmp_path: Path) -> None:
    half = bakery(tmp_path, without("revision")).in_language("de")
    whole = bakery(tmp_path).in_language("de")

    assert half.frame_for(half.item("HEAT")) == "Think of the oven."
    assert whole.frame_for(whole.item("HEAT")) == "Denk an den Ofen."


@pytest.mark.parametrize(
    ("change", "complaint"),
    {
        "an unknown item": (
            ("id: HEAT", "id: HEET"),
            'bakery.de.yaml:16: HEET: the item "HEET" is not known. The nearest is "HEAT".',
        ),
        "an unknown aspect": (
            ("id: oven", "id: over"),
            'bakery.de.yaml:8: over: the aspect "over" is not known. The nearest is "oven".',
        ),
        "an answer too few": (
            ("levels: {0: Nach Gefühl., 1: Mit einem Thermometer.}", "levels: {0: Nach Gefühl.}"),
            "bakery.de.yaml:22: HEAT: level 1 is missing. This pack has two: 0 and 1.",
        ),
        "an answer too many": (
            ("1: Mit einem Thermometer.", "1: Mit einem Thermometer., 2: Von selbst."),
            "bakery.de.yaml:22: HEAT: there is no level 2. This pack has two: 0 and 1. Take it out.",
        ),
        "a level of the pack too few": (
            ("  1: {name: Warm, meaning: Alles ist gebacken.}\n", ""),
            "bakery.de.yaml:4: level 1 is missing. This pack has two: 0 and 1.",
        ),
        "two answers alike": (
            ("Mit einem Thermometer.", "nach gefühl"),
            "bakery.de.yaml:22: HEAT: levels 0 and 1 say the same, so nobody could choose. Tell them apart.",
        ),
        "a question without its answers": (
            ("    levels: {0: Nach Gefühl., 1: Mit einem Thermometer.}\n", ""),
            "bakery.de.yaml:19: HEAT: `ask` and `levels` are translated together. Add `levels`.",
        ),
        "too long": (
            ("title: Hitze", f"title: {'Hitze' * 13}"),
            "bakery.de.yaml:18: HEAT: `title` has 65 characters; the limit is 60. Shorten it.",
        ),
        "a key that is none": (
            ("why:", "wyh:"),
            "bakery.de.yaml:21: HEAT: the key `wyh` is not known. Did you mean `why`?",
        ),
        "what the question does not have": (
            ("    why:", "    insufficient: Nein.\n    why:"),
            "bakery.de.yaml:21: HEAT: the question has no `insufficient` to translate. Take it out.",
        ),
        "words of a role that has none": (
            ("ask_as: {BAKER:", "ask_as: {SELLER:"),
            'bakery.de.yaml:20: HEAT: the question has no words of its own for the role "SELLER". '
            "Take this out.",
        ),
        "half a role": (
            (", plural: Bäckerinnen", ""),
            "bakery.de.yaml:12: BAKER: `title` and `plural` are translated together. Add the other one.",
        ),
        "another pack": (
            ("translates: bakery", "translates: cafe"),
            'bakery.de.yaml:1: `translates` must be the id of the pack beside it, "bakery".',
        ),
        "evidence in the other form": (
            ("evidence: {1: Ein Thermometer}", "evidence: [Ein Thermometer]"),
            "bakery.de.yaml:23: HEAT: `evidence` is written by level in the pack. Write it likewise.",
        ),
    }.values(),
)  # fmt: skip
def test_what_is_wrong_is_said_with_the_line_of_the_translation(
    tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    assert change[0] in BACKEREI

    with pytest.raises(PackError) as refused:
        bakery(tmp_path, BACKEREI.replace(*change))

    assert complaint in str(refused.value).replace(f"{tmp_path}/", "").splitlines()


def test_a_card_that_does_not_fit_is_refused_in_the_language_that_makes_it_long(tmp_path: Path) -> None:
    long = BACKEREI.replace("0: Nach Gefühl.", f"0: a{' &' * 240}").replace("1: Mit", f"1: b{' &' * 230} Mit")
    frame = long.replace("frame: Denk an den Ofen.", f"frame: c{' &' * 140}.")

    with pytest.raises(PackError) as refused:
        bakery(tmp_path, frame)

    assert "bakery.de.yaml:22: HEAT: its card has" in str(refused.value)


@pytest.mark.parametrize(
    ("missing", "note"),
    [
        (
            "revision",
            "bakery.de.yaml:16: HEAT: this translates revision 1, and the question is at revision 2. It is "
            "not used. Translate it again, and say so with `revision`.",
        ),
        (
            "measure",
            "bakery.de.yaml:16: HEAT: `measure` is not translated, so `advice` beside it is not used. "
            "Add it.",
        ),
    ],
)
def test_what_is_old_or_half_done_is_noted_and_the_pack_can_be_used(
    tmp_path: Path, missing: str, note: str
) -> None:
    pack = bakery(tmp_path, without(missing))

    assert [str(each).replace(f"{tmp_path}/", "") for each in pack.notes] == [note]


def test_a_translation_into_the_language_of_the_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="the pack itself is in de"):
        bakery(tmp_path, pack=BAKERY.replace("version: 3", "version: 3\nlanguage: de"))


def test_a_file_of_words_stands_for_its_pack(tmp_path: Path) -> None:
    pack = bakery(tmp_path)

    assert Pack.load(tmp_path / "bakery.de.yaml") == pack


# Overlays.

OVERLAY = """\
extends: mlops
id: bank
title: Our bank
frame: Think of the bank.
goals:
  - {id: revenue, title: Earn more}
items:
  - {id: DEV-Q1, ask: "How are errors in data found?"}
  - {id: DEV-Q2, impact: 1}
  - {id: DEV-Q3, why: We had an incident.}
  - {id: DEV-Q4, disabled: true}
  - {id: DEV-R1, revision: 2}
"""


def overlay(tmp_path: Path, spanish: str | None = None) -> Pack:
    (tmp_path / "bank.yaml").write_text(OVERLAY, encoding="utf-8")
    if spanish:
        (tmp_path / "bank.es.yaml").write_text(spanish, encoding="utf-8")
    return Pack.load(tmp_path / "bank.yaml")


def test_an_overlay_speaks_the_languages_of_the_shipped_pack_but_for_what_it_changes(tmp_path: Path) -> None:
    pack = overlay(tmp_path)
    bank, mlops = pack.in_language("es"), MLOPS.in_language("es")

    assert (bank.title, bank.frame) == ("Our bank", "Think of the bank.")
    assert bank.fell_back == {"DEV-Q1", "DEV-R1"}
    assert bank.item("DEV-Q1").why == mlops.item("DEV-Q1").why
    assert bank.item("DEV-Q2").ask == mlops.item("DEV-Q2").ask
    assert (bank.item("DEV-Q3").ask, bank.item("DEV-Q3").why) == (
        mlops.item("DEV-Q3").ask,
        "We had an incident.",
    )
    assert [goal.title for goal in bank.goals][:2] == ["Earn more", mlops.goals[1].title]
    assert pack.notes == ()


def test_an_overlay_translates_what_it_changes(tmp_path: Path) -> None:
    levels = "{0: Nada., 1: Algo., 2: Todo., 3: Además.}"
    item = f'items: [{{id: DEV-Q1, revision: 2, ask: "¿Cómo?", ask_as: {{DE: "¿Cómo?"}}, levels: {levels}}}]'
    pack = overlay(tmp_path, f"translates: bank\ntitle: Nuestro banco\nframe: Piensa en el banco.\n{item}\n")

    bank = pack.in_language("es")

    assert (bank.title, bank.frame) == ("Nuestro banco", "Piensa en el banco.")
    assert bank.item("DEV-Q1").levels == ("Nada.", "Algo.", "Todo.", "Además.")
    assert bank.item("DEV-Q1").why == MLOPS.in_language("es").item("DEV-Q1").why
    assert bank.fell_back == {"DEV-R1"}


def test_what_is_wrong_in_the_words_of_an_overlay_has_their_line(tmp_path: Path) -> None:
    with pytest.raises(PackError) as refused:
        overlay(tmp_path, "translates: bank\nitems:\n  - {id: DEV-Q9, title: Nada}\n")

    assert str(refused.value).startswith(
        f'{tmp_path}/bank.es.yaml:3: DEV-Q9: the item "DEV-Q9" is not known.'
    )


# The shipped translation.


def test_the_shipped_pack_is_asked_in_spanish_as_a_whole() -> None:
    spanish = MLOPS.in_language("es")

    assert (spanish.fell_back, MLOPS.notes) == (frozenset(), ())
    assert translated(spanish) == "51 of 51 questions are asked in es."
    same = [
        (ours.id, key)
        for ours in MLOPS.items
        for key in ("ask", "levels", "why", "evidence", "sufficient", "insufficient", "advice", "measure")
        if getattr(ours, key) == getattr(spanish.item(ours.id), key)
    ]
    assert same == []
    assert [
        item.id for item in MLOPS.items if item.ask_as.keys() != spanish.item(item.id).ask_as.keys()
    ] == []


def test_an_answer_adds_to_the_one_before_it_in_spanish_where_it_does_in_english() -> None:
    spanish = MLOPS.in_language("es")

    for item in MLOPS.items:
        adds = [anchor.startswith("Also:") for anchor in item.levels]
        assert [anchor.startswith("Además:") for anchor in spanish.item(item.id).levels] == adds


def test_the_schema_for_editors_is_true_of_the_shipped_translation() -> None:
    validator = jsonschema.Draft202012Validator(schema())

    assert [error.message for error in validator.iter_errors(_levels_by_name(SPANISH))] == []
    assert not validator.is_valid(_levels_by_name(SPANISH) | {"xyzzy": 1})


def _levels_by_name(thing: Any) -> Any:
    """JSON has no numbers for keys."""
    if isinstance(thing, dict):
        return {str(key): _levels_by_name(each) for key, each in thing.items()}
    return [_levels_by_name(each) for each in thing] if isinstance(thing, list) else thing


# Laws.


@st.composite
def partial_translations(draw: st.DrawFn) -> dict[str, Any]:
    """The shipped one without some of its items, some of what they say, or with old revisions."""
    words = {key: thing for key, thing in SPANISH.items() if key != "translates"}
    items = draw(st.lists(st.sampled_from(words["items"]), unique_by=lambda item: item["id"], max_size=12))
    kept = []
    for item in items:
        units = draw(st.sets(st.sampled_from(["title", "ask", "why", "evidence", "advice"])))
        gone = {"ask", "levels", "ask_as"} if "ask" in units else set()
        left = {key: thing for key, thing in item.items() if key not in units - {"ask"} | gone}
        kept.append(left | ({"revision": 7} if draw(st.booleans()) else {}))
    heads = draw(
        st.sets(st.sampled_from(["title", "frame", "levels", "aspects", "roles", "goals", "stages"]))
    )
    return {key: thing for key, thing in words.items() if key not in heads} | {"items": kept}


@few(15)
@given(partial_translations(), st.data())
def test_whatever_is_translated_nothing_is_lost_and_answers_count_the_same(
    words: dict[str, Any], data: st.DataObject
) -> None:
    facts = {key: getattr(MLOPS, key) for key in Pack.model_fields}
    pack = Pack.model_validate(facts | {"translations": {"es": words}})

    spanish = pack.in_language("es")

    assert [item.meaning for item in spanish.items] == [item.meaning for item in pack.items]
    assert [len(item.levels) for item in spanish.items] == [len(item.levels) for item in pack.items]
    asked = {item["id"] for item in words["items"] if "ask" in item and item.get("revision") != 7}
    assert spanish.fell_back == {item.id for item in pack.items} - asked
    for ours, theirs in zip(pack.items, spanish.items, strict=True):
        whole = (theirs.ask, theirs.levels)
        assert whole == (ours.ask, ours.levels) or ours.id in asked
    for length in Length:
        assert [item.id for item in spanish.questions_for(["DS", "PM"], length)] == [
            item.id for item in pack.questions_for(["DS", "PM"], length)
        ]
    some = data.draw(st.lists(st.sampled_from(pack.items), unique_by=lambda item: item.id, max_size=6))
    answers = [Answer("Ana", item.primary[0], item.id, data.draw(st.integers(0, 3))) for item in some]
    assert _levels(spanish, answers) == _levels(pack, answers)


def _levels(pack: Pack, answers: list[Answer]) -> Any:
    card = as_json(score(pack, answers))
    return {key: thing for key, thing in card.items() if key != "because"}
