"""What a form carries (`private_metadata`) is sealed: it comes back as we gave it, in the form and from the
person to whom we gave it, or it is refused. So it can be gone by, as by the channel in which a form was
opened, from which its reader may see what they see.

A seal is an HMAC-SHA256 with a key that is kept in the database, made at the first start, so that all
processes have the same and a form outlives a restart.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any, Self

from conversation.errors import Refused

Json = dict[str, Any]

_AFTER = "."
#: Characters that a seal adds to the 3,000 that Slack takes.
LENGTH = 44


class SealBroken(Refused):
    """A form that is not as we gave it to this person: forged, somebody else's, or older than seals are."""


@dataclass(frozen=True)
class Seal:
    """That of one person in one workspace or organisation."""

    key: bytes = field(repr=False)
    team: str = ""
    user: str = ""

    def of(self, team: str, user: str) -> Self:
        return type(self)(self.key, team, user)

    def put(self, view: Json) -> Json:
        """The same view, sealed if it is a form."""
        if view["type"] != "modal":
            return view
        carried = view.get("private_metadata", "")
        seal = self._over(view.get("callback_id", ""), carried)
        return {**view, "private_metadata": f"{seal}{_AFTER}{carried}"}

    def take_off(self, view: Json) -> None:
        """From a view that Slack sent, so that it is as it was before. Whatever else than a form carries
        something, it is not from us.

        Raises: SealBroken.
        """
        seal, _, carried = str(view.get("private_metadata", "")).partition(_AFTER)
        if view["type"] != "modal":
            carried = ""
        elif not hmac.compare_digest(
            seal.encode(), self._over(view.get("callback_id") or "", carried).encode()
        ):
            raise SealBroken()
        view["private_metadata"] = carried

    def _over(self, form: str, carried: str) -> str:
        said = json.dumps([form, self.team, self.user, carried]).encode()
        return urlsafe_b64encode(hmac.digest(self.key, said, "sha256")).decode().rstrip("=")
