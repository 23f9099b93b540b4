"""`tidemark import …`: what comes from a file into the database. A file is checked as a whole before anything
of it is stored, and every problem is named."""

import click

from bot.importing_result import result
from bot.importing_sheets import actions, answers, template


@click.group("import")
def imports() -> None:
    """Take a file into the database."""


for command in (answers, actions, result, template):
    imports.add_command(command)
