"""An open assessment with so many participants, and what Slack sends when they press the buttons of their
cards, one after the other."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot import views
from conversation import interview
from conversation.contents import Card
from conversation.desk import Desk
from conversation.pack import Pack
from conversation.scope import Scope
from conversation.sitting import Spoken, hear
from storage.records import AssessmentState, Fact, Person, Said, SeatState
from storage.store import Store, Tx

Json = dict[str, Any]
PACK, ROLE, TEAM = Pack.shipped("mlops"), "MLE", "T1"
SCOPE = Scope(aspects=tuple(aspect.id for aspect in PACK.aspects))
ITEMS = SCOPE.questions(PACK, [ROLE])
#: Of those who are there besides, each has answered so many.
ANSWERED_BEFORE = 10


@dataclass
class Participant:
    user: str
    seat: str
    answered: int = 0


@dataclass(frozen=True)
class House:
    """`participants` press buttons; whoever else there is has answered something before."""

    participants: list[Participant]
    card: Json
    base_url: str

    @classmethod
    def open(cls, url: str, base_url: str, *, pressing: int, people: int | None = None) -> "House":
        now, ids = datetime.now(UTC), count()
        store = Store.open(url)
        desk = Desk(TEAM, store, lambda: now, lambda: f"I{next(ids)}", PACK, "benchmark")
        everybody = [Participant(f"U{number:05}", f"S{number:05}") for number in range(people or pressing)]
        with store.transaction(TEAM) as tx:
            _add(tx, everybody, everybody[pressing:], now)
        for each in everybody[:pressing]:
            _sent(store, interview.start(desk, each.user, seat=each.seat))
        with store.transaction(TEAM) as tx:
            seat = tx.seats.find("S00000")
            assert seat
            sitting = hear(tx, PACK, tx.assessments.get("A1"), seat)
        drawn = views.message(Card(sitting))
        store.close()
        return cls(everybody[:pressing], {"text": drawn.text, "blocks": drawn.blocks}, base_url)

    def click(self, by: Participant) -> Json:
        """The next one of this participant. They never go back."""
        question = ITEMS[by.answered].id
        by.answered += 1
        value = f'{{"s":"{by.seat}","q":"{question}","r":0}}'
        place = {"channel_id": f"D{by.user}", "message_ts": f"1.{by.answered:06}"}
        return {
            "type": "block_actions",
            "user": {"id": by.user, "username": by.user, "name": by.user, "team_id": TEAM},
            "api_app_id": "A1",
            "token": "benchmark",
            "container": {"type": "message", "is_ephemeral": False, **place},
            "trigger_id": f"1.2.{by.user}.{by.answered}",
            "team": {"id": TEAM, "domain": "benchmark"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": place["channel_id"], "name": "directmessage"},
            "message": {"type": "message", "user": "UBOT", "ts": place["message_ts"], **self.card},
            "state": {"values": {}},
            "response_url": f"{self.base_url}/response/{by.user}",
            "actions": [
                {
                    "action_id": "answer:1",
                    "block_id": "b1",
                    "text": {"type": "plain_text", "text": "B", "emoji": False},
                    "value": value,
                    "type": "button",
                    "action_ts": f"2.{by.answered:06}",
                }
            ],
        }


def _add(tx: Tx, everybody: list[Participant], before: list[Participant], now: datetime) -> None:
    tx.packs.keep(digest=PACK.digest, name=PACK.id, version=PACK.version, body=PACK.snapshot())
    tx.assessments.add(
        id="A1",
        subject="Everybody",
        facilitator="U-LEE",
        channel=None,
        pack_digest=PACK.digest,
        scope=SCOPE.model_dump(mode="json"),
        created_at=now,
        closes_at=now + timedelta(days=14),
    )
    tx.assessments.change("A1", only_if=AssessmentState.DRAFT, state=AssessmentState.OPEN, opened_at=now)
    for each in everybody:
        tx.people.remember(Person(user_id=each.user, name=each.user, locale="en-GB", tz="Europe/London"))
        tx.seats.add(
            id=each.seat,
            assessment_id="A1",
            user_id=each.user,
            roles=[ROLE],
            questions=len(ITEMS),
            invited_at=now,
        )
    for each in before:
        for item in ITEMS[:ANSWERED_BEFORE]:
            key = f"card/{item.id}/0"
            fact = Fact(key=key, kind=Said.ANSWERED, question=item.id, value=1, at=now)
            tx.answers.put(each.seat, "A1", fact)
        tx.seats.change(each.seat, state=SeatState.STARTED, answered=ANSWERED_BEFORE, active_at=now)


def _sent(store: Store, spoken: Spoken) -> None:
    with store.transaction(TEAM) as tx:
        for posting in spoken.owed:
            tx.postings.sent(posting, channel=f"D{posting.recipient}", ts="1.000001")


def stored(url: str) -> int:
    """How many questions are answered by those who pressed buttons in Tidemark."""
    store = Store.open(url)
    with store.transaction(TEAM) as tx:
        found = sum(each.n for each in tx.answers.counts("A1"))
    store.close()
    return found
