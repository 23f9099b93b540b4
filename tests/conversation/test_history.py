"""Everybody who takes part can see what was done to an assessment, and by whom; never what was answered."""

import pytest

from conversation import acting, agreeing, history, interview, plans, results, sharing
from conversation.history import PAGE
from conversation.scope import Privacy
from storage.records import ActionState, Deed, Person
from tests.conversation.desk import FRIDAY_WEEK, Bench

ROLES = {"U-ANA": ["BAKER"], "U-BEN": ["BAKER"], "U-CAT": ["BAKER"]}


def told(bench: Bench, user: str, number: int = 0) -> list[tuple[str, str]]:
    found = history.history(bench.desk, user, channel="C-ML")
    page = history.history_of(bench.desk, user, assessment=found.assessment.id, number=number, channel="C-ML")
    return [(deed.by, deed.what) for deed in page.deeds]


def a_closed_round(bench: Bench, **decided: object) -> str:
    opened = bench.opened(ROLES, **decided)  # type: ignore[arg-type]
    for user in ROLES:
        bench.answers_all(user, 1)
        bench.sends(user)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    return opened.id


def test_who_takes_part_sees_what_was_done_newest_first(bench: Bench) -> None:
    a_closed_round(bench)

    assert told(bench, "U-ANA") == [("U-LEE", "closed"), ("U-LEE", "launched")]


def test_an_action_is_in_it_and_what_its_owner_says_but_not_the_same_twice(bench: Bench) -> None:
    assessment = a_closed_round(bench)
    gap = plans.board(bench.desk, "U-LEE").open_gaps[0]
    agreed = agreeing.agree(
        bench.desk,
        "U-LEE",
        assessment=assessment,
        step=gap.step,
        objective="Every oven has a thermometer",
        measure="5 of 5",
        owner=Person(user_id="U-BEN", name="Ben"),
        due=FRIDAY_WEEK,
        id="V1",
    )
    for _ in range(2):
        acting.mark(bench.desk, "U-BEN", action=agreed.action.id, state=ActionState.BLOCKED)

    assert told(bench, "U-LEE")[:2] == [("U-BEN", "marked_action"), ("U-LEE", "agreed_action")]


def test_what_the_result_says_is_not_told_before_it_is_known(bench: Bench) -> None:
    assessment = a_closed_round(bench, privacy=Privacy.CONFIDENTIAL, group=3)
    results.settle(
        bench.desk, "U-LEE", assessment=assessment, question="FLOUR", level=2, reason="We looked.", key="1"
    )

    before = history.history(bench.desk, "U-ANA", channel="C-ML").deeds
    own = history.history(bench.desk, "U-LEE").deeds
    bench.post(sharing.share(bench.desk, "U-LEE", assessment=assessment).owed)
    after = history.history(bench.desk, "U-ANA", channel="C-ML").deeds

    assert values_of(before, "settled") == {}
    assert values_of(own, "settled") == values_of(after, "settled") == {"question": "FLOUR", "level": 2}


@pytest.mark.parametrize(
    "what", ["changed_action", "moved_action", "split_action", "linked_ticket", "wished_again", "of_tomorrow"]
)
def test_what_tells_of_a_gap_is_not_told_in_full_before_the_result_is_known(bench: Bench, what: str) -> None:
    assessment = a_closed_round(bench)
    with bench.store.transaction(bench.team) as tx:
        bench.desk.write_down(tx, assessment, "U-LEE", what, objective="Every oven has a thermometer")

    before = history.history(bench.desk, "U-ANA", channel="C-ML").deeds
    own = history.history(bench.desk, "U-LEE").deeds
    bench.post(sharing.share(bench.desk, "U-LEE", assessment=assessment).owed)
    after = history.history(bench.desk, "U-ANA", channel="C-ML").deeds

    assert values_of(before, what) == {}
    assert values_of(own, what) == values_of(after, what) == {"objective": "Every oven has a thermometer"}


def values_of(deeds: tuple[Deed, ...], what: str) -> dict[str, object]:
    return next(deed.values for deed in deeds if deed.what == what)


def test_a_long_list_has_pages_and_one_that_does_not_exist_is_the_last(bench: Bench) -> None:
    assessment = a_closed_round(bench)
    with bench.store.transaction(bench.team) as tx:
        for number in range(2 * PAGE):
            bench.desk.write_down(tx, assessment, "U-LEE", f"deed {number}")

    first, last = told(bench, "U-ANA"), told(bench, "U-ANA", 99)

    assert (len(first), first[0]) == (PAGE, ("U-LEE", f"deed {2 * PAGE - 1}"))
    assert last == [("U-LEE", "closed"), ("U-LEE", "launched")]


def test_nobodys_deeds_in_answering_are_in_it(bench: Bench) -> None:
    bench.opened(ROLES)
    bench.answers_all("U-ANA", 3)
    interview.decline(bench.desk, "U-BEN", seat=bench.seat("U-BEN"))

    assert told(bench, "U-LEE") == [("U-LEE", "launched")]
