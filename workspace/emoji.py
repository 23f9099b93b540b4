"""Emoji by the names that Slack gives them: mostly Unicode's own; the table holds those that differ."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup

NAME = re.compile(r":([a-z0-9_+'-]{2,60})(?:::skin-tone-[2-6])?:")
#: What is offered for a reaction.
REACTIONS = ("+1", "heart", "eyes", "white_check_mark", "tada", "thinking_face")
_NAMED = {
    "+1": "👍", "thumbsup": "👍", "-1": "👎", "thumbsdown": "👎", "tada": "🎉", "wave": "👋", "eyes": "👀",
    "heart": "❤️", "pray": "🙏", "raised_hands": "🙌", "clap": "👏", "muscle": "💪", "point_right": "👉",
    "point_left": "👈", "point_up": "☝️", "point_down": "👇", "ok_hand": "👌", "fire": "🔥", "rocket": "🚀",
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "ballot_box_with_check": "☑️", "x": "❌",
    "heavy_plus_sign": "➕", "heavy_minus_sign": "➖", "question": "❓", "exclamation": "❗", "bangbang": "‼️",
    "warning": "⚠️", "no_entry": "⛔", "no_entry_sign": "🚫", "information_source": "ℹ️", "bulb": "💡",
    "100": "💯", "star": "⭐", "star2": "🌟", "sparkles": "✨", "zap": "⚡", "boom": "💥", "bell": "🔔",
    "no_bell": "🔕", "lock": "🔒", "unlock": "🔓", "key": "🔑", "mag": "🔍", "link": "🔗", "memo": "📝",
    "pencil": "📝", "pencil2": "✏️", "clipboard": "📋", "calendar": "📆", "date": "📅", "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳", "alarm_clock": "⏰", "stopwatch": "⏱️", "clock1": "🕐", "email": "📧",
    "envelope": "✉️", "speech_balloon": "💬", "thought_balloon": "💭", "mega": "📣", "loudspeaker": "📢",
    "chart_with_upwards_trend": "📈", "chart_with_downwards_trend": "📉", "bar_chart": "📊", "trophy": "🏆",
    "dart": "🎯", "gear": "⚙️", "wrench": "🔧", "hammer": "🔨", "robot_face": "🤖", "bug": "🐛", "ship": "🚢",
    "package": "📦", "file_folder": "📁", "open_file_folder": "📂", "paperclip": "📎", "pushpin": "📌",
    "round_pushpin": "📍", "triangular_flag_on_post": "🚩", "checkered_flag": "🏁", "construction": "🚧",
    "red_circle": "🔴", "white_circle": "⚪", "black_circle": "⚫", "white_large_square": "⬜",
    "black_large_square": "⬛", "arrow_right": "➡️", "arrow_left": "⬅️", "arrow_up": "⬆️", "arrow_down": "⬇️",
    "arrows_counterclockwise": "🔄", "repeat": "🔁", "soon": "🔜", "new": "🆕", "ok": "🆗", "sos": "🆘",
    "coffee": "☕", "tea": "🍵", "cake": "🍰", "sunny": "☀️", "seedling": "🌱", "evergreen_tree": "🌲",
    "smile": "😄", "smiley": "😃", "grin": "😁", "slightly_smiling_face": "🙂", "blush": "😊", "wink": "😉",
    "joy": "😂", "laughing": "😆", "sweat_smile": "😅", "thinking_face": "🤔", "neutral_face": "😐",
    "cry": "😢", "sob": "😭", "sunglasses": "😎", "heart_eyes": "😍", "scream": "😱", "sleeping": "😴",
    "zzz": "💤", "see_no_evil": "🙈", "shrug": "🤷", "bust_in_silhouette": "👤", "busts_in_silhouette": "👥",
    "books": "📚", "book": "📖", "computer": "💻", "house": "🏠", "office": "🏢", "ocean": "🌊",
    "one": "1️⃣", "two": "2️⃣", "three": "3️⃣", "four": "4️⃣", "five": "5️⃣", "grey_question": "❔",
}  # fmt: skip


def sign(name: str) -> str | None:
    """The character of this name, if we know one."""
    if name in _NAMED:
        return _NAMED[name]
    try:
        found = unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return None
    return found if unicodedata.category(found[0]) == "So" else None


def drawn(name: str) -> Markup:
    """An emoji that is read out by its name; a name that we do not know stands there as it was written."""
    character = sign(name)
    if character is None:
        return Markup(":{}:").format(name)
    shown = Markup('<span class="emoji" role="img" aria-label="{}" title=":{}:">{}</span>')
    return shown.format(name.replace("_", " "), name, character)
