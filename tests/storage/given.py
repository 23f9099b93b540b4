"""Rows to begin with, and people who act at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import TypeVar

from sqlalchemy import Engine, MetaData, text

from storage.records import (
    ActionState,
    Assessment,
    Calibration,
    Deed,
    Evidence,
    EvidenceForm,
    Fact,
    FollowUpKind,
    GapMove,
    GapNeed,
    GapRating,
    Installation,
    Nature,
    Notice,
    Person,
    RemarkWord,
    Said,
    SlackFile,
    Source,
    TicketState,
    TrackerKind,
)
from storage.store import Store, Tx

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=2)

T = TypeVar("T")


def an_assessment(tx: Tx, id: str = "A1", *, subject: str = "ABC Inc.") -> Assessment:
    tx.packs.keep(digest="d1", name="mlops", version=1, body="questions")
    return tx.assessments.add(
        id=id,
        subject=subject,
        facilitator="U-LEE",
        channel="C-ML",
        pack_digest="d1",
        scope={"model": "churn"},
        created_at=NOW,
        closes_at=NOW + timedelta(days=5),
    )


def a_seat(tx: Tx, id: str = "S1", *, user: str = "U-ANA", roles: tuple[str, ...] = ("engineer",)) -> None:
    tx.seats.add(id=id, assessment_id="A1", user_id=user, roles=roles, questions=20, invited_at=NOW)


def a_fact(key: str, kind: Said = Said.ANSWERED, *, question: str = "q1", value: int | None = 2) -> Fact:
    return Fact(key=key, kind=kind, question=question, value=value, at=NOW)


def a_posting(
    tx: Tx,
    key: str = "card/S1/1",
    *,
    due_at: datetime = NOW,
    kind: str = "card",
    recipient: str = "U-ANA",
) -> bool:
    return tx.postings.owe(
        key, kind=kind, subject_id="S1", recipient=recipient, due_at=due_at, contents={"n": 1}, now=NOW
    )


def an_action(tx: Tx, id: str = "AC1", *, due: date = date(2026, 12, 24)) -> None:
    tx.actions.add(
        id=id,
        assessment_id="A1",
        question="q1",
        level=2,
        objective="Every model has an owner",
        measure="the register",
        owner="U-ANA",
        due=due,
        agreed_by="U-LEE",
        agreed_at=NOW,
    )


def a_ticket(tx: Tx, action: str = "AC1", *, state: TicketState = TicketState.OWED) -> None:
    tx.tickets.put(action, tracker=TrackerKind.GITHUB, state=state, marker="M1", asked_by="U-LEE", at=NOW)


def a_remark(tx: Tx, mark: str = "R1", *, action: str = "AC1", ticket: str = "M1") -> None:
    values = {"word": RemarkWord.DUE, "by": "U-LEE", "due": date(2026, 12, 24), "at": NOW}
    tx.remarks.owe(action, ticket=ticket, mark=mark, **values)


def a_delivery(tx: Tx, event: str = "EV1", *, subject: str = "AC1", at: datetime = NOW) -> None:
    tx.deliveries.owe(event, assessment_id="A1", subject_id=subject, body={"n": event}, at=at)


def some_evidence(tx: Tx, id: str = "E1", *, seat: str = "S1", key: str = "typed/D1/1.0") -> bool:
    return tx.evidence.add(
        Evidence(
            id=id,
            assessment_id="A1",
            seat_id=seat,
            question="q1",
            key=key,
            form=EvidenceForm.FILE,
            source=Source.DASHBOARD,
            nature=Nature.QUANTITATIVE,
            level=2,
            file=SlackFile(id="F1", name="runs.png", size=2048, type="png"),
            at=NOW,
        )
    )


def a_calibration(tx: Tx, key: str = "V1", *, level: int | None = 1) -> bool:
    agreed = Calibration(
        key=key, question="q1", level=level, reason="We looked together.", by="U-LEE", at=NOW
    )
    return tx.calibrations.add("A1", agreed)


def a_ranking(tx: Tx) -> None:
    who = {"revision": 1, "step": "q1@1", "by": "U-LEE", "at": NOW}
    tx.rankings.change("A1", by="U-LEE", at=NOW, steps=("q1@1", "q2@1"))
    tx.rankings.rate("A1", GapRating(**who, values={"impact": 5, "cost": None}, reason="An audit."))
    tx.rankings.need("A1", GapNeed(**who, need="q2@1", holds=True))
    tx.rankings.move("A1", GapMove(**who, place=2))


def an_installation(
    team: str = "T1", *, name: str = "Harbour", sealed: str = "sealed", expires_at: datetime | None = None
) -> Installation:
    return Installation(
        team_id=team,
        name=name,
        is_organisation=False,
        app_id="A-APP",
        bot_id="B-APP",
        bot_user_id="U-APP",
        scopes="chat:write",
        installed_by="U-LEE",
        installed_at=NOW,
        sealed=sealed,
        expires_at=expires_at,
    )


def a_row_in_every_table(tx: Tx) -> None:
    tx.people.remember(Person(user_id="U-ANA", name="Ana", tz="Europe/Berlin"))
    an_assessment(tx)
    tx.drafts.change("A1", by="U-LEE", at=NOW, roles={"U-ANA": ("engineer",)})
    tx.drafts.talk_about("U-LEE", "A1", "people")
    a_seat(tx)
    tx.answers.put("S1", "A1", a_fact("card/q1/0"))
    some_evidence(tx)
    a_calibration(tx)
    a_ranking(tx)
    a_posting(tx)
    tx.results.add("A1", body={"level": 2}, at=NOW, by="U-LEE")
    tx.channels.pause("C-ML", why="archived", at=NOW)
    tx.departures.leave(why="app_uninstalled", since=NOW, erase_at=NOW + timedelta(days=30))
    tx.installations.put(an_installation())
    tx.consents.expect(state="s1", browser="b1", until=NOW + timedelta(minutes=10))
    tx.form_keys.good("k1", NOW)
    tx.notices.give([Notice(kind="runs", about="p1", until=NOW + timedelta(days=30))])
    tx.deeds.add("A1", Deed(by="U-LEE", what="launched", values={"people": 1}, at=NOW))
    an_action(tx)
    shown = SlackFile(id="F1", name="runs.png", size=2048, type="png")
    tx.actions.mark("AC1", state=ActionState.AT_RISK, by="U-ANA", text="waiting", at=NOW, files=[shown])
    a_ticket(tx)
    a_delivery(tx)
    a_remark(tx)
    tx.feeds.renew("U-ANA", fingerprint="F1", at=NOW)
    an_action(tx, "AC2")
    tx.actions.set_needs("AC1", ["AC2"])
    tx.actions.add_step("AC1", id="ST1", position=1, text="Write the register")
    tx.followups.add(
        "AC1", owner="U-ANA", due=date(2026, 12, 24), day=date(2026, 12, 17), kind=FollowUpKind.BEFORE
    )
    tx.actions.note_change("AC1", by="U-LEE", what="needs", at=NOW, to=["AC2"])


def rows(engine: Engine) -> dict[str, list[dict[str, object]]]:
    """Everything in the database, by table and column."""
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in found.sorted_tables
        }


def at_once(*calls: Callable[[], T]) -> list[T]:
    """What they return, each called by a thread of its own, all starting at the same moment."""
    start = Barrier(len(calls))

    def go(call: Callable[[], T]) -> T:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(go, calls))


def overlapping(store: Store, first: Callable[[], object], second: Callable[[], T]) -> T:
    """What the second comes to where it begins after the first has done all and before that is committed. For
    PostgreSQL: on SQLite it would begin after that."""
    with ThreadPoolExecutor(1) as thread, store._engine.connect() as server:
        server.execution_options(isolation_level="AUTOCOMMIT")
        with store.together():
            first()
            late = thread.submit(second)
            while not (late.done() or server.scalar(_SOMEBODY_WAITS)):
                pass
        return late.result()


_SOMEBODY_WAITS = text(
    "SELECT EXISTS (SELECT FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock')"
)
