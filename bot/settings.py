"""Settings, read once from the environment (and from a file `.env` beside where one starts)."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode

from bot.distribution import READ, DistributionSettings
from bot.integrations import BY_WORKSPACE, IntegrationSettings, of_one_workspace
from conversation.worktime import is_zone
from storage.database import engine_for
from storage.errors import BadDatabaseUrl

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

#: Whole messages for what people get wrong, by variable.
_MISSING = {
    "SLACK_BOT_TOKEN": "is missing. Copy the Bot User OAuth Token of your Slack app (OAuth & Permissions); "
    "it starts with xoxb-.",
    "SLACK_APP_TOKEN": "is missing. Make an app-level token with the scope connections:write (Basic "
    "Information); it starts with xapp-.",
    "TIDEMARK_SIGNING_SECRET": "is missing. Copy the Signing Secret of your Slack app (Basic Information): "
    "every request is checked with it.",
    "TIDEMARK_PUBLIC_URL": "is missing. Name the address at which people's browsers reach this service, as "
    "https://your.host: who installs Tidemark comes back to it.",
}


#: The questions of those who name none.
SHIPPED_PACK = "mlops"
LONGEST_BEAT = 60
#: A person, or a user group.
_SLACK_ID = re.compile(r"[UWS][A-Z0-9]+")
_OURS = "TIDEMARK_"
#: What Kubernetes sets for a service of our name, where `enableServiceLinks` is not off.
_OF_KUBERNETES = re.compile(r"TIDEMARK_(SERVICE_(HOST|PORT\w*)|PORT_\d+_\w+)")
#: Months.
LONGEST_KEPT = 1200
#: Days.
LONGEST_UNINSTALLED = 3650
#: Seconds.
LONGEST_STOP = 600
#: Slack makes them of 32 hexadecimal digits.
SHORTEST_SECRET = 16


class BadSettings(ValueError):
    """`problems`: one sentence for each setting that is missing or malformed."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StoreSettings(BaseSettings):
    """What is needed to open the database."""

    model_config = READ

    database_url: str = Field(default="sqlite:///tidemark.db", alias="TIDEMARK_DATABASE_URL")

    @field_validator("*", mode="before")
    @classmethod
    def _without_quotes(cls, value: object) -> object:
        """A shell and systemd take them off; `docker run --env-file` and Kubernetes do not."""
        if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
            raise ValueError("has quotes around it, which count as a part of it here; leave them out.")
        return value

    @field_validator("database_url")
    @classmethod
    def _a_lasting_database(cls, value: str) -> str:
        try:
            engine = engine_for(value)  # reads the URL; nothing is connected yet
        except BadDatabaseUrl as error:
            raise ValueError(str(error)) from None
        engine.dispose()
        if engine.dialect.name == "sqlite" and engine.url.database in {None, "", ":memory:"}:
            raise ValueError("names no file, so that all answers would be lost; write sqlite:///tidemark.db")
        return value


class LeavingSettings(BaseSettings):
    """For how long everything is kept of who has removed us."""

    model_config = READ

    uninstalled_days: int = Field(30, alias="TIDEMARK_UNINSTALLED_DAYS")

    @field_validator("uninstalled_days", mode="before")
    @classmethod
    def _some_days(cls, value: int | str) -> int:
        said = (
            f"is not a number of days up to {LONGEST_UNINSTALLED}; 0 keeps everything, leave it out for 30."
        )
        return _number(int, value, LONGEST_UNINSTALLED, said)


class KeepingSettings(StoreSettings, DistributionSettings, LeavingSettings):
    """What is needed to look after installations."""


class ReferenceSettings(BaseSettings):
    """Where reference data beside the shipped ones are."""

    model_config = READ

    references: Path | None = Field(None, alias="TIDEMARK_REFERENCES")

    @field_validator("references", mode="before")
    @classmethod
    def _none_if_empty(cls, value: str) -> str | None:
        return value or None


class SlackSettings(
    StoreSettings, ReferenceSettings, IntegrationSettings, DistributionSettings, LeavingSettings
):
    """What is needed to speak with Slack, however Slack reaches us: a token for one workspace, or what it
    takes to be installed in many."""

    slack_bot_token: SecretStr | None = Field(None, alias="SLACK_BOT_TOKEN", validate_default=True)
    slack_api_url: str = Field("https://slack.com/api/", alias="SLACK_API_URL")
    pack: str = Field(SHIPPED_PACK, alias="TIDEMARK_PACK")
    log_level: str = Field("info", alias="TIDEMARK_LOG_LEVEL")
    log_format: str = Field("json", alias="TIDEMARK_LOG_FORMAT")
    timezone: str = Field("UTC", alias="TIDEMARK_TIMEZONE")
    retention_months: int = Field(24, alias="TIDEMARK_RETENTION_MONTHS")
    beat_seconds: float = Field(2.0, alias="TIDEMARK_BEAT_SECONDS")
    stop_seconds: float = Field(20.0, alias="TIDEMARK_STOP_SECONDS")
    creators: Annotated[tuple[str, ...], NoDecode] = Field((), alias="TIDEMARK_CREATORS")
    alive_file: Path | None = Field(None, alias="TIDEMARK_ALIVE_FILE")

    @model_validator(mode="after")
    def _integrations_of_somebody(self) -> Self:
        """Of whom, where many may install us, nobody could say."""
        if self.is_distributed and self.for_any:
            raise ValueError(
                f"{', '.join(self.for_any)}: say for which workspace or organisation. Tidemark serves all "
                f"that install it, so write the id behind each of these, as {self.for_any[0]}_T0123ABCD; "
                "`tidemark installations list` names the ids."
            )
        return self

    @field_validator("alive_file", mode="before")
    @classmethod
    def _a_file_in_a_folder(cls, value: str) -> str | None:
        if value and (Path(value).is_dir() or not Path(value).parent.is_dir()):
            raise ValueError("is no file in a folder that there is; write a path like /tmp/tidemark-alive.")
        return value or None

    @field_validator("log_level")
    @classmethod
    def _a_level(cls, value: str) -> str:
        return _one_of(value, ("debug", "info", "warning", "error"))

    @field_validator("log_format")
    @classmethod
    def _a_format(cls, value: str) -> str:
        return _one_of(value, ("json", "console"))

    @field_validator("creators", mode="before")
    @classmethod
    def _people_and_groups(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        named = value if isinstance(value, tuple) else tuple(filter(None, map(str.strip, value.split(","))))
        if odd := [one for one in named if not _SLACK_ID.fullmatch(one)]:
            raise ValueError(
                f"names {odd[0]}, which is no id of a person (U…) or of a user group (S…); write U123,S456."
            )
        return named

    @field_validator("timezone")
    @classmethod
    def _a_zone(cls, value: str) -> str:
        if not is_zone(value):
            raise ValueError(
                "is no time zone that I know; write one like Europe/London, or leave it out for UTC."
            )
        return value

    @field_validator("retention_months", mode="before")
    @classmethod
    def _some_months(cls, value: int | str) -> int:
        said = f"is not a number of months up to {LONGEST_KEPT}; 0 keeps everything, leave it out for 24."
        return _number(int, value, LONGEST_KEPT, said)

    @field_validator("beat_seconds", mode="before")
    @classmethod
    def _some_seconds(cls, value: float | str) -> float:
        said = f"is not a number of seconds up to {LONGEST_BEAT}; leave it out for 2."
        if (seconds := _number(float, value, LONGEST_BEAT, said)) == 0:
            raise ValueError(said)
        return seconds

    @field_validator("stop_seconds", mode="before")
    @classmethod
    def _time_to_stop(cls, value: float | str) -> float:
        return _seconds(value, LONGEST_STOP, otherwise=20)

    @field_validator("slack_bot_token")
    @classmethod
    def _a_bot_token(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        one = value is not None and value.get_secret_value() != ""
        many = info.data.get("client_id") or info.data.get("token_keys")
        if value is None or not one:
            if many:
                return None
            raise ValueError(_MISSING["SLACK_BOT_TOKEN"])
        if many:
            raise ValueError(
                "is set beside SLACK_CLIENT_ID. Leave it out, so that Tidemark serves all workspaces that "
                "install it; or leave out SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and TIDEMARK_TOKEN_KEYS."
            )
        return _begins(value, "xoxb-", "a bot token; copy the Bot User OAuth Token of your Slack app")

    @field_validator("slack_api_url")
    @classmethod
    def _a_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError("is not a URL; leave it out for slack.com, or write http://host:port/api/")
        if "@" in parts.netloc:
            raise ValueError("names a user, which cannot be sent beside a token; write http://host:port/api/")
        return value if value.endswith("/") else f"{value}/"


class ListeningSettings(BaseSettings):
    """Where we listen: over HTTP for Slack, and where people's browsers come back to us for them.
    `drain_seconds`: for so long requests are still taken after we were told to stop, so that whoever balances
    the load sees first that we are not ready any more."""

    model_config = READ

    host: str = Field("127.0.0.1", alias="TIDEMARK_HOST")
    port: int = Field(3000, alias="TIDEMARK_PORT")
    drain_seconds: float = Field(5.0, alias="TIDEMARK_DRAIN_SECONDS")

    @field_validator("port", mode="before")
    @classmethod
    def _a_port(cls, value: int | str) -> int:
        return _number(int, value, 65535, "is not a port (0 to 65535); leave it out for 3000.")

    @field_validator("drain_seconds", mode="before")
    @classmethod
    def _time_to_drain(cls, value: float | str) -> float:
        return _seconds(value, LONGEST_STOP, otherwise=5)


class Settings(SlackSettings, ListeningSettings):
    """Over Socket Mode: we connect to Slack."""

    slack_app_token: SecretStr = Field(alias="SLACK_APP_TOKEN")

    @field_validator("slack_app_token")
    @classmethod
    def _an_app_token(cls, value: SecretStr) -> SecretStr:
        return _begins(value, "xapp-", "an app-level token; make one under Basic Information")


class HttpSettings(SlackSettings, ListeningSettings):
    """Over HTTP: Slack sends us requests that are signed with one of these; where the secret is being
    changed, with the one before or the one after. An app token is nothing that is needed: where it is still
    there, `tidemark doctor` asks with it whether Socket Mode is still on."""

    slack_app_token: SecretStr | None = Field(None, alias="SLACK_APP_TOKEN")
    signing_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = Field(alias="TIDEMARK_SIGNING_SECRET")

    @field_validator("signing_secrets", mode="before")
    @classmethod
    def _signing_secrets(cls, value: str | tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if isinstance(value, tuple):
            return value
        secrets = [each.strip() for each in value.split(",")]
        if any(re.search(r"[\s'\"]", each) or len(each) < SHORTEST_SECRET for each in secrets):
            raise ValueError("is not whole: it is too short, or has blanks or quotes in it. Copy it again.")
        return tuple(map(SecretStr, secrets))

    @model_validator(mode="after")
    def _people_come_back_to_us(self) -> Self:
        if self.is_distributed and not self.public_url:
            raise ValueError(f"TIDEMARK_PUBLIC_URL {_MISSING['TIDEMARK_PUBLIC_URL']}")
        return self


def read_http_settings() -> HttpSettings:
    """Raises: BadSettings."""
    return _read(HttpSettings)


def read_settings() -> Settings:
    """Raises: BadSettings."""
    return _read(Settings)


def read_store_settings() -> StoreSettings:
    """Raises: BadSettings."""
    return _read(StoreSettings)


def read_reference_settings() -> ReferenceSettings:
    """Raises: BadSettings."""
    return _read(ReferenceSettings)


def read_keeping_settings() -> KeepingSettings:
    """Raises: BadSettings."""
    return _read(KeepingSettings)


def read_integration_settings() -> IntegrationSettings:
    """Raises: BadSettings."""
    return _read(IntegrationSettings)


def misspelt() -> dict[str, str]:
    """Variables that begin like ours and are none, of the environment and of `.env`; each with the one that
    it is most like, or nothing. They count for nothing, and nobody would notice."""
    from difflib import get_close_matches

    fields = (field for kind in (Settings, HttpSettings) for field in kind.model_fields.values())
    ours = {field.alias for field in fields if field.alias} - {BY_WORKSPACE}
    given = {name.upper() for name in (*os.environ, *_named_in_file())} - ours
    words = {name.removeprefix(_OURS): name for name in ours if name.startswith(_OURS)}
    strange = sorted(
        name
        for name in given
        if name.startswith(_OURS) and not of_one_workspace(name) and not _OF_KUBERNETES.fullmatch(name)
    )
    like = {name: get_close_matches(name.removeprefix(_OURS), words, 1) for name in strange}
    return {name: words[nearest[0]] if nearest else "" for name, nearest in like.items()}


def _named_in_file() -> Iterable[str]:
    from dotenv import dotenv_values

    try:
        return dotenv_values(".env")
    except (OSError, UnicodeDecodeError):  # which was said where its settings were read
        return ()


S = TypeVar("S", bound=BaseSettings)
N = TypeVar("N", int, float)


def _read(settings: type[S]) -> S:
    try:
        return settings()
    except ValidationError as error:
        raise BadSettings(_problems(settings, error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings((f".env cannot be read ({error}). Mend the file, or move it away.",)) from None


def _one_of(value: str, words: tuple[str, ...]) -> str:
    if value.casefold() not in words:
        raise ValueError(f"is none of {', '.join(words)}.")
    return value.casefold()


def _seconds(value: float | str, most: int, *, otherwise: int) -> float:
    said = f"is not a number of seconds up to {most}; leave it out for {otherwise}."
    return _number(float, value, most, said)


def _number(kind: type[N], value: float | str, most: float, otherwise: str) -> N:
    """From 0 to `most`. Raises: ValueError, which says what is said `otherwise`."""
    try:
        number = kind(value)
    except ValueError:
        raise ValueError(otherwise) from None
    if not 0 <= number <= most:
        raise ValueError(otherwise)
    return number


def _begins(value: SecretStr, prefix: str, what: str) -> SecretStr:
    token = value.get_secret_value()
    if not token.startswith(prefix):
        raise ValueError(f"is not {what} (it starts with {prefix}).")
    if token.split() != [token] or len(token) < len(prefix) + 8:
        raise ValueError("is not whole: it is too short, or has blanks in it. Copy it again.")
    return value


def _problems(settings: type[BaseSettings], error: ValidationError) -> tuple[str, ...]:
    """Never with the value: it may be a token."""
    variables = {name: field.alias or name for name, field in settings.model_fields.items()}
    return tuple(
        " ".join(filter(None, (_variable(problem["loc"], variables), said)))
        for problem in error.errors()
        for said in _sentence(problem).splitlines()
    )


def _variable(place: tuple[int | str, ...], variables: Mapping[str, str]) -> str:
    """Which one is wrong; of integrations for one workspace, at least for which."""
    match [str(part) for part in place]:
        case [name, team, variable, *_] if name == BY_WORKSPACE:
            return f"{variable}_{team}"
        case [name, team] if name == BY_WORKSPACE:
            return f"For {team}:"
        case [name, *_]:
            return variables.get(name, name)
    return ""


def _sentence(problem: "ErrorDetails") -> str:
    if problem["type"] == "missing":
        return _MISSING.get(str(problem["loc"][0]), "is missing.")
    return str(problem["msg"]).removeprefix("Value error, ")
