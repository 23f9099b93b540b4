"""What people type becomes a message as Slack keeps one: text with tags, and rich text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.blocks import check_message
from workspace.reading import Reader
from workspace.seed import Seed
from workspace.team import Team
from workspace.typed import as_sent, rich_text

Json = dict[str, Any]
TEAM = Team.of(
    Seed.model_validate(
        {
            "people": [{"name": "ana", "id": "UANA"}],
            "channels": [{"name": "works", "id": "CWORKS"}],
            "groups": [{"handle": "crew", "id": "SCREW"}],
        }
    )
)
PIECES = (
    "*",
    "_",
    "~",
    "`",
    "```",
    ">",
    "<",
    "&",
    "\n",
    " ",
    ":tada:",
    ":30:",
    "@ana",
    "#works",
    "http://a.b/c",
    "é",
)
TYPED = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), min_size=1, max_size=12).map("".join)


def text(words: str, **style: bool) -> Json:
    return {"type": "text", "text": words} | ({"style": style} if style else {})


@pytest.mark.parametrize(
    ("typed", "sent", "leaves"),
    [
        ("plain & <simple>", "plain &amp; &lt;simple&gt;", [text("plain & <simple>")]),
        ("a *bold* word", "a *bold* word", [text("a "), text("bold", bold=True), text(" word")]),
        ("_*both*_", "_*both*_", [text("both", italic=True, bold=True)]),
        (
            "~gone~ snake_case_name",
            "~gone~ snake_case_name",
            [text("gone", strike=True), text(" snake_case_name")],
        ),
        ("`*code* @ana`", "`*code* @ana`", [text("*code* @ana", code=True)]),
        ("*@ana*", "*<@UANA>*", [{"type": "user", "user_id": "UANA", "style": {"bold": True}}]),
        ("#works", "<#CWORKS|>", [{"type": "channel", "channel_id": "CWORKS"}]),
        ("@crew", "<!subteam^SCREW|@crew>", [{"type": "usergroup", "usergroup_id": "SCREW"}]),
        ("@here", "<!here>", [{"type": "broadcast", "range": "here"}]),
        (
            "see http://a.b/?c=1&d=2.",
            "see <http://a.b/?c=1&amp;d=2>.",
            [text("see "), {"type": "link", "url": "http://a.b/?c=1&d=2"}, text(".")],
        ),
        (":tada:", ":tada:", [{"type": "emoji", "name": "tada", "unicode": "1f389"}]),
        (
            ":wave::skin-tone-3:",
            ":wave::skin-tone-3:",
            [{"type": "emoji", "name": "wave", "unicode": "1f44b", "skin_tone": 3}],
        ),
        ("at 10:30:45", "at 10:30:45", [text("at 10:30:45")]),
    ],
)
def test_a_line_is_one_section(typed: str, sent: str, leaves: list[Json]) -> None:
    assert as_sent(TEAM, typed) == sent
    (block,) = rich_text(TEAM, sent)
    assert block["elements"] == [{"type": "rich_text_section", "elements": leaves}]


def test_quotes_and_code_stand_for_themselves() -> None:
    (block,) = rich_text(TEAM, as_sent(TEAM, "Before\n> one\n> two\nAfter\n```\nif a < b:\n  @ana\n```\nEnd"))
    assert [(part["type"], part["elements"]) for part in block["elements"]] == [
        ("rich_text_section", [text("Before")]),
        ("rich_text_quote", [text("one\ntwo")]),
        ("rich_text_section", [text("After")]),
        ("rich_text_preformatted", [text("if a < b:\n  @ana")]),
        ("rich_text_section", [text("End")]),
    ]


@given(TYPED.filter(lambda typed: typed.strip()))
def test_whatever_is_typed_is_a_block_that_slack_takes(typed: str) -> None:
    assert check_message(rich_text(TEAM, as_sent(TEAM, typed))) == []


@given(st.text("abc 123*_.,-\n", min_size=1).filter(lambda typed: typed.strip()))
def test_no_letter_that_is_typed_is_lost(typed: str) -> None:
    (block,) = rich_text(TEAM, as_sent(TEAM, typed))
    read = Reader(TEAM, TEAM.person("ana")).blocks([block], {})
    assert [each for each in typed if each.isalnum()] == [each for each in read if each.isalnum()]
