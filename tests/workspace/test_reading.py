"""What stands on the screen, in words; and what a seed makes."""

from typing import Any

import pytest

from workspace.blocks import check_message
from workspace.reading import Reader
from workspace.seed import Seed
from workspace.state import Message
from workspace.team import Team

Json = dict[str, Any]


@pytest.fixture
def reader() -> Reader:
    team = Team.of(
        Seed.model_validate(
            {
                "people": [{"name": "ana", "id": "UANA", "tz": "Asia/Kolkata"}],
                "channels": [{"name": "works", "id": "CWORKS"}],
                "groups": [{"handle": "crew", "id": "SCREW"}],
                "clock": {"start": "2026-11-23T09:00:00+00:00", "runs": False},
            }
        )
    )
    return Reader(team, team.person("ana"))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("*bold* _slanted_ ~gone~ `a*b*c`", "bold slanted gone a*b*c"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("R&amp;D &lt;3", "R&D <3"),
        (
            "<@UANA> in <#CWORKS|works> with <!subteam^SCREW> and <!here>",
            "@ana in #works with @crew and @here",
        ),
        ("<https://example.org/a|the page> or <https://example.org/b>", "the page or https://example.org/b"),
        ("<!date^1795424400^{date_num} {time}|a morning>", "2026-11-23 14:30"),
        ("<!date^1795424400^{date_short_pretty} at {time}|a morning>", "today at 14:30"),
    ],
)
def test_marks_become_words(reader: Reader, written: str, read: str) -> None:
    assert reader.mrkdwn(written) == read


@pytest.mark.parametrize(
    ("block", "read"),
    [
        (
            {
                "type": "data_visualization",
                "title": "Levels",
                "chart": {
                    "type": "bar",
                    "series": [
                        {"name": "Now", "data": [{"label": "A", "value": 1.5}, {"label": "B", "value": 2}]},
                        {"name": "Goal", "data": [{"label": "A", "value": 3}, {"label": "B", "value": 3}]},
                    ],
                    "axis_config": {"categories": ["A", "B"]},
                },
            },
            "Levels\n| Now | Goal\nA | 1.5 | 3\nB | 2 | 3",
        ),
        (
            {
                "type": "table",
                "rows": [
                    [{"type": "raw_text", "text": "What"}, {"type": "raw_text", "text": "Due"}],
                    [
                        {"type": "raw_text", "text": "Register"},
                        {"type": "raw_number", "value": 19, "text": "19"},
                    ],
                ],
            },
            "What | Due\nRegister | 19",
        ),
        (
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_list",
                        "style": "bullet",
                        "elements": [
                            {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]},
                            {"type": "rich_text_section", "elements": [{"type": "user", "user_id": "UANA"}]},
                        ],
                    }
                ],
            },
            "• one\n• @ana",
        ),
        ({"type": "markdown", "text": "## Title\n**bold** [link](https://x.org)"}, "Title\nbold link"),
        (
            {
                "type": "section",
                "fields": [{"type": "mrkdwn", "text": "*a*"}, {"type": "plain_text", "text": "*b*"}],
                "accessory": {"type": "image", "image_url": "https://x.org/a.png", "alt_text": "a chart"},
            },
            "a\n*b*\n(a chart)",
        ),
    ],
)
def test_blocks_become_words(reader: Reader, block: Json, read: str) -> None:
    assert check_message([block]) == []
    assert reader.message(Message("C", "1.0", "UANA", "unread", blocks=[block])) == read


def test_a_manifest_is_installed_with_what_it_asks_for() -> None:
    manifest = {
        "display_information": {"name": "Helper"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "helper bot"},
            "slash_commands": [{"command": "/helper", "description": "Ask", "should_escape": True}],
        },
        "oauth_config": {
            "scopes": {"bot": ["chat:write"], "bot_optional": ["channels:history", "groups:history"]}
        },
        "settings": {
            "event_subscriptions": {"bot_events": ["message.im"]},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
    }

    app = Seed.from_manifest(manifest, people=[{"name": "ana"}], decline=["groups:history"]).app

    assert (app.name, app.bot_name, app.events) == ("Helper", "helper bot", ("message.im",))
    assert app.scopes == ("chat:write", "channels:history")
    assert app.commands[0].should_escape
    assert (app.home_tab, app.messages_tab, app.messages_tab_read_only, app.interactivity) == (
        True,
        True,
        False,
        True,
    )
