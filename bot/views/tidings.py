"""Something that concerns somebody, with what they can do about it."""

from datetime import date
from typing import Any

from bot import actions as ids
from bot.actions import ActionValue, AssessmentValue, ChannelValue, HandOverValue, MemberValue
from bot.render import Message, label, words
from bot.views import parts
from bot.views.action_buttons import date_buttons, open_by_id
from bot.views.parts import Block, button
from conversation.contents import Told

#: How many actions or assessments one message offers to hand over.
NAMED = 10


def tidings(contents: Told) -> Message:
    assessment, values = contents.assessment, dict(contents.values)
    titles = [title for _, title in values.get("actions", values.get("assessments", ()))]
    told: dict[str, Any] = {
        **values,
        "subject": assessment.subject,
        "owner": values.get("owner", assessment.facilitator),
        "titles": values.get("titles", titles),
        "fields": [label(f"action_{name}") for name in values.get("fields", ())],
        **{name: date.fromisoformat(values[name]) for name in ("date", "was") if name in values},
    }
    said = words("told", **told)
    blocks = [*parts.sections(said.slot(contents.word)), *_offers(contents)]
    return Message(said.text(contents.word).replace("*", ""), blocks)


def _offers(contents: Told) -> list[Block]:
    assessment, values = contents.assessment, contents.values
    value = AssessmentValue(a=assessment.id)
    channel = ChannelValue(a=assessment.id)
    match contents.word:
        case "added" | "owner" | "other_owner":
            return [parts.actions(button(label("status"), ids.STATUS, value))]
        case "seat_left":
            member = MemberValue(a=assessment.id, u=values["person"])
            return [parts.actions(button(label("replace"), f"{ids.REPLACE}{values['person']}", member))]
        case "orphaned":
            return [
                parts.section(words("told", objective=title).slot("ownerless_action"), _over(id, title))
                for id, title in values["assessments"][:NAMED]
            ]
        case "ownerless":
            return [
                parts.section(words("told", objective=title).slot("ownerless_action"), _action(id, title))
                for id, title in values["actions"][:NAMED]
            ]
        case "declined_action":
            over = _action(values["action"], values["objective"])
            return [parts.actions(over, open_by_id(values["action"], values["objective"]))]
        case "date_suggested":
            day = date.fromisoformat(values["date"])
            return [date_buttons(values["action"], values["objective"], day)]
        case _ if "action" in values:
            return [parts.actions(open_by_id(values["action"], values["objective"]))]
        case "channel_paused" if values["why"] in {"archived", "deleted"}:
            return [parts.actions(button(label("choose_channel"), ids.CHANNEL, channel))]
        case "channel_paused" | "channel_back":
            return [
                parts.actions(
                    button(label("go_on_posting"), ids.RESUME_CHANNEL, value, primary=True),
                    button(label("choose_channel"), ids.CHANNEL, channel),
                )
            ]
        case _:
            return []


def _over(assessment: str, title: str) -> Block:
    spoken = label("hand_over_spoken", what=title)
    return button(label("hand_over"), ids.HAND_OVER, HandOverValue(a=assessment, d=True), spoken=spoken)


def _action(action: str, title: str) -> Block:
    spoken = label("hand_over_spoken", what=title)
    return button(label("hand_over"), ids.HAND_OVER_ACTION, ActionValue(i=action), spoken=spoken)
