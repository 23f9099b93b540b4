"""Scoring 10,000 people with 20 answers each: from a list, from counts, and from a database; and how far the
result can be trusted, among few people and many."""

import random
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from benchmarks.table import Row
from conversation import conclusion, reports, scorecard, statements
from conversation.desk import Desk
from conversation.findings import Findings
from conversation.material import Material
from conversation.pack import Item, Length, Pack
from conversation.scope import Scope
from scoring.levels import Answer
from scoring.levels import sheets as scoring_sheets
from scoring.robustness import bootstrap
from storage.records import Count, Fact, Said, SeatState
from storage.store import Store

PEOPLE, ANSWERS_EACH, ITEMS, ROUNDS = 10_000, 20, 45, 7
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PACK = Pack.shipped("mlops")
SCOPE = Scope(aspects=tuple(aspect.id for aspect in PACK.aspects), length=Length.LONG)


def measure() -> Iterable[tuple[str, list[Row]]]:
    answers = said(PEOPLE, ANSWERS_EACH)
    with TemporaryDirectory() as folder:
        store = filled(f"sqlite:///{folder}/many.db", answers)
        material = read(store)
        assert sum(count.n for count in material.counts) == len(answers)
        yield (
            f"Scoring {len(answers):,} answers of {PEOPLE:,} people",
            compared(
                "plain Python: count (question, role, value)",
                {
                    "plain Python: count (question, role, value)": lambda: plain(answers),
                    "scorecard.score, from the list": lambda: scorecard.score(PACK, answers),
                    "counts by SQL (SQLite file)": lambda: counted(store),
                    "conclusion.conclude, from counts": lambda: conclusion.conclude(PACK, SCOPE, material),
                    "every sheet, one by one (if everybody's answers decided)": lambda: every(store),
                    "conclusion.find: database to findings, with robustness": lambda: found(store),
                    "reports.status: who has finished": lambda: status(store),
                },
            ),
        )
        half = filled(f"sqlite:///{folder}/half.db", said(PEOPLE, ANSWERS_EACH // 2))
        yield "Memory at its highest, beyond what was there before", [*memory(half, store)]
        half.close()
        store.close()
    yield "The level again with other people: 2,000 replicates of each of 4 aspects", [*resampled()]


def compared(bare: str, works: dict[str, Callable[[], Any]]) -> list[Row]:
    """CPU time in ms, in turns; the first turn is not counted."""
    spent: dict[str, list[float]] = {title: [] for title in works}
    for turn in range(ROUNDS + 1):
        for title, work in works.items():
            before = process_time()
            work()
            if turn:
                spent[title].append((process_time() - before) * 1000)
    return [Row(title, "ms", times, spent[bare]) for title, times in spent.items()]


def memory(half: Store, whole: Store) -> Iterable[Row]:
    """Of Python objects, with half as many answers of as many people, and with all."""
    works: dict[str, Callable[[Store], Any]] = {
        "conclusion.find": found,
        "every sheet, one by one": every,
    }
    for title, work in works.items():
        less, more = peak(work, half), peak(work, whole)
        yield Row(f"{title}, {ANSWERS_EACH // 2} answers each", "MB", [less], [less])
        yield Row(f"{title}, {ANSWERS_EACH} answers each", "MB", [more], [less])


def peak(work: Callable[[Store], Any], store: Store) -> float:
    """In MB; the first time, when things are loaded and compiled, does not count."""
    work(store)
    tracemalloc.start()
    work(store)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 2**20


def resampled() -> Iterable[Row]:
    """CPU time in ms. Everybody answers all questions of their role."""
    questions = scorecard.questions(PACK)
    aspects = scorecard.aspects(PACK, PACK.items)
    for people in (8, 90, 1000):
        sheets = [*scoring_sheets(questions, said(people, ITEMS)).values()]
        title = f"bootstrap, {people:,} people"
        work = {title: lambda sheets=sheets: [bootstrap(each, sheets, seed=1) for each in aspects.values()]}
        yield from compared(title, work)


def plain(answers: list[Answer]) -> Counter[tuple[str, str, Any]]:
    counts: Counter[tuple[str, str, Any]] = Counter()
    for answer in answers:
        counts[answer.question, answer.role, answer.value] += 1
    return counts


def counted(store: Store) -> list[Count]:
    with store.transaction("T1") as tx:
        return tx.answers.counts("A1")


def found(store: Store) -> Findings:
    with store.transaction("T1") as tx:
        return conclusion.find(tx, PACK, tx.assessments.get("A1"))


def status(store: Store) -> reports.Status:
    desk = Desk("T1", store, lambda: NOW, lambda: "", PACK, "benchmark")
    return reports.status_of(desk, "U-LEE", assessment="A1")


def every(store: Store) -> int:
    with store.transaction("T1") as tx:
        return sum(len(statements.of_sheet(sheet)) for sheet in tx.answers.sheets("A1"))


def read(store: Store) -> Material:
    with store.transaction("T1") as tx:
        return Material(tuple(tx.answers.counts("A1")), tuple(tx.seats.counts("A1")))


def said(people: int, each: int) -> list[Answer]:
    """Everybody has one role, and answers so many of its questions; the same ones in every run."""
    chance = random.Random(2026)
    roles = [role.id for role in PACK.roles if len(asked(role.id)) >= ANSWERS_EACH]
    values = [0, 1, 1, 2, 2, 3, "dk", "na"]
    return [
        Answer(f"R{number}", role, item.id, chance.choice(values))
        for number in range(people)
        for role in [roles[number % len(roles)]]
        for item in chance.sample(asked(role), min(each, len(asked(role))))
    ]


def asked(role: str) -> tuple[Item, ...]:
    return SCOPE.questions(PACK, [role])


def filled(url: str, answers: list[Answer]) -> Store:
    """Rows as the interview leaves them, in one go."""
    store = Store.open(url)
    with store.transaction("T1") as tx:
        tx.packs.keep(digest=PACK.digest, name=PACK.id, version=PACK.version, body=PACK.snapshot())
        tx.assessments.add(
            id="A1",
            subject="Everybody",
            facilitator="U-LEE",
            channel=None,
            pack_digest=PACK.digest,
            scope=SCOPE.model_dump(mode="json"),
            created_at=NOW,
            closes_at=NOW,
        )
        role_of = {answer.respondent: answer.role for answer in answers}
        for seat, role in role_of.items():
            tx.seats.add(
                id=seat,
                assessment_id="A1",
                user_id=seat,
                roles=[role],
                questions=ANSWERS_EACH,
                invited_at=NOW,
            )
            tx.seats.change(seat, state=SeatState.SENT, answered=ANSWERS_EACH)
        for answer in answers:
            tx.answers.put(answer.respondent, "A1", fact(answer))
    return store


def fact(answer: Answer) -> Fact:
    kinds = {"dk": Said.DONT_KNOW, "na": Said.DOES_NOT_APPLY}
    value = answer.value if isinstance(answer.value, int) else None
    kind = kinds.get(str(answer.value), Said.ANSWERED)
    key = f"card/{answer.question}/0"
    return Fact(key=key, kind=kind, question=answer.question, value=value, at=NOW)
