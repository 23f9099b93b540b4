"""Two who change the same draft: nothing that one of them entered is overwritten in silence."""

from hypothesis import given
from hypothesis import strategies as st

from conversation.merging import merge, remembered
from storage.records import DraftChange

FIELDS = st.sampled_from(["subject", "goal", "length"])
FORM = st.dictionaries(FIELDS, st.integers(0, 2))


@given(base=st.fixed_dictionaries({name: st.integers(0, 2) for name in ("subject", "goal", "length")}),
       theirs=FORM, mine=FORM)  # fmt: skip
def test_what_both_changed_differently_is_asked_and_everything_else_goes_together(
    base: dict[str, int], theirs: dict[str, int], mine: dict[str, int]
) -> None:
    saved = {name: value for name, value in theirs.items() if value != base[name]}
    changes = remembered((), base, saved, revision=2)
    now, form = {**base, **saved}, {**base, **mine}

    merged = merge(now, form, changes, seen=1)

    for name in base:
        i_changed, they_changed = form[name] != base[name], now[name] != base[name]
        both_differently = i_changed and they_changed and form[name] != now[name]
        assert (name in merged.clashing) is both_differently
        expected = form[name] if i_changed else now[name]
        assert {**now, **merged.decided}[name] == expected


def test_a_form_that_showed_no_draft_knows_nothing_of_what_stands_there() -> None:
    changes = remembered((), {}, {"subject": "Fraud", "goal": "Sleep"}, revision=1)

    merged = merge(
        {"subject": "Fraud", "goal": "Sleep"}, {"subject": "Fraud", "goal": "Money"}, changes, seen=0
    )

    assert merged.clashing == ("goal",)


def test_whoever_has_seen_everything_clashes_with_nobody() -> None:
    changes = (DraftChange(revision=7, field="goal", was="Sleep"),)

    assert merge({"goal": "Money"}, {"goal": "Fame"}, changes, seen=None).clashing == ()
