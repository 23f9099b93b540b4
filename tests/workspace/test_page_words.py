"""Slack's words as HTML: marks, mentions, dates and emoji; and nothing that anybody could smuggle in."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from workspace.acts.surfaces import Surface
from workspace.page import charts, markdown
from workspace.page.look import Look
from workspace.page.words import Words
from workspace.seed import Seed
from workspace.team import Team

TEAM = Team.of(Seed.default())
ANA, BEN, DEV = (TEAM.person(name) for name in ("ana", "ben", "dev"))
GENERAL, OFFICE = (TEAM.channel(name) for name in ("general", "back-office"))
OUTWARD = 'target="_blank" rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("*bold* and _it_ and ~no~", "<strong>bold</strong> and <em>it</em> and <s>no</s>"),
        ("2*3*4 and snake_case_word", "2*3*4 and snake_case_word"),
        ("`*as it is*`", "<code>*as it is*</code>"),
        ("```\na &lt; b\n```", "<pre tabindex=0>a &lt; b</pre>"),
        ("&gt; one\n&gt; *two*\nafter", "<blockquote>one<br><strong>two</strong></blockquote>after"),
        (
            "<https://a.example/x_y_z?a=1&amp;b=2|there>",
            f'<a href="https://a.example/x_y_z?a=1&amp;b=2" {OUTWARD}>there</a>',
        ),
        ("<javascript:alert(1)|here>", "here"),
        (f"<@{ANA.id}>", '<span class="mention mine">@ana</span>'),
        (f"<@{BEN.id}>", '<span class="mention">@ben</span>'),
        ("<!channel>", '<span class="mention">@channel</span>'),
        (f"<#{GENERAL.id}>", f'<a class="mention" href="/?as=ana&amp;at={GENERAL.id}">#general</a>'),
        (
            "<!date^1796922000^{date_num} {time}|then>",
            '<time datetime="2026-12-10T17:00:00Z">2026-12-10 18:00</time>',
        ),
        (
            ":+1: :no_such_thing:",
            '<span class="emoji" role="img" aria-label="+1" title=":+1:">👍</span> :no_such_thing:',
        ),
        ("10:30:45", "10:30:45"),
        ("&lt;b&gt;", "&lt;b&gt;"),
        ("<b>raw</b>", "braw/b"),
    ],
)  # fmt: skip
def test_mrkdwn_is_drawn(written: str, drawn: str) -> None:
    assert Words(TEAM, ANA).mrkdwn(written) == drawn


def test_a_private_channel_has_no_name_for_those_outside() -> None:
    assert "back-office" in Words(TEAM, ANA).mrkdwn(f"<#{OFFICE.id}>")
    assert "private channel" in Words(TEAM, DEV).mrkdwn(f"<#{OFFICE.id}>")


@given(some.text(alphabet=some.sampled_from("<>&\"'`*_~:|!@#^\n\0 ab1javscript:/")))
def test_no_words_become_a_tag_of_their_own(text: str) -> None:
    words = Words(TEAM, ANA)
    allowed = ("strong", "em", "s", "code", "pre", "blockquote", "br", "span", "a", "time")
    for drawn in (words.mrkdwn(text), words.plain(text), markdown.drawn(text)):
        for piece in str(drawn).split("<")[1:]:
            name = piece.lstrip("/").split(">")[0].split(" ")[0]
            assert name in (*allowed, "p", "ul", "ol", "li", "hr", "table", "tr", "th", "td", "div"), drawn
            assert "javascript:" not in piece.split(">")[0]


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        (
            "# One\n**two** `three`",
            '<p class="heading">One</p><p><strong>two</strong> <code>three</code></p>',
        ),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("> said", "<blockquote>said</blockquote>"),
        ("<b>[x](javascript:y)", "<p>&lt;b&gt;[x](javascript:y)</p>"),
        ("```\n<i>\n```\n", "<pre tabindex=0>&lt;i&gt;\n</pre>"),
    ],
)
def test_markdown_is_drawn(written: str, drawn: str) -> None:
    assert markdown.drawn(written) == drawn


def test_a_block_that_the_page_does_not_know_says_its_type() -> None:
    block = {"type": "hologram", "block_id": "h", "text": {"type": "plain_text", "text": "<hello>"}}

    drawn = Look(TEAM, ANA, Surface([block], {})).block(block)

    assert "hologram" in drawn
    assert "&lt;hello&gt;" in drawn


@example([5e-324], "bar")
@given(
    some.lists(some.floats(-1e6, 1e6), min_size=1, max_size=20),
    some.sampled_from(("bar", "line", "area")),
)
def test_every_chart_stays_in_its_frame(values: list[float], kind: str) -> None:
    labels = [f"label {number}" for number in range(len(values))]
    points = [{"label": label, "value": value} for label, value in zip(labels, values, strict=True)]
    series = [{"name": "One", "data": points}]

    chart = charts.drawn({"type": kind, "series": series, "axis_config": {"categories": labels}})

    heights = [bar.y for bar in chart.bars] + [y for path in chart.paths for _, y in path.dots]
    assert all(0 <= y <= charts.HEIGHT for y in heights)
    assert [row[0] for row in chart.rows] == labels
