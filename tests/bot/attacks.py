"""What somebody may write who means harm, wherever a person can write something.

`EVIL` stands where it would do something, `FORGED` where a line would pose as ours.
"""

from functools import cache

from conversation.pack import Pack
from tests.bot.scenes import Scene, made_pack

#: Mentions, links, entities that would become some; marks that would be drawn; lines; what nobody sees; what
#: reads backwards; what no database or file takes; markup of pages, trackers and typesetters; escapes.
ATTACKS = (
    "<!channel>",
    "<@U666>",
    "a\nFORGED",
    "\u202egnp.exe\u200b",
    "*EVIL*",
    "`EVIL",
    "<https://evil.example|EVIL>",
    "<#C666>",
    "&lt;!here&gt;",
    "_EVIL_ ~EVIL~ ```EVIL",
    "b\r\nFORGED\x85FORGED\u2028FORGED\x0bFORGED\n> FORGED",
    "\u2069\u2067x\u2068y \u05d0\u05d1\u05d2 z\u200f\u061c",
    "\x00\x1b[31mEVIL\x07\ufffe\ufeff\u00ad\u3164\U000e0041",
    "</style><script>EVIL()</script><img src=x onerror=EVIL()>",
    "{{ 7*7 }} ${EVIL} #{EVIL} #EVIL() $EVIL$ ]]> \\ \" '",
    "[EVIL](javascript:EVIL) ![EVIL](https://evil.example/p.png) | EVIL |",
    "@acme/evil #1 closes #2 GH-3 https://github.com/evil/x/issues/4 {code} [~evil] !evil.png!",
    "BEGIN:VEVENT",
    "e" + "\u0301" * 40,
)
#: Every attack, one after the other; the beginning of it fits into a name.
ATTACK = "x " + " ".join(ATTACKS) + " y "
#: As which a cell of a table would be worked out.
FORMULAS = (
    "=EVIL()",
    "+EVIL",
    "-EVIL",
    "@EVIL",
    "\t=EVIL",
    "\r=EVIL",
    "＝EVIL",
    "＋EVIL",
    "－EVIL",
    "＠EVIL",
    "\u200b=EVIL",
)


@cache
def hostile(first: str = "") -> Scene:
    """Everything that people wrote begins so, and is an attack; the pack is one too."""
    words = f"{first}{ATTACK}"
    pack = Pack.model_validate(made_pack(aspects=2, roles=3, items=5, levels=3, filler=words))
    return Scene(pack, words[:60], words[:500], 6, 4, words)
