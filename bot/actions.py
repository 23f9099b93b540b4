"""What our buttons carry: typed values, packed into the 2,000 characters of a button's value (150 in a
menu's option). Who clicked comes from Slack, never from here; whether they may is decided in the use case.
"""

from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.payloads import Moment
from conversation.digests import Answer
from conversation.errors import Refused
from conversation.scope import Rhythm
from conversation.snoozing import Choice

# The action ids. One that ends in a colon is followed by the choice, because ids are unique in a block.
START = "interview_start"
ANSWER = "answer:"  # answer:0, answer:1 …, answer:dk
SKIP = "answer_skip"
STILL = "answer_still"  # the answer of last time
SAME_EVIDENCE = "evidence_same"  # that of last time
BACK = "interview_back"
COMMENT = "comment_open"
CARD_MENU = "card_menu"  # options: MenuChoice
CHANGE = "answer_change"  # a button of the record, or the select of the review
SEND = "interview_send"
REVIEW = "interview_review"
DECLINE_INVITATION = "decline"
WHY_ASKED = "question_why"
FORM = "form_open"
FORM_ANSWER = "form_answer"
FORM_COMMENT = "form_comment"
FORM_PAGE = "form_page"
CHOOSE_ROLE = "role_choose:"  # role_choose:<role>; SeatChoice
ROLE_FORM = "role_form"
INVITE_MENU = "invite_menu"  # options: SeatChoice
SWITCH = "interview_switch"
SHOW_ALL = "comment_show"
ASK_LATE = "late_ask"
DROP_LATE = "late_drop"
ADD_LATE = "late_add"
REFUSE_LATE = "late_refuse"
SCOPE = "scope_open"
PREVIEW = "launch_preview"
TRY_OUT = "launch_try_out"
END_TRIAL = "trial_end"
COPY = "scope_copy"
CHANGE_DRAFT = "scope_change"
AGAIN = "again_begin"
AGAIN_LATER = "again_later"
AGAIN_NEVER = "again_never"
SET_UP = "set_up:"  # set_up:<what is decided>, in the direct message
LAUNCH = "launch_now"
OFFER_INVITE = "offer_invite"
OFFER_DECLINE = "offer_decline"
OTHER_CHANNEL = "channel_other"
STATUS = "status_show"
RESULT = "result_show"
CLOSE = "assessment_close"
CLOSE_CHECK = "close_open"
CLOSE_AS_PLANNED = "close_as_planned"
EXTEND = "closing_extend"
STATUS_MENU = "status_menu"  # options: StatusChoice
REFRESH = "status_refresh"
HAND_OVER = "hand_over_open"
STEP_DOWN = "step_down"
PEOPLE = "people_open"
PEOPLE_PAGE = "people_page:"  # people_page:earlier, people_page:later
MEMBER_MENU = "member_menu"  # options: MemberChoice
REPLACE = "replace_open:"  # one for each person whose account is gone
ADD_PEOPLE = "people_add"
DELIVER_AGAIN = "deliver_again"
SHARE = "result_share"
HEADLINE = "headline_open"
SEND_TO_PARTICIPANTS = "participants_open"
KEEP_PRIVATE = "result_keep"
CHANNEL = "channel_open"
RESUME_CHANNEL = "channel_resume"
REOPEN = "assessment_reopen"
HAND_OVER_ACTION = "action_hand_over"
WHO_SEES = "privacy_open"
BOARD = "plan_show"
PLAN_GAP = "plan_gap"
CALENDAR = "calendar:"  # calendar:all, calendar:mine
FEED = "feed_open"
FEED_NEW = "feed_new"
FEED_END = "feed_end"
TICKET = "ticket_open"
TICKET_AGAIN = "ticket_again"
SEE_ASKED = "asked_show"
WANTS_IN = "list_ask"
DIGEST = "digest_open"
DIGEST_MODAL = "digest"
DIGEST_ANSWER = "digest_answer:"  # digest_answer:keep … digest_answer:stop
PLAN_HERE = "plan_here"
CAN_HELP = "digest_can_help"
ASK_QUESTION = "action_ask_question"
MARK = "action_mark:"  # action_mark:on_track … action_mark:done
POST_PLAN = "plan_post"
ADD_ACTION = "action_add"
OPEN_ACTION = "action_open"  # a button, or a menu of several actions
ACTION_MENU = "action_menu"  # options: ActionChoice
ACTION_FORM = "action_form:"  # action_form:done, action_form:steps …: opens that form
ACCEPT_ACTION = "action_accept"
TICK = "action_tick"
PLACE_STEP = "action_step:"  # action_step:up:2, action_step:down:2: the step that is second
FETCH_SHOWN = "action_file:"  # action_file:0, action_file:1 …
UNDO_DONE = "action_undo"
ASK_AGAIN = "action_ask_again"
ACTION_HISTORY = "action_history:"  # action_history:newer, action_history:older
DATE_DECIDED = "action_date:"  # action_date:take, action_date:keep
HELP = "help_show"
HELP_ALL = "help_all"
LANGUAGE = "language_choose"
ABOUT = "about_open"
SELF_CHECK = "self_check_take"
SELF_CHECK_AGAIN = "self_check_again"
SELF_CHECK_DELETE = "self_check_delete"
POST_AGAIN = "post_again"
EVIDENCE = "evidence_open"
IMPORT, DO_NOT_IMPORT = "table_import", "table_cancel"
TEMPLATE_ANSWERS, TEMPLATE_ACTIONS = "template_answers", "template_actions"
WITHDRAW = "evidence_withdraw:"  # several may stand in one message
REVIEW_EVIDENCE = "evidence_review"
ACCEPT = "evidence_accept"
SEND_BACK = "evidence_return"
FETCH = "evidence_fetch"
DETAILS = "details_open"
DETAILS_PAGE = "details_page"
SETTLE = "settle_open"
SETTLE_QUESTION = "settle_question"
BOARD_ORDER = "plan_order"
RANK = "ranking_rate"
RANKING = "ranking_show"
RANKING_PAGE = "ranking_page:"  # ranking_page:earlier, ranking_page:later
GAP_UP = "gap_up"
GAP_DOWN = "gap_down"
GAP_MENU = "gap_menu"  # options: GapChoice
CUT_OFF = "ranking_cut_off"
SHAPE = "ranking_shape"
ROADMAP = "roadmap_show"
ROADMAP_PICTURE = "roadmap_picture"
WORK_OUT_AGAIN = "result_work_out_again"
COMPARE = "result_compare"
TOP_GAPS = "result_gaps"
DOWNLOAD = "result_download"
ANSWERS = "result_answers"
PROGRESS = "plan_progress"
EXPORT_MINE = "data_export"
DELETE_MINE = "data_delete"
FORGET_ME = "data_forget"
KEEP_LONGER = "retention_keep"
KEEP_MODAL = "retention_for"
DELETE_ASSESSMENT = "assessment_delete"
RESTORE = "assessment_restore"
HISTORY_PAGE = "history_page:"  # history_page:older, history_page:newer
LEAST_WORK = "path_show"
PATH_CHOICE = "path_choose"
WHAT_IF = "what_if_open"
WHAT_IF_QUESTIONS = "what_if_questions"
WHAT_IF_LEVEL = "what_if_level"

SNOOZE = "reminder_snooze"  # options: SnoozeValue
REMINDER_MENU = "reminder_menu"  # options: ReminderChoice
REMINDERS = "reminders_show"
AWAY = "away_open"
BACK_AGAIN = "away_back"
HUSH = "reminders_hush"
HUSH_ABOUT = "reminders_hush_about"
REMIND = "remind_open"

# The callback ids of our modals.
SCOPE_MODAL = "scope"
CLOSE_MODAL = "close"
DATE_MODAL = "closing_date"
FACILITATORS_MODAL = "facilitators"
HAND_OVER_MODAL = "hand_over"
ADD_PEOPLE_MODAL = "people_add"
REPLACE_MODAL = "replace"
TAKE_OFF_MODAL = "take_off"
HEADLINE_MODAL = "headline"
PARTICIPANTS_MODAL = "participants"
RESULT_CHANNEL_MODAL = "result_channel"
ACTION_OWNER_MODAL = "action_owner"
MATTERS_MODAL = "matters"
COUNTING_MODAL = "counting"
ROLES_MODAL = "roles"
CHECK_MODAL = "launch_check"
#: Those whose contents stay in the draft when they are closed.
DRAFT_MODALS = (SCOPE_MODAL, MATTERS_MODAL, COUNTING_MODAL, ROLES_MODAL, CHECK_MODAL)
CLASH_MODAL = "draft_clash"
LATE_MODAL = "offer_role"
CHANNEL_MODAL = "channel"
WHO_SEES_MODAL = "privacy"
COMMENT_MODAL = "comment"
REASON_MODAL = "reason"
FORM_MODAL = "form"
FORM_END_MODAL = "form_end"
PASS_MODAL = "pass_on"
MY_ROLE_MODAL = "my_role"
ACTION_MODAL = "action"
ACTION_VIEW = "action_view"
ACTION_FORM_MODAL = "action_form:"  # action_form:done …: that form
TICKET_MODAL = "ticket"
EVIDENCE_MODAL = "evidence"
DETAILS_MODAL = "details"
SETTLE_MODAL = "settle"
DOWNLOAD_MODAL = "result_download"
RETURN_MODAL = "evidence_return"
WHAT_IF_MODAL = "what_if"
DELETE_MODAL = "assessment_delete"
AWAY_MODAL = "away"
REMIND_MODAL = "remind"
RATING_MODAL = "gap_rating"
RATING_CLASH_MODAL = "gap_rating_clash"
MOVE_MODAL = "gap_move"
SHAPE_MODAL = "ranking_shape"

#: What people do in their own questionnaire, where "continue" shows what was kept of it; or it begins so.
IN_THE_INTERVIEW = (
    START, ANSWER, SKIP, STILL, BACK, CARD_MENU, CHANGE, SEND, REVIEW, SWITCH,
    FORM_ANSWER, FORM_COMMENT, FORM_PAGE, COMMENT_MODAL, REASON_MODAL, FORM_MODAL, FORM_END_MODAL,
)  # fmt: skip

#: What the menus of a status and of a person offer.
CHANGE_DATE, FACILITATING, ADDING, KEEPING = "date", "facilitators", "add", "keep"
REPLACING, TAKING_OFF = "replace", "off"
#: The forms of an action, each by what it does.
DONE, BLOCKED, DATE, EDIT, DROP, DECLINE = "done", "blocked", "date", "edit", "drop", "decline"
STEPS, NEEDS, SPLIT, MERGE, NOTE, SUGGEST = "steps", "needs", "split", "merge", "note", "suggest"
#: And what its menus offer beside them.
OPEN, OVER, PUTTING_OFF = "open", "hand_over", "put_off_"
#: What the menu of a ranked gap offers.
RATE, EXPLAIN, PUT_BACK = "rate", "explain", "put_back"
#: Whose due dates a calendar has.
ALL, MINE = "all", "mine"
#: What the card's menu offers beside the buttons.
NOT_MINE, DOES_NOT_APPLY, WHY, PAUSE = "not_mine", "does_not_apply", "why", "pause"
PASS_ON, IN_FORM = "pass_on", "in_form"
#: And the menu of an invitation, beside PASS_ON.
MY_ROLE, RATHER_NOT = "my_role", "decline"


class OldButton(Refused):
    """A button whose value we do not understand (any more)."""


class ButtonValue(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def pack(self) -> str:
        return self.model_dump_json()

    @classmethod
    def read(cls, value: str | None) -> Self:
        """Raises: OldButton."""
        try:
            return cls.model_validate_json(value or "")
        except ValidationError as error:
            raise OldButton() from error

    @classmethod
    def of(cls, action: dict[str, Any]) -> Self:
        """From what Slack sends of a clicked button or a picked option. Raises: OldButton."""
        picked = action.get("selected_option") or {}
        return cls.read(action.get("value") or picked.get("value"))


class CardValue(ButtonValue):
    """The card of question `q` on seat `s`, drawn when it had been answered `r` times."""

    s: str
    q: str
    r: int


class MenuChoice(CardValue):
    """`m` is one of NOT_MINE, DOES_NOT_APPLY, PASS_ON, IN_FORM, PAUSE, and on older cards WHY."""

    m: str


class SeatValue(ButtonValue):
    s: str


class SeatChoice(SeatValue):
    """`m` is one of PASS_ON, MY_ROLE, RATHER_NOT; with CHOOSE_ROLE a role."""

    m: str


class FormValue(SeatValue):
    """Page `p` of the form, from 0."""

    p: int


class PassingValue(SeatValue):
    """Question `q`, or all that is left."""

    q: str | None = None


class QuestionValue(ButtonValue):
    """Question `q` on seat `s`, whatever its card."""

    s: str
    q: str


class AssessmentValue(ButtonValue):
    a: str


class DownloadValue(AssessmentValue):
    """Its result was read in channel `c`."""

    c: str | None = None


class AgainValue(ButtonValue):
    """The question, asked for the `n`th time, whether to begin the round after assessment `a`."""

    a: str
    n: int


class DraftValue(ButtonValue):
    """Draft `a` as it was at revision `r`; `p` is the page of its roles."""

    a: str
    r: int = 0
    p: int = 0


class DraftClashValue(DraftValue):
    """The same where two changed it: in step `s`, and `w` is where it stands what this person wanted."""

    s: str
    w: str


class BeginningValue(ButtonValue):
    """The same where no draft may have begun yet."""

    a: str | None = None
    r: int = 0


class StepValue(ButtonValue):
    """What is decided by conversation at step `s` of setting up `a`: `v`, or `keep` what stands."""

    a: str
    s: str
    v: str = "keep"


class LateValue(ButtonValue):
    """Person `u`, who is not asked in assessment `a` so far."""

    a: str
    u: str


class RoleValue(ButtonValue):
    """Role `p` of draft `a`."""

    a: str
    p: str


class GapValue(ButtonValue):
    """The step `g` ("MON-Q4@2") of assessment `a`."""

    a: str
    g: str


class ActionValue(ButtonValue):
    i: str


class ActionChoice(ActionValue):
    """`m` is a form of an action, one of OPEN and OVER, or PUTTING_OFF with how long."""

    m: str


class ShownAction(ActionValue):
    """Action `i` as it is shown in a modal that somebody opened in channel `h`: with the steps `d` done, on
    page `p` of its history."""

    h: str | None = None
    d: tuple[str, ...] = ()
    p: int = 0


class ActionFormValue(ActionValue):
    """A form of action `i`, as it was after `n` changes and with the owner `w`. It was opened from the
    message `t` in channel `c`, which tells of the actions `m`; or from the modal of the action, in channel
    `h`. `k`: after so many changes it showed what somebody else had changed too."""

    n: int
    w: str | None = None
    c: str = ""
    t: str = ""
    m: tuple[str, ...] = ()
    h: str | None = None
    k: int | None = None


class StepPlace(ActionValue):
    """Step `s` of action `i` comes at place `n`, from 1."""

    s: str
    n: int


class ShownFile(ActionValue):
    """File `f`, by its id in Slack, that was shown for action `i`."""

    f: str


class DateValue(ActionValue):
    """The day `d` that was suggested for action `i`."""

    d: date


class FeedValue(ButtonValue):
    """The address that was shown, by the moment in which it was made; nothing if there was none."""

    m: str = ""


class TicketValue(ActionValue):
    """Action `i`, whose issue was `w` when the form was opened."""

    w: str


class DigestValue(ButtonValue):
    """The digest of assessment `a` as the form showed it: how often (`r`), and its sponsors (`s`)."""

    a: str
    r: Rhythm
    s: tuple[str, ...] = ()


class DigestAnswerValue(ButtonValue):
    """The silent digest of assessment `a` is to be `w`."""

    a: str
    w: Answer


class PageValue(ButtonValue):
    """Page `p` of what opens assessment `a` into its reasons; question `p` where one is settled, aspect `p`
    where its answers are counted."""

    a: str
    p: str


class OrderValue(ButtonValue):
    """The plan of assessment `a`, ordered by `o`."""

    a: str
    o: Literal["weighted", "wsjf", "rice"]


class RatingValue(GapValue):
    """The same in a form that showed revision `r` of the ranking."""

    r: int


class PlaceValue(GapValue):
    """The same at place `n` of the list, where it was pressed."""

    n: int


class GapChoice(PlaceValue):
    """`m` is one of RATE, EXPLAIN, PUT_BACK."""

    m: str


class CutOffValue(ButtonValue):
    """Assessment `a`; work on the first `n`. It is the same list page `p` that is drawn again."""

    a: str
    n: int
    p: int = 0


class ShapeValue(ButtonValue):
    """What was decided about the order of assessment `a` when the form was opened."""

    a: str
    m: Literal["weighted", "wsjf", "rice"]
    n: int
    c: int
    w: int | None = None
    f: int | None = None


class PathValue(ButtonValue):
    """The least work to level `l` in aspect `p` of assessment `a`; None is left to us."""

    a: str
    p: str | None = None
    l: int | None = None  # noqa: E741


class KeepValue(ButtonValue):
    """Assessment `a`, which would be erased at `u`."""

    a: str
    u: Moment


class MonthsValue(ButtonValue):
    """Assessment `a`, which is kept for `m` months after closing, 0 for ever."""

    a: str
    m: int


class HistoryValue(ButtonValue):
    """Page `n` of what was done to assessment `a`, from 0."""

    a: str
    n: int


class EvidenceValue(ButtonValue):
    e: str


class PostingValue(ButtonValue):
    k: str


class ClosingValue(ButtonValue):
    """Assessment `a`, as it was when it was to close at the moment `w`."""

    a: str
    w: Moment


class StatusChoice(ClosingValue):
    """`m` is one of CHANGE_DATE, FACILITATING, ADDING, KEEPING."""

    m: str


class MemberValue(ButtonValue):
    """Person `u`, who is asked in assessment `a`."""

    a: str
    u: str


class MemberChoice(MemberValue):
    """`m` is one of REPLACING, TAKING_OFF."""

    m: str


class ListValue(ButtonValue):
    """Page `n` of the people of assessment `a`."""

    a: str
    n: int


class FacilitatorsValue(ButtonValue):
    """Assessment `a`, beside whose owner `w` facilitated when the form was opened."""

    a: str
    w: tuple[str, ...]


class HandOverValue(ButtonValue):
    """Assessment `a`; `d`: somebody asked for it as an administrator of the workspace."""

    a: str
    d: bool = False


class HeadlineValue(ButtonValue):
    """Revision `r` of the result of assessment `a`, with the headline that it had when the form was
    opened."""

    a: str
    r: int
    w: str


class ChannelValue(ButtonValue):
    """Assessment `a`; with `s` its result is posted to the channel at once."""

    a: str
    s: bool = False


class SnoozeValue(ButtonValue):
    """Choice `w` for everything that the posting of key `k` speaks of."""

    k: str
    w: Choice


class ReminderChoice(SeatValue):
    """What a reminder's menu offers beside its buttons."""

    m: Literal["away", "settings", "pass_on", "decline"]


class HushValue(ButtonValue):
    """Whether to be quiet from now on."""

    q: bool


class HushAboutValue(SeatValue):
    q: bool
