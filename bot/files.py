"""Files that were shown as evidence: they stay in Slack, and are passed on to a reviewer who asks. And our
own files, for whoever asked for them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiohttp import ClientError, ClientResponse, ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import views
from bot.patience import reason
from bot.render import NO_PREVIEWS, Message
from conversation import evidence
from conversation.evidence import LARGEST_FILE
from storage.records import SlackFile

log = structlog.get_logger()

#: Where Slack keeps files, also that of governments.
_SLACK = (".slack.com", ".slack-gov.com")


class Files:
    def __init__(self, client: AsyncWebClient, session: ClientSession) -> None:
        self._client, self._session = client, session

    async def pass_on(self, file: SlackFile, user_id: str) -> None:
        """Send the reviewer a copy in the direct message; if that cannot be, say what to do instead."""
        try:
            await self._pass_on(file, user_id)
        except (_NotHad, SlackApiError, ClientError, TimeoutError, OSError) as error:
            why = _why(error)
            log.warning("file_not_passed_on", file=file.id, error=why)
            await self._say(user_id, views.file_missing(file, why))

    async def hand_over(self, user_id: str, everything: str, table: str) -> None:
        """Send somebody in the direct message what is kept of them, as two files; as text, where we may send
        none."""
        opened = await self._client.conversations_open(users=user_id)
        channel = opened["channel"]["id"]
        try:
            await self._client.files_upload_v2(
                channel=channel,
                file_uploads=[
                    {"content": everything, "filename": "tidemark.json", "title": "tidemark.json"},
                    {"content": table, "filename": "tidemark.csv", "title": "tidemark.csv"},
                ],
                initial_comment=views.export_sent(),
            )
        except SlackApiError as error:
            log.warning("export_not_sent", error=reason(error))
            for message in views.export_as_text(everything, reason(error)):
                await self._say(channel, message)

    async def fetch(self, file_id: str, *, most: int) -> bytes | None:
        """What is in a file that somebody shared with us, if it has no more bytes than that; None if it
        cannot be had."""
        try:
            found = (await self._client.files_info(file=file_id))["file"]
            return None if _size(found) > most else await self._content(found, most)
        except (_NotHad, SlackApiError, ClientError, TimeoutError, OSError) as error:
            log.warning("file_not_fetched", file=file_id, error=_why(error))
            return None

    async def give(self, user_id: str, *, name: str, content: bytes, said: Message) -> None:
        """Send somebody a file of ours in the direct message; if that cannot be, say what to do instead."""
        try:
            await self._upload(user_id, name, content, said.text)
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            why = _why(error)
            log.warning("file_not_given", file=name, error=why)
            await self._say(user_id, views.export_failed(name, why))

    async def _upload(self, user_id: str, name: str, content: bytes, said: str) -> None:
        opened = await self._client.conversations_open(users=user_id)
        await self._client.files_upload_v2(
            channel=opened["channel"]["id"], content=content, filename=name, initial_comment=said
        )

    async def _pass_on(self, file: SlackFile, user_id: str) -> None:
        """Raises: _NotHad."""
        found = (await self._client.files_info(file=file.id))["file"]
        if why := evidence.only_name_of(file.model_copy(update={"size": _size(found)})):
            raise _NotHad(why)
        content = await self._content(found, LARGEST_FILE)
        await self._upload(user_id, file.name, content, views.file_passed_on(file).text)

    async def _content(self, found: Mapping[str, Any], most: int) -> bytes:
        """Of a file as files.info describes it: the address comes from Slack, never from whoever shared the
        file. Where other apps keep the file it is theirs, and is not opened: it would be asked with our
        token.

        Raises: _NotHad.
        """
        url = str(found.get("url_private_download") or "")
        if not _is_in_slack(url, self._client.base_url):
            raise _NotHad("elsewhere")
        token = {"Authorization": f"Bearer {self._client.token}"}
        async with self._session.get(url, headers=token, allow_redirects=False) as answer:
            if answer.status != 200:
                raise _NotHad(f"status {answer.status}")
            content = await _at_most(answer, most)
        if content is None:
            raise _NotHad("size")
        return content


class _NotHad(Exception):
    """What is in a file cannot be had; says why, in a word."""


def _why(error: Exception) -> str:
    if isinstance(error, _NotHad):
        return str(error)
    return reason(error) if isinstance(error, SlackApiError) else type(error).__name__


def _size(found: Mapping[str, Any]) -> int:
    return int(found.get("size") or 0)


def _is_in_slack(url: str, api: str) -> bool:
    """Or in whatever answers as Slack."""
    try:
        asked, ours = urlsplit(url), urlsplit(api)
    except ValueError:
        return False
    if (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc):
        return True
    return asked.scheme == "https" and (asked.hostname or "").endswith(_SLACK)


async def _at_most(answer: ClientResponse, most: int) -> bytes | None:
    """What it brings; None if that is more, whatever it was said to be."""
    content = bytearray()
    async for piece in answer.content.iter_any():
        content += piece
        if len(content) > most:
            return None
    return bytes(content)
