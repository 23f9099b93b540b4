"""An overlay changes a shipped pack, item by item and key by key; what is wrong is named in its own file."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.pack import Concern, Pack, PackError, schema

MLOPS = Pack.shipped("mlops", 1)

OURS = """\
extends: mlops@1
id: ours
title: Our maturity
version: 4
frame: Think of the models of the bank.
roles:
  - {id: DS, titles: [quant, model developer]}
goals:
  - {id: fraud, title: Less fraud, items: [DEV-Q1, DEV-Q2]}
pains:
  - {id: audit, title: Audit findings, items: [DEV-Q1]}
items:
  - id: DEV-Q1
    disabled: true
  - id: DEV-Q2
    impact: 2
  - id: DEV-Q3
    ask: How is code kept correct?
  - id: MINE-1
    title: Model risk
    aspect: governance
    criterion: compliance
    primary: [PM]
    ask: Who signs for a model?
    levels:
      0: Its author.
      1: A colleague.
      2: A risk officer.
      3: "Also: after a test of their own."
    effort: [1, 2, 3]
    impact: 4
"""


def load(tmp_path: Path, text: str = OURS) -> Pack:
    path = tmp_path / "ours.yaml"
    path.write_text(text, encoding="utf-8")
    return Pack.load(path)


def complaints(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(PackError) as refused:
        load(tmp_path, text)
    return str(refused.value).replace(f"{tmp_path}/", "").splitlines()


def test_it_is_a_pack_of_its_own(tmp_path):
    ours = load(tmp_path)

    assert (ours.id, ours.version, ours.title) == ("ours", 4, "Our maturity")
    assert ours.frame == "Think of the models of the bank."
    assert ours.levels == MLOPS.levels
    assert ours.role("DS").titles == ("quant", "model developer")
    assert ours.role("DS").plural == MLOPS.role("DS").plural
    assert ours.role("DE") == MLOPS.role("DE")


def test_its_items_are_those_of_the_shipped_pack_with_what_it_changes(tmp_path):
    ours = load(tmp_path)

    shipped = [item.id for item in MLOPS.items]
    assert [item.id for item in ours.items] == [*(key for key in shipped if key != "DEV-Q1"), "MINE-1"]
    assert ours.item("DEV-Q2") == MLOPS.item("DEV-Q2").model_copy(update={"impact": 2})
    assert ours.item("MINE-1").levels[2] == "A risk officer."


def test_what_names_a_disabled_item_names_it_no_longer(tmp_path):
    needing = {item.id for item in MLOPS.items if "DEV-Q1@" in str(item.model_dump(mode="json")["requires"])}
    ours = load(tmp_path)

    assert needing
    assert not [item.id for item in ours.items if "DEV-Q1@" in str(item.model_dump(mode="json"))]
    assert ours.goals == (Concern(id="fraud", title="Less fraud", items=("DEV-Q2",)),)
    assert ours.pains == ()


def test_a_role_that_only_disabled_items_asked_is_gone_with_its_words(tmp_path):
    asked = [item.id for item in Pack.shipped("azure").items if "DE" in (*item.primary, *item.secondary)]
    kept = "  - {id: PEO-2, primary: [SE], secondary: [DS]}\n"
    gone = "".join(f"  - {{id: {key}, disabled: true}}\n" for key in asked if key != "PEO-2")

    ours = load(tmp_path, f"extends: azure\nid: ours\ntitle: Ours\nitems:\n{gone}{kept}")

    assert [role.id for role in ours.roles] == ["DS", "SE"]
    assert [*ours.item("PEO-2").ask_as] == ["DS"]
    assert ours.item("PEO-2").meaning == ("PEO-2", "azure", 1)


def test_a_gate_a_goal_and_a_heading_that_only_a_disabled_item_had_are_gone(tmp_path):
    text = OURS.replace("id: DEV-Q1\n", "id: DEV-R1\n")
    speed = [item.id for item in MLOPS.items if item.criterion == "speed"]
    text = text.replace(
        "items:\n", "items:\n" + "".join(f"  - {{id: {key}, disabled: true}}\n" for key in speed)
    )

    ours = load(tmp_path, text)

    assert [gate.item for gate in ours.gates] == ["MON-Q1", "GOV-Q1"]  # DEP-V1 is about speed
    assert "speed" not in [criterion.id for criterion in ours.criteria]


@pytest.mark.parametrize(
    ("change", "item", "meaning"),
    [
        (None, "DEV-Q2", ("DEV-Q2", "mlops", 1)),
        (None, "DEV-Q3", ("DEV-Q3", "ours", 1)),
        (None, "DEV-Q4", ("DEV-Q4", "mlops", 1)),
        (None, "MINE-1", ("MINE-1", "ours", 1)),
        (("    impact: 2", "    revision: 7"), "DEV-Q2", ("DEV-Q2", "ours", 7)),
        (("    impact: 2", "    levels: {0: a, 1: b, 2: c, 3: d}"), "DEV-Q2", ("DEV-Q2", "ours", 1)),
        (("    impact: 2", f"    ask: '{MLOPS.item('DEV-Q2').ask}'"), "DEV-Q2", ("DEV-Q2", "mlops", 1)),
    ],
)
def test_only_what_is_asked_in_other_words_is_the_overlays_own(tmp_path, change, item, meaning):
    text = OURS.replace(*change) if change else OURS

    assert load(tmp_path, text).item(item).meaning == meaning


def test_a_snapshot_keeps_whose_wording_it_is(tmp_path):
    ours = load(tmp_path)
    again = Pack.from_snapshot(ours.snapshot())

    assert again == ours
    assert load(tmp_path, ours.snapshot()) == ours


BROKEN = {
    "an unknown pack": (
        ("extends: mlops@1", "extends: mlosp"),
        ["ours.yaml:1: There is no pack 'mlosp'. Shipped are: azure, mlops."],
    ),
    "an unknown version": (
        ("extends: mlops@1", "extends: mlops@7"),
        ["ours.yaml:1: There is no version 7 of the pack mlops. Shipped are: mlops@1, mlops@2."],
    ),
    "no pack": (
        ("extends: mlops@1", "extends: [mlops]"),
        ["ours.yaml:1: `extends` names a shipped pack, as mlops or mlops@1."],
    ),
    "the id of the pack that it extends": (
        ("id: ours", "id: mlops"),
        ['ours.yaml:2: the pack that this extends has the id "mlops". Choose another.'],
    ),
    "no title": (("title: Our maturity\n", ""), ["ours.yaml:1: `title` is missing. Add it."]),
    "other levels": (
        ("version: 4", "version: 4\nlevels: {0: {name: a, meaning: b}}"),
        ["ours.yaml:5: an overlay keeps the levels of the pack that it extends. Take them out."],
    ),
    "a mistyped id": (
        ("id: DEV-Q2", "id: DVE-Q2"),
        [
            'ours.yaml:15: DVE-Q2: mlops has no item of this id. The nearest is "DEV-Q2". '
            "A new question needs `ask`, `levels` and all that an item needs."
        ],
    ),
    "a mistyped key": (
        ("    impact: 2", "    impakt: 2"),
        ["ours.yaml:16: DEV-Q2: the key `impakt` is not known. Did you mean `impact`?"],
    ),
    "an unknown item to disable": (
        ("id: DEV-Q1\n", "id: DEV-Q0\n"),
        [
            'ours.yaml:13: DEV-Q0: mlops has no item of this id. The nearest is "DEV-Q4". '
            "A new question needs `ask`, `levels` and all that an item needs."
        ],
    ),
    "the same item twice": (
        ("id: DEV-Q3", "id: DEV-Q2"),
        ["ours.yaml:17: DEV-Q2: this stands here twice. Keep one."],
    ),
    "an id that is none": (
        ("id: ours", "id: our own"),
        ['ours.yaml:2: `id` is "our own". An id has only letters, digits and - _ . in it.'],
    ),
    "what is no list of ids": (
        ("version: 4", "version: 4\nself_check: [[DEV-Q2]]\ngates: [{item: [DEV-Q2]}]"),
        [
            "ours.yaml:5: number 1 of `self_check` is not read as text. Put it in quotes.",
            "ours.yaml:6: `aspect` is missing. Add it.",
            "ours.yaml:6: `item` is not read as text. Put it in quotes.",
            "ours.yaml:6: `level` is missing. Add it.",
        ],
    ),
    "disabled, but how": (
        ("disabled: true", "disabled: maybe"),
        ["ours.yaml:14: DEV-Q1: `disabled` must be true or false."],
    ),
    "an unknown role": (
        ("primary: [PM]", "primary: [PN]"),
        ['ours.yaml:23: MINE-1: the role "PN" is not known. The nearest is "PM".'],
    ),
    "an anchor too few": (
        ('      3: "Also: after a test of their own."\n', ""),
        ["ours.yaml:25: MINE-1: level 3 is missing. This pack has four: 0, 1, 2 and 3."],
    ),
    "a new question that is not whole": (
        ("    effort: [1, 2, 3]\n", ""),
        ["ours.yaml:19: MINE-1: `effort` is missing. Add it."],
    ),
}


@pytest.mark.parametrize(("change", "expected"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_said_with_the_line_of_the_overlay(tmp_path, change, expected):
    text = OURS.replace(
        "pains:\n  - {id: audit, title: Audit findings, items: [DEV-Q1]}\n", "# no\n# pains\n"
    )
    assert text.count(change[0]) == 1

    assert complaints(tmp_path, text.replace(*change)) == expected


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_damage_to_an_overlay_surprises_the_reader(tmp_path_factory, data):
    lines = OURS.splitlines()
    at = data.draw(st.integers(1, len(lines) - 1))
    indent = re.match(r" *", lines[at]).group()
    lines[at] = indent + data.draw(
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(
                [
                    "items: 3",
                    "levels: [a]",
                    "gates: x",
                    "self_check: [1]",
                    "- 1",
                    "id: 7",
                    "requires: {2: DEV-Q1@1}",
                ]
            ),
        )
    )

    try:
        load(tmp_path_factory.mktemp("pack"), "\n".join(lines))
        problems = None
    except PackError as refused:
        problems = refused.problems

    assert problems is None or (problems and all(problem.line >= 1 for problem in problems))


def test_the_schema_knows_overlays():
    validator = jsonschema.Draft202012Validator(schema())

    def refused(text: str) -> list[object]:
        return list(validator.iter_errors(json.loads(json.dumps(yaml.safe_load(text)))))

    assert not refused(OURS)
    assert refused(OURS.replace("impact: 2", "impakt: 2"))
    assert refused(OURS.replace("title: Our maturity\n", ""))
