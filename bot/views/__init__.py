"""What people see: a message for everything that we have to say, and the modals."""

from bot.render import Message
from bot.told import told
from bot.views import closed as closings
from bot.views import (
    digests,
    evidence,
    first,
    followups,
    handed_in,
    interview,
    invitation,
    languages,
    late,
    latecomers,
    launching,
    next_round,
    notes,
    outcomes,
    passing,
    plans,
    reminders,
    results,
    setting_up,
    tickets,
    tidings,
)
from bot.views import status as progress
from bot.views.acting import Entered, action_form, read_entered
from bot.views.action import action_history, action_out_of_sight, action_view, ticked
from bot.views.again import open_again
from bot.views.comparison import comparison
from bot.views.details import details
from bot.views.digests import digest_answered, digest_modal, digest_saved, read_digest
from bot.views.downloads import download_comes, download_modal, read_format
from bot.views.drawn import answers, illustrated, pictures
from bot.views.drawn import progress as progress_over_time
from bot.views.evidence import (
    evidence_modal,
    evidence_review,
    read_evidence,
    return_modal,
    slack_files,
)
from bot.views.facilitating import (
    action_owner_modal,
    facilitators_modal,
    facilitators_saved,
    hand_over_modal,
    handed_over,
    read_others,
    read_owner,
    stepped_down,
)
from bot.views.feed import feed_view
from bot.views.first import about, about_modal, joined, not_installed
from bot.views.followups import asked_again, help_offered, put_off
from bot.views.form import form_end_modal, form_modal, read_changed, read_form, read_state
from bot.views.forms import typed_in
from bot.views.handed_in import how_to_import, imported, not_imported, template_comes
from bot.views.help import every_command, help_message, help_modal
from bot.views.history import history
from bot.views.home import home
from bot.views.interview import (
    comment_modal,
    meanwhile,
    quoting_allowed,
    reason_modal,
    record,
    review,
    stale,
    whole_comment,
)
from bot.views.introduced import asked_modal, wanted_in
from bot.views.ladder import Rung, fallback, rungs, with_picture
from bot.views.languages import read_language
from bot.views.late import added, dropped, not_added
from bot.views.latecomers import (
    invited_late,
    late_modal,
    not_invited,
    read_late,
)
from bot.views.launching import (
    after_clash,
    check_modal,
    clash_modal,
    keeps_mine,
    onward,
    preview,
    read_roles,
    reading_titles,
    roles_modal,
    trial_ended,
    tried_out,
)
from bot.views.matters import counting_modal, matters_modal, read_counting, read_matters
from bot.views.mydata import export_as_text, export_sent, my_data
from bot.views.mydata import forgotten as everything_deleted
from bot.views.mydata import withdrawn as answers_deleted
from bot.views.next_round import put_off as next_round_put_off
from bot.views.notes import (
    agreed_modal,
    calendar_given,
    closed,
    declined,
    export_comes,
    export_failed,
    export_given,
    file_missing,
    file_passed_on,
    mentioned,
    old_button,
    old_form,
    shared,
    withdrawn,
)
from bot.views.passing import my_role_modal, pass_modal, read_my_role, read_passing
from bot.views.paths import least_work, read_what_if, what_if_modal
from bot.views.planning import action_modal, add_action_modal, is_about_a_gap, read_action
from bot.views.planning import clash_modal as action_clash_modal
from bot.views.plans import (
    actions_in,
    board,
    date_decided,
    date_suggested,
    mine,
    promises,
)
from bot.views.ranking import (
    after_shape,
    keeps_own_rating,
    move_modal,
    next_to_rate,
    ranking_view,
    ranking_view_at,
    rating_clash_modal,
    rating_modal,
    read_rating,
    read_shape,
    roadmap_given,
    roadmap_view,
    seen_from,
    shape_modal,
    shape_shown,
)
from bot.views.refusals import refusal, refused_modal, sentence, unknown_error
from bot.views.reminders import (
    away_modal,
    away_saved,
    read_away,
    remind_modal,
    reminded_modal,
    snoozed,
)
from bot.views.reminders import settings as reminder_settings
from bot.views.results import top_gaps, verdict
from bot.views.retention import (
    delete_modal,
    deleted_modal,
    deleting,
    expiring,
    keep_modal,
    kept,
    kept_for_modal,
    read_keeping,
    restored,
)
from bot.views.roster import (
    add_modal,
    read_added,
    read_replacement,
    replace_modal,
    roster,
    take_off_modal,
)
from bot.views.scope import channel_modal, proposed_subject, read_channel, read_scope, scope_modal
from bot.views.self_check import again as self_check_again
from bot.views.self_check import asked as self_check_asked
from bot.views.self_check import deleted as self_check_deleted
from bot.views.setting_up import launching_now, read_step
from bot.views.settling import read_settling, settle_modal, settled_modal
from bot.views.sharing import (
    channel_chosen,
    delivered_again,
    guests_too,
    headline_modal,
    headline_saved,
    kept_private,
    participants_modal,
    read_headline,
    read_result_channel,
    reopened,
    result_channel_modal,
    resumed,
    sent_modal,
)
from bot.views.status import (
    as_planned,
    close_modal,
    closing_read,
    date_modal,
    extended,
    extended_modal,
    read_date,
    status,
)
from bot.views.tickets import read_ticket, ticket_again, ticket_modal, ticket_saved
from bot.views.tightening import read_privacy, tightened_modal, who_sees_modal
from bot.views.written import changed_message, line
from conversation.again import Again
from conversation.contents import (
    Agreed,
    AspectReply,
    Card,
    ClosedEarly,
    ClosingSoon,
    Contents,
    Correction,
    Deleting,
    Digest,
    DraftEnded,
    Due,
    Escalated,
    Expiring,
    Finished,
    HandedIn,
    HandedOver,
    Heard,
    Help,
    Informed,
    Intro,
    Invite,
    Kept,
    Language,
    LateAnswers,
    Live,
    MoreToAnswer,
    MyData,
    No,
    NoLongerAsked,
    Nudge,
    PlanPost,
    PrivacyTightened,
    ReminderSettings,
    RenewalRefused,
    Reply,
    Returned,
    RoleCorrected,
    ScopesMissing,
    SinceReply,
    Snoozed,
    Summary,
    Told,
    Trouble,
    Unaccepted,
    Verdict,
    Welcome,
)
from conversation.latecomers import Offer
from conversation.setting_up import Question
from conversation.ticketing import TicketNews

__all__ = [
    "Entered",
    "Rung",
    "about",
    "about_modal",
    "action_clash_modal",
    "action_form",
    "action_history",
    "action_modal",
    "action_out_of_sight",
    "action_owner_modal",
    "action_view",
    "actions_in",
    "add_action_modal",
    "add_modal",
    "added",
    "after_clash",
    "after_shape",
    "agreed_modal",
    "answers",
    "answers_deleted",
    "as_planned",
    "asked_again",
    "asked_modal",
    "away_modal",
    "away_saved",
    "board",
    "calendar_given",
    "changed_message",
    "channel_chosen",
    "channel_modal",
    "check_modal",
    "clash_modal",
    "close_modal",
    "closed",
    "closing_read",
    "comment_modal",
    "comparison",
    "counting_modal",
    "date_decided",
    "date_modal",
    "date_suggested",
    "declined",
    "delete_modal",
    "deleted_modal",
    "delivered_again",
    "details",
    "digest_answered",
    "digest_modal",
    "digest_saved",
    "download_comes",
    "download_modal",
    "dropped",
    "every_command",
    "everything_deleted",
    "evidence_modal",
    "evidence_review",
    "export_as_text",
    "export_comes",
    "export_failed",
    "export_given",
    "export_sent",
    "extended",
    "extended_modal",
    "facilitators_modal",
    "facilitators_saved",
    "fallback",
    "feed_view",
    "file_missing",
    "file_passed_on",
    "form_end_modal",
    "form_modal",
    "guests_too",
    "hand_over_modal",
    "handed_over",
    "headline_modal",
    "headline_saved",
    "help_message",
    "help_modal",
    "help_offered",
    "history",
    "home",
    "how_to_import",
    "illustrated",
    "imported",
    "invited_late",
    "is_about_a_gap",
    "joined",
    "keep_modal",
    "keeps_mine",
    "keeps_own_rating",
    "kept",
    "kept_for_modal",
    "kept_private",
    "late_modal",
    "launching_now",
    "least_work",
    "line",
    "matters_modal",
    "meanwhile",
    "mentioned",
    "message",
    "mine",
    "move_modal",
    "my_data",
    "my_role_modal",
    "next_round_put_off",
    "next_to_rate",
    "not_added",
    "not_imported",
    "not_installed",
    "not_invited",
    "old_button",
    "old_form",
    "onward",
    "open_again",
    "participants_modal",
    "pass_modal",
    "pictures",
    "preview",
    "progress_over_time",
    "promises",
    "proposed_subject",
    "put_off",
    "quoting_allowed",
    "ranking_view",
    "ranking_view_at",
    "rating_clash_modal",
    "rating_modal",
    "read_action",
    "read_added",
    "read_away",
    "read_changed",
    "read_channel",
    "read_counting",
    "read_date",
    "read_digest",
    "read_entered",
    "read_evidence",
    "read_form",
    "read_format",
    "read_headline",
    "read_keeping",
    "read_language",
    "read_late",
    "read_matters",
    "read_my_role",
    "read_others",
    "read_owner",
    "read_passing",
    "read_privacy",
    "read_rating",
    "read_replacement",
    "read_result_channel",
    "read_roles",
    "read_scope",
    "read_settling",
    "read_shape",
    "read_state",
    "read_step",
    "read_ticket",
    "read_what_if",
    "reading_titles",
    "reason_modal",
    "record",
    "refusal",
    "refused_modal",
    "remind_modal",
    "reminded_modal",
    "reminder_settings",
    "reopened",
    "replace_modal",
    "restored",
    "result_channel_modal",
    "resumed",
    "return_modal",
    "review",
    "roadmap_given",
    "roadmap_view",
    "roles_modal",
    "roster",
    "rungs",
    "scope_modal",
    "seen_from",
    "self_check_again",
    "self_check_asked",
    "self_check_deleted",
    "sent_modal",
    "sentence",
    "settle_modal",
    "settled_modal",
    "shape_modal",
    "shape_shown",
    "shared",
    "slack_files",
    "snoozed",
    "stale",
    "status",
    "stepped_down",
    "take_off_modal",
    "template_comes",
    "ticked",
    "ticket_again",
    "ticket_modal",
    "ticket_saved",
    "tightened_modal",
    "top_gaps",
    "trial_ended",
    "tried_out",
    "typed_in",
    "unknown_error",
    "verdict",
    "wanted_in",
    "what_if_modal",
    "who_sees_modal",
    "whole_comment",
    "with_picture",
    "withdrawn",
]


def message(contents: Contents) -> Message:
    """In the language that is spoken now, whoever it was found for."""
    contents = told(contents)
    match contents:
        case Card():
            return interview.asked(contents)
        case Reply():
            return interview.reply(contents)
        case Invite():
            return launching.invited(contents)
        case PrivacyTightened():
            return invitation.tightened(contents)
        case ClosedEarly():
            return closings.early(contents)
        case NoLongerAsked():
            return closings.instead(contents)
        case MoreToAnswer():
            return passing.more(contents)
        case HandedOver():
            return passing.handed_over(contents)
        case RoleCorrected():
            return passing.role_corrected(contents)
        case LateAnswers():
            return late.asked(contents)
        case Nudge():
            return reminders.nudge(contents)
        case Snoozed():
            return reminders.snoozed(contents)
        case ReminderSettings():
            return reminders.settings(contents)
        case Intro():
            return invitation.intro(contents)
        case Live():
            return progress.live(contents)
        case ClosingSoon():
            return progress.closing_soon(contents)
        case Told():
            return tidings.tidings(contents)
        case Again():
            return next_round.proposal(contents)
        case Finished():
            return progress.finished(contents)
        case Verdict():
            return results.verdict(contents)
        case AspectReply():
            return results.aspect_reply(contents)
        case SinceReply():
            return outcomes.since_reply(contents)
        case Correction():
            return results.correction(contents)
        case Agreed():
            return plans.agreed(contents)
        case Unaccepted():
            return plans.unaccepted(contents)
        case Informed():
            return plans.informed(contents)
        case Heard():
            return plans.heard(contents)
        case HandedIn():
            return handed_in.handed_in(contents)
        case PlanPost():
            return plans.posted(contents)
        case TicketNews():
            return tickets.ticket_news(contents)
        case Due():
            return followups.due(contents)
        case Escalated():
            return followups.escalated(contents)
        case Digest():
            return digests.digest(contents)
        case Summary():
            return digests.summary(contents)
        case Returned():
            return evidence.returned(contents)
        case Trouble():
            return results.trouble(contents)
        case Offer():
            return latecomers.offer(contents)
        case Question():
            return setting_up.question(contents)
        case Kept():
            return launching.kept(contents)
        case DraftEnded():
            return launching.draft_ended(contents)
        case Expiring():
            return expiring(contents)
        case Deleting():
            return deleting(contents)
        case MyData():
            return my_data(contents)
        case No():
            return notes.no(contents)
        case Language():
            return languages.language(contents)
        case Welcome():
            return first.welcome(contents)
        case ScopesMissing():
            return first.scopes_missing(contents)
        case RenewalRefused():
            return first.renewal_refused(contents)
        case Help():
            return first.helped(contents)
