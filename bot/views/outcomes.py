"""What came of the last round: what changed, which actions claim it, and "You said, we did"."""

from collections.abc import Mapping
from typing import Any

from bot.language import counted
from bot.render import Message, Words, words
from bot.views import comparison, parts
from bot.views.parts import Block
from conversation.comparison import Outcome
from conversation.contents import SinceReply, Verdict
from conversation.earlier import Comparison

#: How many changes and actions stand in the result itself; more are in its thread, and behind *Compare*.
FEW, NAMED = 3, 12


def since_reply(contents: SinceReply) -> Message:
    """In the thread of a result."""
    found = contents.comparison
    said = summary(found, NAMED, calling=False)
    blocks = [*parts.sections(said.slot("lead")), *comparison.changes(found, calling=False)]
    blocks += _did(found, said)
    blocks += comparison.trend(found)
    blocks.append(parts.context(said.slot("footer")))
    return Message(said.text(), blocks)


def in_result(contents: Verdict) -> list[Block]:
    """A few lines; for somebody who took part one."""
    found = contents.beside
    if found is None:
        return []
    said = summary(found, FEW)
    if contents.mine:
        return parts.sections(said.slot("one_line")) if found.finished else []
    return [*comparison.changes(found, FEW), *_did(found, said)]


def spoken(contents: Verdict) -> str:
    """The same for the text of a message."""
    if contents.beside is None or not contents.beside.finished:
        return ""
    return summary(contents.beside, FEW).text("one_line").replace("*", "")


def _did(found: Comparison, said: Words) -> list[Block]:
    """Each finished action beside the question that moved, or did not."""
    if not found.outcomes:
        return []
    each = [words("outcomes", each=each) for each in said.values["lines"]]
    lines = [f"• {one.slot('named')} {one.slot('came')}" for one in each]
    return [
        *parts.sections(said.slot("did")),
        *map(parts.section, parts.chunks(lines)),
        *(parts.sections(said.slot("more")) if said.values["more"] else []),
        *(parts.sections(said.slot("open")) if said.values["open"] else []),
    ]


def came(each: Outcome) -> str:
    """In one sentence, or two if it has a measure."""
    return words("outcomes", each=_line(each)).plain("came")


def summary(found: Comparison, most: int = NAMED, *, calling: bool = True) -> Words:
    """`calling`: owners are mentioned, as nobody is in a channel."""
    assert found.since is not None
    names = {} if calling else found.names
    finished, rest = found.finished, [each for each in found.outcomes if each not in found.finished]
    return words(
        "outcomes",
        subject=found.assessment.subject,
        number=found.now.number,
        before=found.since.before.number,
        compared=found.since.compared,
        uncompared=sum(found.since.not_compared.values()),
        actions=len(found.outcomes),
        done=len(finished),
        rose=sum(each.rose for each in finished),
        lines=[_line(each, names) for each in finished[:most]],
        more=max(len(finished) - most, 0),
        dropped=sum(each.action.is_over for each in rest),
        open=[_line(each, names) for each in rest if not each.action.is_over][:most],
        changed=len(found.since.changes),
    )


def _line(each: Outcome, names: Mapping[str, str] = comparison.NOBODY) -> dict[str, Any]:
    """What a template says of an action and what came of it."""
    action = each.action
    numbers = {
        name: None if value is None else counted(float(value))
        for name, value in (
            ("baseline", action.baseline),
            ("target", action.target),
            ("current", action.current),
        )
    }
    return {
        "objective": action.objective,
        "owner": action.owner,
        "owner_name": names.get(action.owner or ""),
        "round": each.number,
        "title": each.title,
        "before": each.before,
        "now": each.now,
        "level": action.level,
        "rose": each.rose,
        "fell": each.before is not None and each.now is not None and each.now < each.before,
        "reached": each.reached,
        "why": None if each.why is None else str(each.why),
        "measured": None if each.measured is None else str(each.measured),
        "unit": action.unit or "",
        "due": action.due,
        "state": str(action.state),
        **numbers,
    }
