"""What the store holds of what people said, as it was after the last step and as it is now; and which of
it may be gone: what somebody took back themselves, what was kept for long enough, and who said it where a
closing makes everybody anonymous. Nothing else ever is."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from tests.fuzz.given import ANSWERS

#: A trial goes with all that was said in it when its draft is launched.
_FACTS = text(
    "select said.id, said.assessment_id, said.seat_id, said.key, said.kind, said.question, said.value"
    " from said join assessment on assessment.id = said.assessment_id where assessment.state != 'trial'"
)
_ASSESSMENTS = text("select id, state, scope, erase_at from assessment")
_HOLDERS = text("select seat_id, user_id from seat_holder")
#: Logged when somebody has us forget what is theirs.
TAKEN_BACK = frozenset({"withdrawn", "forgotten", "self_check_deleted", "self_check_begun_again"})


class Fact(NamedTuple):
    id: int
    assessment: str
    seat: str
    key: str
    kind: str
    question: str | None
    value: int | None

    @property
    def what(self) -> tuple[Any, ...]:
        """What stays of it where nobody may know who said it."""
        return self.question, self.kind, self.value


class Lost(NamedTuple):
    """Facts that should be there, and are not."""

    what: str
    facts: list[Fact]


@dataclass
class Holding:
    #: By seat and key: SQLite gives the number of a row that is gone to another.
    facts: dict[tuple[str, str], Fact] = field(default_factory=dict)
    #: State, scope and when it is to be erased, by assessment.
    assessments: dict[str, tuple[str, str, str | None]] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: Connection) -> Holding:
        return cls(
            {(row[2], row[3]): Fact(*row) for row in connection.execute(_FACTS)},
            {row[0]: (row[1], row[2], row[3]) for row in connection.execute(_ASSESSMENTS)},
            {row[0]: row[1] for row in connection.execute(_HOLDERS)},
        )

    def lost(self, now: Holding, *, asking: Collection[str], logged: set[str], at: float) -> Iterator[Lost]:
        """What was lost between this and `now`: `asking` are who sent requests meanwhile, `logged` what the
        bot told of itself."""
        gone = self.facts.keys() - now.facts.keys()
        by_assessment = defaultdict[str, list[Fact]](list)
        for id in gone:
            by_assessment[self.facts[id].assessment].append(self.facts[id])
        changed = [
            self.facts[id] for id in self.facts.keys() & now.facts.keys() if self.facts[id] != now.facts[id]
        ]
        if changed:
            yield Lost("facts were changed", changed)
        taken_back = asking if logged & TAKEN_BACK else ()
        for assessment, facts in by_assessment.items():
            if self._is_anonymous_from(now, assessment):
                if self._stand(assessment, taken_back) != now._stand(assessment, ()):
                    yield Lost("facts are not the same after an anonymous closing", facts)
            elif not self._was_erased(now, assessment, logged, at):
                left = {fact.seat for fact in now.facts.values()}
                wrong = [
                    fact
                    for fact in facts
                    if self.holders.get(fact.seat) not in taken_back or fact.seat in left
                ]
                if wrong:
                    yield Lost("facts are gone", wrong)

    def _is_anonymous_from(self, now: Holding, assessment: str) -> bool:
        (before, *_), after = self.assessments[assessment], now.assessments.get(assessment)
        if after is None or after[0] != "closed" or before != "open":
            return False
        return bool(json.loads(after[1]).get("privacy") == "anonymous")

    def _was_erased(self, now: Holding, assessment: str, logged: set[str], at: float) -> bool:
        if assessment in now.assessments:
            return False
        erase_at = self.assessments[assessment][2]
        if "assessment_erased" in logged and erase_at:
            return datetime.fromisoformat(erase_at).replace(tzinfo=UTC).timestamp() <= at
        return "workspace_erased" in logged and not now.assessments

    def _stand(self, assessment: str, without: Collection[str]) -> Counter[tuple[Any, ...]]:
        """How many say what there: the last answer and the last comment of each seat on each question."""
        last: dict[tuple[str, str | None, bool], Fact] = {}
        for fact in sorted(self.facts.values(), key=lambda fact: fact.id):
            of_it = fact.assessment == assessment and fact.kind in (*ANSWERS, "commented")
            if of_it and self.holders.get(fact.seat) not in without:
                last[fact.seat, fact.question, fact.kind == "commented"] = fact
        return Counter(fact.what for fact in last.values())
