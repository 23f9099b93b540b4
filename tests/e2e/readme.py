"""What the README shows of the demo is what the demo prints. `make scripts` plays it, in half a minute."""

import os
import re
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Where a line of the sample goes on: the page is narrower than some of what is printed.
CUT = " …"


async def test_the_readme_shows_what_the_demo_prints(tmp_path: Path) -> None:
    sample = _shown_in((ROOT / "README.md").read_text())
    demo = await create_subprocess_exec(
        *(sys.executable, "-m", "demo", "--once"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=DEVNULL,
        stdout=PIPE,
    )
    printed = (await demo.communicate())[0].decode()

    assert demo.returncode == 0
    lines = printed.splitlines()
    assert len(sample) > 30
    assert [line for line in sample if not any(_is(line, each) for each in lines)] == []


def _shown_in(readme: str) -> list[str]:
    [sample] = re.findall(r"It looks like this[^\n]*\n\n```\n(.*?)```", readme, re.DOTALL)
    return [line for line in sample.splitlines() if line]


def _is(line: str, printed: str) -> bool:
    return printed.startswith(line.removesuffix(CUT)) if line.endswith(CUT) else line == printed.rstrip()
