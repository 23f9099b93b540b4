from collections import Counter
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.records import ANSWERS, Count, Fact, Said, Sheet
from storage.store import Store, Tx
from tests.storage.given import a_fact, a_seat, an_assessment


@pytest.fixture
def asked(store: Store) -> Store:
    """An assessment with two engineers and an operator who is also an owner."""
    with store.transaction("T1") as tx:
        an_assessment(tx)
        a_seat(tx, "S1", user="U-ANA")
        a_seat(tx, "S2", user="U-BEN")
        a_seat(tx, "S3", user="U-CAI", roles=("owner", "operator"))
    return store


def test_a_fact_told_twice_is_one_fact(asked: Store) -> None:
    told = a_fact("card/q1/0", value=3)
    with asked.transaction("T1") as tx:
        assert tx.answers.put("S1", "A1", told)

    with asked.transaction("T1") as tx:
        assert not tx.answers.put("S1", "A1", a_fact("card/q1/0", value=0))
        assert tx.answers.of("S1") == [told]


def test_two_seats_may_use_the_same_key(asked: Store) -> None:
    with asked.transaction("T1") as tx:
        assert tx.answers.put("S1", "A1", a_fact("card/q1/0"))
        assert tx.answers.put("S2", "A1", a_fact("card/q1/0"))


def test_what_was_said_comes_back_as_it_was_said_in_order(asked: Store) -> None:
    said = [
        a_fact("z", Said.STARTED, value=None),
        a_fact("y", value=4),
        a_fact("x", Said.COMMENTED, value=None).model_copy(update={"text": "Ünïcode, “quotes” & 'more' 🌊"}),
        Fact(key="w", kind=Said.SENT, at=a_fact("w").at),
    ]
    with asked.transaction("T1") as tx:
        for fact in said:
            tx.answers.put("S1", "A1", fact)

    with asked.transaction("T1") as tx:
        assert tx.answers.of("S1") == said


def test_only_the_latest_answer_counts_and_seats_are_counted_by_their_roles(asked: Store) -> None:
    with asked.transaction("T1") as tx:
        for seat, fact in [
            ("S1", a_fact("1", value=1)),
            ("S1", a_fact("2", value=3)),
            ("S1", a_fact("3", Said.COMMENTED, value=None)),
            ("S2", a_fact("1", value=3)),
            ("S3", a_fact("1", value=3)),
            ("S3", a_fact("2", Said.DONT_KNOW, value=None)),
        ]:
            tx.answers.put(seat, "A1", fact)

        assert tx.answers.counts("A1") == [
            Count(question="q1", roles=("engineer",), kind=Said.ANSWERED, value=3, n=2),
            Count(question="q1", roles=("operator", "owner"), kind=Said.DONT_KNOW, value=None, n=1),
        ]


def test_more_answers_than_can_be_named_are_looked_for_in_all_sheets(asked: Store) -> None:
    nobody_gave = Count(question="q1", roles=("engineer",), kind=Said.ANSWERED, value=4, n=1)
    with asked.transaction("T1") as tx:
        tx.answers.put("S1", "A1", a_fact("1", value=1))
        tx.answers.put("S3", "A1", a_fact("1", value=3))

        assert [*tx.answers.sheets_with("A1", [nobody_gave] * 5_000)] == []
        assert [*tx.answers.sheets_with("A1", [nobody_gave] * 5_001)] == [*tx.answers.sheets("A1")]


SEATS = {"1": ("engineer",), "2": ("engineer",), "3": ("operator", "owner")}
_names = count()


FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
facts = st.lists(
    st.tuples(
        st.sampled_from(sorted(SEATS)),
        st.sampled_from(["q1", "q2"]),
        st.sampled_from([*ANSWERS, Said.COMMENTED, Said.WENT_TO]),
        st.sampled_from([None, 0, 4]),
    ),
    max_size=25,
)


def tell(tx: Tx, said: list[tuple[str, str, Said, int | None]]) -> None:
    an_assessment(tx)
    for seat, roles in SEATS.items():
        a_seat(tx, seat, user=seat, roles=roles)
    for n, (seat, question, kind, value) in enumerate(said):
        tx.answers.put(seat, "A1", a_fact(str(n), kind, question=question, value=value))


@FEW
@given(said=facts)
def test_counting_in_the_database_is_counting_one_by_one(
    store: Store, said: list[tuple[str, str, Said, int | None]]
) -> None:
    with store.transaction(f"T{next(_names)}") as tx:
        tell(tx, said)

        counted = tx.answers.counts("A1")

    current = {(seat, question): (kind, value) for seat, question, kind, value in said if kind in ANSWERS}
    expected = Counter((question, SEATS[seat], *answer) for (seat, question), answer in current.items())
    assert {(c.question, c.roles, c.kind, c.value): c.n for c in counted} == expected
    assert len(counted) == len(expected)


@FEW
@given(said=facts, data=st.data())
def test_sheets_are_the_current_answers_seat_by_seat(
    store: Store, said: list[tuple[str, str, Said, int | None]], data: st.DataObject
) -> None:
    with store.transaction(f"T{next(_names)}") as tx:
        tell(tx, said)
        counted = tx.answers.counts("A1")
        chosen = (
            [counted[n] for n in data.draw(st.sets(st.sampled_from(range(len(counted)))))] if counted else []
        )

        sheets = [*tx.answers.sheets("A1")]
        some = [*tx.answers.sheets_with("A1", chosen)]

    by_seat: dict[str, dict[str, tuple[Said, int | None]]] = {}
    for seat, question, kind, value in said:
        if kind in ANSWERS:
            by_seat.setdefault(seat, {})[question] = kind, value
    expected = {seat: Sheet(roles=SEATS[seat], answers=by_seat[seat]) for seat in sorted(by_seat)}
    wanted = {(count.question, count.roles, count.kind, count.value) for count in chosen}
    gave = {seat for seat, question, *answer in said if (question, SEATS[seat], *answer) in wanted}
    assert sheets == [*expected.values()]
    assert some == [expected[seat] for seat in sorted(gave)]
