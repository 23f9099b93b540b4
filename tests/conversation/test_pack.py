"""A pack that loads has no loose ends; a pack that does not says everything that is wrong, with lines."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation.pack import (
    PACKS,
    Gate,
    Length,
    Need,
    Pack,
    PackError,
    Problem,
    schema,
    shipped_names,
    shipped_versions,
)

MLOPS = Pack.shipped("mlops", 1)
ROLES = [role.id for role in MLOPS.roles]

BAKERY = """\
id: bakery
version: 3
title: Bakery
levels:
  0: {name: Raw, meaning: Nothing is baked.}
  1: {name: Warm, meaning: Some is baked.}
  2: {name: Brown, meaning: All is baked.}
  3: {name: Crisp, meaning: All is baked well.}
aspects:
  - {id: dough, title: Dough}
  - {id: oven, title: Oven}
criteria:
  - {id: taste, title: Taste}
roles:
  - {id: BAKER, title: Baker, plural: Bakers, titles: [baker, patissier]}
  - {id: SELLER, title: Seller, plural: Sellers}
items:
  - id: HEAT
    title: Heat
    aspect: oven
    criterion: taste
    primary: [BAKER]
    ask: How is the heat set?
    levels:
      0: By feeling.
      1: By a thermometer.
      2: By a plan.
      3: By itself.
    requires: {2: [FLOUR@1]}
    effort: [1, 2, 3]
    impact: 3
  - id: FLOUR
    title: Flour
    aspect: dough
    criterion: taste
    primary: [BAKER]
    secondary: [SELLER]
    ask: Which flour is used?
    levels:
      0: What is there.
      1: What was written down.
      2: What was tested.
      3: What customers chose.
    effort: [1, 2, 3]
    impact: 3
gates:
  - {aspect: oven, item: HEAT, level: 2}
"""


def load(tmp_path: Path, text: str) -> Pack:
    path = tmp_path / "pack.yaml"
    path.write_text(text, encoding="utf-8")
    return Pack.load(path)


def complaints(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(PackError) as refused:
        load(tmp_path, text)
    return str(refused.value).replace(f"{tmp_path}/", "").splitlines()


def test_a_pack_of_another_framework_loads(tmp_path):
    pack = load(tmp_path, BAKERY)

    assert [level.name for level in pack.levels] == ["Raw", "Warm", "Brown", "Crisp"]
    assert pack.item("HEAT").requires == {2: (Need(item="FLOUR", level=1),)}
    assert pack.item("FLOUR").levels[3] == "What customers chose."
    assert pack.role("BAKER").titles == ("baker", "patissier")
    assert pack.gates == (Gate(aspect="oven", item="HEAT", level=2),)


BROKEN = {
    "not YAML": (
        ("title: Bakery", "title: [Bakery"),
        [
            "pack.yaml:4: This is not valid YAML: while parsing a flow sequence, expected ',' or ']', "
            "but got ':'. Look at the indentation, colons and quotes here."
        ],
    ),
    "a key twice": (
        ("version: 3", "version: 3\nversion: 4"),
        ["pack.yaml:3: The key `version` stands here twice, first on line 2. Keep one."],
    ),
    "an alias": (
        ("title: Flour", "title: &name Flour\n    help: *name"),
        ["pack.yaml:34: Aliases (*name) are not read in a pack. Write the text out."],
    ),
    "a mistyped key": (
        ("    ask: Which", "    aks: Which"),
        [
            "pack.yaml:32: FLOUR: `ask` is missing. Add it.",
            "pack.yaml:38: FLOUR: the key `aks` is not known. Did you mean `ask`?",
        ],
    ),
    "a key that resembles nothing": (
        ("version: 3", "version: 3\nxyzzy: 1"),
        [
            "pack.yaml:3: the key `xyzzy` is not known. Known are: id, version, language, title, "
            "frame, levels, aspects, criteria, stages, kinds, roles, goals, pains, self_check, items, gates, "
            "references, translations."
        ],
    ),
    "an unknown role": (
        ("secondary: [SELLER]", "secondary: [SELER]"),
        [
            "pack.yaml:16: SELLER: this role is never asked anything. Name it under an item, or take it out.",
            'pack.yaml:37: FLOUR: the role "SELER" is not known. The nearest is "SELLER".',
        ],
    ),
    "an unknown aspect": (
        ("aspect: dough\n", "aspect: douhg\n"),
        [
            "pack.yaml:10: dough: no item has this aspect. Give it an item, or take it out.",
            'pack.yaml:34: FLOUR: the aspect "douhg" is not known. The nearest is "dough".',
        ],
    ),
    "an unknown criterion": (
        (
            "criterion: taste\n    primary: [BAKER]\n    ask",
            "criterion: tasty\n    primary: [BAKER]\n    ask",
        ),
        ['pack.yaml:21: HEAT: the criterion "tasty" is not known. The nearest is "taste".'],
    ),
    "an unknown stage": (
        ("    ask: Which", "    stages: [night]\n    ask: Which"),
        ['pack.yaml:38: FLOUR: the stage "night" is not known. None is listed.'],
    ),
    "an unknown prerequisite": (
        ("FLOUR@1", "FLUOR@1"),
        ['pack.yaml:29: HEAT: the prerequisite "FLUOR" is not known. The nearest is "FLOUR".'],
    ),
    "a prerequisite without a level": (
        ("FLOUR@1", "FLOUR"),
        [
            "pack.yaml:29: HEAT: a prerequisite of level 2 must be written ITEM@level, "
            "with a level from 1 to 3.",
        ],
    ),
    "a prerequisite of level 0": (
        ("{2: [FLOUR@1]}", "{0: [FLOUR@1]}"),
        ["pack.yaml:29: HEAT: level 0 under `requires` is 0; it must be 1 to 3."],
    ),
    "an item that asks for itself": (
        ("FLOUR@1", "HEAT@1"),
        [
            "pack.yaml:29: HEAT: it asks for itself (HEAT@1). Levels are climbed in order anyway. "
            "Take it out.",
        ],
    ),
    "a gate on an unknown item": (
        ("item: HEAT, level", "item: HAET, level"),
        ['pack.yaml:47: gate: the item "HAET" is not known. The nearest is "HEAT".'],
    ),
    "a gate on another aspect's item": (
        ("item: HEAT, level", "item: FLOUR, level"),
        [
            'pack.yaml:47: gate: FLOUR belongs to the aspect "dough", not "oven". '
            "Name an item of that aspect.",
        ],
    ),
    "a gate of level 0": (
        ("level: 2}", "level: 0}"),
        ["pack.yaml:47: `level` is 0; it must be 1 to 3."],
    ),
    "an id twice": (
        ("id: FLOUR", "id: HEAT"),
        [
            'pack.yaml:29: HEAT: the prerequisite "FLOUR" is not known. The nearest is "HEAT".',
            "pack.yaml:32: HEAT: this id is taken, by number 1 of `items`. Choose another.",
        ],
    ),
    "a role twice": (
        ("secondary: [SELLER]", "secondary: [SELLER, SELLER]"),
        ['pack.yaml:37: FLOUR: the role "SELLER" stands twice under `secondary`. Keep one.'],
    ),
    "an id with a space": (
        ("id: dough", "id: my dough"),
        [
            "pack.yaml:10: my dough: no item has this aspect. Give it an item, or take it out.",
            'pack.yaml:10: my dough: `id` is "my dough". An id has only letters, digits and - _ . in it.',
            'pack.yaml:34: FLOUR: the aspect "dough" is not known. The nearest is "my dough".',
        ],
    ),
    "an anchor is missing": (
        ("      2: What was tested.\n", ""),
        ["pack.yaml:39: FLOUR: level 2 is missing. This pack has four: 0, 1, 2 and 3."],
    ),
    "an anchor too many": (
        ("      3: By itself.\n", "      3: By itself.\n      4: By magic.\n"),
        ["pack.yaml:29: HEAT: there is no level 4. This pack has four: 0, 1, 2 and 3. Take it out."],
    ),
    "anchors without levels": (
        ("{name: Warm, meaning: Some is baked.}", "[Warm]"),
        ["pack.yaml:6: level 1 must be keys with values, as in `key: value`."],
    ),
    "an empty text": (
        ("ask: Which flour is used?", 'ask: " "'),
        ["pack.yaml:38: FLOUR: `ask` is empty. Write it."],
    ),
    "a text left out": (
        ("      0: By feeling.", "      0:"),
        ["pack.yaml:25: HEAT: level 0 is empty. Write it, or take the key out."],
    ),
    "a word that YAML takes for something else": (
        ("      0: By feeling.", "      0: No"),
        ["pack.yaml:25: HEAT: level 0 is not read as text. Put it in quotes."],
    ),
    "a title over Slack's limit": (
        ("title: Heat", "title: " + "x" * 61),
        ["pack.yaml:19: HEAT: `title` has 61 characters; the limit is 60. Shorten it."],
    ),
    "an answer over Slack's limit": (
        ("By a plan.", "x" * 501),
        ["pack.yaml:27: HEAT: level 2 has 501 characters; the limit is 500. Shorten it."],
    ),
    "a card over Slack's limit": (
        ("By a plan.\n      3: By itself.", f'"{"&" * 300}"\n      3: "{"<" * 400}"'),
        [
            "pack.yaml:24: HEAT: its card has 3174 characters (Slack counts & as 5, < and > as 4); "
            "the limit is 3000. Shorten it.",
        ],
    ),
    "two levels that say the same": (
        ("1: By a thermometer.", "1: by  feeling"),
        ["pack.yaml:26: HEAT: levels 0 and 1 say the same, so nobody could choose. Tell them apart."],
    ),
    "nobody to ask": (
        ("primary: [BAKER]\n    ask", "primary: []\n    ask"),
        [
            "pack.yaml:22: HEAT: it has no primary role, so nobody can answer for its levels. "
            "Name the role that knows it."
        ],
    ),
    "primary and secondary at once": (
        ("secondary: [SELLER]", "secondary: [SELLER, BAKER]"),
        ['pack.yaml:37: FLOUR: the role "BAKER" is both primary and secondary. Keep one of the two.'],
    ),
    "effort and impact out of range": (
        ("effort: [1, 2, 3]\n    impact: 3\n  - id", "effort: [1, 2, 50]\n    impact: 6\n  - id"),
        [
            "pack.yaml:30: HEAT: the effort to level 3 is 50; it must be 1 to 13.",
            "pack.yaml:31: HEAT: `impact` is 6; it must be 1 to 5.",
        ],
    ),
    "an effort too few": (
        ("effort: [1, 2, 3]\n    impact: 3\n  - id", "effort: [1, 2]\n    impact: much\n  - id"),
        [
            "pack.yaml:30: HEAT: the effort to level 3 is missing. Add it.",
            "pack.yaml:31: HEAT: `impact` must be a whole number.",
        ],
    ),
    "an effort too many": (
        ("effort: [1, 2, 3]\n    impact: 3\n  - id", "effort: [1, 2, 3, 5]\n    impact: 3\n  - id"),
        ["pack.yaml:30: HEAT: `effort` has 4 entries; the limit is 3. Take some out."],
    ),
    "one role that is no list": (
        ("secondary: [SELLER]", "secondary: SELLER"),
        ["pack.yaml:37: FLOUR: `secondary` must be a list, as in [a, b]."],
    ),
    "an item that is no mapping": (
        ("gates:", "  - FLOUR\ngates:"),
        ["pack.yaml:46: number 3 of `items` must be keys with values, as in `key: value`."],
    ),
    "a circle": (
        ("ask: Which flour is used?", "requires: {1: [HEAT@2]}\n    ask: Which flour is used?"),
        [
            "pack.yaml:29: HEAT: prerequisites run in a circle: HEAT@2 -> FLOUR@1 -> HEAT@2. "
            "Take one of them out.",
        ],
    ),
    "a circle over a step in between": (
        ("ask: Which flour is used?", "requires: {1: [HEAT@3]}\n    ask: Which flour is used?"),
        [
            "pack.yaml:29: HEAT: prerequisites run in a circle: HEAT@2 -> FLOUR@1 -> HEAT@3 -> HEAT@2. "
            "Take one of them out.",
        ],
    ),
}


@pytest.mark.parametrize(("change", "expected"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_said_with_its_line_and_what_to_do(tmp_path, change, expected):
    assert BAKERY.count(change[0]) == 1

    assert complaints(tmp_path, BAKERY.replace(*change)) == expected


def test_everything_that_is_wrong_is_said_at_once(tmp_path):
    text = BAKERY
    for change in (
        ("version: 3", "version: 3\nid: x"),
        ("By a plan.", "x" * 501),
        ("FLOUR@1", "FLUOR@1"),
        ("level: 2}", "level: 9}"),
    ):
        text = text.replace(*change)

    assert complaints(tmp_path, text) == [
        "pack.yaml:3: The key `id` stands here twice, first on line 1. Keep one.",
        "pack.yaml:28: HEAT: level 2 has 501 characters; the limit is 500. Shorten it.",
        'pack.yaml:30: HEAT: the prerequisite "FLUOR" is not known. The nearest is "FLOUR".',
        "pack.yaml:48: `level` is 9; it must be 1 to 3.",
    ]


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        ("[]", ["`criteria` is empty. List at least one."]),
        ("[taste]", ["number 1 of `criteria` must be keys with values, as in `key: value`."]),
        ("[taste, {id: look}]", [
            "number 1 of `criteria` must be keys with values, as in `key: value`.",
            "look: `title` is missing. Add it.",
        ]),
        ("\n  - id: taste", ["taste: `title` is missing. Add it."]),
        ("[{id: taste", ["This is not valid YAML: "]),
        (
            f"[{', '.join(f'{{id: c{number}, title: T}}' for number in range(25))}]",
            ["`criteria` has 25 entries; the limit is 20. Take some out."],
        ),
    ],
)  # fmt: skip
def test_a_list_of_which_nothing_can_be_read_is_not_called_empty(tmp_path, criteria, said):
    there = complaints(tmp_path, BAKERY.replace("\n  - {id: taste, title: Taste}", f" {criteria}"))

    found = [line.partition(": ")[2] for line in there if "criterion" not in line]

    assert [line for line in found if not line.startswith(tuple(said))] == []
    assert len(found) == len(said)


def test_every_circle_is_named(tmp_path):
    text = BAKERY.replace("{2: [FLOUR@1]}", "{1: [FLOUR@1], 3: [FLOUR@3]}")
    text = text.replace("ask: Which", "requires: {1: [HEAT@1], 3: [HEAT@3]}\n    ask: Which")

    assert {line.partition("circle: ")[2] for line in complaints(tmp_path, text)} == {
        "HEAT@1 -> FLOUR@1 -> HEAT@1. Take one of them out.",
        "HEAT@3 -> FLOUR@3 -> HEAT@3. Take one of them out.",
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "pack.yaml:1: This file is empty. Start with `id`, `version` and `title`."),
        (b"- a\n- b\n", "pack.yaml:1: the file must be keys with values, as in `key: value`."),
        (b"id: \xff\n", "pack.yaml:1: This is not UTF-8 text. Save the file as UTF-8."),
        (b"id: a\ntitle: \x07\n", "pack.yaml:2: There is an unprintable character here. Delete it."),
        (b"[" * 5000, "pack.yaml:1: This file is nested too deeply to be a pack."),
    ],
)
def test_a_file_that_is_no_pack_at_all_is_refused_in_one_sentence(tmp_path, content, expected):
    path = tmp_path / "pack.yaml"
    path.write_bytes(content)

    with pytest.raises(PackError) as refused:
        Pack.load(path)

    assert str(refused.value).replace(f"{tmp_path}/", "") == expected


def test_a_file_that_is_not_there_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(
        PackError, match=r"nowhere\.yaml:1: This file cannot be read: No such file or directory\.$"
    ):
        Pack.load(tmp_path / "nowhere.yaml")


@settings(deadline=None)
@given(st.data())
def test_no_damage_to_a_pack_surprises_the_reader(tmp_path_factory, data):
    """Whatever a line is replaced with, the file loads or is refused; it never breaks the reader."""
    lines = BAKERY.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    indent = re.match(r" *", lines[at]).group()
    lines[at] = indent + data.draw(
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(
                ["items: 3", "levels: [a]", "requires: {x: y}", "? [a]\n: b", "<<: {a: 1}", "- 1", "id: 7"]
            ),
        )
    )

    try:
        load(tmp_path_factory.mktemp("pack"), "\n".join(lines))
        problems: tuple[Problem, ...] | None = None
    except PackError as refused:
        problems = refused.problems

    assert problems is None or (problems and all(problem.line >= 1 for problem in problems))


def test_a_snapshot_keeps_the_pack(tmp_path):
    snapshot = MLOPS.snapshot()

    assert Pack.from_snapshot(snapshot) == MLOPS
    assert Pack.from_snapshot(snapshot).digest == MLOPS.digest


def test_a_snapshot_is_a_pack_file_too(tmp_path):
    assert load(tmp_path, MLOPS.snapshot()) == MLOPS


def test_the_digest_does_not_depend_on_how_the_file_is_written(tmp_path):
    assert (
        load(tmp_path, BAKERY.replace("{2: [FLOUR@1]}", "{'2': ['FLOUR@1']}")).digest
        == load(tmp_path, BAKERY).digest
    )
    assert load(tmp_path, BAKERY.replace("By a plan.", "By plan.")).digest != load(tmp_path, BAKERY).digest


def test_the_shipped_packs_load_by_name_and_by_version():
    assert shipped_names() == ("azure", "mlops")
    for name, version in shipped_versions():
        pack = Pack.shipped(name, version)
        assert pack.id == name
        assert version in (None, pack.version)
        assert Pack.shipped(name, pack.version) is pack or Pack.shipped(name, pack.version) == pack


def test_a_pack_is_named_by_its_name_its_version_or_its_file(tmp_path):
    (tmp_path / "mine.yaml").write_text(BAKERY, encoding="utf-8")

    assert Pack.named("azure") == Pack.shipped("azure")
    assert Pack.named("mlops@1") == MLOPS
    assert Pack.named(str(tmp_path / "mine.yaml")).id == "bakery"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mlosp", "There is no pack 'mlosp'. Shipped are: azure, mlops. A file is named with its ending, "),
        ("azure@7", "There is no version 7 of the pack azure. Shipped are: azure@1."),
        ("azure@new", "There is no pack 'azure@new'. Shipped are: azure, mlops."),
    ],
)
def test_a_pack_that_is_not_shipped_is_named(name, said):
    with pytest.raises(LookupError) as refused:
        Pack.named(name)

    assert str(refused.value).startswith(said)


def test_what_is_shipped_is_in_one_folder():
    with pytest.raises(LookupError, match=r"no pack '\.\./mlops'\. Shipped are: azure, mlops"):
        Pack.shipped("../mlops")


def test_the_mlops_pack_asks_every_role_its_share():
    shares = {
        role: (
            sum(role in item.primary for item in MLOPS.items),
            sum(role in item.secondary for item in MLOPS.items),
        )
        for role in ROLES
    }

    assert len(MLOPS.items) == 45
    assert shares == {
        "DE": (6, 11),
        "DS": (12, 15),
        "MLE": (20, 12),
        "OPS": (14, 16),
        "BA": (10, 8),
        "PM": (14, 10),
    }
    assert sum(len(needs) for item in MLOPS.items for needs in item.requires.values()) == 109


def test_the_mlops_pack_fills_every_aspect_with_every_criterion():
    cells = {(item.aspect, item.criterion) for item in MLOPS.items}

    assert cells == {(aspect.id, criterion.id) for aspect in MLOPS.aspects for criterion in MLOPS.criteria}


def test_the_mlops_pack_names_the_white_papers_levels():
    assert [level.name for level in MLOPS.levels] == ["Ad hoc", "Basic", "Intermediate", "Advanced"]


def test_the_mlops_pack_can_be_read_on_a_phone():
    anchors = [text for item in MLOPS.items for text in item.levels]

    assert max(map(len, anchors)) <= 140
    assert not [
        text for text in anchors if re.search(r"\b(usually|mostly|most|nobody knows)\b", text, re.IGNORECASE)
    ]
    assert not [item.id for item in MLOPS.items if item.ask.count("?") != 1 or not item.help]


def test_without_an_order_of_its_own_the_self_check_asks_each_aspects_gate():
    short = MLOPS.questions_for(["PM"], Length.SHORT)

    assert [item.id for item in short] == ["DEV-R1", "DEP-V1", "MON-Q1", "GOV-Q1"]
    assert short == MLOPS.questions_for([], Length.SHORT)


def test_an_aspect_without_a_gate_is_checked_by_its_first_item(tmp_path):
    assert [item.id for item in load(tmp_path, BAKERY).first_look()] == ["FLOUR", "HEAT"]


def test_a_filter_narrows_the_questions():
    asked = MLOPS.questions_for(ROLES, Length.LONG, aspects=["governance"], criteria=["speed", "security"])

    assert [item.id for item in asked] == ["GOV-V1", "GOV-X1"]
    assert MLOPS.questions_for(ROLES, Length.LONG, stages=["data_collection"], aspects=["governance"]) == (
        MLOPS.item("GOV-Q2"),
        MLOPS.item("GOV-X1"),
    )


def test_questions_go_aspect_by_aspect_however_the_file_mixes_them(tmp_path):
    assert [item.id for item in load(tmp_path, BAKERY).questions_for(["BAKER"], Length.STANDARD)] == [
        "FLOUR",
        "HEAT",
    ]


@given(st.sets(st.sampled_from(ROLES)), st.sets(st.sampled_from(ROLES)), st.sampled_from(list(Length)))
def test_two_roles_share_one_questionnaire(mine, yours, length):
    together = [item.id for item in MLOPS.questions_for([*mine, *yours], length)]
    apart = {item.id for roles in (mine, yours) for item in MLOPS.questions_for(roles, length)}

    assert together == [item.id for item in MLOPS.items if item.id in apart]


def test_the_schema_beside_the_shipped_packs_is_up_to_date():
    """Write it again with: tidemark pack schema > conversation/packs/pack.schema.json"""
    assert json.loads((PACKS / "pack.schema.json").read_text(encoding="utf-8")) == schema()


def test_the_schema_accepts_what_loads_and_refuses_what_does_not():
    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema())

    assert not list(validator.iter_errors(_as_json((PACKS / "mlops.yaml").read_text(encoding="utf-8"))))
    assert not list(validator.iter_errors(_as_json(BAKERY)))
    assert list(validator.iter_errors(_as_json(BAKERY.replace("FLOUR@1", "FLOUR"))))
    assert list(validator.iter_errors(_as_json(BAKERY.replace("      3: By itself.", "      x: By itself."))))
    assert list(validator.iter_errors(_as_json(BAKERY.replace("impact: 3\n  - id", "impakt: 3\n  - id"))))


def _as_json(text: str) -> object:
    return json.loads(json.dumps(yaml.safe_load(text)))


def test_the_pack_its_translation_and_the_overlay_in_the_documentation_load(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "packs.md").read_text(encoding="utf-8")
    small, overlay, spanish = (block.partition("```")[0] for block in page.split("```yaml\n")[1:])

    assert [item.id for item in load(tmp_path, small).items] == ["CARE-1", "CARE-2"]
    assert {"BANK-1", "DEV-Q1"} <= {item.id for item in load(tmp_path, overlay).items}
    (tmp_path / "pack.es.yaml").write_text(spanish, encoding="utf-8")
    assert load(tmp_path, small).in_language("es").fell_back == {"CARE-2"}
    (tmp_path / "pack.es.yaml").unlink()
    wrong = small.replace("[OWNER]", "[OWNR]", 1).replace("    ask:", "    aks:", 1)
    assert [line for line in complaints(tmp_path, wrong) if "OWNR" in line or "aks" in line] == [
        line.replace("my-pack", "pack") for line in page.splitlines() if "OWNR" in line or "`aks`" in line
    ]
