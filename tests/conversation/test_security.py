"""Who may call which use case: the table in docs/security.md names every one, and everybody calls each."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from conversation import evidence, facilitating
from conversation.errors import Refused
from conversation.evidence import Shown
from conversation.trackers import TrackerHere
from storage.database import copy_in_memory, engine_for
from storage.migrations import create_all
from storage.records import EvidenceForm, Person, SlackFile, Source, TrackerKind
from storage.store import Store
from tests.conversation.test_permissions import ANA, KIM, LEE, MAX, ZOE, posted
from tests.conversation.usecases import UseCase, arguments, use_cases

HERE, ELSEWHERE = "T1", "T2"
#: Who is tried: the owner, a helper, who answers, who owns an action, who has nothing to do with it.
PEOPLE = {who.user_id for who in (LEE, KIM, ANA, ZOE, MAX)}
#: How the page says who may, and who that is of them.
WHO = {
    "the facilitators": {"U-LEE", "U-KIM"},
    "its owner": {"U-LEE"},
    "who helps to facilitate": {"U-KIM"},
    "the facilitators, and the reviewers": {"U-LEE", "U-KIM"},
    "who sits there": {"U-ANA"},
    "the facilitators, and the owner of the action": {"U-LEE", "U-KIM", "U-ZOE"},
    "the owner of the action": {"U-ZOE"},
    "who sees it": {"U-LEE", "U-KIM", "U-ANA"},
    "who sees the action": {"U-LEE", "U-KIM", "U-ANA", "U-ZOE"},
}
#: What others have written and shown there.
WORDS = ("Better", "oven.png")
#: Rows of those whom no person calls about somebody else's things.
NOT_TRIED = {
    "everybody, for themselves",
    "nobody: Slack tells of it, or the clock",
    "whoever runs Tidemark",
    "whoever has its secret address",
}


def rows() -> Iterator[tuple[list[str], str, set[str]]]:
    """Of the page: use cases, who may, and how everybody else is refused."""
    page = Path("docs/security.md").read_text(encoding="utf-8")
    section = page.partition("## Who may do what")[2].partition("\n## ")[0]
    lines = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    for cases, who, refused in lines:
        names = [each.strip(" `") for each in cases.split(",")]
        yield names, who.strip(), {each.strip(" `") for each in refused.split(",")}


class House:
    """A shared result with an action, and an open assessment; put back to how it was after each call."""

    def __init__(self) -> None:
        empty = engine_for("sqlite://")
        create_all(empty)
        self._engine = copy_in_memory(empty)
        world = posted(Store(self._engine))
        bench = world.bench
        opened = bench.opened({"U-ANA": ["BAKER"]}, subject="Open")
        facilitating.choose(bench.desk, "U-LEE", assessment=opened.id, others=[KIM], was=())
        seat = bench.seat("U-ANA")
        file = SlackFile(id="F1", name="oven.png", type="png", size=6)
        shown = [Shown(EvidenceForm.FILE, Source.REPOSITORY, level=1, file=file)]
        evidence.show(bench.desk, "U-ANA", seat=seat, question="FLOUR", shown=shown, key="E")
        with bench.store.transaction(HERE) as tx:
            shown_here = tx.evidence.of_seat(seat)[0].id
        jira = TrackerHere(TrackerKind.JIRA, "https://jira.example", "OPS")
        self.desk = replace(bench.desk, trackers=(jira,))
        self.known: dict[str, Any] = {
            "assessment": world.a,
            "seat": seat,
            "action": world.action,
            "actions": [world.action],
            "evidence": shown_here,
            "step": world.step,
            "question": "FLOUR",
            "channel": "C-NOWHERE",
            "name": "",
            "people": [MAX],
            "to": Person(user_id="U-BEN", name="Ben"),
            "posting": f"invite/{seat}",
            "key": f"result/{world.a}/1",
            "words": "",
        }
        self._kept = sqlite3.connect(":memory:", check_same_thread=False)
        with self._raw() as here:
            here.driver_connection.backup(self._kept)

    def _raw(self) -> Any:
        return closing(self._engine.raw_connection())

    def calls(self, case: UseCase, user: str, team: str) -> str | None:
        """The name of the refusal, if it is refused. What else is amiss with the arguments does not matter:
        whoever may call it gets as far as that."""
        with self._raw() as here:
            self._kept.backup(here.driver_connection)
        self.given: Any = None
        self.was_cut_short = False
        try:
            self.given = case.function(self.desk.at(team), **arguments(case, self.known, user))
        except Refused as no:
            return no.key
        except (AttributeError, TypeError, ValueError):
            self.was_cut_short = True
        return None

    def touched(self, user: str, team: str) -> list[str]:
        """Rows that the last call changed or took away and that are not about this person, and rows that it
        made in another workspace, or of what somebody else has there."""
        with self._raw() as here:
            before, after = _stored(self._kept), _stored(here.driver_connection)
        theirs = {f"'{self.known[name]}'" for name in ("assessment", "seat", "action", "evidence")}
        return [
            *(row for row in before - after if user not in row or f"'{team}'" not in row),
            *(row for row in after - before if f"'{team}'" not in row),
            *(row for row in after - before if user not in row and any(id in row for id in theirs)),
        ]


def _stored(database: sqlite3.Connection) -> set[str]:
    tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
    return {f"{table} {row}" for table in tables for row in database.execute(f'select * from "{table}"')}


def test_every_use_case_is_named_once() -> None:
    named = [name for names, _, _ in rows() for name in names]
    assert sorted(named) == sorted(case.name for case in use_cases())
    assert {who for _, who, _ in rows()} <= WHO.keys() | NOT_TRIED


def test_nobody_may_but_who_is_named() -> None:
    house, cases = House(), {case.name: case for case in use_cases()}
    callers = [*((each, HERE) for each in sorted(PEOPLE)), ("U-LEE", ELSEWHERE), ("U-ANA", ELSEWHERE)]
    wrong = []
    for names, who, refused in rows():
        for name in names if who in WHO else ():
            for person, team in callers:
                no = house.calls(cases[name], person, team)
                if team == ELSEWHERE:
                    fits = no is not None
                else:
                    fits = (no not in refused) if person in WHO[who] else (no in refused)
                if not fits:
                    wrong.append(f"{name} by {person} of {team}: {no}")
    assert not wrong, "\n".join(wrong)


def test_whoever_acts_for_themselves_reads_and_changes_nothing_of_others() -> None:
    """With the ids of others, here and elsewhere."""
    house, cases = House(), {case.name: case for case in use_cases()}
    theirs = [name for names, who, _ in rows() if who == "everybody, for themselves" for name in names]
    wrong = []
    for name in theirs:
        for person, team in (("U-MAX", HERE), ("U-LEE", ELSEWHERE), ("U-ANA", ELSEWHERE)):
            house.calls(cases[name], person, team)
            assert not house.was_cut_short, f"{name} lacks an argument that it understands"
            touched = house.touched(person, team)
            read = [word for word in WORDS if word in repr(house.given)]
            if touched or read:
                wrong.append(f"{name} by {person} of {team}: read {read}, touched {touched}")
    assert not wrong, "\n".join(wrong)
