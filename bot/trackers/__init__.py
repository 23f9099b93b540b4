"""Speaking with the trackers in which actions have issues: GitHub and Jira behind one small interface."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from aiohttp import ClientSession

from bot.integrations import Integrations
from bot.trackers.trouble import TrackerTrouble as TrackerTrouble
from conversation.ticketing import Seen
from storage.records import RemarkWord, TrackerKind


class Tracker(Protocol):
    """Every call ends within half a minute, and raises only TrackerTrouble."""

    async def create(self, *, title: str, body: str, marker: str) -> str:
        """A new issue of plain text, in which the marker can be found; returns its key."""

    async def find(self, marker: str, *, since: datetime) -> str | None:
        """The key of the issue with this marker, created since then, if it is there."""

    async def remark(self, key: str, *, body: str, marker: str) -> None:
        """A comment of plain text below the issue, in which the marker can be found."""

    async def remarked(self, key: str, marker: str, *, since: datetime) -> bool:
        """Whether a comment with this marker was written since then."""

    async def settle(self, key: str, word: RemarkWord) -> None:
        """The issue is closed as done or as dropped, or open again. One that stands so already stays."""

    async def read(self, key: str, *, etag: str | None) -> Seen | None:
        """How it stands; None if nothing changed since it had this ETag."""


def trackers(settings: Integrations, session: ClientSession) -> Mapping[TrackerKind, Tracker]:
    """Those that are set up; whoever has none does not load what speaks with them."""
    found: dict[TrackerKind, Tracker] = {}
    if settings.github_token:
        from bot.trackers.github import GitHub

        found[TrackerKind.GITHUB] = GitHub(
            session,
            api=settings.github_api,
            repository=settings.github_repository,
            token=settings.github_token.get_secret_value(),
        )
    if settings.jira_token:
        from bot.trackers.jira import Jira

        found[TrackerKind.JIRA] = Jira(
            settings.jira_url,
            project=settings.jira_project,
            issue_type=settings.jira_issue_type,
            statuses={
                RemarkWord.DONE: settings.jira_done_status,
                RemarkWord.DROPPED: settings.jira_dropped_status,
            },
            user=settings.jira_user,
            token=settings.jira_token.get_secret_value(),
        )
    return found
