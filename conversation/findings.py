"""Steps 2 to 4 of the white paper: what the answers come to.

Findings are a snapshot. They are concluded once (`conversation.conclusion`) and kept with the result, with
all that they were concluded from but the answers: the scope, the pack and its version, how strict, by which
version of the method. Every later view reads them, and reading never computes them again.

`published` is what readers see where that is less; it holds everything that anybody but the facilitator ever
sees of a confidential assessment, and anybody at all of an anonymous one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from scoring import priorities, roadmap
from scoring.agreement import Reading
from scoring.explain import Reason
from scoring.levels import AspectStatus, QuestionStatus
from scoring.robustness import Confidence, Resampling
from scoring.swot import Rule

#: The version of the arithmetic; one more when the same answers can come to something else.
METHOD = 2

_UNSCORED = (QuestionStatus.UNKNOWN, QuestionStatus.INSUFFICIENT, QuestionStatus.UNANSWERED)


class _Finding(BaseModel):
    model_config = ConfigDict(frozen=True)


class Basis(_Finding):
    """What the result was worked out by. `seed` is that of the resampling."""

    pack: str
    version: int
    digest: str
    method: int = METHOD
    strictness: str
    privacy: str
    group: int
    seed: int
    scope: dict[str, Any]


class AgreementFinding(_Finding):
    alpha: float | None
    reading: Reading


class ResamplingFinding(_Finding):
    """`shares` of the replicates by level; "none" is without one."""

    resampling: Resampling
    respondents: int
    shares: dict[str, float]


class AspectFinding(_Finding):
    """`level` is the claimed one, with what was settled; `evidenced` the one that accepted evidence leaves of
    it. What is None beside a level was not worked out, or is not shown. `since` is the revision in which an
    aspect was published whose later levels would give single answers away. `because` are the `reasons` in
    English; of a result from before there were such, they are all there is."""

    id: str
    title: str
    status: AspectStatus
    level: int | None
    target: int | None
    continuous: float | None
    scored: int
    applicable: int
    bounds: tuple[int, int] | None
    because: tuple[str, ...]
    reasons: tuple[Reason, ...] = ()
    weight: int = 2
    evidenced: int | None = None
    before_gates: int | None = None
    gates: tuple[str, ...] = ()
    coverage: float | None = None
    agreement: AgreementFinding | None = None
    fragile: bool | None = None
    without_one: tuple[int | None, ...] = ()
    resampling: ResamplingFinding | None = None
    confidence: Confidence | None = None
    hidden: bool = False
    hidden_questions: int = 0
    since: int | None = None

    @property
    def gap(self) -> int | None:
        """Levels from here to the target; 0 when it is reached."""
        if self.level is None or self.target is None:
            return None
        return max(self.target - self.level, 0)

    @property
    def level_only(self) -> bool:
        """Nothing but its level is shown, or not even that."""
        return self.bounds is None and self.status is not AspectStatus.NOT_APPLICABLE


class RoleSplit(_Finding):
    """How one role answered a question: its lower median, and how many gave a level."""

    role: str
    level: int
    n: int


class Settled(_Finding):
    """The level that was agreed on; `claimed` is what the answers come to."""

    claimed: int | None
    level: int
    reason: str
    by: str
    at: str


class QuestionFinding(_Finding):
    """`level` counts; it is the claimed one unless the question was settled. `evidenced` is what accepted
    evidence leaves of it, if any was checked. The distribution, the mean and the roles are None where they
    are not shown; a `hidden` question shows nothing but its name."""

    id: str
    title: str
    aspect: str
    status: QuestionStatus
    level: int | None
    contested: bool
    answers: int
    dont_know: int
    criterion: str = ""
    stages: tuple[str, ...] = ()
    meaning: tuple[str, str | None, int] | None = None
    not_applicable: int = 0
    flags: tuple[str, ...] = ()
    distribution: tuple[int, ...] | None = None
    mean: float | None = None
    support: tuple[float, ...] | None = None
    consensus: float | None = None
    roles: tuple[RoleSplit, ...] = ()
    evidenced: int | None = None
    accepted: int | None = None
    returned: int = 0
    settled: Settled | None = None
    hidden: bool = False

    @property
    def checked(self) -> bool:
        """Whether evidence was ruled on."""
        return self.accepted is not None or self.returned > 0

    @property
    def claimed_above_evidence(self) -> bool:
        """Evidence was checked, and it does not bear out the level."""
        return self.checked and self.level is not None and (self.evidenced or 0) < self.level


class GapFinding(_Finding):
    """One step up for one question. `waits_for` are steps that come first; `unblocks` counts those that
    wait for this one; `contributions` add up to `priority`, 0 to 100. `wsjf` and `rice` order the same steps
    by other rules. `serves` and `hurts` are the goals and pains of the scope that name the question."""

    question: str
    title: str
    aspect: str
    level: int
    anchor: str
    priority: float
    contributions: dict[str, float]
    effort: int
    phase: int
    waits_for: tuple[str, ...]
    unblocks: int
    quadrant: priorities.Quadrant
    factors: dict[str, int] = {}
    wsjf: float | None = None
    rice: float | None = None
    serves: tuple[str, ...] = ()
    hurts: tuple[str, ...] = ()

    @property
    def step(self) -> str:
        return roadmap.step_id(self.question, self.level)


class RoleFinding(_Finding):
    id: str
    title: str
    sent: int
    invited: int


class Outlying(_Finding):
    """A question whose mean is far from those of its aspect, beyond fences of 1.5 quartile ranges (Tukey)."""

    question: str
    mean: float
    fences: tuple[float, float]


class Dissent(_Finding):
    """So many answers of a role stand two levels or more away from their question's level."""

    question: str
    role: str
    level: int
    count: int


class RolePattern(_Finding):
    """A role answers higher (or lower) than the others, on so many questions that both answered."""

    role: str
    difference: float
    questions: int


class GroupFinding(_Finding):
    """A criterion, a stage, or a cell of aspect and criterion ("monitoring/quality")."""

    key: str
    level: int | None
    mean: float | None
    scored: int
    applicable: int


class Patterns(_Finding):
    """Descriptive statistics beyond single questions: by role, by stage, by criterion, and what lies out."""

    roles: tuple[RolePattern, ...] = ()
    stages: tuple[GroupFinding, ...] = ()
    criteria: tuple[GroupFinding, ...] = ()
    cells: tuple[GroupFinding, ...] = ()
    outlying: tuple[Outlying, ...] = ()
    dissent: tuple[Dissent, ...] = ()


class Entry(_Finding):
    """A line of the SWOT analysis: a question, a step ("MON-Q4@1") or an aspect, and by which rules."""

    key: str
    rules: tuple[Rule, ...]


class SwotFinding(_Finding):
    strengths: tuple[Entry, ...] = ()
    weaknesses: tuple[Entry, ...] = ()
    opportunities: tuple[Entry, ...] = ()
    threats: tuple[Entry, ...] = ()


class Place(_Finding):
    """Who shares this place in a ranking from most to least mature."""

    place: int
    keys: tuple[str, ...]
    level: int


class Quote(_Finding):
    """What somebody wrote about a question and allowed to be quoted."""

    question: str
    text: str


class Findings(_Finding):
    level: int | None
    status: AspectStatus
    limiting: tuple[str, ...]
    missing: tuple[str, ...]
    aspects: tuple[AspectFinding, ...]
    questions: tuple[QuestionFinding, ...]
    gaps: tuple[GapFinding, ...]
    find_out: tuple[str, ...]
    roles: tuple[RoleFinding, ...]
    answered: int
    invited: int
    withdrew: int = 0
    evidenced: int | None = None
    to_target: float | None = None
    quotes: tuple[Quote, ...] = ()
    patterns: Patterns = Patterns()
    swot: SwotFinding = SwotFinding()
    ranking: tuple[Place, ...] = ()
    criteria_ranking: tuple[Place, ...] = ()
    basis: Basis | None = None
    published: Findings | None = None

    @property
    def for_readers(self) -> Findings:
        """All that anybody but the facilitator may see."""
        return self.published or self

    def aspect(self, key: str) -> AspectFinding:
        return next(aspect for aspect in self.aspects if aspect.id == key)

    def question(self, key: str) -> QuestionFinding | None:
        return next((question for question in self.questions if question.id == key), None)

    def of_aspect(self, key: str) -> tuple[QuestionFinding, ...]:
        return tuple(question for question in self.questions if question.aspect == key)

    def gap(self, step: str) -> GapFinding | None:
        return next((gap for gap in self.gaps if gap.step == step), None)

    @property
    def contested(self) -> tuple[QuestionFinding, ...]:
        return tuple(question for question in self.questions if question.contested)

    @property
    def settled(self) -> tuple[QuestionFinding, ...]:
        return tuple(question for question in self.questions if question.settled)

    @property
    def unknown(self) -> tuple[QuestionFinding, ...]:
        """What could not be scored: first what people were in doubt about, then what nobody answered."""
        return tuple(
            question
            for status in _UNSCORED
            for question in self.questions
            if question.status is status and not question.hidden
        )

    @property
    def checked(self) -> int:
        """For how many questions evidence was ruled on."""
        return sum(question.checked for question in self.questions)

    @property
    def checkable(self) -> int | None:
        """Of how many questions. None where some are hidden: whether evidence of those was ruled on, nobody
        is to know."""
        if any(aspect.hidden or aspect.hidden_questions for aspect in self.aspects):
            return None
        return sum(
            question.checked or question.status is not QuestionStatus.NOT_APPLICABLE
            for question in self.questions
        )

    def unchecked(self, aspect: AspectFinding) -> bool:
        """Whether evidence was checked elsewhere, and none of this aspect."""
        return aspect.evidenced is not None and not any(each.checked for each in self.of_aspect(aspect.id))

    @property
    def levels(self) -> Mapping[str, int | None]:
        """By question, as they count."""
        return {question.id: question.level for question in self.questions}
