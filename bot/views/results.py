"""What an assessment came to."""

from collections.abc import Iterable
from typing import Any

from bot import actions as ids
from bot.actions import AssessmentValue, ChannelValue, PageValue, PostingValue
from bot.language import decimal
from bot.pictures import Picture
from bot.render import LONGEST_TEXT, Message, Words, cut, label, words
from bot.views import charts, figures, next_round, outcomes, parts
from bot.views.downloads import download_button
from bot.views.parts import Block, button
from bot.views.reasons import because
from conversation.assessments import facilitators
from conversation.contents import AspectReply, Correction, Trouble, Verdict
from conversation.findings import AspectFinding, GapFinding
from conversation.pack import Pack
from conversation.plans import Board
from conversation.scope import Privacy
from conversation.shared import Differing
from scoring.levels import AspectStatus
from scoring.priorities import to_one_decimal
from scoring.rounding import rounded
from storage.records import Assessment

#: How many gaps, how many questions of a kind, and how many quotes one message has.
TOP, NAMED, QUOTED = 3, 8, 5


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
    other = button(label("other_channel"), ids.OTHER_CHANNEL, PostingValue(k=contents.posting))
    return Message(said.text(), [*parts.sections(said.slot("text")), parts.actions(again, other)])


def verdict(contents: Verdict) -> Message:
    """The whole result in one message: for the facilitator first, with what can be done with it. In a channel
    what belongs to single aspects stands in the thread."""
    findings, assessment = contents.findings, contents.assessment
    said = verdict_words(contents)
    blocks = [parts.header(said.plain("title")), *parts.sections(said.slot("lead"))]
    if contents.since:
        blocks += parts.sections(said.slot("since"))
    if findings.answered:
        blocks += figures.chart(contents)
        caption = label("table_of", subject=assessment.subject)
        blocks.append(parts.data_table(caption, figures.rows(contents)))
    whole = not contents.threaded
    for slot, wanted in (
        ("because", whole and findings.answered and said.values["reasons"]),
        ("settled", findings.settled),
        ("contested", findings.contested or contents.differing),
        ("unknown", whole and findings.answered and findings.unknown),
        ("gaps", whole and findings.gaps),
        ("mine", contents.mine),
    ):
        if wanted:
            blocks += parts.sections(said.slot(slot))
    blocks += outcomes.in_result(contents) if whole else []
    blocks.append(parts.context(said.slot("answered")))
    if contents.private:
        blocks.append(_who_reads(contents))
    blocks += parts.actions_if(*_verdict_buttons(contents))
    blocks.append(parts.context(said.slot("footer")))
    return Message(_spoken(contents, said), blocks, _picture(contents))


def _picture(contents: Verdict) -> Picture | None:
    drawn = figures.profile(contents) if contents.findings.answered else None
    return drawn.picture if drawn else None


def _spoken(contents: Verdict, said: Words) -> str:
    """The whole headline, for notifications and for those who hear it."""
    slots = [("text", True), ("since", contents.since), ("mine", contents.mine)]
    lines = [*(said.text(slot) for slot, wanted in slots if wanted), outcomes.spoken(contents)]
    return cut("\n".join(filter(None, lines)), LONGEST_TEXT)


def aspect_reply(contents: AspectReply) -> Message:
    """In the thread: why the aspect is where it is, what is good, what to do, what people said."""
    found, pack = contents.verdict.findings, contents.verdict.pack
    aspect = found.aspect(contents.aspect)
    asked = {question.id: question for question in found.of_aspect(aspect.id)}
    gaps = [gap for gap in contents.verdict.gaps if gap.aspect == aspect.id]
    quotes = [quote for quote in found.quotes if quote.question in asked]
    strong = [entry.key for entry in found.swot.strengths if entry.key in asked]
    unknown = [question.title for question in found.unknown if question.aspect == aspect.id]
    said = words(
        "aspect_reply",
        title=aspect.title,
        level=None if aspect.level is None else level_words(pack, aspect.level),
        hidden=aspect.hidden,
        applies=aspect.status is not AspectStatus.NOT_APPLICABLE,
        because=because(aspect),
        strengths=[asked[key].title for key in strong[:NAMED]],
        more_strengths=max(len(strong) - NAMED, 0),
        gaps=[gap_values(pack, gap) for gap in gaps[:TOP]],
        more_gaps=max(len(gaps) - TOP, 0),
        unknown=unknown[:NAMED],
        more_unknown=max(len(unknown) - NAMED, 0),
        quotes=[(asked[quote.question].title, quote.text) for quote in quotes[:QUOTED]],
        more_quotes=max(len(quotes) - QUOTED, 0),
        checked=sum(question.checked for question in asked.values()),
        borne_out=sum(question.accepted is not None for question in asked.values()),
        hidden_questions=aspect.hidden_questions,
    )
    blocks = parts.sections(said.slot("body"))
    if quotes:
        blocks += parts.sections(said.slot("quoted"))
        for quote in quotes[:QUOTED]:
            about = words("aspect_reply", **said.values, about=asked[quote.question].title)
            blocks += [parts.quote(quote.text), parts.context(about.slot("about"))]
    blocks.append(parts.context(said.slot("footer")))
    if charts.answered(found, aspect.id):
        blocks.append(parts.actions(_answers_button(contents.assessment, aspect)))
    return Message(said.text(), blocks)


def _answers_button(assessment: Assessment, aspect: AspectFinding) -> Block:
    spoken = label("answers_spoken", aspect=aspect.title)
    return button(label("answers"), ids.ANSWERS, PageValue(a=assessment.id, p=aspect.id), spoken=spoken)


def top_gaps(found: Board) -> Message:
    """The first steps of the plan, with what to do, for whoever sees the result."""
    gaps = found.order.gaps
    said = words(
        "top_gaps",
        by_people=found.order.by_people,
        subject=found.assessment.subject,
        gaps=[gap_values(found.pack, gap) for gap in gaps[:TOP]],
        more_gaps=max(len(gaps) - TOP, 0),
    )
    return Message(said.text(), parts.sections(said.slot("body")))


def correction(contents: Correction) -> Message:
    """What cannot be written where the result stands is written in its thread."""
    message = verdict(contents.verdict)
    said = words("correction", **verdict_words(contents.verdict).values)
    blocks = [*parts.sections(said.slot("body")), *message.blocks]
    return Message(cut(f"{said.text()}\n{message.text}", LONGEST_TEXT), blocks, message.picture)


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
    """What becomes of a result that nobody else has seen, or only who is in its channel."""
    assessment = contents.assessment
    value = AssessmentValue(a=assessment.id)
    if contents.posted_in and not assessment.imported_at:
        return parts.actions(button(label("send_to_participants"), ids.SEND_TO_PARTICIPANTS, value))
    elsewhere = button(label("choose_channel"), ids.CHANNEL, ChannelValue(a=assessment.id, s=True))
    elsewhere_too = elsewhere if assessment.channel else None
    if assessment.imported_at:
        return parts.actions(_share(assessment), elsewhere_too)
    return parts.actions(
        None if contents.findings.answered else button(label("reopen"), ids.REOPEN, value, primary=True),
        _share(assessment),
        button(label("send_to_participants"), ids.SEND_TO_PARTICIPANTS, value),
        button(label("keep_private"), ids.KEEP_PRIVATE, value),
        button(label("edit_headline"), ids.HEADLINE, value),
        elsewhere_too,
    )


def _what_next(contents: Verdict) -> list[Block]:
    """What else the facilitator can do with it."""
    assessment, findings = contents.assessment, contents.findings
    value = AssessmentValue(a=assessment.id)
    plan = [plan_button(assessment)] if findings.gaps else []
    if assessment.imported_at:
        return plan
    return [
        *plan,
        *([rank_button(assessment)] if findings.gaps else []),
        *([button(label("settle"), ids.SETTLE, value)] if findings.questions else []),
        button(label("check_evidence"), ids.REVIEW_EVIDENCE, value),
        next_round.begin_button(assessment),
    ]


def _verdict_buttons(contents: Verdict) -> list[Block]:
    assessment, found = contents.assessment, contents.findings
    mine = _what_next(contents) if contents.private else []
    gaps = [_top_gaps(assessment)] if found.gaps and not contents.private else []
    file = [download_button(assessment)] if found.answered else []
    return [*mine, *gaps, _how(assessment), _compare(assessment), *file]


def _top_gaps(assessment: Assessment) -> Block:
    spoken = label("top_gaps_spoken", subject=assessment.subject)
    return button(label("top_gaps"), ids.TOP_GAPS, AssessmentValue(a=assessment.id), spoken=spoken)


def _how(assessment: Assessment) -> Block:
    """Open to everybody who sees the result: what they see of it depends on who they are."""
    spoken = label("how_spoken", subject=assessment.subject)
    return button(label("how"), ids.DETAILS, AssessmentValue(a=assessment.id), spoken=spoken)


def rank_button(assessment: Assessment) -> Block:
    spoken = label("rank_spoken", subject=assessment.subject)
    return button(label("rank"), ids.RANK, AssessmentValue(a=assessment.id), spoken=spoken)


def plan_button(assessment: Assessment) -> Block:
    return button(label("board"), ids.BOARD, AssessmentValue(a=assessment.id))


def _compare(assessment: Assessment) -> Block:
    return button(label("compare"), ids.COMPARE, AssessmentValue(a=assessment.id))


def verdict_words(contents: Verdict) -> Words:
    findings, pack = contents.findings, contents.pack
    return words(
        "verdict",
        subject=contents.assessment.subject,
        facilitator=contents.assessment.facilitator,
        channel=contents.assessment.channel,
        private=contents.private,
        posted_in=contents.posted_in,
        updated=contents.updated,
        threaded=contents.threaded,
        group=None if contents.scope.privacy is Privacy.ATTRIBUTED else contents.scope.group,
        revision=contents.revision,
        imported_at=contents.assessment.imported_at,
        headline=contents.headline,
        helped=len(facilitators(contents.assessment)) > 1,
        level=None if findings.level is None else level_words(pack, findings.level),
        meaning=None if findings.level is None else pack.levels[findings.level].meaning,
        provisional=findings.status is AspectStatus.PROVISIONAL,
        aspects=[
            {"title": aspect.title, "level": figures.level_in_table(contents, aspect)}
            for aspect in findings.aspects
        ],
        **_ranked(pack, findings.aspects),
        missing=[findings.aspect(key).title for key in findings.missing],
        reasons=[(aspect.title, because(aspect)) for aspect in findings.aspects if aspect.because],
        evidenced=None if findings.evidenced is None else level_words(pack, findings.evidenced),
        checked=findings.checked,
        checkable=findings.checkable,
        since=contents.since,
        moved=[(pack.aspect(key).title, *levels) for key, *levels in contents.since.moved]
        if contents.since
        else [],
        differing=[_differing(pack, each) for each in contents.differing],
        mine=contents.mine,
        withdrew=findings.withdrew,
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
        gaps=[gap_values(pack, gap) for gap in contents.gaps[:TOP]],
        more_gaps=max(len(contents.gaps) - TOP, 0),
        by_people=contents.order.by_people,
        roles=findings.roles,
        answered=findings.answered,
        invited=findings.invited,
    )


def _ranked(pack: Pack, aspects: Iterable[AspectFinding]) -> dict[str, Any]:
    """Which aspects lead and which are furthest behind: all that stand there, as far as is shown. Neither has
    `titles` where all stand in one place."""
    placed = [aspect for aspect in aspects if aspect.level is not None]
    averaged = all(aspect.continuous is not None for aspect in placed)
    standings: dict[tuple[int, float], list[str]] = {}
    for aspect in placed:
        average = rounded(aspect.continuous or 0.0, 1) if averaged else 0.0
        standings.setdefault((aspect.level or 0, average), []).append(aspect.title)

    def there(standing: tuple[int, float]) -> dict[str, Any]:
        titles = standings[standing] if len(standings) > 1 else []
        return {"titles": titles, "level": level_words(pack, standing[0])}

    if len(placed) < 2:
        return {"lead": None, "lag": None, "level_of_all": False}
    first, last = max(standings), min(standings)
    return {"lead": there(first), "lag": there(last), "level_of_all": first[0] == last[0]}


def _differing(pack: Pack, each: Differing) -> dict[str, Any]:
    return {
        "aspect": pack.aspect(each.aspect).title,
        "high": pack.role(each.high).plural,
        "high_mean": each.high_mean,
        "low": pack.role(each.low).plural,
        "low_mean": each.low_mean,
    }


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
        "shares": _shares(gap),
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


def _shares(gap: GapFinding) -> list[tuple[str, str]]:
    """What each factor contributes, the largest first; one that contributes nothing is left out."""
    ranked = sorted(to_one_decimal(gap.contributions, gap.priority).items(), key=lambda share: -share[1])
    return [(name, points(share)) for name, share in ranked if share]


def points(number: float) -> str:
    """One decimal, if there is one."""
    return decimal(number, 0 if rounded(number, 1).is_integer() else 1)
