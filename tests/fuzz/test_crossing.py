"""Slack brings a line and its edit so close together that either may be handled first."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.fuzz.house import House
from tests.fuzz.machine import loop, start
from workspace.acts import writing
from workspace.state import Message

Events = list[dict[str, Any]]


@pytest.mark.parametrize("order", [list, lambda events: events[::-1]], ids=["line first", "edit first"])
def test_what_somebody_edited_before_we_heard_it_counts_as_edited(order: Callable[[Events], Events]) -> None:
    house = House.of(start("asked"), loop())
    line = says(house, "kim", "B: by hand")
    writing.reword(house.team, house.team.person("kim"), line, "C: by a pipeline")
    house._told = order(house._told)
    house.at += timedelta(seconds=3)  # so much later it reaches us

    house.do(house.settle())

    assert records(house, "kim")[-1].startswith("1. Model inventory: *C*.")
    house.watch.must_hold()


def test_an_edit_of_what_nobody_heard_stays_without_an_answer() -> None:
    house = House.of(start("asked"), loop())
    line = says(house, "kim", "language english")
    house.do(house.settle())
    before = [*house.team.dm(house.team.person("kim")).messages]
    writing.reword(house.team, house.team.person("kim"), line, "B")

    house.do(house.settle())

    assert [*house.team.dm(house.team.person("kim")).messages] == before


def says(house: House, who: str, text: str) -> Message:
    person = house.team.person(who)
    writing.say(house.team, person, house.team.dm(person), text)
    return [*house.team.dm(person).messages.values()][-1]


def records(house: House, who: str) -> list[str]:
    """What their answered cards say."""
    messages = house.team.dm(house.team.person(who)).messages.values()
    texts = [block["text"]["text"] for each in messages for block in each.blocks if "text" in block]
    return [text for text in texts if text.startswith("1. ")]
