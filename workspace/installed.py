"""The app as it is installed: its bot, its tokens, and what it may do and hears of."""

from __future__ import annotations

from dataclasses import dataclass, field

from workspace.clock import Clock
from workspace.seed import AppSeed, CommandSeed, HttpSeed, ShortcutSeed, lasting_id
from workspace.state import Person

#: What Slack says of a token that was good once. Of a person's token it always says the first.
REVOKED, GONE = "token_revoked", "account_inactive"
EXPIRED = "token_expired"
#: For so long a token is good where tokens are rotated.
TOKEN_SECONDS = 43_200


@dataclass(frozen=True)
class Token:
    """In whose name a call is made, and what it may do. `kind`: bot, user or app."""

    kind: str
    person: Person
    scopes: tuple[str, ...] = ()


@dataclass
class App:
    """`bot` is its person in the workspace. Without an installation no token is good and nothing arrives.
    With `rotation` bot tokens have an end (`ends`, in seconds of the clock), and `refresh_token` buys the
    next one, once."""

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
    clock: Clock
    rotation: bool = False
    refresh_token: str = ""
    sold: int = 0
    ends: dict[str, float] = field(default_factory=dict)
    pkce: bool = False
    installations: int = 0
    user_tokens: dict[str, Token] = field(default_factory=dict)
    once_good: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, seed: AppSeed, team_id: str, clock: Clock) -> App:
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
            clock=clock,
            rotation=seed.token_rotation,
            pkce=seed.pkce,
        )

    def token(self, given: str) -> Token | None:
        """What this token is good for, if it is."""
        if given == self.app_token:
            return Token("app", self.bot)
        good = self.clock.now() < self.ends[given] if given in self.ends else given == self.bot_token
        if good and self.installed:
            return Token("bot", self.bot, self.scopes)
        held = self.user_tokens.get(given)
        return None if held is None or held.person.deleted else held

    def what_became_of(self, given: str) -> str:
        """Slack's word for a token that is not good."""
        if given in self.ends:
            return EXPIRED
        return REVOKED if given in self.user_tokens else self.once_good.get(given, "invalid_auth")

    def rotate(self) -> None:
        """Another token, for twelve hours, and what buys the one after it. The one before stays good until
        its own end."""
        self.sold += 1
        self.bot_token = f"xoxe.xoxb-1-{self.bot.id}-{self.sold}"
        self.refresh_token = f"xoxe-1-{self.bot.id}-{self.sold}"
        self.ends[self.bot_token] = self.clock.now() + TOKEN_SECONDS

    def authorize(self, person: Person, scopes: tuple[str, ...]) -> str:
        """A token in this person's name. While they have one it stays the same, and its scopes only grow."""
        for held, known in self.user_tokens.items():
            if known.person is person:
                together = tuple(dict.fromkeys([*known.scopes, *scopes]))
                self.user_tokens[held] = Token("user", person, together)
                return held
        again = sum(was.startswith(f"xoxp-{person.id}") for was in self.once_good)
        given = f"xoxp-{person.id}-workspace" + (f"-{again}" if again else "")
        self.user_tokens[given] = Token("user", person, scopes)
        return given

    def revoke(self, person: Person) -> None:
        """What this person gave is no longer good."""
        for given, token in list(self.user_tokens.items()):
            if token.person is person:
                del self.user_tokens[given]
                self.once_good[given] = REVOKED

    def install(self, scopes: tuple[str, ...]) -> None:
        """Scopes only grow while the app stays; coming back it has a new token, and what is asked for now."""
        if self.rotation:
            self.rotate()
        if self.installed:
            self.scopes = tuple(dict.fromkeys([*self.scopes, *scopes]))
            return
        self.installations += 1
        self.installed, self.scopes = True, scopes
        if self.bot_token in self.once_good:
            self.bot_token = f"{self.bot_token}-{self.installations}"

    def leave(self, why: str) -> None:
        self.once_good |= dict.fromkeys([self.bot_token, *self.ends], why)
        self.ends.clear()
        self.refresh_token = ""
        self.installed = False
        for token in list(self.user_tokens.values()):
            self.revoke(token.person)
