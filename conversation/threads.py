"""What stands in the thread of a posted result: one reply for each aspect, so that the channel sees one
message. They are owed once the result has reached its channel, because only then there is a thread."""

from conversation.desk import Desk
from conversation.findings import Findings
from storage.records import Posting
from storage.store import Tx


def owe_replies(desk: Desk, tx: Tx, posting: Posting, ts: str) -> None:
    """A step: for a result that stands at this timestamp. Left to whoever has time: several at once would
    wait for Slack's pace."""
    revision = posting.contents["revision"]
    found = Findings.model_validate(tx.results.get(posting.subject_id, revision).body).for_readers
    for aspect in found.aspects if found.answered else ():
        tx.postings.owe(
            f"aspect/{posting.subject_id}/{revision}/{aspect.id}",
            kind="aspect",
            subject_id=posting.subject_id,
            recipient=posting.recipient,
            due_at=desk.now(),
            contents={"revision": revision, "aspect": aspect.id, "thread": ts},
            now=desk.now(),
        )
