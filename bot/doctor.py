"""`tidemark doctor`: is everything there that Tidemark needs? Each finding is a line that says what to do.

It looks and changes nothing: the database is not upgraded (a few kilobytes are written and taken back),
nothing is posted. It asks Slack for a connection
of Socket Mode, and does not use it.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import available_timezones

from bot.findings import Finding, ok, problem, warning
from bot.line import slack_client, slack_session
from bot.settings import (
    BadSettings,
    HttpSettings,
    Settings,
    StoreSettings,
    misspelt,
    read_http_settings,
    read_settings,
    read_store_settings,
)
from bot.slackchecks import channels, of_nobody, of_service, of_workspace
from conversation import reference
from conversation.pack import Pack, PackError
from conversation.worktime import is_zone
from storage import inspection
from storage.errors import CannotOpenDatabase, NoDatabaseYet
from storage.migrations import newest, revisions
from storage.records import PostingState

#: For so long something may be owed before somebody should look.
OWED = timedelta(hours=1)
#: One of each part of the world that has half hours, summer times, neither.
_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Tokyo")


async def examine(now: Callable[[], datetime], *, http: bool = False) -> list[Finding]:
    """All findings, in the order in which one would mend them; `http`: of a service over HTTP."""
    settings, found = _settings(read_http_settings if http else read_settings)
    if settings:
        async with slack_session() as session:
            client = slack_client(settings, session)
            if settings.is_distributed:
                from bot.checkup import of_installations  # and what it takes to open tokens

                found += [each async for each in of_service(client, session, settings, now)]
                found += _database(settings, now())
                found += [each async for each in of_installations(session, settings, now)]
            else:
                team, slack = await of_workspace(client, settings, now)
                found += [*slack, *(of_nobody(settings, [team]) if team else ())]
                found += _database(settings, now())
                found += [each async for each in channels(client, settings, team)]
    else:
        found.append(warning("slack", "Slack was not asked.", "Mend the settings first."))
        found += _stored(now())
    return [*found, _zones(), _fonts()]


def _settings(
    read: Callable[[], Settings | HttpSettings],
) -> tuple[Settings | HttpSettings | None, list[Finding]]:
    try:
        settings = read()
    except BadSettings as error:
        return None, [*(problem("settings", *_in_two(each)) for each in error.problems), *_misspelt()]
    wrong = [*_questions(settings.pack), *_references(settings.references)]
    return settings, [*(wrong or [ok("settings", "All settings are there and can be read.")]), *_misspelt()]


def _misspelt() -> Iterator[Finding]:
    for name, meant in misspelt().items():
        fix = f"If {meant} is meant, mend the name; otherwise take it out." if meant else "Take it out."
        yield warning("settings", f"{name} is set, and Tidemark has no such setting.", fix)


def _in_two(sentence: str) -> tuple[str, str]:
    """What is wrong, and what to do."""
    said, _, fix = re.sub(r"\. (?=[A-Z])|; ", "\0", sentence, count=1).partition("\0")
    return f"{said.rstrip('.')}.", fix[:1].upper() + fix[1:]


def _questions(name: str) -> Iterator[Finding]:
    try:
        Pack.named(name)
    except (LookupError, PackError, OSError, UnicodeDecodeError) as error:
        first = str(error).splitlines()[0]
        yield problem("settings", f"TIDEMARK_PACK: {first}", "`tidemark pack lint` names all that is wrong.")


def _references(folder: Path | None) -> Iterator[Finding]:
    try:
        reference.load_all(folder)
    except reference.BadReference as error:
        for each in error.problems:
            yield problem(
                "settings", f"TIDEMARK_REFERENCES: {each}", "`tidemark references lint` checks a file."
            )


def _stored(now: datetime) -> list[Finding]:
    """Of the database, where other settings are wrong."""
    try:
        return _database(read_store_settings(), now)
    except BadSettings:
        return [warning("database", "The database was not opened.", "Mend TIDEMARK_DATABASE_URL first.")]


def _database(settings: StoreSettings, now: datetime) -> list[Finding]:
    try:
        with inspection.opened(settings.database_url) as engine:
            at = inspection.revision(engine)
            found = [schema(at), *_durability(inspection.waits_for_the_disk(engine))]
            if at != newest():
                return found
            stuck = inspection.stuck(engine, owed_before=now - OWED)
            return [*found, *_writing(inspection.takes_no_writing(engine)), *_postings(stuck)]
    except NoDatabaseYet as error:
        return [warning("database", *_in_two(str(error)))]
    except CannotOpenDatabase as error:
        return [problem("database", *_in_two(str(error)))]


def _durability(waits_for_the_disk: bool) -> Iterator[Finding]:
    if not waits_for_the_disk:
        yield problem(
            "database",
            "PostgreSQL says that an answer is kept before it is on disk (synchronous_commit is off): where "
            "it dies, what was answered just before is lost.",
            "Set it with `ALTER DATABASE … SET synchronous_commit = on`, and start Tidemark again.",
        )


def _writing(refusal: str) -> Iterator[Finding]:
    if refusal:
        yield problem(
            "database",
            f"The database can be read, and takes nothing that is written ({refusal}).",
            "See that there is room, that the server is not read-only, and that this user may write to a "
            "SQLite file, to its -wal and -shm, and to its folder.",
        )


def schema(at: str | None) -> Finding:
    """Whether the tables are those of this version."""
    if at is None:
        return warning(
            "database",
            "The database has no tables yet.",
            "`tidemark db upgrade` or `tidemark run` makes them.",
        )
    if at == newest():
        return ok("database", f"The database can be reached, and its tables are up to date (at {at}).")
    if at in revisions():
        return warning(
            "database",
            f"The tables are at {at}, and this version has them at {newest()}.",
            "Keep a copy (`tidemark db backup FILE`), then run `tidemark db upgrade`; `tidemark run` does so "
            "by itself.",
        )
    return problem(
        "database",
        f"The tables are at {at}, of a newer Tidemark; this version knows them up to {newest()}.",
        "Install that version again, or a newer one.",
    )


_WHAT_TO_DO = {
    PostingState.FAILED: (
        "could not be sent",
        "The log says why at post_refused or post_failed. Mend that; these are not sent again by themselves.",
    ),
    PostingState.UNCERTAIN: (
        "may or may not have arrived",
        "Their facilitator sees them in `/tidemark status`, and can have them sent again.",
    ),
    PostingState.OWED: ("wait to be sent", "See that `tidemark run` runs, and what its log says."),
    PostingState.CLAIMED: (
        "were begun and not finished",
        "See that `tidemark run` runs: it takes them up again by itself.",
    ),
}


def _postings(stuck: list[inspection.Stuck]) -> Iterator[Finding]:
    for each in stuck:
        what, fix = _WHAT_TO_DO[each.state]
        count = "1 message" if each.count == 1 else f"{each.count} messages"
        yield warning(
            "postings",
            f"{each.team}: {count} {what}, the oldest due since {each.since:%Y-%m-%d %H:%M} UTC.",
            fix,
        )
    if not stuck:
        yield ok("postings", "No message is stuck.")


def _zones() -> Finding:
    if lacking := [name for name in _ZONES if not is_zone(name)]:
        return problem(
            "zones",
            f"The time-zone database lacks {', '.join(lacking)}: reminders would come at UTC's hours.",
            "Install it: apt-get install tzdata, or pip install tzdata.",
        )
    return ok("zones", f"The time-zone database has {len(available_timezones())} zones.")


def _fonts() -> Finding:
    """Drawn for once, because it takes the fonts, and the library that draws."""
    try:
        from bot.charts.lettering import font_file
        from bot.pictures import Picture, png

        lacking = [file for bold in (False, True) if not Path(file := font_file(bold=bold)).is_file()]
        png(Picture("test", "Test", "Test", _DRAWING))
    except Exception as error:  # whatever a native library may come up with is the finding
        lacking = [type(error).__name__]
    if lacking:
        return problem(
            "fonts",
            f"Charts cannot be drawn ({', '.join(lacking)}).",
            "Install Tidemark again with all its dependencies (font-roboto and resvg-py among them).",
        )
    return ok("fonts", "Charts can be drawn.")


_DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text x="2" y="15">A</text></svg>'
