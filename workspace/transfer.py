"""Files over the wire: bytes come to an upload URL, and go from a private one to who has a token."""

from __future__ import annotations

from mimetypes import guess_type

from aiohttp import BodyPartReader, web

from workspace import files
from workspace.refusals import ApiError
from workspace.team import Team


class Transfer:
    def __init__(self, team: Team) -> None:
        self._team = team

    def mount(self, router: web.UrlDispatcher) -> None:
        router.add_post("/upload/v1/{ticket}", self._upload)
        router.add_get("/files-pri/{key}/{name}", self._download)
        router.add_get("/files-pri/{key}/download/{name}", self._download)

    async def _upload(self, request: web.Request) -> web.Response:
        try:
            file = files.receive(self._team, request.match_info["ticket"], await _content(request))
        except ApiError as error:
            return web.Response(status=404, text=str(error))
        return web.Response(text=f"OK - {file.size}")

    async def _download(self, request: web.Request) -> web.Response:
        """Without a good token Slack shows the way to its login page instead, with no error status."""
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        token = self._team.app.token(bearer)
        if token is None or "files:read" not in token.scopes:
            return web.Response(text="<!doctype html><title>Sign in</title>", content_type="text/html")
        file = self._team.files.get(request.match_info["key"].rpartition("-")[2])
        if file is None or file.content is None or not files.visible_to(self._team, file, token.person):
            raise web.HTTPNotFound
        kind = guess_type(file.name)[0] or "application/octet-stream"
        return web.Response(body=file.content, content_type=kind)


async def _content(request: web.Request) -> bytes:
    """The raw body, or the first file of a form. It may be bigger than other requests."""
    if not request.content_type.startswith("multipart/"):
        return await request.content.read()
    part = await (await request.multipart()).next()
    return bytes(await part.read()) if isinstance(part, BodyPartReader) else b""
