"""The pages of who installs us: they are sent to Slack to consent, come back, and read what came of it.

Who comes back must be who was sent: from the same browser (a cookie), with a state that we made, in time, and
once. The state and the cookie are random; the store has their hashes, so that any process may be the one to
which they come back.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urljoin

import structlog
from slack_sdk.errors import SlackApiError

from bot import pages, scopes
from bot.entrance import Endpoint, Receive, Scope, Send
from bot.gate import Gate
from bot.listeners.first import welcome
from bot.oauth import Bought, OAuth
from bot.offices import Offices
from bot.pages import Page
from bot.patience import NO_WORDS, reason
from bot.vault import Vault
from conversation import first, installing
from conversation.desk import Desk
from storage.records import Installation

log = structlog.get_logger()

#: Bytes of a state, and of what names a browser.
_RANDOM = 32
_WELL_FORMED = re.compile(r"[\w-]{43}")
_WORD = re.compile(r"\w{1,64}")
#: What Slack says when somebody reads what we ask for and says no.
_SAID_NO = "access_denied"
#: And of a workspace whose organisation has installed us for all of its workspaces.
_THEIRS = "cannot_install_an_org_installed_app"


class Installing:
    INSTALL, BACK = "/slack/install", "/slack/oauth_redirect"

    def __init__(
        self, desk: Desk, act: Gate, vault: Vault, oauth: OAuth, offices: Offices, *, public_url: str
    ) -> None:
        self._desk, self._act, self._vault, self._oauth, self._offices = desk, act, vault, oauth, offices
        secure = public_url.startswith("https://")
        self._cookie = "__Host-tidemark-install" if secure else "tidemark-install"
        self._attributes = f"Path=/; Max-Age=600; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
        self._again = f"{public_url}{self.INSTALL}"

    def endpoints(self) -> dict[tuple[str, str], Endpoint]:
        return {("GET", self.INSTALL): self._send, ("GET", self.BACK): self._receive}

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:
        """To Slack. Who has a cookie of ours keeps it, so that two windows do not spoil each other."""
        browser = self._browser(scope) or secrets.token_urlsafe(_RANDOM)
        state = secrets.token_urlsafe(_RANDOM)
        hashed = {"state": _hash(state), "browser": _hash(browser)}
        await self._act(installing.expect, self._desk.store, self._desk.now(), **hashed)
        cookie = f"{self._cookie}={browser}; {self._attributes}"
        await pages.redirect(send, self._oauth.consent_at(state), cookie)

    async def _receive(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = {
            name: values[0] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()
        }
        try:
            page = await self._came_back(asked, self._browser(scope))
        except Exception:  # whatever it is, somebody waits for a page that says what to do
            log.exception("consent_failed")
            page = Page("unanswered", 502, self._again)
        log.info("consent_ended", how=page.name)
        await pages.show(send, page, accepted=_header(scope, b"accept-language"))

    async def _came_back(self, asked: Mapping[str, str], browser: str) -> Page:
        hashed = {"state": _hash(asked.get("state", "")), "browser": _hash(browser)}
        if not await self._act(installing.comes_back, self._desk.store, self._desk.now(), **hashed):
            return Page("stale", 400, self._again)
        if asked.get("error") == _SAID_NO:
            return Page("cancelled", 200, self._again)
        if "error" in asked or not asked.get("code"):
            return Page("refused", 400, self._again, why=_word(asked.get("error", "no_code")))
        try:
            bought = await self._oauth.buy(asked["code"])
        except SlackApiError as error:
            if reason(error) == NO_WORDS:
                raise
            if reason(error) == _THEIRS:
                return Page("theirs", 409, self._again)
            return Page("refused", 502, self._again, why=_word(reason(error)))
        return await self._install(bought)

    async def _install(self, bought: Bought) -> Page:
        """The token is tried before it is kept."""
        who, now = bought.tenant, self._desk.now()
        me = await self._oauth.whoami(bought)
        installation = Installation(
            team_id=who.id,
            name=who.name,
            is_organisation=bought.is_enterprise_install,
            app_id=bought.app_id,
            bot_id=me.bot_id,
            bot_user_id=bought.bot_user_id or me.user_id,
            scopes=bought.scope,
            installed_by=bought.authed_user.id,
            installed_at=now,
            sealed=self._vault.seal(who.id, bought.tokens),
            expires_at=bought.ends_at(now),
        )
        await self._act(installing.install, self._desk.at(who.id), installation)
        await self._offices.look()
        log.info("installed", team=who.id, name=who.name, by=installation.installed_by)
        await self._greet(installation)
        return pages.installed(installation, urljoin(self._oauth.api_url, "../"))

    async def _greet(self, installation: Installation) -> None:
        """Whoever installed us is told what there is to do, if nobody was before; and what we lack."""
        office = self._offices.of(installation.team_id)
        if office is None:
            return
        if lacking := scopes.missing(installation.scopes):
            await self._act(first.tell_of_missing_scopes, office.desk, lacking)
        if installation.installed_by:
            office.drawing.later(
                welcome(installation.installed_by, office.desk, office.act, office.drawing, office.profiles)
            )

    def _browser(self, scope: Scope) -> str:
        """What names the browser, if it brings something that we could have given it."""
        try:
            found = SimpleCookie(_header(scope, b"cookie")).get(self._cookie)
        except CookieError:
            return ""
        return found.value if found and _WELL_FORMED.fullmatch(found.value) else ""


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for each, value in scope["headers"] if each == name), "")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _word(said: str) -> str:
    """Slack's word for it; anything else that stands in an address is not repeated."""
    return said if _WORD.fullmatch(said) else "unknown_error"
