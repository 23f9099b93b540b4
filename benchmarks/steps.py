"""What one answer is made of, each step alone: no Slack, no network, one thread."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import count
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from benchmarks.table import Row
from bot import views
from conversation import drafting, interview, ledger, opening
from conversation.contents import Card
from conversation.desk import Desk
from conversation.pack import Pack
from conversation.scope import Scope
from conversation.sitting import Spoken
from storage.records import Person
from storage.store import Store

NOW, FRIDAY = datetime(2026, 11, 23, 10, tzinfo=UTC), date(2026, 12, 4)
PEOPLE = [f"U{number:02}" for number in range(40)]
WARM_UP, ROUNDS = 2, 15
STEPS = ("answer: one transaction", "sent: one transaction", "the record drawn", "the next card drawn")


def measure() -> list[Row]:
    with TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/steps.db")
        desk = a_desk(store)
        seats = launched(desk)
        at = {user: settled(desk, interview.start(desk, user, seat=seats[user])) for user in PEOPLE}
        rounds = []
        for _ in range(WARM_UP + ROUNDS):
            spent = dict.fromkeys(STEPS, 0.0)
            for user in PEOPLE:
                at[user] = answered(desk, user, seats[user], at[user], spent)
            rounds.append(spent)
        store.close()
    counted = rounds[WARM_UP:]
    figures = {step: [spent[step] * 1000 / len(PEOPLE) for spent in counted] for step in STEPS}
    return [Row(step, "ms", times, figures[STEPS[0]]) for step, times in figures.items()]


def answered(desk: Desk, user: str, seat: str, before: Spoken, spent: dict[str, float]) -> Spoken:
    def timed(step: str, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        began = process_time()
        result = work(*given, **named)
        spent[step] += process_time() - began
        return result

    asking = before.sitting.interview.asking
    assert asking
    card = {"seat": seat, "question": asking.id, "revision": 0, "choice": interview.option(1)}
    spoken = timed(STEPS[0], interview.answer, desk, user, **card)
    timed(STEPS[1], settled, desk, spoken)
    timed(STEPS[2], views.record, spoken.sitting, spoken.card)
    timed(STEPS[3], views.message, Card(spoken.sitting))
    return spoken


def settled(desk: Desk, spoken: Spoken) -> Spoken:
    for posting in spoken.owed:
        ledger.sent(desk, [ledger.Arrived(posting, f"D{posting.recipient}", posting.key)])
    return spoken


def a_desk(store: Store) -> Desk:
    ids = count()
    return Desk("T1", store, lambda: NOW, lambda: f"I{next(ids)}", Pack.shipped("mlops"), "benchmark")


def launched(desk: Desk) -> dict[str, str]:
    """Everybody is an ML engineer, with 20 questions. Gives their seats."""
    wanted = Scope(aspects=tuple(aspect.id for aspect in desk.pack.aspects), people=tuple(PEOPLE))
    lee = Person(user_id="U-LEE", name="Lee")
    draft = drafting.draft(desk, lee, subject="All", scope=wanted, channel=None, closes_on=FRIDAY)
    people = {user: Person(user_id=user, name=user) for user in PEOPLE}
    roles = {user: ["MLE"] for user in PEOPLE}
    opening.launch(desk, "U-LEE", assessment=draft.assessment.id, roles=roles, people=people)
    with desk.transaction() as tx:
        return {user: tx.seats.held_by(user)[0].id for user in PEOPLE}
