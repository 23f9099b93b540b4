"""How fast it is played: at once for a log, at a readable pace for somebody who watches."""

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """`seconds` is what people need to read a question and to choose."""

    seconds: float = 0.0

    async def moment(self, times: float = 1.0) -> None:
        if self.seconds:
            await asyncio.sleep(self.seconds * times)


AT_ONCE = Pace()
READABLE = Pace(1.5)
