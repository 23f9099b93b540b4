"""Due dates in a calendar, read by another reader's rules: RFC 5545."""

from datetime import date, timedelta

from icalendar import Calendar

from bot.exports.calendar import calendar, subscription
from bot.language import speaking
from conversation.feeds import Dates
from storage.records import Action, ActionState
from tests.bot.scenes import NOW, Scene
from tests.conversation.desk import CAFE

NASTY = "Log; every, prediction\nBEGIN:VEVENT \\ é " + "ü" * 200
SCENE = Scene(CAFE, "Corner café; fresh", "", 3, 4, NASTY)
ACTIONS = SCENE.plan()


def of(*actions: Action, owner: str | None = None) -> bytes:
    return calendar(SCENE.board(actions=actions), team="T1", owner=owner)


def test_each_action_is_a_whole_day_that_makes_nobody_busy() -> None:
    first, *_ = events = Calendar.from_ical(of(*ACTIONS)).walk("VEVENT")

    assert len(events) == len(ACTIONS)
    assert first["dtstart"].params["VALUE"] == "DATE"
    assert (first.decoded("dtstart"), first.decoded("dtend") - first.decoded("dtstart")) == (
        ACTIONS[0].due,
        timedelta(days=1),
    )
    assert (first["uid"], first["transp"]) == ("action-0.T1@tidemark", "TRANSPARENT")


def test_what_people_wrote_is_escaped_and_folded() -> None:
    written = of(ACTIONS[0])

    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert written.count(b"\r\nBEGIN:VEVENT\r\n") == 1
    assert event["description"].startswith(" ".join(NASTY.splitlines()))
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))


def test_a_change_keeps_the_entry_and_raises_its_number() -> None:
    before = ACTIONS[0]
    after = before.model_copy(update={"due": date(2027, 1, 8), "changed_at": NOW + timedelta(days=2)})

    (old,), (new,) = (Calendar.from_ical(of(each)).walk("VEVENT") for each in (before, after))

    assert (new["uid"], new.decoded("dtstart")) == (old["uid"], date(2027, 1, 8))
    assert int(new["sequence"]) > int(old["sequence"])
    assert of(before) == of(before)


def test_what_is_over_says_so_and_what_is_dropped_is_cancelled() -> None:
    done, dropped = (
        ACTIONS[0].model_copy(update={"id": str(state), "state": state})
        for state in (ActionState.DONE, ActionState.DROPPED)
    )

    with speaking("es"):
        said = [
            (event["summary"].split(":")[0], event.get("status"))
            for event in Calendar.from_ical(of(done, dropped)).walk("VEVENT")
        ]

    assert said == [("Hecha", None), ("Descartada", "CANCELLED")]


def test_ones_own_dates_and_an_action_that_nobody_owns() -> None:
    mine = ACTIONS[1].model_copy(update={"owner": "U-ME"})
    nobodys = ACTIONS[2].model_copy(update={"owner": None})

    everybodys = Calendar.from_ical(of(mine, nobodys)).walk("VEVENT")
    own = Calendar.from_ical(of(mine, nobodys, owner="U-ME")).walk("VEVENT")

    assert [event["uid"] for event in own] == ["action-1.T1@tidemark"]
    assert ["Owner:" in event["description"] for event in everybodys] == [True, False]


def test_a_subscription_names_nobody_and_says_when_it_closes() -> None:
    opened = SCENE.assessment
    dates = Dates("U1", tuple(ACTIONS), {ACTIONS[0].assessment_id: "Corner café; fresh"}, {}, (opened,))

    written = subscription(dates, team="T1")

    file = Calendar.from_ical(written)
    *actions, closes = file.walk("VEVENT")
    assert [each["uid"] for each in actions] == [f"{each.id}.T1@tidemark" for each in ACTIONS]
    assert closes.decoded("dtend") == opened.closes_at
    assert "Owner" not in str(file)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in written
    assert subscription(dates, team="T1") == written
