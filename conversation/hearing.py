"""How an action goes, by typed words: in the thread of a message about it, or wherever it is clear which one
is meant."""

from dataclasses import dataclass
from datetime import timedelta

from conversation import actions, actionwords, evidence, typed
from conversation.acting import say
from conversation.actionwords import ACCEPT, SHOWN, SaidOfAction
from conversation.agreeing import take_on
from conversation.desk import Desk
from conversation.vocabulary import ENGLISH
from storage.records import UNFINISHED, Action, ActionState, Posting, SlackFile
from storage.store import Tx

#: What we say where something that was shown is kept.
_KEEPING = {"saved", "shown", "done"}
#: What our questions ask for.
_ASKED = {"what_shows": ActionState.DONE, "what_blocks": ActionState.BLOCKED}
#: What comes later than this is about something else.
ANSWERED_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Said:
    """What was understood, and what is owed because of it."""

    owed: tuple[Posting, ...]
    concerned: tuple[str, ...] = ()


def heard(
    desk: Desk,
    user_id: str,
    *,
    text: str,
    channel: str,
    ts: str,
    thread: str | None = None,
    files: tuple[SlackFile, ...] = (),
    language: str = ENGLISH,
) -> Said | None:
    """Somebody wrote how an action of theirs goes, or shared files that show it. None, and nothing is done,
    if the line says no such thing, or is about something else: whoever is in the middle of a questionnaire
    answers that, but in the thread of a message about an action. There, files alone are kept with it, and
    what follows a question of ours answers it, as does what comes next outside it. The same line twice is
    one."""
    said = actionwords.read(text, language)
    may_answer = bool(files) or isinstance(typed.meaning(text, None, language), typed.Sentence)
    if said is None and thread is None and not may_answer:
        return None
    with desk.transaction() as tx:
        key = f"heard/{channel}/{ts}"
        if tx.postings.find(key):
            return Said(())
        place = tx.postings.at(channel=channel, ts=thread) if thread else None
        if said is None and thread is None:
            place = _asked_just_now(desk, tx, user_id)
        if thread or place:
            said = said or _answered(place, text, files)
        meant = _meant(tx, user_id, said, thread, place) if said else None
        if said is None or meant is None:
            return None
        word, owed = _do(desk, tx, user_id, said, meant, files)
        found = [actions.again(tx, each.id) for each in meant]
        notes = tx.actions.notes_of(found[0].id)
        reply = desk.owe(
            tx,
            key,
            kind="heard",
            subject_id=found[0].id,
            recipient=user_id,
            word=word,
            actions=[each.id for each in found],
            files=[_kept(file) for file in files] if word in _KEEPING else [],
            undoable=actions.undoable(found[0], notes, desk.now()),
        )
        return Said(tuple(filter(None, (reply, *owed))), (user_id,))


def _asked_just_now(desk: Desk, tx: Tx, user_id: str) -> Posting | None:
    """Our question about an action of theirs, if nothing was said or done about their actions since."""
    if answers_questions(tx, user_id):
        return None
    mine = tx.actions.owned_by(user_id)
    said = (tx.postings.newest(subject_id=each.id, kind="heard") for each in mine)
    last = max((each for each in said if each), key=lambda each: each.due_at, default=None)
    if last is None or last.recipient != user_id or last.contents["word"] not in _ASKED:
        return None
    since = any(each.changed_at > last.due_at for each in mine)
    return None if since or desk.now() - last.due_at >= ANSWERED_WITHIN else last


def _answered(place: Posting | None, text: str, files: tuple[SlackFile, ...]) -> SaidOfAction | None:
    """What a line in a thread of ours means that names no state: the answer to what we asked there, or words
    beside files."""
    asked = _ASKED.get(place.contents["word"]) if place and place.kind == "heard" else None
    words = typed.as_typed(text)
    if asked is None or words.endswith("?"):
        return SaidOfAction(SHOWN, words) if files else None
    if asked is ActionState.BLOCKED and not words:
        return None
    return SaidOfAction(asked, words)


def _kept(file: SlackFile) -> dict[str, str | None]:
    return {"name": file.name, "only_name": evidence.only_name_of(file)}


def _do(
    desk: Desk,
    tx: Tx,
    user_id: str,
    said: SaidOfAction,
    meant: list[Action],
    files: tuple[SlackFile, ...],
) -> tuple[str, tuple[Posting | None, ...]]:
    """The word of our answer, and what else is owed."""
    found, rest = meant[0], said.rest
    if len(meant) > 1:
        return "which", ()
    if said.what == SHOWN:
        return "shown", say(desk, tx, user_id, found, found.state, text=rest or None, files=files)
    if found.is_over:
        return "over", ()
    match said.what:
        case actionwords.ACCEPT:
            take_on(desk, tx, found, user_id)
            return "accepted", ()
        case ActionState.DONE if not (rest or files):
            return "what_shows", ()
        case ActionState.DONE:
            links = evidence.links_in(rest)
            text, link = (None, links[0]) if len(links) == 1 else (rest or None, None)
            return "done", say(desk, tx, user_id, found, ActionState.DONE, text=text, link=link, files=files)
    state = ActionState(said.what)
    if found.state is state and not (rest or files):
        return "saved", ()
    owed = say(desk, tx, user_id, found, state, text=rest or None, files=files)
    return ("what_blocks" if state is ActionState.BLOCKED and not rest else "saved"), owed


def _meant(
    tx: Tx, user_id: str, said: SaidOfAction, thread: str | None, place: Posting | None
) -> list[Action] | None:
    """Those of this person that the line may be about; None if it is about none. `place` is our message in
    whose `thread` they wrote, or that they answer."""
    mine = [action for action in tx.actions.owned_by(user_id) if not action.is_over]
    if thread or place:
        return _about(tx, user_id, place, mine) or None
    if answers_questions(tx, user_id):
        return None
    if said.what == ACCEPT:
        mine = [action for action in mine if actions.to_accept(action)] or mine
    return mine or _last_over(tx, user_id) or None


def _last_over(tx: Tx, user_id: str) -> list[Action]:
    """For who says something of their last action, which is done or dropped."""
    owned = [each for each in tx.actions.owned_by(user_id) if each.is_over and each.became is None]
    return sorted(owned, key=lambda action: action.changed_at)[-1:]


def _about(tx: Tx, user_id: str, place: Posting | None, mine: list[Action]) -> list[Action]:
    """Of the message in whose thread somebody wrote."""
    if place is None or place.recipient != user_id:
        return []
    match place.kind:
        case "agreed":
            named = [place.subject_id]
        case "heard":
            named = place.contents["actions"]
        case "remind":
            return mine
        case _:
            return []
    found = [action for each in named if (action := tx.actions.find(each)) and action.owner == user_id]
    return [action for action in found if not action.is_over] or found[:1]


def answers_questions(tx: Tx, user_id: str) -> bool:
    """Whether they have a questionnaire before them."""
    return any(
        seat.state in UNFINISHED and tx.assessments.get(seat.assessment_id).takes_answers
        for seat in tx.seats.held_by(user_id)
    )
