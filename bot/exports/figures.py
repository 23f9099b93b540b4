"""Figures as SVG. Their ink is that of the page around them, so that they are drawn in the light and in the
dark; nothing is said by colour alone, and each is said in words as well."""

from collections.abc import Mapping, Sequence

from bot.drawn import drawn
from bot.exports.pieces import Cell, Figure
from bot.render import one_line, words
from bot.views.results import level_words
from conversation.findings import Findings, GapFinding
from conversation.pack import Pack

#: More steps than this are not drawn; the table has them all.
DRAWN = 18


def profile(pack: Pack, findings: Findings, before: Mapping[str, int | None]) -> Figure:
    """A bar for each aspect, with its target, and where it was in the round before."""
    top = len(pack.levels) - 1
    rows = [
        {
            "title": aspect.title,
            "level": aspect.level,
            "named": None if aspect.level is None else level_words(pack, aspect.level),
            "target": aspect.target,
            "before": before.get(aspect.id),
        }
        for aspect in findings.aspects
    ]
    levels = [level.name for level in pack.levels]
    said = words("report", rows=rows, top=top)
    return Figure(
        drawn("profile.svg", rows=rows, levels=levels, top=top, said=said), said.plain("said_profile")
    )


def heat(pack: Pack, columns: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Figure:
    """A cell for each aspect and criterion: its level as a number, and as a shade."""
    said = words("report", top=len(pack.levels) - 1)
    shown = drawn("heat.svg", columns=columns, rows=rows, top=len(pack.levels) - 1, said=said)
    return Figure(shown, said.plain("said_heat"))


def phases(pack: Pack, gaps: Sequence[GapFinding], *, last: int | None = None) -> Figure:
    """The roadmap: each step in the phase in which it fits, with lines from what comes first. Beyond the
    `last` phase, if there is one, a step does not fit."""
    shown = sorted(gaps[:DRAWN], key=lambda gap: gap.phase)
    row_of = {gap.step: row for row, gap in enumerate(shown)}
    rows = [
        {
            "title": one_line(gap.title, 44),
            "step": words("report", before=gap.level - 1, level=gap.level).plain("step"),
            "phase": gap.phase,
            "fits": last is None or gap.phase <= last,
            "after": [(row_of[need], shown[row_of[need]].phase) for need in gap.waits_for if need in row_of],
        }
        for gap in shown
    ]
    said = words("report", shown=len(shown), of=len(gaps), left_over=sum(not row["fits"] for row in rows))
    columns = max(gap.phase for gap in shown)
    return Figure(drawn("phases.svg", rows=rows, last=columns, said=said), said.plain("said_phases"))
