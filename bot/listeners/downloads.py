"""A result as a file: the button, the choice of a form, and the file in the direct message."""

import asyncio
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck

from bot import actions, exports, views
from bot.actions import AssessmentValue, DownloadValue
from bot.drawing import Drawing
from bot.files import Files
from bot.gate import Gate
from bot.places import Place
from bot.routes import Routes
from conversation import exports as reports
from conversation.desk import Desk
from conversation.exports import Report

log = structlog.get_logger()

Json = dict[str, Any]


def register(app: Routes) -> None:
    app.action(actions.DOWNLOAD)(on_download)
    app.view(actions.DOWNLOAD_MODAL)(on_chosen)


async def on_download(
    ack: AsyncAck, body: Json, action: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing
) -> None:
    channel = Place.of(body).channel or None
    found = await act(
        reports.to_export, desk, user_id, assessment=AssessmentValue.of(action).a, channel=channel
    )
    await ack()
    draw.open_view(body["trigger_id"], views.download_modal(found, channel))


async def on_chosen(
    ack: AsyncAck, view: Json, user_id: str, desk: Desk, act: Gate, draw: Drawing, files: Files
) -> None:
    wanted, form = DownloadValue.read(view["private_metadata"]), views.read_format(view)
    report = await act(reports.report_of, desk, user_id, assessment=wanted.a, channel=wanted.c)
    log.info("downloaded", assessment=wanted.a, format=form)
    comes = views.download_comes(report.verdict.assessment.subject, exports.file_name(report, form))
    await ack(response_action="update", view=comes)
    draw.bring(user_id, give(files, user_id, report, form))


async def give(files: Files, user_id: str, report: Report, format: str) -> None:
    """Written beside the loop, which has others to serve meanwhile."""
    content = await asyncio.to_thread(exports.written, report, format)
    said = views.export_given(report.verdict.assessment.subject, shared=report.shared)
    await files.give(user_id, name=exports.file_name(report, format), content=content, said=said)
