"""What a report says, in which order: headings, paragraphs, lists, tables and figures, in the language that
is spoken now. How it looks is for the writers."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.charts.chart import Chart
from bot.exports.outcomes import you_said
from bot.exports.pieces import Bullets, Cell, Document, Figure, Link, Paragraph, Part, Table, Title, tidied
from bot.language import spoken
from bot.render import date_words, label, words
from bot.views import charts, figures
from bot.views.charts import title_of
from bot.views.details import entry_reasons, entry_title, titles
from bot.views.reasons import because
from bot.views.results import level_words
from bot.views.tickets import issue_words
from conversation.apart import apart, roles_are_shown
from conversation.comparison import Measure
from conversation.earlier import Comparison
from conversation.exports import Report
from conversation.findings import AspectFinding, Findings, GapFinding, QuestionFinding
from conversation.pack import Pack
from conversation.prioritising import Ranked
from conversation.typed import LETTERS
from scoring.levels import AspectStatus
from scoring.rounding import rounded
from storage.records import Ticket


def document(report: Report) -> Document:
    verdict = report.verdict
    pack, findings, assessment = verdict.pack, verdict.findings, verdict.assessment
    said = words(
        "report",
        subject=assessment.subject,
        number=assessment.round,
        level=None if findings.level is None else level_words(pack, findings.level),
        meaning=None if findings.level is None else pack.levels[findings.level].meaning,
        provisional=findings.status is AspectStatus.PROVISIONAL,
        missing=[findings.aspect(key).title for key in findings.missing],
        evidenced=None if findings.evidenced is None else level_words(pack, findings.evidenced),
        checked=findings.checked,
        checkable=findings.checkable,
        answered=findings.answered,
        invited=findings.invited,
        closed_at=assessment.closed_at,
        hidden=any(aspect.hidden or aspect.hidden_questions for aspect in findings.aspects),
        group=verdict.scope.group,
        shared=report.shared,
        revision=verdict.revision,
        pack=pack.title,
        version=pack.version,
    )
    parts = (
        *_levels(report),
        *_conversations(report),
        *_roadmap(report),
        *_plan(report),
        *_progress(report),
        *_compared(report),
        *you_said(report),
        *_swot(report),
        *_patterns(report),
        *_questions(report),
        *_basis(report),
    )
    return tidied(
        Document(
            language=spoken(),
            title=said.plain("title"),
            lead=said.plain("lead"),
            parts=parts,
            contents=said.plain("contents"),
            made_by=said.plain("made_by"),
        )
    )


def _heading(name: str, **values: Any) -> Title:
    return Title(words("report", **values).plain(f"heading_{name}"))


def _table(key: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], **values: Any) -> Table:
    said = words("report", **values)
    head = tuple(said.plain(f"column_{name}") for name in columns)
    return Table(key, said.plain(f"table_{key}"), head, tuple(tuple(row) for row in rows))


def _figure(chart: Chart | None) -> Iterator[Figure]:
    if chart:
        yield Figure(chart.inline, chart.alt)


def _sentence(name: str, **values: Any) -> Paragraph:
    return Paragraph(words("report", **values).plain(name))


# The aspects.


def _levels(report: Report) -> Iterator[Part]:
    pack, findings = report.verdict.pack, report.verdict.findings
    yield _heading("levels")
    yield from _figure(_profile(report))
    top = len(pack.levels) - 1
    yield _table(
        "aspects",
        ("aspect", "level", "evidence", "target", "gap", "average", "scored", "agreement", "confidence"),
        [_aspect_row(pack, findings, aspect) for aspect in findings.aspects],
        top=top,
    )
    reasons = [
        words("report", title=aspect.title, sentences=because(aspect)).plain("because")
        for aspect in findings.aspects
        if aspect.because
    ]
    if reasons:
        yield Bullets(tuple(reasons))


def _aspect_row(pack: Pack, findings: Findings, aspect: AspectFinding) -> tuple[Cell, ...]:
    level = label("no_level")
    if aspect.level is not None:
        provisional = aspect.status is AspectStatus.PROVISIONAL
        level = words("report", level=level_words(pack, aspect.level), provisional=provisional).plain("level")
    hidden = aspect.hidden and aspect.level is None
    evidenced = None if aspect.evidenced is None else level_words(pack, aspect.evidenced)
    return (
        aspect.title,
        words("report").plain("not_shown") if hidden else level,
        words("report").plain("nothing_checked") if findings.unchecked(aspect) else evidenced,
        None if aspect.target is None else level_words(pack, aspect.target),
        aspect.gap,
        None if aspect.continuous is None else rounded(aspect.continuous, 2),
        words("report", scored=aspect.scored, applicable=aspect.applicable).plain("scored_of"),
        label(str(aspect.agreement.reading)) if aspect.agreement else None,
        label(str(aspect.confidence)) if aspect.confidence else None,
    )


def _profile(report: Report) -> Chart | None:
    """Beside the round before, as far as it can be compared."""
    found = report.comparison
    before = found.rounds[-2].number if found.trend else None
    return figures.profile(report.verdict, found.trend, before)


# Where people differ.


def _conversations(report: Report) -> Iterator[Part]:
    pack, findings = report.verdict.pack, report.verdict.findings
    roles = apart(findings)
    if findings.answered:
        yield _heading("contested")
        yield from _by_roles(report) if roles else [_sentence(_why_no_roles(findings))]
    if findings.contested:
        yield _sentence("contested")
        yield _table(
            "contested",
            ("question", "aspect", "level", "agreement_share", "by_role"),
            [
                (
                    question.title,
                    pack.aspect(question.aspect).title,
                    question.level,
                    None if question.consensus is None else rounded(question.consensus, 2),
                    _by_role(pack, question),
                )
                for question in findings.contested
            ],
        )
    settled = [
        words(
            "report",
            title=question.title,
            level=question.settled.level,
            claimed=question.settled.claimed,
            reason=question.settled.reason,
        ).plain("settled")
        for question in findings.settled
        if question.settled
    ]
    if settled:
        yield _sentence("agreed_by_talking")
        yield Bullets(tuple(settled))
    if findings.quotes:
        yield _sentence("quoted")
        yield Bullets(tuple(f"{pack.item(q.question).title}: “{q.text}”" for q in findings.quotes))


def _by_roles(report: Report) -> Iterator[Part]:
    pack, findings = report.verdict.pack, report.verdict.findings
    found = apart(findings)
    yield _sentence("apart")
    yield from _figure(charts.by_role(pack, findings))
    roles = [role for role in pack.roles if any(role.id == each.role for row in found for each in row.roles)]
    rows = [
        (
            findings.aspect(row.aspect).title,
            rounded(row.by, 2),
            row.questions,
            *({each.role: rounded(each.mean, 2) for each in row.roles}.get(role.id) for role in roles),
        )
        for row in found
    ]
    head = [words("report").plain(f"column_{name}") for name in ("aspect", "apart", "questions")]
    title = words("report").plain("table_apart")
    yield Table("apart", title, (*head, *(role.title for role in roles)), tuple(rows))


def _why_no_roles(findings: Findings) -> str:
    return "roles_alone" if roles_are_shown(findings) else "roles_not_shown"


def _by_role(pack: Pack, question: QuestionFinding) -> str:
    return "; ".join(
        words("report", role=pack.role(split.role).title, level=split.level, n=split.n).plain("role_level")
        for split in question.roles
    )


# What to do.


def _roadmap(report: Report) -> Iterator[Part]:
    pack, board = report.verdict.pack, report.board
    order, gaps = board.order, board.order.gaps
    yield _heading("roadmap")
    if not gaps:
        yield _sentence("no_gaps")
        return
    yield _sentence(
        "roadmap",
        capacity=order.capacity,
        by_people=order.by_people,
        changed_at=order.head.changed_at,
        cut_off=min(order.cut_off, len(gaps)),
        not_fitting=len(order.not_fitting),
        phases_left=order.head.phases,
    )
    yield from _figure(charts.of_steps(gaps, last=order.head.phases))
    yield _table(
        "gaps",
        ("question", "aspect", "step", "priority", "effort", "phase", "waits_for", "next"),
        [_gap_row(pack, gap) for gap in gaps],
    )
    if order.moved:
        yield _sentence("moved")
        yield Bullets(tuple(_moved(report, each) for each in order.moved))
    unknown = [question.title for question in report.verdict.findings.unknown]
    if unknown:
        yield _sentence("find_out")
        yield Bullets(tuple(unknown))


def _moved(report: Report, ranked: Ranked) -> str:
    assert ranked.moved
    return words(
        "report",
        number=ranked.number,
        title=ranked.gap.title,
        level=ranked.gap.level,
        name=report.board.movers[ranked.moved.by].name,
        reason=ranked.moved.reason,
    ).plain("moved_gap")


def _gap_row(pack: Pack, gap: GapFinding) -> tuple[Cell, ...]:
    said = words("report", before=gap.level - 1, level=gap.level)
    waits = [
        words("report", title=pack.item(item).title, level=level).plain("step_of")
        for item, _, level in (step.rpartition("@") for step in gap.waits_for)
    ]
    return (
        gap.title,
        pack.aspect(gap.aspect).title,
        said.plain("step"),
        rounded(gap.priority, 1),
        gap.effort,
        gap.phase,
        "; ".join(waits),
        pack.item(gap.question).advice.get(gap.level) or gap.anchor,
    )


def _plan(report: Report) -> Iterator[Part]:
    board = report.board
    yield _heading("plan")
    if board.actions:
        yield _actions(report)
    else:
        yield _sentence("no_actions")
    if board.carried:
        yield _carried(report)


def _carried(report: Report) -> Table:
    """What earlier rounds agreed on and is not over yet."""
    board = report.board
    return _table(
        "carried",
        ("action", "round", "measure", "owner", "due", "state"),
        [
            (
                each.action.objective,
                each.number,
                each.action.measure,
                board.owners[each.action.owner].name if each.action.owner else "",
                each.action.due.isoformat(),
                label(f"state_{each.action.state}"),
            )
            for each in board.carried
        ],
    )


def _actions(report: Report) -> Table:
    board = report.board
    columns = ("action", "measure", "question", "to_level", "owner", "due", "state", "progress")
    tickets = report.history.tickets
    return _table(
        "actions",
        (*columns, "issue") if tickets else columns,
        [
            (
                action.objective,
                action.measure,
                board.pack.item(action.question).title if action.question else "",
                action.level,
                board.owners[action.owner].name if action.owner else "",
                action.due.isoformat(),
                label(f"state_{action.state}"),
                board.how_far(action).percent,
                *([_issue(tickets.get(action.id))] if tickets else []),
            )
            for action in board.actions
        ],
    )


def _issue(ticket: Ticket | None) -> Cell:
    return Link(issue_words(ticket), ticket.url) if ticket and ticket.url else None


def _progress(report: Report) -> Iterator[Part]:
    """What will be agreed and done is not known; what should be done by then is."""
    found = report.board.progress
    if found is None:
        return
    yield from _figure(charts.of_plan(found))
    yield _table(
        "progress",
        ("day", "agreed", "done", "planned"),
        [
            (
                date_words(day.day),
                *((day.agreed, day.done) if day.day <= found.today else (None, None)),
                day.due,
            )
            for day in found.days
        ],
    )


# Beside what.


def _compared(report: Report) -> Iterator[Part]:
    found = report.comparison
    among = [place for place in found.among if place.benchmark]
    if not found.trend and not among and not found.asides:
        return
    yield _heading("compared")
    if found.trend:
        yield from _trend(found)
    if found.since:
        yield Bullets(
            tuple(
                words("report", title=each.title, before=each.before, now=each.now, claims=each.claims).plain(
                    "change"
                )
                for each in found.since.changes
            )
        )
    if among:
        yield Bullets(
            tuple(
                words("report", title=title_of(place), level=place.level, found=place.benchmark).plain(
                    "among"
                )
                for place in among
            )
        )
    if found.asides:
        yield _sentence("asides")
        yield Bullets(
            tuple(
                words("report", aside=aside, question=report.verdict.pack.item(aside.question).title).plain(
                    "aside"
                )
                for aside in found.asides
            )
        )


def _trend(found: Comparison) -> Iterator[Part]:
    """The levels, and the averages if it is these that are drawn."""
    yield from _figure(charts.over_rounds(found))
    head = (label("column_aspect"), *(label("round", number=each.number) for each in found.rounds))
    tables = [("trend", Measure.LEVEL)]
    if charts.measure(found) is Measure.CONTINUOUS:
        tables.append(("trend_averages", Measure.CONTINUOUS))
    for key, which in tables:
        title = words("report", top=len(found.pack.levels) - 1).plain(f"table_{key}")
        rows = [(title_of(line), *map(_rounded, charts.values(line, which))) for line in found.trend]
        yield Table(key, title, head, tuple(row for row in rows if any(cell is not None for cell in row[1:])))


def _rounded(value: float | None) -> float | None:
    return value if value is None or isinstance(value, int) else rounded(value, 2)


# Strengths to threats, and patterns.


def _swot(report: Report) -> Iterator[Part]:
    pack, findings = report.verdict.pack, report.verdict.findings
    rows = [
        (label(f"swot_{part}"), entry_title(pack, findings, entry), "; ".join(entry_reasons(findings, entry)))
        for part in ("strengths", "weaknesses", "opportunities", "threats")
        for entry in getattr(findings.swot, part)
    ]
    if rows:
        yield _heading("swot")
        yield _table("swot", ("part", "what", "why"), rows)


def _patterns(report: Report) -> Iterator[Part]:
    pack, findings = report.verdict.pack, report.verdict.findings
    criteria, rows = charts.cells(pack, findings)
    if not criteria:
        return
    yield _heading("patterns")
    yield from _figure(charts.by_criterion(pack, findings))
    yield Table(
        "aspects_by_criterion",
        words("report").plain("table_aspects_by_criterion"),
        (label("column_aspect"), *criteria),
        tuple((title, *levels) for title, levels in rows),
    )


def _questions(report: Report) -> Iterator[Part]:
    pack, findings = report.verdict.pack, report.verdict.findings
    yield _heading("questions")
    for aspect in findings.aspects:
        yield from _figure(charts.of_answers(pack, findings, aspect.id))
    if any(each.answers and each.distribution is None for each in findings.questions):
        yield _sentence("answers_not_shown")
    yield _table(
        "questions",
        (
            *("question", "aspect", "level", "level_says", "answers"),
            *("distribution", "dont_know", "does_not_apply", "evidence"),
        ),
        [_question_row(pack, question) for question in findings.questions],
    )
    yield _table(
        "roles",
        ("role", "sent", "invited"),
        [(role.title or label("other_roles"), role.sent, role.invited) for role in findings.roles],
    )


def _question_row(pack: Pack, question: QuestionFinding) -> tuple[Cell, ...]:
    aspect = pack.aspect(question.aspect).title
    if question.hidden:
        return (question.title, aspect, None, words("report").plain("not_shown"), *[None] * 5)
    level = question.level
    return (
        question.title,
        aspect,
        level,
        label("no_level") if level is None else pack.item(question.id).levels[level],
        question.answers,
        ", ".join(f"{LETTERS[at]} {n}" for at, n in enumerate(question.distribution or ()) if n),
        question.dont_know,
        question.not_applicable,
        question.evidenced,
    )


# By what.


def _basis(report: Report) -> Iterator[Part]:
    verdict = report.verdict
    pack, scope, basis = verdict.pack, verdict.scope, verdict.findings.basis
    everything = words("report").plain("everything")
    told = {
        "goal": scope.goal,
        "goals": "; ".join(filter(None, (*titles(pack.goals, scope.goals), scope.other_goals))),
        "pains": "; ".join(filter(None, (*titles(pack.pains, scope.pains), scope.other_pains))),
        "aspects": "; ".join(titles(pack.aspects, scope.aspects)),
        "stages": "; ".join(titles(pack.stages, scope.stages)) or everything,
        "criteria": "; ".join(titles(pack.criteria, scope.criteria)) or everything,
        "tools": scope.tools,
        "metrics": scope.metrics,
        "strictness": words("counting").plain(f"strictness_{scope.strictness}"),
        "privacy": words("privacy", group=scope.group).plain(f"{scope.privacy}_name"),
        "pack": words("report", pack=pack.title, version=pack.version).plain("pack_version"),
        "method": str(basis.method if basis else 1),
        "seed": None if basis is None else str(basis.seed),
        "closed": date_words(verdict.assessment.closed_at) if verdict.assessment.closed_at else None,
    }
    yield _heading("basis")
    rows = [(words("report").plain(f"term_{key}"), value) for key, value in told.items() if value]
    yield _table("scope", ("term", "value"), rows)
