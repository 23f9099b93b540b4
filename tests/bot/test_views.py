"""Everything that people see is accepted by Slack, whatever they wrote and however many they are."""

import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from inspect import isfunction
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from bot import pictures, views
from bot.actions import PostingValue, ShownAction
from bot.language import languages, speaking
from bot.render import LONGEST_TEXT, Message, escape, one_line
from bot.rooms import UserGroup
from bot.seals import Seal
from bot.views import parts, refusals
from conversation import interview
from conversation.again import Again, Same
from conversation.bearings import Bearings
from conversation.byhand import Fate
from conversation.carried import Carried
from conversation.contents import Card, Language
from conversation.delegation import Passing
from conversation.earlier import ROUNDS
from conversation.errors import AlreadyClosed, DraftChanged, TooFewToHide
from conversation.exports import Exportable
from conversation.feeds import Address
from conversation.form import Filled, Overruled
from conversation.introduced import Wanted
from conversation.launching import TriedOut
from conversation.legible import in_json
from conversation.pack import Item
from conversation.paths import MOST_SUPPOSED
from conversation.retention import Keeping, Kept
from conversation.scope import Privacy, Rhythm
from conversation.sitting import Sitting
from conversation.standing import Interview, standing
from conversation.withdrawal import Outcome
from storage.records import ActionState, AssessmentState, Person, Said
from tests.bot import scenes, scenes_ranking
from tests.bot.scenes import Scene
from workspace.blocks import check_message, check_view

Json = dict[str, Any]

FORMS_OF_ACTIONS = (
    "done", "blocked", "date", "edit", "drop", "decline", "steps", "needs", "split", "merge", "note",
    "suggest",
)  # fmt: skip
DRAWN, DRAWN_RESULT = ("data_visualization", "table"), ("data_visualization", "data_table")
SCENES = scenes.everyone()
POSTED = [*SCENES["everyday"].contents]

ANSWERS: dict[str, Callable[[Scene], Message]] = {
    "record of an answer": lambda scene: record(scene, 1),
    "record of a reason": lambda scene: record(scene, 3),
    "record of an open question": lambda scene: views.record(
        scene.sitting(), scene.sitting().interview.items[0]
    ),
    "record of a question that was passed on": lambda scene: views.record(passed(scene), scene.pack.items[0]),
    "record of a question that is not asked": lambda scene: views.record(
        without(scene, 0), scene.sitting().interview.items[0]
    ),
    "record where what follows takes a while": lambda scene: meanwhile(scene),
    "record with a long comment": lambda scene: views.record(*long_comment(scene)),
    "wants to be asked": lambda scene: views.wanted_in(Wanted(scene.assessment, again=False)),
    "wants to be asked again": lambda scene: views.wanted_in(Wanted(scene.assessment, again=True)),
    "late answers added": lambda scene: views.added(scene.late()),
    "late answers not added": lambda scene: views.not_added(scene.late()),
    "late answers dropped": lambda scene: views.dropped(scene.late()),
    "stale": lambda scene: views.stale({"seat": "s1", "now": 7, "question": "Q", "number": 3}),
    "status": lambda scene: views.status(scene.status()),
    "status for others": lambda scene: views.status(scene.status(facilitating=False)),
    "status of a closed one": lambda scene: views.status(scene.status(state=AssessmentState.CLOSED)),
    "status where answers are anonymous": lambda scene: views.status(scene.status(named=False)),
    "extended": lambda scene: views.extended(scene.extended(3)),
    "extended for nobody": lambda scene: views.extended(scene.extended(0)),
    "as planned": lambda scene: views.as_planned(scene.assessment),
    "next round in a month": lambda scene: views.next_round_put_off(
        Again(scene.assessment_in(AssessmentState.CLOSED), 1, 3, 9, 7, 0, next_on=scenes.TODAY)
    ),
    "next round not now": lambda scene: views.next_round_put_off(
        Again(scene.assessment_in(AssessmentState.CLOSED), 1, 3, 9, 7, 0)
    ),
    "kept private": lambda scene: views.kept_private(scene.assessment),
    "resumed": lambda scene: views.resumed(scene.channel()),
    "reopened": lambda scene: views.reopened(scene.extended(scene.people)),
    "delivered again": lambda scene: views.delivered_again(scene.people),
    "shared a moment ago": lambda scene: views.shared(scene.shared_before(0)),
    "shared by somebody else": lambda scene: views.shared(scene.shared_before(1)),
    "shared long ago": lambda scene: views.shared(scene.shared_before(100)),
    "board": lambda scene: views.board(scene.board()),
    "board with actions of earlier rounds": lambda scene: views.board(
        replace(scene.board(), carried=tuple(Carried(1, action) for action in scene.plan()))
    ),
    "board without actions": lambda scene: views.board(scene.board(actions=())),
    "board for others": lambda scene: views.board(scene.board(facilitating=False)),
    "board that people ranked": lambda scene: views.board(scene.made(scenes_ranking.ranked_board)),
    "top gaps that people ranked": lambda scene: views.top_gaps(scene.made(scenes_ranking.ranked_board)),
    "result that people ranked": lambda scene: views.verdict(
        replace(scene.verdict(), decided=scene.made(scenes_ranking.decided))
    ),
    "roadmap as a picture": lambda scene: views.roadmap_given(scene.made(scenes_ranking.listing)),
    "comparison": lambda scene: views.comparison(scene.comparison()),
    "comparison of many rounds": lambda scene: views.comparison(scene.comparison(earlier=ROUNDS - 1)),
    "comparison of a first round": lambda scene: views.comparison(scene.comparison(earlier=0)),
    "least work": lambda scene: views.least_work(scene.least_work()),
    "least work to the top": lambda scene: views.least_work(
        scene.least_work(level=len(scene.pack.levels) - 1)
    ),
    "least work of what nobody knows": lambda scene: views.least_work(scene.path_without_a_way()),
    "least work of what is hidden": lambda scene: views.least_work(scene.path_without_a_way(bounds=None)),
    "least work where only a level is shown": lambda scene: views.least_work(
        scene.path_without_a_way(bounds=None, level=0)
    ),
    "ticket again": lambda scene: views.ticket_again(scene.ticketing("owed")),
    "a calendar": lambda scene: views.calendar_given(scene.subject, mine=False),
    "a calendar of one's own dates": lambda scene: views.calendar_given(scene.subject, mine=True),
    "mine": lambda scene: views.mine(scene.plan()),
    "none of mine": lambda scene: views.mine(()),
    "date taken": lambda scene: views.date_decided(scene.promises()[0], taken=True),
    "date kept": lambda scene: views.date_decided(scene.promises()[0], taken=False),
    "imported actions": lambda scene: views.imported(scene.tables()["table of actions"].found),
    "imported answers": lambda scene: views.imported(scene.tables()["table of answers"].found),
    "imported before": lambda scene: views.imported(scene.tables()["table that is there"].found),
    "imported no more": lambda scene: views.imported(scene.tables()["table with a problem"].told),
    "not imported": lambda scene: views.not_imported(),
    "how to import": lambda scene: views.how_to_import(),
    "template": lambda scene: views.template_comes(),
    "promises": lambda scene: views.promises(scene.promises()),
    "no promises": lambda scene: views.promises([]),
    "answers": lambda scene: views.answers(scene.details(), scene.pack.aspects[0].id),
    "answers that are not shown": lambda scene: views.answers(scene.untraced(), scene.pack.aspects[0].id),
    "progress": lambda scene: views.progress_over_time(scene.board()),
    "progress of no action": lambda scene: views.progress_over_time(
        replace(scene.board(actions=()), progress=None)
    ),
    "top gaps": lambda scene: views.top_gaps(scene.board(facilitating=False)),
    **{
        f"answers deleted, {outcome}": lambda scene, outcome=outcome: views.answers_deleted(
            scene.withdrawn(outcome)
        )
        for outcome in Outcome
    },
    "kept longer": lambda scene: views.kept(Kept(scene.ending(AssessmentState.CLOSED))),
    **{
        f"kept, whose end was taken back, {state}": lambda scene, state=state: views.kept(
            Kept(scene.ending(state).model_copy(update={"erase_at": None}))
        )
        for state in (AssessmentState.OPEN, AssessmentState.CLOSED)
    },
    "restored while open": lambda scene: views.restored(Kept(scene.ending(AssessmentState.OPEN))),
    "restored after closing": lambda scene: views.restored(Kept(scene.ending(AssessmentState.CLOSED))),
    "a form too late for a button": lambda scene: views.open_again(
        {"actions": [{"action_id": "comment_open", "value": scene.words[:2000]}]}
    ),
    "a form too late for an option": lambda scene: views.open_again(
        {"actions": [{"action_id": "menu", "selected_option": {"value": "x"}}]}
    ),
    "a form too late for a button of Home": lambda scene: views.open_again(
        {"actions": [{"action_id": "scope_open"}], "view": {"type": "home"}}
    ),
    "a form too late for a form": lambda scene: views.open_again(
        {"actions": [{"action_id": "x", "value": "y"}], "view": {"type": "modal"}}
    ),
    "a form too late for a command": lambda scene: views.open_again(
        {"command": "/tidemark", "text": scene.words}
    ),
    "history": lambda scene: views.history(scene.history()),
    "history, page 2": lambda scene: views.history(scene.history(1)),
    "history, page 3": lambda scene: views.history(scene.history(2)),
    "history, page 4": lambda scene: views.history(scene.history(3)),
    "history where details are hidden": lambda scene: views.history(scene.history(hidden=True)),
    "history where details are hidden, page 2": lambda scene: views.history(scene.history(1, hidden=True)),
    "history where details are hidden, page 3": lambda scene: views.history(scene.history(2, hidden=True)),
    "history of nothing": lambda scene: views.history(replace(scene.history(), deeds=(), pages=1, number=0)),
    "everything deleted": lambda scene: views.everything_deleted(tuple(map(scene.withdrawn, Outcome))),
    "everything deleted of who answered nothing": lambda scene: views.everything_deleted(()),
    "an export that comes as text": lambda scene: views.export_as_text(scene.words * 9, "missing_scope")[0],
    "its first piece": lambda scene: views.export_as_text(
        in_json(json.dumps([scene.words] * 9, ensure_ascii=False)), "missing_scope"
    )[1],
    "declined": lambda scene: views.declined(scene.sitting()),
    "closed": lambda scene: views.closed(scene.assessment),
    "shared": lambda scene: views.shared(scene.shared()),
    "shared before": lambda scene: views.shared(replace(scene.shared(), owed=())),
    "withdrawn": lambda scene: views.withdrawn(scene.sitting()),
    "file passed on": lambda scene: views.file_passed_on(scene.file()),
    "file missing": lambda scene: views.file_missing(scene.file(), "file_not_found"),
    "put off": lambda scene: views.put_off(scene.followed()),
    "asked again": lambda scene: views.asked_again(scene.followed()),
    "asked again before": lambda scene: views.asked_again(scene.followed(again=True)),
    **{
        f"digest from now on, {rhythm}": lambda scene, rhythm=rhythm: views.digest_answered(
            scene.digest_settings(rhythm)
        )
        for rhythm in Rhythm
    },
    "help offered": lambda scene: views.help_offered(scene.offered()),
    "export comes": lambda scene: views.export_comes(scene.subject, scene.words[:100]),
    "export given": lambda scene: views.export_given(scene.subject, shared=True),
    "export given of what is not shared": lambda scene: views.export_given(scene.subject, shared=False),
    "export failed": lambda scene: views.export_failed(scene.words[:100], "missing_scope"),
    "file too large": lambda scene: views.file_missing(scene.file(), "size"),
    "file that is elsewhere": lambda scene: views.file_missing(scene.file(), "elsewhere"),
    "file that is a program": lambda scene: views.file_missing(scene.file(), "program"),
    "launching now": lambda scene: views.launching_now(),
    "invited late": lambda scene: views.invited_late(scene.decided(scene.pack.roles[:2])),
    "not invited": lambda scene: views.not_invited(scene.decided(())),
    "trial ended": lambda scene: views.trial_ended(scene.subject),
    "snoozed": lambda scene: views.snoozed(scene.snoozed(at=scenes.NOW, invited=False)),
    "stopped": lambda scene: views.snoozed(scene.snoozed(at=None, invited=False)),
    "snoozed on an invitation": lambda scene: views.snoozed(scene.snoozed(at=scenes.NOW, invited=True)),
    "several snoozed": lambda scene: views.snoozed(
        scene.snoozed(at=scenes.NOW, invited=False, number=scene.actions + 2)
    ),
    "mentioned": lambda scene: views.mentioned(),
    "language": lambda scene: views.message(Language("es", None)),
    "language of Slack": lambda scene: views.message(Language(None, "")),
    "language that is unknown": lambda scene: views.message(Language(None, scene.words)),
    "added to a channel": lambda scene: views.joined(()),
    "added to a channel that is named": lambda scene: views.joined((scene.subject,) * scene.actions),
    "old button": lambda scene: views.old_button(here=True),
    "old button of nothing": lambda scene: views.old_button(here=False),
    "what I can see and post": lambda scene: views.about(),
    "where Tidemark was removed": lambda scene: views.not_installed(),
    "self-check begun again": lambda scene: views.self_check_again(),
    "self-check elsewhere": lambda scene: views.self_check_asked(),
    "self-check deleted": lambda scene: views.self_check_deleted(),
    "record of a self-check": lambda scene: views.record(
        scene.checked(Said.ANSWERED, 1), scene.checked(Said.ANSWERED, 1).interview.items[0]
    ),
    "help": lambda scene: views.help_message(Bearings()),
    "help for an unknown word": lambda scene: views.help_message(Bearings(), scene.words, "status"),
    "help for whoever facilitates what is closed": lambda scene: views.help_message(
        scene.bearings(AssessmentState.CLOSED)
    ),
    "every command": lambda scene: views.every_command(),
    "unknown error": lambda scene: views.unknown_error("7F3K"),
}

FORMS: dict[str, Callable[[Scene], Json]] = {
    "scope": lambda scene: views.scope_modal(scene.pack, closing=scenes.TODAY, channel="C1"),
    "scope from a draft": lambda scene: views.scope_modal(
        scene.pack, closing=scenes.TODAY, draft=scene.draft()
    ),
    "scope with user groups": lambda scene: views.scope_modal(
        scene.pack,
        closing=scenes.TODAY,
        subject=scene.words,
        groups=[UserGroup(f"S{number}", "handle", scene.words) for number in range(scene.people * 3)],
    ),
    "what is asked": lambda scene: views.asked_modal(scene.questions()),
    "rate a gap": lambda scene: views.next_to_rate(scene.made(scenes_ranking.rating)),
    "rate a gap that nobody rated": lambda scene: views.rating_modal(scene.made(scenes_ranking.rating, at=1)),
    "two rated the same gap": lambda scene: views.rating_clash_modal(scene.made(scenes_ranking.clash)),
    "ranking": lambda scene: views.ranking_view_at(scene.made(scenes_ranking.listing), ""),
    "ranking, the last page": lambda scene: views.ranking_view(scene.made(scenes_ranking.listing), 99),
    "ranking for others": lambda scene: views.ranking_view(
        scene.made(scenes_ranking.listing, facilitating=False)
    ),
    "ranking as proposed": lambda scene: views.ranking_view(scene.made(scenes_ranking.proposed)),
    "ranking of nothing": lambda scene: views.ranking_view(scene.made(scenes_ranking.nothing_to_rank)),
    "why a gap was moved": lambda scene: views.move_modal(
        (listing := scene.made(scenes_ranking.listing)), listing.order.moved[0]
    ),
    "cut-off and phases": lambda scene: views.after_shape(scene.made(scenes_ranking.shape)),
    "two decided about the phases": lambda scene: views.shape_modal(scene.made(scenes_ranking.shape_clash)),
    "by phase": lambda scene: views.roadmap_view(scene.made(scenes_ranking.listing)),
    "what matters": lambda scene: views.matters_modal(scene.draft()),
    "what counts": lambda scene: views.counting_modal(scene.draft()),
    "reading titles": lambda scene: views.reading_titles(scene.draft()),
    "roles": lambda scene: views.roles_modal(scene.roster()),
    "roles, the second page": lambda scene: views.roles_modal(scene.roster(), 1),
    "roles that nobody has": lambda scene: views.roles_modal(scene.roster(waiting=True)),
    "roles of nobody": lambda scene: views.roles_modal(scene.roster(gone=True)),
    "launch check": lambda scene: views.onward(scene.launch_check()),
    "launch check of a later round": lambda scene: views.onward(
        replace(scene.launch_check(), same=Same(1, 28, 32))
    ),
    "launch check of the same questions": lambda scene: views.onward(
        replace(scene.launch_check(), same=Same(1, 32, 32))
    ),
    "the role of who joined late": lambda scene: views.late_modal(scene.decided(())),
    "another channel": lambda scene: views.channel_modal(PostingValue(k="intro/a1")),
    "preview": lambda scene: views.preview(scene.sitting()),
    "tried out": lambda scene: views.tried_out(TriedOut(scene.assessment, scene.pack.roles[0], ())),
    "two changed the same": lambda scene: views.clash_modal(scene.clash()),
    "changed before the launch": lambda scene: views.clash_modal(
        DraftChanged(draft=scene.draft(), step="launch", aside="", fields=())
    ),
    "not yet": lambda scene: views.refused_modal(views.refusal(TooFewToHide(people=3, group=5))),
    **{
        f"details, {page}": lambda scene, page=page: views.details(scene.details(), page)
        for page in ("overview", "swot", "patterns", "basis")
    },
    "details with a picture": lambda scene: views.illustrated(
        views.details(scene.details(), scene.pack.aspects[0].id), [parts.image("F1", scene.words)]
    ),
    "details of an aspect": lambda scene: views.details(scene.details(), scene.pack.aspects[0].id),
    "settle": lambda scene: views.settle_modal(scene.worked()),
    "settle again": lambda scene: views.settle_modal(scene.worked(), scene.pack.items[0].id),
    **{
        f"who sees, {mode}": lambda scene, mode=mode: views.who_sees_modal(scene.who_sees(mode))
        for mode in Privacy
    },
    "who sees, as tight as can be": lambda scene: views.who_sees_modal(scene.who_sees(Privacy.ANONYMOUS, 10)),
    "tightened": lambda scene: views.tightened_modal(scene.who_sees(Privacy.ANONYMOUS, 3, scene.people)),
    "tightened before anybody was invited": lambda scene: views.tightened_modal(
        scene.who_sees(Privacy.ANONYMOUS)
    ),
    "close": lambda scene: views.close_modal(scene.closing()),
    "close when nothing is missing": lambda scene: views.close_modal(scene.closing(complete=True)),
    "extended": lambda scene: views.extended_modal(scene.extended(1)),
    "closing date": lambda scene: views.date_modal(scene.assessment, scenes.CLOSES),
    "facilitators": lambda scene: views.facilitators_modal(scene.facilitators()),
    "facilitators for who helps": lambda scene: views.facilitators_modal(scene.facilitators(owned=False)),
    "facilitators saved": lambda scene: views.facilitators_saved(scene.facilitators()),
    "stepped down": lambda scene: views.stepped_down(scene.facilitators()),
    "hand over": lambda scene: views.hand_over_modal(scene.assessment, admin=False),
    "hand over what nobody facilitates": lambda scene: views.hand_over_modal(
        scene.assessment, admin=True, gone=True
    ),
    "handed over": lambda scene: views.handed_over(scene.facilitators()),
    "another owner": lambda scene: views.action_owner_modal(scene.plan()[0], scene.form_value()),
    "action, whole": lambda scene: views.action_view(scene.whole(), "C1"),
    "action, whole, for its owner": lambda scene: views.action_view(scene.whole(owned=True)),
    "action, whole, for others": lambda scene: views.action_view(scene.whole(facilitating=False), "C1"),
    "action, whole, done": lambda scene: views.action_view(scene.whole(state=ActionState.DONE)),
    "action, whole, dropped": lambda scene: views.action_view(scene.whole(state=ActionState.DROPPED)),
    "action, bare": lambda scene: views.action_view(scene.bare()),
    "action out of sight": lambda scene: views.action_out_of_sight(),
    "history of an action": lambda scene: views.action_history(scene.whole(), ShownAction(i="action-0", p=1)),
    "history of a new action": lambda scene: views.action_history(scene.bare(), ShownAction(i="action-0")),
    **{
        f"form of an action, {what}": lambda scene, what=what: views.action_form(
            what, scene.whole(), scene.form_value()
        )
        for what in FORMS_OF_ACTIONS
    },
    "form of an action, without files": lambda scene: views.action_form(
        "done", scene.whole(), scene.form_value(), files=False
    ),
    "form of an action, another date, suggested": lambda scene: views.action_form(
        "date", scene.whole(owned=True), scene.form_value()
    ),
    "form of an action, merge with nothing": lambda scene: views.action_form(
        "merge", scene.bare(), scene.form_value()
    ),
    "action changed by two": lambda scene: views.action_clash_modal(scene.action_clash(), scene.form_value()),
    "action without a gap": lambda scene: views.add_action_modal(scene.addition()),
    "another date, suggested": lambda scene: views.date_suggested(
        replace(scene.promises()[0], suggested=scenes.TODAY)
    ),
    **{f"people, {mode}": lambda scene, mode=mode: views.roster(scene.everybody(mode)) for mode in Privacy},
    "people of a forgotten one": lambda scene: views.roster(scene.everybody(people=0)),
    "people, on more pages": lambda scene: views.roster(scene.everybody(people=200), 1),
    "replace": lambda scene: views.replace_modal(scene.everybody(), scene.everybody().members[0]),
    "take off": lambda scene: views.take_off_modal(scene.everybody(), scene.everybody().members[0]),
    "add people": lambda scene: views.add_modal(scene.everybody()),
    "headline": lambda scene: views.headline_modal(scene.verdict()),
    "headline of before": lambda scene: views.headline_modal(
        replace(scene.verdict(), headline=scene.words[:300])
    ),
    "headline of nothing": lambda scene: views.headline_modal(scene.verdict(kind=None)),
    **{
        f"download of what is {name}": lambda scene, shared=shared: views.download_modal(
            Exportable(scene.assessment, shared=shared), "C0123456789"
        )
        for name, shared in (("shared", True), ("not shared", False))
    },
    "download comes": lambda scene: views.download_comes(scene.subject, "fraud-round-1.pdf"),
    "headline saved": lambda scene: views.headline_saved(scene.assessment, scene.words[:300]),
    "headline taken away": lambda scene: views.headline_saved(scene.assessment, ""),
    "participants": lambda scene: views.participants_modal(scene.audience()),
    "only guests": lambda scene: views.participants_modal(replace(scene.audience(), people=())),
    "sent": lambda scene: views.sent_modal(scene.sent(scene.people)),
    "sent before": lambda scene: views.sent_modal(scene.sent(0)),
    "channel": lambda scene: views.result_channel_modal(scene.assessment, share=False),
    "first channel": lambda scene: views.result_channel_modal(
        scene.assessment_in(AssessmentState.CLOSED, channel=None), share=True
    ),
    "channel chosen": lambda scene: views.channel_chosen(scene.channel()),
    "a no to a form": lambda scene: views.refused_modal(views.mentioned()),
    "settled": lambda scene: views.settled_modal(scene.worked(), scene.pack.items[0].id),
    "what if": lambda scene: views.what_if_modal(scene.what_if(chosen=0)),
    "what if one": lambda scene: views.what_if_modal(scene.what_if(chosen=1)),
    "what if many": lambda scene: views.what_if_modal(scene.what_if(chosen=MOST_SUPPOSED)),
    "evidence": lambda scene: views.evidence_modal(*commented(scene), scene.evidence()),
    "evidence without files": lambda scene: views.evidence_modal(*commented(scene), (), files=False),
    "check the evidence": lambda scene: views.evidence_review(scene.evidence_review()),
    "check the evidence of a closed one": lambda scene: views.evidence_review(
        scene.evidence_review(AssessmentState.CLOSED)
    ),
    "digest": lambda scene: views.digest_modal(scene.digest_settings()),
    "digest saved": lambda scene: views.digest_saved(scene.digest_settings()),
    "evidence of files": lambda scene: views.evidence_modal(*commented(scene), scene.files()),
    "check files": lambda scene: views.evidence_review(scene.evidence_review(shown=scene.files())),
    "return the evidence": lambda scene: views.return_modal("e1", scene.pack.items[0].title),
    "delete an assessment": lambda scene: views.delete_modal(scene.assessment),
    **{
        f"how long it is kept, {state}, {months}": lambda scene, state=state, months=months: views.keep_modal(
            Keeping(scene.ending(state), months, (1, 3, 6, 12, 24, 36, 60, 0))
        )
        for state, months in ((AssessmentState.OPEN, 0), (AssessmentState.CLOSED, 24))
    },
    **{
        f"kept for {months} months": lambda scene, months=months: views.kept_for_modal(
            Kept(scene.assessment), months
        )
        for months in (0, 6)
    },
    "kept until a day": lambda scene: views.kept_for_modal(Kept(scene.ending(AssessmentState.CLOSED)), 6),
    "deleted": lambda scene: views.deleted_modal(Kept(scene.ending(AssessmentState.DELETED))),
    "comment": lambda scene: views.comment_modal(*commented(scene)),
    "reason": lambda scene: views.reason_modal(*commented(scene), 3),
    "whole comment": lambda scene: views.whole_comment(*long_comment(scene)),
    "form": lambda scene: views.form_modal(Filled(scene.sitting())),
    "form in a later round": lambda scene: views.form_modal(Filled(scene.in_a_later_round(Said.ANSWERED))),
    "form in a later round, where nothing applied": lambda scene: views.form_modal(
        Filled(scene.in_a_later_round(Said.DOES_NOT_APPLY))
    ),
    "form with answers": lambda scene: views.form_modal(Filled(scene.sitting(*scene.answers()))),
    "last page of a form, with newer answers": lambda scene: views.form_modal(overruled(scene), 99),
    "end of a form": lambda scene: views.form_end_modal(overruled(scene)),
    "end of a form, sent": lambda scene: views.form_end_modal(
        Filled(scene.sitting(*scene.answers(), sent=True))
    ),
    "pass everything on": lambda scene: views.pass_modal(Passing(scene.sitting(), None)),
    "pass the rest on": lambda scene: views.pass_modal(Passing(scene.sitting(*scene.answers(2)), None)),
    "pass a question on": lambda scene: views.pass_modal(Passing(*commented(scene))),
    "my role": lambda scene: views.my_role_modal(scene.sitting()),
    "my role, asked for": lambda scene: views.my_role_modal(scene.roleless()),
    "action": lambda scene: views.action_modal(scene.proposal(), owner="U1"),
    "no calendar address": lambda scene: views.feed_view(Address()),
    "calendar address": lambda scene: views.feed_view(Address(scenes.NOW)),
    "calendar address made": lambda scene: views.feed_view(
        Address(scenes.NOW, f"https://t.example/{'x' * 90}")
    ),
    "calendar address withdrawn": lambda scene: views.feed_view(Address(), ended=True),
    "action with an issue": lambda scene: views.action_modal(
        replace(scene.proposal(), trackers=scenes.HERE), owner=None
    ),
    "action without an owner": lambda scene: views.action_modal(scene.proposal(), owner=None),
    **{
        f"ticket, {name or 'none'}": lambda scene, name=name: views.ticket_modal(scene.ticketing(name))
        for name in (None, *scenes.TICKETS)
    },
    "ticket saved": lambda scene: views.ticket_saved(scene.ticketing("owed")),
    "ticket taken off": lambda scene: views.ticket_saved(scene.ticketing(None)),
    "agreed": lambda scene: views.agreed_modal(scene.promises()[0], Person(user_id="U1", name=scene.words)),
    **{
        f"away, from {name}": lambda scene, name=name: views.away_modal(scene.reminder_settings()[name])
        for name in ("reminder settings, here, asked for", "reminder settings, away, asked for")
    },
    "away saved": lambda scene: views.away_saved(scene.reminder_settings()["reminder settings, away, away"]),
    "remind": lambda scene: views.remind_modal(scene.by_hand()),
    "remind one, without a name": lambda scene: views.remind_modal(
        scene.by_hand(fates={Fate.NOW: 1, Fate.LATER: 0}, names=())
    ),
    "remind nobody": lambda scene: views.remind_modal(
        scene.by_hand(fates={Fate.NOW: 0, Fate.LATER: 0}, names=(), example=None)
    ),
    "remind too soon": lambda scene: views.remind_modal(scene.by_hand(again_at=scenes.CLOSES)),
    "reminded": lambda scene: views.reminded_modal(scene.by_hand(done=True)),
    "reminded before": lambda scene: views.reminded_modal(scene.by_hand(again_at=scenes.CLOSES)),
    "refused": lambda scene: views.refused_modal(views.refusal(AlreadyClosed(subject=scene.subject))),
    "home": lambda scene: views.home(scene.home()),
    "home in a language of one's own": lambda scene: views.home(replace(scene.home(), language="es")),
    "home of a stranger": lambda scene: views.home(
        replace(scene.home(), seats=(), actions=(), assessments=(), draft=None, past=(), check=None)
    ),
    "home of who did nothing but the self-check": lambda scene: views.home(
        replace(scene.home(), seats=(), actions=(), assessments=(), draft=None, past=())
    ),
    "home of who was asked and has nothing to do": lambda scene: views.home(
        replace(scene.home(), seats=(), actions=(), assessments=(), draft=None, check=None)
    ),
    "home in a self-check": lambda scene: views.home(replace(scene.home(), check=scene.self_check())),
    "what I can see and post, in a form": lambda scene: views.about_modal(),
    "help in a form": lambda scene: views.help_modal(),
    "old form": lambda scene: views.old_form(),
}


REFUSALS = [
    name
    for name in re.findall(
        r"{% block ([A-Z]\w+) %}", Path("bot/templates/en/refusals.j2").read_text(encoding="utf-8")
    )
    if name != "StaleCard"  # among the answers
]


def passed(scene: Scene) -> Sitting:
    """Somebody who passed their first question on."""
    item = scene.pack.items[0]
    said = [scenes.fact(1, Said.STARTED), scenes.fact(2, Said.PASSED_ON, item.id, text="U2")]
    items = tuple(each for each in scene.sitting().interview.items if each.id != item.id)
    return replace(scene.sitting(), interview=standing(items, said))


def without(scene: Scene, number: int) -> Sitting:
    """Somebody who is asked everything but this."""
    items = scene.sitting().interview.items
    return replace(
        scene.sitting(), interview=standing((*items[:number], *items[number + 1 :]), scene.answers())
    )


def long_comment(scene: Scene) -> tuple[Sitting, Item]:
    """As long as one message in Slack may be."""
    item = scene.sitting().interview.items[0]
    said = [
        *scene.answers(1),
        scenes.fact(7000, Said.COMMENTED, item.id, text=(scene.words * 40_000)[:40_000]),
    ]
    return scene.sitting(*said), item


def overruled(scene: Scene) -> Filled:
    sitting = scene.sitting(*scene.answers(2))
    lost = [Overruled(item, interview.option(0), scene.words) for item in sitting.interview.items]
    return Filled(sitting, (*lost, Overruled(sitting.interview.items[0], interview.DONT_KNOW, "")))


def everywhere(check: Callable[[Scene], None]) -> None:
    """In every scene and every language, in one test: a test for each took longer than what it looked at.
    All that is wrong is told, with where."""
    wrong: list[Exception] = []
    for kind, scene in SCENES.items():
        for tongue in languages():
            try:
                with speaking(tongue):
                    check(scene)
            except Exception as error:
                error.add_note(f"In the scene {kind}, in {tongue}.")
                wrong.append(error)
    if wrong:
        raise ExceptionGroup("What people would see is wrong.", wrong)


@pytest.mark.parametrize("name", POSTED)
def test_slack_takes_every_posting(name: str) -> None:
    def check(scene: Scene) -> None:
        for _, form in views.rungs(views.message(scene.contents[name])):
            assert_good(form)

    everywhere(check)


def test_the_same_is_posted_in_every_scene() -> None:
    assert [list(scene.contents) for scene in SCENES.values()] == [POSTED] * len(SCENES)


@pytest.mark.parametrize("draw", ANSWERS.values(), ids=ANSWERS)
def test_slack_takes_every_answer_to_a_click(draw: Callable[[Scene], Message]) -> None:
    def check(scene: Scene) -> None:
        for _, form in views.rungs(draw(scene)):
            assert_good(form)

    everywhere(check)


@pytest.mark.parametrize("draw", FORMS.values(), ids=FORMS)
def test_slack_takes_every_form_and_home(draw: Callable[[Scene], Json]) -> None:
    def check(scene: Scene) -> None:
        view = draw(scene)
        assert check_view(Seal(b"").put(view)) == []
        assert_good_blocks(view["blocks"])

    everywhere(check)


@pytest.mark.parametrize("name", REFUSALS)
def test_slack_takes_every_refusal(name: str) -> None:
    for tongue in languages():
        with speaking(tongue):
            for known in ({}, scenes.KNOWN):
                assert_good(refusals.of(name, known))


def test_every_message_and_form_has_a_scene() -> None:
    """Whatever draws something for people is called, directly or by another, when all scenes are drawn. (A
    message in plainer blocks, or with a picture, is drawn beside each of them.)"""
    scene, called, before = scenes.everyday(), set[CodeType](), sys.gettrace()
    # Of each function it hears that it is called, and nothing of what goes on in it.
    sys.settrace(lambda frame, event, _: called.add(frame.f_code))
    try:
        for posted in scene.contents.values():
            views.message(posted)
        for draw in (*ANSWERS.values(), *FORMS.values()):
            draw(scene)
    finally:
        sys.settrace(before)

    drawing = {
        name: part
        for name, part in vars(views).items()
        if isfunction(part) and part.__annotations__.get("return") in (Message, dict[str, Any])
        if not name.startswith("read_") and part not in (views.fallback, views.with_picture)
    }
    assert len(drawing) > 100
    assert sorted(name for name, part in drawing.items() if part.__code__ not in called) == []


@pytest.mark.parametrize("tongue", languages())
def test_what_stands_around_a_form_and_on_a_menu_is_never_cut(tongue: str) -> None:
    everyday = scenes.everyday()

    with speaking(tongue):
        forms = [draw(everyday) for draw in FORMS.values()]
        messages = [draw(everyday) for draw in ANSWERS.values()]

    around = [view[part]["text"] for view in forms for part in ("title", "submit", "close") if part in view]
    drawn = [view["blocks"] for view in forms] + [message.blocks for message in messages]
    fixed = [
        text
        for block in every(drawn)
        for text in (
            block.get("deny"),
            block.get("confirm") if "deny" in block else None,
            block.get("text") if block.get("type") == "button" else None,
            block.get("description") if "value" in block else None,
        )
        if text
    ]
    assert [text for text in around if text.endswith("…")] == []
    assert [text["text"] for text in fixed if text["text"].endswith("…")] == []


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_a_record_and_the_next_card_fit_into_one_message(scene: Scene) -> None:
    sitting = scene.sitting(*scene.answers(2))
    old = views.record(sitting, sitting.interview.items[1])
    new = views.message(scene.contents["first card"])

    assert check_message([*old.blocks, {"type": "divider"}, *new.blocks]) == []


def test_a_result_is_drawn_in_plainer_and_plainer_blocks() -> None:
    message = views.message(scenes.everyday().verdict())

    forms = {str(rung): form for rung, form in views.rungs(message)}
    assert message.picture is not None
    forms["picture"] = views.with_picture(message, message.picture, "F1")

    newer = {"data_visualization", "data_table", "table", "image"}
    kinds = {rung: [b["type"] for b in form.blocks if b["type"] in newer] for rung, form in forms.items()}
    assert kinds == {
        "native": ["data_visualization", "data_table"],
        "table": ["data_visualization", "table"],
        "picture": ["image", "table"],
        "text": [],
        "words": [],
    }
    assert {form.text for form in forms.values()} == {message.text}
    assert all(check_message(form.blocks) == [] for form in forms.values())
    assert "*Development*: Now 1, Basic (" in words_of(forms["text"].blocks)


def test_what_slack_has_no_chart_for_is_a_picture_below_its_title_before_anything_plainer() -> None:
    message = views.progress_over_time(scenes.everyday().board())
    assert message.picture is not None

    rungs = [str(rung) for rung, _ in views.rungs(message)]
    drawn = views.with_picture(message, message.picture, "F1")

    assert rungs == ["picture", "native", "text", "words"]
    assert [block["type"] for block in drawn.blocks] == ["header", "image", "section", "table"]
    assert check_message(drawn.blocks) == []


def test_rounds_with_a_gap_are_drawn_as_a_picture_and_others_natively() -> None:
    whole = scenes.everyday().comparison(earlier=2)
    first, *lines = whole.trend
    gap = replace(first, points=(None, *first.points[1:]))

    natively, pictured = (views.comparison(replace(whole, trend=(each, *lines))) for each in (first, gap))

    kinds = [{block["type"] for block in message.blocks} for message in (natively, pictured)]
    assert ["data_visualization" in each for each in kinds] == [True, False]
    assert pictured.picture is not None
    assert f"{first.title}: round 1 none" in pictured.picture.alt


def test_the_chart_the_picture_and_its_description_say_what_the_table_says() -> None:
    message = views.message(scenes.everyday().posted())

    chart, table = (next(b for b in message.blocks if b["type"] == kind) for kind in DRAWN_RESULT)
    before, now, target = chart["chart"]["series"]
    rows = [[cell["text"] for cell in row] for row in table["rows"]]
    picture = message.picture
    assert picture is not None
    assert before["name"] == "Round 1"

    assert rows[0][:2] == ["Aspect", "Now"]
    assert chart["chart"]["axis_config"]["categories"] == [row[0] for row in rows[1:]]
    for row, was, drawn, aim in zip(rows[1:], before["data"], now["data"], target["data"], strict=True):
        assert f"({drawn['value']:.1f})" in row[1]
        assert f"{aim['value']:.0f}, " in row[rows[0].index("Target")]
        assert f">{row[0]}<" in picture.svg
        assert re.search(rf">{re.escape(row[1])}, (as before|[+−]\d\.\d)<", picture.svg)
        aimed = f"{row[0]}: {row[1]}, target {row[rows[0].index('Target')]}"
        assert f"{aimed}, in round 1 {was['value']:.1f}" in picture.alt


def test_what_has_no_level_is_not_drawn_at_level_0() -> None:
    nobody_knows = views.message(scenes.everyday().verdict(kind=Said.DONT_KNOW))
    nobody_answered = views.message(scenes.everyday().verdict(kind=None))

    kinds = {block["type"] for block in nobody_knows.blocks + nobody_answered.blocks}
    (table,) = (block for block in nobody_knows.blocks if block["type"] == "data_table")

    assert "data_visualization" not in kinds
    assert {row[1]["text"] for row in table["rows"][1:]} == {"Not enough answers"}
    assert "data_table" not in {block["type"] for block in nobody_answered.blocks}
    assert "Nobody answered" in words_of(nobody_answered.blocks)
    assert "type `/tidemark start`" in words_of(nobody_answered.blocks)


def test_a_picture_draws_every_word_in_a_font_of_ours() -> None:
    """Without a font nothing is drawn where words are: a title more is a picture that differs."""
    picture = views.message(scenes.everyday().posted()).picture
    assert picture is not None

    drawn = pictures.png(picture)
    without = pictures.png(replace(picture, svg=picture.svg.replace(picture.title, "")))

    assert drawn.startswith(b"\x89PNG")
    assert drawn != without


def test_a_chart_has_a_table_beside_it_that_says_the_same_and_stays_where_charts_are_unknown() -> None:
    message = views.comparison(scenes.everyday().comparison())

    (chart,), (table,) = ([b for b in message.blocks if b["type"] == kind] for kind in DRAWN)
    older = views.fallback(message).blocks

    drawn = {line["name"]: [point["value"] for point in line["data"]] for line in chart["chart"]["series"]}
    rows = {row[0]["text"]: [cell["text"] for cell in row[1:]] for row in table["rows"][1:-1]}
    assert chart["chart"]["axis_config"]["categories"] == ["Round 1", "Round 2"]
    assert {name: [f"{mean:.1f}" for mean in means] for name, means in drawn.items()} == {
        name: [cell.rpartition("average ")[2] for cell in cells] for name, cells in rows.items()
    }
    assert not {block["type"] for block in older} & set(DRAWN)
    assert "*Development*: Round 1, 1 Nov 2026 1, Basic; average 1.8" in words_of(older)


def test_lines_of_a_chart_have_names_of_their_own() -> None:
    names = ("Release of large models", "Release of large things", "Data")

    chart = parts.line_chart("Level", ["Round 1"], [(name, [1.0]) for name in names], y_label="Level")

    assert [line["name"] for line in chart["chart"]["series"]] == [
        "1 Release of large…",
        "2 Release of large…",
        "3 Data",
    ]


def test_no_form_shows_a_persons_numbers_by_role() -> None:
    message = views.message(scenes.everyday().verdict(private=False))

    contested = next(words for words in texts(message.blocks) if "Worth a conversation" in words)

    assert not re.search(r"\d\.\d|level \d", contested)


def test_answers_go_from_a_to_d_and_name_no_level() -> None:
    message = views.message(scenes.everyday().contents["first card"])

    buttons = [
        element for block in message.blocks if block["type"] == "actions" for element in block["elements"]
    ]

    assert [button["action_id"] for button in buttons[:5]] == [
        "answer:0", "answer:1", "answer:2", "answer:3", "answer:dk",
    ]  # fmt: skip
    assert [button["text"]["text"] for button in buttons[:5]] == ["A", "B", "C", "D", "I don't know"]
    assert "level" not in words_of(message.blocks).lower()


def test_changing_an_answer_offers_to_keep_it() -> None:
    message = views.message(scenes.everyday().contents["changing"])

    labels = [
        element["text"]["text"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if "text" in element
    ]

    assert labels == ["A", "B", "C", "D", "I don't know", "Comment", "Evidence", "Keep: B", "Why do you ask?"]


QUESTIONS = [name for name in scenes.everyday().contents if "card" in name or name.startswith("self-check")]


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
@pytest.mark.parametrize("name", QUESTIONS)
def test_who_hears_only_the_text_of_a_card_can_answer_it(name: str, scene: Scene) -> None:
    """Notifications and screen readers have the text in place of the blocks."""
    contents = scene.contents[name]
    asking = contents.sitting.interview.asking if isinstance(contents, Card) else None
    if asking is None:
        return
    text = views.message(contents).text
    if len(text) == LONGEST_TEXT or text.endswith("…"):
        return

    assert escape(one_line(asking.wording(contents.sitting.seat.roles))) in text
    for letter, behaviour in zip("ABCDEF", asking.levels, strict=False):
        assert f"{letter}: {escape(one_line(behaviour))}" in text
    assert ("Reply with A" in text) == contents.sitting.assessment.takes_answers


def assert_good(message: Message) -> None:
    assert check_message(message.blocks) == []
    assert 0 < len(message.text) <= 4000
    assert_good_text(message.text)
    assert not SHORTCODE.search(message.text)
    assert_good_blocks(message.blocks)


FORBIDDEN = re.compile(
    r"click here|oops|sorry|\bbelow\b|\babove\b|\b(on|to) the (left|right)\b|\barrow\b|please note|submit\b"
    r"|\bclic\b|(pulsa|pincha|toca) aquí|\bups\b|lo siento|a la (izquierda|derecha)|\bflecha\b"
    r"|(ver|véase|mostrad[oa]s?|aparece) más (abajo|arriba)|a continuación",
    re.IGNORECASE,
)
EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf\u2190-\u21ff\u2b00-\u2bff]")
SHORTCODE = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]+:(?![\w:])")


def assert_good_blocks(blocks: list[Json]) -> None:
    parts = [[*every(block)] for block in blocks]
    everything = [part for inner in parts for part in inner]
    for part in everything:
        if isinstance(text := part.get("text"), str):
            assert_good_words(text)
        if part.get("type") == "mrkdwn":
            assert part["verbatim"] is True
            assert_good_text(part["text"])
    for inner in parts:
        ids = [part["action_id"] for part in inner if "action_id" in part]
        assert len(ids) == len(set(ids))
    assert_heard_as_seen(everything)


@cache  # most words stand in many messages
def assert_good_words(text: str) -> None:
    assert text.strip()
    assert not FORBIDDEN.search(text), text
    assert not EMOJI.search(text), text
    assert not SHORTCODE.search(text), text


@cache
def assert_good_text(text: str) -> None:
    """What people wrote is escaped: only our own dates, people and channels are markup."""
    link = r"https://tracker\.example/[^|<>]+\|[^|<>]+"
    ours = rf"<(@U\d+|#C\d+|!subteam\^S\d+|!date\^\d+\^[^|<>]+\|[^|<>]+|{link})>"
    assert not re.search(r"[<>]", re.sub(ours, "", text)), text
    assert "<@U99>" not in text
    assert "&amp;amp;" not in text
    assert not re.search(
        r"\d+ (people|questions|minutes|days) (is|has)\b|\b1 (people|questions|minutes|days)\b"
        r"|\b1 (personas|preguntas|minutos|días|pasos|puntos|brechas|acciones|evidencias)\b"
        r"|(\d[^1 ]|[02-9]) (persona|pregunta|minuto|día|paso|punto|brecha|acción|evidencia)\b",
        text,
    )


def assert_heard_as_seen(everything: list[Json]) -> None:
    """Of several buttons with the same words each has words of its own for whoever hears them; images say
    what they show."""
    buttons = [part for part in everything if part.get("type") == "button"]
    seen = Counter(button["text"]["text"] for button in buttons)
    alike = [button for button in buttons if seen[button["text"]["text"]] > 1]
    assert not [button["text"]["text"] for button in alike if not button.get("accessibility_label")]
    for part in everything:
        if part.get("type") == "image":
            assert part["alt_text"].strip()
        if part.get("type") == "data_table":
            assert part["caption"].strip()
        if part.get("type") == "data_visualization":
            assert part["title"].strip()


def meanwhile(scene: Scene) -> Message:
    sitting = scene.sitting(*scene.answers())
    return views.meanwhile(sitting, sitting.interview.items[0])


def record(scene: Scene, number: int) -> Message:
    sitting = scene.sitting(*scene.answers())
    return views.record(sitting, sitting.interview.items[number - 1])


def commented(scene: Scene) -> tuple[Any, Any]:
    sitting = scene.sitting(*scene.answers(1))
    longer = {key: text * 2 for key, text in sitting.interview.comments.items()}
    interview: Interview = replace(sitting.interview, comments=longer)
    return replace(sitting, interview=interview), interview.items[0]


def every(blocks: Any) -> Iterator[Json]:
    """Every object in these blocks, an outer one before those in it."""
    waiting = [blocks]
    while waiting:
        this = waiting.pop()
        if isinstance(this, dict):
            yield this
            this = [*this.values()]
        if isinstance(this, list):
            waiting.extend(part for part in reversed(this) if isinstance(part, (dict, list)))


def texts(blocks: list[Json]) -> list[str]:
    return [block["text"] for block in every(blocks) if isinstance(block.get("text"), str)]


def words_of(blocks: list[Json]) -> str:
    return "\n".join(texts(blocks))
