"""The trackers in which an action can have an issue: where their issues are, and what people paste of them.
Whoever speaks with them is in `bot.trackers`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlsplit

from storage.records import TrackerKind

#: What a link may look like under the address of a tracker.
_PATHS = {
    TrackerKind.GITHUB: re.compile(r"/(?P<key>[\w.-]+/[\w.-]+/issues/[1-9]\d{0,9})/?"),
    TrackerKind.JIRA: re.compile(r"/browse/(?P<key>[A-Za-z][A-Za-z0-9_]{0,49}-[1-9]\d{0,9})/?"),
}
_GITHUB_KEY = re.compile(r"(?P<place>[\w.-]+/[\w.-]+)#(?P<number>\d+)")


class WriteBack(StrEnum):
    """What becomes of an action in its issue: nothing, a comment, or beside that it is closed with it."""

    OFF = "off"
    COMMENT = "comment"
    CLOSE = "close"


@dataclass(frozen=True)
class TrackerHere:
    """A tracker that is set up: its address in a browser (without a slash at the end), in which of its
    places new issues are created (a repository, a project), and what is written back."""

    kind: TrackerKind
    web: str
    place: str
    writes: WriteBack = WriteBack.OFF


@dataclass(frozen=True)
class Reference:
    """An issue as people see it: `acme/mlops#12` or `ML-7`, and its address in a browser."""

    tracker: TrackerKind
    key: str
    url: str


def reference(here: TrackerHere, key: str) -> Reference:
    """The address of this issue, made from what is set up and never from what somebody wrote."""
    if here.kind is TrackerKind.GITHUB:
        place, number = github_parts(key)
        return Reference(here.kind, key, f"{here.web}/{place}/issues/{number}")
    return Reference(here.kind, key, f"{here.web}/browse/{quote(key)}")


def recognised(link: str, trackers: Iterable[TrackerHere]) -> Reference | None:
    """The issue to which somebody links, if it is in a tracker that is set up."""
    written = link.strip().removeprefix("<").removesuffix(">").partition("|")[0]
    for here in trackers:
        found = _under(written, here)
        if found and here.kind is TrackerKind.GITHUB:
            place, _, number = found.partition("/issues/")
            return reference(here, f"{place}#{number}")
        if found:
            return reference(here, found.upper())
    return None


def github_parts(key: str) -> tuple[str, str]:
    """`acme/mlops` and `12`."""
    parts = _GITHUB_KEY.fullmatch(key)
    if parts is None:
        raise ValueError(f"{key!r} is no key of an issue in GitHub")
    return parts["place"], parts["number"]


def _under(link: str, here: TrackerHere) -> str | None:
    try:
        given, home = urlsplit(link), urlsplit(here.web)
        same = (given.scheme, given.hostname, given.port) == (home.scheme, home.hostname, home.port)
    except ValueError:
        return None
    if not same or given.username is not None or not given.path.startswith(home.path):
        return None
    parts = _PATHS[here.kind].fullmatch(given.path.removeprefix(home.path))
    return parts["key"] if parts and ".." not in parts["key"].split("/") else None
