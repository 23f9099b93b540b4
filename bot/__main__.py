"""`tidemark` on the command line (also `python -m bot`).

Exit codes: 0 well, 2 something that the caller can mend (said in one sentence each), 75 where `run` cannot
begin as long as Slack or the database server is away or somebody else has its port, 1 anything else.
"""

import asyncio
import gc
import json
import runpy
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.console import TRY_AGAIN, CannotDo, content, stop
from bot.importing import imports
from bot.installations import installations
from bot.operating import db, doctor

if TYPE_CHECKING:
    from bot.options import Asked
    from conversation.answersfile import AnswersFile
    from conversation.pack import Pack
    from conversation.reasoning import Reasoning
    from conversation.reference import ReferenceData

#: Bytes of a file that is read as a whole. A thousand people's answers to every question are 5 MB.
LARGEST = 20_000_000
#: Kept here as well, so that help and a start are quick; tests hold them against `bot.exports` and
#: `scoring.levels`. The first is what is taken where none is named.
FORMATS = ("html", "pdf", "markdown", "xlsx", "csv", "json")
STRICTNESS = ("iso33020", "all", "majority")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="tidemark")
def main() -> None:
    """Run MLOps maturity assessments as a conversation in Slack."""


main.add_command(doctor)
main.add_command(db)
main.add_command(installations)


@main.command()
@click.option("--http", is_flag=True, help="Listen for Slack's signed requests instead.")
def run(http: bool) -> None:
    """Connect to Slack over Socket Mode and stay.

    Needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN; with --http, TIDEMARK_SIGNING_SECRET instead of the latter, and
    it listens at TIDEMARK_HOST and TIDEMARK_PORT (docs/operations.md). To be installed in many workspaces:
    SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, TIDEMARK_TOKEN_KEYS and TIDEMARK_PUBLIC_URL instead of
    SLACK_BOT_TOKEN. SLACK_API_URL points it at any other
    server that speaks Slack's API, TIDEMARK_DATABASE_URL at a database other than the file tidemark.db.
    TIDEMARK_PACK names the questions of new assessments: a shipped pack (`tidemark pack list`), or a file.
    TIDEMARK_REFERENCES names a folder with reference data of your own (`tidemark references list`).
    """
    gc.disable()  # what a start loads stays; looking for garbage in it took a fifth of the time
    began = time.monotonic()
    import structlog

    from bot import logs, starting, tracing
    from bot.entrance import CannotListen, CannotListenYet
    from bot.line import CannotReachSlack, SlackIsAway
    from bot.secrecy import secrets_of
    from bot.settings import SHIPPED_PACK, BadSettings, misspelt, read_http_settings, read_settings
    from storage.errors import CannotOpenDatabase, DatabaseIsAway, Unavailable
    from storage.store import Store

    try:
        settings = read_http_settings() if http else read_settings()
    except BadSettings as error:
        stop(error.problems)
    logs.set_up(level=settings.log_level, style=settings.log_format, secrets=secrets_of(settings))
    for name, meant in misspelt().items():
        structlog.get_logger().warning("no_such_setting", setting=name, meant=meant or None)
    # What somebody wrote is looked at before anything begins; what ships with us is read when it is needed.
    questions = None if settings.pack == SHIPPED_PACK else _pack(settings.pack, setting="TIDEMARK_PACK: ")
    references = (
        _references(settings.references, setting="TIDEMARK_REFERENCES: ") if settings.references else None
    )
    try:
        store = Store.open(settings.database_url, patience=starting.SECONDS_FOR_A_LOCK)
    except DatabaseIsAway as error:
        stop([str(error)], code=TRY_AGAIN)
    except CannotOpenDatabase as error:
        stop([str(error)])
    end_traces = tracing.begin()
    try:
        store.require_writing()
        asyncio.run(starting.run(settings, store, began=began, pack=questions, references=references))
    except (SlackIsAway, CannotListenYet) as error:
        stop([str(error)], code=TRY_AGAIN)
    except Unavailable as error:
        said = f"The database of TIDEMARK_DATABASE_URL takes nothing that is written ({error})."
        stop([f"{said} `tidemark doctor` says what to look at."], code=TRY_AGAIN)
    except (CannotOpenDatabase, CannotReachSlack, CannotListen) as error:
        stop([str(error)])
    finally:
        end_traces()
        store.close()


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def demo(options: tuple[str, ...]) -> None:
    """Play the ABC Inc. case in a local workspace, from the scope to the weekly digest."""
    sys.argv = ["tidemark demo", *options]
    runpy.run_module("demo", run_name="__main__")


@main.command()
@click.argument("answers", type=click.Path(path_type=Path))
@click.option("--pack", "name", default="mlops", show_default=True, help="A shipped pack, or a file.")
@click.option("--explain", is_flag=True, help="Print the whole reasoning, from each answer to the plan.")
@click.option(
    "--strictness",
    type=click.Choice(STRICTNESS),
    default=STRICTNESS[0],
    show_default=True,
    help="How much of an aspect has to be at a level.",
)
@click.option("--target", help="Levels to aim at: 2, or monitoring=2,governance=3; else one level up.")
@click.option("--path", "paths", multiple=True, help="The least work to a level: monitoring=2.")
@click.option("--what-if", "supposed", help="Suppose levels of questions: MON-Q1=2,MON-Q3=2.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def score(
    answers: Path,
    name: str,
    explain: bool,
    strictness: str,
    target: str | None,
    paths: tuple[str, ...],
    supposed: str | None,
    as_json: bool,
) -> None:
    """Score a file of answers, without Slack.

    The file holds a list "answers" and, optionally, a list "evidence" (docs/commands.md shows both). Prints
    the levels in short, with --explain all that they follow from and what follows from them.
    """
    from bot.options import asked_of
    from conversation import answersfile, scorecard
    from scoring import levels

    pack = _pack(name)
    try:
        asked = asked_of(pack, strictness=strictness, target=target, paths=paths, supposed=supposed)
        read = answersfile.read_answers(_text(answers), pack)
    except CannotDo as error:
        stop(error.problems)
    except answersfile.BadAnswers as error:
        stop(f"{answers}: {problem}" for problem in error.problems)
    for warning in read.warnings:
        click.echo(f"{answers}: {warning}", err=True)
    if as_json:
        card = scorecard.as_json(scorecard.score(pack, read.answers, levels.STRICTNESS[strictness]))
        from conversation import reasoning

        found = reasoning.as_json(_reasoned(pack, asked, read))
        click.echo(json.dumps(card | found, indent=2, ensure_ascii=False))
        return
    from bot import reasoning as printed

    if explain:
        click.echo(printed.as_text(_reasoned(pack, asked, read)))
        return
    click.echo(scorecard.as_text(scorecard.score(pack, read.answers, levels.STRICTNESS[strictness])))
    if asked.choices:
        click.echo(printed.choices_as_text(_reasoned(pack, asked, read)))


def _reasoned(pack: "Pack", asked: "Asked", read: "AnswersFile") -> "Reasoning":
    from conversation import reasoning
    from conversation.errors import Refused

    try:
        return reasoning.reason(pack, asked.scope, read, paths=asked.paths, supposed=asked.supposed)
    except Refused as error:
        from bot.views.refusals import sentence

        stop([f"--path: {sentence(error)}"])


@main.command("export")
@click.argument("subject", required=False, default="")
@click.option("--format", "form", type=click.Choice(FORMATS), default="html", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="The file; by default one in this folder.")
@click.option("--language", default="en", show_default=True, help="In which language: en, es.")
@click.option("--team", help="The id of the Slack workspace, if the database has several.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of --format json instead.")
def export_result(
    subject: str, form: str, out: Path | None, language: str, team: str | None, schema: bool
) -> None:
    """Write the latest shared result of SUBJECT to a file, for passing on.

    It is read from TIDEMARK_DATABASE_URL, and holds what every reader of the result may see: never more than
    its anonymity allows.
    """
    from bot import exporting

    if schema:
        click.echo(exporting.schema(), nl=False)
        return
    try:
        click.echo(exporting.export(subject, form, out=out, language=language, team=team))
    except CannotDo as error:
        stop(error.problems)


main.add_command(imports)


@main.command("calendar")
@click.argument("subject")
@click.option("--owner", help="Only the actions of this owner: the id of somebody in Slack, as U123.")
@click.option("--out", type=click.Path(path_type=Path), help="The file; by default one in this folder.")
@click.option("--language", default="en", show_default=True, help="In which language: en, es.")
@click.option("--team", help="The id of the Slack workspace, if the database has several.")
def export_calendar(
    subject: str, owner: str | None, out: Path | None, language: str, team: str | None
) -> None:
    """Write the due dates of SUBJECT's action plan to a calendar file (.ics).

    Importing a newer file changes the same entries: none comes twice.
    """
    from bot import exporting

    try:
        click.echo(exporting.export_calendar(subject, owner=owner, out=out, language=language, team=team))
    except CannotDo as error:
        stop(error.problems)


@main.group("webhook")
def webhook_group() -> None:
    """Look after the webhook that is told of what happens."""


@webhook_group.command("schema")
def webhook_schema() -> None:
    """Print the JSON Schema of events."""
    from conversation import webhooks

    click.echo(json.dumps(webhooks.schema(), indent=2, ensure_ascii=False))


@webhook_group.command("ping")
@click.option("--team", help="The workspace or organisation whose own receiver is meant, as T0123ABCD.")
def webhook_ping(team: str | None) -> None:
    """Send an event of the type ping to TIDEMARK_WEBHOOK_URL, and say what it answered."""
    from bot import pinging

    try:
        click.echo(pinging.ping(team))
    except CannotDo as error:
        stop(error.problems)


@main.group()
def pack() -> None:
    """Look after question packs."""


@pack.command("list")
def pack_list() -> None:
    """Name the shipped packs, the newest version of each first."""
    from conversation.pack import Pack, shipped_versions

    for name, version in shipped_versions():
        found = Pack.shipped(name, version)
        named = name if version is None else f"{name}@{version}"
        told = f"{found.title}, version {found.version}: {len(found.items)} questions"
        click.echo(f"{named:<12} {told}, {len(found.levels)} levels, in {', '.join(found.languages)}")


@pack.command()
@click.argument("name")
@click.option("--markdown", is_flag=True, help="Print it as Markdown.")
@click.option("--language", help="Print what it says in this language, as es.")
def show(name: str, markdown: bool, language: str | None) -> None:
    """Print all that a pack says. NAME is a shipped pack, as mlops or mlops@1, or a file."""
    from conversation import packpage

    found = _pack(name)
    if language and language not in found.languages:
        stop([f"{name} does not speak {language}. It speaks: {', '.join(found.languages)}."])
    found = found.in_language(language or found.language)
    click.echo(packpage.as_markdown(found) if markdown else packpage.as_text(found), nl=False)


@pack.command()
@click.argument("file")
def lint(file: str) -> None:
    """Check a pack or an overlay with its translations as a whole; each problem is named with its line and
    what to do."""
    from conversation import packpage

    found = _pack(file)
    if found.notes:
        stop(map(str, found.notes))
    click.echo(f"{file}: {found.title}, version {found.version}: {len(found.items)} questions, no problems.")
    for language in found.translations:
        click.echo(f"{file}: {packpage.translated(found.in_language(language))}")


@pack.command("schema")
def pack_schema() -> None:
    """Print the JSON Schema of pack files, for editors."""
    from conversation.pack import schema

    click.echo(json.dumps(schema(), indent=2, ensure_ascii=False))


@main.group()
def references() -> None:
    """Look after reference data: what others have answered elsewhere."""


@references.command("list")
def references_list() -> None:
    """Name the shipped reference data, and those in the folder TIDEMARK_REFERENCES."""
    from bot.settings import BadSettings, read_reference_settings

    try:
        folder = read_reference_settings().references
    except BadSettings as error:
        stop(error.problems)
    for data in _references(folder):
        told = f"{data.title}, n = {data.n}, {data.year}, {data.scale.measure}"
        click.echo(f"{data.id:<12} {told}: {len(data.rows)} rows for the pack {data.pack}")


@references.command("lint")
@click.argument("file", type=click.Path(path_type=Path))
def references_lint(file: Path) -> None:
    """Check a file of reference data; each problem is one sentence."""
    from conversation import reference

    try:
        found = reference.load(file)
    except reference.BadReference as error:
        stop(error.problems)
    click.echo(f"{file}: {found.title}, n = {found.n}, {found.year}: {len(found.rows)} rows, no problems.")


def _pack(name: str, *, setting: str = "") -> "Pack":
    """A shipped pack, or a file; `setting`: what names it, where nobody typed it."""
    from conversation.pack import Pack, PackError

    if Path(name).suffix or Path(name).name != name:
        _text(Path(name), setting=setting)
    try:
        return Pack.named(name)
    except LookupError as error:
        stop([f"{setting}{error}"])
    except PackError as error:
        stop(f"{setting}{problem}" for problem in str(error).splitlines())


def _references(folder: Path | None, *, setting: str = "") -> "tuple[ReferenceData, ...]":
    from conversation import reference

    try:
        return reference.load_all(folder)
    except reference.BadReference as error:
        stop(f"{setting}{problem}" for problem in error.problems)


def _text(file: Path, *, setting: str = "") -> str:
    try:
        read = content(file, most=LARGEST)
        if len(read) > LARGEST:
            stop([f"{setting}{file}: is larger than {LARGEST // 1_000_000} MB; take it in parts."])
        return read.decode()
    except UnicodeDecodeError:
        stop([f"{setting}{file}: is not UTF-8 text; save it as UTF-8 and try again."])
    except CannotDo as error:
        stop(f"{setting}{problem}" for problem in error.problems)


if __name__ == "__main__":
    main(prog_name="tidemark")
