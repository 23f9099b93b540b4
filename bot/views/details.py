"""How a result was worked out: one modal with a page for the whole, each aspect, and what follows from it."""

from collections.abc import Iterable, Sequence
from typing import Any

from slack_sdk.models.blocks import Option, StaticSelectElement

from bot import actions as ids
from bot.actions import PageValue
from bot.render import label, words
from bot.views import parts
from bot.views.parts import Block
from bot.views.reasons import because
from bot.views.results import level_words
from conversation.details import Details, Voice
from conversation.findings import AspectFinding, Entry, Findings, GroupFinding, QuestionFinding
from conversation.pack import Pack
from conversation.typed import LETTERS
from scoring.agreement import Reading
from scoring.robustness import Resampling
from scoring.rounding import percent
from scoring.swot import Rule
from storage.records import Said

OVERVIEW, SWOT, PATTERNS, BASIS = "overview", "swot", "patterns", "basis"
#: Of one kind so many are named.
NAMED = 12
#: Fewer questions or less than half a level is no pattern.
LEAST_DIFFERENCE, LEAST_QUESTIONS = 0.5, 5


def details(found: Details, page: str = OVERVIEW) -> dict[str, Any]:
    """`page` is one of the fixed ones, or the id of an aspect."""
    pack, findings = found.verdict.pack, found.verdict.findings
    blocks: list[Block] = [_menu(found, page)]
    if page == SWOT:
        blocks += _swot(pack, findings)
    elif page == PATTERNS:
        blocks += _patterns(pack, findings)
    elif page == BASIS:
        blocks += _basis(found)
    elif any(aspect.id == page for aspect in findings.aspects):
        blocks += _aspect(found, findings.aspect(page))
    else:
        blocks += _overview(found)
    title = words("details").plain("title")
    view = parts.notice(title, blocks[: parts.VIEW_BLOCKS])
    return view | {"callback_id": ids.DETAILS_MODAL, "private_metadata": found.channel or ""}


def _menu(found: Details, page: str) -> Block:
    assessment, aspects = found.verdict.assessment, found.verdict.findings.aspects
    pages = [
        (OVERVIEW, label("page_overview")),
        *((aspect.id, aspect.title) for aspect in aspects),
        (SWOT, label("page_swot")),
        (PATTERNS, label("page_patterns")),
        (BASIS, label("page_basis")),
    ]
    options = [
        Option(text=parts.plain(title), value=PageValue(a=assessment.id, p=key).pack())
        for key, title in pages
    ]
    chosen = next((o for (key, _), o in zip(pages, options, strict=True) if key == page), options[0])
    select = StaticSelectElement(action_id=ids.DETAILS_PAGE, options=options, initial_option=chosen)
    said = words("details", subject=assessment.subject, revision=found.verdict.revision)
    return parts.section(said.slot("choose"), select.to_dict())


def _overview(found: Details) -> list[Block]:
    pack, findings = found.verdict.pack, found.verdict.findings
    said = words(
        "details",
        level=_level(pack, findings.level),
        evidenced=_level(pack, findings.evidenced),
        checked=findings.checked,
        checkable=findings.checkable,
        limiting=[findings.aspect(key).title for key in findings.limiting],
        to_target=None if findings.to_target is None else percent(findings.to_target),
        answered=findings.answered,
        invited=findings.invited,
        hidden=any(aspect.hidden or aspect.hidden_questions for aspect in findings.aspects),
        group=found.verdict.scope.group,
    )
    blocks = parts.sections(said.slot("overview"))
    for aspect in findings.aspects:
        blocks += parts.sections(_aspect_words(pack, findings, aspect).slot("aspect_line"))
    return blocks


def _aspect(found: Details, aspect: AspectFinding) -> list[Block]:
    pack, findings = found.verdict.pack, found.verdict.findings
    blocks = parts.sections(_aspect_words(pack, findings, aspect).slot("aspect"))
    for question in findings.of_aspect(aspect.id):
        blocks.append({"type": "divider"})
        blocks += parts.sections(_question_words(found, question).slot("question"))
        quotes = [quote.text for quote in findings.quotes if quote.question == question.id]
        blocks += map(parts.quote, quotes[:3])
    return blocks


def _aspect_words(pack: Pack, findings: Findings, aspect: AspectFinding) -> Any:
    drawn = aspect.resampling
    return words(
        "details",
        title=aspect.title,
        level=_level(pack, aspect.level),
        looks=_looks(pack, aspect),
        target=_level(pack, aspect.target),
        evidenced=_level(pack, aspect.evidenced),
        unchecked=findings.unchecked(aspect),
        because=because(aspect),
        bounds=aspect.bounds,
        scored=aspect.scored,
        applicable=aspect.applicable,
        gates=aspect.gates,
        before_gates=_level(pack, aspect.before_gates),
        alpha=aspect.agreement.alpha if aspect.agreement else None,
        reading=_word(aspect.agreement.reading) if aspect.agreement else None,
        fragile=aspect.fragile,
        without=[
            _level(pack, level) or label("no_level") for level in aspect.without_one if level != aspect.level
        ],
        shares=_shares(pack, aspect),
        respondents=drawn.respondents if drawn and drawn.resampling is Resampling.DONE else None,
        confidence=_word(aspect.confidence) if aspect.confidence else None,
        hidden=aspect.hidden,
        hidden_questions=aspect.hidden_questions,
        since=aspect.since,
    )


def _looks(pack: Pack, aspect: AspectFinding) -> list[tuple[str, str]]:
    """What this level looks like, and the next one."""
    looks = pack.aspect(aspect.id).levels
    if aspect.level is None or not looks:
        return []
    here, above = aspect.level, aspect.level + 1
    return [(pack.levels[level].name, looks[level]) for level in (here, above) if level < len(looks)]


def _shares(pack: Pack, aspect: AspectFinding) -> list[tuple[str, int]]:
    """The levels that came out, the most frequent first, in percent."""
    drawn = aspect.resampling
    if drawn is None:
        return []
    named = {
        label("no_level") if key == "none" else _level(pack, int(key)) or "": percent(share)
        for key, share in drawn.shares.items()
    }
    return sorted(((name, share) for name, share in named.items() if share), key=lambda each: -each[1])


def _question_words(found: Details, question: QuestionFinding) -> Any:
    pack, item = found.verdict.pack, found.verdict.pack.item(question.id)
    settled = question.settled
    return words(
        "details",
        title=item.title,
        status=str(question.status),
        hidden=question.hidden,
        level=_level(pack, question.level),
        behaviour=None if question.level is None else item.levels[question.level],
        evidenced=None if question.evidenced is None else _level(pack, question.evidenced),
        accepted=question.accepted,
        returned=question.returned,
        distribution=_distribution(question.distribution),
        dont_know=question.dont_know,
        not_applicable=question.not_applicable,
        answers=question.answers,
        support=_support(question),
        consensus=question.consensus,
        contested=question.contested,
        roles=[(pack.role(split.role).title, split.level, split.n) for split in question.roles],
        voices=_spoken(found, question.id),
        claimed=_level(pack, settled.claimed) if settled else None,
        agreed=_level(pack, settled.level) if settled else None,
        reason=settled.reason if settled else None,
        by=settled.by if settled else None,
    )


def _distribution(levels: Sequence[int] | None) -> list[tuple[str, int]]:
    return [(LETTERS[level], n) for level, n in enumerate(levels or ()) if n]


def _support(question: QuestionFinding) -> list[tuple[int, int]]:
    """In percent, for each level above 0."""
    return [(level, percent(share)) for level, share in enumerate(question.support or (), start=1)]


def _spoken(found: Details, question: str) -> list[tuple[str, str]]:
    voices = (found.voices or {}).get(question, ())
    return [
        (voice.user_id, label("added_late", mark=_mark(voice)) if voice.late else _mark(voice))
        for voice in voices
    ]


def _mark(voice: Voice) -> str:
    reply = voice.reply
    letter = LETTERS[reply.value] if reply.kind is Said.ANSWERED and reply.value is not None else None
    return words("record", kind=str(reply.kind), letter=letter).plain("mark")


def _swot(pack: Pack, findings: Findings) -> list[Block]:
    blocks: list[Block] = []
    for part in ("strengths", "weaknesses", "opportunities", "threats"):
        entries: tuple[Entry, ...] = getattr(findings.swot, part)
        said = words(
            "details",
            part=part,
            entries=[
                (entry_title(pack, findings, entry), entry_reasons(findings, entry))
                for entry in entries[:NAMED]
            ],
            more=max(len(entries) - NAMED, 0),
        )
        blocks += parts.sections(said.slot("swot"))
    return blocks


def entry_title(pack: Pack, findings: Findings, entry: Entry) -> str:
    item, at, level = entry.key.partition("@")
    known = {each.id: each.title for each in pack.items} | {each.id: each.title for each in findings.aspects}
    if at:
        return words("details", title=known[item], level=level).plain("step")
    return known.get(entry.key, entry.key)


def entry_reasons(findings: Findings, entry: Entry) -> list[str]:
    """By which rules it is there; of a question beside its target, the two levels say it."""
    question = findings.question(entry.key)
    if question and {Rule.AT_TARGET, Rule.BELOW_TARGET}.intersection(entry.rules):
        target = findings.aspect(question.aspect).target
        return [label("level_and_target", level=question.level, target=target)]
    return [label(f"rule_{rule}") for rule in entry.rules]


def _patterns(pack: Pack, findings: Findings) -> list[Block]:
    patterns = findings.patterns
    roles = [
        (pack.role(each.role).title, each.difference, each.questions)
        for each in patterns.roles
        if abs(each.difference) >= LEAST_DIFFERENCE and each.questions >= LEAST_QUESTIONS
    ]
    known = {each.id: each.title for each in (*pack.criteria, *pack.stages)}
    said = words(
        "details",
        roles=roles,
        shown=bool(patterns.roles),
        criteria=_named_groups(pack, known, patterns.criteria),
        stages=_named_groups(pack, known, patterns.stages),
        outlying=[
            (pack.item(each.question).title, each.mean, each.fences) for each in patterns.outlying[:NAMED]
        ],
        dissent=[
            (pack.item(each.question).title, pack.role(each.role).title, LETTERS[each.level], each.count)
            for each in patterns.dissent[:NAMED]
        ],
    )
    return [*parts.sections(said.slot("patterns")), *_cells(pack, findings)]


def _named_groups(
    pack: Pack, known: dict[str, str], groups: Iterable[GroupFinding]
) -> list[tuple[str, str | None, int, int]]:
    """From most to least mature."""
    ranked = sorted(groups, key=lambda group: (-1 if group.level is None else group.level, group.mean or 0.0))
    return [
        (known.get(group.key, group.key), _level(pack, group.level), group.scored, group.applicable)
        for group in reversed(ranked)
    ]


def _cells(pack: Pack, findings: Findings) -> list[Block]:
    """Aspect by criterion, as lines: a modal takes no table."""
    titles = {each.id: each.title for each in pack.criteria}
    lines = []
    for aspect in findings.aspects:
        cells = [
            (titles[key.split("/")[1]], cell.level)
            for key, cell in ((cell.key, cell) for cell in findings.patterns.cells)
            if key.split("/")[0] == aspect.id
        ]
        if cells:
            lines.append((aspect.title, cells))
    return parts.sections(words("details", rows=lines).slot("cells")) if lines else []


def _basis(found: Details) -> list[Block]:
    verdict, pack = found.verdict, found.verdict.pack
    scope, basis = verdict.scope, verdict.findings.basis
    said = words(
        "details",
        scope=scope,
        goals=titles(pack.goals, scope.goals),
        pains=titles(pack.pains, scope.pains),
        aspects=titles(pack.aspects, scope.aspects),
        stages=titles(pack.stages, scope.stages),
        criteria=titles(pack.criteria, scope.criteria),
        kinds=titles(pack.kinds, scope.kinds),
        targets=[(pack.aspect(key).title, level) for key, level in scope.targets.items()],
        weights=[
            (pack.aspect(key).title, label(f"weight_{weight}")) for key, weight in scope.weights.items()
        ],
        roles=[
            (role.title or label("other_roles"), role.sent, role.invited) for role in verdict.findings.roles
        ],
        strictness=words("counting").plain(f"strictness_{scope.strictness}"),
        privacy=words("privacy", group=scope.group).plain(f"{scope.privacy}_name"),
        pack_title=pack.title,
        version=pack.version,
        method=basis.method if basis else 1,
        seed=basis.seed if basis else None,
        revision=verdict.revision,
    )
    return parts.sections(said.slot("basis"))


def titles(headings: Iterable[Any], chosen: Iterable[str]) -> list[str]:
    wanted = set(chosen)
    return [heading.title for heading in headings if heading.id in wanted]


def _level(pack: Pack, level: int | None) -> str | None:
    return None if level is None else level_words(pack, level)


def _word(value: Reading | Any) -> str:
    return label(str(value))
