"""Where somebody stands in a questionnaire: computed from what was said, never stored.

Going back, skipping and changing are facts too, so a restart between any two of them is invisible.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from statistics import median

from conversation.pack import Item
from storage.records import ANSWERS, Fact, Said

#: Before the third answer nobody's pace is known; a longer silence is a pause, not a pace.
PACE_KNOWN_AFTER, LONGEST_THOUGHT = 3, timedelta(minutes=5)
EXPECTED_PACE = timedelta(seconds=25)
SHOWN = {Said.SHOWED: 1, Said.WITHDREW: -1}


@dataclass(frozen=True)
class Reply:
    """What holds now for one question; `revision` counts how often it was answered."""

    kind: Said
    value: int | None
    reason: str | None
    revision: int


@dataclass(frozen=True)
class Interview:
    """`turn` is the number of the fact that put the present card (or review) before the person; 0 when they
    have none. `reason_for` is the question that does not apply, if we have just asked why. `quotable` are
    the questions whose comment may be quoted without a name; `evidence` counts what they show for each."""

    items: tuple[Item, ...]
    replies: Mapping[str, Reply]
    comments: Mapping[str, str]
    quotable: frozenset[str]
    evidence: Mapping[str, int]
    asking: Item | None
    started: bool
    sent: bool
    facts: int
    turn: int
    reason_for: str | None
    pace: timedelta | None

    @property
    def at_review(self) -> bool:
        return self.started and self.asking is None

    @property
    def answered(self) -> int:
        """How many questions have an answer; a skipped one has none."""
        return sum(reply.kind is not Said.SKIPPED for reply in self.replies.values())

    @property
    def skipped(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if self._kind(item) is Said.SKIPPED)

    @property
    def minutes_left(self) -> int:
        left = sum(item.id not in self.replies for item in self.items)
        return ceil(left * (self.pace or EXPECTED_PACE) / timedelta(minutes=1))

    def number(self, question: str) -> int:
        """Its number on the card, from 1. Raises: KeyError if it is not one of this questionnaire."""
        for number, item in enumerate(self.items, start=1):
            if item.id == question:
                return number
        raise KeyError(question)

    def item(self, question: str) -> Item:
        return self.items[self.number(question) - 1]

    def has(self, question: str) -> bool:
        return any(item.id == question for item in self.items)

    def revision(self, question: str) -> int:
        reply = self.replies.get(question)
        return reply.revision if reply else 0

    def before(self, question: str) -> Item | None:
        number = self.number(question)
        return self.items[number - 2] if number > 1 else None

    def _kind(self, item: Item) -> Said | None:
        reply = self.replies.get(item.id)
        return reply.kind if reply else None


def standing(items: tuple[Item, ...], facts: Iterable[Fact]) -> Interview:
    """Replay what was said. The question that is asked now is the one that the person went to, else the
    first without an answer, else none: then it is time to review."""
    replies: dict[str, Reply] = {}
    comments: dict[str, str] = {}
    quotable: set[str] = set()
    evidence: Counter[str] = Counter()
    times: list[datetime] = []
    started = sent = False
    gone_to: str | None = None
    reason_for: str | None = None
    count = turn = 0
    for fact in facts:
        count += 1
        reason_for = fact.question if fact.kind is Said.REASON_ASKED else None
        if fact.kind in ANSWERS and fact.question:
            before = replies.get(fact.question)
            replies[fact.question] = Reply(
                fact.kind, fact.value, fact.text, before.revision + 1 if before else 1
            )
            times.append(fact.at)
            if not sent:
                turn = count
            elif gone_to == fact.question:
                turn = 0
            if gone_to == fact.question:
                gone_to = None
        elif fact.kind is Said.COMMENTED and fact.question:
            comments[fact.question] = fact.text or ""
            (quotable.add if fact.value else quotable.discard)(fact.question)
        elif fact.kind in SHOWN and fact.question:
            evidence[fact.question] += SHOWN[fact.kind]
        elif fact.kind is Said.STARTED:
            started, turn = True, count
        elif fact.kind is Said.WENT_TO:
            gone_to, turn = fact.question, count
        elif fact.kind is Said.LOOKED:
            turn = count
        elif fact.kind is Said.SENT:
            sent, gone_to, turn = True, None, 0
        elif fact.kind is Said.DECLINED:
            turn = 0
    asking = next((item for item in items if item.id == gone_to), None) or next(
        (item for item in items if item.id not in replies and not sent), None
    )
    return Interview(
        items=items,
        replies=replies,
        comments={question: text for question, text in comments.items() if text},
        quotable=frozenset(question for question in quotable if comments[question]),
        evidence=+evidence,
        asking=asking if started else None,
        started=started,
        sent=sent,
        facts=count,
        turn=turn,
        reason_for=reason_for,
        pace=_pace(times),
    )


def _pace(times: list[datetime]) -> timedelta | None:
    gaps = [after - before for before, after in pairwise(times) if after - before < LONGEST_THOUGHT]
    if len(gaps) < PACE_KNOWN_AFTER:
        return None
    return timedelta(seconds=median(gap.total_seconds() for gap in gaps)) or None
