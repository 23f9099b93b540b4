"""Tables of answers, read and written."""

from conversation.answersheet import COLUMNS, AnswerSheet, Given, read_answers
from conversation.pack import Pack
from conversation.sheetfile import read, write
from conversation.typed import LETTERS
from storage.records import Said

_WORDS = {Said.DONT_KNOW: "dk", Said.DOES_NOT_APPLY: "na", Said.NOT_MINE: "not mine"}


def answers_in(content: bytes, pack: Pack, *, encoding: str = "utf-8") -> AnswerSheet:
    return read_answers(read(content, COLUMNS, encoding=encoding), pack)


def as_csv(sheet: AnswerSheet, *, separator: str = ",") -> bytes:
    rows = [
        {
            "respondent": each.respondent,
            "role": " + ".join(each.roles),
            "question": each.question,
            "answer": _said(each),
            "comment": each.comment,
            "evidence": each.evidence,
        }
        for each in sheet.given
    ]
    return write(COLUMNS.known, rows, about=sheet.about, separator=separator)


def _said(given: Given) -> str:
    if given.kind is None:
        return ""
    return LETTERS[given.value] if given.value is not None else _WORDS[given.kind]
