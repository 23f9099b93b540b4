"""Rich text: sections, lists, quotes and code, and the pieces they are made of."""

from __future__ import annotations

from workspace.kit.shapes import Rule, block, flag, one_of, several, shape, string, typed, whole

URL = 3000

_STYLE = shape(
    {}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "unlink"), flag)
)
_LEAVES: dict[str, Rule] = {
    "text": shape({"text": string(12_000)}, {"style": _STYLE}),
    "link": shape({"url": string(URL)}, {"text": string(12_000, least=0), "unsafe": flag, "style": _STYLE}),
    "emoji": shape(
        {"name": string(255)}, {"unicode": string(255), "skin_tone": whole(1, 6), "style": _STYLE}
    ),
    "user": shape({"user_id": string(255)}, {"style": _STYLE}),
    "usergroup": shape({"usergroup_id": string(255)}, {"style": _STYLE}),
    "channel": shape({"channel_id": string(255)}, {"style": _STYLE}),
    "team": shape({"team_id": string(255)}, {"style": _STYLE}),
    "broadcast": shape({"range": one_of("here", "channel", "everyone")}, {"style": _STYLE}),
    "color": shape({"value": string(255)}, {"style": _STYLE}),
    "date": shape(
        {"timestamp": whole(0, 10**11), "format": string(255)},
        {"url": string(URL), "fallback": string(255), "style": _STYLE},
    ),
}
_PROSE = shape({"elements": several(typed(_LEAVES), 10_000, least=0)}, {"border": whole(0, 1)})
_PREFORMATTED = shape(
    {"elements": several(typed(_LEAVES), 10_000, least=0)}, {"border": whole(0, 1), "language": string(255)}
)
_LIST = shape(
    {
        "style": one_of("bullet", "ordered"),
        "elements": several(typed({"rich_text_section": _PROSE}), 10_000),
    },
    {"indent": whole(0, 8), "offset": whole(0, 10**6), "border": whole(0, 1)},
)
_RICH_PARTS = typed(
    {
        "rich_text_section": _PROSE,
        "rich_text_list": _LIST,
        "rich_text_quote": _PROSE,
        "rich_text_preformatted": _PREFORMATTED,
    }
)
RICH_TEXT = block({"elements": several(_RICH_PARTS, 10_000)})
