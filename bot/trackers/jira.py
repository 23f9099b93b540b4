"""Issues in Jira, in the cloud or on a server of one's own, by pycontribs' client.

Its calls wait, so they are made beside the event loop; it is loaded when the first is made, because that
takes a third of a second. The marker is a label, by which JQL finds it. Its errors carry the request with its
headers, so that none of them is ever passed on.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from bot.trackers.trouble import TrackerTrouble, silent
from conversation.ticketing import Obstacle, Seen
from storage.records import RemarkWord, TicketStatus

if TYPE_CHECKING:
    from jira import JIRA

T = TypeVar("T")

#: Seconds to connect, and to wait for more of an answer.
CONNECT, ANSWER = 5.0, 10.0
SUMMARY = 250
#: So many comments are looked at for one that may be there.
LATEST = 100
#: The category of statuses in which an issue is over.
CLOSED = "done"
#: Also at the beginning of a line: headings, quotes and lists.
_MARKUP = re.compile(r"([\\{}\[\]|*_!~^+?#]|(?<!\w)-(?=[\w-])|(?<=[\w-])-(?!\w))")
_AT_A_LINE = re.compile(r"^(h\d|bq)(?=\.)", re.MULTILINE)
_WORD_JOINER = "\u2060"


class Jira:
    """`statuses`: names of those into which an issue goes that is done or dropped, where it matters which."""

    def __init__(
        self,
        url: str,
        *,
        project: str,
        issue_type: str,
        user: str,
        token: str,
        statuses: Mapping[RemarkWord, str] = MappingProxyType({}),
    ) -> None:
        self._url, self._project, self._issue_type = url, project, issue_type
        self._statuses = statuses
        self._user, self._token = user, token
        self._client: JIRA | None = None
        self._opening = Lock()

    async def create(self, *, title: str, body: str, marker: str) -> str:
        fields = {
            "project": {"key": self._project},
            "issuetype": {"name": self._issue_type},
            "summary": title[:SUMMARY],
            "description": as_text(body),
            "labels": [_label(marker)],
        }
        return await self._ask(lambda jira: str(jira.create_issue(fields=fields, prefetch=False).key))

    async def find(self, marker: str, *, since: datetime) -> str | None:
        """No matter since when: nothing else has this label."""
        return await self._ask(lambda jira: _labelled(jira, _label(marker)))

    async def remark(self, key: str, *, body: str, marker: str) -> None:
        """Its marker is seen: Jira has no comments within comments."""
        text = f"{as_text(body)}\n\n{_label(marker)}"
        await self._ask(lambda jira: jira.add_comment(key, text))

    async def remarked(self, key: str, marker: str, *, since: datetime) -> bool:
        def look(jira: "JIRA") -> bool:
            newest = jira.comments(key, max_results=LATEST, order_by="-created")
            return any(_label(marker) in str(comment.raw["body"]) for comment in newest)

        return await self._ask(look)

    async def settle(self, key: str, word: RemarkWord) -> None:
        named = self._statuses.get(word, "")
        await self._ask(lambda jira: _settle(jira, key, word, named))

    async def read(self, key: str, *, etag: str | None) -> Seen | None:
        """Jira has no ETags."""
        return await self._ask(lambda jira: _seen(jira, key))

    async def _ask(self, call: Callable[["JIRA"], T]) -> T:
        return await asyncio.to_thread(self._asked, call)

    def _asked(self, call: Callable[["JIRA"], T]) -> T:
        from jira.exceptions import JIRAError

        try:
            return call(self._opened())
        except JIRAError as error:
            raise _trouble(error.status_code, error.response) from None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise silent() from None

    def _opened(self) -> "JIRA":
        """Asks Jira once what it is: Jira Cloud is searched in another way."""
        from jira import JIRA

        with self._opening:
            if self._client is None:
                entry: dict[str, Any] = (
                    {"basic_auth": (self._user, self._token)} if self._user else {"token_auth": self._token}
                )
                self._client = JIRA(
                    self._url, **entry, max_retries=0, timeout=(CONNECT, ANSWER), logging=False
                )
            return self._client


def _labelled(jira: "JIRA", label: str) -> str | None:
    """Jira Cloud names only the ids of what it finds."""
    found: Any = jira.search_issues(f'labels = "{label}"', maxResults=1, fields=[], json_result=True)
    issue = next(iter(found["issues"]), None)
    if issue is None:
        return None
    return str(issue.get("key") or jira.issue(issue["id"], fields="status").key)


def _seen(jira: "JIRA", key: str) -> Seen:
    from jira.exceptions import JIRAError

    try:
        status = jira.issue(key, fields="status").raw["fields"]["status"]
    except JIRAError as error:
        if error.status_code not in {404, 410}:
            raise
        return Seen(TicketStatus.GONE)
    closed = _category(status) == CLOSED
    return Seen(TicketStatus.CLOSED if closed else TicketStatus.OPEN, str(status["name"])[:60])


def _settle(jira: "JIRA", key: str, word: RemarkWord, named: str) -> None:
    """By the first step of its workflow that leads there. Raises: TrackerTrouble if there is none."""
    closes = word is not RemarkWord.REOPENED
    status = jira.issue(key, fields="status").raw["fields"]["status"]
    if (_category(status) == CLOSED) is closes:
        return
    steps = [step for step in jira.transitions(key) if (_category(step["to"]) == CLOSED) is closes]
    if closes and named:
        steps = [step for step in steps if str(step["to"]["name"]).casefold() == named.casefold()]
    if not steps:
        raise TrackerTrouble(Obstacle.NO_WAY)
    jira.transition_issue(key, steps[0]["id"])


def _category(status: Any) -> str:
    return str(status["statusCategory"]["key"])


def _trouble(status: int | None, answer: Any) -> TrackerTrouble:
    if status is None or status >= 500 or status == 429:
        return silent(getattr(answer, "headers", None))
    said = _said(answer)
    words = " ".join(map(str, [*said.get("errorMessages", []), *said.get("errors", {}).values()]))
    if status == 401:
        return TrackerTrouble(Obstacle.NO_ENTRY, words)
    if status == 403:
        return TrackerTrouble(Obstacle.FORBIDDEN, words)
    if status == 404 or "project" in said.get("errors", {}):
        return TrackerTrouble(Obstacle.NO_PLACE, words)
    return TrackerTrouble(Obstacle.REFUSED, words)


def _said(answer: Any) -> dict[str, Any]:
    try:
        said = answer.json()
    except (ValueError, AttributeError):
        return {}
    return said if isinstance(said, dict) else {}


def as_text(body: str) -> str:
    """In Jira's text, without its markup."""
    plain = _MARKUP.sub(r"\\\1", _AT_A_LINE.sub(rf"\1{_WORD_JOINER}", body))
    return plain.replace("://", f":{_WORD_JOINER}//")


def _label(marker: str) -> str:
    return f"tidemark-{marker}"
