"""slack_sdk's client, with a short way for what is sent as JSON, which every answer does: it looks at each
request for files, retries, models of its own and a log of it, none of which we have."""

import json as json_text
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientSession, ContentTypeError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

_JSON = "application/json;charset=utf-8"
#: Seconds that one call to Slack may take.
SLACK_TIMEOUT = 10
#: What Slack says where it surely did not do it, but may a little later.
NOT_NOW = frozenset({"ratelimited", "rate_limited", "service_unavailable", "team_added_to_org"})
#: And where nobody knows whether it did.
UNSURE = frozenset({"internal_error", "fatal_error", "request_timeout"})


class SlackClient(AsyncWebClient):
    async def api_call(
        self, api_method: str, *, json: dict[str, Any] | None = None, **asked: Any
    ) -> AsyncSlackResponse:
        """Raises: SlackApiError, as slack_sdk does."""
        if json is None or asked or self.session is None or self.ssl or self.retry_handlers:
            return await super().api_call(api_method, json=json, **asked)
        return await self._posted(self.session, api_method, json_text.dumps(json))

    async def send(self, api_method: str, body: str) -> AsyncSlackResponse:
        """The same with what is written out as JSON already. Raises: SlackApiError."""
        if self.session is None or self.ssl or self.retry_handlers:
            return await super().api_call(api_method, json=json_text.loads(body))
        return await self._posted(self.session, api_method, body)

    async def _posted(self, session: ClientSession, api_method: str, body: str) -> AsyncSlackResponse:
        headers = {**self.headers, "Authorization": f"Bearer {self.token}", "Content-Type": _JSON}
        url = f"{self.base_url}{api_method}"
        async with session.post(url, data=body.encode(), headers=headers, proxy=self.proxy) as answer:
            try:
                said = await answer.json()
            except ContentTypeError:
                said = {}
            except json_text.JSONDecodeError as error:
                raise SlackApiError(f"no JSON: {error}", answer) from error  # type: ignore[no-untyped-call]
        response: AsyncSlackResponse = AsyncSlackResponse(
            client=self,
            http_verb="POST",
            api_url=url,
            req_args={},
            data=said,
            headers=dict(answer.headers),
            status_code=answer.status,
        ).validate()  # type: ignore[no-untyped-call]
        return response


def tenant_of(said: Mapping[str, Any] | AsyncSlackResponse) -> str:
    """Whose token it is, as auth.test says: that of a workspace, or of an organisation."""
    return str(said["enterprise_id" if said.get("is_enterprise_install") else "team_id"])
