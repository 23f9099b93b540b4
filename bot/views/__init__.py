"""What people see: a message for everything that we have to say, and the modals."""

from bot.render import Message
from bot.views import (
    evidence,
    interview,
    invitation,
    languages,
    launching,
    notes,
    plans,
    results,
    scope,
    setting_up,
)
from bot.views.comparison import comparison
from bot.views.details import details
from bot.views.evidence import (
    evidence_modal,
    evidence_review,
    read_evidence,
    return_modal,
    slack_files,
)
from bot.views.forms import typed_in
from bot.views.help import help_message
from bot.views.home import home
from bot.views.interview import comment_modal, quoting_allowed, reason_modal, record, review, stale
from bot.views.languages import read_language
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
from bot.views.notes import (
    agreed_modal,
    closed,
    declined,
    file_missing,
    file_passed_on,
    mentioned,
    not_yet,
    shared,
    withdrawn,
)
from bot.views.paths import least_work, read_what_if, what_if_modal
from bot.views.plans import action_modal, actions_in, board, mine, promises, read_action
from bot.views.refusals import refusal, sentence, unknown_error
from bot.views.results import fallback, status, verdict
from bot.views.scope import proposed_subject, read_scope, scope_modal
from bot.views.setting_up import launching_now, read_step
from bot.views.settling import read_settling, settle_modal, settled_modal
from bot.views.tightening import read_privacy, tightened_modal, who_sees_modal
from conversation.contents import (
    Agreed,
    Card,
    Contents,
    Digest,
    Due,
    Finished,
    Intro,
    Invite,
    Kept,
    Language,
    Launched,
    No,
    Nudge,
    PrivacyTightened,
    Reply,
    Returned,
    Trouble,
    Verdict,
)
from conversation.setting_up import Question

__all__ = [
    "action_modal",
    "actions_in",
    "after_clash",
    "agreed_modal",
    "board",
    "check_modal",
    "clash_modal",
    "closed",
    "comment_modal",
    "comparison",
    "counting_modal",
    "declined",
    "details",
    "evidence_modal",
    "evidence_review",
    "fallback",
    "file_missing",
    "file_passed_on",
    "help_message",
    "home",
    "keeps_mine",
    "launching_now",
    "least_work",
    "matters_modal",
    "mentioned",
    "message",
    "mine",
    "not_yet",
    "onward",
    "preview",
    "promises",
    "proposed_subject",
    "quoting_allowed",
    "read_action",
    "read_counting",
    "read_evidence",
    "read_language",
    "read_matters",
    "read_privacy",
    "read_roles",
    "read_scope",
    "read_settling",
    "read_step",
    "read_what_if",
    "reading_titles",
    "reason_modal",
    "record",
    "refusal",
    "return_modal",
    "review",
    "roles_modal",
    "scope_modal",
    "sentence",
    "settle_modal",
    "settled_modal",
    "shared",
    "slack_files",
    "stale",
    "status",
    "tightened_modal",
    "trial_ended",
    "tried_out",
    "typed_in",
    "unknown_error",
    "verdict",
    "what_if_modal",
    "who_sees_modal",
    "withdrawn",
]


def message(contents: Contents) -> Message:
    match contents:
        case Card():
            return interview.asked(contents)
        case Reply():
            return interview.reply(contents)
        case Invite():
            return launching.invited(contents)
        case PrivacyTightened():
            return invitation.tightened(contents)
        case Nudge():
            return invitation.nudge(contents)
        case Intro():
            return invitation.intro(contents)
        case Launched():
            return scope.launched(contents)
        case Finished():
            return results.finished(contents)
        case Verdict():
            return results.verdict(contents)
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
        case Question():
            return setting_up.question(contents)
        case Kept():
            return launching.kept(contents)
        case No():
            return notes.no(contents)
        case Language():
            return languages.language(contents)
