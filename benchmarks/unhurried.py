"""`tidemark run` in a workspace whose budget never runs short: every next card is a message of its own."""

from bot import pace
from bot.__main__ import main

if __name__ == "__main__":
    pace.BURST = pace.TEAM_BURST = 1e9
    main(["run"])
