"""What people can do with what the bot has shown them, as the payloads that Slack sends of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot import actions as ids
from bot.seals import Seal
from tests.attacks.slack import Json, Slack
from workspace.acts.picking import options_of
from workspace.entries import BUTTONS, MANY, VALUE_KEYS, Place, entry, initial, places

#: Whom one picks where somebody can be picked, and where.
SOMEBODY, SOMEWHERE = "U0MAX", "C0ML"
#: What is typed into a field, by its block; into others a sentence.
TYPED = {
    "link": "https://jira.example/browse/OPS-1",
    "measured": "2",
    "number": "7",
    "lines": "first\nsecond",
}
#: What is assessed in the town.
SUBJECTS = ("Zanzibar", "Quetzal", "Kilimanjaro", "Yeti", "Okapi", "Marmots")
A_SENTENCE = "Because it rains"
#: When what Slack shows to one person alone was written.
WHISPERED = "1795000000.999999"
#: Of what could be entered.
FIRST, LAST = 0, -1


@dataclass(frozen=True)
class Surface:
    """A message, a Home or a form that the bot has drawn, and who has it in front of them."""

    reader: str
    blocks: list[Json]
    id: str
    channel: str = ""
    view: Json | None = None
    #: A form that an ack showed.
    whisper: bool = False


@dataclass(frozen=True)
class Gesture:
    """Somebody did something: Slack's payload, by whom, and what it is called: a button's or a form's id, and
    what of a menu was picked."""

    who: str
    name: str
    payload: Json = field(repr=False)
    #: What the bot had shown to this person; None where somebody does something by themselves.
    surface: Surface | None = field(default=None, repr=False)


def surface_of(method: str, args: Json, reader: str, id: str) -> Surface | None:
    """What somebody has in front of them after this call of the bot's."""
    if method.startswith("views."):
        view = args["view"]
        return Surface(reader, _named(view["blocks"]), id, view={**view, "id": id})
    blocks = args.get("blocks")
    if not blocks:
        return None
    channel = str(args.get("channel") or f"D-{reader}")
    channel = f"D-{channel}" if channel.startswith("U0") else channel
    id = id or WHISPERED
    whisper = method in {"response_url", "chat.postEphemeral"}
    return Surface(reader, _named(blocks), id, channel=channel, whisper=whisper)


def _named(blocks: list[Json]) -> list[Json]:
    """Slack names the blocks that the bot has not named."""
    return [{"block_id": f"b{number}", **block} for number, block in enumerate(blocks)]


@dataclass(frozen=True)
class Hands:
    """People's, in one workspace, at one moment."""

    slack: Slack
    now: datetime
    #: With which the bot seals its forms.
    seal: Seal

    def all_on(self, surface: Surface, who: str) -> Iterator[Gesture]:
        """Everything that can be done with it, each button and each option once."""
        for place in places(surface.blocks):
            if place.kind in BUTTONS:
                if not place.element.get("url"):
                    yield self._acts(surface, place, who, {"value": place.element.get("value", "")})
            elif place.kind == "overflow":
                for option in options_of(place.element):
                    yield self._acts(surface, place, who, {"selected_option": option})
            elif place.dispatches and place.kind in VALUE_KEYS:
                for value in self._choices(place):
                    yield self._acts(surface, place, who, entry(place.element, value))
        if surface.view and surface.view["type"] == "modal":
            if surface.view.get("submit"):
                for pick in (FIRST, LAST, None):
                    yield self._view(surface, who, "view_submission", pick)
            if surface.view.get("notify_on_close"):
                yield self._view(surface, who, "view_closed", LAST)

    def types(self, who: str, text: str, channel: str = "", **more: Any) -> Gesture:
        """In the direct message, or in a channel."""
        ts = self.slack.stamp()
        event = {
            "type": "message",
            "channel": channel or f"D-{who}",
            "channel_type": "channel" if channel else "im",
            "user": who,
            "text": text,
            "ts": ts,
            "event_ts": ts,
        }
        return self.event(who, {**event, **more})

    def event(self, who: str, event: Json) -> Gesture:
        number = self.slack.stamp()
        payload = {
            "type": "event_callback",
            "token": "attacked",
            "team_id": self.slack.team,
            "api_app_id": "A1",
            "event": {"event_ts": number, **event},
            "event_id": f"Ev{number}",
            "event_time": int(self.now.timestamp()),
            "authorizations": [
                {"enterprise_id": None, "team_id": self.slack.team, "user_id": "U0BOT", "is_bot": True}
            ],
        }
        words = f"event {event['type']} {event.get('text', '')}"
        return Gesture(who, words.strip(), payload)

    def command(self, who: str, words: str, channel: str = "", name: str = "/tidemark") -> Gesture:
        channel = channel or f"D-{who}"
        payload = {
            "token": "attacked",
            "team_id": self.slack.team,
            "team_domain": "town",
            "channel_id": channel,
            "channel_name": "directmessage" if channel.startswith("D-") else channel.removeprefix("C0"),
            "user_id": who,
            "user_name": who.removeprefix("U0"),
            "command": name,
            "text": words,
            "api_app_id": "A1",
            "is_enterprise_install": "false",
            "response_url": self.slack.hook(channel, who),
            "trigger_id": self.slack.trigger(who),
        }
        return Gesture(who, f"{name} {words}".strip(), payload)

    def shortcut(self, who: str, callback: str) -> Gesture:
        payload = self._by(who, "shortcut") | {
            "callback_id": callback,
            "action_ts": self.slack.stamp(),
            "trigger_id": self.slack.trigger(who),
        }
        return Gesture(who, f"shortcut {callback}", payload)

    def suggestion(self, who: str, action: str) -> Gesture:
        payload = self._by(who, "block_suggestion") | {"action_id": action, "block_id": "b", "value": "a"}
        return Gesture(who, f"options {action}", payload)

    def presses(self, who: str, action: str, value: str, *, in_a_form: bool = False) -> Gesture:
        """A button that stands in the direct message from long ago, or in a form."""
        button = {
            "type": "button",
            "action_id": action,
            "value": value,
            "text": {"type": "plain_text", "text": "x"},
        }
        block = {"type": "actions", "block_id": "b0", "elements": [button]}
        view = (
            self.seal.of(self.slack.team, who).put(
                {"type": "modal", "callback_id": "open", "blocks": [block]}
            )
            if in_a_form
            else None
        )
        surface = Surface(who, [block], self.slack.stamp(), channel=f"D-{who}", view=view)
        return next(self.all_on(surface, who))

    def submits(self, who: str, callback: str, kind: str = "view_submission") -> Gesture:
        """A form from long ago."""
        view = {"type": "modal", "callback_id": callback, "blocks": [], "private_metadata": "", "id": "V0"}
        surface = Surface(who, [], "V0", view=self.seal.of(self.slack.team, who).put(view))
        return self._view(surface, who, kind, None)

    def _acts(self, surface: Surface, place: Place, who: str, chosen: Json) -> Gesture:
        block, action = place.key
        does = {"action_id": action, "block_id": block, "type": place.kind, "action_ts": self.slack.stamp()}
        payload = self._by(who, "block_actions") | {
            "trigger_id": self.slack.trigger(who),
            "state": {"values": self._state(surface, None)},
            "actions": [{**does, **chosen}],
            **self._where(surface, who),
        }
        return Gesture(who, _named_after(action, chosen), payload, surface)

    def _view(self, surface: Surface, who: str, kind: str, pick: int | None) -> Gesture:
        assert surface.view
        payload = self._by(who, kind) | {
            "view": self._shown(surface, pick),
            "trigger_id": self.slack.trigger(who),
            "response_urls": [],
            "is_cleared": True,
        }
        return Gesture(who, f"{kind} {surface.view['callback_id']}", payload, surface)

    def _by(self, who: str, kind: str) -> Json:
        return {
            "type": kind,
            "team": {"id": self.slack.team, "domain": "town"},
            "user": {"id": who, "username": who.removeprefix("U0"), "team_id": self.slack.team},
            "api_app_id": "A1",
            "token": "attacked",
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _where(self, surface: Surface, who: str) -> Json:
        if surface.view:
            return {
                "container": {"type": "view", "view_id": surface.id},
                "view": self._shown(surface, None),
            }
        channel = surface.channel
        place = {"type": "message", "message_ts": surface.id, "channel_id": channel}
        return {
            "container": {**place, "is_ephemeral": surface.whisper},
            "channel": {"id": channel, "name": "directmessage" if channel.startswith("D-") else "ml"},
            "message": {"type": "message", "ts": surface.id, "blocks": surface.blocks, "text": ""},
            "response_url": self.slack.hook(channel, who),
        }

    def _shown(self, surface: Surface, pick: int | None) -> Json:
        """As Slack sends a view, with what stands in it."""
        assert surface.view
        values = self._state(surface, pick)
        given = {
            "private_metadata": "",
            "callback_id": "",
            "team_id": self.slack.team,
            "app_id": "A1",
            "bot_id": "B1",
        }
        view = {**given, **surface.view, "blocks": surface.blocks, "state": {"values": values}}
        return {
            **view,
            "id": surface.id,
            "hash": self.slack.stamp(),
            "root_view_id": surface.id,
            "previous_view_id": None,
        }

    def _state(self, surface: Surface, pick: int | None) -> Json:
        """What is there already; with `pick` something else wherever something can be entered."""
        values: Json = {}
        for place in places(surface.blocks):
            if place.kind in VALUE_KEYS:
                block, action = place.key
                held = initial(place.element)
                is_missing = place.is_input and not place.block.get("optional") and not held
                if is_missing or (pick is not None and (place.is_input or not held)):
                    held = self._choices(place)[LAST if pick is None else pick]
                values.setdefault(block, {})[action] = entry(place.element, held)
        return values

    def _choices(self, place: Place) -> list[Any]:
        """What could be entered here."""
        kind, many = place.kind, place.kind in MANY
        if "options" in place.element or "option_groups" in place.element:
            options = list(options_of(place.element))
            ends = [options[0], options[-1]] if len(options) > 1 else options
            return [[each] for each in ends] if many else ends
        one: Any = A_SENTENCE
        if kind.endswith("users_select"):
            one = SOMEBODY
        elif kind.endswith(("conversations_select", "channels_select")):
            one = SOMEWHERE
        elif kind == "datepicker":
            one = (self.now + timedelta(days=9)).date().isoformat()
        elif kind == "timepicker":
            one = "10:00"
        elif kind == "datetimepicker":
            one = int((self.now + timedelta(days=2)).timestamp())
        elif kind == "number_input":
            one = str(place.element.get("min_value", 2))
        elif kind == "url_text_input":
            one = "https://example.com/kept"
        elif kind == "file_input":
            return [[]]
        elif kind == "rich_text_input":
            one = {"type": "rich_text", "elements": []}
        elif place.block["block_id"] == "name":  # of what is to be deleted
            one = _subject_in(place)
        elif place.block["block_id"] in TYPED:
            one = TYPED[place.block["block_id"]]
        return [[one]] if many else [one]


def _subject_in(place: Place) -> str:
    """The label of that field says what to type."""
    said = str(place.block)
    return next((each for each in SUBJECTS if each in said), "")


def _named_after(action: str, chosen: Json) -> str:
    """Without the ids in it."""
    action = re.sub(r":(?:I\d+|U0\w+)$", ":", action)
    option = chosen.get("selected_option") or {}
    value = str(option.get("value", "") or chosen.get("value", ""))
    field = "s" if action.startswith(ids.SET_UP) else "m"
    choice = value.partition(f'"{field}":"')[2].partition('"')[0]
    return f"{action} {choice}".strip()
