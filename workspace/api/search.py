"""search.messages, which only people can ask: an app needs the token of one."""

from __future__ import annotations

from workspace import finding, objects
from workspace.api.calls import Call, method
from workspace.refusals import ApiError
from workspace.state import Json, Kind, Message

MOST = 100


@method("search.messages", "search:read", tier=2, token="user")
def search_messages(call: Call) -> Json:
    """The newest is the best match."""
    query = call.maybe("query")
    if not query.strip():
        raise ApiError("No query passed")
    matches = finding.found(call.team, call.me, query)
    if call.maybe("sort_dir") == "asc":
        matches.reverse()
    count = min(max(1, call.number("count", 20)), MOST)
    number = max(1, call.number("page", 1))
    first = (number - 1) * count
    some = matches[first : first + count]
    pages = -(-len(matches) // count)
    return {
        "ok": True,
        "query": query,
        "messages": {
            "total": len(matches),
            "matches": [_match(call, message) for message in some],
            "paging": {"count": count, "total": len(matches), "page": number, "pages": pages},
            "pagination": {
                "total_count": len(matches),
                "page": number,
                "per_page": count,
                "page_count": pages,
                "first": first + 1 if some else 0,
                "last": first + len(some),
            },
        },
    }


def _match(call: Call, message: Message) -> Json:
    place, author = call.team.channels[message.channel], call.team.people[message.author]
    where = {
        "id": place.id,
        "name": place.name,
        "is_private": place.private,
        "is_mpim": place.kind is Kind.MPIM,
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
    }
    return {
        "type": "message",
        "iid": f"{place.id}-{message.ts}",
        "team": call.team.id,
        "channel": where,
        "user": author.id,
        "username": author.name,
        "ts": message.ts,
        "text": message.text,
        "permalink": objects.permalink(call.team, message),
        **({"blocks": message.blocks} if message.blocks else {}),
    }
