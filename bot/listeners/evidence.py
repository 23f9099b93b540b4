"""Evidence: shown by whoever answers, ruled on by the facilitator or whom they named."""

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, views
from bot.actions import AssessmentValue, EvidenceValue, QuestionValue
from bot.drawing import Drawing
from bot.files import Files
from bot.gate import Gate
from bot.places import Place
from bot.routes import Routes
from conversation import evidence
from conversation.desk import Desk

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.EVIDENCE)(on_evidence)
    app.action(actions.SAME_EVIDENCE)(on_same_evidence)
    app.view(actions.EVIDENCE_MODAL)(on_evidence_given)
    app.action(re.compile(f"^{re.escape(actions.WITHDRAW)}"))(on_withdraw)
    app.action(actions.REVIEW_EVIDENCE)(on_review)
    app.action(actions.ACCEPT)(on_accept)
    app.action(actions.SEND_BACK)(on_send_back)
    app.view(actions.RETURN_MODAL)(on_returned)
    app.action(actions.FETCH)(on_fetch)


async def on_evidence(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = QuestionValue.of(action)
    sitting, there = await act(evidence.of_question, desk, user_id, seat=wanted.s, question=wanted.q)
    await ack()
    item = sitting.interview.item(wanted.q)
    draw.open_view(
        body["trigger_id"],
        views.evidence_modal(sitting, item, there),
        otherwise=views.evidence_modal(sitting, item, there, files=False),
    )


async def on_same_evidence(
    ack: AsyncAck, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    about = QuestionValue.of(action)
    spoken = await act(evidence.show_again, desk, user_id, seat=about.s, question=about.q)
    log.info("evidence_shown_again", seat=about.s, question=about.q)
    await ack()
    draw.spoken(spoken)


async def on_evidence_given(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    about, form = QuestionValue.read(view["private_metadata"]), views.read_evidence(view)
    shown = evidence.shown_in_form(
        text=form.text,
        number=form.number,
        unit=form.unit,
        files=form.files,
        source=form.source,
        nature=form.nature,
        level=form.level,
    )
    spoken = await act(
        evidence.show, desk, user_id, seat=about.s, question=about.q, shown=shown, key=f"form/{view['id']}"
    )
    log.info("evidence_shown", seat=about.s, question=about.q, number=len(shown))
    await ack()
    draw.spoken(spoken)


async def on_withdraw(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    """From the form, which then lists what is left; or from the message that said that it was kept."""
    wanted = EvidenceValue.of(action).e
    withdrawn = await act(evidence.withdraw, desk, user_id, evidence=wanted)
    log.info("evidence_withdrawn", evidence=wanted)
    view = body.get("view")
    if not view:
        await ack()
        draw.replace(Place.of(body), views.withdrawn(withdrawn))
        return
    about = QuestionValue.read(view["private_metadata"])
    sitting, there = await act(evidence.of_question, desk, user_id, seat=about.s, question=about.q)
    await ack()
    item = sitting.interview.item(about.q)
    draw.update_view(
        view["id"],
        views.evidence_modal(sitting, item, there),
        otherwise=views.evidence_modal(sitting, item, there, files=False),
    )


async def on_review(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    found = await act(evidence.review, desk, user_id, assessment=AssessmentValue.of(action).a)
    await ack()
    draw.open_view(body["trigger_id"], views.evidence_review(found))


async def on_accept(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = EvidenceValue.of(action).e
    ruled = await act(evidence.accept, desk, user_id, evidence=wanted)
    log.info("evidence_accepted", evidence=wanted)
    await ack()
    draw.update_view(body["view"]["id"], views.evidence_review(ruled.review))


async def on_send_back(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    wanted = EvidenceValue.of(action).e
    about = await act(evidence.about, desk, user_id, evidence=wanted)
    await ack()
    draw.push_view(body["trigger_id"], views.return_modal(wanted, about.item.title))


async def on_returned(ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing) -> None:
    """The list under this form is redrawn without it."""
    wanted, reason = EvidenceValue.read(view["private_metadata"]).e, views.typed_in(view, "reason")
    ruled = await act(evidence.send_back, desk, user_id, evidence=wanted, reason=reason)
    log.info("evidence_returned", evidence=wanted)
    await ack()
    draw.update_view(view["root_view_id"], views.evidence_review(ruled.review))
    draw.posts(ruled.owed)


async def on_fetch(
    ack: AsyncAck, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, files: Files
) -> None:
    file = await act(evidence.file_of, desk, user_id, evidence=EvidenceValue.of(action).e)
    await ack()
    draw.bring(user_id, files.pass_on(file, user_id))
