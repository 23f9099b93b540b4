"""How far the roles are apart in each aspect, as far as a result shows what roles answered."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from conversation.findings import Findings, QuestionFinding

#: With fewer questions that all of them answered, the role that answered the fewest is left out.
QUESTIONS = 2


@dataclass(frozen=True)
class RoleMean:
    """What a role answered to the questions that all of these roles answered, on average. `people` is the
    most who answered one of them."""

    role: str
    mean: float
    people: int


@dataclass(frozen=True)
class Apart:
    """The roles of an aspect, from the lowest to the highest, on so many `questions`."""

    aspect: str
    roles: tuple[RoleMean, ...]
    questions: int

    @property
    def by(self) -> float:
        """Levels from the lowest to the highest."""
        return self.roles[-1].mean - self.roles[0].mean


def roles_are_shown(found: Findings) -> bool:
    """Whether anything is said by role at all: not where answers are not to be traced."""
    return any(question.roles for question in found.questions)


def apart(found: Findings) -> tuple[Apart, ...]:
    """The aspects in which two roles at least answered the same question, in the order of the result."""
    each = (_apart(aspect.id, found.of_aspect(aspect.id)) for aspect in found.aspects)
    return tuple(filter(None, each))


def _apart(aspect: str, questions: Iterable[QuestionFinding]) -> Apart | None:
    levels: dict[str, dict[str, int]] = defaultdict(dict)
    people: dict[str, int] = defaultdict(int)
    for question in questions:
        for split in question.roles:
            levels[split.role][question.id] = split.level
            people[split.role] = max(people[split.role], split.n)
    common = _comparable(levels)
    if common is None:
        return None
    means = [
        RoleMean(role, float(Fraction(sum(levels[role][key] for key in common), len(common))), people[role])
        for role in levels
    ]
    return Apart(aspect, tuple(sorted(means, key=lambda each: (each.mean, each.role))), len(common))


def _comparable(levels: dict[str, dict[str, int]]) -> set[str] | None:
    """The questions that all roles answered, without those roles that leave too few; None if that leaves no
    two roles with a question in common."""
    while len(levels) > 1:
        common = _common(levels)
        if len(common) >= QUESTIONS or (common and len(levels) == 2):
            return common
        del levels[min(levels, key=lambda role: (len(levels[role]), role))]
    return None


def _common(levels: Mapping[str, Mapping[str, int]]) -> set[str]:
    return set.intersection(*({*answered} for answered in levels.values()))
