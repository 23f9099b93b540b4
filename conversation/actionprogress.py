"""How far an action is: from its number if it has one, else from its steps, else from its state."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from storage.records import Action, ActionState, ActionStep
from storage.store import Tx

_ALL, _NOTHING = Fraction(1), Fraction(0)


class By(StrEnum):
    """What tells how far an action is."""

    NUMBER = "number"
    STEPS = "steps"
    STATE = "state"


@dataclass(frozen=True)
class Progress:
    """`share` of the way, from 0 to 1. Beyond the target is at the target, and worse than it was is at the
    beginning."""

    share: Fraction
    by: By

    @property
    def percent(self) -> int:
        """Rounded down, so that only what is there says 100."""
        return int(self.share * 100)


def progress(action: Action, steps: Sequence[ActionStep]) -> Progress:
    """`steps` are the action's own."""
    if (moved := _moved(action)) is not None:
        return Progress(moved, By.NUMBER)
    if steps:
        return Progress(Fraction(sum(step.done_at is not None for step in steps), len(steps)), By.STEPS)
    return Progress(_ALL if action.state is ActionState.DONE else _NOTHING, By.STATE)


def has_number(action: Action) -> bool:
    """Whether anybody can tell by a number when it worked."""
    return action.target is not None or any(letter.isdigit() for letter in action.measure)


def _moved(action: Action) -> Fraction | None:
    """From where its number was to where it is to be; as long as nobody has measured, it is where it was."""
    was, target = action.baseline, action.target
    if was is None or target is None or was == target:
        return None
    now: Decimal = was if action.current is None else action.current
    share = Fraction(now - was) / Fraction(target - was)
    return min(max(share, _NOTHING), _ALL)


def steps_by_action(tx: Tx, assessment: str) -> Mapping[str, tuple[ActionStep, ...]]:
    """A step: of all actions of an assessment that have any."""
    found: dict[str, tuple[ActionStep, ...]] = {}
    for step in tx.actions.steps(assessment):
        found[step.action_id] = (*found.get(step.action_id, ()), step)
    return found


def progress_of(tx: Tx, actions: Collection[Action]) -> dict[str, Progress]:
    """A step: of these actions, whatever assessments they are of."""
    steps: dict[str, tuple[ActionStep, ...]] = {}
    for assessment in {action.assessment_id for action in actions}:
        steps |= steps_by_action(tx, assessment)
    return {action.id: progress(action, steps.get(action.id, ())) for action in actions}
