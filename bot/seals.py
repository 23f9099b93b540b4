"""What a form carries (`private_metadata`) is sealed: it comes back as we gave it, in the form and from the
person to whom we gave it, or it is refused. So it can be gone by, as by the channel in which a form was
opened, from which its reader may see what they see.

A seal is an HMAC-SHA256 with a key that is kept in the database, made at the first start, so that all
processes have the same and a form outlives a restart. It can be changed while they run.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

import structlog

from conversation.errors import Refused

log = structlog.get_logger()

Json = dict[str, Any]

#: For so long forms are good that were sealed with the key before. Slack keeps a form as long as somebody
#: leaves it open; nobody goes on with it the day after tomorrow.
FORMS_LAST = timedelta(days=1)
#: Seconds after which a process looks for another key.
LOOKS_EVERY = 60.0

_AFTER = "."
#: Characters that a seal adds to the 3,000 that Slack takes.
LENGTH = 44


class SealBroken(Refused):
    """A form that is not as we gave it to this person: forged, somebody else's, or older than seals are."""


@dataclass(frozen=True)
class Seal:
    """That of one person in one workspace or organisation. What an `older` key has sealed is good as well."""

    key: bytes = field(repr=False)
    team: str = ""
    user: str = ""
    older: tuple[bytes, ...] = field(default=(), repr=False)

    def of(self, team: str, user: str) -> Self:
        return type(self)(self.key, team, user, self.older)

    def put(self, view: Json) -> Json:
        """The same view, sealed if it is a form."""
        if view["type"] != "modal":
            return view
        carried = view.get("private_metadata", "")
        seal = self._over(view.get("callback_id", ""), carried, self.key)
        return {**view, "private_metadata": f"{seal}{_AFTER}{carried}"}

    def take_off(self, view: Json) -> None:
        """From a view that Slack sent, so that it is as it was before. Whatever else than a form carries
        something, it is not from us.

        Raises: SealBroken.
        """
        seal, _, carried = str(view.get("private_metadata", "")).partition(_AFTER)
        if view["type"] != "modal":
            carried = ""
        elif not self._holds(seal, view.get("callback_id") or "", carried):
            raise SealBroken()
        view["private_metadata"] = carried

    def _holds(self, seal: str, form: str, carried: str) -> bool:
        return any(
            hmac.compare_digest(seal.encode(), self._over(form, carried, key).encode())
            for key in (self.key, *self.older)
        )

    def _over(self, form: str, carried: str, key: bytes) -> str:
        said = json.dumps([form, self.team, self.user, carried]).encode()
        return urlsafe_b64encode(hmac.digest(key, said, "sha256")).decode().rstrip("=")


class Seals:
    """The `seal` with the keys that are good now, of nobody yet. Who changes the key tells no process: each
    reads it now and then, and before it refuses a form, which another process may have sealed already with
    the newer one."""

    def __init__(self, seal: Seal, read: Callable[[], Awaitable[Seal]]) -> None:
        self.seal, self._read = seal, read

    async def look(self) -> None:
        """Raises: Unavailable."""
        before, self.seal = self.seal, await self._read()
        if self.seal.key != before.key:
            log.info("form_key_changed")

    async def keep_up(self) -> None:
        """What fails is tried again the next time."""
        try:
            await self.look()
        except Exception as error:
            log.warning("form_keys_not_read", error=type(error).__name__)
