"""Tokens at rest: only who has the keys reads them, and nobody passes one workspace's off as another's."""

from datetime import UTC, datetime

import pytest

from bot.vault import CannotUnseal, Tokens, Vault, new_key
from storage.records import Installation

TOKENS = Tokens("xoxb-access", "xoxe-refresh")


def installed(team: str, sealed: str) -> Installation:
    about = dict.fromkeys(("name", "app_id", "bot_id", "bot_user_id", "scopes", "installed_by"), "x")
    at = datetime(2026, 11, 27, tzinfo=UTC)
    return Installation(
        team_id=team, is_organisation=False, installed_at=at, sealed=sealed, expires_at=None, **about
    )


def test_what_is_kept_of_one_workspace_opens_for_no_other_and_with_no_other_key() -> None:
    vault = Vault([new_key()])
    sealed = vault.seal("T1", TOKENS)

    assert vault.open(installed("T1", sealed)) == TOKENS
    for other, team in ((vault, "T2"), (Vault([new_key()]), "T1")):
        with pytest.raises(CannotUnseal):
            other.open(installed(team, sealed))


def test_tokens_stand_neither_in_what_is_kept_nor_in_what_is_printed() -> None:
    for text in (Vault([new_key()]).seal("T1", TOKENS), repr(TOKENS)):
        assert "xox" not in text
