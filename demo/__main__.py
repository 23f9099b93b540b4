"""`make demo`: play the case and say where to look next. Exit code 0 if the levels came out right."""

import asyncio

from demo.play import Play
from demo.stage import DATABASE, LOG, NoManifest, built
from demo.telling import Telling


async def main() -> int:
    tell = Telling()
    tell.line("Tidemark plays the white paper's ABC Inc. case in a Slack workspace on this machine.")
    try:
        async with built() as stage:
            right = await Play(stage, tell).run()
    except NoManifest as error:
        print(error)
        return 2
    if not right:
        print("\nThe levels are not those of the case. The log is in", LOG)
        return 1
    print(
        f"""
Where to look next
  README.md              run Tidemark in your own workspace: three steps
  docs/method.md         how answers become levels
  docs/packs.md          write questions of your own
  docs/commands.md       every command, and what people can type
  {DATABASE!s:<22} what was stored (SQLite); {LOG} is the log"""
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
