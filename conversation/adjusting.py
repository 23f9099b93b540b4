"""Changing an action: its words and numbers, its days, who hears of it, its steps, and what it needs. Of two
who change the same thing, the second is shown what differs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from conversation import followups, worktime
from conversation.actionprogress import steps_by_action
from conversation.actions import (
    Promise,
    change,
    must_not_have_changed,
    note,
    promise,
    tell_facilitator,
    tell_informed,
    tell_of,
    to_be_changed,
    whole_in,
)
from conversation.dates import must_be_near
from conversation.desk import Desk
from conversation.errors import (
    ActionClash,
    CannotOwn,
    DueInThePast,
    NeedsCircle,
    NoObjective,
    StartsAfterDue,
    TooManySteps,
)
from conversation.hours import own_zone
from conversation.merging import merge
from storage.records import Action, ActionChange, DraftChange, Person, Posting
from storage.store import Tx

#: So many steps an action shows.
MOST_STEPS = 10
#: Years in which it has to be done.
LONGEST_PLAN = 10
#: From so many changes of its day on, by its owner, a facilitator hears of them.
MOVED_OFTEN = 2
#: Columns in which people are.
_PEOPLE = "informed"


@dataclass(frozen=True)
class Wanted:
    """An action as somebody wants it to be."""

    objective: str
    measure: str
    due: date
    starts: date | None = None
    unit: str | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    current: Decimal | None = None
    informed: tuple[Person, ...] = ()

    def of(self, action: Action) -> Action:
        """That action with these values."""
        values = asdict(self) | {
            "objective": self.objective.strip(),
            "measure": self.measure.strip(),
            _PEOPLE: tuple(person.user_id for person in self.informed),
        }
        return action.model_copy(update=values)


def edit(
    desk: Desk, user_id: str, *, action: str, wanted: Wanted, seen: int, told: int | None = None
) -> Promise:
    """Save what was entered into a form that showed the action after so many changes (`seen`): what others
    changed since and was not touched here stays. What was changed until `told` and was changed here too, has
    been shown beside it.

    Raises: NotYourAction, ActionIsDone, NoObjective, DueInThePast, StartsAfterDue, ActionClash if somebody
    changed the same since, ActionChanged.
    """
    with desk.transaction() as tx:
        found, assessment = to_be_changed(tx, user_id, action)
        if not wanted.objective.strip():
            raise NoObjective()
        values = _decided(desk, tx, user_id, found, wanted, seen, told)
        if not values:
            return promise(desk, tx, action)
        owner = tx.people.get(found.owner or user_id)
        if "due" in values:
            must_come(desk, values["due"], owner, None)
        _must_start_before(values.get("starts", found.starts), values.get("due", found.due))
        for person in wanted.informed:
            tx.people.remember(person)
        day = values.pop("due", None)
        owed: list[Posting | None] = []
        if values:
            found = change(desk, tx, found, user_id, "changed", **values)
            desk.write_down(
                tx, assessment.id, user_id, "changed_action", action=found.id, objective=found.objective
            )
        if day:
            owed += move(desk, tx, found, user_id, day)
        if user_id != found.owner:
            fields = sorted({*values, *(["due"] if day else [])})
            owed.append(tell_of(desk, tx, found, found.owner, "action_changed", by=user_id, fields=fields))
        return promise(desk, tx, action, owed)


def move(desk: Desk, tx: Tx, found: Action, by: str, due: date) -> tuple[Posting | None, ...]:
    """A step: it is due on another day. Who is kept informed hears of it; a facilitator does when its owner
    moves it again and again."""
    moved = change(desk, tx, found, by, "moved", due=due)
    desk.write_down(
        tx,
        found.assessment_id,
        by,
        "moved_action",
        action=found.id,
        objective=found.objective,
        due=due.isoformat(),
    )
    followups.plan(desk, tx, moved)
    often = sum("due" in each.values and each.by == by for each in tx.actions.changes_of(found.id))
    told = None
    if by == found.owner and often >= MOVED_OFTEN:
        told = tell_facilitator(desk, tx, moved, by, "moved_often", times=often, date=due.isoformat())
    return (told, *tell_informed(desk, tx, moved, by=by))


def change_steps(
    desk: Desk, user_id: str, *, action: str, add: Sequence[str], remove: Collection[str], key: str
) -> Promise:
    """`key` names the form, so that what it adds is added once.

    Raises: NotYourAction, ActionIsDone, TooManySteps.
    """
    with desk.transaction() as tx:
        found, _ = to_be_changed(tx, user_id, action)
        for step in _steps(tx, found):
            if step.id in remove and tx.actions.remove_step(action, step.id):
                note(desk, tx, found, user_id, "removed_step", step=step.text)
        for text in write_steps(tx, found, add, key=key):
            note(desk, tx, found, user_id, "added_step", step=text)
        return promise(desk, tx, action)


def place_step(desk: Desk, user_id: str, *, action: str, step: str, place: int) -> Promise:
    """That step comes at this place, from 1, and the others follow in their order. There already, or removed
    meanwhile, it changes nothing.

    Raises: NotYourAction, ActionIsDone.
    """
    with desk.transaction() as tx:
        found, _ = to_be_changed(tx, user_id, action)
        steps = list(_steps(tx, found))
        was = next((number for number, each in enumerate(steps) if each.id == step), None)
        place = min(max(place, 1), len(steps)) - 1
        if was is not None and was != place:
            moved = steps.pop(was)
            steps.insert(place, moved)
            for number, each in enumerate(steps, start=1):
                if each.position != number:
                    tx.actions.place_step(action, each.id, position=number)
            note(desk, tx, found, user_id, "moved_step", step=moved.text, place=place + 1)
        return promise(desk, tx, action)


def write_steps(tx: Tx, action: Action, texts: Sequence[str], *, key: str) -> list[str]:
    """A step: after those that are there. Returns what was not there before. Raises: TooManySteps."""
    wanted = [text.strip() for text in texts if text.strip()]
    there = _steps(tx, action)
    last = max((step.position for step in there), default=0)
    added = [
        text
        for number, text in enumerate(wanted, start=1)
        if tx.actions.add_step(action.id, id=f"{key}-{number}", position=last + number, text=text)
    ]
    if len(there) + len(added) > MOST_STEPS:
        raise TooManySteps(most=MOST_STEPS)
    return added


def tick(
    desk: Desk, user_id: str, *, action: str, ticked: Collection[str], shown: Collection[str]
) -> Promise:
    """Steps were ticked off, or opened again, where these were `shown` as done: what somebody else ticked
    meanwhile stays as it is.

    Raises: NotYourAction, ActionIsDone.
    """
    with desk.transaction() as tx:
        found, _ = to_be_changed(tx, user_id, action)
        for step in _steps(tx, found):
            if (step.id in ticked) == (step.id in shown):
                continue
            done = step.id in ticked
            at, by = (desk.now(), user_id) if done else (None, None)
            if (done or step.done_at) and tx.actions.tick(action, step.id, by=by, at=at):
                note(desk, tx, found, user_id, "ticked" if done else "unticked", step=step.text)
        return promise(desk, tx, action)


def set_needs(
    desk: Desk, user_id: str, *, action: str, needs: Collection[str], seen: int | None = None
) -> Promise:
    """What has to be done before it; other actions of the same plan.

    Raises: NotYourAction, ActionIsDone, NeedsCircle, ActionChanged.
    """
    with desk.transaction() as tx:
        found, _ = to_be_changed(tx, user_id, action)
        must_not_have_changed(tx, found, seen, ["needs"])
        plan = {each.id: each for each in tx.actions.of(found.assessment_id)}
        there = tx.actions.needs(found.assessment_id)
        before = there.get(found.id, frozenset())
        wanted = frozenset(needs) & plan.keys()
        if wanted != before:
            must_not_circle({**there, found.id: wanted}, plan)
            tx.actions.set_needs(found.id, wanted)
            names = [plan[each].objective for each in sorted(wanted)]
            note(desk, tx, found, user_id, "needs", needs=[sorted(before), sorted(wanted)], names=names)
        return promise(desk, tx, action)


def must_not_circle(needs: Mapping[str, frozenset[str]], plan: Mapping[str, Action]) -> None:
    """Raises: NeedsCircle."""
    if path := circle(needs):
        raise NeedsCircle(path=[plan[each].objective for each in path])


def circle(needs: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Some that wait for each other, the first of them once more at the end; nothing, if none do. Pure."""
    through: set[str] = set()

    def follow(each: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if each in path:
            return (*path[path.index(each) :], each)
        if each in through:
            return ()
        for other in sorted(needs.get(each, ())):
            if found := follow(other, (*path, each)):
                return found
        through.add(each)
        return ()

    return next((found for each in sorted(needs) if (found := follow(each, ()))), ())


def must_come(desk: Desk, due: date, owner: Person, starts: date | None) -> None:
    """Raises: DueInThePast, TooFarAhead, StartsAfterDue."""
    today = worktime.today(desk.now(), own_zone(desk, owner))
    if due < today:
        raise DueInThePast(date=due)
    must_be_near(due, today, years=LONGEST_PLAN)
    _must_start_before(starts, due)


def must_own(owner: Person) -> None:
    """Raises: CannotOwn."""
    if not owner.asked:
        raise CannotOwn(person=owner.user_id, gone=owner.gone)


def _must_start_before(starts: date | None, due: date) -> None:
    if starts and starts > due:
        raise StartsAfterDue(date=due)


def _decided(
    desk: Desk, tx: Tx, user_id: str, found: Action, wanted: Wanted, seen: int, told: int | None
) -> dict[str, Any]:
    """What is to be changed, by column."""
    new, columns = wanted.of(found), set(asdict(wanted))
    history = tx.actions.changes_of(found.id)
    now, then = (each.model_dump(mode="json", include=columns) for each in (found, new))
    merged = merge(now, then, _as_drafted(history), seen=seen, told=told)
    if merged.clashing:
        latest = next(each for each in reversed(history) if {*each.values} & {*merged.clashing})
        raise ActionClash(
            whole=whole_in(desk, tx, user_id, found),
            wanted=wanted,
            fields=[(name, then[name], now[name]) for name in merged.clashing],
            person=latest.by,
            objective=found.objective,
        )
    return {name: getattr(new, name) for name in merged.decided}


def _as_drafted(history: Sequence[ActionChange]) -> list[DraftChange]:
    """Each change of a column by the number of changes until it."""
    return [
        DraftChange(revision=number, field=name, was=values[0])
        for number, each in enumerate(history, start=1)
        for name, values in each.values.items()
        if isinstance(values, list) and len(values) == 2
    ]


def _steps(tx: Tx, action: Action) -> tuple[Any, ...]:
    return steps_by_action(tx, action.assessment_id).get(action.id, ())
