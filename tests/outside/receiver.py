"""Somebody who receives events: checks each signature by hand, as the Standard Webhooks describe it, and each
body by the documented schema."""

import base64
import hashlib
import hmac
import json

from aiohttp import web
from jsonschema import Draft202012Validator, FormatChecker

from conversation import webhooks
from tests.outside.answering import Answering, Json

KEY = b"a key of thirty-two random bytes"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


class Receiver(Answering):
    """`events` by their ids, in the order in which each came for the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.events: dict[str, Json] = {}
        self.stamps: list[int] = []

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_post("/events", self._take)
        router.add_post("/elsewhere", self._take)

    async def _take(self, request: web.Request) -> web.Response:
        content = await request.read()
        id, stamp = request.headers["webhook-id"], request.headers["webhook-timestamp"]
        signed = hmac.new(KEY, f"{id}.{stamp}.".encode() + content, hashlib.sha256).digest()
        assert request.headers["webhook-signature"] == f"v1,{base64.b64encode(signed).decode()}"
        event = json.loads(content)
        Draft202012Validator(webhooks.schema(), format_checker=FormatChecker()).validate(event)
        assert self.events.setdefault(id, event) == event
        self.stamps.append(int(stamp))
        return web.Response(status=204)
