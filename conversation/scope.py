"""Step 1 of the white paper: what is assessed, who is asked, and how.

A scope is drafted first (`drafting`) and opened when everybody has a role (`opening`), with invitations.
"""

from collections.abc import Iterable, Mapping
from datetime import time, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from conversation.pack import Item, Length, Pack
from storage.records import Assessment

CLOSING_HOUR = time(17, 0)
#: Working time of the facilitator; with less, nobody could answer in theirs.
SHORTEST_TIME = timedelta(hours=4)
#: Years in which it has to close.
LONGEST_YEARS = 2
#: Published practice: Lattice and Humaans show nothing of fewer than five, and allow 3 to 10.
DEFAULT_GROUP = 5
USUAL_WEIGHT = 2
#: In which one person answers.
MOST_ROLES = 2
#: So many assessments are kept in mind with their scopes, as they were read.
MOST_READ = 64
#: Stands in place of somebody's role: their invitation asks them for it.
ASK_THEM = "?"

_Asked = tuple[str, tuple[str, ...], Length, *tuple[tuple[str, ...], ...]]
_ASKED: dict[_Asked, tuple[Item, ...]] = {}


class Privacy(StrEnum):
    """Who learns who answered what. In this order each mode is tighter than the one before."""

    ATTRIBUTED = "attributed"
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"

    def is_looser_than(self, other: "Privacy") -> bool:
        order = list(Privacy)
        return order.index(self) < order.index(other)


class Ranking(StrEnum):
    """By what gaps are put in order."""

    WEIGHTED = "weighted"
    WSJF = "wsjf"
    RICE = "rice"


class Rhythm(StrEnum):
    """How often the channel hears how the plan goes."""

    WEEKLY = "weekly"
    TWO_WEEKLY = "two_weekly"
    MONTHLY = "monthly"
    OFF = "off"


class Scope(BaseModel):
    """What the facilitator decided: step 1 of the white paper, with its six questions.

    `target` is a level for every aspect that has none of its own in `targets`; None is one level up. Empty
    `criteria`, `stages` and `kinds` leave nothing out. `weights` say how much an aspect matters (1 little,
    2 as usual, 3 much). `group` is the fewest people of whom anything is shown to readers, unless answers are
    attributed. `reviewers` rule on evidence beside the facilitator. `people` are those to ask, from the
    launch on those who were invited; `sources` are user groups and channels whose members are asked too, as
    they are at the launch. `facilitators` facilitate beside the owner; `newcomers` of them do so only since
    people were asked. `sponsors` get a summary of the plan each month. `keep_months` is how long after
    closing it is kept, 0 for ever; None leaves that to the workspace, and is decided by the launch.
    `choosers` of the people were invited to say themselves which role is theirs.
    """

    model_config = ConfigDict(frozen=True)

    goal: str = ""
    goals: tuple[str, ...] = ()
    other_goals: str = ""
    pains: tuple[str, ...] = ()
    other_pains: str = ""
    aspects: tuple[str, ...]
    criteria: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tools: str = ""
    metrics: str = ""
    regulated: bool = False
    length: Length = Length.STANDARD
    target: int | None = None
    targets: Mapping[str, int] = {}
    weights: Mapping[str, int] = {}
    strictness: Literal["iso33020", "all", "majority"] = "iso33020"
    ranking: Ranking = Ranking.WEIGHTED
    privacy: Privacy = Privacy.ATTRIBUTED
    group: Annotated[int, Field(ge=3, le=10)] = DEFAULT_GROUP
    keep_months: Annotated[int | None, Field(ge=0)] = None
    reviewers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    facilitators: tuple[str, ...] = ()
    newcomers: tuple[str, ...] = ()
    rhythm: Rhythm = Rhythm.WEEKLY
    sponsors: tuple[str, ...] = ()
    choosers: tuple[str, ...] = ()

    @classmethod
    def of(cls, assessment: Assessment) -> "Scope":
        """The same for the same assessment: many people's answers go on from one."""
        read = _READ.get(id(assessment))
        if read is None or read[0] is not assessment:
            if len(_READ) >= MOST_READ:
                _READ.clear()
            read = _READ[id(assessment)] = assessment, cls.model_validate(assessment.scope)
        return read[1]

    @property
    def names_are_known(self) -> bool:
        """To the facilitator."""
        return self.privacy is not Privacy.ANONYMOUS

    def would_loosen(self, privacy: Privacy, group: int) -> bool:
        """Whether this would show more than people were told. Where answers carry names, no group was
        promised yet."""
        fewer = self.privacy is not Privacy.ATTRIBUTED and group < self.group
        return privacy.is_looser_than(self.privacy) or fewer

    def kept_for(self, most: int) -> int:
        """Months after closing, where the workspace keeps what has closed for `most`; 0 is for ever."""
        if self.keep_months is None:
            return most
        return min(self.keep_months, most) if self.keep_months and most else self.keep_months or most

    def weight(self, aspect: str) -> int:
        return self.weights.get(aspect, USUAL_WEIGHT)

    def target_of(self, aspect: str) -> int | None:
        return self.targets.get(aspect, self.target)

    def items(self, pack: Pack) -> tuple[Item, ...]:
        """All questions in scope, whoever is asked them."""
        return tuple(
            item
            for item in pack.items
            if item.aspect in self.aspects
            and (not self.criteria or item.criterion in self.criteria)
            and (not self.stages or not set(item.stages).isdisjoint(self.stages))
            and item.is_about(self.kinds or None)
        )

    def questions(self, pack: Pack, roles: Iterable[str]) -> tuple[Item, ...]:
        """What somebody in these roles is asked. Worked out once for each: every answer needs it."""
        key: _Asked = (
            pack.digest,
            tuple(roles),
            self.length,
            self.aspects,
            self.criteria,
            self.stages,
            self.kinds,
        )
        if key not in _ASKED:
            _ASKED[key] = pack.questions_for(
                key[1],
                self.length,
                aspects=self.aspects,
                criteria=self.criteria or None,
                stages=self.stages or None,
                kinds=self.kinds or None,
            )
        return _ASKED[key]


_READ: dict[int, tuple[Assessment, Scope]] = {}
