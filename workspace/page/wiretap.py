"""What went over the wire: the app's calls and the envelopes that it was sent, in one line of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from workspace.letters import Envelope, Letters
from workspace.state import Json
from workspace.wire import Exchange, WireLog

MOST = 60
LATEST = "latest"


@dataclass(frozen=True)
class Piece:
    """An envelope to the app or a call from it. `parts` are named pieces of JSON."""

    key: str
    at: float
    kind: str
    name: str
    outcome: str
    well: bool
    parts: list[tuple[str, object]]


def pieces(letters: Letters, log: WireLog, *, about: str = LATEST) -> list[Piece]:
    """The newest first. `about`: the timestamp of a message or the id of a view; else everything."""
    most = MOST if about == LATEST else None
    sent, asked = islice(reversed(letters.log), most), islice(reversed(log.exchanges), most)
    found = [*_sent(sent, about), *_asked(asked, about)]
    return sorted(found, key=lambda piece: piece.at, reverse=True)


def _sent(letters: Iterable[Envelope], about: str) -> Iterator[Piece]:
    for letter in letters:
        if about != LATEST and about not in _subjects(letter.payload):
            continue
        facts: Json = {"envelope_id": letter.id, "type": letter.kind, "attempt": letter.attempt}
        parts: list[tuple[str, object]] = [("Envelope", facts), ("Payload", letter.payload)]
        if letter.ack and letter.ack.payload:
            parts.append(("Answered in the ack", letter.ack.payload))
        well = letter.ack is None or letter.ack.acked
        yield Piece(letter.id, letter.at, "sent", _named(letter), _acked(letter), well, parts)


def _asked(exchanges: Iterable[Exchange], about: str) -> Iterator[Piece]:
    for each in exchanges:
        if about != LATEST and about not in _subjects(each.args) | _subjects(each.response):
            continue
        well = bool(each.response.get("ok"))
        outcome = "ok" if well else str(each.response.get("error"))
        parts: list[tuple[str, object]] = [("Request", each.args), ("Response", each.response)]
        yield Piece(f"{id(each)}", each.at, "asked", each.method, f"{each.status} {outcome}", well, parts)


def _acked(letter: Envelope) -> str:
    if letter.ack is None:
        return "waiting for its ack"
    after = f" after {letter.took * 1000:.0f} ms" if letter.took is not None else ""
    return f"acked{after}" if letter.ack.acked else f"not acked: {letter.ack.error}"


def _named(letter: Envelope) -> str:
    payload = letter.payload
    if letter.kind == "events_api":
        return str(payload.get("event", {}).get("type", "event"))
    if letter.kind == "slash_commands":
        return str(payload.get("command"))
    actions = ", ".join(action["action_id"] for action in payload.get("actions", ()))
    return f"{payload.get('type')}{': ' + actions if actions else ''}"


def _subjects(payload: Json) -> set[str]:
    """The messages and views that a piece of JSON is about."""
    found: set[str] = set()
    for key in ("ts", "message_ts", "view_id", "thread_ts"):
        if isinstance(payload.get(key), str):
            found.add(payload[key])
    for key in ("event", "message", "container", "view", "item"):
        if isinstance(payload.get(key), dict):
            found |= _subjects(payload[key])
    if isinstance(payload.get("id"), str) and payload["id"].startswith("V"):
        found.add(payload["id"])
    return found
