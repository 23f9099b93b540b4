"""A closed assessment of which one action was agreed, for those who look at what comes after."""

from datetime import date
from functools import partial

from conversation import agreeing, drafting, interview, opening, plans, results, sharing
from conversation.actions import Promise
from conversation.desk import Desk
from conversation.pack import Length
from conversation.scope import Privacy, Scope
from storage.records import Person
from workspace.server import Workspace

OBJECTIVE = "Predictions are logged for every model"
DUE = date(2026, 12, 18)


def planned(desk: Desk, server: Workspace, *, owner: str = "omar", due: date = DUE) -> Promise:
    """Ana and Kim answered 0 to all; Lee closed and shared it, and agreed on the first gap with its owner."""
    lee, them = _person(server, "lee"), _person(server, owner)
    asked = {person.user_id: person for person in map(partial(_person, server), ("ana", "kim"))}
    wanted = Scope(
        aspects=tuple(aspect.id for aspect in desk.pack.aspects),
        length=Length.SHORT,
        people=tuple(asked),
        privacy=Privacy.ATTRIBUTED,
        target=2,
    )
    draft = drafting.draft(
        desk,
        lee,
        subject="Fraud team",
        scope=wanted,
        channel=server.team.channel("ml-platform").id,
        closes_on=date(2026, 12, 4),
    )
    found = draft.assessment.id
    roles = {user: (role.id,) for user, role in zip(asked, desk.pack.roles, strict=False)}
    opening.launch(desk, lee.user_id, assessment=found, roles=roles, people=asked)
    for user in asked:
        _answers_all(desk, user)
    results.close(desk, lee.user_id, assessment=found)
    sharing.share(desk, lee.user_id, assessment=found)
    gap = plans.board_of(desk, lee.user_id, assessment=found).findings.gaps[0]
    return agreeing.agree(
        desk,
        lee.user_id,
        assessment=found,
        step=gap.step,
        objective=OBJECTIVE,
        measure="2 of 5 models now, 5 of 5 then",
        owner=them,
        due=due,
        id="V1",
    )


def _person(server: Workspace, name: str) -> Person:
    found = server.team.person(name)
    return Person(user_id=found.id, name=found.real_name, tz=found.tz)


def _answers_all(desk: Desk, user: str) -> None:
    with desk.transaction() as tx:
        seat = tx.seats.held_by(user)[0].id
    sitting = interview.start(desk, user, seat=seat).sitting
    while asking := sitting.interview.asking:
        choice = interview.option(0)
        said = interview.answer(desk, user, seat=seat, question=asking.id, revision=0, choice=choice)
        sitting = said.sitting
    interview.send(desk, user, seat=seat)
