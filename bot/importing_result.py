"""`tidemark import result`: an exported result, as in docs/exports.md."""

import re
from collections.abc import Iterable
from pathlib import Path

import click

from bot.console import CannotDo, content, stop

_ID = re.compile(r"[A-Z][A-Z0-9-]+")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--facilitator", required=True, help="The Slack user id of whoever it is for, as U0123456789.")
@click.option("--channel", help="The id of a channel whose members may read it, as C0123456789.")
@click.option("--team", help="The id of the Slack workspace, unless the database has just one.")
def result(file: Path, facilitator: str, channel: str | None, team: str | None) -> None:
    """Make an exported result again: a closed round of its subject.

    FILE comes from `tidemark export --format json`. The round is read only: it has levels, findings, scope
    and actions, and nobody's answers. It stands in results, comparisons and trends as any earlier round.
    """
    from bot.offline import desk_for_import
    from conversation.importing_result import LARGEST, BadResultFile, import_result

    wrong = [*_bad_ids(facilitator, channel)]
    if wrong:
        stop(wrong)
    try:
        kept = content(file, most=LARGEST)
        with desk_for_import(team) as desk:
            found = import_result(desk, kept, facilitator=facilitator, channel=channel)
    except CannotDo as error:
        stop(error.problems)
    except BadResultFile as error:
        stop(f"{file}: {problem}" for problem in error.problems)
    named = f"{found.assessment.subject}, round {found.assessment.round}, revision {found.revision}"
    if found.new:
        click.echo(f"{file}: {named}: imported with {found.actions} actions, for {facilitator}.")
    else:
        click.echo(f"{file}: {named} is here already, as it is in the file. Nothing was changed.")


def _bad_ids(facilitator: str, channel: str | None) -> Iterable[str]:
    if not _ID.fullmatch(facilitator) or facilitator[0] not in "UW":
        yield f"--facilitator: {facilitator} is no Slack user id; they look like U0123456789."
    if channel and (not _ID.fullmatch(channel) or channel[0] not in "CG"):
        yield f"--channel: {channel} is no Slack channel id; they look like C0123456789."
