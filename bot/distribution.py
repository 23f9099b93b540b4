"""Settings of a service that is installed in many workspaces, and keeps a token for each. Without them a
process has one token, and speaks for one workspace."""

import base64
import binascii
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

#: Where plain HTTP does not leave the machine.
HERE = {"localhost", "127.0.0.1", "::1"}
#: Bytes of a key.
_KEY = 32
#: As all settings are read. There are many kinds, of which a process reads one: the checks of the others are
#: not built.
READ = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, defer_build=True)
_NEEDED = {
    "client_id": "SLACK_CLIENT_ID is missing. Copy the Client ID of your Slack app (Basic Information).",
    "client_secret": "SLACK_CLIENT_SECRET is missing. Copy the Client Secret of your Slack app (Basic "
    "Information).",
    "token_keys": "TIDEMARK_TOKEN_KEYS is missing. `tidemark installations new-key` prints one; keep it "
    "where you keep secrets.",
}


class DistributionSettings(BaseSettings):
    """`token_keys`: the newest first. `public_url`: where people's browsers reach this service."""

    model_config = READ

    client_id: str = Field("", alias="SLACK_CLIENT_ID")
    client_secret: SecretStr = Field(SecretStr(""), alias="SLACK_CLIENT_SECRET")
    token_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field((), alias="TIDEMARK_TOKEN_KEYS")
    public_url: str = Field("", alias="TIDEMARK_PUBLIC_URL")

    @property
    def is_distributed(self) -> bool:
        return bool(self.client_id)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key.get_secret_value() for key in self.token_keys)

    @field_validator("client_id", "client_secret")
    @classmethod
    def _without_blanks(cls, value: str | SecretStr) -> str | SecretStr:
        said = value if isinstance(value, str) else value.get_secret_value()
        if said and said.split() != [said]:
            raise ValueError("has blanks in it. Copy it again.")
        return value

    @field_validator("token_keys", mode="before")
    @classmethod
    def _some_keys(cls, value: str | tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if isinstance(value, tuple):
            return value
        keys = [key.strip() for key in value.split(",") if key.strip()]
        for place, key in enumerate(keys, start=1):
            if not _is_key(key):
                raise ValueError(
                    f"has no key at place {place}; a key is what `tidemark installations new-key` prints, "
                    "several are separated by commas, the newest first."
                )
        return tuple(map(SecretStr, keys))

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
        if not secure or not parts.netloc or "@" in parts.netloc or parts.query or parts.fragment:
            raise ValueError("is no address that begins with https://; write it as https://your.host.")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _all_or_none(self) -> Self:
        given = {name: bool(getattr(self, name)) for name in ("client_id", "token_keys")}
        given["client_secret"] = bool(self.client_secret.get_secret_value())
        lacking = [said for name, said in _NEEDED.items() if not given[name]]
        if any(given.values()) and lacking:
            raise ValueError("\n".join(lacking))
        return self


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, altchars=b"-_", validate=True)) == _KEY
    except (binascii.Error, ValueError):
        return False
