"""A desk to test with: a clock that one moves, ids that count, a pack that one can keep in mind, and somebody
who posts what is owed (into nothing, but with a timestamp each)."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from conversation import drafting, interview, ledger, opening, reports, results, writing
from conversation.contents import Card, Contents, Reply
from conversation.desk import LEASE, Desk
from conversation.pack import Length, Pack
from conversation.results import Closed
from conversation.scope import Scope
from conversation.sitting import Choice, Sitting, Spoken
from storage.database import copy_in_memory
from storage.records import Assessment, Person, Posting, SlackFile
from storage.store import Store

BAKERY, CAFE = (Pack.load(Path(__file__).with_name(name)) for name in ("bakery.yaml", "cafe.yaml"))
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FRIDAY_WEEK = date(2026, 12, 4)
LEE = Person(user_id="U-LEE", name="Lee")


class Clock:
    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Bench:
    """One Slack workspace, with what its people do. Between two deeds a minute passes."""

    store: Store
    pack: Pack = BAKERY
    team: str = "T1"
    clock: Clock = field(default_factory=Clock)
    posted: list[Posting] = field(default_factory=list)
    ids: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        ids = self.ids
        self._stamps = count(1)
        self.desk = Desk(
            team=self.team,
            store=self.store,
            now=self.clock,
            new_id=lambda: f"{self.team}-{next(ids)}",
            pack=self.pack,
            claimant="test",
        )

    def copy(self) -> "Bench":
        """The same on a copy of its store, which is in memory: what is done there is not done here."""
        store = Store(copy_in_memory(self.store._engine))
        copied = replace(
            self, store=store, clock=Clock(self.clock.at), posted=[*self.posted], ids=copy(self.ids)
        )
        copied._stamps = copy(self._stamps)
        return copied

    def opened(
        self,
        roles: Mapping[str, Iterable[str]],
        *,
        subject: str = "ABC Inc.",
        length: Length = Length.STANDARD,
        channel: str | None = "C-ML",
        closes_on: date = FRIDAY_WEEK,
        tz: str = "UTC",
        **decided: Any,
    ) -> Assessment:
        """An assessment that Lee launched, with what was due at once posted; `decided` are fields of its
        scope."""
        self.clock.passes(minutes=1)
        draft = self.drafted(
            roles, subject=subject, length=length, channel=channel, closes_on=closes_on, **decided
        )
        people = {user: Person(user_id=user, name=user, tz=tz) for user in roles}
        launched = opening.launch(
            self.desk, LEE.user_id, assessment=draft.assessment.id, roles=roles, people=people
        )
        self.post(launched.owed)
        self.beat()
        return launched.assessment

    def drafted(
        self,
        people: Iterable[str],
        *,
        subject: str = "ABC Inc.",
        length: Length = Length.STANDARD,
        channel: str | None = "C-ML",
        closes_on: date = FRIDAY_WEEK,
        **decided: Any,
    ) -> drafting.Draft:
        """A draft of Lee's, not launched yet."""
        aspects = tuple(aspect.id for aspect in self.pack.aspects)
        wanted = Scope(**{"aspects": aspects, "length": length, "people": tuple(people)} | decided)
        return drafting.draft(
            self.desk, LEE, subject=subject, scope=wanted, channel=channel, closes_on=closes_on
        )

    def seat(self, user: str) -> str:
        """The seat of the latest invitation."""
        with self.store.transaction(self.team) as tx:
            return tx.seats.held_by(user)[0].id

    def look(self, user: str) -> Sitting:
        return interview.look(self.desk, user, seat=self.seat(user))

    def starts(self, user: str) -> Spoken:
        self.clock.passes(minutes=1)
        return self.drawn(interview.start(self.desk, user, seat=self.seat(user)))

    def clicks(self, user: str, choice: Choice | int, question: str | None = None) -> Spoken:
        """Answers the current card (or that question's, as it is now)."""
        self.clock.passes(minutes=1)
        now = self.look(user).interview
        asked = question or (now.asking.id if now.asking else "")
        return self.drawn(
            interview.answer(
                self.desk,
                user,
                seat=self.seat(user),
                question=asked,
                revision=now.revision(asked),
                choice=interview.option(choice) if isinstance(choice, int) else choice,
            )
        )

    def answers_all(self, user: str, value: int = 1) -> None:
        if not self.look(user).interview.started:
            self.starts(user)
        while self.look(user).interview.asking:
            self.clicks(user, value)

    def sends(self, user: str) -> Spoken:
        self.clock.passes(minutes=1)
        return self.drawn(interview.send(self.desk, user, seat=self.seat(user)))

    def types(
        self, user: str, text: str, *, thread: str | None = None, files: Iterable[SlackFile] = ()
    ) -> Spoken:
        self.clock.passes(minutes=1)
        ts = f"typed-{next(self._stamps)}"
        return self.drawn(self.writes(user, text, ts=ts, thread=thread, files=files))

    def writes(
        self, user: str, text: str, *, ts: str, thread: str | None = None, files: Iterable[SlackFile] = ()
    ) -> Spoken:
        """The same without posting what is owed."""
        return writing.write(
            self.desk, user, text=text, channel=f"D-{user}", ts=ts, thread=thread, files=files
        )

    def drawn(self, spoken: Spoken) -> Spoken:
        self.post(spoken.owed)
        return spoken

    def post(self, owed: Iterable[Posting]) -> list[Contents]:
        """Say what is still wanted. An edit of a message says nothing new."""
        said = []
        for posting in owed:
            found = reports.contents(self.desk, posting)
            if found is not None:
                channel = f"D-{posting.recipient}"
                assert all(
                    ledger.sent(
                        self.desk, [ledger.Arrived(posting, channel, f"posted-{next(self._stamps):04}")]
                    )
                )
                self.posted.append(posting)
                if posting.kind not in {"refresh", "intro_edit", *ledger.DRAWN_AGAIN}:
                    said.append(found)
        return said

    def beat(self) -> list[Contents]:
        """Post everything that is due."""
        said = []
        while posting := ledger.claim_next(self.desk):
            said += self.post([posting])
        return said

    def claimed(self, key: str) -> Posting:
        """This posting, as its poster has it; its time has come."""
        with self.store.transaction(self.team) as tx:
            posting = tx.postings.claim(key, token=self.desk.claimant, now=self.clock.at, lease=LEASE)
        assert posting is not None
        return posting

    def found(self, key: str) -> Posting:
        """The posting as it is now in the ledger."""
        with self.store.transaction(self.team) as tx:
            posting = tx.postings.find(key)
        assert posting is not None
        return posting

    def ts_of_card(self, question: str | None) -> str:
        """Where the last card of this question stands."""
        cards = [p for p in self.posted if p.kind == "card" and p.contents["question"] == question]
        ts = self.found(cards[-1].key).ts
        assert ts is not None
        return ts


def closed_by_clock(desk: Desk) -> tuple[Closed, ...]:
    """As the bot does it with each beat."""
    due = results.due_to_close(desk)
    return tuple(filter(None, [results.close_by_clock(desk, assessment=each) for each in due]))


def owed(spoken: Spoken) -> list[str]:
    """What somebody will read next, in short: `card HEAT`, `review`, `reply kept FLOUR`."""
    return [_short(posting) for posting in spoken.owed]


def _short(posting: Posting) -> str:
    said = posting.contents
    if posting.kind == "card":
        return f"card {said['question']}" if said["question"] else "review"
    if posting.kind == "reply":
        return " ".join(filter(None, ["reply", said["word"], said["values"].get("question")]))
    return posting.kind


def short(contents: Contents) -> str:
    match contents:
        case Card(sitting):
            asking = sitting.interview.asking
            return f"card {asking.id}" if asking else "review"
        case Reply(word=word):
            return f"reply {word}"
        case _:
            return type(contents).__name__.casefold()


def answers(sitting: Sitting) -> dict[str, str]:
    """What holds now: the value, or the kind where there is none."""
    return {
        question: str(reply.value) if reply.value is not None else str(reply.kind)
        for question, reply in sitting.interview.replies.items()
    }
