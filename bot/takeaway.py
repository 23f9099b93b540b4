"""What somebody takes along: all of it as JSON, their answers as a table in CSV."""

import csv
import io
import json

from bot.exports.tables import harmless
from bot.render import label
from bot.views.mydata import answer_words
from conversation.contents import MyPart
from conversation.evidence import name_of
from conversation.legible import in_json
from conversation.mydata import Export
from storage.records import AssessmentState

_COLUMNS = ("subject", "round", "question", "answer", "level", "reason", "comment", "evidence")


def as_json(export: Export) -> str:
    return in_json(json.dumps(export.everything, ensure_ascii=False, indent=1, sort_keys=True))


def as_csv(export: Export) -> str:
    """A line for each question that they answered, commented on or showed something for."""
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow([label(f"export_{column}") for column in _COLUMNS])
    for part in export.mine.parts:
        sheet.writerows([harmless(cell) for cell in row] for row in _rows(part))
    return written.getvalue()


def _rows(part: MyPart) -> list[list[str]]:
    replies = {item.id: reply for item, reply in part.replies}
    shown = {each.question for each in part.evidence}
    asked = [item for item in part.pack.items if item.id in {*replies, *part.comments, *shown}]
    return [
        [
            _subject(part),
            str(part.assessment.round),
            item.title,
            answer_words(replies[item.id]) if item.id in replies else "",
            "" if item.id not in replies or replies[item.id].value is None else str(replies[item.id].value),
            (replies[item.id].reason or "") if item.id in replies else "",
            part.comments.get(item.id, ""),
            "; ".join(name_of(each) for each in part.evidence if each.question == item.id),
        ]
        for item in asked
    ]


def _subject(part: MyPart) -> str:
    if part.assessment.state is AssessmentState.SELF_CHECK:
        return label("export_self_check")
    return part.assessment.subject
