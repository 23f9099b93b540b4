"""A small, always equal share of `make fuzz`; and what it found, each by itself."""

import json
import os
import time
from random import Random
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from bot import actions, views
from bot.misread import misread
from conversation import actionwords
from conversation.vocabulary import folded
from tests.fuzz import parts
from tests.fuzz.acting import Acting
from tests.fuzz.house import House
from tests.fuzz.machine import Slack, loop, start
from tests.fuzz.payloads import broken
from tests.fuzz.reading import SHARES
from workspace import hooks
from workspace.acts import forms, writing
from workspace.acts.forms import Submitted
from workspace.state import Ack

#: Beginnings are shared, and with them the loop.
pytestmark = pytest.mark.usefixtures("one_loop")
#: Inputs for a reader that gets a share of one.
READ = 200
STARTS_HERE = ("new", "asked")


@pytest.fixture
def house() -> House:
    return House.of(start("asked"), loop())


def test_whatever_anybody_does_all_that_must_hold_holds() -> None:
    if "SOAK" in os.environ:
        machine, much = Slack, settings(max_examples=150, stateful_step_count=50)
    else:
        machine = type("Few", (Slack,), {"names": STARTS_HERE})
        much = settings(max_examples=3, stateful_step_count=15, derandomize=True)

    run_state_machine_as_test(machine, settings=settings(much, database=None, deadline=None))


def test_a_broken_payload_is_acked_and_harms_nobody() -> None:
    tally = sum(parts.payloads(1, 60, time.monotonic() + 60), parts.Tally("broken payloads"))

    assert tally.findings == {}
    assert len(tally.reached) > 5


@pytest.mark.parametrize("name", SHARES)
def test_whatever_is_read_is_taken_or_refused_in_words(name: str) -> None:
    cases = max(int(READ * SHARES[name]), 2)

    (tally,) = parts.reading(name, 1, cases, time.monotonic() + 60, watched=False)

    assert (tally.cases, tally.findings) == (cases, {})


# What it found.

_CLICK = {
    "type": "block_actions",
    "user": {"id": "U1A"},
    "trigger_id": "1.2",
    "container": {"message_ts": "1.2"},
    "actions": [{"action_id": "answer:0", "action_ts": "1.2", "value": "{}"}],
}
_FORM = {
    "type": "view_submission",
    "user": {"id": "U1A"},
    "view": {"id": "V1", "type": "modal", "private_metadata": ""},
}
_LINE = {"type": "message", "channel": "D1A", "user": "U1A", "ts": "1.2", "text": "B"}
_COMMAND = {"command": "/tidemark", "user_id": "U1A", "team_id": "T1A", "trigger_id": "1.2", "text": "start"}
_AWAY = {"status_text": "Vacation", "status_expiration": 1 << 40}
_CHANGED = {"type": "user_change", "user": {"id": "U1A", "profile": _AWAY}}
MISREAD: dict[str, Any] = {
    "no object": [1, 2],
    "away until a year that no calendar has": {"type": "event_callback", "event": _CHANGED},
    "nobody pressed it": _CLICK | {"user": None},
    "a user that is none": _CLICK | {"user": {"id": ["U1A"]}},
    "no action": _CLICK | {"actions": []},
    "pressed nowhere": _CLICK | {"container": {"type": "view", "view_id": "V1"}},
    "a menu without a name": {"type": "block_suggestion", "user": {"id": "U1A"}, "action_id": 1},
    "a value that is none": _CLICK | {"actions": [{"action_id": "answer:0", "action_ts": "1.2", "value": 7}]},
    "a field that is none": _FORM | {"view": _FORM["view"] | {"state": {"values": {"a": {"b": None}}}}},  # type: ignore[operator]
    "half of a letter": {"type": "event_callback", "event": _LINE | {"text": "\ud83d"}},
    "an address that is none": _CLICK | {"response_url": "file:///etc/passwd"},
    "an event of nothing": {"type": "event_callback", "event": None},
    "an event of no calendar": {"type": "event_callback", "event": _LINE, "event_time": 10**18},
    "a command of a list": _COMMAND | {"text": ["start"]},
}


@pytest.mark.parametrize("payload", MISREAD.values(), ids=MISREAD)
def test_what_is_not_as_slack_says_is_acked_and_does_nothing(payload: Any) -> None:
    answer = misread(payload)

    assert answer
    assert answer.status == 200
    told = json.loads(answer.body) if answer.body else {}
    wants_words = isinstance(payload, dict) and ("command" in payload or payload["type"] == "view_submission")
    assert bool(told) is wants_words


@pytest.mark.parametrize("payload", [_CLICK, _FORM, _COMMAND, {"type": "event_callback", "event": _LINE}])
def test_what_is_as_slack_says_is_understood(payload: Any) -> None:
    assert misread(payload) is None


def test_a_page_of_a_proxy_in_place_of_an_answer_does_not_make_drawing_a_home_fail(house: House) -> None:
    house.team.weather.spoil("views.publish", "unavailable")

    Acting(house).open_home(1)

    house.watch.must_hold()


def test_whoever_asks_for_what_slack_does_not_tell_hears_so(house: House) -> None:
    house.team.weather.spoil("users.info", "internal_error")
    lee, room = house.team.person("lee"), house.team.channel("ml-platform")

    shown = house.do(writing.command(house.team, lee, room, "/tidemark start"))

    assert shown.message
    assert "Slack did not tell me" in shown.message.text
    house.watch.must_hold()


def test_a_form_that_lacks_its_fields_is_of_another_version(house: House) -> None:
    lee = house.team.person("lee")
    house.do(writing.command(house.team, lee, house.team.channel("ml-platform"), "/tidemark start"))
    house.do(house.settle())
    view = house.team.stacks[lee.id][-1]
    house.do(forms.fill(house.team, lee, view, {"subject": "Fraud", "people": ["ana"]}))
    house.do(forms.submit(house.team, lee, view))
    sent = json.loads(json.dumps(house.letters[-1].payload))
    sent["view"]["state"]["values"]["length"]["length"]["selected_option"] = {"value": "eternal"}

    ack: Ack = house.do(house.deliver("interactive", sent))

    assert ack.payload
    assert ack.payload["response_action"] == "update"
    assert "older version" in json.dumps(ack.payload)
    house.watch.must_hold()


@pytest.mark.parametrize("kind", [actions.ClosingValue, actions.KeepValue])
def test_a_button_of_a_moment_that_no_calendar_has_is_of_another_version(kind: Any) -> None:
    name = next(field for field in kind.model_fields if field != "a")

    with pytest.raises(actions.OldButton):
        kind.of({"value": json.dumps({"a": "A1", name: 10**18})})


def test_a_form_with_a_choice_that_nobody_was_offered_is_of_another_version() -> None:
    chosen = {"strictness": {"strictness": {"selected_option": {"value": "lenient"}}}}

    with pytest.raises(actions.OldButton):
        views.read_counting({"state": {"values": chosen}})


def test_a_message_of_nobody_is_left_alone(house: House) -> None:
    dm = house.team.dm(house.team.person("ana"))
    event = {"type": "message", "channel": dm.id, "channel_type": "im", "ts": "1.2", "text": "B"}
    payload = {"type": "event_callback", "team_id": house.team.id, "event_id": "Ev1", "event": event}

    house.do(house.deliver("events_api", payload))

    house.watch.must_hold()


@pytest.mark.parametrize(
    "line", ["ﬁnished: see the wiki", "FİNISHED: see the wiki", "Finished: see the wiki"]
)
def test_a_letter_that_is_two_in_small_does_not_eat_what_follows(line: str) -> None:
    found = actionwords.read(line)

    assert len(folded(line)) == len(line)
    assert found is None or found.rest == "see the wiki"


def test_two_runs_of_one_seed_do_the_same() -> None:
    told = []
    for _ in range(2):
        acting, chance = Acting(House.of(start("asked"), loop())), Random(3)
        for _ in range(12):
            acting.step(chance)
        told.append(acting.told)
        acting.house.close()

    assert told[0] == told[1]


def test_what_comes_from_another_workspace_than_our_token_is_not_for_us(house: House) -> None:
    dm = house.team.dm(house.team.person("ana"))
    event = {
        "type": "message",
        "channel": dm.id,
        "channel_type": "im",
        "ts": "1.2",
        "text": "B",
        "user": "UX",
    }
    whose = {"team_id": "T0OTHER", "authorizations": [{"team_id": "T0OTHER", "enterprise_id": None}]}
    before = len(dm.messages)

    house.do(
        house.deliver("events_api", {"type": "event_callback", "event_id": "Ev1", "event": event} | whose)
    )
    house.do(house.settle())

    assert len(dm.messages) == before
    house.watch.must_hold()


def asked_for_in_the_name_of_kim(house: House) -> Submitted:
    """Lee types a command, and Slack, which never does so, says that it was Kim. Lee sends the form."""
    team, lee, kim = house.team, house.team.person("lee"), house.team.person("kim")
    house.do(writing.command(team, lee, team.channel("ml-platform"), "/tidemark start"))
    house.do(house.settle())
    command = json.loads(json.dumps(house.letters[-1].payload))
    command |= {"user_id": kim.id, "trigger_id": hooks.trigger(team, lee)}
    house.do(house.deliver("slash_commands", command, keep=False))
    house.do(house.settle())
    (form,) = team.stacks[lee.id]  # a trigger is good for who did something, whoever is named
    house.do(forms.fill(team, lee, form, {"subject": "Churn", "people": ["ana"]}))
    return house.do(forms.submit(team, lee, form))


def test_a_form_that_was_asked_for_in_somebody_elses_name_is_refused(house: House) -> None:
    refused = asked_for_in_the_name_of_kim(house)

    assert house.team.person("kim").id not in house.team.stacks
    assert any(
        "I cannot tell whether this form is as I gave it to you" in each for each in refused.errors.values()
    )


def test_only_a_request_that_the_fuzzer_broke_has_a_form_sealed_for_somebody_else(house: House) -> None:
    lee, kim = house.team.person("lee").id, house.team.person("kim").id
    asked_for_in_the_name_of_kim(house)
    sent = house.letters[-1]

    broken(sent, house, Random(1))
    found = [breach.what for breach in house.watch.breaches]
    house.watch.breaches.clear()
    house.misled[lee].add(kim)
    broken(sent, house, Random(1))

    assert found == ["a form is not sealed for who was given it"]
    assert house.watch.breaches == []


def test_a_form_of_roles_with_a_role_that_nobody_knows_or_a_field_without_a_name_is_refused_in_words() -> (
    None
):
    house = House.of(start("talking"), loop())
    team, kim = house.team, house.team.person("kim")
    house.do(forms.fill(team, kim, team.stacks[kim.id][-1], {"subject": "Churn", "people": ["ana"]}))
    for _ in range(3):
        house.do(forms.submit(team, kim, team.stacks[kim.id][-1]))
        house.do(house.settle())
    house.do(forms.submit(team, kim, team.stacks[kim.id][-1]))
    sent = json.loads(json.dumps(house.letters[-1].payload))
    (block,) = (name for name in sent["view"]["state"]["values"] if name.startswith("role:"))
    sent["view"]["state"]["values"][block]["roles"]["selected_options"] = [{"value": "WIZARD"}]
    del next(each for each in sent["view"]["blocks"] if each["type"] == "input")["block_id"]

    ack: Ack = house.do(house.deliver("interactive", sent))

    assert "WIZARD" in json.dumps(ack.payload)
    house.watch.must_hold()
    house.close()
