"""`python -m workspace`: serve a workspace until told to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
from pathlib import Path

import click

from workspace.forecast import Forecast
from workspace.seed import Seed
from workspace.server import Workspace


@click.command()
@click.option("--port", default=0, show_default=True, help="The port to serve on; 0 takes a free one.")
@click.option(
    "--seed", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A YAML file to start from."
)
@click.option("--rate-limits", is_flag=True, help="Answer 429 at Slack's pace.")
@click.option(
    "--weather",
    metavar="FORECAST",
    help="What goes wrong, like seed=7,lost=0.01,latency=0.2,without=table. Calm without it.",
)
def main(port: int, seed: Path | None, rate_limits: bool, weather: str | None) -> None:
    """Serve a small Slack on this machine. Prints its address; the tokens for an app follow on stderr."""
    planted = Seed.load(seed) if seed else Seed.default()
    if weather:
        planted = planted.model_copy(update={"weather": _forecast(weather)})
    asyncio.run(_serve(planted, port=port, rate_limits=rate_limits))


def _forecast(words: str) -> Forecast:
    try:
        return Forecast.read(words)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--weather") from None


async def _serve(seed: Seed, *, port: int, rate_limits: bool) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with Workspace.start(seed, port=_free(port), rate_limits=rate_limits) as server:
        click.echo(server.url)
        click.echo(f"Open {server.url}/ in a browser to see it and to play in it.", err=True)
        click.echo(f"bot token {server.bot_token}, app token {server.app_token}", err=True)
        await stopped.wait()


def _free(port: int) -> int:
    """This port, or the next that nobody listens on."""
    while port and _is_busy(port):
        click.echo(f"Port {port} is busy; trying {port + 1}.", err=True)
        port += 1
    return port


def _is_busy(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


if __name__ == "__main__":
    main()
