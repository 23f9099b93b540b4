"""How far roles are apart: only on what all of them answered, and only where it is shown."""

import pytest

from conversation.apart import apart, roles_are_shown
from conversation.findings import Findings, RoleSplit
from tests.bot import scenes

EVERYDAY = scenes.everyday()


def seen(**levels: dict[str, int]) -> Findings:
    """The first questions of the first aspect, by role; nothing else is shown by role."""
    found = EVERYDAY.findings()
    keys = [each.id for each in found.of_aspect(found.aspects[0].id)]
    named = {keys[number]: splits for number, splits in enumerate(levels.values())}
    questions = tuple(
        each.model_copy(
            update={
                "roles": tuple(
                    RoleSplit(role=role, level=level, n=number + 1)
                    for number, (role, level) in enumerate(named.get(each.id, {}).items())
                )
            }
        )
        for each in found.questions
    )
    return found.model_copy(update={"questions": questions})


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        pytest.param(
            {"q": {"DS": 0, "OPS": 3}, "r": {"DS": 1, "OPS": 2}}, ([("DS", 0.5), ("OPS", 2.5)], 2), id="two"
        ),
        pytest.param(
            {"q": {"DS": 0, "OPS": 3, "PM": 3}, "r": {"DS": 1, "OPS": 2}},
            ([("DS", 0.5), ("OPS", 2.5)], 2),
            id="one who answered too little is left out",
        ),
        pytest.param(
            {"q": {"DS": 0, "OPS": 3}, "r": {"DS": 3}},
            ([("DS", 0.0), ("OPS", 3.0)], 1),
            id="what only one answered does not count",
        ),
        pytest.param({"q": {"DS": 0}, "r": {"OPS": 3}}, None, id="nothing in common"),
        pytest.param({}, None, id="nothing is shown"),
    ],
)
def test_roles_are_compared_on_what_they_all_answered(
    levels: dict[str, dict[str, int]], expected: tuple[list[tuple[str, float]], int] | None
) -> None:
    found = apart(seen(**levels))

    told = [([(role.role, role.mean) for role in each.roles], each.questions) for each in found]
    assert told == ([expected] if expected else [])
    assert roles_are_shown(seen(**levels)) is bool(levels)
