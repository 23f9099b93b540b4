"""What a workspace is born with: its team, the app, people, channels, groups, and the hour.

A seed is a dictionary or a YAML file. `Seed.from_manifest` installs an app as Slack does, from its manifest:
scopes, events, commands and tabs are what the manifest says, so a scope that it forgets is missing here too.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

from workspace.forecast import Forecast
from workspace.preferences import FORBIDDEN


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TeamSeed(Part):
    """A team that is not `paid` has no user groups. What admins can set besides: `forbids` names methods that
    the app may not call; after `edit_minutes` nobody changes a message; files may have these `upload_types`,
    so many bytes, and be only images; the files of all together have so many bytes of `storage`."""

    paid: bool = True
    name: str = "Harbour"
    domain: str = "harbour"
    id: str = ""
    forbids: frozenset[str] = frozenset()
    edit_minutes: int | None = None
    upload_types: frozenset[str] = frozenset()
    largest_upload: int | None = None
    storage: int | None = None
    only_images: bool = False

    @field_validator("forbids")
    @classmethod
    def _can_be_forbidden(cls, names: frozenset[str]) -> frozenset[str]:
        if odd := sorted(names - FORBIDDEN.keys()):
            raise ValueError(f"no team setting forbids {', '.join(odd)}; what can be: {', '.join(FORBIDDEN)}")
        return names


class CommandSeed(Part):
    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


class ShortcutSeed(Part):
    """A global one stands in the menu of the workspace, a message one in the menu of every message."""

    name: str
    callback_id: str
    type: Literal["global", "message"] = "global"


class HttpSeed(Part):
    """Where an app listens that uses no sockets. What has no URL of its own goes to `url`."""

    url: str
    events_url: str = ""
    interactivity_url: str = ""
    options_url: str = ""
    commands_url: str = ""


class AppSeed(Part):
    """`http` instead of Socket Mode. `installed` off: the app gets its token through the consent page.
    `token_rotation`: tokens that it gets there end after twelve hours. `pkce`: it may prove itself by a
    verifier instead of its secret. `user_tokens`: people, by handle, who let the app speak in their name, and
    with which scopes."""

    name: str = "Helper"
    id: str = ""
    installed: bool = True
    client_id: str = ""
    client_secret: str = ""
    signing_secret: str = ""
    redirect_urls: tuple[str, ...] = ()
    http: HttpSeed | None = None
    shortcuts: tuple[ShortcutSeed, ...] = ()
    scopes: tuple[str, ...] = ()
    user_tokens: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    pkce: bool = False
    token_rotation: bool = False
    events: tuple[str, ...] = ()
    commands: tuple[CommandSeed, ...] = ()
    home_tab: bool = True
    messages_tab: bool = True
    messages_tab_read_only: bool = False
    interactivity: bool = True
    bot_name: str = ""
    bot_token: str = ""
    app_token: str = ""


class PersonSeed(Part):
    """`name` is the handle that others type after an @. Between `quiet_from` and `quiet_until`, times like
    22:00 in their zone, they are not to be disturbed. `is_org_admin`: of the organisation above the team."""

    name: str
    real_name: str = ""
    id: str = ""
    tz: str = "UTC"
    title: str = ""
    email: str = ""
    locale: str = "en-US"
    is_admin: bool = False
    is_org_admin: bool = False
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_away: bool = False
    quiet_from: str = ""
    quiet_until: str = ""


class ChannelSeed(Part):
    """`app`: whether the app is a member from the start. `posting`: what admins forbid the app there."""

    name: str
    id: str = ""
    members: tuple[str, ...] = ()
    private: bool = False
    archived: bool = False
    app: bool = False
    topic: str = ""
    locale: str = "en-US"
    posting: Literal["", "admins", "read_only", "thread_only", "non_threadable"] = ""


class GroupSeed(Part):
    handle: str
    name: str = ""
    id: str = ""
    members: tuple[str, ...] = ()
    disabled: bool = False


class ClockSeed(Part):
    """Without a start it is now. A clock that does not run moves only when it is told to."""

    start: datetime | None = None
    runs: bool = True


class Seed(Part):
    team: TeamSeed = TeamSeed()
    app: AppSeed = AppSeed()
    people: tuple[PersonSeed, ...] = Field(default=())
    channels: tuple[ChannelSeed, ...] = Field(default=())
    groups: tuple[GroupSeed, ...] = Field(default=())
    clock: ClockSeed = ClockSeed()
    weather: Forecast = Forecast()

    @classmethod
    def default(cls) -> Self:
        return cls.load(Path(__file__).with_name("default.yaml"))

    @classmethod
    def load(cls, path: Path) -> Self:
        return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})

    @classmethod
    def from_manifest(
        cls,
        manifest: Mapping[str, Any],
        *,
        people: Iterable[PersonSeed | Mapping[str, Any]] = (),
        channels: Iterable[ChannelSeed | Mapping[str, Any]] = (),
        groups: Iterable[GroupSeed | Mapping[str, Any]] = (),
        team: TeamSeed | Mapping[str, Any] | None = None,
        clock: ClockSeed | Mapping[str, Any] | None = None,
        decline: Iterable[str] = (),
    ) -> Self:
        """Install the app of this manifest. `decline`: optional scopes that the installer refuses."""
        return cls.model_validate(
            {
                "team": team or TeamSeed(),
                "app": _app_of(manifest, set(decline)),
                "people": tuple(people),
                "channels": tuple(channels),
                "groups": tuple(groups),
                "clock": clock or ClockSeed(),
            }
        )


def lasting_id(prefix: str, *names: str) -> str:
    """The same name has the same id in every run, so an app that remembers people still knows them."""
    digest = hashlib.sha256("/".join(names).encode()).digest()
    return prefix + base64.b32encode(digest).decode()[:10].replace("=", "A")


def _app_of(manifest: Mapping[str, Any], declined: set[str]) -> AppSeed:
    features: Mapping[str, Any] = manifest.get("features") or {}
    settings: Mapping[str, Any] = manifest.get("settings") or {}
    scopes: Mapping[str, Any] = (manifest.get("oauth_config") or {}).get("scopes") or {}
    tabs: Mapping[str, Any] = features.get("app_home") or {}
    optional = [scope for scope in scopes.get("bot_optional", ()) if scope not in declined]
    return AppSeed(
        name=manifest["display_information"]["name"],
        bot_name=(features.get("bot_user") or {}).get("display_name", ""),
        scopes=tuple(dict.fromkeys([*scopes.get("bot", ()), *optional])),
        events=tuple((settings.get("event_subscriptions") or {}).get("bot_events", ())),
        commands=tuple(_command_of(command) for command in features.get("slash_commands", ())),
        shortcuts=tuple(_shortcut_of(shortcut) for shortcut in features.get("shortcuts", ())),
        redirect_urls=tuple((manifest.get("oauth_config") or {}).get("redirect_urls", ())),
        pkce=bool((manifest.get("oauth_config") or {}).get("pkce_enabled")),
        token_rotation=bool(settings.get("token_rotation_enabled")),
        http=_http_of(features, settings),
        home_tab=tabs.get("home_tab_enabled", False),
        messages_tab=tabs.get("messages_tab_enabled", False),
        messages_tab_read_only=tabs.get("messages_tab_read_only_enabled", False),
        interactivity=(settings.get("interactivity") or {}).get("is_enabled", False),
    )


def _command_of(command: Mapping[str, Any]) -> CommandSeed:
    return CommandSeed(
        command=command["command"],
        description=command.get("description", ""),
        usage_hint=command.get("usage_hint", ""),
        should_escape=command.get("should_escape", False),
    )


def _shortcut_of(shortcut: Mapping[str, Any]) -> ShortcutSeed:
    return ShortcutSeed(
        name=shortcut["name"], callback_id=shortcut["callback_id"], type=shortcut.get("type", "global")
    )


def _http_of(features: Mapping[str, Any], settings: Mapping[str, Any]) -> HttpSeed | None:
    """Socket Mode, unless the manifest names a request URL and does not switch Socket Mode on."""
    events: Mapping[str, Any] = settings.get("event_subscriptions") or {}
    interactivity: Mapping[str, Any] = settings.get("interactivity") or {}
    commands = [command["url"] for command in features.get("slash_commands", ()) if command.get("url")]
    known = [events.get("request_url"), interactivity.get("request_url"), *commands]
    first = next((url for url in known if url), "")
    if settings.get("socket_mode_enabled") or not first:
        return None
    return HttpSeed(
        url=first,
        events_url=events.get("request_url", ""),
        interactivity_url=interactivity.get("request_url", ""),
        options_url=interactivity.get("message_menu_options_url", ""),
        commands_url=commands[0] if commands else "",
    )
