"""Who may do what: every cell of the table in docs/permissions.md is tried."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from conversation import (
    acting,
    adjusting,
    agreeing,
    channels,
    deadline,
    drafting,
    facilitating,
    interview,
    leavers,
    opening,
    planpost,
    ranking,
    reports,
    results,
    roster,
    sharing,
    tightening,
)
from conversation.desk import Desk
from conversation.errors import (
    NoSuchAction,
    NoSuchAssessment,
    NotFacilitator,
    NotOwner,
    NotShared,
    NotYourAction,
    NotYourSeat,
    OwnerIsHere,
)
from conversation.scope import Privacy
from storage.records import ActionState, Assessment, Person
from storage.store import Store
from tests.conversation.desk import LEE, Bench

KIM, ANA, ZOE, ADA, MAX = (
    Person(user_id=f"U-{name.upper()}", name=name) for name in ("Kim", "Ana", "Zoe", "Ada", "Max")
)
WHO = {
    "Owner": LEE,
    "Helper": KIM,
    "Participant": ANA,
    "Action's owner": ZOE,
    "Administrator": ADA,
    "Others": MAX,
}
NOT_ALLOWED = (
    NotFacilitator,
    NotOwner,
    OwnerIsHere,
    NoSuchAction,
    NoSuchAssessment,
    NotShared,
    NotYourAction,
    NotYourSeat,
)


@dataclass(frozen=True)
class World:
    """An assessment that Lee owns and Kim helps with, Ana answers, and of which Zoe owns an action if it is
    closed."""

    bench: Bench
    assessment: Assessment
    seat: str
    step: str = ""
    action: str = ""

    @property
    def desk(self) -> Desk:
        return self.bench.desk

    @property
    def a(self) -> str:
        return self.assessment.id


def drafted(store: Store) -> World:
    bench = Bench(store)
    draft = bench.drafted(["U-ANA"])
    facilitating.choose(bench.desk, "U-LEE", assessment=draft.assessment.id, others=[KIM], was=())
    return World(bench, draft.assessment, "")


def running(store: Store) -> World:
    bench = Bench(store)
    opened = bench.opened({"U-ANA": ["BAKER"]})
    facilitating.choose(bench.desk, "U-LEE", assessment=opened.id, others=[KIM], was=())
    return World(bench, opened, bench.seat("U-ANA"))


def closed(store: Store) -> World:
    world = running(store)
    world.bench.answers_all("U-ANA")
    results.close(world.desk, "U-LEE", assessment=world.a)
    verdict = reports.verdict(world.desk, "U-LEE")
    step = verdict.findings.gaps[0].step
    made = {"objective": "Better", "measure": "1 of 1", "due": date(2026, 12, 30), "id": "AC1"}
    action = agreeing.agree(world.desk, "U-LEE", assessment=world.a, step=step, owner=ZOE, **made).action
    return World(world.bench, world.assessment, world.seat, step, action.id)


def posted(store: Store) -> World:
    world = closed(store)
    world.bench.post(sharing.share(world.desk, "U-LEE", assessment=world.a).owed)
    return world


def orphaned(store: Store) -> World:
    """Nobody helps, and Lee is gone."""
    bench = Bench(store)
    opened = bench.opened({"U-ANA": ["BAKER"]})
    leavers.changed(bench.desk, LEE.model_copy(update={"gone": True}))
    return World(bench, opened, bench.seat("U-ANA"))


@cache
def as_made(where: Callable[[Store], World]) -> World:
    return where(Store.in_memory())


def launch(world: World, user: str) -> None:
    roles, people = {"U-ANA": ["BAKER"]}, {"U-ANA": ANA}
    opening.launch(world.desk, user, assessment=world.a, roles=roles, people=people)


def extend(world: World, user: str) -> None:
    deadline.extend(world.desk, user, assessment=world.a, was=world.assessment.closes_at)


def head(world: World, user: str) -> None:
    sharing.head(world.desk, user, assessment=world.a, revision=1, headline="Well", was="")


def settle(world: World, user: str) -> None:
    question = world.step.partition("@")[0]
    settled = {"question": question, "level": 1, "reason": "We looked.", "key": "k"}
    results.settle(world.desk, user, assessment=world.a, **settled)  # type: ignore[arg-type]


def agree(world: World, user: str) -> None:
    made = {"objective": "Better", "measure": "1 of 1", "due": date(2026, 12, 30), "id": "AC2"}
    agreeing.agree(world.desk, user, assessment=world.a, step=world.step, owner=ZOE, **made)  # type: ignore[arg-type]


def add(world: World, user: str) -> None:
    made = {"objective": "Better", "measure": "1 of 1", "due": date(2026, 12, 30), "id": "AC3"}
    agreeing.add(world.desk, user, assessment=world.a, owner=ZOE, **made)  # type: ignore[arg-type]


def hand_over(world: World, user: str) -> None:
    admin = user == ADA.user_id
    facilitating.hand_over(world.desk, user, assessment=world.a, to=MAX, admin=admin)


Deed = Callable[[World, str], object]
#: What each row of the table means: where it is tried, and all that it stands for.
ROWS: dict[str, tuple[Callable[[Store], World], list[Deed]]] = {
    "change the scope of a draft, launch it": (
        drafted,
        [lambda w, user: drafting.refine(w.desk, user, assessment=w.a, tools="x"), launch],
    ),
    "see the status: counts by role": (
        running,
        [lambda w, user: reports.status(w.desk, user)],
    ),
    "see who has finished": (
        running,
        [lambda w, user: roster.progress(w.desk, user, assessment=w.a, key="1")],
    ),
    "add people, take people off the list, replace them": (
        running,
        [
            lambda w, user: roster.add(w.desk, user, assessment=w.a, people=[MAX], role="SELLER"),
            lambda w, user: roster.take_off(w.desk, user, assessment=w.a, person="U-ANA"),
            lambda w, user: roster.replace(w.desk, user, assessment=w.a, person="U-ANA", by=ZOE),
        ],
    ),
    "move the closing date": (running, [extend]),
    "make it more private": (
        running,
        [
            lambda w, user: tightening.who_sees_what(w.desk, user, assessment=w.a),
            lambda w, user: tightening.tighten(
                w.desk, user, assessment=w.a, privacy=Privacy.ATTRIBUTED, group=5
            ),
        ],
    ),
    "close it": (
        running,
        [
            lambda w, user: deadline.before_closing(w.desk, user, assessment=w.a),
            lambda w, user: results.close(w.desk, user, assessment=w.a),
        ],
    ),
    "see the result before it is posted": (closed, [lambda w, user: reports.verdict(w.desk, user)]),
    "write its headline": (
        closed,
        [lambda w, user: reports.to_head(w.desk, user, assessment=w.a), head],
    ),
    "post it, send it to the participants": (
        closed,
        [
            lambda w, user: sharing.share(w.desk, user, assessment=w.a),
            lambda w, user: sharing.audience(w.desk, user, assessment=w.a),
            lambda w, user: sharing.send_to_participants(w.desk, user, assessment=w.a),
        ],
    ),
    "see the result once it is posted": (posted, [lambda w, user: reports.verdict(w.desk, user)]),
    "choose another channel, go on posting": (
        closed,
        [
            lambda w, user: channels.move(w.desk, user, assessment=w.a, channel="C-2"),
            lambda w, user: channels.resume(w.desk, user, assessment=w.a),
        ],
    ),
    "settle a question, work the result out again": (
        closed,
        [settle, lambda w, user: results.work_out_again(w.desk, user, assessment=w.a)],
    ),
    "rank the gaps, move them, decide the cut-off": (
        closed,
        [
            lambda w, user: ranking.onward(w.desk, user, assessment=w.a),
            lambda w, user: ranking.put_back(w.desk, user, assessment=w.a, step=w.step),
            lambda w, user: ranking.cut_off(w.desk, user, assessment=w.a, number=2),
        ],
    ),
    "agree on an action, with a gap or without one": (closed, [agree, add]),
    "say how an action goes, change it, hand it over, split, merge or drop it": (
        closed,
        [
            lambda w, user: acting.mark(w.desk, user, action=w.action, state=ActionState.AT_RISK),
            lambda w, user: acting.comment(w.desk, user, action=w.action, text="Rain."),
            lambda w, user: adjusting.set_needs(w.desk, user, action=w.action, needs=[]),
            lambda w, user: agreeing.change_date(w.desk, user, action=w.action, due=date(2026, 12, 30)),
            lambda w, user: acting.drop(w.desk, user, action=w.action, reason="No."),
        ],
    ),
    "accept an action, give it back": (
        closed,
        [
            lambda w, user: agreeing.accept(w.desk, user, action=w.action),
            lambda w, user: agreeing.decline(w.desk, user, action=w.action, reason="No."),
        ],
    ),
    "suggest something about an action, once the result is posted": (
        posted,
        [lambda w, user: acting.suggest(w.desk, user, action=w.action, text="Ask the shop")],
    ),
    "post the plan": (posted, [lambda w, user: planpost.post(w.desk, user, assessment=w.a)]),
    "answer one's own questionnaire": (
        running,
        [lambda w, user: interview.start(w.desk, user, seat=w.seat)],
    ),
    "choose who else facilitates": (
        running,
        [lambda w, user: facilitating.choose(w.desk, user, assessment=w.a, others=[], was=["U-KIM"])],
    ),
    "hand the assessment over": (running, [hand_over]),
    "hand it over when its owner's account is switched off": (orphaned, [hand_over]),
}


def table() -> dict[str, dict[str, str]]:
    """By row and column, as the page says."""
    page = Path("docs/permissions.md").read_text(encoding="utf-8").splitlines()
    head, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page if line[:1] == "|"
    ]
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}


def cells() -> Iterator[tuple[str, str, bool]]:
    for row, said in table().items():
        yield from ((row, who, cell == "yes") for who, cell in said.items() if cell in {"yes", "no"})


def test_the_table_is_about_all_that_is_tried_and_nothing_else() -> None:
    assert list(table()) == list(ROWS)
    assert {who for row in table().values() for who in row} == set(WHO)


@pytest.mark.parametrize(("row", "who", "may"), list(cells()))
def test_who_may_do_what(row: str, who: str, may: bool) -> None:
    where, deeds = ROWS[row]
    for deed in deeds:
        world = as_made(where)
        world = replace(world, bench=world.bench.copy())
        if may:
            deed(world, WHO[who].user_id)
        else:
            with pytest.raises(NOT_ALLOWED):
                deed(world, WHO[who].user_id)
