"""What came of the last round, in a report."""

from collections.abc import Iterator

from bot.exports.pieces import Paragraph, Part, Table, Title
from bot.render import label, words
from bot.views.outcomes import came, summary
from conversation.comparison import Outcome
from conversation.exports import Report


def you_said(report: Report) -> Iterator[Part]:
    """ "You said, we did": each action of the rounds before, beside the question that moved, or did not."""
    found, said = report.comparison, words("report")
    if found.since is None or not found.outcomes:
        return
    yield Title(said.plain("heading_outcomes"))
    yield Paragraph(summary(found).plain("counted"))
    yield Table(
        "outcomes",
        said.plain("table_outcomes"),
        tuple(
            said.plain(f"column_{name}") for name in ("action", "state", "question", "before", "now", "came")
        ),
        tuple(map(_row, found.outcomes)),
    )


def _row(each: Outcome) -> tuple[str | int | None, ...]:
    state = label(f"state_{each.action.state}")
    return (each.action.objective, state, each.title, each.before, each.now, came(each))
