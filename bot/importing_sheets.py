"""`tidemark import answers`, `actions` and `template`: tables from elsewhere, as in docs/importing.md."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bot.console import CannotDo, content, stop

if TYPE_CHECKING:
    from conversation.pack import Pack

_PACK = "The pack whose questions were asked: a shipped one, as mlops or mlops@1, or a file."
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}


def _shared(command: Callable[..., Any]) -> Callable[..., Any]:
    """What both kinds of table take."""
    for option in (
        click.option("--check", is_flag=True, help="Only say what would become of it; nothing is stored."),
        click.option(
            "--encoding",
            type=click.Choice(["utf-8", "cp1252"]),
            default="utf-8",
            show_default=True,
            help="How the file writes letters; cp1252 is what older spreadsheets on Windows do.",
        ),
        click.option("--team", help="The id of the Slack workspace, unless the database has just one."),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


@click.command()
@_shared
@click.option("--subject", default="", help="What was assessed.")
@click.option("--date", default="", help="The day on which it was held, as 2026-12-05.")
@click.option("--privacy", default="", help="As people were told: attributed, confidential or anonymous.")
@click.option("--round", "round_", default="", help="The number of the round; else the next one.")
@click.option("--facilitator", default="", help="The Slack id of who facilitates it, as U0123ABCD.")
@click.option("--channel", default="", help="The Slack id of the channel for its result, as C0123ABCD.")
@click.option("--pack", "name", help=_PACK)
def answers(
    file: Path, team: str | None, encoding: str, check: bool, name: str | None, round_: str, **said: str
) -> None:
    """Make a closed round, with its result, of answers from elsewhere.

    FILE is CSV, XLSX or JSON with a row for each answer; `tidemark import template` writes one to fill in.
    What is said of the whole may stand in it too. It is checked as a whole, and every problem is listed by
    its row. The same file again changes nothing.
    """
    from bot.offline import desk_for_import
    from conversation import importing
    from conversation.answersheet import COLUMNS
    from conversation.pack import Pack
    from conversation.sheetfile import BadFile, read

    try:
        sheet = read(_content(file), COLUMNS, encoding=encoding)
        shipped = Pack.shipped("mlops")
        pack = _pack(name) if name else importing.pack_asked(shipped, sheet.about.get("pack", ""))
        wanted = importing.Wanted(round=round_, **said)
        with desk_for_import(team, pack) as desk:
            do = importing.check_answers if check else importing.import_answers
            planned = do(desk, sheet, wanted)
    except BadFile as error:
        _stop(file, map(str, error.problems))
    except CannotDo as error:
        stop(error.problems)
    what = f"{planned.subject}, round {planned.round}"
    if planned.there:
        click.echo(f"{file}: is there already, as {what}. Nothing was changed.")
        return
    people = _counted(planned.respondents, "respondent")
    held = f"{_counted(planned.answers, 'answer')} of {people}, held on {planned.closed_on}"
    done = "would become" if check else "became"
    click.echo(f"{file}: {done} {what} ({planned.privacy}): {held}.")


@click.command()
@_shared
@click.option("--subject", required=True, help="Whose plan they belong to: its latest closed round.")
@click.option("--by", default="", help="The Slack id of who agreed them; else its facilitator.")
def actions(file: Path, team: str | None, encoding: str, check: bool, subject: str, by: str) -> None:
    """Add actions from elsewhere to the plan of SUBJECT.

    FILE is CSV, XLSX or JSON with a row for each action. It is checked as a whole, and every problem is
    listed by its row. The same file again changes nothing.
    """
    from bot.offline import desk_for_import
    from conversation import importing_actions as importing
    from conversation.sheetfile import BadFile, read

    try:
        sheet = read(_content(file), importing.COLUMNS, encoding=encoding)
        with desk_for_import(team) as desk:
            do = importing.check if check else importing.store
            planned = do(desk, sheet, subject=subject, by=by)
    except BadFile as error:
        _stop(file, map(str, error.problems))
    except CannotDo as error:
        stop(error.problems)
    what = f"the plan of {planned.assessment.subject}, round {planned.assessment.round}"
    if planned.there:
        click.echo(f"{file}: is there already, in {what}. Nothing was changed.")
        return
    done = "to be added to" if check else "added to"
    click.echo(f"{file}: {_counted(planned.actions, 'action')} {done} {what}.")


@click.command()
@click.option("--pack", "name", default="mlops", show_default=True, help=_PACK)
@click.option("--role", default="", help="Only the questions that this role is asked; it is filled in.")
@click.option("--respondent", default="", help="Whose answers it is for: a Slack id, or any name.")
@click.option("--separator", type=click.Choice([*_SEPARATORS]), default="comma", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="The file; by default it is printed.")
def template(name: str, role: str, respondent: str, separator: str, out: Path | None) -> None:
    """Write a table with all questions, to be filled in and imported."""
    from conversation import answersheet

    pack = _pack(name)
    if role and role not in {each.id for each in pack.roles}:
        known = ", ".join(each.id for each in pack.roles)
        _stop(Path("--role"), [f'"{role}" is no role of {pack.id}. These are: {known}.'])
    table = answersheet.template(pack, respondent=respondent, role=role, separator=_SEPARATORS[separator])
    if out is None:
        click.echo(table.decode("utf-8-sig"), nl=False)
        return
    try:
        out.write_bytes(table)
    except OSError as error:
        _stop(out, [f"cannot be written ({error.strerror})."])
    click.echo(f"{out}: the questions of {pack.title}, version {pack.version}.")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _content(file: Path) -> bytes:
    from conversation.sheetfile import MOST_BYTES

    try:
        return content(file, most=MOST_BYTES)
    except CannotDo as error:
        stop(error.problems)


def _pack(name: str) -> "Pack":
    from conversation.pack import Pack, PackError

    try:
        return Pack.named(name)
    except (LookupError, PackError, OSError) as error:
        _stop(Path("--pack"), str(error).splitlines())


def _stop(where: Path, problems: Iterable[str]) -> NoReturn:
    stop(f"{where}: {problem}" for problem in problems)
