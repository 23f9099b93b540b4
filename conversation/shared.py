"""What of a result was made known, to whom; and what it says beside its levels: what changed since the
result before it, and where roles see things differently."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from conversation import comparison
from conversation.comparison import Line, Round
from conversation.desk import Desk
from conversation.findings import Findings, QuestionFinding
from conversation.scope import Privacy, Scope
from scoring.rounding import rounded
from storage.records import Assessment, AssessmentState, Posting
from storage.store import Tx

#: The postings that make a result known: to a channel, in place of what stands there, to those who took part.
TO_ALL, TO_PARTICIPANTS = ("result", "corrected"), "participant_result"
#: Of fewer people in a role nothing is said by role, though names are known.
FEWEST_IN_A_ROLE = 3
#: Roles see an aspect differently from this many levels on.
DIFFERENT = 1
#: So many differences one message names.
NAMED = 3


@dataclass(frozen=True)
class SinceLast:
    """What changed since the result before this one. `moved` are aspects with their level then and now; `by`
    is how much the average of all moved, where it is shown for both. `lines` are the aspects in both."""

    number: int
    closed_at: datetime
    moved: tuple[tuple[str, int, int], ...]
    by: float | None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Differing:
    """What two roles answered to the questions of an aspect that both answered, on average: the role that
    answered highest, and the one that answered lowest."""

    aspect: str
    high: str
    high_mean: float
    low: str
    low_mean: float

    @property
    def by(self) -> float:
        return self.high_mean - self.low_mean


def shared_revisions(tx: Tx, assessments: Collection[str], reader: str | None = None) -> dict[str, int]:
    """The latest revision of each result that its facilitator made known, to all or to this reader, or that
    came from a file. The keys of such postings name it last: `result/<assessment>/<revision>`."""
    latest: dict[str, int] = {}
    for posting in _made_known(tx, assessments, reader):
        revision = int(posting.contents.get("revision") or posting.key.rpartition("/")[2])
        latest[posting.subject_id] = max(revision, latest.get(posting.subject_id, 0))
    return {**_imported(tx, assessments), **latest}


def _imported(tx: Tx, assessments: Collection[str]) -> dict[str, int]:
    """A file holds nothing but what readers may see, so all who find what came from one may read it."""
    found = {each: tx.results.latest(each) for each in tx.assessments.imported().intersection(assessments)}
    return {key: result.revision for key, result in found.items() if result}


def findings_of(tx: Tx, assessment: str, revision: int) -> Findings:
    """Of this revision, or of the latest if that one is not kept any more."""
    results = tx.results.all(assessment)
    found = next((each for each in results if each.revision == revision), results[-1])
    return Findings.model_validate(found.body)


def gives_away(scope: Scope, before: Findings, now: Findings) -> bool:
    """Whether two results beside each other show what somebody answered who is in the first alone: where
    answers are not to be traced, as long as fewer withdrew in between than make a group."""
    withdrew = now.withdrew - before.withdrew
    return scope.privacy is not Privacy.ATTRIBUTED and 0 < withdrew < scope.group


def may_be_shared(tx: Tx, assessment: Assessment, now: Findings) -> bool:
    """Beside what readers know already, of whatever was made known last to anybody."""
    last = known_revision(tx, assessment.id)
    return last is None or not gives_away(Scope.of(assessment), findings_of(tx, assessment.id, last), now)


def known_revision(tx: Tx, assessment: str) -> int | None:
    """The latest that anybody but the facilitator knows."""
    kinds = (*TO_ALL, TO_PARTICIPANTS, "redrawn")
    known = (posting for kind in kinds for posting in tx.postings.about([assessment], kind=kind))
    return max((posting.contents["revision"] for posting in known), default=None)


def _made_known(tx: Tx, assessments: Collection[str], reader: str | None) -> Iterable[Posting]:
    for kind in TO_ALL:
        yield from tx.postings.about(assessments, kind=kind)
    for kind in (TO_PARTICIPANTS, "redrawn") if reader else ():
        for posting in tx.postings.about(assessments, kind=kind):
            if posting.recipient == reader:
                yield posting


def since_last(
    desk: Desk, tx: Tx, assessment: Assessment, now: Findings, reader: str | None
) -> SinceLast | None:
    """`now` is what readers see. Without a `reader` it is for the channel, where earlier results stand that
    were posted there; a reader is told of those that they took part in."""
    earlier = [
        each
        for each in tx.assessments.in_states([AssessmentState.CLOSED])
        if each.subject_key == assessment.subject_key
        and each.round < assessment.round
        and _is_known_to(each, assessment, reader)
    ]
    shared = shared_revisions(tx, [each.id for each in earlier], reader)
    known = [each for each in earlier if each.id in shared]
    if not known or assessment.closed_at is None:
        return None
    before = max(known, key=lambda each: each.round)
    rounds = [
        _round(desk, tx, before, findings_of(tx, before.id, shared[before.id]).for_readers),
        _round(desk, tx, assessment, now),
    ]
    if not comparison.pairs(rounds[0].findings, now):
        return None
    lines = [line for line in comparison.trend(rounds) if line.id != comparison.WHOLE]
    return SinceLast(before.round, rounds[0].closed_at, tuple(_moved(lines)), _by(lines), tuple(lines))


def _is_known_to(earlier: Assessment, assessment: Assessment, reader: str | None) -> bool:
    if reader is None:
        return earlier.channel is not None and earlier.channel == assessment.channel
    return reader == earlier.facilitator or reader in earlier.scope.get("people", ())


def _round(desk: Desk, tx: Tx, assessment: Assessment, found: Findings) -> Round:
    assert assessment.closed_at is not None
    levels = tuple(level.name for level in desk.pack_of(tx, assessment).levels)
    return Round(assessment.round, assessment.closed_at, levels, found)


def _moved(lines: Iterable[Line]) -> Iterable[tuple[str, int, int]]:
    for line in lines:
        before, now = line.levels
        if before is not None and now is not None and before != now:
            yield line.id, before, now


def _by(lines: Collection[Line]) -> float | None:
    """None unless every aspect has an average in both."""
    means = [(then, now) for line in lines for then, now in [line.continuous]]
    known = [(then, now) for then, now in means if then is not None and now is not None]
    if not known or len(known) < len(means):
        return None
    return rounded(sum(now - then for then, now in known) / len(known), 1)


def differing(found: Findings) -> tuple[Differing, ...]:
    """The aspects that roles see most differently. Only of roles of which enough people answered, and only
    where readers see what roles answered at all."""
    each = (
        _differing(aspect.id, found.for_readers.of_aspect(aspect.id)) for aspect in found.for_readers.aspects
    )
    wide = [different for different in each if different and different.by >= DIFFERENT]
    return tuple(sorted(wide, key=lambda different: -different.by)[:NAMED])


def _differing(aspect: str, questions: Iterable[QuestionFinding]) -> Differing | None:
    """By the two roles that are furthest apart on what both of them answered."""
    answered: dict[str, dict[str, int]] = defaultdict(dict)
    for question in questions:
        for split in question.roles:
            if split.n >= FEWEST_IN_A_ROLE:
                answered[split.role][question.id] = split.level
    pairs = [
        Differing(aspect, high, float(up), low, float(down))
        for high in answered
        for low in answered
        if high != low and (means := _means(answered[high], answered[low]))
        for up, down in [means]
    ]
    return max(pairs, key=lambda pair: pair.by, default=None)


def _means(one: Mapping[str, int], other: Mapping[str, int]) -> tuple[Fraction, Fraction] | None:
    both = one.keys() & other.keys()
    if not both:
        return None
    return (
        Fraction(sum(one[key] for key in both), len(both)),
        Fraction(sum(other[key] for key in both), len(both)),
    )
