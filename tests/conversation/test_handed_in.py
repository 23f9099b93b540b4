"""A table that a facilitator hands in: whose it is, and that it is the same still."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from conversation import handed_in, results
from conversation.contents import Tabled
from conversation.errors import FileChanged, NotACreator, NotYourFile, Refused
from storage.records import AssessmentState, Person, SlackFile
from tests.conversation.desk import Bench

FILE = SlackFile(id="F1", name="table.csv", size=100, type="csv")
LEE, ANA = (Person(user_id=f"U1{name}", name=name, tz="UTC") for name in ("LEE", "ANA"))
ACTIONS = b"objective,due\nOvens,2027-12-01\n"
ANSWERS = b"# date,2026-09-01\n# privacy,attributed\nrespondent,role,question,answer\nx,BAKER,FLOUR,B\n"


@pytest.fixture
def closed(bench: Bench) -> Bench:
    """A round of ABC Inc. that Lee facilitates."""
    opened = bench.opened({"U-ANA": ["BAKER"]})
    bench.answers_all("U-ANA", 0)
    bench.post(results.close(bench.desk, "U-LEE", assessment=opened.id).owed)
    with bench.desk.transaction() as tx:
        tx.assessments.change(opened.id, only_if=AssessmentState.CLOSED, facilitator=LEE.user_id)
    return bench


def hands_in(bench: Bench, person: Person, content: bytes, name: str = "") -> Mapping[str, Any]:
    """What is owed because of it."""
    (owed,) = handed_in.check(
        bench.desk, person, (), file=FILE, content=content, name=name, key=f"handed_in/{person.user_id}"
    )
    return owed.contents


@pytest.mark.parametrize(
    ("by", "content", "name", "why"),
    [
        (LEE, ACTIONS, "", None),
        (LEE, ACTIONS, "abc", None),
        (LEE, ACTIONS, "Other", '"Other" is none of the plans'),
        (ANA, ACTIONS, "", "no plan to add to"),
        (ANA, ACTIONS, "ABC Inc.", "no plan to add to"),
        (LEE, ANSWERS, "abc inc.", "in the order in which they were held"),
        (LEE, ANSWERS, "", "is missing. Say what was assessed"),
        (ANA, ANSWERS, "ABC Inc.", "facilitated by somebody else"),
        (ANA, ANSWERS, "Another team", None),
        (LEE, b"# pack,../../etc/passwd\n" + ANSWERS, "Another team", "passwd"),
        (LEE, b"PK\x03\x04", "", "no workbook"),
    ],
)
def test_who_may_import_what(closed: Bench, by: Person, content: bytes, name: str, why: str | None) -> None:
    said = hands_in(closed, by, content, name)

    assert bool(said["found"]) == (why is None)
    assert why is None or why in str(said["told"])


@pytest.mark.parametrize(
    ("by", "content", "no"), [(ANA, ACTIONS, NotYourFile), (LEE, ACTIONS + b"More,2027-12-02", FileChanged)]
)
def test_only_what_was_checked_is_stored_and_only_for_who_handed_it_in(
    closed: Bench, by: Person, content: bytes, no: type[Refused]
) -> None:
    hands_in(closed, LEE, ACTIONS)

    with pytest.raises(no):
        handed_in.take(closed.desk, by, (), posting="handed_in/U1LEE", content=content)

    done = handed_in.take(closed.desk, LEE, (), posting="handed_in/U1LEE", content=ACTIONS)
    again = handed_in.take(closed.desk, LEE, (), posting="handed_in/U1LEE", content=ACTIONS)
    assert isinstance(done, Tabled)
    assert (done.rows, done.there, again) == (1, False, done)


def test_a_new_team_is_for_who_may_set_up(closed: Bench) -> None:
    limited = replace(closed.desk, creators=("U1LEE",))

    with pytest.raises(NotACreator):
        handed_in.check(limited, ANA, (), file=FILE, content=ANSWERS, name="Another team", key="k")
