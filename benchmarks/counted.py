"""`python -m benchmarks.counted FILE MODULE …`: runs that module and counts the functions that it calls, in
all of its threads, Python's own and C's. On SIGUSR1 the number so far is written to FILE with the number of
the process behind it.
"""

import os
import runpy
import signal
import sys
import threading
from pathlib import Path
from typing import Any

CALLS = {"call", "c_call"}


def main(file: str, module: str, *arguments: str) -> None:
    numbers: dict[int, int] = {}

    def count(_frame: Any, event: str, _: Any) -> None:
        if event in CALLS:
            thread = threading.get_ident()
            numbers[thread] = numbers.get(thread, 0) + 1

    def tell(*_: Any) -> None:
        Path(f"{file}.{os.getpid()}").write_text(str(sum([*numbers.values()])))

    signal.signal(signal.SIGUSR1, tell)
    threading.setprofile(count)
    sys.setprofile(count)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
