"""Modals in their stacks, and the home of each person."""

from __future__ import annotations

from workspace.entries import kept
from workspace.settling import settle_view
from workspace.state import Json, Person, View
from workspace.team import Team

HIGHEST_STACK = 3


def opened(team: Team, person: Person, body: Json) -> View:
    """A new modal, which takes the place of whatever stack was open."""
    view = _new(team, person, body)
    team.stacks[person.id] = [view]
    return _drawn(team, view)


def pushed(team: Team, person: Person, body: Json) -> View:
    stack = team.stacks[person.id]
    view = _new(team, person, body)
    view.root, view.previous = stack[0].id, stack[-1].id
    stack.append(view)
    return _drawn(team, view)


def updated(team: Team, view: View, body: Json) -> View:
    settled = settle_view(team, body)
    view.body, view.external_id = settled, body.get("external_id") or view.external_id
    view.entered = kept(view.blocks, view.entered)
    view.errors = {}
    view.hash = team.new_hash()
    return _drawn(team, view)


def published(team: Team, person: Person, body: Json) -> View:
    home = team.homes.get(person.id)
    if home:
        return updated(team, home, body)
    team.homes[person.id] = _new(team, person, body)
    return _drawn(team, team.homes[person.id])


def top(team: Team, person: Person) -> View | None:
    """The modal in front of this person."""
    stack = team.stacks.get(person.id)
    return stack[-1] if stack else None


def dropped(team: Team, view: View) -> None:
    """This modal closes; the one below it shows again."""
    stack = team.stacks.get(view.person, [])
    if view in stack:
        stack.remove(view)
    team.pulse.beat()


def cleared(team: Team, person: Person) -> list[View]:
    """All modals close, the front one first."""
    stack = team.stacks.pop(person.id, [])
    team.pulse.beat()
    return stack[::-1]


def refused(team: Team, view: View, errors: dict[str, str]) -> None:
    """The app found faults, by block_id."""
    view.errors = errors
    _drawn(team, view)


def _new(team: Team, person: Person, body: Json) -> View:
    view_id = team.new_id("V")
    return View(
        id=view_id,
        person=person.id,
        body=settle_view(team, body),
        hash=team.new_hash(),
        root=view_id,
        external_id=body.get("external_id") or "",
    )


def _drawn(team: Team, view: View) -> View:
    view.seq = team.pulse.beat()
    return view
