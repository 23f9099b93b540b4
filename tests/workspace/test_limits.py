"""More limits of Block Kit: least and most of everything that has a size, and which block stands where."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workspace.test_blocks import (
    Json,
    actions,
    button,
    home,
    modal,
    mrkdwn,
    option,
    options,
    plain,
    question,
    section,
    table,
)
from workspace.blocks import check_message, check_options, check_view

PICTURE: Json = {"type": "image", "image_url": "u", "alt_text": "a"}
WORDS: Json = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
}
TASK: Json = {"type": "task_card", "task_id": "t", "title": "t", "status": "pending"}
CARD: Json = {"type": "card", "title": plain()}
VIDEO: Json = {
    "type": "video",
    "title": plain(),
    "video_url": "u",
    "thumbnail_url": "u",
    "alt_text": "a",
}


def menu(kind: str, **more: Any) -> list[Json]:
    return [actions({"type": kind, **more})]


def feedback(**more: Any) -> list[Json]:
    side = {"text": plain(), "value": "v"} | more
    pair = {"type": "feedback_buttons", "positive_button": side, "negative_button": side}
    return [{"type": "context_actions", "elements": [pair]}]


def drawn(kind: str, series: str = "s", x_label: str = "x", categories: int = 2) -> list[Json]:
    names = [f"c{number}" for number in range(categories)]
    lines = [{"name": series, "data": [{"label": name, "value": 1} for name in names]}]
    chart = {"type": kind, "series": lines, "axis_config": {"categories": names, "x_label": x_label}}
    return [{"type": "data_visualization", "title": "t", "chart": chart}]


def data_table(**more: Any) -> list[Json]:
    return [table(2, 1, kind="data_table") | more]


def entered(kind: str, **more: Any) -> Json:
    return modal(question({"type": kind, **more}))


E0, A0, I0 = "/blocks/0/elements/0", "/blocks/0/accessory", "/view/blocks/0/element"
GROUP = {"label": plain(), "options": options(1)}

#: What is made with a size, the most it may have, and where a fault is shown.
MOST: list[tuple[Any, int, str]] = [
    (lambda n: [PICTURE | {"image_url": "u" * n}], 3000, "/blocks/0/image_url"),
    (lambda n: [PICTURE | {"title": plain(n)}], 2000, "/blocks/0/title/text"),
    (lambda n: [{"type": "context", "elements": [PICTURE | {"alt_text": "a" * n}]}], 2000, f"{E0}/alt_text"),
    (lambda n: [question(hint=plain(n))], 2000, "/blocks/0/hint/text"),
    (lambda n: [VIDEO | {"title": plain(n)}], 199, "/blocks/0/title/text"),
    (lambda n: [VIDEO | {"author_name": "a" * n}], 49, "/blocks/0/author_name"),
    (lambda n: [VIDEO | {"description": plain(n)}], 199, "/blocks/0/description/text"),
    (lambda n: [CARD | {"title": mrkdwn(n)}], 150, "/blocks/0/title/text"),
    (lambda n: [CARD | {"subtitle": mrkdwn(n)}], 150, "/blocks/0/subtitle/text"),
    (lambda n: [CARD | {"body": mrkdwn(n)}], 200, "/blocks/0/body/text"),
    (lambda n: [{"type": "carousel", "elements": [CARD] * n}], 10, "/blocks/0/elements"),
    (
        lambda n: [{"type": "container", "title": plain(), "child_blocks": [section()] * n}],
        10,
        "/blocks/0/child_blocks",
    ),
    (
        lambda n: [{"type": "container", "title": plain(n), "child_blocks": [section()]}],
        150,
        "/blocks/0/title/text",
    ),
    (
        lambda n: [{"type": "context_actions", "elements": feedback()[0]["elements"] * n}],
        5,
        "/blocks/0/elements",
    ),
    (lambda n: feedback(text=plain(n)), 75, f"{E0}/positive_button/text/text"),
    (lambda n: feedback(value="v" * n), 2000, f"{E0}/negative_button/value"),
    (lambda n: [actions(button(agent_prompt="p" * n))], 4000, f"{E0}/agent_prompt"),
    (lambda n: menu("static_select", option_groups=[GROUP] * n), 100, f"{E0}/option_groups"),
    (
        lambda n: menu("static_select", option_groups=[GROUP | {"options": options(n)}]),
        100,
        f"{E0}/option_groups/0/options",
    ),
    (
        lambda n: menu("static_select", option_groups=[GROUP | {"label": plain(n)}]),
        75,
        f"{E0}/option_groups/0/label/text",
    ),
    (lambda n: menu("multi_static_select", options=options(n)), 100, f"{E0}/options"),
    (lambda n: menu("users_select", placeholder=plain(n)), 150, f"{E0}/placeholder/text"),
    (lambda n: menu("datepicker", placeholder=plain(n)), 150, f"{E0}/placeholder/text"),
    (lambda n: menu("overflow", options=[option(url="u" * n)]), 3000, f"{E0}/options/0/url"),
    (lambda n: menu("radio_buttons", options=[option("v" * n)]), 150, f"{E0}/options/0/value"),
    (lambda n: menu("users_select", action_id="a" * n), 255, f"{E0}/action_id"),
    (lambda n: data_table(page_size=n), 100, "/blocks/0/page_size"),
    (lambda n: data_table(row_header_column_index=n), 19, "/blocks/0/row_header_column_index"),
    (lambda n: [table(1, 1) | {"column_settings": [{"align": "left"}] * n}], 20, "/blocks/0/column_settings"),
    (lambda n: [table(2, 1, kind="data_table", length=n)], 5000, "/blocks/0/rows"),
    (lambda n: drawn("bar", series="s" * n), 20, "/blocks/0/chart/series/0/name"),
    (lambda n: drawn("line", x_label="x" * n), 50, "/blocks/0/chart/axis_config/x_label"),
    (lambda n: drawn("area", categories=n), 20, "/blocks/0/chart/axis_config/categories"),
    (lambda n: data_table() * n, 1, "/blocks/1"),
    (lambda n: [{"type": "plan", "title": "t", "tasks": [TASK] * n}], 100, "/blocks/0/tasks"),
    (
        lambda n: [
            {"type": "markdown", "text": "x" * (n - 6000), "block_id": "a"},
            {"type": "markdown", "text": "x" * 6000},
        ],
        12_000,
        "/blocks",
    ),
]
MOST_IN_VIEWS: list[tuple[Any, int, str]] = [
    (lambda n: entered("plain_text_input", placeholder=plain(n)), 150, f"{I0}/placeholder/text"),
    (lambda n: entered("plain_text_input", min_length=n), 3000, f"{I0}/min_length"),
    (lambda n: entered("plain_text_input", initial_value="x" * n), 3000, f"{I0}/initial_value"),
    (lambda n: entered("rich_text_input", max_lines=n), 100, f"{I0}/max_lines"),
    (lambda n: entered("file_input", filetypes=["pdf"] * n), 100, f"{I0}/filetypes"),
    (lambda n: entered("checkboxes", options=options(n)), 10, f"{I0}/options"),
    (lambda n: entered("radio_buttons", options=options(n)), 10, f"{I0}/options"),
    (
        lambda n: modal(*[question({"type": "plain_text_input", "focus_on_load": True}) for _ in range(n)]),
        1,
        "/view/blocks/1/element/focus_on_load",
    ),
]
#: The same, with the least.
LEAST: list[tuple[Any, int, str]] = [
    (lambda n: [{"type": "header", "text": plain(n)}], 1, "/blocks/0/text/text"),
    (lambda n: [{"type": "context", "elements": [mrkdwn()] * n}], 1, "/blocks/0/elements"),
    (lambda n: [actions(*[button()] * n)], 1, "/blocks/0/elements"),
    (lambda n: [{"type": "section", "fields": [plain()] * n}], 1, "/blocks/0/fields"),
    (lambda n: menu("static_select", options=options(n)), 1, f"{E0}/options"),
    (lambda n: menu("overflow", options=options(n)), 1, f"{E0}/options"),
    (lambda n: [table(n, 1)], 1, "/blocks/0/rows"),
    (lambda n: [table(n, 1, kind="data_table")], 2, "/blocks/0/rows"),
    (lambda n: data_table(page_size=n), 1, "/blocks/0/page_size"),
    (lambda n: [{"type": "carousel", "elements": [CARD] * n}], 1, "/blocks/0/elements"),
    (lambda n: [{"type": "markdown", "text": "x" * n}], 1, "/blocks/0/text"),
    (lambda n: drawn("bar", categories=n), 1, "/blocks/0/chart/axis_config/categories"),
]
STANDS = {
    "section": (section(), "message modal home"),
    "divider": ({"type": "divider"}, "message modal home"),
    "header": ({"type": "header", "text": plain()}, "message modal home"),
    "image": (PICTURE, "message modal home"),
    "context": ({"type": "context", "elements": [mrkdwn()]}, "message modal home"),
    "actions": (actions(button()), "message modal home"),
    "rich_text": (WORDS, "message modal home"),
    "video": (VIDEO, "message modal home"),
    "input": (question(), "message modal home"),
    "file_input": (question({"type": "file_input"}), "modal"),
    "alert": ({"type": "alert", "text": plain()}, "modal"),
    "markdown": ({"type": "markdown", "text": "x"}, "message"),
    "table": (table(1, 1), "message"),
    "data_table": (table(2, 1, kind="data_table"), "message"),
    "data_visualization": (drawn("bar")[0], "message"),
    "context_actions": (feedback()[0], "message"),
    "task_card": (TASK, "message"),
    "plan": ({"type": "plan", "title": "t", "tasks": [TASK]}, "message"),
    "card": (CARD, "message"),
    "carousel": ({"type": "carousel", "elements": [CARD]}, "message"),
    "container": ({"type": "container", "title": plain(), "child_blocks": [section()]}, "message"),
    "file": ({"type": "file", "external_id": "f", "source": "remote"}, ""),
    "call": ({"type": "call", "call_id": "R1"}, ""),
}


@pytest.mark.parametrize(("made", "limit", "pointer"), MOST)
def test_a_message_may_have_so_much_and_no_more(made: Any, limit: int, pointer: str) -> None:
    assert check_message(made(limit)) == []
    assert pointer in [problem.pointer for problem in check_message(made(limit + 1))]


@pytest.mark.parametrize(("made", "limit", "pointer"), MOST_IN_VIEWS)
def test_a_view_may_have_so_much_and_no_more(made: Any, limit: int, pointer: str) -> None:
    assert check_view(made(limit)) == []
    assert pointer in [problem.pointer for problem in check_view(made(limit + 1))]


@pytest.mark.parametrize(("made", "limit", "pointer"), LEAST)
def test_a_message_must_have_so_much_and_no_less(made: Any, limit: int, pointer: str) -> None:
    assert check_message(made(limit)) == []
    assert pointer in [problem.pointer for problem in check_message(made(limit - 1))]


@pytest.mark.parametrize("kind", STANDS)
def test_each_block_stands_where_slack_lets_it(kind: str) -> None:
    block, where = STANDS[kind]

    accepted = [
        surface
        for surface, problems in (
            ("message", check_message([block])),
            ("modal", check_view(modal(block))),
            ("home", check_view(home(block))),
        )
        if not problems
    ]

    assert accepted == where.split()


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        (
            [table(2, 1, kind="data_table") | {"rows": [[{"type": "raw_text", "text": "a"}], []]}],
            "must provide at least 1 items [json-pointer:/blocks/0/rows/1]",
        ),
        (
            [
                table(2, 1, kind="data_table")
                | {"rows": [[{"type": "raw_text", "text": "a"}], [{"type": "raw_text", "text": "a"}] * 2]}
            ],
            "must have as many cells as the header [json-pointer:/blocks/0/rows/1]",
        ),
        (
            [table(2, 1, kind="data_table") | {"rows": [[WORDS], [WORDS]]}],
            "unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]",
        ),
        (
            menu("multi_users_select", initial_users=["U1", "U2"], max_selected_items=1),
            "no more than 1 items allowed [json-pointer:/blocks/0/elements/0/initial_users]",
        ),
        (
            [question({"type": "plain_text_input", "min_length": 3, "max_length": 2})],
            "must be less than max_length [json-pointer:/blocks/0/element/min_length]",
        ),
        (
            [
                question(
                    {
                        "type": "number_input",
                        "is_decimal_allowed": True,
                        "min_value": "10",
                        "max_value": "9.5",
                    }
                )
            ],
            "must be less than max_value [json-pointer:/blocks/0/element/min_value]",
        ),
        (
            [
                {
                    "type": "container",
                    "title": plain(),
                    "child_blocks": [section()],
                    "has_header_divider": True,
                    "is_collapsible": True,
                }
            ],
            "has_header_divider excludes is_collapsible [json-pointer:/blocks/0]",
        ),
        (
            [{"type": "card", "subtitle": plain()}],
            "missing required field: hero_image [json-pointer:/blocks/0]",
        ),
        (
            [PICTURE | {"slack_file": {"id": "F1"}}],
            "must provide only one of: image_url, slack_file [json-pointer:/blocks/0]",
        ),
        ([table(1, 1) | {"column_settings": [{"align": "middle"}]}], None),
    ],
)
def test_what_does_not_fit_together_is_refused(blocks: list[Json], said: str | None) -> None:
    problems = [str(problem) for problem in check_message(blocks)]

    assert len(problems) == 1
    assert said in (None, problems[0])


def test_an_app_may_suggest_a_hundred() -> None:
    assert check_options({"options": options(100)}) == []
    assert check_options({"options": options(101)})
    assert check_options({"options": options(1), "option_groups": [GROUP]})


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "element", "options", "fields", "rows", "blocks"]),
            inner | st.sampled_from(["section", "actions", "plain_text", "table", "modal", "input"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_ANYTHING)
def test_whatever_comes_is_judged_and_never_trips_the_judge(blocks: object) -> None:
    for problem in [*check_message(blocks), *check_view(blocks)]:
        assert problem.pointer == "" or problem.pointer.startswith("/")
        assert problem.message
