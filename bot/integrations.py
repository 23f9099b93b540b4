"""Settings of what Tidemark speaks with beside Slack: trackers and a webhook. Without them nobody is offered
these.

A variable that ends in the id of a workspace or an organisation (`TIDEMARK_JIRA_URL_T0123ABCD`) is for that
one alone, and what is set for it so is all that it has. One without an id is for the only workspace that a
process speaks for. Where anybody may install us there is none such: one workspace's actions would reach the
tracker of another.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.distribution import HERE, READ
from conversation.trackers import TrackerHere, WriteBack
from storage.records import TrackerKind

GITHUB_COM = "https://github.com"
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_PROJECT = re.compile(r"[A-Z][A-Z0-9_]+")
#: No variable that anybody sets: under this name those that end in an id are read.
BY_WORKSPACE = "TIDEMARK_INTEGRATIONS"
#: Bytes of a secret, by the Standard Webhooks.
SHORTEST_SECRET, LONGEST_SECRET = 24, 64


class Integrations(BaseModel):
    """Those of one workspace."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    github_token: SecretStr | None = Field(None, alias="TIDEMARK_GITHUB_TOKEN")
    github_repository: str = Field("", alias="TIDEMARK_GITHUB_REPOSITORY")
    github_url: str = Field(GITHUB_COM, alias="TIDEMARK_GITHUB_URL")
    jira_url: str = Field("", alias="TIDEMARK_JIRA_URL")
    jira_project: str = Field("", alias="TIDEMARK_JIRA_PROJECT")
    jira_issue_type: str = Field("Task", alias="TIDEMARK_JIRA_ISSUE_TYPE")
    jira_done_status: str = Field("", alias="TIDEMARK_JIRA_DONE_STATUS")
    jira_dropped_status: str = Field("", alias="TIDEMARK_JIRA_DROPPED_STATUS")
    write_back: WriteBack = Field(WriteBack.OFF, alias="TIDEMARK_TRACKERS_WRITE_BACK")
    jira_user: str = Field("", alias="TIDEMARK_JIRA_USER")
    jira_token: SecretStr | None = Field(None, alias="TIDEMARK_JIRA_TOKEN")
    webhook_url: str = Field("", alias="TIDEMARK_WEBHOOK_URL")
    webhook_secret: SecretStr | None = Field(None, alias="TIDEMARK_WEBHOOK_SECRET")

    @field_validator("github_token", "jira_token", "webhook_secret", mode="before")
    @classmethod
    def _unset_if_empty(cls, value: str | SecretStr | None) -> str | SecretStr | None:
        return value or None

    @field_validator("github_token", "jira_token")
    @classmethod
    def _a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and value.get_secret_value().split() != [value.get_secret_value()]:
            raise ValueError("has blanks in it. Copy it again.")
        return value

    @field_validator("github_repository")
    @classmethod
    def _a_repository(cls, value: str) -> str:
        if value and (not _REPOSITORY.fullmatch(value) or ".." in value):
            raise ValueError("is no repository; write it as owner/name.")
        return value

    @field_validator("jira_project")
    @classmethod
    def _a_project(cls, value: str) -> str:
        if value and not _PROJECT.fullmatch(value):
            raise ValueError(
                "is no key of a project; it is in front of the number of each issue, as ML in ML-7."
            )
        return value

    @field_validator("github_url", "jira_url", "webhook_url")
    @classmethod
    def _a_safe_url(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme == "http" and parts.hostname not in HERE:
            raise ValueError("has to begin with https://, or what is sent could be read on the way.")
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
            raise ValueError("is no URL; write it as https://host/path, without a name or password.")
        return value

    @field_validator("github_url", "jira_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("webhook_secret")
    @classmethod
    def _a_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            raw = base64.b64decode(value.get_secret_value().removeprefix("whsec_"), validate=True)
        except binascii.Error:
            raw = b""
        if not SHORTEST_SECRET <= len(raw) <= LONGEST_SECRET:
            raise ValueError(
                f"is not base64 of {SHORTEST_SECRET} to {LONGEST_SECRET} random bytes; make one with: "
                "openssl rand -base64 32"
            )
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for parts in (
            {
                "TIDEMARK_GITHUB_TOKEN": self.github_token,
                "TIDEMARK_GITHUB_REPOSITORY": self.github_repository,
            },
            {
                "TIDEMARK_JIRA_TOKEN": self.jira_token,
                "TIDEMARK_JIRA_URL": self.jira_url,
                "TIDEMARK_JIRA_PROJECT": self.jira_project,
            },
            {"TIDEMARK_WEBHOOK_URL": self.webhook_url, "TIDEMARK_WEBHOOK_SECRET": self.webhook_secret},
        ):
            missing = [name for name, value in parts.items() if not value]
            if missing and len(missing) < len(parts):
                there = next(name for name, value in parts.items() if value)
                raise ValueError(f"{' and '.join(missing)} missing: {there} is set, and does nothing alone.")
        return self

    @property
    def github_api(self) -> str:
        """Of a GitHub Enterprise server it is below its own address."""
        return "https://api.github.com" if self.github_url == GITHUB_COM else f"{self.github_url}/api/v3"

    @property
    def trackers(self) -> tuple[TrackerHere, ...]:
        """Those that are set up."""
        found = []
        if self.github_token:
            found.append(
                TrackerHere(TrackerKind.GITHUB, self.github_url, self.github_repository, self.write_back)
            )
        if self.jira_token:
            found.append(TrackerHere(TrackerKind.JIRA, self.jira_url, self.jira_project, self.write_back))
        return tuple(found)


class IntegrationSettings(BaseSettings, Integrations):
    """By themselves those of a workspace that has none of its own."""

    model_config = READ

    by_workspace: Annotated[dict[str, Integrations], NoDecode] = Field({}, alias=BY_WORKSPACE)

    def of(self, team: str) -> Integrations:
        """Those of this workspace or organisation."""
        return self.by_workspace.get(team, self)

    @property
    def for_any(self) -> tuple[str, ...]:
        """The variables that are set for no workspace by its id."""
        return tuple(
            alias
            for name, alias in _VARIABLES.items()
            if name in self.model_fields_set and getattr(self, name)
        )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        of_workspaces = _OfWorkspaces(settings_cls, dotenv_settings, env_settings)
        return init_settings, of_workspaces, env_settings, dotenv_settings, file_secret_settings


class _OfWorkspaces(PydanticBaseSettingsSource):
    """The variables that end in an id, by it; the later of two sources counts."""

    def __init__(self, settings: type[BaseSettings], *sources: PydanticBaseSettingsSource) -> None:
        super().__init__(settings)
        self._sources = [each for each in sources if isinstance(each, EnvSettingsSource)]

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        found: dict[str, dict[str, str]] = {}
        for source in self._sources:
            for variable, value in source.env_vars.items():
                if value and (named := _NAMED.fullmatch(variable.upper())):
                    found.setdefault(named["team"], {})[named["variable"]] = value
        return {BY_WORKSPACE: found} if found else {}


def of_one_workspace(variable: str) -> bool:
    """Whether it ends in the id of one."""
    return _NAMED.fullmatch(variable) is not None


_VARIABLES: Mapping[str, str] = {
    name: field.alias for name, field in Integrations.model_fields.items() if field.alias
}
_NAMED = re.compile(rf"(?P<variable>{'|'.join(_VARIABLES.values())})_(?P<team>[TE][A-Z0-9]+)")
