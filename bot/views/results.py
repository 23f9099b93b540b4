"""What an assessment came to."""

from collections.abc import Mapping
from typing import Any

from bot import actions as ids
from bot.actions import AssessmentValue, ChannelValue, PostingValue
from bot.language import decimal
from bot.render import Message, Words, escape, label, words
from bot.views import parts
from bot.views.parts import Block, button
from bot.views.reasons import because
from conversation.assessments import facilitators
from conversation.contents import Trouble, Verdict
from conversation.findings import AspectFinding, Findings, GapFinding
from conversation.pack import Pack
from scoring.levels import AspectStatus
from storage.records import Assessment

#: How many gaps and how many questions of a kind one message names.
TOP, NAMED = 3, 8
#: What those who cannot draw it yet refuse.
NEWER_BLOCKS = {"table", "data_visualization"}


def trouble(contents: Trouble) -> Message:
    assessment = contents.assessment
    said = words(
        "trouble",
        subject=assessment.subject,
        what=contents.what,
        channel=contents.channel,
        error=contents.error,
    )
    again = button(label("post_again"), ids.POST_AGAIN, PostingValue(k=contents.posting))
    elsewhere = button(label("choose_channel"), ids.CHANNEL, ChannelValue(a=assessment.id))
    return Message(said.text(), [*parts.sections(said.slot("text")), parts.actions(again, elsewhere)])


def verdict(contents: Verdict) -> Message:
    """The whole result in one message; for the facilitator first, with what can be done with it."""
    findings, assessment = contents.findings, contents.assessment
    said = verdict_words(contents)
    blocks = [parts.header(said.plain("title")), *parts.sections(said.slot("lead"))]
    blocks.append(parts.table(_table(contents.pack, findings)))
    for slot, wanted in (
        ("because", findings.answered and said.values["reasons"]),
        ("settled", findings.settled),
        ("contested", findings.contested),
        ("unknown", findings.answered and findings.unknown),
        ("gaps", findings.gaps),
    ):
        if wanted:
            blocks += parts.sections(said.slot(slot))
    blocks.append(parts.context(said.slot("answered")))
    if contents.private:
        blocks.append(_who_reads(contents))
    mine = _what_next(contents) if contents.private else []
    blocks.append(parts.actions(*mine, _how(assessment), _compare(assessment)))
    blocks.append(parts.context(said.slot("footer")))
    return Message(said.text(), blocks)


def fallback(message: Message) -> Message:
    """The same in older blocks only, for a Slack that refuses the newer ones."""
    blocks: list[Block] = []
    for block in message.blocks:
        blocks += _as_sections(block) if block["type"] in NEWER_BLOCKS else [block]
    return Message(message.text, blocks)


def level_words(pack: Pack, level: int | None) -> str:
    """level 1, Basic"""
    if level is None:
        return label("no_level_yet")
    return label("level_of", level=level, name=pack.levels[level].name)


def _share(assessment: Assessment) -> Block:
    """To its channel, or to one that is still to be chosen."""
    if assessment.channel is None:
        value = ChannelValue(a=assessment.id, s=True)
        return button(label("first_channel"), ids.CHANNEL, value, primary=True)
    said = words("share", subject=assessment.subject, channel=assessment.channel)
    return button(
        label("share"),
        ids.SHARE,
        AssessmentValue(a=assessment.id),
        primary=True,
        confirm=parts.confirm(
            said.plain("title"), said.plain("text"), yes=label("share_yes"), no=label("share_no")
        ),
    )


def _who_reads(contents: Verdict) -> Block:
    """What becomes of a result that nobody else has seen."""
    assessment = contents.assessment
    value = AssessmentValue(a=assessment.id)
    elsewhere = button(label("choose_channel"), ids.CHANNEL, ChannelValue(a=assessment.id, s=True))
    return parts.actions(
        None if contents.findings.answered else button(label("reopen"), ids.REOPEN, value, primary=True),
        _share(assessment),
        button(label("send_to_participants"), ids.SEND_TO_PARTICIPANTS, value),
        button(label("keep_private"), ids.KEEP_PRIVATE, value),
        button(label("edit_headline"), ids.HEADLINE, value),
        elsewhere if assessment.channel else None,
    )


def _what_next(contents: Verdict) -> list[Block]:
    """What else the facilitator can do with it."""
    assessment, findings = contents.assessment, contents.findings
    value = AssessmentValue(a=assessment.id)
    return [
        *([plan_button(assessment)] if findings.gaps else []),
        *([button(label("settle"), ids.SETTLE, value)] if findings.questions else []),
        button(label("check_evidence"), ids.REVIEW_EVIDENCE, value),
    ]


def _how(assessment: Assessment) -> Block:
    """Open to everybody who sees the result: what they see of it depends on who they are."""
    spoken = label("how_spoken", subject=assessment.subject)
    return button(label("how"), ids.DETAILS, AssessmentValue(a=assessment.id), spoken=spoken)


def plan_button(assessment: Assessment) -> Block:
    return button(label("board"), ids.BOARD, AssessmentValue(a=assessment.id))


def _compare(assessment: Assessment) -> Block:
    return button(label("compare"), ids.COMPARE, AssessmentValue(a=assessment.id))


def verdict_words(contents: Verdict) -> Words:
    findings, pack = contents.findings, contents.pack
    ranked = sorted(
        (aspect for aspect in findings.aspects if aspect.level is not None),
        key=lambda aspect: (aspect.level or 0, aspect.continuous or 0.0),
    )
    return words(
        "verdict",
        subject=contents.assessment.subject,
        facilitator=contents.assessment.facilitator,
        channel=contents.assessment.channel,
        private=contents.private,
        revision=contents.revision,
        headline=contents.headline,
        helped=len(facilitators(contents.assessment)) > 1,
        level=None if findings.level is None else level_words(pack, findings.level),
        meaning=None if findings.level is None else pack.levels[findings.level].meaning,
        provisional=findings.status is AspectStatus.PROVISIONAL,
        aspects=[
            {"title": aspect.title, "level": level_words(pack, aspect.level)} for aspect in findings.aspects
        ],
        lead=_placed(pack, ranked[-1]) if len(ranked) > 1 else None,
        lag=_placed(pack, ranked[0]) if len(ranked) > 1 else None,
        level_of_all=len({aspect.level for aspect in ranked}) == 1,
        missing=[findings.aspect(key).title for key in findings.missing],
        reasons=[(aspect.title, because(aspect)) for aspect in findings.aspects if aspect.because],
        evidenced=None if findings.evidenced is None else level_words(pack, findings.evidenced),
        checked=findings.checked,
        settled=[
            (q.title, q.settled.level, q.settled.claimed, q.settled.by, q.settled.reason)
            for q in findings.settled[:NAMED]
            if q.settled
        ],
        hidden=sum(aspect.hidden_questions for aspect in findings.aspects),
        contested=_named(pack, findings.contested),
        more_contested=max(len(findings.contested) - NAMED, 0),
        unknown=_named(pack, findings.unknown),
        more_unknown=max(len(findings.unknown) - NAMED, 0),
        gaps=[gap_values(pack, gap) for gap in findings.gaps[:TOP]],
        more_gaps=max(len(findings.gaps) - TOP, 0),
        roles=findings.roles,
        answered=findings.answered,
        invited=findings.invited,
    )


def _placed(pack: Pack, aspect: AspectFinding) -> dict[str, str]:
    return {"title": aspect.title, "level": level_words(pack, aspect.level)}


def _named(pack: Pack, questions: Any) -> list[str]:
    return [f"{question.title} ({pack.aspect(question.aspect).title})" for question in questions[:NAMED]]


def gap_values(pack: Pack, gap: GapFinding) -> dict[str, Any]:
    """What a template says of a gap."""
    return {
        "title": gap.title,
        "aspect": pack.aspect(gap.aspect).title,
        "before": gap.level - 1,
        "level": gap.level,
        "level_name": pack.levels[gap.level].name,
        "anchor": gap.anchor,
        "priority": points(gap.priority),
        "shares": _shares(gap.contributions),
        "effort": gap.effort,
        "unblocks": gap.unblocks,
        "quadrant": str(gap.quadrant),
        "phase": gap.phase,
        "wsjf": None if gap.wsjf is None else points(gap.wsjf),
        "rice": None if gap.rice is None else points(gap.rice),
        "serves": gap.serves,
        "hurts": gap.hurts,
        "advice": pack.item(gap.question).advice.get(gap.level),
        "after": [
            label("reached", title=pack.item(step.rpartition("@")[0]).title, level=step.rpartition("@")[2])
            for step in gap.waits_for
        ],
    }


def _shares(contributions: Mapping[str, float]) -> list[tuple[str, str]]:
    """What each factor contributes, the largest first; one that contributes nothing is left out."""
    ranked = sorted(contributions.items(), key=lambda share: -share[1])
    return [(name, points(share)) for name, share in ranked if share]


def points(number: float) -> str:
    """One decimal, if there is one."""
    return decimal(number, 0 if f"{number:.1f}".endswith(".0") else 1)


def _table(pack: Pack, findings: Findings) -> list[list[str]]:
    """A column of which nothing is known is left out."""
    columns = [name for name in _COLUMNS if _is_known(findings, name)]

    def row(aspect: AspectFinding) -> list[str]:
        cells = words(
            "verdict_row",
            status=str(aspect.status),
            level=aspect.level,
            name=None if aspect.level is None else pack.levels[aspect.level].name,
            target=aspect.target,
            target_name=None if aspect.target is None else pack.levels[aspect.target].name,
            scored=aspect.scored,
            applicable=aspect.applicable,
            average=None if aspect.continuous is None else decimal(aspect.continuous, 1),
            hidden=aspect.hidden,
            hidden_questions=aspect.hidden_questions,
            evidenced=aspect.evidenced,
            evidenced_name=None if aspect.evidenced is None else pack.levels[aspect.evidenced].name,
            confidence=None if aspect.confidence is None else label(str(aspect.confidence)),
        )
        return [aspect.title, *(cells.plain(slot) for slot in columns)]

    top = len(pack.levels) - 1
    head = [label(f"column_{name}", top=top) for name in ("aspect", *columns)]
    return [head, *map(row, findings.aspects)]


_COLUMNS = ("level", "evidence", "target", "confidence", "scored", "average")


def _is_known(findings: Findings, column: str) -> bool:
    of = {"evidence": "evidenced", "confidence": "confidence", "average": "continuous"}
    return column not in of or any(getattr(aspect, of[column]) is not None for aspect in findings.aspects)


def _as_sections(block: Block) -> list[Block]:
    """Each row of a table as a line that names its columns. A chart has a table beside it."""
    if block["type"] != "table":
        return []
    head, *rows = ([cell["text"] for cell in row] for row in block["rows"])
    lines = [
        f"*{escape(first)}*: "
        + "; ".join(f"{name} {escape(cell)}" for name, cell in zip(head[1:], rest, strict=False))
        for first, *rest in rows
    ]
    return [parts.section(chunk) for chunk in parts.chunks(lines)]
