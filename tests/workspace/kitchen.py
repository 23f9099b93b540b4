"""One of everything: messages and a modal with every block and element, and with what should do no harm."""

import json
from typing import Any

from workspace.team import Team

Json = dict[str, Any]

EVIL = "<script>document.title='caught'</script><img src=x onerror=\"document.title='caught'\">"
ESCAPED = EVIL.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str = "", **more: Any) -> Json:
    return {"text": plain(text), "value": value or text.lower(), **more}


def button(text: str, action: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action, **more}


SIZES = [option("Small"), option("Medium"), option("Large")]
CONFIRM = {
    "title": plain("Delete it?"),
    "text": plain("It cannot be brought back."),
    "confirm": plain("Delete"),
    "deny": plain("Keep"),
    "style": "danger",
}
PROSE = (
    "*Bold*, _italic_, ~struck~, `code` and <https://example.com/a_b_c|a link>. :tada: "
    "<!here> <#$general> <@$ben> and <@$ana>.\n"
    "&gt; A quotation\n&gt; of two lines\n"
    "```\nif a < b &amp;&amp; *c*:\n    pass\n```\n"
    "Due <!date^1796922000^{date_short_pretty} at {time}|10 Dec 2026, 17:00 UTC>"
)
RICH = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Rich text with "},
                {"type": "text", "text": "bold", "style": {"bold": True}},
                {"type": "text", "text": ", "},
                {"type": "text", "text": "code", "style": {"code": True}},
                {"type": "text", "text": " and "},
                {"type": "emoji", "name": "wave"},
                {"type": "link", "url": "https://example.com", "text": "a link"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "First"}]},
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "Second"}]},
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "A quotation"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "make demo"}]},
    ],
}
MARKDOWN = (
    "# A heading\nSome **bold** words, *italic* ones and `code`.\n\n- one\n- two\n\n1. first\n2. second\n\n"
    "> quoted\n\n| Aspect | Level |\n|---|---|\n| Development | 1 |\n\n[a link](https://example.com)"
)
TABLE = [
    [{"type": "raw_text", "text": "Aspect"}, {"type": "raw_text", "text": "Level"}],
    [{"type": "raw_text", "text": "Development"}, {"type": "raw_number", "value": 1, "text": "1"}],
    [{"type": "raw_text", "text": "Deployment"}, {"type": "raw_number", "value": 2, "text": "2"}],
]
_LABELS = ["Development", "Deployment", "Monitoring", "Governance"]


def _series(name: str, *values: float) -> Json:
    points = [{"label": label, "value": value} for label, value in zip(_LABELS, values, strict=True)]
    return {"name": name, "data": points}


def chart(kind: str) -> Json:
    axes = {"categories": _LABELS, "x_label": "Aspect", "y_label": "Level"}
    series = [_series("Now", 1, 2, 1, 1), _series("Target", 2, 3, 2, 2)]
    return {
        "type": "data_visualization",
        "title": f"Maturity, {kind}",
        "chart": {"type": kind, "series": series, "axis_config": axes},
    }


PIE = {
    "type": "data_visualization",
    "title": "Who answered",
    "chart": {"type": "pie", "segments": [{"label": "Answered", "value": 7}, {"label": "Open", "value": 2}]},
}
CARD = {
    "type": "card",
    "title": mrkdwn("*A card*"),
    "subtitle": plain("with a subtitle"),
    "body": mrkdwn("and a body"),
    "actions": [button("Open", "card_open")],
}
ELEMENTS: list[Json] = [
    button("Plain", "plain", value="1"),
    button("Primary", "primary", style="primary", value="2"),
    button("Delete", "delete", style="danger", confirm=CONFIRM),
    button("Elsewhere", "link", url="https://example.com"),
    {"type": "static_select", "action_id": "size", "placeholder": plain("Size"), "options": SIZES},
    {"type": "users_select", "action_id": "who", "placeholder": plain("Who")},
    {"type": "channels_select", "action_id": "where", "placeholder": plain("Where")},
    {"type": "conversations_select", "action_id": "place", "placeholder": plain("Place")},
    {
        "type": "multi_static_select",
        "action_id": "sizes",
        "placeholder": plain("Sizes"),
        "options": SIZES,
        "initial_options": [SIZES[1]],
    },
    {"type": "datepicker", "action_id": "day", "initial_date": "2026-12-10"},
    {"type": "timepicker", "action_id": "hour", "initial_time": "09:30"},
    {"type": "datetimepicker", "action_id": "moment", "initial_date_time": 1_796_891_400},
    {"type": "overflow", "action_id": "more", "options": [option("Later"), option("Never")]},
    {"type": "radio_buttons", "action_id": "one", "options": SIZES},
    {"type": "checkboxes", "action_id": "some", "options": [option("Milk", description=plain("or oat"))]},
]
MESSAGES: list[tuple[str, list[Json]]] = [
    (
        "Words",
        [
            {"type": "header", "text": plain("A header :ship:")},
            {"type": "section", "text": mrkdwn(PROSE)},
            {"type": "divider"},
            {
                "type": "section",
                "text": mrkdwn("Fields, and something to press beside them."),
                "fields": [mrkdwn(f"*Field {n}*\nof six") for n in range(1, 7)],
                "accessory": button("Beside", "beside"),
            },
            {"type": "context", "elements": [mrkdwn("In small print, for *context*"), plain("and more")]},
        ],
    ),
    ("Rich text", [RICH]),
    ("Elements", [{"type": "actions", "block_id": "row", "elements": ELEMENTS}]),
    (
        "Inputs",
        [
            {
                "type": "input",
                "block_id": "note",
                "label": plain("A note"),
                "hint": plain("Short"),
                "element": {"type": "plain_text_input", "action_id": "text"},
            }
        ],
    ),
    ("Markdown", [{"type": "markdown", "text": MARKDOWN}]),
    ("A table", [{"type": "table", "rows": TABLE, "column_settings": [{}, {"align": "right"}]}]),
    (
        "A data table",
        [{"type": "data_table", "caption": "Levels", "rows": TABLE, "row_header_column_index": 0}],
    ),
    ("Bars", [chart("bar")]),
    ("Lines", [chart("line")]),
    ("Areas", [chart("area")]),
    ("A pie", [PIE]),
    ("A card", [CARD]),
    (
        "A container",
        [
            {
                "type": "container",
                "title": plain("A container"),
                "subtitle": plain("that folds"),
                "is_collapsible": True,
                "child_blocks": [{"type": "section", "text": mrkdwn("Inside")}],
            }
        ],
    ),
    (
        "Feedback",
        [
            {
                "type": "context_actions",
                "elements": [
                    {
                        "type": "feedback_buttons",
                        "action_id": "feedback",
                        "positive_button": {"text": plain("Good"), "value": "good"},
                        "negative_button": {"text": plain("Bad"), "value": "bad"},
                    }
                ],
            }
        ],
    ),
    (
        "Tasks",
        [
            {
                "type": "plan",
                "title": "A plan",
                "tasks": [
                    {"type": "task_card", "task_id": "1", "title": "Look around", "status": "in_progress"}
                ],
            }
        ],
    ),
    (
        ESCAPED,
        [
            {"type": "header", "text": plain(EVIL)},
            {"type": "section", "text": mrkdwn(ESCAPED), "accessory": button(EVIL[:75], "evil")},
            {"type": "section", "text": mrkdwn(EVIL), "fields": [plain(EVIL)]},
            {"type": "section", "text": mrkdwn("<javascript:alert(1)|press me> `" + ESCAPED + "`")},
            {"type": "markdown", "text": EVIL + " [x](javascript:alert(1))"},
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": EVIL},
                            {"type": "link", "url": "javascript:alert(1)", "text": EVIL},
                        ],
                    }
                ],
            },
        ],
    ),
]


def _input(label: str, block: str, element: Json, **more: Any) -> Json:
    element = {"action_id": block, **element}
    return {"type": "input", "block_id": block, "label": plain(label), "element": element, **more}


MODAL: Json = {
    "type": "modal",
    "callback_id": "order",
    "title": plain("An order"),
    "submit": plain("Order it"),
    "close": plain("Not now"),
    "blocks": [
        {"type": "alert", "level": "info", "text": mrkdwn("The kitchen closes at *nine*.")},
        _input("What", "what", {"type": "plain_text_input", "placeholder": plain("Tea, coffee …")}),
        _input("E-mail", "mail", {"type": "email_text_input"}, optional=True),
        _input("How many", "count", {"type": "number_input", "is_decimal_allowed": False, "max_value": "9"}),
        _input("Size", "size", {"type": "radio_buttons", "options": SIZES}),
        _input(
            "With",
            "with",
            {"type": "checkboxes", "options": [option("Milk"), option("Sugar")]},
            optional=True,
        ),
        _input("For whom", "whom", {"type": "multi_users_select"}, hint=plain("One or more")),
        _input("When", "day", {"type": "datepicker"}),
        _input("Why", "why", {"type": "plain_text_input", "multiline": True}, optional=True),
    ],
}


def served(team: Team) -> list[tuple[str, list[Json]]]:
    """All messages, with the ids of this team in its mentions."""
    written = json.dumps(MESSAGES)
    written = written.replace("$general", team.channel("general").id)
    for name in ("ana", "ben"):
        written = written.replace(f"${name}", team.person(name).id)
    return [(text, blocks) for text, blocks in json.loads(written)]
