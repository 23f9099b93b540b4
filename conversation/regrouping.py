"""One action becomes two, or several become one. What was said of them stays with them."""

from collections.abc import Collection
from dataclasses import dataclass

from conversation import again, followups, remarks
from conversation.actions import (
    Promise,
    change,
    must_not_have_changed,
    note,
    promise,
    tell_informed,
    tell_of,
    to_be_changed,
)
from conversation.adjusting import MOST_STEPS, must_not_circle, must_own
from conversation.agreeing import ask, give
from conversation.desk import Desk
from conversation.errors import NoObjective, NothingToMerge
from storage.records import Action, ActionState, Person, Posting, RemarkWord
from storage.store import Tx


@dataclass(frozen=True)
class Piece:
    """A part of an action that is split."""

    objective: str
    owner: Person


def split(
    desk: Desk, user_id: str, *, action: str, first: Piece, second: Piece, id: str, seen: int | None = None
) -> Promise:
    """The action goes on as its first part, with its history, steps and number; the second is new, for the
    same gap, due the same day. What needed the whole needs both. The same `id` again is the same split.

    Raises: NotYourAction, ActionIsDone, NoObjective, CannotOwn, ActionChanged.
    """
    with desk.transaction() as tx:
        found, assessment = to_be_changed(tx, user_id, action)
        if tx.actions.find(id):
            return promise(desk, tx, action)
        must_not_have_changed(tx, found, seen, ["objective", "owner"])
        for piece in (first, second):
            if not piece.objective.strip():
                raise NoObjective()
            must_own(piece.owner)
        tx.people.remember(second.owner)
        before, now = found.owner, desk.now()
        found = change(desk, tx, found, user_id, "split", objective=first.objective.strip())
        note(desk, tx, found, user_id, "split_off", part=second.objective.strip(), part_id=id)
        owed: list[Posting | None] = []
        if first.owner.user_id != found.owner:
            owed += give(desk, tx, user_id, found, first.owner)
        other = tx.actions.add(
            id=id,
            assessment_id=assessment.id,
            question=found.question,
            level=found.level,
            objective=second.objective.strip(),
            measure=found.measure,
            owner=second.owner.user_id,
            due=found.due,
            agreed_by=user_id,
            agreed_at=now,
            informed=found.informed,
            starts=found.starts,
            accepted_at=now if second.owner.user_id == user_id else None,
            split_from=found.id,
        )
        _need_both(tx, found, other)
        desk.write_down(
            tx,
            assessment.id,
            user_id,
            "split_action",
            action=found.id,
            objective=found.objective,
            part=other.objective,
        )
        followups.plan(desk, tx, other)
        owed += ask(desk, tx, other, user_id, first=True)
        return promise(desk, tx, action, owed, concerned=[before, other.owner])


def merge(desk: Desk, user_id: str, *, action: str, others: Collection[str]) -> Promise:
    """These go into the action: they are dropped, and lead to it; what they needed it needs, and what needed
    them needs it. Their open steps come along, as far as there is room.

    Raises: NotYourAction, ActionIsDone, NothingToMerge, NeedsCircle, ActionChanged.
    """
    with desk.transaction() as tx:
        found, assessment = to_be_changed(tx, user_id, action)
        plan = {each.id: each for each in tx.actions.of(assessment.id)}
        merged = [
            to_be_changed(tx, user_id, each)[0]
            for each in dict.fromkeys(others)
            if each in plan and each != found.id and plan[each].became != found.id
        ]
        if not merged:
            raise NothingToMerge()
        _join_needs(tx, found, merged, plan)
        informed = dict.fromkeys([*found.informed, *(user for each in merged for user in each.informed)])
        owners = {each.owner for each in merged if each.owner}
        found = change(desk, tx, found, user_id, "merged", informed=tuple(informed))
        owed: list[Posting | None] = []
        for each in merged:
            _into(desk, tx, user_id, each, found)
            note(desk, tx, found, user_id, "merged_in", part=each.objective, part_id=each.id)
            owed += tell_informed(desk, tx, each, by=user_id)
        for owner in sorted(owners - {user_id, found.owner or ""}):
            titles = [each.objective for each in merged if each.owner == owner]
            values = {"person": user_id, "titles": titles, "owner_of_it": found.owner}
            owed.append(tell_of(desk, tx, found, owner, "merged_into", **values))
        _bring_steps(tx, found, merged)
        again.owe_sooner(desk, tx, assessment)
        desk.write_down(
            tx,
            assessment.id,
            user_id,
            "merged_actions",
            action=found.id,
            objective=found.objective,
            number=len(merged),
        )
        return promise(desk, tx, action, owed, concerned=owners)


def _into(desk: Desk, tx: Tx, by: str, each: Action, found: Action) -> None:
    now = desk.now()
    change(desk, tx, each, by, "became", state=ActionState.DROPPED, became=found.id)
    tx.actions.mark(each.id, state=ActionState.DROPPED, by=by, text=None, at=now)
    remarks.owe(desk, tx, each, by, RemarkWord.DROPPED)


def _need_both(tx: Tx, first: Action, second: Action) -> None:
    needs = tx.actions.needs(first.assessment_id)
    tx.actions.set_needs(second.id, needs.get(first.id, ()))
    for each, wanted in needs.items():
        if first.id in wanted:
            tx.actions.set_needs(each, wanted | {second.id})


def _join_needs(tx: Tx, found: Action, merged: Collection[Action], plan: dict[str, Action]) -> None:
    """Raises: NeedsCircle."""
    gone, needs = {each.id for each in merged}, dict(tx.actions.needs(found.assessment_id))
    joined = frozenset().union(*(needs.get(each, frozenset()) for each in (found.id, *gone)))
    new = {found.id: joined - gone - {found.id}}
    for each, wanted in needs.items():
        if each not in gone and each != found.id and wanted & gone:
            new[each] = (wanted - gone) | {found.id}
    after = {each: wanted for each, wanted in needs.items() if each not in gone} | new
    must_not_circle(after, plan)
    for each, wanted in {**new, **dict.fromkeys(gone, frozenset())}.items():
        tx.actions.set_needs(each, wanted)


def _bring_steps(tx: Tx, found: Action, merged: Collection[Action]) -> None:
    steps = tx.actions.steps(found.assessment_id)
    mine = [step for step in steps if step.action_id == found.id]
    place = max((step.position for step in mine), default=0)
    theirs = [step for each in merged for step in steps if step.action_id == each.id and step.done_at is None]
    for step in theirs[: max(MOST_STEPS - len(mine), 0)]:
        place += 1
        tx.actions.add_step(found.id, id=f"{step.action_id}-{step.id}"[:80], position=place, text=step.text)
