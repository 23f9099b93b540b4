"""Packs in the second form: any number of levels, kinds, goals and pains, a question in a role's words."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from conversation.pack import Length, Pack, PackError, schema
from tests.conversation.desk import CAFE

TEXT = Path(__file__).with_name("cafe.yaml").read_text(encoding="utf-8")
ROLES = ("BREWER", "WAITER")


def keys(pack: Pack, *args: object, **kwargs: object) -> list[str]:
    return [item.id for item in pack.questions_for(*args, **kwargs)]  # type: ignore[arg-type]


def test_a_pack_says_all_that_it_can():
    leaf = CAFE.item("LEAF")

    assert [level.name for level in CAFE.levels] == ["Flat", "Fine", "Fragrant"]
    assert leaf.levels == ("By price.", "By smell.", "Also: by harvest.")
    assert leaf.evidence == {1: "a smelling list", 2: "a delivery note with the harvest"}
    assert leaf.advice[2] == "Ask the supplier for the harvest of one tin."
    assert leaf.explanation == "Leaves lose their taste. Old ones spoil a cup."
    assert [criterion.regulated for criterion in CAFE.criteria] == [False, True]
    assert CAFE.goals[0].items == ("SMELL", "SMILE")
    assert CAFE.gates[0].otherwise == "HEAT"
    assert CAFE.references[0].title == "Kim, The Book of Brewing, 2020"


def test_only_what_is_about_a_kind_in_scope_is_asked():
    assert keys(CAFE, ROLES, Length.LONG) == ["LEAF", "HEAT", "SMELL", "SMILE", "BEAN"]
    assert keys(CAFE, ROLES, Length.LONG, kinds=["tea"]) == ["LEAF", "HEAT", "SMELL", "SMILE"]
    assert keys(CAFE, ROLES, Length.LONG, kinds=["coffee"]) == ["HEAT", "SMELL", "SMILE", "BEAN"]
    assert keys(CAFE, ["BREWER"], Length.STANDARD, kinds=["coffee"]) == ["HEAT", "BEAN"]
    assert keys(CAFE, ROLES, Length.LONG, kinds=[]) == ["HEAT", "SMILE"]


def test_the_self_check_goes_in_the_order_of_the_pack():
    assert keys(CAFE, [], Length.SHORT) == ["SMILE", "LEAF"]


def test_what_else_holds_a_gate_stands_in_for_it_in_the_self_check():
    assert keys(CAFE, [], Length.SHORT, kinds=["coffee"]) == ["SMILE", "HEAT"]
    assert keys(CAFE, [], Length.SHORT, kinds=["coffee"], aspects=["counter"]) == ["SMILE"]


def test_without_a_stand_in_the_self_check_is_shorter(tmp_path):
    pack = load(tmp_path, TEXT.replace(" otherwise: HEAT,", ""))

    assert keys(pack, [], Length.SHORT, kinds=["coffee"]) == ["SMILE"]


@pytest.mark.parametrize(
    ("item", "roles", "asked"),
    [
        ("HEAT", ["BREWER"], "How hot is it served?"),
        ("HEAT", ["WAITER"], "How hot is what you carry?"),
        ("HEAT", ["BREWER", "WAITER"], "How hot is it served?"),
        ("HEAT", [], "How hot is it served?"),
        ("BEAN", ["BREWER", "WAITER"], "When were the beans ground?"),
        # Only the waiter is asked whom they greet: a second role has no say in it.
        ("SMILE", ["BREWER", "WAITER"], "Whom do you greet?"),
        # In a self-check everyone is asked, in the words of their role.
        ("SMILE", ["BREWER"], "Whom do you nod to?"),
    ],
)
def test_a_question_in_the_words_of_a_role(item, roles, asked):
    assert CAFE.item(item).wording(roles) == asked


def test_what_an_item_means_is_its_id_its_wording_and_its_revision():
    assert CAFE.item("HEAT").meaning == ("HEAT", "cafe", 2)
    assert CAFE.item("LEAF").meaning == ("LEAF", "cafe", 1)
    assert Pack.from_snapshot(CAFE.snapshot()).item("HEAT").meaning == ("HEAT", "cafe", 2)


def test_a_snapshot_keeps_everything_and_is_a_pack_file_too(tmp_path):
    assert Pack.from_snapshot(CAFE.snapshot()) == CAFE
    assert load(tmp_path, CAFE.snapshot()) == CAFE
    assert '"origin"' not in CAFE.snapshot()


def test_a_snapshot_of_the_first_form_still_loads_word_for_word():
    """Databases hold these. It is that of the shipped pack, as version 0.1.0 wrote it."""
    written = Path("tests/data/mlops-1-snapshot.json").read_text(encoding="utf-8")

    pack = Pack.from_snapshot(written)

    assert pack.snapshot() == written
    assert pack.digest == "09071fe0d5e96fc51337989e6bdaccf0fc5abcc95554733cc1eeb82ed2e961e2"
    assert pack.item("DEV-Q1").explanation == (
        "A model learns the mistakes in its data, and finding them later costs more. Good evidence: a "
        "pipeline run that a failed check stopped."
    )
    assert pack.item("DEV-Q1").evidence == (
        "schema or expectations file", "latest data-quality report", "a pipeline run stopped by a check",
    )  # fmt: skip
    assert pack.item("DEV-Q1").meaning == ("DEV-Q1", "mlops", 1)
    assert pack == Pack.shipped("mlops", 1)


def test_the_schema_accepts_it():
    validator = jsonschema.Draft202012Validator(schema())

    assert not list(validator.iter_errors(json.loads(json.dumps(yaml.safe_load(TEXT)))))
    assert not list(validator.iter_errors(json.loads(CAFE.snapshot())))


BROKEN = {
    "an unknown kind": (
        ("kinds: [tea]", "kinds: [tee]"),
        ['cafe.yaml:37: LEAF: the kind "tee" is not known. The nearest is "tea".'],
    ),
    "a kind of nothing": (
        ("  - {id: coffee, title: Coffees}", "  - {id: coffee, title: Coffees}\n  - {id: milk, title: Milk}"),
        ["cafe.yaml:20: milk: no item has this kind. Give it an item, or take it out."],
    ),
    "a goal of an unknown item": (
        ("items: [SMELL, SMILE]", "items: [SMELL, SMIEL]"),
        ['cafe.yaml:24: regulars: the item "SMIEL" is not known. The nearest is "SMILE".'],
    ),
    "a pain of nothing": (
        ("items: [HEAT]", "items: []"),
        ["cafe.yaml:26: burns: `items` is empty. List at least one."],
    ),
    "the self-check of an unknown item": (
        ("self_check: [SMILE, LEAF]", "self_check: [SMILE, LAEF, SMILE]"),
        [
            'cafe.yaml:27: the item "LAEF" is not known. The nearest is "LEAF".',
            'cafe.yaml:27: the item "SMILE" stands twice under `self_check`. Keep one.',
        ],
    ),
    "a gate otherwise on an unknown item": (
        ("otherwise: HEAT", "otherwise: HAET"),
        ['cafe.yaml:31: gate: the item "HAET" is not known. The nearest is "HEAT".'],
    ),
    "a gate otherwise on itself": (
        ("otherwise: HEAT", "otherwise: LEAF"),
        ["cafe.yaml:31: gate: LEAF cannot stand in for itself. Name another item under `otherwise`."],
    ),
    "a gate above the highest level": (
        ("otherwise: HEAT, level: 1", "otherwise: HEAT, level: 3"),
        ["cafe.yaml:31: gate: there is no level 3. This pack has three: 0, 1 and 2."],
    ),
    "a source without a reference": (
        ("sources: [Brew-1]", "sources: [Brwe-1]"),
        ['cafe.yaml:52: LEAF: the source "Brwe-1" begins with the id of no reference. List what it is from.'],
    ),
    "an unknown role that asks otherwise": (
        ('ask_as: {WAITER: "How', 'ask_as: {WATER: "How'),
        ['cafe.yaml:61: HEAT: the role "WATER" is not known. The nearest is "WAITER".'],
    ),
    "an anchor too few": (
        ("      2: Measured by the machine.\n", ""),
        ["cafe.yaml:63: HEAT: level 2 is missing. This pack has three: 0, 1 and 2."],
    ),
    "an anchor too many": (
        ("      2: Measured by the machine.\n", "      2: Measured by the machine.\n      3: By itself.\n"),
        ["cafe.yaml:67: HEAT: there is no level 3. This pack has three: 0, 1 and 2. Take it out."],
    ),
    "evidence for one level only": (
        ("evidence: {1: a thermometer, 2: a reading on the machine}", "evidence: {1: a thermometer}"),
        ["cafe.yaml:67: HEAT: `evidence` has nothing for level 2. Add it."],
    ),
    "evidence for a level that is not there": (
        ("{1: a thermometer, 2:", "{1: a thermometer, 3: a robot, 2:"),
        ["cafe.yaml:67: HEAT: `evidence` has something for level 3, but the highest is 2. Take it out."],
    ),
    "evidence that is too long": (
        ("{1: a thermometer, 2:", f"{{1: {'x' * 151}, 2:"),
        ["cafe.yaml:67: HEAT: level 1 under `evidence` has 151 characters; the limit is 150. Shorten it."],
    ),
    "listed evidence that is too long": (
        ("{1: a thermometer, 2: a reading on the machine}", f"[a thermometer, {'x' * 151}]"),
        ["cafe.yaml:67: HEAT: an entry of `evidence` has 151 characters; the limit is 150. Shorten it."],
    ),
    "evidence that is nothing of it": (
        ("{1: a thermometer, 2: a reading on the machine}", "a thermometer"),
        ["cafe.yaml:67: HEAT: `evidence` must be keys with values, as in `key: value`."],
    ),
    "advice for level 0": (
        ("{1: Buy a thermometer.,", "{0: Wait.,"),
        [
            "cafe.yaml:70: HEAT: `advice` has nothing for level 1. Add it.",
            "cafe.yaml:70: HEAT: level 0 under `advice` is 0; it must be 1 to 2.",
        ],
    ),
    "a prerequisite above the highest level": (
        ("{2: [LEAF@1]}", "{2: [LEAF@3]}"),
        ["cafe.yaml:72: HEAT: it asks for LEAF@3, but the highest level is 2. Lower it."],
    ),
    "a prerequisite without a level": (
        ("{2: [LEAF@1]}", "{2: [LEAF]}"),
        [
            "cafe.yaml:72: HEAT: a prerequisite of level 2 must be written ITEM@level, with a level from 1 "
            "to 2."
        ],
    ),
    "a step without effort": (
        ("effort: [1, 3]", "effort: [1]"),
        ["cafe.yaml:50: LEAF: the effort to level 2 is missing. Add it."],
    ),
    "a reason over its limit": (
        ("why: Too hot burns, too cold comes back.", f"why: {'x' * 401}"),
        ["cafe.yaml:62: HEAT: `why` has 401 characters; the limit is 400. Shorten it."],
    ),
    "a level with a gap below it": (
        ("  1: {name: Fine, meaning: It is brewed.}\n", ""),
        ["cafe.yaml:7: level 1 is missing. This pack has three: 0, 1 and 2."],
    ),
}


@pytest.mark.parametrize(("change", "expected"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_said_with_its_line_and_what_to_do(tmp_path, change, expected):
    assert TEXT.count(change[0]) == 1

    assert complaints(tmp_path, TEXT.replace(*change)) == expected


def test_a_card_is_measured_with_its_frame_and_in_the_longest_words_of_a_role(tmp_path):
    text = TEXT.replace("Think of what you serve.", '"' + "&" * 300 + '"')
    text = text.replace('"How hot is what you carry?"', '"' + "&" * 290 + '"')

    assert complaints(tmp_path, text) == [
        "cafe.yaml:63: HEAT: its card has 3025 characters (Slack counts & as 5, < and > as 4); the limit is "
        "3000. Shorten it."
    ]


def load(tmp_path: Path, text: str) -> Pack:
    path = tmp_path / "cafe.yaml"
    path.write_text(text, encoding="utf-8")
    return Pack.load(path)


def complaints(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(PackError) as refused:
        load(tmp_path, text)
    return str(refused.value).replace(f"{tmp_path}/", "").splitlines()
