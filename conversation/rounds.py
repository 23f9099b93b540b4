"""What a result is compared with: the earlier rounds of its subject, other teams, and data from elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from conversation import comparison, reference
from conversation.assessments import assessment_for, facilitates, sees_names, visible
from conversation.comparison import Among, Line, Round, Since, TeamResult, Unlike
from conversation.desk import Desk
from conversation.errors import AssessmentIsOpen, NoSuchAssessment
from conversation.findings import Findings, GapFinding
from conversation.pack import Pack
from conversation.reference import Aside
from conversation.reports import verdict_for
from conversation.shared import findings_of, shared_revisions
from storage.records import ActionState, Assessment, AssessmentState
from storage.store import Tx

#: More rounds than this are no trend that anybody reads.
ROUNDS = 8
#: Reference data are shown for the questions of so many gaps: those that the result names.
GAPS = 3

_CLOSED = [AssessmentState.CLOSED]


@dataclass(frozen=True)
class Comparison:
    """`rounds` end with the one that is compared; `apart` are the numbers of earlier ones that have no
    question in common with it. Without an earlier round there is neither a trend nor a since."""

    assessment: Assessment
    pack: Pack
    rounds: tuple[Round, ...]
    apart: tuple[int, ...]
    unlike: tuple[Unlike, ...]
    trend: tuple[Line, ...]
    since: Since | None
    among: tuple[Among, ...]
    asides: tuple[Aside, ...]

    @property
    def now(self) -> Round:
        return self.rounds[-1]


def compare(desk: Desk, user_id: str, *, name: str = "", channel: str | None = None) -> Comparison:
    """The latest result, beside what it can be compared with. Everybody gets every round as they may see it:
    the facilitator of a round the whole, others what readers see, once it was shared.

    Raises: NoSuchAssessment, AssessmentIsOpen, NotShared.
    """
    with desk.transaction() as tx:
        found = assessment_for(tx, user_id, name, channel, [*_CLOSED, AssessmentState.OPEN])
        if found.state is AssessmentState.OPEN:
            raise AssessmentIsOpen(subject=found.subject, closes_at=found.closes_at)
        return compare_in(desk, tx, user_id, found, channel)


def compare_of(desk: Desk, user_id: str, *, assessment: str, channel: str | None) -> Comparison:
    """The same for one that is known, from where this person sees it. Raises: NoSuchAssessment, NotShared."""
    with desk.transaction() as tx:
        seen = {found.id: found for found in visible(tx, user_id, {channel}, _CLOSED)}
        if assessment not in seen:
            raise NoSuchAssessment(name="")
        return compare_in(desk, tx, user_id, seen[assessment], channel)


def compare_in(
    desk: Desk,
    tx: Tx,
    user_id: str,
    assessment: Assessment,
    channel: str | None,
    *,
    for_readers: bool = False,
    seen_by: str = "",
) -> Comparison:
    """`for_readers`: nothing but what readers may see of each round, whoever asks. `seen_by`, if
    it is somebody else, is who finds the earlier rounds."""
    verdict = verdict_for(desk, tx, user_id, assessment)
    today = verdict.findings.for_readers if for_readers else verdict.findings
    now = _round(desk, tx, assessment, today)
    closed = tx.assessments.in_states(_CLOSED)
    everywhere = [each.id for each in closed]
    shared, known = shared_revisions(tx, everywhere), shared_revisions(tx, everywhere, user_id)
    # Whoever chose a channel for this round is in it, and finds there what earlier rounds posted.
    finder = seen_by or user_id
    places = {channel, assessment.channel if facilitates(assessment, finder) else None}
    before = {
        each.id: _round(desk, tx, each, found)
        for each in _earlier(visible(tx, finder, places, _CLOSED), assessment)
        if (found := _findings(tx, each, *(("", shared) if for_readers else (user_id, known)))) is not None
    }
    alike = {key: each for key, each in before.items() if comparison.pairs(each.findings, now.findings)}
    rounds = (*[*alike.values()][1 - ROUNDS :], now)
    return Comparison(
        assessment=assessment,
        pack=verdict.pack,
        rounds=rounds,
        apart=tuple(each.number for key, each in before.items() if key not in alike),
        unlike=tuple(filter(None, (comparison.unlike(each, now) for each in rounds[:-1]))),
        trend=comparison.trend(rounds) if alike else (),
        since=_since(tx, alike, now) if alike else None,
        among=comparison.among(now.findings, _teams(tx, closed, shared, besides=assessment)),
        asides=tuple(_asides(desk, now.findings, verdict.order.gaps)),
    )


def _earlier(seen: Iterable[Assessment], now: Assessment) -> list[Assessment]:
    """The rounds of the same subject before this one, in order."""
    theirs = [each for each in seen if each.subject_key == now.subject_key and each.round < now.round]
    return sorted(theirs, key=lambda each: each.round)


def _round(desk: Desk, tx: Tx, assessment: Assessment, found: Findings) -> Round:
    assert assessment.closed_at is not None
    levels = tuple(level.name for level in desk.pack_of(tx, assessment).levels)
    return Round(assessment.round, assessment.closed_at, levels, found)


def _findings(tx: Tx, assessment: Assessment, user_id: str, shared: Mapping[str, int]) -> Findings | None:
    """What this person may see of a closed round; None while it is its facilitator's alone."""
    if facilitates(assessment, user_id):
        latest = tx.results.latest(assessment.id)
        found = Findings.model_validate(latest.body) if latest else None
        return found if found is None or sees_names(assessment, user_id) else found.for_readers
    if assessment.id not in shared:
        return None
    return findings_of(tx, assessment.id, shared[assessment.id]).for_readers


def _since(tx: Tx, alike: Mapping[str, Round], now: Round) -> Since:
    """What changed since the last of these rounds, and which of their actions, done since then, claim it. An
    action is about its question as it was when it was agreed."""
    *_, last = alike.values()
    done = [
        action
        for assessment, each in alike.items()
        for action in tx.actions.of(assessment)
        if action.state is ActionState.DONE
        and last.closed_at < action.changed_at <= now.closed_at
        and action.question in comparison.pairs(each.findings, now.findings)
    ]
    return comparison.since(last, now, done)


def _teams(
    tx: Tx, closed: Iterable[Assessment], shared: Mapping[str, int], *, besides: Assessment
) -> list[TeamResult]:
    """Of every other subject the latest result that was shared."""
    latest: dict[str, Assessment] = {}
    for each in closed:
        there = latest.get(each.subject_key)
        if each.id in shared and (there is None or each.round > there.round):
            latest[each.subject_key] = each
    latest.pop(besides.subject_key, None)
    found = (findings_of(tx, each.id, shared[each.id]) for each in latest.values())
    return [TeamResult.of(each.model_dump(mode="json")) for each in found]


def _asides(desk: Desk, found: Findings, gaps: Iterable[GapFinding]) -> Iterable[Aside]:
    """What reference data have on the questions of the first gaps."""
    for key in dict.fromkeys(gap.question for gap in islice(gaps, GAPS)):
        question = found.question(key)
        if question:
            yield from reference.about(desk.references, question.meaning)
