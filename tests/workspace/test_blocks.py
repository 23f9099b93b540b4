"""Each limit of Block Kit: accepted at the limit, refused one beyond it, with a pointer to the fault.

Slack's words are those of its own validator (github.com/slackhq/hack-json-schema), and of refusals that
people have shown: slack-go's misc_test.go, slackapi/java-slack-sdk#684, metabase#74943, slackblocks#36.
"""

from typing import Any

import pytest

from workspace.blocks import check_message, check_view, is_too_long

Json = dict[str, Any]


def plain(length: int = 1) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int = 1) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(value: str = "v", **more: Any) -> Json:
    return {"text": plain(), "value": value, **more}


def options(count: int) -> list[Json]:
    return [option(f"v{number}") for number in range(count)]


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": options(2), **more}


def menu(kind: str, count: int) -> Json:
    return {"type": kind, "options": options(count)}


def question(element: Json | None = None, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element or {"type": "plain_text_input"}, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks), **more}


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks)}


def confirm(**more: Any) -> Json:
    return {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **more}


def table(rows: int, cells: int, kind: str = "table", length: int = 1) -> Json:
    extra = {"caption": "c"} if kind == "data_table" else {}
    row = [{"type": "raw_text", "text": "x" * length}] * cells
    return {"type": kind, "rows": [row] * rows, **extra}


def chart(series: int = 1, points: int = 2, title: int = 1, label: int = 1) -> Json:
    names = [f"{number:0{label}d}" for number in range(points)]
    data = [{"label": name, "value": -1.5} for name in names]
    lines = [{"name": f"s{number}", "data": data} for number in range(series)]
    axis = {"categories": names}
    drawn = {"type": "bar", "series": lines, "axis_config": axis}
    return {"type": "data_visualization", "title": "t" * title, "chart": drawn}


def pie(segments: int) -> Json:
    parts = [{"label": f"s{number}", "value": 1} for number in range(segments)]
    return {"type": "data_visualization", "title": "t", "chart": {"type": "pie", "segments": parts}}


MESSAGE_LIMITS = [
    (lambda n: [section()] * n, 50, "/blocks"),
    (lambda n: [{"type": "section", "text": mrkdwn(n)}], 3000, "/blocks/0/text/text"),
    (lambda n: [{"type": "section", "fields": [plain()] * n}], 10, "/blocks/0/fields"),
    (lambda n: [{"type": "section", "fields": [plain(n)]}], 2000, "/blocks/0/fields/0/text"),
    (lambda n: [{"type": "header", "text": plain(n)}], 150, "/blocks/0/text/text"),
    (lambda n: [section(block_id="b" * n)], 255, "/blocks/0/block_id"),
    (lambda n: [actions(*[button()] * n)], 25, "/blocks/0/elements"),
    (lambda n: [{"type": "context", "elements": [mrkdwn()] * n}], 10, "/blocks/0/elements"),
    (lambda n: [actions(button(text=plain(n)))], 75, "/blocks/0/elements/0/text/text"),
    (lambda n: [actions(button(value="v" * n))], 2000, "/blocks/0/elements/0/value"),
    (lambda n: [actions(button(url="u" * n))], 3000, "/blocks/0/elements/0/url"),
    (lambda n: [actions(button(action_id="a" * n))], 255, "/blocks/0/elements/0/action_id"),
    (
        lambda n: [actions(button(accessibility_label="a" * n))],
        75,
        "/blocks/0/elements/0/accessibility_label",
    ),
    (lambda n: [actions(select(options=options(n)))], 100, "/blocks/0/elements/0/options"),
    (lambda n: [actions(select(placeholder=plain(n)))], 150, "/blocks/0/elements/0/placeholder/text"),
    (lambda n: [actions(select(options=[option("v" * n)]))], 150, "/blocks/0/elements/0/options/0/value"),
    (
        lambda n: [actions(select(options=[{"text": plain(n), "value": "v"}]))],
        75,
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        lambda n: [actions(select(options=[option(description=plain(n))]))],
        75,
        "/blocks/0/elements/0/options/0/description/text",
    ),
    (lambda n: [section(accessory=menu("overflow", n))], 5, "/blocks/0/accessory/options"),
    (lambda n: [section(accessory=menu("radio_buttons", n))], 10, "/blocks/0/accessory/options"),
    (lambda n: [section(accessory=menu("checkboxes", n))], 10, "/blocks/0/accessory/options"),
    (
        lambda n: [actions(button(confirm=confirm(title=plain(n))))],
        100,
        "/blocks/0/elements/0/confirm/title/text",
    ),
    (
        lambda n: [actions(button(confirm=confirm(text=mrkdwn(n))))],
        300,
        "/blocks/0/elements/0/confirm/text/text",
    ),
    (
        lambda n: [actions(button(confirm=confirm(deny=plain(n))))],
        30,
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    (lambda n: [{"type": "image", "image_url": "u", "alt_text": "a" * n}], 2000, "/blocks/0/alt_text"),
    (lambda n: [question(label=plain(n))], 2000, "/blocks/0/label/text"),
    (lambda n: [{"type": "markdown", "text": "x" * n}], 12_000, "/blocks/0/text"),
    (lambda n: [table(n, 1)], 100, "/blocks/0/rows"),
    (lambda n: [table(1, n)], 20, "/blocks/0/rows/0"),
    (lambda n: [table(1, 1, length=n)], 10_000, "/blocks/0/rows/0/0/text"),
    (lambda n: [table(n, 2, length=50)], 100, "/blocks/0/rows"),
    (lambda n: [table(1, 1)] * n, 1, "/blocks/1"),
    (lambda n: [table(n, 2, kind="data_table")], 101, "/blocks/0/rows"),
    (lambda n: [table(2, n, kind="data_table")], 20, "/blocks/0/rows/0"),
    (lambda n: [chart()] * n, 2, "/blocks/2"),
    (lambda n: [chart(series=n)], 12, "/blocks/0/chart/series"),
    (lambda n: [chart(points=n)], 20, "/blocks/0/chart/series/0/data"),
    (lambda n: [chart(title=n)], 50, "/blocks/0/title"),
    (lambda n: [chart(label=n)], 20, "/blocks/0/chart/series/0/data/0/label"),
    (lambda n: [pie(n)], 12, "/blocks/0/chart/segments"),
]

VIEW_LIMITS = [
    (lambda n: modal(*[section()] * n), 100, "/view/blocks"),
    (lambda n: home(*[section()] * n), 100, "/view/blocks"),
    (lambda n: modal(title=plain(n)), 24, "/view/title/text"),
    (lambda n: modal(submit=plain(n)), 24, "/view/submit/text"),
    (lambda n: modal(close=plain(n)), 24, "/view/close/text"),
    (lambda n: modal(private_metadata="x" * n), 3000, "/view/private_metadata"),
    (lambda n: modal(callback_id="x" * n), 255, "/view/callback_id"),
    (lambda n: modal(external_id="x" * n), 255, "/view/external_id"),
    (
        lambda n: modal(question({"type": "plain_text_input", "max_length": n})),
        3000,
        "/view/blocks/0/element/max_length",
    ),
    (
        lambda n: modal(question({"type": "file_input", "max_files": n})),
        10,
        "/view/blocks/0/element/max_files",
    ),
    (lambda n: modal({"type": "alert", "text": plain(n)}), 200, "/view/blocks/0/text/text"),
]


@pytest.mark.parametrize(("made", "limit", "pointer"), MESSAGE_LIMITS)
def test_a_message_is_accepted_up_to_the_limit(made: Any, limit: int, pointer: str) -> None:
    assert check_message(made(limit)) == []
    assert pointer in [problem.pointer for problem in check_message(made(limit + 1))]


@pytest.mark.parametrize(("made", "limit", "pointer"), VIEW_LIMITS)
def test_a_view_is_accepted_up_to_the_limit(made: Any, limit: int, pointer: str) -> None:
    assert check_view(made(limit)) == []
    assert pointer in [problem.pointer for problem in check_view(made(limit + 1))]


SUM = "failed to match all allowed schemas"
REFUSED: list[tuple[Any, ...]] = [
    ([{"type": "sections"}], "unsupported type: sections [json-pointer:/blocks/0/type]"),
    ([{"type": "section"}], "must define either `text` or `fields` [json-pointer:/blocks/0/type]"),
    ([{"text": mrkdwn()}], "missing required field: type [json-pointer:/blocks/0]"),
    (
        [section(text={**mrkdwn(), "emoji": True})],
        f"{SUM} [json-pointer:/blocks/0/text]",
        "invalid additional property: emoji [json-pointer:/blocks/0/text]",
    ),
    (
        [{"type": "header", "text": mrkdwn()}],
        f"{SUM} [json-pointer:/blocks/0/text]",
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    (
        [{"type": "header", "text": plain(0)}],
        f"{SUM} [json-pointer:/blocks/0/text]",
        *["must be more than 0 characters [json-pointer:/blocks/0/text/text]"] * 2,
    ),
    (
        [{"type": "section", "fields": [mrkdwn(0)]}],
        f"{SUM} [json-pointer:/blocks/0/fields/0]",
        "must be more than 0 characters [json-pointer:/blocks/0/fields/0/text]",
    ),
    (
        [{"type": "section", "text": mrkdwn(3001)}],
        f"{SUM} [json-pointer:/blocks/0/text]",
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        [{"type": "header", "text": "hi"}],
        f"{SUM} [json-pointer:/blocks/0/text]",
        *["must provide an object [json-pointer:/blocks/0/text]"] * 2,
    ),
    (
        [{"type": "header", "text": plain(151)}],
        f"{SUM} [json-pointer:/blocks/0/text]",
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    ([actions(*[button()] * 26)], "no more than 25 items allowed [json-pointer:/blocks/0/elements]"),
    ([actions()], "must provide at least 1 items [json-pointer:/blocks/0/elements]"),
    (
        [section(block_id="b"), section(block_id="b")],
        '`block_id` "b" already exists [json-pointer:/blocks/1/block_id]',
    ),
    (
        [actions(button(action_id="a"), button(action_id="a"))],
        '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    (
        [actions(button(style="default"))],
        "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        [actions(select(initial_option=option("v9")))],
        "initial_option must be one of the options [json-pointer:/blocks/0/elements/0/initial_option]",
    ),
    (
        [actions(select(option_groups=[{"label": plain(), "options": options(1)}]))],
        "must provide only one of: options, option_groups [json-pointer:/blocks/0/elements/0]",
    ),
    (
        [actions(select(options=[option(type="option")]))],
        "invalid additional property: type [json-pointer:/blocks/0/elements/0/options/0]",
    ),
    (
        [section(accessory={"type": "datetimepicker"})],
        "unsupported type: datetimepicker [json-pointer:/blocks/0/accessory/type]",
    ),
    (
        [actions({"type": "plain_text_input"})],
        "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]",
    ),
    ([{"type": "alert", "text": plain()}], "unsupported type: alert [json-pointer:/blocks/0/type]"),
    (
        [question({"type": "file_input"})],
        "unsupported type: file_input [json-pointer:/blocks/0/element/type]",
    ),
    (
        [question({"type": "number_input"})],
        "missing required field: is_decimal_allowed [json-pointer:/blocks/0/element]",
    ),
    (
        [{"type": "markdown", "text": "x" * 7000}] * 2,
        "markdown blocks must be less than 12001 characters together [json-pointer:/blocks]",
    ),
    ([pie(0)], "must provide at least 1 items [json-pointer:/blocks/0/chart/segments]"),
]
REFUSED_VIEWS: list[tuple[Any, ...]] = [
    (
        {"type": "modal", "title": plain(), "blocks": [section(), question()]},
        "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/1/input]",
    ),
    (
        {"type": "modal", "submit": plain()},
        f"{SUM} [json-pointer:/view]",
        "missing required field: title [json-pointer:/view]",
        "missing required field: blocks [json-pointer:/view]",
    ),
    (
        modal(private_metadata="x" * 3001),
        f"{SUM} [json-pointer:/view]",
        "must be less than 3001 characters [json-pointer:/view/private_metadata]",
    ),
    (
        modal(submit=None),
        f"{SUM} [json-pointer:/view]",
        f"{SUM} [json-pointer:/view/submit]",
        *["must provide an object [json-pointer:/view/submit]"] * 2,
    ),
    (
        {"type": "home", "title": plain(), "blocks": []},
        f"{SUM} [json-pointer:/view]",
        "invalid additional property: title [json-pointer:/view]",
    ),
    (
        {"type": "plain_text", "blocks": []},
        f"{SUM} [json-pointer:/view]",
        "unsupported type: plain_text [json-pointer:/view/type]",
    ),
    (
        home(table(1, 1)),
        f"{SUM} [json-pointer:/view]",
        "unsupported type: table [json-pointer:/view/blocks/0/type]",
    ),
    (
        home(section(accessory={"type": "image"})),
        f"{SUM} [json-pointer:/view]",
        "missing required field: alt_text [json-pointer:/view/blocks/0/accessory]",
    ),
    (
        modal(
            question({"type": "plain_text_input", "focus_on_load": True}),
            question({"type": "plain_text_input", "focus_on_load": True}),
        ),
        "only one element may have focus_on_load [json-pointer:/view/blocks/1/element/focus_on_load]",
    ),
]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row[-1])
def test_a_message_is_refused_in_slacks_words(row: tuple[Any, ...]) -> None:
    blocks, *said = row

    assert [str(problem) for problem in check_message(blocks)] == said


@pytest.mark.parametrize("row", REFUSED_VIEWS, ids=lambda row: row[-1])
def test_a_view_is_refused_in_slacks_words(row: tuple[Any, ...]) -> None:
    view, *said = row

    assert [str(problem) for problem in check_view(view)] == said


def test_blocks_may_be_too_long_together() -> None:
    """12 x (1,000 characters + 100 for the block) is all; & counts as the five characters of its entity."""
    most = [{"type": "section", "text": mrkdwn(1000)}] * 12

    assert not is_too_long(most)
    assert is_too_long([*most[1:], {"type": "section", "text": mrkdwn(1001)}])
    assert is_too_long([*most[1:], {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 999 + "&"}}])


def test_every_fault_is_named_at_once() -> None:
    problems = check_message(
        [{"type": "header", "text": plain(151)}, {"type": "nonsense"}, section(colour="red")]
    )

    assert [problem.pointer for problem in problems if not problem.sums_up] == [
        "/blocks/0/text/text",
        "/blocks/1/type",
        "/blocks/2",
    ]
