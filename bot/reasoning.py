"""The whole reasoning behind a file of answers as text: what `tidemark score --explain` prints.

The words are in `templates/en/reasoning.j2`; here is in which order they come, and what stands in tables.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.render import Words, label, words
from bot.terminal import bullets, heading, paragraph, table, title
from bot.views.reasons import because
from conversation.findings import AspectFinding, Entry, QuestionFinding
from conversation.pack import Gate
from conversation.paths import LeastWork, Supposition
from conversation.reasoning import Planned, Reasoning
from scoring.levels import AspectResult, AspectStatus, Need, Overall, QuestionStatus
from scoring.priorities import Quadrant, to_one_decimal
from scoring.robustness import Confidence
from scoring.rounding import percent, written
from scoring.swot import Rule

#: As the weighted sum names them, in the order of their weights.
FACTORS = ("impact", "urgency", "feasibility", "risk", "gap", "cost")


def as_text(found: Reasoning) -> str:
    """All of it."""
    parts = [*_opening(found), *_whole(found)]
    for aspect in found.findings.aspects:
        parts += _aspect(found, aspect)
    parts += [*_plan(found), *_swot(found), *choices(found), *_basis(found)]
    return "\n\n".join(parts)


def choices_as_text(found: Reasoning) -> str:
    """The least work and what was supposed, without the rest."""
    return "\n\n".join(choices(found))


def choices(found: Reasoning) -> Iterator[str]:
    for path in found.paths:
        yield from _path(found, path)
    if found.supposed is not None:
        yield from _what_if(found, found.supposed)


def _said(**values: Any) -> Words:
    return words("reasoning", **values)


def _head(*names: str, **values: Any) -> list[str]:
    return [_said(**values).plain(f"head_{name}") for name in names]


# The whole.


def _opening(found: Reasoning) -> Iterator[str]:
    findings, pack = found.findings, found.result.pack
    yield title(
        _said(pack=pack.title, version=pack.version, level=_level(found, findings.level)).plain("title")
    )
    said = _said(answers=found.answers, people=found.people, roles=len(findings.roles))
    yield paragraph(said.plain("subtitle"))


def _whole(found: Reasoning) -> Iterator[str]:
    findings = found.findings
    aimed = [each for each in findings.aspects if each.level is not None and each.target is not None]
    said = _said(
        level=_level(found, findings.level),
        limiting=[findings.aspect(key).title for key in findings.limiting],
        missing=[findings.aspect(key).title for key in findings.missing],
        provisional=findings.status is AspectStatus.PROVISIONAL,
        evidenced=_level(found, findings.evidenced),
        to_target=None if findings.to_target is None else percent(findings.to_target),
        reached=sum(min(each.level or 0, each.target or 0) for each in aimed),
        aimed=sum(each.target or 0 for each in aimed),
        strictness=found.result.scope.strictness,
    )
    yield heading(said.plain("whole_heading"))
    yield paragraph(said.plain("whole"))
    columns = ["aspect", "level", "target", "scored", "agreement", "fragile", "confidence"]
    with_evidence = findings.evidenced is not None
    yield table(
        _head(*columns, *(["evidence"] if with_evidence else [])),
        [_aspect_row(found, each, with_evidence=with_evidence) for each in findings.aspects],
    )
    yield heading(said.plain("reading_heading"))
    legend = [
        "strictness",
        "read_question",
        "read_coverage",
        "read_agreement",
        "read_trust",
        "read_confidence",
    ]
    weighted = any(item.weight != 1 for item in found.result.pack.items)
    yield bullets(said.plain(slot) for slot in [*legend, *(["weights"] if weighted else [])])


def _aspect_row(found: Reasoning, aspect: AspectFinding, *, with_evidence: bool) -> list[str]:
    alpha = aspect.agreement.alpha if aspect.agreement else None
    row = [
        aspect.title,
        _number_and_name(found, aspect.level),
        _number_and_name(found, aspect.target),
        f"{aspect.scored} of {aspect.applicable}",
        "-" if alpha is None else written(alpha, 3),
        "-" if aspect.level is None else "yes" if aspect.fragile else "no",
        "-" if aspect.confidence is None else label(str(aspect.confidence)),
    ]
    if not with_evidence:
        return row
    unchecked = found.findings.unchecked(aspect)
    return [*row, _said().plain("unchecked") if unchecked else _number_and_name(found, aspect.evidenced)]


# An aspect.


def _aspect(found: Reasoning, aspect: AspectFinding) -> Iterator[str]:
    result = found.climbed[aspect.id]
    said = _said(
        title=aspect.title,
        level=_level(found, aspect.level),
        target=_level(found, aspect.target),
        provisional=aspect.status is AspectStatus.PROVISIONAL,
        scored=aspect.scored,
        applicable=aspect.applicable,
    )
    yield heading(said.plain("aspect_heading"))
    if aspect.status is AspectStatus.NOT_APPLICABLE:
        yield paragraph(said.plain("nothing_applies"))
        return
    if aspect.level is None:
        yield paragraph(said.plain("no_level"))
    else:
        yield from _why(found, aspect, result)
    yield _trust(found, aspect)
    yield from _contested(found, aspect)
    yield from _questions(found, aspect)


def _why(found: Reasoning, aspect: AspectFinding, result: AspectResult) -> Iterator[str]:
    level = result.level or 0
    capped = result.level_before_gates if result.gates else None
    share = percent(result.achievement.get(level, 0))
    top = len(found.result.pack.levels) - 1
    yield paragraph(_said(level=level, capped=capped, share=share, top=level == top).plain("conditions"))
    yield _conditions(found, result)
    lines = [_gate(found, gate) for gate in found.result.pack.gates if gate.aspect == aspect.id]
    if aspect.gates:
        lines.append(_said(level=_level(found, aspect.before_gates)).plain("capped"))
    if lines:
        yield bullets(lines)
    if result.blockers:
        yield _held_back(found, aspect, result)


def _conditions(found: Reasoning, result: AspectResult) -> str:
    """Each level, how much is there, and what the next level needs of it."""
    needs = {need.at_least: need for need in result.needs}
    top, level = max(result.achievement), result.level or 0
    rows = [_condition(found, result, step, needs.get(step), top) for step in result.achievement]
    of = next(iter(needs.values())).of if needs else result.n_scored
    head = _head("at", "now", equal=of == result.n_scored)
    if not needs:
        return f"{table(head, [row[:2] for row in rows])}\n\n{paragraph(_said().plain('highest'))}"
    return table([*head, *_head("needs", level=level + 1), ""], rows)


def _condition(found: Reasoning, result: AspectResult, step: int, need: Need | None, top: int) -> list[str]:
    at = _said(level=step, highest=step == top).plain("at_least")
    share = result.achievement[step]
    of = next((each.of for each in result.needs), result.n_scored)
    now = _said(have=_plain(share * of), of=_plain(of), share=percent(share)).plain("have")
    if need is None:
        return [at, now, "", ""]
    strictness = found.result.strictness
    asked = strictness.here if step == result.needs[-1].at_least else strictness.below
    said = _said(
        share=None if asked is None else percent(asked),
        of=_plain(need.of),
        more_than=_plain(need.more_than),
        enough=_plain(need.enough),
        met=need.met,
        short=_plain(need.enough - need.have),
    )
    return [at, now, said.plain("need"), said.plain("met")]


def _gate(found: Reasoning, gate: Gate) -> str:
    levels, away = found.result.levels, found.result.away
    item = gate.item if gate.item not in away or not gate.otherwise else gate.otherwise
    level = levels.get(item)
    said = _said(
        opens=gate.level,
        question=_question(found, item),
        level=level,
        open=level is not None and level >= gate.level,
    )
    return said.plain("gate")


def _held_back(found: Reasoning, aspect: AspectFinding, result: AspectResult) -> str:
    levels, goal = found.result.levels, (result.level or 0) + 1
    by_level: dict[int, list[str]] = {}
    for key in result.blockers:
        by_level.setdefault(levels[key] or 0, []).append(_question(found, key))
    lines = [_said(level=level, questions=some).plain("held_at") for level, some in by_level.items()]
    closest = [_question(found, key) for key in found.closest[aspect.id]]
    if closest:
        lines.append(_said(level=goal, questions=closest).plain("closest"))
    lead = _said(number=len(result.blockers), level=goal).plain("held_back")
    return f"{paragraph(lead)}\n{bullets(lines)}"


def _questions(found: Reasoning, aspect: AspectFinding) -> Iterator[str]:
    top = len(found.result.pack.levels) - 1
    voices = [_said(level=level, highest=level == top).plain("head_voices") for level in range(1, top + 1)]
    rows = [
        [
            f"{question.title} ({question.id})",
            "-" if question.level is None else str(question.level),
            *([f"{percent(share)} %" for share in question.support] if question.support else ["-"] * top),
            "-" if question.consensus is None else written(question.consensus, 2),
            _given(question),
        ]
        for question in found.findings.of_aspect(aspect.id)
    ]
    yield paragraph(_said().plain("questions"))
    yield table(
        [*_head("question", "level"), *voices, *_head("consensus", "given")],
        rows,
        right=range(1, top + 3),
    )


def _given(question: QuestionFinding) -> str:
    said = _said(
        given=[(level, n) for level, n in enumerate(question.distribution or ()) if n],
        dont_know=question.dont_know,
        not_applicable=question.not_applicable,
    )
    return said.plain("given")


def _contested(found: Reasoning, aspect: AspectFinding) -> Iterator[str]:
    contested = [question for question in found.findings.of_aspect(aspect.id) if question.contested]
    if not contested:
        return
    pack = found.result.pack
    rows = [
        [
            f"{question.title} ({question.id})",
            "-" if question.level is None else str(question.level),
            "-" if question.consensus is None else written(question.consensus, 2),
            _said(
                roles=[(pack.role(split.role).title, split.level, split.n) for split in question.roles]
            ).plain("by_role"),
        ]
        for question in contested
    ]
    yield paragraph(_said(number=len(contested)).plain("contested"))
    yield table(_head("question", "level", "consensus", "where"), rows, right=(1, 2))


def _trust(found: Reasoning, aspect: AspectFinding) -> str:
    questions = found.findings.of_aspect(aspect.id)
    unscored = [
        question
        for question in questions
        if question.level is None and question.status is not QuestionStatus.NOT_APPLICABLE
    ]
    said = _said(
        scored=aspect.scored,
        applicable=aspect.applicable,
        share=percent(aspect.coverage or 0),
        status=str(aspect.status),
        unscored=len(unscored),
        bounds=aspect.bounds or (0, 0),
    )
    lines = [said.plain("coverage")]
    lines += [_said(why=why, questions=some).plain("unscored") for why, some in _by_reason(found, unscored)]
    if aspect.agreement:
        reading = label(str(aspect.agreement.reading))
        lines.append(_said(alpha=aspect.agreement.alpha, reading=reading).plain("agreement"))
    if aspect.level is not None:
        lines += _how_sure(found, aspect, questions)
    shown = (line for text in lines for line in text.splitlines() if line)
    return f"{paragraph(_said().plain('trust'))}\n{bullets(shown)}"


def _how_sure(found: Reasoning, aspect: AspectFinding, questions: Sequence[QuestionFinding]) -> Iterator[str]:
    level = _level(found, aspect.level)
    without = [_level(found, other) or label("no_level") for other in aspect.without_one]
    yield _said(fragile=aspect.fragile, without=[name for name in without if name != level]).plain(
        "one_answer"
    )
    if aspect.resampling:
        drawn = aspect.resampling
        named = [
            (label("no_level") if key == "none" else _level(found, int(key)), _share(share))
            for key, share in sorted(drawn.shares.items(), key=lambda each: -each[1])
            if share
        ]
        said = _said(resampling=str(drawn.resampling), respondents=drawn.respondents, shares=named)
        yield said.plain("resampled")
    unchecked = found.findings.unchecked(aspect)
    yield _said(level=_level(found, aspect.evidenced), unchecked=unchecked).plain("evidence")
    for question in questions:
        if question.claimed_above_evidence:
            yield _said(
                question=_question(found, question.id),
                level=question.level,
                accepted=question.accepted,
                returned=question.returned,
            ).plain("claimed_above")
    reasons = [*_why_not_high(aspect, [each for each in questions if each.level is not None])]
    yield _said(confidence=label(str(aspect.confidence)), reasons=reasons).plain("confidence")


def _why_not_high(aspect: AspectFinding, scored: Sequence[QuestionFinding]) -> Iterator[str]:
    """What keeps the confidence from being high, in numbers of questions."""
    if aspect.confidence is Confidence.HIGH:
        return
    contested = sum(question.contested for question in scored)
    borne_out = sum(not each.level or each.evidenced == each.level for each in scored)
    if aspect.status is AspectStatus.PROVISIONAL:
        yield _said().plain("reason_provisional")
    if aspect.fragile:
        yield _said().plain("reason_fragile")
    if 5 * contested >= len(scored):
        yield _said(n=contested, of=len(scored)).plain("reason_contested")
    if 2 * borne_out < len(scored):
        yield _said(n=borne_out, of=len(scored)).plain("reason_evidence")


def _by_reason(found: Reasoning, questions: Iterable[QuestionFinding]) -> Iterator[tuple[str, list[str]]]:
    by_reason: dict[str, list[str]] = {}
    for question in questions:
        by_reason.setdefault(_why_unscored(question), []).append(_question(found, question.id))
    yield from by_reason.items()


def _why_unscored(question: QuestionFinding) -> str:
    reasons = [flag for flag in question.flags if flag.startswith("primary_role")]
    return _said().plain(f"why_{(reasons or [str(question.status)])[0]}")


# What follows from it.


def _plan(found: Reasoning) -> Iterator[str]:
    plan = found.plan
    yield heading(_said().plain("plan_heading"))
    if not plan.steps:
        levels = any(aspect.level is not None for aspect in found.findings.aspects)
        yield paragraph(_said(levels=levels).plain("no_plan"))
        yield _find_out(found)
        return
    numbers = {each.gap.step: number for number, each in enumerate(plan.steps, start=1)}
    inherited = any(each.heir for each in plan.steps)
    said = _said(
        steps=len(plan.steps),
        effort=sum(plan.load),
        phases=len(plan.load),
        capacity=plan.capacity,
        inherited=inherited,
    )
    yield paragraph(said.plain("plan"))
    columns = ["number", "step", "aspect", "effort", "phase", "priority", "waits"]
    yield table(
        _head(*columns, *(["inherits"] if inherited else [])),
        [_planned_row(found, each, numbers)[: None if inherited else -1] for each in plan.steps],
        right=(0, 3, 4, 5),
    )
    yield paragraph(_said().plain("phases"))
    yield table(
        _head("phase", "effort", "steps"),
        [
            [
                str(phase),
                f"{load} / {plan.capacity}",
                ", ".join(str(numbers[each.gap.step]) for each in plan.steps if each.gap.phase == phase),
            ]
            for phase, load in enumerate(plan.load, start=1)
        ],
        right=(0, 1),
    )
    yield paragraph(_said().plain("contributions"))
    yield table(
        _head("number", "step", *FACTORS, "priority"),
        [
            [
                str(numbers[each.gap.step]),
                _said(question=each.gap.question, level=each.gap.level).plain("short_step"),
                *(written(shares.get(factor, 0.0), 1) for factor in FACTORS),
                written(each.gap.priority, 1),
            ]
            for each in plan.steps
            for shares in [to_one_decimal(each.gap.contributions, each.gap.priority)]
        ],
        right=(0, *range(2, len(FACTORS) + 3)),
    )
    yield _quick_wins(found, numbers)
    yield _find_out(found)


def _planned_row(found: Reasoning, each: Planned, numbers: dict[str, int]) -> list[str]:
    gap = each.gap
    inherits = ""
    if each.heir:
        inherits = _said(priority=written(each.effective, 1), number=numbers[each.heir]).plain("inherits")
    return [
        str(numbers[gap.step]),
        _step(found, gap.step),
        found.result.pack.aspect(gap.aspect).title,
        str(gap.effort),
        str(gap.phase),
        written(gap.priority, 1),
        ", ".join(str(numbers[need]) for need in gap.waits_for),
        inherits,
    ]


def _quick_wins(found: Reasoning, numbers: dict[str, int]) -> str:
    wins = [
        _said(
            number=numbers[each.gap.step],
            step=_step(found, each.gap.step),
            effort=each.gap.effort,
            priority=written(each.gap.priority, 1),
            now=not each.gap.waits_for,
        ).plain("quick_win")
        for each in found.plan.steps
        if each.gap.quadrant is Quadrant.QUICK_WIN
    ]
    return _list(_said().plain("quick_wins"), wins)


def _find_out(found: Reasoning) -> str:
    lines = [_said(title=name).plain("prerequisite") for name in found.findings.find_out]
    unknown = [each for each in found.findings.unknown if each.title not in found.findings.find_out]
    lines += [
        _said(why=why, questions=some).plain("unscored_here") for why, some in _by_reason(found, unknown)
    ]
    return _list(_said().plain("find_out"), lines)


def _swot(found: Reasoning) -> Iterator[str]:
    yield heading(_said().plain("swot_heading"))
    for part in ("strengths", "weaknesses", "opportunities", "threats"):
        entries: tuple[Entry, ...] = getattr(found.findings.swot, part)
        yield _list(_said().plain(part), _entries(found, entries))


def _entries(found: Reasoning, entries: Sequence[Entry]) -> Iterator[str]:
    """What stands beside its target is told together, in the order of the rule; all else one by one."""
    beside: dict[tuple[int | None, int | None], list[str]] = {}
    for entry in entries:
        question = found.findings.question(entry.key)
        if question and {Rule.AT_TARGET, Rule.BELOW_TARGET}.intersection(entry.rules):
            target = found.findings.aspect(question.aspect).target
            beside.setdefault((question.level, target), []).append(_question(found, question.id))
        else:
            rules = [label(f"rule_{rule}") for rule in entry.rules]
            yield _said(what=_named(found, entry.key), rules=rules).plain("entry")
    for (level, target), questions in beside.items():
        yield _said(level=level, target=target, questions=questions).plain("beside_target")


def _path(found: Reasoning, path: LeastWork) -> Iterator[str]:
    said = _said(
        aspect=path.aspect.title,
        level=_number_and_name(found, path.level),
        now=_level(found, path.aspect.level),
        reachable=path.reachable,
        exact=path.exact,
        steps=len(path.steps),
        effort=path.effort,
        all_steps=path.everything.steps,
        all_effort=path.everything.effort,
        find_out=[_question(found, each.question) for each in path.find_out],
    )
    yield heading(said.plain("path_heading"))
    yield paragraph(said.plain("path"))
    if path.steps:
        yield table(
            _head("number", "step", "aspect", "effort", "why"),
            [
                [
                    str(number),
                    _step(found, step.id),
                    found.result.pack.aspect(step.item.aspect).title,
                    str(step.effort),
                    _said(
                        gate=step.gate,
                        along=step.along,
                        steps=[_step(found, each) for each in step.needed_for],
                    ).plain("path_because"),
                ]
                for number, step in enumerate(path.steps, start=1)
            ],
            right=(0, 3),
        )
    if path.reachable and path.find_out:
        yield bullets(
            _said(
                question=_question(found, each.question),
                steps=[_step(found, step) for step in each.needed_for],
            ).plain("path_find_out")
            for each in path.find_out
        )


def _what_if(found: Reasoning, what: Supposition) -> Iterator[str]:
    said = _said(
        supposed=[(_question(found, key), level) for key, level in what.chosen.items()],
        before=_level_of(found, what.before),
        after=_level_of(found, what.after),
        steps=what.steps,
        effort=what.effort,
        along=[_step(found, step) for step in what.along],
        reached_too=[(found.findings.aspect(key).title, level) for key, level in what.reached_too],
        unknown=[_question(found, key) for key in what.unknown],
    )
    yield heading(said.plain("what_if_heading"))
    yield paragraph(said.plain("what_if"))
    yield table(
        _head("aspect", "before", "after", "why"),
        [
            [
                each.aspect.title,
                _number_and_name(found, each.before.level),
                _number_and_name(found, each.after.level),
                because(each, leave_out=1),
            ]
            for each in what.aspects
        ],
    )


def _basis(found: Reasoning) -> Iterator[str]:
    basis = found.findings.basis
    assert basis is not None
    said = _said(
        pack=found.result.pack.title,
        version=basis.version,
        digest=basis.digest[:12],
        method=basis.method,
        strictness=basis.strictness,
        seed=basis.seed,
    )
    yield heading(said.plain("basis_heading"))
    yield paragraph(said.plain("basis"))


# Names and numbers.


def _list(lead: str, lines: Iterable[str]) -> str:
    return f"{paragraph(lead)}\n{bullets([*lines] or [_said().plain('none')])}"


def _question(found: Reasoning, key: str) -> str:
    return f"{found.result.pack.item(key).title} ({key})"


def _step(found: Reasoning, step: str) -> str:
    item, _, level = step.rpartition("@")
    return _said(title=found.result.pack.item(item).title, level=level, question=item).plain("step")


def _named(found: Reasoning, key: str) -> str:
    """Of a question, a step or an aspect."""
    if "@" in key:
        return _step(found, key)
    aspects = {aspect.id: aspect.title for aspect in found.findings.aspects}
    return aspects[key] if key in aspects else _question(found, key)


def _level(found: Reasoning, level: int | None) -> str | None:
    """level 1, Basic"""
    return None if level is None else f"level {level}, {found.result.pack.levels[level].name}"


def _number_and_name(found: Reasoning, level: int | None) -> str:
    return "-" if level is None else f"{level} {found.result.pack.levels[level].name}"


def _level_of(found: Reasoning, whole: Overall | None) -> str | None:
    return None if whole is None else _level(found, whole.level)


def _share(share: float) -> str:
    """In percent, and all of it only if it is."""
    if 0.995 <= share < 1:
        return "more than 99 %"
    return f"{percent(share)} %" if share >= 0.005 else "less than 1 %"


def _plain(number: Any) -> str:
    return f"{float(number):.6g}"
