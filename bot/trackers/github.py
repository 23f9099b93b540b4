"""Issues in GitHub, or in a GitHub Enterprise server, by gidgethub over our own HTTP client.

The marker stands in the issue's text as a comment that is not drawn. It is looked for in the list of issues,
which is up to date at once, and not by GitHub's search, which is not. What people wrote is text here and no
markup: it mentions nobody, and links nothing.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from gidgethub import GitHubBroken, GitHubException, HTTPException, RateLimitExceeded, abc, sansio

from bot.trackers.trouble import TrackerTrouble, silent
from conversation.ticketing import Obstacle, Seen
from conversation.trackers import github_parts
from storage.records import RemarkWord, TicketStatus

#: Seconds for one call, and for looking for an issue, which may take several.
CALL, LOOK = 10, 30
#: More than a page of issues has, in bytes.
LARGEST = 8 * 1024 * 1024
PAGE, PAGES = 50, 20
TITLE = 250
#: Its clock and ours may differ by this much.
CLOCKS_APART = timedelta(minutes=5)
_ISSUES = "/repos/{owner}/{repo}/issues"
_LIST = _ISSUES + "?state=all&sort=created&direction=desc&per_page={size}&since={since}"
_ISSUE = _ISSUES + "/{number}"
_COMMENTS = _ISSUE + "/comments"
_COMMENTS_SINCE = _COMMENTS + "?per_page={size}&since={since}"
_SETTLED = {
    RemarkWord.DONE: {"state": "closed", "state_reason": "completed"},
    RemarkWord.DROPPED: {"state": "closed", "state_reason": "not_planned"},
    RemarkWord.REOPENED: {"state": "open", "state_reason": "reopened"},
}
_VERSION = {"X-GitHub-Api-Version": "2022-11-28"}
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")
#: Keeps a name, or the number of an issue, from being taken for one.
_WORD_JOINER = "\u2060"
_REFERENCE = re.compile(r"(#|GH-)(?=\d)", re.IGNORECASE)
#: What GitHub says of an issue that was transferred, is not for us, or was deleted.
_GONE = frozenset({301, 404, 410})


class GitHub:
    def __init__(self, session: ClientSession, *, api: str, repository: str, token: str) -> None:
        self._session, self._url, self._token = session, api, token
        self._place = repository

    async def create(self, *, title: str, body: str, marker: str) -> str:
        text = f"{as_text(body)}\n\n{_comment(marker)}"
        with _in_our_words():
            made = await self._api().post(
                _ISSUES,
                _parts(self._place),
                data={"title": title[:TITLE], "body": text},
                extra_headers=_VERSION,
            )
            return f"{self._place}#{int(made['number'])}"

    async def find(self, marker: str, *, since: datetime) -> str | None:
        asked = {"since": f"{since - CLOCKS_APART:%Y-%m-%dT%H:%M:%SZ}", "size": str(PAGE)}
        looked_at = 0
        with _in_our_words():
            async with asyncio.timeout(LOOK):
                found = self._api().getiter(_LIST, {**_parts(self._place), **asked}, extra_headers=_VERSION)
                async for issue in found:
                    if _comment(marker) in (issue.get("body") or ""):
                        return f"{self._place}#{int(issue['number'])}"
                    looked_at += 1
                    if looked_at >= PAGE * PAGES:
                        raise TrackerTrouble(Obstacle.REFUSED)
        return None

    async def remark(self, key: str, *, body: str, marker: str) -> None:
        text = f"{as_text(body)}\n\n{_comment(marker)}"
        with _in_our_words():
            await self._api().post(_COMMENTS, _of(key), data={"body": text}, extra_headers=_VERSION)

    async def remarked(self, key: str, marker: str, *, since: datetime) -> bool:
        asked = {"since": f"{since - CLOCKS_APART:%Y-%m-%dT%H:%M:%SZ}", "size": str(PAGE)}
        with _in_our_words():
            async with asyncio.timeout(LOOK):
                found = self._api().getiter(_COMMENTS_SINCE, {**_of(key), **asked}, extra_headers=_VERSION)
                async for comment in found:
                    if _comment(marker) in (comment.get("body") or ""):
                        return True
        return False

    async def settle(self, key: str, word: RemarkWord) -> None:
        with _in_our_words():
            await self._api().patch(_ISSUE, _of(key), data=_SETTLED[word], extra_headers=_VERSION)

    async def read(self, key: str, *, etag: str | None) -> Seen | None:
        parts = _of(key)
        url = sansio.format_url(_ISSUE, parts, base_url=self._url)
        known: abc.CACHE_TYPE = {url: (etag, None, None, None)} if etag else {}
        try:
            with _in_our_words(unless=_GONE):
                found = await self._api(known).getitem(_ISSUE, parts, extra_headers=_VERSION)
                if found is None:  # as it was
                    return None
                status = TicketStatus.CLOSED if found["state"] == "closed" else TicketStatus.OPEN
                return Seen(status, found.get("state_reason"), known[url][0] if url in known else None)
        except HTTPException:
            return Seen(TicketStatus.GONE)

    def _api(self, known: abc.CACHE_TYPE | None = None) -> "_Api":
        return _Api(self._session, "tidemark", oauth_token=self._token, base_url=self._url, cache=known)


class _Api(abc.GitHubAPI):
    """Follows no redirect, and takes no more than it needs."""

    def __init__(self, session: ClientSession, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._session = session

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        async with self._session.request(
            method,
            url,
            headers=headers,
            data=body,
            allow_redirects=False,
            timeout=ClientTimeout(total=CALL),
        ) as answer:
            read = await answer.content.read(LARGEST + 1)
            while len(read) <= LARGEST and not answer.content.at_eof():
                read += await answer.content.read(LARGEST + 1 - len(read))
            if len(read) > LARGEST:
                raise ClientError("too much")
            return answer.status, answer.headers, read

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@contextmanager
def _in_our_words(unless: frozenset[int] = frozenset()) -> Iterator[None]:
    """What GitHub has against us. Nothing that its client says is passed on but GitHub's own sentence."""
    try:
        yield
    except HTTPException as error:
        if error.status_code in unless:
            raise
        raise _trouble(error) from None
    except (GitHubException, ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError):
        raise silent() from None


def _trouble(error: HTTPException) -> TrackerTrouble:
    status, headers = int(error.status_code), error.headers or {}
    waits = "retry-after" in {name.lower() for name in headers}
    if isinstance(error, RateLimitExceeded | GitHubBroken) or status == 429 or waits:
        return silent(headers)
    words = str(error)
    match status:
        case 401:
            return TrackerTrouble(Obstacle.NO_ENTRY, words)
        case 403:
            return TrackerTrouble(Obstacle.FORBIDDEN, words)
        case 301 | 404 | 410:
            return TrackerTrouble(Obstacle.NO_PLACE, words)
        case _:
            return TrackerTrouble(Obstacle.REFUSED, words)


def as_text(body: str) -> str:
    """With line breaks kept, and without markup."""
    plain = _MARKUP.sub(r"\\\1", _REFERENCE.sub(rf"\1{_WORD_JOINER}", body))
    return plain.replace("@", f"@{_WORD_JOINER}").replace("://", f":{_WORD_JOINER}//")


def _comment(marker: str) -> str:
    return f"<!-- tidemark:{marker} -->"


def _parts(place: str) -> dict[str, str]:
    owner, _, repo = place.partition("/")
    return {"owner": owner, "repo": repo}


def _of(key: str) -> dict[str, str]:
    place, number = github_parts(key)
    return {**_parts(place), "number": number}
