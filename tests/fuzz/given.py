"""What people give us to keep, read from the requests that Slack sends for them, and whether the store has it
afterwards. Nothing here asks the bot: only the values of buttons and fields, and the rows. (But for what
nobody sees of a text, which it leaves out of what it keeps.)"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from bot import actions
from conversation.legible import legible
from workspace.entries import places
from workspace.reading import words_of
from workspace.state import Person
from workspace.team import Team

Json = dict[str, Any]

ANSWERS = ("answered", "dont_know", "does_not_apply", "not_mine", "skipped")
#: A letter alone, or with a reason that nobody takes for something else.
LETTER = re.compile(r"([A-Fa-f])(?:,? because [\w ,]*?(\w+))?")
#: What one field of a form holds. A longer comment stands there cut, and stays whole.
FIELD = 3000
#: After these a question may not be theirs any more, and a form that was open before still shows it.
_ASKED_ELSE = ("passed_on", "took_over", "corrected")

_OF_SEAT = text("select id, key, kind, question, value, text from said where seat_id = :seat order by id")
_STATE = text(
    "select assessment.state from seat join assessment on assessment.id = seat.assessment_id"
    " where seat.id = :seat"
)
#: The questionnaires in which this person is in the middle, and the set-ups by conversation.
_OPEN = text(
    "select seat.id, seat.state from seat_holder join seat on seat.id = seat_holder.seat_id"
    " join assessment on assessment.id = seat.assessment_id"
    " where seat_holder.user_id = :user and assessment.state in ('open', 'trial', 'self_check')"
)
_TALKS = text("select 1 from talk where user_id = :user")
_CARD = text(
    "select channel, ts from posting where kind = 'card' and subject_id = :seat"
    " order by rowid desc limit 1"  # the newest, also where no time passes
)


@dataclass(frozen=True)
class Given:
    """An answer of this kind to a question on a seat (`kind` empty: any), or a comment on it (`kind` is
    `commented`) in which these words stand."""

    seat: str
    question: str
    kind: str = ""
    value: int | None = None
    words: str | None = None

    def is_kept(self, connection: Connection) -> bool:
        """Whether it is what this seat says of the question now."""
        facts = connection.execute(_OF_SEAT, {"seat": self.seat}).fetchall()
        own = [fact for fact in facts if fact.question == self.question]
        if self.kind == "commented":
            comments = [fact.text or "" for fact in own if fact.kind == "commented"]
            return self._stands_in(comments[-1] if comments else "")
        last = [fact for fact in own if fact.kind in ANSWERS][-1:]
        if not self.kind:
            return bool(last)
        if any((fact.kind, fact.value) == (self.kind, self.value) for fact in last):
            return True
        # After closing it is a draft, until whoever facilitates takes it.
        late = [fact.value for fact in own if fact.kind == "late" and fact.value is not None][-1:]
        closed = connection.execute(_STATE, {"seat": self.seat}).scalar() == "closed"
        return closed and late == [-1 if self.kind == "dont_know" else self.value]

    def _stands_in(self, said: str) -> bool:
        whole = (self.words or "").strip()
        if len(whole) >= FIELD:
            return said.startswith(legible(whole[: FIELD - 1]).strip())
        words = legible(whole).strip()
        return words in said if words else not said


def given_in(payload: Json, connection: Connection) -> Iterator[Given]:
    """By a button, a menu or a form. To be asked before the bot is."""
    match payload.get("type"):
        case "block_actions":
            for action in payload["actions"]:
                yield from _pressed(payload, action)
        case "view_submission" | "view_closed":
            yield from _entered(payload["view"], connection, sent=payload["type"] == "view_submission")


def _pressed(payload: Json, action: Json) -> Iterator[Given]:
    name = action["action_id"]
    if name == actions.FORM_ANSWER:
        prefix, _, question = action["block_id"].split(":", 2)
        if prefix == "answer" and (chosen := action.get("selected_option")):
            yield _chosen(_about(payload["view"])["s"], question, chosen["value"])
        return
    if name == actions.FORM_COMMENT:
        question = action["block_id"].split(":", 2)[2]
        yield Given(_about(payload["view"])["s"], question, "commented", words=action.get("value") or "")
        return
    if name == actions.CARD_MENU:
        chosen = action.get("selected_option")
        about = json.loads(chosen["value"]) if chosen else {}
        if about.get("m") == actions.NOT_MINE:
            yield Given(about["s"], about["q"], "not_mine")
    elif name in (actions.SKIP, actions.STILL):
        about = json.loads(action["value"])
        yield Given(about["s"], about["q"])
    elif name.startswith(actions.ANSWER):
        about, choice = json.loads(action["value"]), name.removeprefix(actions.ANSWER)
        yield _level(about["s"], about["q"], None if choice == "dk" else int(choice))


def _entered(view: Json, connection: Connection, *, sent: bool) -> Iterator[Given]:
    values = view.get("state", {}).get("values", {})
    match view["callback_id"]:
        case actions.COMMENT_MODAL if sent:
            about = _about(view)
            yield Given(about["s"], about["q"], "commented", words=values["comment"]["text"]["value"] or "")
        case actions.REASON_MODAL if sent:
            about = _about(view)
            yield Given(about["s"], about["q"], "does_not_apply")
        case actions.FORM_MODAL:
            about = _about(view)
            facts = connection.execute(_OF_SEAT, {"seat": about["s"]}).fetchall()
            if any(fact.kind in _ASKED_ELSE for fact in facts):
                return
            for block, fields in values.items():
                prefix, _, rest = block.partition(":")
                if prefix not in ("answer", "comment"):
                    continue
                times, _, question = rest.partition(":")
                kinds = ANSWERS if prefix == "answer" else ("commented",)
                keys = [fact.key for fact in facts if fact.question == question and fact.kind in kinds]
                if any(not key.startswith(f"form/{view['id']}/") for key in keys[int(times) :]):
                    continue  # what was said elsewhere since is newer, and stays
                if prefix == "answer" and (chosen := fields[actions.FORM_ANSWER].get("selected_option")):
                    yield _chosen(about["s"], question, chosen["value"])
                if prefix == "comment":
                    words = fields[actions.FORM_COMMENT].get("value") or ""
                    yield Given(about["s"], question, "commented", words=words)


def typed(event: Json, team: Team, person: Person, connection: Connection) -> Iterator[Given]:
    """By a letter, where nobody can doubt what it answers: the one questionnaire in front of somebody, whose
    present card with this letter on it is the last that stands above their line."""
    line = LETTER.fullmatch(str(event.get("text")))
    dm = team.channels.get(str(event.get("channel")))
    if line is None or dm is None or event.get("channel_type") != "im":
        return
    if {"thread_ts", "subtype", "files"} & event.keys():
        return
    who = {"user": person.id}
    seats = connection.execute(_OPEN, who).fetchall()
    if (
        len(seats) != 1
        or seats[0].state not in ("started", "sent")
        or connection.execute(_TALKS, who).first()
    ):
        return
    above = [message for message in dm.messages.values() if message.ts < event["ts"]][-1:]
    for message in above:
        cards = connection.execute(_CARD, {"seat": seats[0].id}).fetchall()
        if message.author != team.app.bot.id or not cards or cards[0] != (dm.id, message.ts):
            return
        for place in places(message.blocks):
            name, element = place.element["action_id"], place.element
            if name.startswith(actions.ANSWER) and words_of(element["text"]) == line[1].upper():
                about = json.loads(element["value"])
                yield _level(about["s"], about["q"], int(name.removeprefix(actions.ANSWER)))
                if line[2]:
                    yield Given(about["s"], about["q"], "commented", words=line[2])


def _about(view: Json) -> Json:
    """What the form carries, behind its seal."""
    about: Json = json.loads(view["private_metadata"].partition(".")[2])
    return about


def _level(seat: str, question: str, value: int | None) -> Given:
    return Given(seat, question, "dont_know" if value is None else "answered", value)


def _chosen(seat: str, question: str, word: str) -> Given:
    if word == "not_mine":
        return Given(seat, question, word)
    return _level(seat, question, None if word == "dk" else ord(word) - ord("A"))
