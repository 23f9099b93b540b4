"""Where somebody stands in a questionnaire: computed from what was said, never stored.

Going back, skipping and changing are facts too, so a restart between any two of them is invisible. So is
passing a question on: what somebody is asked follows from their roles and from what was said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from statistics import median

from conversation.pack import Item, Pack
from storage.records import ANSWERS, Fact, Said

#: Before the third answer nobody's pace is known; a longer silence is a pause, not a pace.
PACE_KNOWN_AFTER, LONGEST_THOUGHT = 3, timedelta(minutes=5)
#: An assumption, not a measurement: to read a question and its options, and to confirm what one said before.
EXPECTED_PACE, EXPECTED_AGAIN = timedelta(seconds=25), timedelta(seconds=10)
#: After such a silence people have lost sight of their card.
SILENCE = timedelta(hours=24)
#: What one deed says, it says within this time.
_ONE_DEED = timedelta(minutes=1)
SHOWN = {Said.SHOWED: 1, Said.WITHDREW: -1}
_HANDED = {Said.TOOK_OVER, Said.PASSED_ON}
_LATE_KINDS = {Said.LATE, Said.LATE_DROPPED, Said.LATE_ASKED, Said.LATE_TAKEN, Said.LATE_REFUSED}


@dataclass(frozen=True)
class Reply:
    """What holds now for one question; `revision` counts how often it was answered."""

    kind: Said
    value: int | None
    reason: str | None
    revision: int


@dataclass(frozen=True)
class Late:
    """What came after closing, by question: answers (a level, or None for 'I don't know') and comments.
    `asked` if the facilitator was asked to add it."""

    answers: Mapping[str, int | None] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    asked: bool = False

    @property
    def questions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.answers, *self.comments]))


@dataclass(frozen=True)
class LastTime:
    """What somebody answered in their last round (closed then, on that seat) to the questions that still mean
    the same; `shown` counts the evidence that they showed for them. It is for them alone."""

    closed_at: datetime | None = None
    seat: str = ""
    replies: Mapping[str, Reply] = field(default_factory=dict)
    shown: Mapping[str, int] = field(default_factory=dict)


NO_LAST_TIME = LastTime()


@dataclass(frozen=True)
class Interview:
    """`turn` is the number of the fact that put the present card (or review) before the person; 0 when they
    have none; `again` if that was after a long silence. `reason_for` is the question that does not apply, if
    we have just asked why. `quotable` are the questions whose comment may be quoted without a name, and
    `taken_back` those whose comment is gone because its author deleted their message; `evidence` counts what
    they show for each. `passed_on` are the people who answer other questions in this one's place; `added`
    the questions whose answer was added after closing. `times` are those of the answers; `last_at` is when
    anything was said last; `last` is what they said in the round before."""

    items: tuple[Item, ...]
    replies: Mapping[str, Reply]
    comments: Mapping[str, str]
    quotable: frozenset[str]
    taken_back: frozenset[str]
    evidence: Mapping[str, int]
    asking: Item | None
    started: bool
    sent: bool
    facts: int
    turn: int
    again: bool
    reason_for: str | None
    times: tuple[datetime, ...]
    passed_on: Mapping[str | None, str]
    late: Late
    added: frozenset[str]
    last_at: datetime | None
    last: LastTime = NO_LAST_TIME
    _replay: "_Replay | None" = field(default=None, compare=False, repr=False)

    def after(self, fact: Fact) -> "Interview":
        """When that was said too, and the same questions are asked."""
        assert self._replay
        replay = self._replay.copy()
        replay.hear(fact)
        return replay.interview()

    @property
    def at_review(self) -> bool:
        return self.started and self.asking is None

    @property
    def answered(self) -> int:
        """How many questions have an answer; a skipped one has none."""
        return len([reply for reply in self.replies.values() if reply.kind is not Said.SKIPPED])

    @property
    def skipped(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if self._kind(item) is Said.SKIPPED)

    @property
    def left(self) -> tuple[Item, ...]:
        """What has no answer yet; a skipped question has none."""
        return tuple(item for item in self.items if self._kind(item) in {None, Said.SKIPPED})

    @property
    def minutes_left(self) -> int:
        """At their own pace once that is known; until then what was answered last time takes less."""
        left = [item.id for item in self.items if item.id not in self.replies]
        again = len([question for question in left if question in self.last.replies])
        expected = again * EXPECTED_AGAIN + (len(left) - again) * EXPECTED_PACE
        pace = self.pace
        return ceil((len(left) * pace if pace else expected) / timedelta(minutes=1))

    @property
    def pace(self) -> timedelta | None:
        """For one question, once there are answers enough to tell by."""
        gaps = [after - before for before, after in pairwise(self.times) if after - before < LONGEST_THOUGHT]
        if len(gaps) < PACE_KNOWN_AFTER:
            return None
        return timedelta(seconds=median(gap.total_seconds() for gap in gaps)) or None

    @property
    def minutes_known(self) -> int | None:
        """The same once there are answers enough to tell by."""
        return self.minutes_left if len(self.replies) >= PACE_KNOWN_AFTER else None

    def number(self, question: str) -> int:
        """Its number on the card, from 1. Raises: KeyError if it is not one of this questionnaire."""
        for number, item in enumerate(self.items, start=1):
            if item.id == question:
                return number
        raise KeyError(question)

    def item(self, question: str) -> Item:
        return self.items[self.number(question) - 1]

    def has(self, question: str) -> bool:
        return question in [item.id for item in self.items]

    def revision(self, question: str) -> int:
        reply = self.replies.get(question)
        return reply.revision if reply else 0

    def still(self, question: str) -> Reply | None:
        """What they are asked whether it still is so: their last answer, as long as this round has none."""
        if self._kind(self.item(question)) in {None, Said.SKIPPED}:
            return self.last.replies.get(question)
        return None

    @property
    def changing(self) -> Item | None:
        """The question that is asked once more though it has an answer, which stays unless another is
        given."""
        return self.asking if self.asking and self._kind(self.asking) not in {None, Said.SKIPPED} else None

    def before(self, question: str) -> Item | None:
        number = self.number(question)
        return self.items[number - 2] if number > 1 else None

    def silent_since(self, now: datetime) -> bool:
        """Whether they have said nothing for so long that they need to be shown where they are."""
        return self.started and self.last_at is not None and now - self.last_at >= SILENCE

    def _kind(self, item: Item) -> Said | None:
        reply = self.replies.get(item.id)
        return reply.kind if reply else None


def asked(pack: Pack, usual: tuple[Item, ...], facts: Iterable[Fact]) -> tuple[Item, ...]:
    """What somebody is asked: the `usual` questions of their roles, without those that they passed on, and
    with those that were passed to them, in the order of the pack."""
    facts = [fact for fact in facts if fact.kind in _HANDED]
    if not facts:
        return usual
    took = {fact.question: fact.value for fact in facts if fact.kind is Said.TOOK_OVER and fact.question}
    passed = {fact.question for fact in facts if fact.kind is Said.PASSED_ON}
    own = () if 1 in took.values() else usual
    wanted = ({item.id for item in own} | took.keys()) - passed
    aspects = [aspect.id for aspect in pack.aspects]
    found = {item.id: item for item in (*own, *pack.items) if item.id in wanted}
    return tuple(sorted(found.values(), key=lambda item: aspects.index(item.aspect)))


def standing(items: tuple[Item, ...], facts: Iterable[Fact], last: LastTime = NO_LAST_TIME) -> Interview:
    """Replay what was said. The question that is asked now is the one that the person went to, else the
    first without an answer, else none: then it is time to review."""
    replay = _Replay(items, last)
    for fact in facts:
        replay.hear(fact)
    return replay.interview()


class _Replay:
    """As far as it was heard."""

    def __init__(self, items: tuple[Item, ...], last: LastTime) -> None:
        self.items, self.last = items, last
        self.replies: dict[str, Reply] = {}
        self.comments: dict[str, str] = {}
        self.quotable: set[str] = set()
        self.taken_back: set[str] = set()
        self.evidence: dict[str, int] = {}
        self.times: list[datetime] = []
        self.passed_on: dict[str | None, str] = {}
        self.late = Late()
        self.added: set[str] = set()
        self.started = self.sent = self.again = False
        self.gone_to: str | None = None
        self.reason_for: str | None = None
        self.count = self.turn = 0
        self.last_at: datetime | None = None
        self.woke_at: datetime | None = None

    def copy(self) -> "_Replay":
        """That can hear more, while this one stays as it is."""
        again = _Replay.__new__(_Replay)
        vars(again).update(
            vars(self),
            replies={**self.replies},
            comments={**self.comments},
            quotable={*self.quotable},
            taken_back={*self.taken_back},
            evidence={**self.evidence},
            times=[*self.times],
            passed_on={**self.passed_on},
            added={*self.added},
        )
        return again

    def hear(self, fact: Fact) -> None:
        self.count += 1
        self.reason_for = fact.question if fact.kind is Said.REASON_ASKED else None
        if self.last_at and fact.at - self.last_at >= SILENCE:
            self.woke_at = fact.at
        self.last_at = fact.at
        if fact.kind in ANSWERS and fact.question:
            self._answered(fact, fact.question)
        elif fact.kind is Said.COMMENTED and fact.question:
            self.comments[fact.question] = fact.text or ""
            self.taken_back.discard(fact.question)
            (self.quotable.add if fact.value else self.quotable.discard)(fact.question)
        elif fact.kind in SHOWN and fact.question:
            self.evidence[fact.question] = self.evidence.get(fact.question, 0) + SHOWN[fact.kind]
        elif fact.kind in _LATE_KINDS:
            self._came_late(fact)
        else:
            self._moved(fact)

    def _answered(self, fact: Fact, question: str) -> None:
        before = self.replies.get(question)
        revision = before.revision + 1 if before else 1
        self.replies[question] = Reply(fact.kind, fact.value, fact.text, revision)
        self.times.append(fact.at)
        if not self.sent:
            self._turn()
        elif self.gone_to == question:
            self.turn = 0
        if self.gone_to == question:
            self.gone_to = None

    def _moved(self, fact: Fact) -> None:
        match fact.kind:
            case Said.STARTED:
                self.started = True
                self._turn()
            case Said.WENT_TO:
                self.gone_to = fact.question
                self._turn()
            case Said.LOOKED:
                self._turn()
                self.again = self.woke_at is not None and fact.at - self.woke_at < _ONE_DEED
            case Said.TOOK_BACK if fact.question:
                self.taken_back.add(fact.question)
            case Said.SENT:
                self.sent, self.gone_to, self.turn = True, None, 0
            case Said.DECLINED:
                self.turn = 0
            case Said.PASSED_ON:
                self.passed_on[fact.question] = fact.text or ""
                self._asked_otherwise()
            case Said.TOOK_OVER | Said.CORRECTED:
                self._asked_otherwise()

    def _asked_otherwise(self) -> None:
        """Other questions than before: whoever had sent is asked those that are new."""
        if any(item.id not in self.replies for item in self.items):
            self.sent = False
        if self.started and not self.sent:
            self._turn()

    def _came_late(self, fact: Fact) -> None:
        late = self.late
        if fact.kind is Said.LATE and fact.question:
            answers, comments = dict(late.answers), dict(late.comments)
            if fact.value is not None:
                answers[fact.question] = fact.value if fact.value >= 0 else None
            if fact.text:
                comments[fact.question] = fact.text
            elif fact.text is not None:  # its words were taken back
                comments.pop(fact.question, None)
            self.late = Late(answers, comments, late.asked and bool(answers or comments))
        elif fact.kind is Said.LATE_ASKED:
            self.late = Late(late.answers, late.comments, asked=True)
        else:
            if fact.kind is Said.LATE_TAKEN:
                self.added |= late.answers.keys()
            self.late = Late()

    def _turn(self) -> None:
        self.turn, self.again = self.count, False

    def interview(self) -> Interview:
        items, replies = self.items, self.replies
        mine = {item.id for item in items}
        return Interview(
            items=items,
            replies={key: reply for key, reply in replies.items() if key in mine},
            comments={key: text for key, text in self.comments.items() if text and key in mine},
            quotable=frozenset(key for key in self.quotable if self.comments[key]),
            taken_back=frozenset(self.taken_back),
            evidence={key: number for key, number in self.evidence.items() if number > 0},
            asking=self._asking() if self.started else None,
            started=self.started,
            sent=self.sent,
            facts=self.count,
            turn=self.turn,
            again=self.again,
            reason_for=self.reason_for,
            times=tuple(self.times),
            passed_on={**self.passed_on},
            late=self.late,
            added=frozenset(self.added),
            last_at=self.last_at,
            last=self.last,
            _replay=self,
        )

    def _asking(self) -> Item | None:
        for item in self.items if self.gone_to else ():
            if item.id == self.gone_to:
                return item
        for item in () if self.sent else self.items:
            if item.id not in self.replies:
                return item
        return None
