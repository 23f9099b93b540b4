"""A draft from one line of words: whom it names, and for everything else what is usual."""

from dataclasses import replace

from conversation import drafting
from conversation.desk import Desk
from conversation.drafting import Draft
from conversation.hours import own_zone
from conversation.mentions import Wanted
from conversation.scope import Scope
from storage.records import Person, subject_key


def draft(desk: Desk, facilitator: Person, *, subject: str, wanted: Wanted, channel: str | None) -> Draft:
    """Where nobody is named, the members of the channel are asked.

    Raises: as `drafting.draft`.
    """
    waiting = drafting.waiting_draft(desk, facilitator.user_id)
    if waiting and waiting.assessment.subject_key == subject_key(subject):
        subject = waiting.assessment.subject
    if not wanted.names_somebody and channel:
        wanted = replace(wanted, sources={channel: ()})
    usual = Scope(
        aspects=tuple(aspect.id for aspect in desk.pack.aspects),
        people=tuple(wanted.people),
        sources=tuple(wanted.sources),
    )
    kept = drafting.draft(
        desk,
        facilitator,
        subject=subject,
        scope=usual,
        channel=channel,
        closes_on=drafting.proposed_closing(desk.now(), own_zone(desk, facilitator)),
    )
    if not wanted.roles:
        return kept
    return drafting.assign(desk, facilitator.user_id, assessment=kept.assessment.id, roles=wanted.roles)
