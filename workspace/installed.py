"""The app as it is installed: its bot, its tokens, and what it may do and hears of."""

from __future__ import annotations

from dataclasses import dataclass, field

from workspace.seed import AppSeed, CommandSeed, HttpSeed, ShortcutSeed, lasting_id
from workspace.state import Person

#: What Slack says of a token that was good once.
REVOKED, GONE = "token_revoked", "account_inactive"


@dataclass
class App:
    """`bot` is its person in the workspace. Without an installation no token is good and nothing arrives."""

    id: str
    bot_id: str
    bot: Person
    name: str
    bot_token: str
    app_token: str
    client_id: str
    client_secret: str
    signing_secret: str
    redirect_urls: tuple[str, ...]
    scopes: tuple[str, ...]
    events: frozenset[str]
    commands: dict[str, CommandSeed]
    shortcuts: tuple[ShortcutSeed, ...]
    home_tab: bool
    messages_tab: bool
    messages_tab_read_only: bool
    interactivity: bool
    installed: bool
    http: HttpSeed | None
    installations: int = 0
    once_good: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, seed: AppSeed, team_id: str) -> App:
        app_id = seed.id or lasting_id("A", seed.name)
        handle = (seed.bot_name or seed.name).lower().replace(" ", "_")
        bot = Person(
            lasting_id("U", team_id, app_id),
            handle,
            real_name=seed.bot_name or seed.name,
            is_bot=True,
            tz="America/Los_Angeles",
        )
        return cls(
            id=app_id,
            bot_id=lasting_id("B", team_id, app_id),
            bot=bot,
            name=seed.name,
            bot_token=seed.bot_token or f"xoxb-workspace-{team_id}",
            app_token=seed.app_token or f"xapp-1-{app_id}-workspace",
            client_id=seed.client_id or f"{app_id}.client",
            client_secret=seed.client_secret or f"client-secret-of-{app_id}",
            signing_secret=seed.signing_secret or f"signing-secret-of-{app_id}",
            redirect_urls=seed.redirect_urls,
            scopes=seed.scopes if seed.installed else (),
            events=frozenset(seed.events),
            commands={command.command: command for command in seed.commands},
            shortcuts=seed.shortcuts,
            home_tab=seed.home_tab,
            messages_tab=seed.messages_tab,
            messages_tab_read_only=seed.messages_tab_read_only,
            interactivity=seed.interactivity,
            installed=seed.installed,
            http=seed.http,
        )

    def kind_of(self, token: str) -> str | None:
        """`bot` or `app`, if the token is good."""
        if token == self.app_token:
            return "app"
        return "bot" if self.installed and token == self.bot_token else None

    def install(self, scopes: tuple[str, ...]) -> None:
        """Scopes only grow while the app stays; coming back it has a new token, and what is asked for now."""
        if self.installed:
            self.scopes = tuple(dict.fromkeys([*self.scopes, *scopes]))
            return
        self.installations += 1
        self.installed, self.scopes = True, scopes
        if self.bot_token in self.once_good:
            self.bot_token = f"{self.bot_token}-{self.installations}"

    def leave(self, why: str) -> None:
        self.once_good[self.bot_token] = why
        self.installed = False
