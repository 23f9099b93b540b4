"""The issue of an action: a form that shows an older choice changes nothing of a newer one."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from conversation import agreeing, ticketing
from conversation.desk import Desk
from conversation.errors import ChangedMeanwhile
from conversation.ticketing import Ticketing
from conversation.trackers import TrackerHere
from storage.records import Assessment, Person, TrackerKind
from tests.conversation.desk import FRIDAY_WEEK, Bench

GITHUB = TrackerHere(TrackerKind.GITHUB, "https://github.com", "acme/mlops")
JIRA = TrackerHere(TrackerKind.JIRA, "https://acme.example", "ML")
ISSUE = "https://github.com/acme/mlops/issues/{}"


@pytest.fixture
def desk(bench: Bench, closed: Assessment) -> Desk:
    """With one action, V1, which is Zoe's."""
    agreeing.add(
        bench.desk,
        "U-LEE",
        assessment=closed.id,
        objective="Thermometers",
        measure="Ovens with a thermometer",
        owner=Person(user_id="U-ZOE", name="Zoe"),
        due=FRIDAY_WEEK,
        id="V1",
    )
    return replace(bench.desk, trackers=(GITHUB, JIRA))


def looks(desk: Desk) -> Ticketing:
    return ticketing.look(desk, "U-ZOE", action="V1")


def creates(desk: Desk, seen: str, tracker: TrackerKind = TrackerKind.GITHUB) -> Ticketing:
    return ticketing.create(desk, "U-ZOE", action="V1", tracker=tracker, seen=seen)


def links(desk: Desk, seen: str, number: int = 1) -> Ticketing:
    return ticketing.link(desk, "U-ZOE", action="V1", url=ISSUE.format(number), seen=seen)


def unlinks(desk: Desk, seen: str) -> Ticketing:
    return ticketing.unlink(desk, "U-ZOE", action="V1", seen=seen)


@pytest.mark.parametrize("does", [creates, links, unlinks])
def test_an_issue_that_somebody_chose_since_the_form_was_opened_stays(
    desk: Desk, does: Callable[[Desk, str], Ticketing]
) -> None:
    opened = looks(desk)
    chosen = links(desk, opened.seen, number=2)

    with pytest.raises(ChangedMeanwhile):
        does(desk, opened.seen)

    assert looks(desk).ticket == chosen.ticket
    assert does(desk, chosen.seen).ticket != chosen.ticket


def test_a_new_issue_does_not_take_the_place_of_one_in_another_tracker_that_was_asked_for_since(
    desk: Desk,
) -> None:
    opened = looks(desk)
    asked = creates(desk, opened.seen, TrackerKind.JIRA)

    with pytest.raises(ChangedMeanwhile):
        creates(desk, opened.seen)

    assert looks(desk).ticket == asked.ticket


def test_the_same_again_is_the_same_issue_whatever_the_form_showed(desk: Desk) -> None:
    opened = looks(desk)
    linked = links(desk, opened.seen)

    assert links(desk, opened.seen).ticket == linked.ticket
    unlinks(desk, linked.seen)
    assert unlinks(desk, opened.seen).ticket is None
    created = creates(desk, opened.seen)
    assert creates(desk, opened.seen).ticket == created.ticket
