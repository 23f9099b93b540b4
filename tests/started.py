"""`tidemark` in processes of their own. They begin with the program read, which takes longer than what most
of them do."""

import os
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import __main__ as program

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload([__name__, "bot.app", "bot.starting", "bot.listeners"])
WITHIN = 30.0


def in_a_process(*words: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """How it ended, and what it said, in this folder and with no other environment."""
    with TemporaryDirectory() as folder:
        said = Path(folder)
        process = _FORKS.Process(target=_run, args=(words, dict(environment), os.getcwd(), said))
        process.start()
        process.join(WITHIN)
        ended = process.exitcode
        process.kill()
        assert ended is not None, f"tidemark {' '.join(words)} does not end."
        out, err = ((said / name).read_text(encoding="utf-8") for name in ("out", "err"))
    return subprocess.CompletedProcess(words, ended, out, err)


def _run(words: tuple[str, ...], environment: dict[str, str], folder: str, said: Path) -> None:
    for stream, name in ((sys.stdout, "out"), (sys.stderr, "err")):
        os.dup2(os.open(said / name, os.O_WRONLY | os.O_CREAT), stream.fileno())
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    program.main(words)
