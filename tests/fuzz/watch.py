"""What must never happen, whatever people do: each breach is kept with what was going on."""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import text

from storage.store import Store
from tests.fuzz.given import Given, given_in, typed
from tests.fuzz.holding import TAKEN_BACK, Holding
from workspace.state import Kind
from workspace.team import Team

Json = dict[str, Any]

#: A mark in what somebody writes, by which it is known wherever it turns up: whose it is, and a number.
CANARY = re.compile(r"zq([a-z]+)(\d{4})zq")
#: What Slack may say no to because of what people did meanwhile. Any other no means that we asked for
#: something that cannot be.
FAIR = frozenset(
    {
        *("expired_trigger_id", "exchanged_trigger_id", "expired_url", "used_url", "hash_conflict"),
        *("channel_not_found", "not_in_channel", "is_archived", "message_not_found", "not_found"),
        *("token_revoked", "account_inactive", "invalid_auth", "user_not_found", "cannot_dm_user"),
        *("restricted_action", "push_limit_reached", "edit_window_closed", "cant_update_message"),
        *("restricted_action_read_only_channel", "user_disabled", "file_not_found", "file_deleted"),
        *("no_such_subteam", "view_not_found", "user_not_in_channel", "is_inactive", "ratelimited"),
    }
)
#: Logged of a request that was not taken: whoever sent it is told so.
_REFUSED = frozenset({"refused", "payload_not_understood", "slack_did_not_help", "not_installed", "overrun"})


class Broken(AssertionError):
    """An invariant does not hold; says which, and what was seen."""


@dataclass(frozen=True)
class Breach:
    what: str
    more: str

    @property
    def signature(self) -> str:
        """The same for the same mistake."""
        lines = [
            line.strip()
            for line in self.more.splitlines()
            if 'File "' in line and "/site-packages/" not in line
        ]
        return f"{self.what} {' '.join(lines[-1:])}"

    def __str__(self) -> str:
        return f"{self.what}\n{self.more}"


@dataclass
class Watch:
    team: Team
    store: Store
    breaches: list[Breach] = field(default_factory=list)
    log: list[tuple[str, str]] = field(default_factory=list)
    posted: Counter[str] = field(default_factory=Counter)
    checks: int = 0
    fair: frozenset[str] = FAIR
    #: Whether requests are as Slack sends them, so that what is given in one has to be kept.
    are_whole: bool = True
    #: How often it was looked whether something that was given is kept.
    given: Counter[str] = field(default_factory=Counter)
    _holding: Holding = field(default_factory=Holding)
    _said: dict[str, str] = field(default_factory=dict)
    _posted_to: dict[str, str] = field(default_factory=dict)
    _asking: list[str] = field(default_factory=list)
    _giving: list[Given] = field(default_factory=list)
    _began: int = 0
    _lines: set[tuple[str, str]] = field(default_factory=set)

    @property
    def is_hopeless(self) -> bool:
        return bool(self.breaches)

    def broken(self, what: str, error: BaseException | None = None, **more: Any) -> None:
        said = "".join(traceback.format_exception(error))[-3500:] if error else ""
        self.breaches.append(Breach(what, f"{more or ''}{said}"))

    def must_hold(self) -> None:
        """Raises: Broken."""
        self.look()
        if self.breaches:
            raise Broken("\n".join(map(str, self.breaches)))

    # What is told of as it happens.

    def heard(self, logger: Any, level: str, event: Json) -> Any:
        """A line of the bot's log."""
        name = str(event.get("event"))
        self.log.append((level, name))
        if name == "workspace_erased":
            self.posted.clear()
        elif name in TAKEN_BACK and self._asking:
            # What was said to them before may be said again.
            for key in [key for key, to in self._posted_to.items() if to == self._asking[-1]]:
                del self.posted[key], self._posted_to[key]
        if level in ("error", "exception", "critical"):
            error = event.get("exc_info")
            about = {key: value for key, value in event.items() if key != "exc_info"}
            if error is True:
                import sys

                error = sys.exc_info()[1]
            self.broken(f"logged {name}", error if isinstance(error, BaseException) else None, **about)
        raise structlog.DropEvent

    def heard_of_library(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            error = record.exc_info[1] if record.exc_info else None
            self.broken(f"library logged {record.name}: {record.getMessage()[:200]}", error)

    def begins(self, kind: str, payload: Json) -> None:
        self.log.append(("-", kind))
        self._began = len(self.log)
        self._asking.append(_user_of(payload))
        self._giving = [*self._given(payload)] if self.are_whole else []

    def _given(self, payload: Json) -> Iterator[Given]:
        with self.store._engine.connect() as connection:
            event, person = payload.get("event"), self.team.people.get(_user_of(payload))
            if not isinstance(event, dict):
                yield from given_in(payload, connection)
            elif event.get("type") == "message" and person:
                line = (str(event.get("channel")), str(event.get("ts")))
                if line not in self._lines:  # Slack may bring it again, when it answers something else
                    self._lines.add(line)
                    yield from typed(event, self.team, person, connection)

    def was_left_to_slack(self, payload: Json) -> bool:
        """An event for which Slack did not tell us what we needed is brought again."""
        return "event" in payload and ("warning", "slack_did_not_help") in self.log[-12:]

    def acked(self, kind: str, payload: Json, answer: Json | None) -> None:
        """Whoever asked reads what the ack says. What they gave is kept, or they are told that it is not."""
        if self._giving and not {name for _, name in self.log[self._began :]} & _REFUSED:
            with self.store._engine.connect() as connection:
                for given in self._giving:
                    self.given[f"{kind} {given.kind}"] += 1
                    if not given.is_kept(connection):
                        self.broken("what was given and acked is not kept", given=given, log=self.log)
        if answer:
            theirs = CANARY.findall(json.dumps(payload, ensure_ascii=False))  # whatever they sent they know
            self._read_by({_user_of(payload)}, answer, f"ack of {kind}", known=theirs)

    def overheard(self, method: str, args: Json, refused: str | None, spoilt: bool) -> None:
        """A call of the bot to Slack."""
        if refused is not None:
            answer = args.get("answer", {})
            why = answer.get("response_metadata", {}).get("messages", ())
            if not spoilt and not self.fair & {refused, *why, f"{method} lacks {answer.get('needed')}"}:
                said = {key: value for key, value in args.items() if key != "token"}
                self.broken(f"Slack refused {method}: {refused}", said=_short(said))
            return
        if method == "chat.postMessage":
            self._count(args)
        readers = self._audience(method, args)
        if readers:
            self._read_by(readers, {k: v for k, v in args.items() if k != "answer"}, method)

    def _count(self, args: Json) -> None:
        given = args.get("metadata")
        data = json.loads(given) if isinstance(given, str) else given
        key = ((data or {}).get("event_payload") or {}).get("key")
        if key:
            self.posted[key] += 1
            self._posted_to[key] = self._reader(str(args["channel"]))
            if self.posted[key] > 1:
                self.broken("posted twice", key=key)

    def _reader(self, channel: str) -> str:
        """Who alone reads there, if it is a direct message."""
        place = self.team.channels.get(channel)
        if place is None or place.kind is not Kind.IM:
            return channel
        return next((each for each in place.members if each != self.team.app.bot.id), channel)

    def _audience(self, method: str, args: Json) -> set[str]:
        if method == "views.publish":
            return {args["user_id"]}
        if method in ("views.open", "views.push", "views.update"):
            view = (args["answer"].get("view") or {}).get("id")
            shown = self.team.view(str(view))
            return {shown.person} if shown else set()
        if method == "response_url":
            hook = self.team.hooks[args["hook"]]
            if args.get("response_type") == "ephemeral":
                return {hook.person}
            return self._members(hook.channel)
        if method == "chat.postEphemeral":
            return {str(args["user"])}
        if method in ("chat.postMessage", "chat.update"):
            channel = str(args["channel"])
            return {channel} if channel in self.team.people else self._members(channel)
        return set()

    def _members(self, channel: str) -> set[str]:
        place = self.team.channels.get(channel)
        if place is None:
            return set()
        if place.kind is Kind.IM:
            return set(place.members)
        return {f"#{place.id}", *place.members}

    # What nobody but its author may read.

    def _read_by(
        self, readers: set[str], shown: Json, how: str, known: Iterable[tuple[str, str]] = ()
    ) -> None:
        words = json.dumps(shown, ensure_ascii=False)
        if "zq" not in words:
            return
        readers = readers - {self.team.app.bot.id}
        for found in set(CANARY.findall(words)) - {*known}:
            author = self.team.person(found[0]).id
            strangers = readers - {author}
            if strangers:
                self._may_they(f"zq{found[0]}{found[1]}zq", strangers, how)

    def _may_they(self, canary: str, strangers: set[str], how: str) -> None:
        """Words of an answer are their author's while people answer. Later they are for whoever took part
        where names are known, for whoever facilitates where that was said, and else for all if they may be
        quoted."""
        with self.store._engine.connect() as connection:
            rows = connection.execute(
                text(
                    "select said.kind, said.value, assessment.state, assessment.scope,"
                    " assessment.facilitator from said join assessment on assessment.id = said.assessment_id"
                    " where said.text like :mark"
                ),
                {"mark": f"%{canary}%"},
            ).fetchall()
            elsewhere = self._elsewhere(connection, canary)
        if elsewhere:
            return
        if not rows:
            self.broken(
                "somebody reads what another wrote to us alone", canary=canary, who=strangers, how=how
            )
            return
        for row in rows:
            scope = json.loads(row.scope)
            privacy = scope.get("privacy", "attributed")
            leads = {row.facilitator, *scope.get("facilitators", ())}
            quotable = row.kind == "commented" and row.value == 1
            over = row.state == "closed"
            if over and (quotable or privacy == "attributed"):
                return
            if over and privacy == "confidential" and strangers <= leads:
                return
            if row.kind in ("passed_on", "took_over", "late"):
                return
        self.broken(
            "somebody reads an answer of another",
            canary=canary,
            who=strangers,
            how=how,
            rows=[(row.kind, row.value, row.state, json.loads(row.scope).get("privacy")) for row in rows],
        )

    def _elsewhere(self, connection: Any, canary: str) -> bool:
        """Whether it stands where others are meant to read it: plans, names, reasons, evidence."""
        if not self._said:
            columns = connection.execute(
                text(
                    "select m.name, p.name from sqlite_master m join pragma_table_info(m.name) p"
                    " where m.type = 'table' and m.name not in ('said', 'person', 'alembic_version', 'talk')"
                    " and upper(p.type) in ('TEXT', 'VARCHAR', 'JSON')"
                )
            ).fetchall()
            for row in columns:
                self._said[f"{row[0]}.{row[1]}"] = (
                    f'select 1 from "{row[0]}" where "{row[1]}" like :mark limit 1'
                )
        return any(
            connection.execute(text(query), {"mark": f"%{canary}%"}).first() for query in self._said.values()
        )

    # What must hold whenever nothing is under way.

    def look(self) -> None:
        self.checks += 1
        with self.store._engine.connect() as connection:
            now = Holding.of(connection)
            doubles = connection.execute(
                text("select seat_id, key from said group by team_id, seat_id, key having count(*) > 1")
            ).first()
            if doubles:
                self.broken("a fact is there twice", fact=tuple(doubles))
        logged, at = {name for _, name in self.log}, self.team.clock.now()
        for lost in self._holding.lost(now, asking=self._asking, logged=logged, at=at):
            self.broken(lost.what, facts=sorted(lost.facts)[:5], number=len(lost.facts), log=self.log)
        self._holding = now
        self.log.clear()
        self._asking.clear()


def _user_of(payload: Json) -> str:
    """Who did what Slack tells of."""
    event = payload.get("event")
    about = (event if isinstance(event, dict) else payload).get("user")
    return str(payload.get("user_id") or (about.get("id") if isinstance(about, dict) else about))


def _short(args: Json) -> str:
    return json.dumps(args, ensure_ascii=False, default=str)[:6000]


class Libraries(logging.Handler):
    """What libraries log goes to whoever watches now."""

    watch: Watch | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self.watch:
            self.watch.heard_of_library(record)
