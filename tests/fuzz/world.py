"""What the readers of files are tried with: a small pack, a desk with a closed round, and a good file of each
kind."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from conversation.pack import Pack
from storage.store import Store
from tests.conversation.desk import BAKERY, MONDAY, Bench

__all__ = ["ACTIONS", "ANSWERS", "ARCHIVE", "MONDAY", "PACK_FILES", "REFERENCE", "bench", "exported", "pack"]

_HERE = Path(__file__).parents[1]
PACK_FILES = (_HERE / "conversation" / "bakery.yaml", _HERE / "conversation" / "cafe.yaml")
ARCHIVE = sorted((_HERE / "data" / "archives").glob("*.gz"))[0].read_bytes()
REFERENCE = (Path("conversation/references") / "se-ml-2020.json").read_bytes()


def pack() -> Pack:
    return BAKERY


@cache
def bench() -> Bench:
    """With a closed round of ABC Inc."""
    from conversation import results

    here = Bench(Store.in_memory())
    people = {f"U-{name}": ["BAKER"] for name in ("ANA", "BEN", "CLEO", "DEV", "EVE")}
    opened = here.opened(people)
    for user in people:
        here.answers_all(user, 1)
        here.sends(user)
    here.post(results.close(here.desk, "U-LEE", assessment=opened.id).owed)
    return here


def exported() -> tuple[bytes, ...]:
    """The exported result of another database, so that it is not here yet."""
    from conversation import results, sharing
    from conversation.exportfile import as_json
    from conversation.exports import report_for_operator

    there = Bench(Store.in_memory(), team="T2")
    opened = there.opened({"U-ANA": ["BAKER"], "U-BEN": ["BAKER"]}, subject="XYZ")
    for user in ("U-ANA", "U-BEN"):
        there.answers_all(user, 1)
        there.sends(user)
    results.close(there.desk, "U-LEE", assessment=opened.id)
    sharing.share(there.desk, "U-LEE", assessment=opened.id)
    return (as_json(report_for_operator(there.desk, name="XYZ")).encode(),)


ANSWERS = (
    b"# subject,X\n# date,2026-11-02\n# privacy,attributed\n# facilitator,U0123ABCD\n"
    b"respondent,role,question,answer,comment,evidence\n"
    b"a,BAKER,FLOUR,B,by hand,https://wiki.example\nU0123ABCD,Baker,YEAST,dk,,\na,BAKER + SELLER,HEAT,2,,\n",
    b"respondent;role;question;answer\r\na;BAKER;FLOUR;na\r\nb;BAKER;PRICE;not mine\r\n",
    b'{"subject": "X", "date": "2026-11-02", "privacy": "attributed", "facilitator": "U0123ABCD", "answers": '
    b'[{"respondent": "a", "role": "BAKER", "question": "HEAT", "answer": 2, "comment": "c"}]}',
)
ACTIONS = (
    b"objective,measure,owner,due,starts,state,question,level,unit,baseline,target,current,note\n"
    b"Weigh the flour,It is there,U0123ABCD,2026-12-05,2026-11-20,on track,FLOUR,1,bags,1,4,2.5,n\n",
    b'[{"objective": "Bake", "due": "2026-12-05", "state": "done", "baseline": 0, "target": 1.5}]',
)
