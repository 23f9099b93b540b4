"""Words: what people wrote stays theirs, and what is too long ends well."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from bot.render import (
    Message,
    Mrkdwn,
    Stencil,
    as_written,
    channel,
    cut,
    date_words,
    group,
    label,
    listed,
    one_line,
    person,
    pieces,
    things,
    when,
    without_isolates,
    words,
)


def test_what_people_wrote_is_escaped_and_our_markup_is_not() -> None:
    said = words("agreed", **ACTION)

    assert said.slot("footer") == (
        'It comes from the gap Tests &amp; &lt;!channel&gt; "reviews". I remind you a week before, two days '
        "before and on the day, until it is done."
    )


def test_plain_text_is_not_escaped() -> None:
    assert label("mark_spoken", state="Done", objective='<a> & "b"') == 'Done: <a> & "b"'


def test_a_moment_is_drawn_in_the_readers_zone_and_written_out_for_those_who_hear_it() -> None:
    moment = when(datetime(2026, 12, 10, 18, 0, tzinfo=timezone(timedelta(hours=1))))

    assert moment == "<!date^1796922000^{date_short_pretty} at {time}|10 Dec 2026, 17:00 UTC>"
    assert moment.said == "10 Dec 2026, 17:00 UTC"


def test_a_day_has_no_time() -> None:
    assert date_words(date(2026, 12, 1)) == "1 Dec 2026"
    assert date_words(datetime(2026, 12, 1, 9, 5, tzinfo=UTC)) == "1 Dec 2026, 09:05 UTC"


def test_what_is_written_from_right_to_left_does_not_turn_around_its_sentence() -> None:
    assert words("home", subject="צוות הונאה").slot("draft").splitlines()[0] == (
        "*Your draft: \u2068צוות הונאה\u2069*"
    )
    assert without_isolates("\u2068צוות\u2069") == "צוות"
    assert label("mark_spoken", state="Done", objective="x") == "Done: x"


@pytest.mark.parametrize(("drawn", "mark"), [(person, "@"), (channel, "#"), (group, "!subteam^")])
def test_an_id_from_a_file_mentions_nobody_else(drawn: Callable[[str], str], mark: str) -> None:
    assert drawn("U1> <!channel> &") == f"<{mark}U1&gt; &lt;!channel&gt; &amp;>"


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        words("agreed", subject="x").slot("footer")


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("short", 5, "short"),
        ("one two three four", 13, "one two…"),
        ("a" * 20, 10, "a" * 9 + "…"),
        ("x" * 8 + "e\u0301e", 10, "x" * 8 + "…"),  # not between a letter and its accent
        ("x" * 7 + "\U0001f469\u200d\U0001f680!", 10, "x" * 7 + "…"),  # nor inside of a joined emoji
        ("x" * 7 + "&amp;tail", 12, "x" * 7 + "…"),
        ("see <!date^1^{date} at {time}|x> end", 20, "see…"),
        ("a < b and much more", 12, "a < b and…"),
    ],
)
def test_what_is_too_long_ends_between_words(text: str, limit: int, kept: str) -> None:
    assert cut(text, limit) == kept


@pytest.mark.parametrize("limit", range(2, 40))
def test_what_is_cut_fits(limit: int) -> None:
    assert len(cut("A flag \U0001f1e9\U0001f1ea, an e\u0301, &lt;tags&gt; and <@U1> words", limit)) <= limit


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [""]),
        ("abc", ["abc"]),
        ("abcdefg", ["abc", "def", "g"]),
        ("abe\u0301cd", ["ab", "e\u0301c", "d"]),  # not between a letter and its accent
        ("\u0301" * 4, ["\u0301", "\u0301\u0301\u0301"]),  # which may have none: then it stands alone
    ],
)
def test_a_long_text_falls_into_pieces_of_which_nothing_is_lost(text: str, found: list[str]) -> None:
    assert pieces(text, 3) == found


def test_small_words() -> None:
    assert [things(n, "person", "people") for n in (0, 1, 2)] == ["0 people", "1 person", "2 people"]
    assert [listed(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert one_line(" two\n\nlines ") == "two lines"
    assert Mrkdwn("*x*").said == "*x*"


ACTION = {"title": 'Tests & <!channel> "reviews"', "agreed_by": "U1", "asked": False}


def test_the_same_words_are_written_as_each_place_wants_them() -> None:
    named = words("labels", state="Done", objective="<a> & *b*")

    assert named.slot("mark_spoken") == "Done: &lt;a&gt; &amp; ∗b∗"
    assert named.plain("mark_spoken") == "Done: <a> & *b*"


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("https://dev.example/_git/rules", "https://dev.example/_git/rules"),
        ("see _this_: https://people.example/~lee/a_b", "see ˍthisˍ: https://people.example/~lee/a_b"),
        ("*https://ci.example/_build*", "∗https://ci.example/_build∗"),
    ],
)
def test_an_address_stays_one_that_can_be_opened(written: str, drawn: str) -> None:
    assert as_written(written) == drawn


@given(st.text())
def test_a_stencil_filled_in_is_the_message_as_it_is_drawn_for_one_person(seat: str) -> None:
    def drawn(value: str) -> Message:
        button = {"type": "button", "value": json.dumps({"s": value}, ensure_ascii=False)}
        return Message('Say "B"', [{"type": "actions", "elements": [button, button]}])

    filled, plainly = Stencil(drawn(Stencil.HOLE)).filled(seat), drawn(seat)

    assert (filled.text, filled.picture, filled.kinds) == (plainly.text, None, {"actions"})
    values = [json.loads(button["value"]) for button in filled.blocks[0]["elements"]]
    assert values == [{"s": seat}, {"s": seat}]
    assert json.loads(filled.as_json(channel="D1")) == {
        "channel": "D1",
        "text": plainly.text,
        "blocks": filled.blocks,
    }


def test_nothing_that_is_shown_fills_a_stencil() -> None:
    assert as_written(f"a{Stencil.HOLE}b") == "ab"
