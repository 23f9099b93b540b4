"""`make demo`: watch the case being played, take a seat in it, or look around in an empty workspace.

Without a terminal, or with ONCE=1, it plays, prints and ends: exit code 0 if the levels came out right.
"""

import asyncio
import sys
from io import TextIOWrapper

import click

from demo import cast, showing
from demo.stage import NoManifest
from demo.telling import Telling

PORT = 8421


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--role", envvar="ROLE", default="", help=f"Take the seat of one person: {', '.join(cast.seats())}."
)
@click.option("--empty", envvar="EMPTY", is_flag=True, help="An empty workspace with the bot.")
@click.option("--once", envvar="ONCE", is_flag=True, help="Play, print and end; so without a terminal.")
@click.option("--port", envvar="PORT", default=PORT, show_default=True, help="Where the page is.")
def main(role: str, empty: bool, once: bool, port: int) -> None:
    """Play the white paper's ABC Inc. case in a Slack workspace on this machine."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # whoever reads along in a pipe reads each line at once
    tell = Telling()
    if role and role not in cast.seats():
        raise click.BadParameter(f"There is: {', '.join(cast.seats())}.", param_hint="ROLE")
    try:
        if empty:
            right = asyncio.run(showing.empty(tell, port))
        elif role:
            right = asyncio.run(showing.seated(tell, port, role))
        elif once or not sys.stdout.isatty():
            right = asyncio.run(showing.once(tell))
        else:
            right = asyncio.run(showing.watched(tell, port))
    except NoManifest as error:
        print(error)
        sys.exit(2)
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
