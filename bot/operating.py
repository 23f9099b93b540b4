"""`tidemark doctor` and `tidemark db`: what whoever runs Tidemark types.

Exit codes as everywhere on the command line, and 1 where a look found a problem.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.console import stop

if TYPE_CHECKING:
    from bot.findings import Finding
    from storage.archive import Summary
    from storage.inspection import Database

_STILL_RUNS = (
    "Tidemark runs on this database, or did a moment ago. Nothing was changed. Stop every process of it (on "
    "SQLite, whatever has the file open), wait for a minute if one was killed, and say this again.",
    "If you are sure that none runs, or that it does no harm, add --while-it-runs.",
)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--http", is_flag=True, help="Of a service that runs with --http.")
def doctor(as_json: bool, http: bool) -> None:
    """Look whether everything is there that Tidemark needs: one line each, and what to do.

    Settings, tokens and scopes, the clock, the database, messages that are stuck, channels, time zones and
    fonts. Nothing is changed, and nothing secret is printed. Exit code 1 if there is a problem.
    """
    from bot import clock, logs
    from bot.doctor import examine

    logs.set_up(level="error", style="console")
    _print(asyncio.run(examine(clock.now, http=http)), as_json=as_json)


@click.group()
def db() -> None:
    """Look after the database of TIDEMARK_DATABASE_URL."""


@db.command()
def upgrade() -> None:
    """Bring the tables up to date. `tidemark run` does so by itself.

    All or nothing: if it is interrupted, the database is as it was, and the next try does all of it.
    """
    from storage import inspection, migrations

    with _opened(new=True) as engine:
        before = inspection.revision(engine)
        migrations.upgrade(engine)
        after = inspection.revision(engine)
    if before == after:
        click.echo(f"The tables are up to date (at {after}).")
    else:
        click.echo(f"The tables are up to date (from {before or 'none'} to {after}).")


@db.command()
@click.argument("file", type=_FILE)
def backup(file: Path) -> None:
    """Write the whole database to FILE, a new one, while Tidemark runs.

    It holds everything, also what only few may see: keep it like the database. It can be restored into a
    database of either kind.
    """
    from bot import clock
    from storage import archive

    with _opened() as engine:
        kept = archive.save(engine, file, at=clock.now())
    click.echo(f"{file}: {_told(kept)}")


@db.command()
@click.argument("file", type=_FILE)
def restore(file: Path) -> None:
    """Put a backup into a new or empty database: all of it, or nothing.

    A backup of an older Tidemark is upgraded. Stop Tidemark before.
    """
    from storage import archive, migrations, restoring
    from storage.errors import BadArchive

    try:
        archive.verify(file)
    except BadArchive as error:
        stop([str(error)])
    with _opened(new=True) as engine:
        back = restoring.restore(engine, file)
    click.echo(f"{file}: {_told(back)}")
    click.echo(f"Restored, compared with its checksums, and up to date (at {migrations.newest()}).")


@db.command("move-team")
@click.argument("team")
@click.option("--to-org", "to", required=True, help="The organisation, as E0123ABCD.")
@click.option("--really", is_flag=True, help="Do it; without this, it is only said what would be done.")
@click.option("--while-it-runs", is_flag=True, help="Do it although a process of Tidemark may be running.")
def move_team(team: str, to: str, really: bool, while_it_runs: bool) -> None:
    """Make all that is kept of the workspace TEAM its organisation's.

    That has to have installed Tidemark as a whole. It is done in one transaction, or not at all. Stop
    Tidemark and keep a backup before: while it runs nothing is moved.
    """
    from bot import clock
    from conversation.notices import RUNS
    from storage import inspection, moving
    from storage.errors import CannotMove

    with _opened() as engine:
        inspection.require_newest(engine)
        if really and not while_it_runs and inspection.is_in_use(engine, RUNS, clock.now()):
            stop(_STILL_RUNS)
        try:
            moved = moving.move(engine, team, to, really=really)
        except CannotMove as error:
            stop([*error.problems, "Nothing was changed."])
    for table, count in moved.rows.items():
        click.echo(f"{table:<16} {count:>9,}")
    ends = f" {_counted(moved.addresses, 'calendar address', 'calendar addresses')} {{}}."
    if really:
        click.echo(f"All of {team} is {moved.name}'s ({to}) now.{ends.format('ended')}")
        click.echo(f"Say now `tidemark installations forget {team}`, if it is still listed as installed.")
    else:
        click.echo(f"So many rows of {team} would become {moved.name}'s ({to}).{ends.format('would end')}")
        click.echo(
            "Nothing was changed. Stop Tidemark, keep a backup (`tidemark db backup FILE`), and say --really."
        )


@db.command("new-form-key")
@click.option("--at-once", is_flag=True, help="Refuse forms that are open now.")
def new_form_key(at_once: bool) -> None:
    """Seal forms with a new key, while Tidemark runs.

    Running processes take it within a minute. Forms that people have open stay good for a day; with
    --at-once, for when somebody has seen the key, whoever sends one is asked to open it again.
    """
    from datetime import timedelta

    from bot import clock
    from bot.seals import FORMS_LAST
    from storage import formkeys, inspection

    lasts = timedelta() if at_once else FORMS_LAST
    with _opened() as engine:
        inspection.require_newest(engine)
        formkeys.change(engine, clock.new_secret(), until=clock.now() + lasts)
    click.echo("Forms are sealed with a new key, by every process within a minute.")
    if at_once:
        click.echo("Whoever sends a form that is open now is asked to open it again.")
    else:
        click.echo("Forms that are open now are good for a day.")


def _counted(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


@db.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(file: Path | None, as_json: bool) -> None:
    """Look whether the database is in order; with FILE, also whether that backup is.

    Exit code 1 if there is a problem.
    """
    from bot.settings import BadSettings, read_store_settings
    from bot.stored import of_backup, of_database

    try:
        url = read_store_settings().database_url
    except BadSettings as error:
        stop(error.problems)
    _print([*of_database(url), *(of_backup(file) if file else ())], as_json=as_json)


@contextmanager
def _opened(*, new: bool = False) -> "Iterator[Database]":
    """What is in the way ends the command with a sentence."""
    from bot.settings import BadSettings, read_store_settings
    from storage import inspection
    from storage.errors import BadArchive, CannotOpenDatabase, CannotRestore, CannotWriteArchive

    try:
        with inspection.opened(read_store_settings().database_url, new=new) as engine:
            yield engine
    except BadSettings as error:
        stop(error.problems)
    except (BadArchive, CannotOpenDatabase, CannotRestore, CannotWriteArchive) as error:
        stop([str(error)])


def _told(summary: "Summary") -> str:
    rows = sum(summary.rows.values())
    return (
        f"{len(summary.rows)} tables at {summary.heading.revision}, {rows:,} rows, SHA-256 {summary.sha256}"
    )


def _print(findings: "list[Finding]", *, as_json: bool) -> None:
    from bot.findings import as_json as in_json
    from bot.findings import as_text, is_well

    click.echo(in_json(findings) if as_json else as_text(findings))
    raise SystemExit(0 if is_well(findings) else 1)
