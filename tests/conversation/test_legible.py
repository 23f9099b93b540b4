"""What people wrote, without what nobody sees of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation.legible import in_json, legible


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("plain words, ünïcode, 中文 and 🚀", None),
        ("two\nlines\tand a tab", None),
        ("👩‍🚀 🏳️‍🌈 क्‍ष می‌خواهم ❤️", None),  # joiners that mean something
        ("e\u0301 and o\u0302\u0301", None),
        ("\u202egnp.exe", "gnp.exe"),
        ("pass\u200bword\u2060\ufeff\u00ad", "password"),
        ("a\u200db a\u200cb", "ab ab"),
        ("\u2066a\u2069\u200e\u200f\u061c", "a"),
        ("\u3164\u115f\u2800x", " x"),
        ("a\r\nb\rc\x85d\u2028e\x0bf", "a\nb\nc\nd\ne\nf"),
        ("nul\x00 bell\x07 esc\x1b[31m", "nul bell esc[31m"),
        ("half \ud83d of it", "half \ufffd of it"),
        ("z" + "\u0301" * 100 + "algo", "z" + "\u0301" * 4 + "algo"),
        ("flag\U000e0041\U000e007f", "flag"),
        ("\ufffe\uffff\ufdd0", ""),
    ],
)
def test_what_nobody_sees_is_not_kept(written: str, read: str | None) -> None:
    assert legible(written) == (written if read is None else read)


@given(st.text(st.characters()))
def test_once_is_enough_and_every_database_and_file_takes_it(written: str) -> None:
    read = legible(written)

    assert legible(read) == read
    assert "\x00" not in read.encode().decode()  # nor half of a character


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_in_json_it_means_the_same(written: str) -> None:
    shown = in_json(json.dumps({"a": written}, ensure_ascii=False))

    assert json.loads(shown) == {"a": written}
    assert legible(shown) == shown
