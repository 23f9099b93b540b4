"""How far a level can be trusted, from the database: the same as from a list of answers."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from conversation import conclusion, results, scorecard
from conversation import material as materials
from conversation.contents import Verdict
from conversation.scope import Scope
from scoring.agreement import Reading
from scoring.levels import Answer
from scoring.robustness import MOST_RESAMPLED, Resampling
from storage.records import Assessment, Fact, Said
from storage.store import Store
from tests.conversation.desk import BAKERY, Bench

PEOPLE = {
    f"U-{n}": roles for n, roles in enumerate([["BAKER"], ["BAKER"], ["SELLER"], ["BAKER", "SELLER"]] * 3)
}
WORDS: dict[Said, str] = {Said.DONT_KNOW: "dk", Said.DOES_NOT_APPLY: "na"}


def told(bench: Bench, chance: Random) -> tuple[Assessment, list[Answer]]:
    """Everybody says anything to any question, and some think again."""
    opened = bench.opened(PEOPLE)
    said: dict[tuple[str, str], int | str | None] = {}
    with bench.store.transaction(bench.team) as tx:
        places = [(user, item.id) for user, item in product(PEOPLE, BAKERY.items) if chance.random() < 0.8]
        for n, (user, question) in enumerate([*places, *chance.sample(places, 5)]):
            kind = chance.choice([*[Said.ANSWERED] * 9, Said.DONT_KNOW, Said.DOES_NOT_APPLY, Said.SKIPPED])
            value = chance.choice([1, 2, 3]) if kind is Said.ANSWERED else None
            fact = Fact(key=f"card/{n}", kind=kind, question=question, value=value, at=bench.clock.at)
            tx.answers.put(tx.seats.held_by(user)[0].id, opened.id, fact)
            said[user, question] = WORDS.get(kind, value)
    answers = [
        Answer(user, role, question, value)
        for (user, question), value in said.items()
        if value is not None
        for role in PEOPLE[user]
    ]
    return opened, answers


def test_rows_and_a_list_of_the_same_answers_give_the_same(store: Store) -> None:
    """Among many people only those are read whose answers decide something."""
    fragile = set()
    for number in range(8):
        bench = Bench(store, team=f"T{number}")
        opened, answers = told(bench, Random(number))
        card = scorecard.score(BAKERY, answers)
        with store.transaction(bench.team) as tx:
            found = conclusion.find(tx, BAKERY, opened)
            material = materials.gather(tx, opened)
            assert material.sheets is not None
            among_many = replace(material.sheets, number=MOST_RESAMPLED + 1)
            many = conclusion.conclude(BAKERY, Scope.of(opened), replace(material, sheets=among_many))

        for aspect in found.aspects:
            other = many.aspect(aspect.id)
            assert (other.fragile, other.without_one) == (aspect.fragile, aspect.without_one)
            assert other.resampling is not None
            assert other.resampling.resampling is Resampling.TOO_MANY
            alone, drawn = card.leave_one_out[aspect.id], card.bootstrap[aspect.id]
            assert (aspect.level, aspect.fragile, aspect.without_one) == (
                card.aspects[aspect.id].level,
                alone.fragile,
                alone.without_one,
            )
            assert aspect.resampling is not None
            assert (aspect.resampling.resampling, aspect.resampling.respondents) == (
                drawn.resampling,
                drawn.respondents,
            )
            fragile.add(aspect.fragile)
    assert fragile == {True, False}


@pytest.mark.parametrize(
    ("bakers", "expect"),
    [((2, 2, 2, 2, 2), (False, Resampling.DONE)), ((2, 2, 1), (True, Resampling.TOO_FEW))],
)
def test_a_result_says_how_far_it_can_be_trusted(
    bench: Bench, bakers: tuple[int, ...], expect: object
) -> None:
    users = [f"U-{number}" for number in range(len(bakers))]
    opened = bench.opened({user: ["BAKER"] for user in users})
    for user, level in zip(users, bakers, strict=True):
        bench.answers_all(user, level)

    (verdict,) = bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)

    assert isinstance(verdict, Verdict)
    dough = verdict.findings.aspect("dough")
    assert dough.resampling is not None
    assert (dough.fragile, dough.resampling.resampling) == expect
    assert {level for level, share in dough.resampling.shares.items() if share} == (
        {"2"} if dough.resampling.resampling is Resampling.DONE else set()
    )
    assert dough.agreement is not None
    assert (dough.agreement.alpha, dough.agreement.reading) == (None, Reading.TOO_LITTLE_OVERLAP)
    assert verdict.findings.basis is not None
    assert verdict.findings.basis.seed == materials.seed_of(opened.id)
