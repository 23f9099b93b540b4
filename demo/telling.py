"""What the audience reads: headings, messages as people saw them, and a bar that grows."""

import sys
import textwrap

from workspace.people import Message

WIDTH = 96


class Telling:
    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._shown_quarters = 0

    def heading(self, words: str) -> None:
        print(f"\n\n{words}\n{'=' * len(words)}")

    def line(self, words: str) -> None:
        print(textwrap.fill(words, WIDTH))

    def message(self, where: str, message: Message | str, *, most: int = 60) -> None:
        """A message in a frame, as its reader saw it."""
        shown = message if isinstance(message, str) else message.shown
        print(f"\n  {where}")
        lines = [piece for line in shown.splitlines() for piece in self._wrapped(line)]
        for line in lines[:most]:
            print(f"  | {line}".rstrip())
        if len(lines) > most:
            print(f"  | … and {len(lines) - most} more lines")

    def progress(self, what: str, done: int, of: int) -> None:
        """On a terminal a bar that grows; in a file a line for each quarter."""
        bar = "#" * (40 * done // of)
        line = f"  {what} [{bar:<40}] {done}/{of}"
        if self._live:
            print(f"\r{line}", end="\n" if done == of else "", flush=True)
        elif (quarters := 4 * done // of) > self._shown_quarters:
            self._shown_quarters = quarters
            print(line, flush=True)

    def _wrapped(self, line: str) -> list[str]:
        indent = " " * (len(line) - len(line.lstrip()))
        return textwrap.wrap(line, WIDTH, subsequent_indent=indent + "  ") or [""]
