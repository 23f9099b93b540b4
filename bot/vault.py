"""Tokens at rest: sealed with keys that only the processes have, so that whoever reads the database or a
backup reads none. Nothing below this room knows a token.

Fernet (AES-128-CBC with an HMAC) by the cryptography library. The newest key seals, all of them open. A seal
names whose tokens it holds, so that nobody can pass one row's off as another's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from storage.records import Installation


class CannotUnseal(Exception):
    """None of the keys opens it, or it was sealed for somebody else."""


@dataclass(frozen=True)
class Tokens:
    """`refresh` buys the next ones, where tokens end."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)


class Vault:
    """`keys` are Fernet's, the newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        from cryptography.fernet import Fernet, MultiFernet  # only where tokens are kept

        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, team: str, tokens: Tokens) -> str:
        held = {"team": team, "access": tokens.access, "refresh": tokens.refresh}
        return self._fernet.encrypt(json.dumps(held).encode()).decode()

    def open(self, installation: Installation) -> Tokens:
        """Raises: CannotUnseal."""
        held = json.loads(self._opened(installation.sealed))
        if held["team"] != installation.team_id:
            raise CannotUnseal(installation.team_id)
        return Tokens(held["access"], held["refresh"])

    def resealed(self, installation: Installation) -> str:
        """The same with the newest key. Raises: CannotUnseal."""
        return self.seal(installation.team_id, self.open(installation))

    def _opened(self, sealed: str) -> bytes:
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet.decrypt(sealed.encode())
        except InvalidToken:
            raise CannotUnseal from None


def new_key() -> str:
    from cryptography.fernet import Fernet

    return Fernet.generate_key().decode()
