"""Some things of an order were put elsewhere by hand."""

from hypothesis import given
from hypothesis import strategies as st

from scoring.placing import circle, placed

KEYS = "abcdefgh"


@st.composite
def orders(draw: st.DrawFn) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """An order, in which everything comes after what it depends on."""
    order = tuple(draw(st.permutations(KEYS)))
    depends = {
        key: tuple(draw(st.lists(st.sampled_from(order[:at]), max_size=2, unique=True))) if at else ()
        for at, key in enumerate(order)
    }
    return order, depends


moves = st.lists(
    st.tuples(st.sampled_from(KEYS), st.integers(1, len(KEYS) + 2)),
    max_size=5,
    unique_by=lambda move: move[0],
)


def in_order(order: tuple[str, ...], depends: dict[str, tuple[str, ...]]) -> bool:
    return all(order.index(need) < order.index(key) for key in order for need in depends[key])


@given(orders(), moves)
def test_prerequisites_come_first_wherever_things_are_put(
    given: tuple[tuple[str, ...], dict[str, tuple[str, ...]]], wanted: list[tuple[str, int]]
) -> None:
    order, depends = given

    found = placed(order, depends, wanted)

    assert sorted(found) == sorted(order)
    assert in_order(found, depends)


@given(orders(), st.sampled_from(KEYS), st.integers(1, len(KEYS)))
def test_one_thing_is_as_near_to_its_place_as_what_must_come_before_and_after_it_allows(
    given: tuple[tuple[str, ...], dict[str, tuple[str, ...]]], key: str, place: int
) -> None:
    order, depends = given
    others = [other for other in order if other != key]
    allowed = [
        at
        for at in range(1, len(order) + 1)
        if in_order((*others[: at - 1], key, *others[at - 1 :]), depends)
    ]

    found = placed(order, depends, [(key, place)])

    assert [other for other in found if other != key] == others
    assert found.index(key) + 1 == min(allowed, key=lambda at: abs(at - place))


@given(st.permutations(KEYS), moves)
def test_where_nothing_depends_on_anything_everything_is_where_it_was_put(
    order: list[str], wanted: list[tuple[str, int]]
) -> None:
    apart = list({place: (key, place) for key, place in wanted if place <= len(KEYS)}.values())

    found = placed(order, {}, apart)

    assert {key: found.index(key) + 1 for key, _ in apart} == dict(apart)


def test_the_last_one_put_to_a_place_has_it() -> None:
    assert placed("abcd", {}, [("c", 1), ("d", 1)]) == ("d", "c", "a", "b")


def test_a_circle_is_told_from_end_to_end() -> None:
    depends = {"b": ["c"], "c": ["a"]}

    assert circle(depends, "a", "b") == ("a", "b", "c", "a")
    assert circle(depends, "b", "a") == ()
    assert circle({}, "a", "a") == ("a", "a")
