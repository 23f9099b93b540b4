"""The payload of one person in the hands of another, and what must not come of it."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from sqlite3 import Connection
from typing import Any

from tests.attacks.gestures import A_SENTENCE, Gesture
from tests.attacks.house import SEAL, Outcome
from tests.attacks.slack import Json
from tests.attacks.world import (
    ADA,
    ANA,
    BEN,
    HERE,
    KIM,
    LEE,
    MIA,
    OMAR,
    PAT,
    REX,
    SOL,
    SUE,
    TIA,
    TOM,
    ZOE,
)

Row = tuple[str, tuple[Any, ...]]

#: What is assessed, and who may know of it, wherever they are.
SUBJECTS = {
    "Zanzibar": {LEE, KIM, ANA, OMAR, SOL, MIA, BEN, REX, SUE, ZOE},
    "Yeti": {LEE, SOL, OMAR},
    "Quetzal": {PAT, ANA, OMAR, SOL, BEN, ADA},
    "Kilimanjaro": {LEE, KIM},
    "Okapi": {PAT},
    "Walrus": {TOM, TIA},
    "Narwhal": {TOM, TIA},
}
#: Plans are for whoever sees the result, and for those who own or follow an action.
_OF_THE_PLAN = SUBJECTS["Zanzibar"]
#: What people said, and who may read it.
WORDS = {
    "marmalade": {ANA, LEE, KIM},
    "turmeric": {ANA, LEE, KIM, REX},
    "saffron": {PAT, ANA, OMAR, SOL, BEN},
    "walnut": {TOM, TIA},
    **{f"saffron {who}": {who} for who in (ANA, OMAR, SOL, BEN)},
    **dict.fromkeys(("cardamom", "fennel", "pepper", "caraway", "sesame"), _OF_THE_PLAN),
}


def forged(gesture: Gesture, by: str, *, team: str = HERE, channel: str = "", sealed: bool = True) -> Gesture:
    """The same, done by somebody else: with the ids in it, with what somebody types in it, and with none of
    the words that the bot had written there. It comes from their own direct message, or from a `channel`. A
    form is `sealed` as if it had been given to them."""
    text = json.dumps(gesture.payload)
    if not typed_in(gesture):
        for word in (*SUBJECTS, *WORDS):
            text = text.replace(word, "xxxx")
    payload = json.loads(text)
    _put(payload, by, team, channel or f"D-{by}")
    if sealed and is_form(payload):
        payload["view"] = SEAL.of(team, by).put(payload["view"] | {"private_metadata": carried_by(payload)})
    return replace(gesture, who=by, payload=payload)


def mixed(gesture: Gesture, before: "Before", by: str) -> Iterator[Gesture]:
    """The same with something of theirs in the place of another's: their assessment, their seat or their
    action beside ids of what is not. Nothing, where it names none."""
    text = json.dumps(gesture.payload)
    for table, mine in before.all_of(by):
        others = sorted(id for id in before.ids(table) - {mine} if re.search(rf"\b{id}\b", text))
        if others:
            changed = re.sub(rf"\b(?:{'|'.join(others)})\b", mine, text)
            yield replace(gesture, payload=json.loads(changed))


def with_ids_of(gesture: Gesture, before: "Before", team: str) -> Iterator[Gesture]:
    """The same with everything that it names in the place of which another workspace has something, in turn
    by something of that."""
    text = json.dumps(gesture.payload)
    for table in ("assessment", "seat", "action"):
        theirs = before.ids(table, team)
        named = sorted(id for id in before.ids(table) - theirs if re.search(rf"\b{id}\b", text))
        for id in sorted(theirs) if named else ():
            changed = re.sub(rf"\b(?:{'|'.join(named)})\b", id, text)
            yield replace(gesture, payload=json.loads(changed))


def is_form(payload: Json) -> bool:
    return (payload.get("view") or {}).get("type") == "modal"


def carried_by(payload: Json) -> str:
    """A form, beside its seal."""
    return str(payload["view"]["private_metadata"]).partition(".")[2]


def carrying(gesture: Gesture, metadata: str) -> Gesture:
    """The same form with something else in the place of what the bot had given it, seal and all."""
    view = {**gesture.payload["view"], "private_metadata": metadata}
    return replace(gesture, payload={**gesture.payload, "view": view})


def typed_in(gesture: Gesture) -> str:
    """What somebody typed: a command's words, a line."""
    return str(gesture.payload.get("text") or gesture.payload.get("event", {}).get("text") or "")


def _put(payload: Json, by: str, team: str, place: str) -> None:
    event = payload.get("event", {})
    if payload.get("user"):
        payload["user"] = {**payload["user"], "id": by, "team_id": team}
        payload["team"] = {**payload["team"], "id": team}
        if "view" in payload:
            payload["view"] = {**payload["view"], "team_id": team}
    for said in (payload, event):
        for key in ("user_id", "user", "inviter"):
            if isinstance(said.get(key), str):
                said[key] = by
        if isinstance(said.get("channel"), str):
            said["channel"] = place
    if "team_id" in payload:
        payload["team_id"] = team
    if "authorizations" in payload:
        payload["authorizations"] = [{**each, "team_id": team} for each in payload["authorizations"]]
    if "channel_id" in payload:
        payload["channel_id"] = place
    if isinstance(payload.get("channel"), dict):
        payload["channel"] = {"id": place, "name": "directmessage"}
        payload["container"] = {**payload["container"], "channel_id": place}
    if "trigger_id" in payload:
        payload["trigger_id"] = f"1.{by}"
    if "response_url" in payload:
        payload["response_url"] = re.sub(
            r"hooks/[^/]+/[^/]+/", f"hooks/{place}/{by}/", payload["response_url"]
        )


# What it must not do.


def rows(database: Connection) -> dict[Row, Json]:
    """Everything that is stored, by table, workspace and key."""
    found: dict[Row, Json] = {}
    tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
    for table in tables:
        columns = list(database.execute(f'pragma table_info("{table}")'))
        names = [name for _, name, *_ in columns]
        keys = [name for _, name, *_, key in columns if key and name != "team_id"]
        for values in database.execute(f'select * from "{table}"'):
            row = dict(zip(names, values, strict=True))
            found[table, (row.get("team_id"), *(row[name] for name in keys))] = row
    return found


@dataclass(frozen=True)
class Change:
    """Of a row of this table, which was not there, or is not any more, where it is None."""

    table: str
    was: Json | None
    now: Json | None

    @property
    def row(self) -> Json:
        return self.now or self.was or {}

    def of(self, columns: Iterable[str], otherwise: Json) -> bool:
        """Whether one of these is another one than it was, or, where the row is new, than `otherwise`."""
        was, now = self.was or otherwise, self.now or otherwise
        return any(was[name] != now[name] for name in columns)


@dataclass(frozen=True)
class Before:
    """What was stored, and whose it was."""

    stored: Mapping[Any, Json]

    def ids(self, table: str, team: str = "") -> set[str]:
        """Of all workspaces, or of one."""
        return {id for (name, (its, id)) in self._with_ids() if name == table and team in {its, ""}}

    def all_of(self, who: str) -> Iterator[tuple[str, str]]:
        """What of theirs can be named, with its table: what they facilitate, their seats, their actions."""
        for table, (team, id) in self._with_ids():
            row = self.stored[table, (team, id)]
            if (
                (table == "assessment" and self.facilitates(row, who))
                or (table == "seat" and self.holder(team, id) == who)
                or (table == "action" and row["owner"] == who)
            ):
                yield table, id

    def _with_ids(self) -> Iterator[tuple[str, tuple[str, str]]]:
        yield from (key for key in self.stored if key[0] in {"assessment", "seat", "action"})

    def changed_in(self, after: "Before") -> Iterator["Change"]:
        """Rows that are new, gone or otherwise."""
        for key in {*self.stored, *after.stored}:
            was, now = self.stored.get(key), after.stored.get(key)
            if was != now:
                yield Change(key[0], was, now)

    def assessment_of(self, table: str, row: Json) -> Json | None:
        """The one to which a row belongs; None if it is about none, or about one that is new."""
        team, id = row.get("team_id"), row.get("assessment_id")
        if table == "assessment":
            id = row["id"]
        elif table == "posting":
            id = self._about(team, row["subject_id"])
        elif "action_id" in row:
            id = self._about(team, row["action_id"])
        return self._find("assessment", team, id)

    def _about(self, team: str, subject: str) -> str | None:
        for table in ("assessment", "seat", "action", "evidence"):
            if found := self._find(table, team, subject):
                return str(found.get("assessment_id") or found["id"])
        return None

    def _find(self, table: str, team: str, id: str | None) -> Json | None:
        return self.stored.get((table, (team, id)))

    def holder(self, team: str, seat: str | None) -> str | None:
        found = self.stored.get(("seat_holder", (team, seat)))
        return found and found["user_id"]

    def facilitates(self, found: Json, who: str) -> bool:
        return who in (found["facilitator"], *json.loads(found["scope"]).get("facilitators", ()))

    def has_a_say(self, who: str, *, of: str) -> bool:
        """Whether the other one owns an action of what they facilitate."""
        return any(
            row["owner"] == of
            and self.facilitates(self.stored["assessment", (team, row["assessment_id"])], who)
            for (table, (team, *_)), row in self.stored.items()
            if table == "action"
        )

    def uses(self, channel: str, who: str) -> bool:
        """Whether something that they facilitate is posted there."""
        return any(
            row["channel"] == channel and self.facilitates(row, who)
            for (table, _), row in self.stored.items()
            if table == "assessment"
        )

    def reviews(self, found: Json, who: str) -> bool:
        return who in json.loads(found["scope"]).get("reviewers", ())

    def takes_part(self, found: Json, who: str) -> bool:
        return who in json.loads(found["scope"]).get("people", ())

    def knows(self, subject: str, who: str) -> bool:
        """Whether they facilitate, check or answer something of this name, also as a draft that was launched
        since, or own an action of it."""
        found = [row for (table, _), row in self.stored.items() if table == "assessment"]
        owned = {
            row["assessment_id"]
            for (table, _), row in self.stored.items()
            if table == "action" and row["owner"] == who
        }
        return any(
            self.facilitates(each, who)
            or self.reviews(each, who)
            or self.takes_part(each, who)
            or each["id"] in owned
            for each in found
            if subject in each["subject"]
        )

    def owns(self, team: str, action: str | None, who: str) -> bool:
        found = self._find("action", team, action)
        return bool(found and found["owner"] == who)


def wrongs(before: Before, database: Connection, by: str, team: str, *, leaves: bool = False) -> list[str]:
    """Rows that this person may not have changed, each as a line: in another workspace all. Whoever `leaves`
    is taken out of what they were asked in."""
    after = Before(rows(database))
    return [
        f"{each.table} {each.row}"
        for each in before.changed_in(after)
        if each.row.get("team_id") != team or not _may_change(before, after, each, by, leaves)
    ]


#: What somebody says of themselves. The rest Slack says of people, and is remembered of all.
_TOLD = {"language": None, "away_until": None, "quiet": 0}
#: By which column a row that is about no assessment is somebody's.
_WHOSE = {"talk": "user_id", "feed": "user_id", "notice": "about", "posting": "subject_id"}


def _may_change(before: Before, after: Before, change: Change, by: str, leaves: bool) -> bool:
    table, row = change.table, change.row
    team = row.get("team_id")
    if table == "person":
        return row["user_id"] == by or not (change.now is None or change.of(_TOLD, _TOLD))
    found = before.assessment_of(table, row) or after.assessment_of(table, row)
    if found is None:
        return _is_theirs(before, after, change, by)
    if ("assessment", (team, found["id"])) not in before.stored:
        return after.facilitates(found, by)
    if before.facilitates(found, by) or (
        before.reviews(found, by) and table in {"evidence", "posting", "deed"}
    ):
        return True
    seat = row["id"] if table == "seat" else row.get("seat_id")
    is_new = seat and ("seat", (team, seat)) not in before.stored
    if leaves and before.takes_part(found, by) and (is_new or table in {"assessment", "posting", "deed"}):
        return True
    if seat:
        return by in {before.holder(team, seat), after.holder(team, seat)}
    action = row["id"] if table == "action" else row.get("action_id")
    if action:
        return before.owns(team, action, by)
    return _asks(before, table, row, found, by) or _follows(before, table, row, found, by)


def _is_theirs(before: Before, after: Before, change: Change, by: str) -> bool:
    """Of what is about no assessment: only what is about themselves, whether their channel is posted to, and
    reminders of actions of theirs. Questions are stored by their content, and stay."""
    if change.table == "pack":
        return change.was is None
    if change.table == "channel_pause":
        return before.uses(change.row["channel"], by)
    if change.table == "posting" and change.row["kind"] == "remind":
        owner = change.row["recipient"]
        return owner == by or any(each.has_a_say(by, of=owner) for each in (before, after))
    column = _WHOSE.get(change.table)
    return column is not None and change.row[column] == by


def _follows(before: Before, table: str, row: Json, found: Json, by: str) -> bool:
    """From what somebody does with their own seat or action: a line of what was done, a status drawn anew."""
    has = {
        before.assessment_of(kind, before.stored[kind, (found["team_id"], id)])["id"]
        for kind, id in before.all_of(by)
    }
    is_line = table == "deed" and row["by"] == by
    return found["id"] in has and (is_line or (table == "posting" and row["kind"] == "refresh"))


def _asks(before: Before, table: str, row: Json, found: Json, by: str) -> bool:
    """Whoever sees the plan may offer help, and hears what they asked to hear."""
    if table != "posting":
        return False
    sees = before.takes_part(found, by) or before.reviews(found, by)
    return sees and (row["recipient"] == by or json.loads(row["contents"]).get("word") == "help_offered")


def logged(outcome: Outcome) -> list[str]:
    """Words that somebody wrote and that stand in the log."""
    lines = json.dumps(outcome.log, default=str)
    return sorted(word for word in {*SUBJECTS, *WORDS, A_SENTENCE} if word in lines)


def leaks(before: Before, outcome: Outcome, who: str, *, asked: bool = True) -> list[str]:
    """Words that this person was shown and may not read. Who `asked` reads the ack."""
    said = [each.args for each in outcome.said if each.reader == who]
    shown = json.dumps([outcome.ack, *said] if asked else said)
    secret = {word for word, readers in {**SUBJECTS, **WORDS}.items() if who not in readers}
    secret -= {word for word in SUBJECTS if before.knows(word, who)}
    return sorted(word for word in secret if word in shown)
