"""What stands in the thread of a posted result: one reply for each aspect, so that the channel sees one
message, and one for what came of the last round, if there was one. The first is owed once the result has
reached its channel, because only then there is a thread, and each other one after the one before it, so that
they stand in the order of the aspects."""

from conversation import earlier
from conversation.desk import Desk
from conversation.findings import Findings
from conversation.shared import findings_of
from storage.records import Posting
from storage.store import Tx

#: What stands where an aspect would, for the reply that is about none; no aspect's id has a blank.
SINCE = "since last"


def owe_next(desk: Desk, tx: Tx, posting: Posting, *, ts: str | None = None) -> None:
    """A step: after a result that stands at this timestamp, or after the reply to it."""
    revision = posting.contents["revision"]
    found = findings_of(tx, posting.subject_id, revision).for_readers
    aspects = [aspect.id for aspect in found.aspects] if found.answered else []
    if found.answered and _is_comparable(desk, tx, posting, found):
        aspects.append(SINCE)
    last = posting.contents.get("aspect")
    following = aspects[aspects.index(last) + 1 :] if last in aspects else aspects
    for aspect in following[:1]:
        tx.postings.owe(
            f"aspect/{posting.subject_id}/{revision}/{aspect}",
            kind="aspect",
            subject_id=posting.subject_id,
            recipient=posting.recipient,
            due_at=desk.now(),
            contents={
                "revision": revision,
                "aspect": aspect,
                "thread": posting.contents.get("thread") or ts,
            },
            now=desk.now(),
        )


def _is_comparable(desk: Desk, tx: Tx, posting: Posting, found: Findings) -> bool:
    """With an earlier round that its channel knows."""
    assessment = tx.assessments.get(posting.subject_id)
    return bool(earlier.before(desk, tx, "", assessment, found, [posting.recipient], for_readers=True).alike)
