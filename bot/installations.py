"""`tidemark installations`: who has installed Tidemark, and the keys with which their tokens are sealed. No
token and no key of a setting is printed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bot.console import stop

if TYPE_CHECKING:
    from storage.records import Departure, Installation
    from storage.store import Store


class CannotRekey(Exception):
    """None of the keys opens the tokens of these: `teams`."""

    def __init__(self, teams: tuple[str, ...]) -> None:
        super().__init__(", ".join(teams))
        self.teams = teams


@click.group()
def installations() -> None:
    """Look after the workspaces and organisations that have installed Tidemark."""


@installations.command("list")
def list_them() -> None:
    """Name them, who installed Tidemark there, and until when its token is good."""
    from bot.settings import BadSettings, read_store_settings
    from storage import inspection
    from storage.errors import CannotOpenDatabase

    try:
        with inspection.opened(read_store_settings().database_url) as engine:
            inspection.require_newest(engine)
            found = inspection.installations(engine)
    except BadSettings as error:
        stop(error.problems)
    except CannotOpenDatabase as error:
        stop([str(error)])
    for installation, departure in found:
        click.echo(_told(installation, departure))
    if not found:
        click.echo("Nobody has installed Tidemark over this database yet: /slack/install is where they do.")


@installations.command("new-key")
def print_new_key() -> None:
    """Print a key for TIDEMARK_TOKEN_KEYS. Put it before the keys that are there."""
    from bot.vault import new_key

    click.echo(new_key())


@installations.command("rekey")
def rekey_them() -> None:
    """Seal every token with the newest of TIDEMARK_TOKEN_KEYS, while Tidemark runs.

    All processes must have that key already. After it, the older keys can go.
    """
    from bot.settings import BadSettings, read_keeping_settings

    try:
        keys = read_keeping_settings().keys
    except BadSettings as error:
        stop(error.problems)
    if not keys:
        stop(["TIDEMARK_TOKEN_KEYS is missing. Name the new key and the old ones, the newest first."])
    with _opened() as store:
        try:
            changed = rekey(store, keys)
        except CannotRekey as error:
            stop([f"{no_key_opens(error.teams)} Nothing was changed."])
    click.echo(f"{changed} sealed with the newest key.")


@installations.command("forget")
@click.argument("team")
def forget_one(team: str) -> None:
    """Drop the token of TEAM, the id of a workspace or an organisation: for one that no key opens any more.

    It is as if they had removed Tidemark: what they said is kept for TIDEMARK_UNINSTALLED_DAYS, and goes on
    when they install it again.
    """
    from bot import clock
    from bot.settings import BadSettings, read_keeping_settings
    from conversation import installing

    try:
        days = read_keeping_settings().uninstalled_days
    except BadSettings as error:
        stop(error.problems)
    with _opened() as store:
        if not installing.forget(store, team, clock.now(), days=days):
            stop([f"{team} has not installed Tidemark. `tidemark installations list` names who has."])
    click.echo(f"{team} is forgotten, as if they had removed Tidemark.")


def no_key_opens(teams: Sequence[str]) -> str:
    """The sentence for it."""
    return (
        f"No key of TIDEMARK_TOKEN_KEYS opens the token of {', '.join(teams)}. Add the key with which it was "
        "sealed. If it is lost, forget them (`tidemark installations forget`), and let them install Tidemark "
        "again."
    )


def rekey(store: "Store", keys: Sequence[str]) -> int:
    """How many were sealed anew. Raises: CannotRekey, before anything is changed."""
    from bot.vault import CannotUnseal, Vault
    from conversation import installing

    vault, anew, closed = Vault(keys), [], []
    for installation in store.installations():
        try:
            anew.append((installation, vault.resealed(installation)))
        except CannotUnseal:
            closed.append(installation.team_id)
    if closed:
        raise CannotRekey(tuple(closed))
    return sum(installing.resealed(store, installation, sealed) for installation, sealed in anew)


def _told(installation: "Installation", departure: "Departure | None") -> str:
    kind = "organisation" if installation.is_organisation else "workspace"
    by = f"installed {installation.installed_at:%Y-%m-%d} by {installation.installed_by or 'somebody'}"
    ends = installation.expires_at
    token = f"its token is good until {ends:%Y-%m-%d %H:%M} UTC" if ends else "its token has no end"
    if departure:
        token = f"removed {departure.since:%Y-%m-%d} ({departure.why})"
        token += f", erased {departure.erase_at:%Y-%m-%d}" if departure.erase_at else ""
    return f"{installation.team_id:<12} {installation.name}: {kind}, {by}; {token}"


@contextmanager
def _opened() -> "Iterator[Store]":
    from bot.settings import BadSettings, read_store_settings
    from storage import inspection
    from storage.store import CannotOpenDatabase, Store

    try:
        url = read_store_settings().database_url
        with inspection.opened(url) as engine:
            inspection.require_newest(engine)
        store = Store.open(url)
    except BadSettings as error:
        stop(error.problems)
    except CannotOpenDatabase as error:
        stop([str(error)])
    try:
        yield store
    finally:
        store.close()
