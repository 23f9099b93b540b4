"""What Slack sells for a consent: a token, and with token rotation one that buys the next."""

from base64 import b64encode
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from pydantic import BaseModel, ConfigDict, Field
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient

from bot import scopes
from bot.vault import Tokens


class _Named(BaseModel):
    id: str
    name: str = ""


class _Who(BaseModel):
    id: str = ""


class Bought(BaseModel):
    """What oauth.v2.access answers: for a workspace, or for a whole organisation (`is_enterprise_install`),
    which names no team. `expires_in` are seconds."""

    model_config = ConfigDict(frozen=True)

    app_id: str = ""
    access_token: str = Field(repr=False)
    refresh_token: str = Field("", repr=False)
    expires_in: int | None = None
    scope: str = ""
    bot_user_id: str = ""
    team: _Named | None = None
    enterprise: _Named | None = None
    is_enterprise_install: bool = False
    authed_user: _Who = _Who()

    @property
    def tenant(self) -> _Named:
        """For whom it is. Raises: ValueError, if Slack names nobody."""
        found = self.enterprise if self.is_enterprise_install else self.team
        if found is None:
            raise ValueError("Slack names neither a workspace nor an organisation")
        return found

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.access_token, self.refresh_token)

    def ends_at(self, now: datetime) -> datetime | None:
        return now + timedelta(seconds=self.expires_in) if self.expires_in else None


class Me(BaseModel):
    """What auth.test says of a token."""

    bot_id: str = ""
    user_id: str = ""


class OAuth:
    """`client` has no token: who we are says the client's id and secret."""

    def __init__(self, client: AsyncWebClient, *, client_id: str, secret: str, redirect_uri: str) -> None:
        self._client, self._redirect_uri = client, redirect_uri
        self._basic = b64encode(f"{client_id}:{secret}".encode()).decode()
        self._consent = AuthorizeUrlGenerator(
            client_id=client_id,
            redirect_uri=redirect_uri,
            scopes=[*scopes.NEEDED, *scopes.OPTIONAL],
            authorization_url=urljoin(client.base_url, "../oauth/v2/authorize"),
        )

    @property
    def api_url(self) -> str:
        return str(self._client.base_url)

    def consent_at(self, state: str) -> str:
        """Where somebody reads what we ask for, and consents or not."""
        return self._consent.generate(state=state)

    async def buy(self, code: str) -> Bought:
        """Raises: SlackApiError, ClientError, TimeoutError; ValidationError for an answer that is none."""
        return await self._access(code=code, redirect_uri=self._redirect_uri)

    async def renew(self, refresh_token: str) -> Bought:
        """The refresh token is spent by it. Raises: as `buy`."""
        return await self._access(grant_type="refresh_token", refresh_token=refresh_token)

    async def whoami(self, bought: Bought) -> Me:
        """Raises: as `buy`."""
        return Me.model_validate((await self._client.auth_test(token=bought.access_token)).data)

    async def _access(self, **asked: Any) -> Bought:
        said = await self._client.api_call(
            "oauth.v2.access", data=asked, headers={"Authorization": f"Basic {self._basic}"}
        )
        return Bought.model_validate(said.data)
