"""A file that a facilitator hands in: what is wrong with it, what it would become, what became of it."""

from bot import actions as ids
from bot.actions import PostingValue
from bot.render import Message, label, words
from bot.views import parts
from bot.views.parts import button
from conversation.contents import HandedIn, Tabled
from conversation.sheetfile import Problem


def handed_in(contents: HandedIn) -> Message:
    told = _problems(contents.told, contents.problems)
    said = words("handed_in", file=contents.file, **_values(contents.found), **told)
    slot = "would_become" if contents.found else "problems"
    blocks = parts.sections(said.slot(slot))
    if contents.found and not contents.found.there:
        value = PostingValue(k=contents.posting)
        blocks.append(
            parts.actions(
                button(label("import_it"), ids.IMPORT, value, primary=True),
                button(label("do_not_import"), ids.DO_NOT_IMPORT, value),
            )
        )
    return Message(said.text(slot).replace("*", ""), blocks)


def imported(done: Tabled | tuple[Problem, ...]) -> Message:
    """In place of the question whether to store it."""
    if isinstance(done, Tabled):
        said, slot = words("handed_in", **_values(done)), "became"
    else:
        said, slot = words("handed_in", file="", **_problems(done, len(done))), "problems"
    return Message(said.text(slot).replace("*", ""), parts.sections(said.slot(slot)))


def not_imported() -> Message:
    said = words("handed_in")
    return Message(said.text("cancelled"), parts.sections(said.slot("cancelled")))


def how_to_import() -> Message:
    said = words("handed_in")
    templates = parts.actions(
        button(label("template_answers"), ids.TEMPLATE_ANSWERS),
        button(label("template_actions"), ids.TEMPLATE_ACTIONS),
    )
    return Message(said.text("how"), [*parts.sections(said.slot("how")), templates])


def template_comes() -> Message:
    said = words("handed_in")
    return Message(said.text("template"), parts.sections(said.slot("template")))


def _values(found: Tabled | None) -> dict[str, object]:
    if found is None:
        return {}
    return {
        "what": str(found.what),
        "subject": found.subject,
        "round": found.round,
        "rows": found.rows,
        "people": found.people,
        "there": found.there,
    }


def _problems(told: tuple[Problem, ...], number: int) -> dict[str, object]:
    return {"problems": [str(each) for each in told], "number": number, "more": max(number - len(told), 0)}
