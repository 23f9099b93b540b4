"""A desk for commands that work on the database while nobody is in Slack."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot import clock
from bot.console import CannotDo
from bot.settings import SHIPPED_PACK, BadSettings, read_store_settings
from conversation.desk import Desk
from conversation.pack import Pack
from conversation.reference import shipped
from storage import inspection
from storage.store import CannotOpenDatabase, Store


@contextmanager
def desk_of(team: str | None, pack: Pack | None = None) -> Iterator[Desk]:
    """Over TIDEMARK_DATABASE_URL, in this Slack workspace, or in the only one that is there; its team is ""
    where there is none yet. New rounds ask the questions of `pack`, by default those that we ship.

    Raises: CannotDo.
    """
    with _refusals():
        store = Store.open(read_store_settings().database_url)
    try:
        yield _desk(store, team, pack)
    finally:
        store.close()


@contextmanager
def desk_for_import(team: str | None, pack: Pack | None = None) -> Iterator[Desk]:
    """The same where a workspace is needed, to which something is added. Raises: CannotDo."""
    with desk_of(team, pack) as desk:
        if not desk.team:
            raise CannotDo(["This database knows no Slack workspace yet; name it with --team."])
        yield desk


@contextmanager
def desk_to_read(team: str | None) -> Iterator[Desk]:
    """The same over a database that is there and has the tables of this version: who only reads makes none,
    and upgrades none under processes that run. Raises: CannotDo."""
    with _refusals(), inspection.opened(read_store_settings().database_url) as engine:
        inspection.require_newest(engine)
    with desk_of(team) as desk:
        yield desk


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except BadSettings as error:
        raise CannotDo(error.problems) from None
    except CannotOpenDatabase as error:
        raise CannotDo([str(error)]) from None


def _desk(store: Store, team: str | None, pack: Pack | None) -> Desk:
    teams = store.teams()
    if team is None and len(teams) > 1:
        raise CannotDo([f"There are several workspaces; name one with --team: {', '.join(teams)}."])
    return Desk(
        team=team or next(iter(teams), ""),
        store=store,
        now=clock.now,
        new_id=clock.new_id,
        pack=pack or Pack.shipped(SHIPPED_PACK),
        claimant="",
        references=shipped(),
    )
