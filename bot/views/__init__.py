"""What people see: a message for everything that we have to say, and the modals."""

from bot.render import Message
from bot.told import told
from bot.views import (
    evidence,
    first,
    interview,
    invitation,
    languages,
    notes,
    plans,
    reminders,
    results,
    tidings,
)
from bot.views import status as progress
from bot.views.comparison import comparison
from bot.views.details import details
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
from bot.views.first import about, about_modal, joined
from bot.views.forms import typed_in
from bot.views.help import help_message, help_modal
from bot.views.history import history
from bot.views.home import home
from bot.views.interview import comment_modal, quoting_allowed, reason_modal, record, review, stale
from bot.views.ladder import Rung, fallback, rungs, with_picture
from bot.views.languages import read_language
from bot.views.matters import counting_modal, matters_modal, read_counting, read_matters
from bot.views.mydata import export_as_text, export_sent, my_data
from bot.views.mydata import forgotten as everything_deleted
from bot.views.mydata import withdrawn as answers_deleted
from bot.views.notes import (
    agreed_modal,
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
from bot.views.paths import least_work, read_what_if, what_if_modal
from bot.views.plans import action_modal, actions_in, board, mine, promises, read_action
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
from bot.views.retention import delete_modal, deleted_modal, deleting, expiring, kept, restored
from bot.views.roster import (
    add_modal,
    read_added,
    read_replacement,
    replace_modal,
    roster,
    take_off_modal,
)
from bot.views.scope import read_roles, read_scope, reading_titles, roles_modal, scope_modal
from bot.views.self_check import again as self_check_again
from bot.views.self_check import asked as self_check_asked
from bot.views.self_check import deleted as self_check_deleted
from bot.views.settling import read_settling, settle_modal, settled_modal
from bot.views.sharing import (
    channel_chosen,
    channel_modal,
    delivered_again,
    guests_too,
    headline_modal,
    headline_saved,
    kept_private,
    participants_modal,
    read_channel,
    read_headline,
    reopened,
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
from bot.views.tightening import read_privacy, tightened_modal, who_sees_modal
from conversation.contents import (
    Agreed,
    AspectReply,
    Card,
    ClosingSoon,
    Contents,
    Correction,
    Deleting,
    Digest,
    Due,
    Expiring,
    Finished,
    Help,
    Intro,
    Invite,
    Language,
    Live,
    MyData,
    No,
    Nudge,
    PrivacyTightened,
    ReminderSettings,
    Reply,
    Returned,
    ScopesMissing,
    Told,
    Trouble,
    Verdict,
    Welcome,
)

__all__ = [
    "Rung",
    "about",
    "about_modal",
    "action_modal",
    "action_owner_modal",
    "actions_in",
    "add_modal",
    "agreed_modal",
    "answers_deleted",
    "as_planned",
    "away_modal",
    "away_saved",
    "board",
    "channel_chosen",
    "channel_modal",
    "close_modal",
    "closed",
    "closing_read",
    "comment_modal",
    "comparison",
    "counting_modal",
    "date_modal",
    "declined",
    "delete_modal",
    "deleted_modal",
    "delivered_again",
    "details",
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
    "file_missing",
    "file_passed_on",
    "guests_too",
    "hand_over_modal",
    "handed_over",
    "headline_modal",
    "headline_saved",
    "help_message",
    "help_modal",
    "history",
    "home",
    "joined",
    "kept",
    "kept_private",
    "least_work",
    "matters_modal",
    "mentioned",
    "message",
    "mine",
    "my_data",
    "old_button",
    "old_form",
    "participants_modal",
    "promises",
    "quoting_allowed",
    "read_action",
    "read_added",
    "read_away",
    "read_channel",
    "read_counting",
    "read_date",
    "read_evidence",
    "read_headline",
    "read_language",
    "read_matters",
    "read_others",
    "read_owner",
    "read_privacy",
    "read_replacement",
    "read_roles",
    "read_scope",
    "read_settling",
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
    "resumed",
    "return_modal",
    "review",
    "roles_modal",
    "roster",
    "rungs",
    "scope_modal",
    "self_check_again",
    "self_check_asked",
    "self_check_deleted",
    "sent_modal",
    "sentence",
    "settle_modal",
    "settled_modal",
    "shared",
    "slack_files",
    "snoozed",
    "stale",
    "status",
    "stepped_down",
    "take_off_modal",
    "tightened_modal",
    "top_gaps",
    "typed_in",
    "unknown_error",
    "verdict",
    "what_if_modal",
    "who_sees_modal",
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
            return invitation.invite(contents)
        case PrivacyTightened():
            return invitation.tightened(contents)
        case Nudge():
            return reminders.nudge(contents)
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
        case Finished():
            return progress.finished(contents)
        case Verdict():
            return results.verdict(contents)
        case AspectReply():
            return results.aspect_reply(contents)
        case Correction():
            return results.correction(contents)
        case Agreed():
            return plans.agreed(contents)
        case Due():
            return plans.due(contents)
        case Digest():
            return plans.digest(contents)
        case Returned():
            return evidence.returned(contents)
        case Trouble():
            return results.trouble(contents)
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
        case Help():
            return first.helped(contents)
