"""From answers to findings: levels, how far to trust them, gaps, and which gap first."""

from __future__ import annotations

from conversation.findings import Findings
from conversation.material import Material, audiences, gather
from conversation.pack import Pack
from conversation.published import for_readers
from conversation.scope import Privacy, Scope
from conversation.writeup import WriteUp
from scoring.disclosure import disclose
from storage.records import Assessment
from storage.store import Tx


def find(tx: Tx, pack: Pack, assessment: Assessment) -> Findings:
    """What the current answers of this assessment come to."""
    return conclude(pack, Scope.of(assessment), gather(tx, assessment))


def conclude(pack: Pack, scope: Scope, material: Material) -> Findings:
    """The findings, with those for readers in `published` if these see less."""
    whole = WriteUp(pack, scope, material)
    if scope.privacy is Privacy.ATTRIBUTED:
        return whole.findings()
    may = disclose(whole.aspects, audiences(material.counts), whole.stands, scope.group)
    published = for_readers(pack, scope, material, whole, may)
    if scope.privacy is Privacy.ANONYMOUS:
        return published
    return whole.findings().model_copy(update={"published": published})
