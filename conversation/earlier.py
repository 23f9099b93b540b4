"""A result beside the rounds before it, as far as somebody may see them, other teams, and data from
elsewhere; and what came of the actions that were agreed before."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from conversation import comparison, reference
from conversation.assessments import facilitates, sees_names, visible
from conversation.comparison import Among, Line, Outcome, Round, Since, TeamResult, Unlike
from conversation.desk import Desk
from conversation.findings import Findings, GapFinding
from conversation.pack import Pack
from conversation.reference import Aside
from conversation.shared import findings_of, shared_revisions
from storage.records import Action, ActionState, Assessment, AssessmentState
from storage.store import Tx

CLOSED = [AssessmentState.CLOSED]
#: More rounds than this are no trend that anybody reads.
ROUNDS = 8
#: Reference data are shown for the questions of so many gaps: those that the result names.
GAPS = 3


@dataclass(frozen=True)
class Earlier:
    """`alike` are the rounds before `now` that have a question in common with it, by the id of their
    assessment, in order; `apart` are the numbers of the others."""

    now: Round
    alike: Mapping[str, Round] = field(default_factory=dict)
    apart: tuple[int, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """`rounds` end with the one that is compared; `apart` are the numbers of earlier ones that have no
    question in common with it. Without an earlier round there is neither a trend nor a since, and there are
    no `outcomes` of what was agreed before. `names` are those of the owners, for where nobody is to be
    called."""

    assessment: Assessment
    pack: Pack
    rounds: tuple[Round, ...]
    apart: tuple[int, ...]
    unlike: tuple[Unlike, ...]
    trend: tuple[Line, ...]
    since: Since | None
    among: tuple[Among, ...]
    asides: tuple[Aside, ...]
    outcomes: tuple[Outcome, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def now(self) -> Round:
        return self.rounds[-1]

    @property
    def finished(self) -> tuple[Outcome, ...]:
        """What was agreed and is done."""
        return tuple(each for each in self.outcomes if each.action.state is ActionState.DONE)


def beside(
    desk: Desk,
    tx: Tx,
    user_id: str,
    assessment: Assessment,
    pack: Pack,
    found: Findings,
    channel: str | None,
    *,
    gaps: Iterable[GapFinding],
    for_readers: bool = False,
    seen_by: str = "",
) -> Comparison:
    """A step: `found` is the result as this person sees it, from that channel. `for_readers`: nothing but
    what readers may see of each round, whoever asks. `gaps` are in the order in which they are shown.
    `seen_by`, if it is somebody else, is who finds the earlier rounds."""
    # Whoever chose a channel for this round is in it, and finds there what earlier rounds posted.
    finder = seen_by or user_id
    places = {channel, assessment.channel if facilitates(assessment, finder) else None}
    earlier = before(desk, tx, user_id, assessment, found, places, for_readers=for_readers, seen_by=seen_by)
    rounds = (*[*earlier.alike.values()][1 - ROUNDS :], earlier.now)
    closed = tx.assessments.in_states(CLOSED)
    shared = shared_revisions(tx, [each.id for each in closed])
    outcomes = _outcomes(tx, earlier) if earlier.alike else ()
    owners = {each.action.owner for each in outcomes if each.action.owner}
    return Comparison(
        assessment=assessment,
        pack=pack,
        rounds=rounds,
        apart=earlier.apart,
        unlike=tuple(filter(None, (comparison.unlike(each, earlier.now) for each in rounds[:-1]))),
        trend=comparison.trend(rounds) if earlier.alike else (),
        since=_since(tx, earlier) if earlier.alike else None,
        among=comparison.among(found, _teams(tx, closed, shared, besides=assessment)),
        asides=tuple(_asides(desk, found, gaps)),
        outcomes=outcomes,
        names={owner: tx.people.get(owner).name for owner in owners},
    )


def before(
    desk: Desk,
    tx: Tx,
    user_id: str,
    assessment: Assessment,
    found: Findings,
    places: Collection[str | None],
    *,
    for_readers: bool = False,
    seen_by: str = "",
) -> Earlier:
    """A step: `found` is the result as this person sees it, who finds earlier ones in these channels too.
    `for_readers`: nothing but what readers may see of each round, whoever asks."""
    now = _round(desk, tx, assessment, found)
    closed = [each.id for each in tx.assessments.in_states(CLOSED)]
    known = shared_revisions(tx, closed, *(() if for_readers else (user_id,)))
    rounds = {
        each.id: _round(desk, tx, each, then)
        for each in _earlier(visible(tx, seen_by or user_id, places, CLOSED), assessment)
        if (then := _findings(tx, each, "" if for_readers else user_id, known)) is not None
    }
    alike = {key: each for key, each in rounds.items() if comparison.pairs(each.findings, found)}
    return Earlier(now, alike, tuple(each.number for key, each in rounds.items() if key not in alike))


def _since(tx: Tx, earlier: Earlier) -> Since:
    """What changed since the last of these rounds, and which of their actions, done since then, claim it. An
    action is about its question as it was when it was agreed."""
    *_, last = earlier.alike.values()
    done = [
        action
        for each, action in _actions(tx, earlier)
        if action.state is ActionState.DONE
        and last.closed_at < action.changed_at
        and action.question in comparison.pairs(each.findings, earlier.now.findings)
    ]
    return comparison.since(last, earlier.now, done)


def _round(desk: Desk, tx: Tx, assessment: Assessment, found: Findings) -> Round:
    assert assessment.closed_at is not None
    levels = tuple(level.name for level in desk.pack_of(tx, assessment).levels)
    return Round(assessment.round, assessment.closed_at, levels, found)


def _outcomes(tx: Tx, earlier: Earlier) -> tuple[Outcome, ...]:
    """Of what was agreed since the round before the last, and of what became final since the last; what is
    open still comes last."""
    *_, last = earlier.alike.values()
    found = [
        comparison.outcome(action, each, earlier.now)
        for each, action in _actions(tx, earlier)
        if each is last or not action.is_over or action.changed_at > last.closed_at
    ]
    return tuple(sorted(found, key=lambda each: (not each.action.is_over, not each.rose, each.action.id)))


def _actions(tx: Tx, earlier: Earlier) -> Iterable[tuple[Round, Action]]:
    """Of all these rounds, as they were when the present one closed; what was merged into another action
    counts there."""
    for assessment, each in earlier.alike.items():
        for action in tx.actions.of(assessment):
            if action.became is None and not (action.is_over and action.changed_at > earlier.now.closed_at):
                yield each, action


def _earlier(seen: Iterable[Assessment], now: Assessment) -> list[Assessment]:
    """The rounds of the same subject before this one, in order."""
    theirs = [each for each in seen if each.subject_key == now.subject_key and each.round < now.round]
    return sorted(theirs, key=lambda each: each.round)


def _findings(tx: Tx, assessment: Assessment, user_id: str, shared: Mapping[str, int]) -> Findings | None:
    """What this person may see of a closed round; None while it is its facilitator's alone."""
    if facilitates(assessment, user_id):
        latest = tx.results.latest(assessment.id)
        found = Findings.model_validate(latest.body) if latest else None
        return found if found is None or sees_names(assessment, user_id) else found.for_readers
    if assessment.id not in shared:
        return None
    return findings_of(tx, assessment.id, shared[assessment.id]).for_readers


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
