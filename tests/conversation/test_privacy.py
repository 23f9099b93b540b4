"""What readers ever see of a confidential or anonymous assessment, over all its revisions, gives nobody away:
for every answer there are other sets of answers, with another one in its place, that publish just the same;
and for the answers of every role too. The worlds of a case are in `worlds`; what may be shown by itself is
tried out in tests/scoring/test_disclosure.py."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest

from bot import exports, views
from bot.exports.pieces import Figure
from conversation import results, sharing
from conversation.conclusion import conclude
from conversation.details import details
from conversation.evidence import Checked
from conversation.exports import report
from conversation.findings import Findings, Quote
from conversation.material import Sheets
from conversation.pack import Length
from conversation.published import OTHER_ROLES
from conversation.scope import Privacy
from scoring.levels import Sheet
from storage.store import Store
from tests.conversation.desk import Bench
from tests.conversation.worlds import Case, Cell, Item, World, drawn, exposed, exposed_among, pack_of

SEEDS = range(500 if os.environ.get("SOAK") else 8)


@pytest.mark.parametrize("seed", SEEDS)
def test_for_every_answer_another_one_publishes_the_same(seed: int) -> None:
    case, world = drawn(Random(seed))

    assert exposed(case, world) == []


def each(*questions: str, by: int = 1) -> tuple[Cell, ...]:
    """Each question answered by that many people, and nobody answers two."""
    return tuple((by * number + person, key) for number, key in enumerate(questions) for person in range(by))


A, B, C = ("a",), ("b",), ("c",)
ALONE = {
    "one question of three": Case(
        pack_of([Item("q", "x", A)]), (A, A, A), each("q", by=3), since=(("q", 0),)
    ),
    "one role of one, one of two": Case(pack_of([Item("q", "x", A, B)]), (A, A, A, B), each("q", by=4)),
    "a question each": Case(
        pack_of([Item("q", "x", A), Item("r", "x", B), Item("s", "x", C)], levels=3),
        (A, B, C),
        each("q", "r", "s"),
        since=(("q", 2), ("q", Checked(1))),
    ),
    "what nobody answered weighs much": Case(
        pack_of([Item("q", "x", A), Item("r", "x", B), Item("s", "x", C), Item("t", "x", A, weight=4)]),
        (A, B, C),
        each("q", "r", "s"),
        since=(("t", 1), ("r", 0)),
    ),
    "the heaviest is seen from the side": Case(
        pack_of([Item("q", "x", A), Item("r", "x", B), Item("s", "x", ("d",), C, weight=10)]),
        (A, B, C),
        each("q", "r", "s"),
    ),
    "two roles, and one without a voice": Case(
        pack_of([Item("q", "x", A, B), Item("r", "x", B), Item("s", "x", A)]),
        (("a", "b"), ("bystander",), B, A),
        ((0, "q"), (1, "q"), (2, "r"), (3, "s")),
        privacy=Privacy.CONFIDENTIAL,
    ),
}


@pytest.mark.parametrize("name", ALONE)
def test_all_that_can_be_said_in_a_tiny_assessment(name: str) -> None:
    case = ALONE[name]
    same: dict[tuple[str, ...], list[World]] = {}
    for world in case.worlds():
        same.setdefault(case.published(world), []).append(world)

    assert [left for worlds in same.values() for left in exposed_among(case, worlds[0], worlds)] == []


MANY = Case(
    pack_of([*(Item(key, "x", A) for key in "pqr"), Item("s", "x", B), Item("t", "x", C)], levels=4),
    (A, A, A, B, C),
    (*((person, key) for key in "pqr" for person in range(3)), (3, "s"), (4, "t")),
)
SAID: World = (1, 1, 2, 1, 1, 1, 2, 2, 2, 0, 3)


def published(case: Case, **more: object) -> Findings:
    (material,) = case.materials(SAID)
    return conclude(case.pack, case.scope, replace(material, **more)).for_readers  # type: ignore[arg-type]


def test_hidden_questions_show_nothing_but_that_they_are() -> None:
    found = published(MANY)

    assert [(q.id, q.level, q.hidden) for q in found.questions] == [
        ("p", 1, False),
        ("q", 1, False),
        ("r", 2, False),
        ("s", None, True),
        ("t", None, True),
    ]
    (aspect,) = found.aspects
    assert (aspect.level, aspect.hidden_questions, aspect.because, aspect.reasons) == (1, 2, (), ())
    assert (aspect.coverage, aspect.agreement) == (None, None)
    assert {gap.question for gap in found.gaps} == {"p", "q"}
    assert [(place.place, place.keys, place.level) for place in found.ranking] == [(1, ("x",), 1)]
    assert [(place.keys, place.level) for place in found.criteria_ranking] == [(("c",), 1)]
    assert [group.mean for group in (*found.patterns.criteria, *found.patterns.cells)] == [None, None]
    assert [(role.id, role.sent, role.invited) for role in found.roles] == [(OTHER_ROLES, 5, 5)]


def test_what_is_hidden_is_not_to_be_found_out_first() -> None:
    waits = Item("p", "x", A, requires={2: ("s@2",)})
    others = (*(Item(key, "x", A) for key in "qr"), Item("s", "x", B), Item("t", "x", C))
    case = replace(MANY, pack=pack_of([waits, *others], levels=4))

    found = published(case)

    assert ({gap.question for gap in found.gaps}, found.find_out) == ({"p", "q"}, ())


def test_the_overall_level_is_hidden_with_that_of_an_aspect() -> None:
    case = Case(pack_of([Item("q", "x", A), Item("r", "y", B)]), (A, A, A, B), (*each("q", by=3), (3, "r")))

    (material,) = case.materials((1, 1, 1, 0))
    found = conclude(case.pack, case.scope, material).for_readers

    assert {aspect.id: aspect.level for aspect in found.aspects} == {"x": 1, "y": None}
    assert (found.level, found.limiting) == (None, ())


@pytest.mark.parametrize("agreed", [(), (("s", 2),)])
def test_what_is_shown_for_a_hidden_question_shows_nothing(agreed: tuple[tuple[str, int], ...]) -> None:
    """Evidence supports what its author answered, and a quote may tell who wrote it: of a question that
    hardly anybody answered, both would be that one's answer. Also after people agreed on its level."""
    case = replace(MANY, since=agreed)
    plain = case.materials(SAID)[-1]
    told = replace(
        plain, evidence={"s": Checked(3, returned=1)}, quotes=(Quote(question="s", text="We do."),)
    )

    one, other = (conclude(case.pack, case.scope, material).for_readers for material in (plain, told))

    assert one == other
    assert (other.checked, other.checkable) == (0, None)
    assert not any(map(other.unchecked, other.aspects))


def test_what_is_shown_for_a_question_that_is_shown_is_told() -> None:
    found = published(MANY, evidence={"r": Checked(1)}, quotes=(Quote(question="r", text="We do."),))

    question = found.question("r")
    assert question is not None
    assert (question.accepted, question.evidenced, [quote.text for quote in found.quotes]) == (
        1,
        1,
        ["We do."],
    )
    assert found.aspect("x").evidenced is None  # with what is hidden there it would be another


def test_single_sheets_have_no_part_in_what_is_published() -> None:
    """Nobody reads how far a level hangs on one person, or on who was drawn again."""

    def read(_: object = None) -> Iterable[Sheet]:
        raise AssertionError("somebody's sheet was read")

    assert published(MANY, sheets=Sheets(5, read, read)) == published(MANY)  # type: ignore[arg-type]


def test_confidential_readers_see_what_everybody_sees_of_anonymous_answers() -> None:
    one, other = (
        published(replace(MANY, privacy=mode)).model_copy(update={"basis": None})
        for mode in (Privacy.CONFIDENTIAL, Privacy.ANONYMOUS)
    )

    assert one == other


def test_a_later_revision_keeps_the_level_of_what_is_hidden() -> None:
    """With what was agreed on in place of one question, the level would tell of the others."""
    case = replace(MANY, since=(("t", 0), ("p", 0), ("q", 0)))

    seen = [Findings.model_validate_json(text) for text in case.published(SAID)]

    assert [found.aspect("x").level for found in seen] == [1, 1, 1, 1]
    assert [found.aspect("x").since for found in seen] == [None, 1, 1, 1]
    assert [found.levels["q"] for found in seen] == [1, 1, 1, 0]


def test_the_search_finds_what_is_told() -> None:
    """With every answer counted, each role's are known, and those of whoever agrees with all in it."""
    case = replace(MANY, privacy=Privacy.ATTRIBUTED)

    told = exposed(case, SAID)

    assert told == [*(cell for cell in case.cells if cell[1] != "p"), *case.groups]


#: What five bakers and two sellers said to everything: the same levels come of it, and nothing else is alike.
SAME_LEVELS = ((0, 0, 0, 1, 1, 1, 1), (0, 0, 0, 1, 2, 1, 2))


def charts(answers: Iterable[int], privacy: Privacy) -> list[str]:
    """Every chart that a reader of such a result gets, in the report and in Slack, with its words."""
    store = Store.in_memory()
    bench = Bench(store)
    people = {f"U-{number}": ["BAKER" if number < 5 else "SELLER"] for number in range(7)}
    opened = bench.opened(people, privacy=privacy, length=Length.LONG)
    for user, value in zip(people, answers, strict=True):
        bench.answers_all(user, value)
        bench.sends(user)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    bench.post(sharing.share(bench.desk, "U-LEE", assessment=opened.id).owed)
    seen = details(bench.desk, "U-1", assessment=opened.id)
    pages = [aspect.id for aspect in seen.verdict.findings.aspects]
    asked = [picture for page in (*pages, "patterns") for picture in views.pictures(seen, page)]
    asked += [found.picture for page in pages if (found := views.answers(seen, page)).picture]
    parts = exports.document(report(bench.desk, "U-LEE")).parts
    store.close()
    return [part.svg for part in parts if isinstance(part, Figure)] + [picture.svg for picture in asked]


def test_no_chart_of_a_confidential_result_tells_one_set_of_answers_from_another() -> None:
    one, other = (charts(answers, Privacy.CONFIDENTIAL) for answers in SAME_LEVELS)

    assert one == other
    assert len(one) > 0
    assert not any("how many chose" in svg or "How far roles" in svg for svg in one)


def test_where_names_are_known_charts_tell_them_apart() -> None:
    one, other = (charts(answers, Privacy.ATTRIBUTED) for answers in SAME_LEVELS)

    assert one != other
    assert any("how many chose" in svg for svg in one)
    assert any("How far roles" in svg for svg in one)


def test_of_what_is_shown_readers_see_the_levels_and_no_figures_of_roles_or_means() -> None:
    """Where nothing is hidden; a facilitator who knows the names sees them."""
    asked = [Item(key, "x", ("a", "b")) for key in "pqr"]
    case = Case(pack_of(asked, levels=4), (A, A, B, B), each_by_all("pqr", 4), privacy=Privacy.CONFIDENTIAL)
    (material,) = case.materials((1, 1, 2, 0, 1, 1, 1, 2, 2, 3, 2, 0))

    whole = conclude(case.pack, case.scope, material)

    for found, is_told in ((whole, True), (whole.for_readers, False)):
        (aspect,), question, patterns = found.aspects, found.questions[0], found.patterns
        figures = (aspect.continuous, aspect.agreement, question.mean, question.distribution)
        assert [each is not None for each in figures] == [is_told] * 4
        assert bool(question.roles) is is_told
        assert [each.mean is not None for each in (*patterns.criteria, *patterns.cells)] == [is_told] * 2
    assert [question.level for question in whole.for_readers.questions] == [1, 1, 2]


def each_by_all(keys: str, people: int) -> tuple[Cell, ...]:
    """Each question answered by all of them."""
    return tuple((person, key) for key in keys for person in range(people))
