"""When nothing is under way: envelopes answered, requests served, and nothing begun for a moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from workspace.letters import Letters
from workspace.pulse import Pulse
from workspace.wire import WireLog

LONG = 24 * 3600.0


@dataclass(frozen=True)
class Quiet:
    pulse: Pulse
    letters: Letters
    log: WireLog

    async def lasts(self, seconds: float) -> None:
        """Return when it has been quiet for so long, or when the workspace closes."""
        while not self.pulse.closed:
            await self.pulse.until(lambda: True if self.under_way == 0 else None, LONG)
            begun = self._begun
            if not await self.pulse.until(partial(self._more_than, begun), seconds):
                return

    @property
    def under_way(self) -> int:
        return self.letters.busy + self.log.busy + self.pulse.coming

    @property
    def _begun(self) -> int:
        """It only grows: envelopes sent, requests come, and changes that people see."""
        return self.letters.sent + self.log.seen + self.pulse.count

    def _more_than(self, before: int) -> bool | None:
        return True if self._begun > before else None
