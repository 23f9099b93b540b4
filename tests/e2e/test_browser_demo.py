"""`make demo` with a browser: an empty house to walk about in, at the next port if one is taken."""

import asyncio
import os
import pty
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.async_api import Browser, expect

from bot import clock
from demo.__main__ import main
from tests.browsing import opened

pytestmark = pytest.mark.asyncio(loop_scope="session")
ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def demo(folder: Path, stdin: int | None = None, **options: str) -> AsyncIterator[Process]:
    """`make demo` in a folder of its own, where its database goes."""
    environment: Mapping[str, str] = {**os.environ, "PYTHONPATH": str(ROOT), **options}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "demo"), cwd=folder, env=environment, stdin=stdin, stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def told(process: Process, words: str) -> str:
    """The line with these words."""
    assert process.stdout
    async for line in process.stdout:
        if words in line.decode():
            return line.decode()
    raise AssertionError(f"The demo ended without saying {words!r}.")


async def test_an_empty_house_at_the_next_port(browser: Browser, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with demo(tmp_path, EMPTY="1", PORT=str(port)) as process:
            assert "busy" in await told(process, "busy")
            address = (await told(process, "?as=lee")).split()[0]
            async with opened(browser, address) as page:
                field = page.get_by_role("combobox", name="Message #ml-platform")
                await field.fill("/tidemark help")
                await field.press("Enter")
                await expect(page.get_by_role("article")).to_contain_text("Only visible to you")
                await expect(page.locator("#side")).to_contain_text("Tidemark is connected")

            process.send_signal(signal.SIGINT)
            await told(process, "Stopped.")
            assert await process.wait() == 0
    assert f":{port}/" not in address


async def test_in_an_empty_house_a_day_passes_with_every_enter(tmp_path: Path) -> None:
    keyboard, terminal = pty.openpty()
    async with demo(tmp_path, stdin=terminal, EMPTY="1", PORT="0") as process:
        await told(process, "Press Enter")
        begun = clock.now()
        for days in (1, 2):
            os.write(keyboard, b"\n")

            now = datetime.strptime(await told(process, "Now it is"), "Now it is %A %d %B %Y, %H:%M UTC.\n")

            passed = now.replace(tzinfo=UTC) - begun
            assert timedelta(days=days, minutes=-1) <= passed < timedelta(days=days, minutes=2)
    os.close(keyboard)
    os.close(terminal)


async def test_a_role_that_nobody_plays() -> None:
    outcome = CliRunner().invoke(main, ["--role", "astronaut"])

    assert outcome.exit_code == 2
    assert "There is: facilitator, data-engineer, data-scientist" in outcome.output
