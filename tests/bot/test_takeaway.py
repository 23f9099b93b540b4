"""What people take along is whole, and harmless in a spreadsheet."""

import csv
import io
import json

from bot import takeaway, views
from conversation.mydata import Export
from tests.bot import scenes


def test_a_table_has_a_line_for_every_question_and_no_formula() -> None:
    scene = scenes.everyday()
    found = scene.my_data()
    part = found.parts[0]
    wicked = dict.fromkeys(part.comments, "=HYPERLINK(1)")
    mine = found.__class__(found.person, (part.__class__(**{**vars(part), "comments": wicked}),), 0, 0)

    head, *lines = csv.reader(io.StringIO(takeaway.as_csv(Export(mine, {}))))

    assert head == ["Assessment", "Round", "Question", "Answer", "Level", "Reason", "Comment", "Evidence"]
    assert [line[2] for line in lines] == [
        item.title for item in scene.pack.items if item.id in dict(by_id(part))
    ]
    assert {line[6] for line in lines} == {"'=HYPERLINK(1)"}


def by_id(part: object) -> list[tuple[str, object]]:
    return [(item.id, reply) for item, reply in part.replies]  # type: ignore[attr-defined]


def test_an_export_that_comes_as_text_can_be_put_together_again() -> None:
    everything = {"said": ["a long answer & more\n" * 100] * 5}
    whole = takeaway.as_json(Export(scenes.everyday().my_data(), everything))

    first, *pieces = views.export_as_text(whole, "missing_scope")

    assert f"in {len(pieces)} pieces" in first.text
    shown = [piece.blocks[0]["elements"][0]["elements"][0]["text"] for piece in pieces]
    assert json.loads("".join(shown)) == everything
