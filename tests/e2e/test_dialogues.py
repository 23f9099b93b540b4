"""Whole dialogues, as people have them: through Slack's own surface, with the real bot and both databases."""

import re
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from conversation.pack import Length
from storage.store import Store
from tests.e2e.workspace import LEVEL_2, LONG, Scene, town
from workspace.people import Message, Someone

ANSWERS = ("B", "C", "B", "B")


async def answers(stage: Scene, name: str, *letters: str) -> None:
    """Start, press one letter for each question, and send."""
    person = stage.person(name)
    await person.clicks("Start")
    for number, letter in enumerate(letters, start=1):
        card = await person.sees(f"Question {number} of {len(letters)}")
        await person.clicks(letter, message=card)
    await person.sees("Review your answers")
    await person.clicks("Send my answers")
    await person.sees("your answers are in")


async def the_plan(person: Someone) -> Message:
    """As they are shown it when they ask for it."""
    await person.command("/tidemark plan")
    return await person.sees(": the plan")


def first_gap(board: Message) -> str:
    """What the first *Plan it* button of a plan carries."""
    blocks = [block.get("accessory") or {} for block in board.blocks]
    blocks += [element for block in board.blocks for element in block.get("elements", ())]
    return next(str(each["value"]) for each in blocks if each.get("action_id") == "plan_gap")


async def answers_by_aspect(stage: Scene, name: str, *, deployment: str, otherwise: str) -> None:
    """Answer every question of a long questionnaire by the aspect that its card names."""
    person = stage.person(name)
    await person.clicks("Start")
    card = await person.sees("Question 1 of")
    (of,) = re.findall(r"Question 1 of (\d+)", card.shown)
    for number in range(1, int(of) + 1):
        card = await person.sees(f"Question {number} of {of}")
        letter = (
            deployment
            if re.search(r"Question \d+ of \d+\. Deployment|Next: Deployment", card.shown)
            else otherwise
        )
        await person.clicks(letter, message=card)
    await person.sees("Review your answers")
    await person.clicks("Send my answers")
    await person.sees("your answers are in")


async def test_an_assessment_from_the_command_to_the_result_in_the_channel(stage: Scene) -> None:
    lee = stage.person("lee")
    await stage.launch("ana", "omar", "kim", length=LONG)
    for name in ("ana", "omar", "kim"):
        await answers_by_aspect(stage, name, deployment="C", otherwise="B")

    await lee.sees("has sent their answers")
    await lee.clicks("Close and see the result")
    preview = await lee.sees("Only you see this")
    assert "Fraud team: level 1, Basic" in preview.shown
    assert not [m for m in await stage.slack.channel("ml-platform").messages() if "level 1" in m.shown]

    await lee.clicks("Post to the channel", message=preview)
    posted = await lee.sees("Fraud team: level 1, Basic", channel="ml-platform")
    assert "Deployment | 2, Intermediate" in posted.shown
    assert "3 of 3 people answered" in posted.shown
    assert "Only you see this" not in posted.shown


async def test_a_questionnaire_answered_by_typing_alone(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")

    await ana.sees("Fraud team")
    await ana.says("start")
    await ana.sees("Question 1 of 4")
    await ana.says("We have a wiki page for that.")
    await ana.sees("I saved that as your comment on question 1. Which option fits best")
    await ana.says("b")
    await ana.sees("Question 2 of 4")
    await ana.says("2")
    await ana.sees("have letters")
    await ana.says("C) because Jenkins does it")
    await ana.sees("Question 3 of 4")
    await ana.says("don't know")
    await ana.sees("Question 4 of 4")
    await ana.says("n/a")
    await ana.sees("Why does question 4 not apply")
    await ana.says("review")
    await ana.sees("Your answers so far")
    await ana.says("n/a")
    await ana.says("because we only buy models in")
    review = await ana.sees("Review your answers")
    assert re.findall(r"\d\. [^\n]*: ([^\n]*)", review.shown) == [
        "B, with a comment",
        "C, with a comment",
        "don't know",
        "does not apply",
    ]

    await ana.says("edit 3")
    await ana.sees("Changing answer 3")
    await ana.says("A")
    await ana.says("send")

    await ana.sees("your answers are in")


async def test_skip_back_and_a_comment_by_button(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")

    await ana.clicks("Skip", message=await ana.sees("Question 1 of 4"))
    second = await ana.sees("Question 2 of 4")
    await ana.clicks("Comment", message=second)
    form = await ana.modal()
    await form.fill({"text": "Only for the two big models"})
    assert not (await form.submit()).errors
    await ana.sees("comment on question 2 is saved")
    await ana.clicks("Back", message=second)
    first = await ana.sees("Question 1 of 4", fresh=True)
    await ana.clicks("D", message=first)
    again = await ana.sees("Question 2 of 4", fresh=True)
    await ana.clicks("B", message=again)

    record = await ana.sees("Only for the two big models")
    assert "B" in record.shown


async def test_what_is_not_ones_work_and_what_does_not_apply(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")

    await ana.sees("Question 1 of 4")
    await ana.picks("Not part of my work")
    await ana.sees("Question 2 of 4")
    await ana.picks("Does not apply to us")
    form = await ana.modal()
    assert (await form.submit()).errors
    await form.fill({"text": "We have no models of our own"})
    assert not (await form.submit()).errors

    await ana.sees("Question 3 of 4")
    await stage.bot.drawing.finished()
    assert any("We have no models of our own" in m.shown for m in await ana.dm())


async def test_a_second_click_a_stale_card_and_a_replay_change_nothing(stage: Scene) -> None:
    ana = stage.person("ana")
    await stage.launch("ana")
    await ana.clicks("Start")
    first = await ana.sees("Question 1 of 4")

    await ana.clicks("B", message=first)
    second = await ana.sees("Question 2 of 4")
    before = len(await ana.dm())
    await ana.clicks("B", message=first, stale=True)
    await stage.beat()
    assert len(await ana.dm()) == before
    await ana.clicks("D", message=first, stale=True)
    told = await ana.sees("older message")
    assert "Go to question 2" in told.shown
    assert "Change answer 1" in told.shown
    await ana.clicks("Change answer 1", message=told)
    await ana.sees("Changing answer 1")
    await ana.clicks("C", message=second, stale=True)

    await ana.sees("older message", fresh=True)


async def test_somebody_in_two_roles_gets_one_questionnaire(stage: Scene) -> None:
    lee, ana = stage.person("lee"), stage.person("ana")
    await lee.command("/tidemark start", channel="ml-platform")
    modal = await lee.modal("Set up an assessment")
    await modal.fill({"subject": "Fraud team", "length": LONG, "people": ["ana"]})
    await modal.submit()
    roles = await stage.roles()
    await roles.fill({"Ana Silva": ["Data scientist", "Product manager"]})
    await roles.submit()
    await (await lee.modal("Ready to launch?")).submit()
    await lee.sees("is launched")
    await stage.beat()

    invitation = await ana.sees("Fraud team")

    pack = stage.bot.desk.pack
    both = len(pack.questions_for(["DS", "PM"], Length.LONG))
    assert both < len(pack.questions_for(["DS"], Length.LONG)) + len(pack.questions_for(["PM"], Length.LONG))
    assert f"{both} questions" in invitation.shown
    assert "Data scientist and Product manager" in invitation.shown


async def test_the_form_says_what_is_wrong_and_where(stage: Scene) -> None:
    lee = stage.person("lee")
    await lee.command("/tidemark start")
    modal = await lee.modal("Set up an assessment")
    await modal.fill({"subject": "  ", "people": ["ana"]})
    assert "no name yet" in (await modal.submit()).errors["What do you assess?"]
    await modal.fill({"subject": "Fraud team", "people": ["ana"], "closes": "2026-11-27"})

    refused = await modal.submit()

    assert "27 Nov 2026" in refused.errors["When does it close?"]
    await modal.fill({"closes": "2026-12-09"})
    assert not (await modal.submit()).errors
    await lee.modal("What matters")


async def test_help_says_what_can_be_done_now_and_has_a_button_for_the_whole_list(stage: Scene) -> None:
    kim = stage.person("kim")
    await kim.says("help")

    told = await kim.sees("Nothing waits for you here now")
    assert "/tidemark status" not in told.shown
    await kim.clicks("All commands")

    assert "/tidemark status" in (await kim.sees("Tidemark asks the people")).shown


async def test_a_draft_waits_for_its_facilitator(stage: Scene) -> None:
    lee = stage.person("lee")
    await lee.command("/tidemark start")
    modal = await lee.modal("Set up an assessment")
    await modal.fill({"subject": "Churn team", "people": ["ana", "kim"]})
    await modal.submit()
    await (await lee.modal("What matters")).closes(everything=True)

    await lee.command("/tidemark start")

    assert "Churn team" in (await lee.modal("Set up an assessment")).shown
    assert not await stage.person("ana").dm()


async def test_status_counts_and_never_tells(stage: Scene) -> None:
    await stage.launch("ana", "omar")
    await answers(stage, "ana", "A", "D", "A", "D")

    status = await stage.person("lee").command("/tidemark status", channel="ml-platform")

    assert "1 of 2 people has sent" in status.shown
    assert "Data scientist: 1 of 1 sent" in status.shown
    assert "ML operations: 0 of 1 sent" in status.shown
    assert "nobody has sent answers yet as ML operations" in status.shown
    assert "Ana" not in status.shown
    kim = await stage.person("kim").command("/tidemark status Fraud")
    assert "no assessment" in kim.shown.casefold()


async def test_commands_that_do_not_exist_get_the_nearest(stage: Scene) -> None:
    kim = stage.person("kim")

    assert "/tidemark self-check" in (await kim.command("/tidemark")).shown
    assert "/tidemark status" in (await kim.command("/tidemark help all")).shown
    assert "status" in (await kim.command("/tidemark statsu")).shown
    assert "statsu" in (await kim.command("/tidemark statsu")).shown
    assert "no assessment" in (await kim.command("/tidemark result")).shown.casefold()


async def test_only_the_facilitator_plans_and_owners_speak_for_their_actions(stage: Scene) -> None:
    lee, omar, kim = (stage.person(name) for name in ("lee", "omar", "kim"))
    await stage.launch("omar", "kim", target=LEVEL_2)
    for name in ("omar", "kim"):
        await answers(stage, name, *ANSWERS)
    await lee.clicks("Close and see the result", message=await lee.sees("has sent their answers"))
    await lee.sees("Only you see this")

    for command in ("/tidemark plan", "/tidemark result"):
        told = await kim.command(command)
        assert "is not shared yet" in told.shown
        assert "[Plan it]" not in told.shown
    board = await the_plan(lee)
    await lee.clicks("plan_gap", message=board, value=first_gap(board))
    form = await lee.modal("Plan an action")
    await form.fill({"measure": "5 of 5 models", "owner": "omar", "due": "2026-11-20"})
    assert "20 Nov 2026" in (await form.submit()).errors["Due"]
    await form.fill({"due": "2026-12-18"})
    assert not (await form.submit()).errors

    owner = await omar.sees("asks you to own")
    assert "5 of 5 models" in owner.shown
    await omar.clicks("Accept", message=owner)
    taken = await omar.sees("Saved. Due 18 Dec 2026.")
    await omar.clicks("Blocked", message=taken)
    form = await omar.modal("What is in the way?")
    await form.fill({"text": "No access"})
    assert not (await form.submit()).errors
    await omar.sees("blocked")
    plan = await the_plan(lee)
    assert "blocked" in plan.shown


async def test_what_if_answers_while_one_chooses(stage: Scene) -> None:
    lee = stage.person("lee")
    await stage.launch("omar", "kim")
    for name in ("omar", "kim"):
        await answers(stage, name, *ANSWERS)
    await lee.clicks("Close and see the result", message=await lee.sees("has sent their answers"))
    board = await the_plan(lee)
    await lee.clicks("What if?", message=board)
    form = await lee.modal("What if?")
    opened, (group, *_) = form.shown, form.blocks[1]["element"]["option_groups"]
    several = [option["text"]["text"] for option in group["options"][:6]]

    await form.fill({"Questions": several})
    await stage.slack.settled()
    chosen = (await form.look()).shown
    await form.fill({"Suppose that they are at": "Level 2, Intermediate"})
    await stage.slack.settled()
    higher = await form.look()

    assert "As it is now" in opened
    assert "Development goes from no level to level 1, Basic (provisional)" in chosen
    assert "Development goes from no level to level 2, Intermediate (provisional)" in higher.shown
    still = form.blocks[1]["element"]["initial_options"]
    assert [option["text"]["text"] for option in still] == several


async def test_reminders_come_before_and_on_the_due_day_and_stop_when_it_is_done(stage: Scene) -> None:
    lee, omar = stage.person("lee"), stage.person("omar")
    await stage.launch("ana", "omar", "kim", target=LEVEL_2)
    for name in ("ana", "omar", "kim"):
        await answers(stage, name, *ANSWERS)
    await lee.clicks("Close and see the result", message=await lee.sees("has sent their answers"))
    for due in ("2026-12-18", "2026-12-21"):
        board = await the_plan(lee)
        await lee.clicks("plan_gap", message=board, value=first_gap(board))
        form = await lee.modal("Plan an action")
        await form.fill({"measure": f"done by {due}", "owner": "omar", "due": due})
        await form.submit()
        await omar.sees(f"done by {due}")

    await stage.goes_to(datetime(2026, 12, 11, 9, 30, tzinfo=UTC))
    week_before = await omar.sees("Due in 7 days")
    await stage.goes_to(datetime(2026, 12, 18, 9, 30, tzinfo=UTC))
    on_the_day = await omar.sees("Due today")
    await omar.clicks("Done", message=on_the_day, near="by 2026-12-18")
    form = await omar.modal("It is done")
    await form.fill({"text": "Seen by everybody."})
    await form.submit()
    await omar.sees("Thank you")
    await omar.clicks("At risk", message=week_before, near="by 2026-12-18", stale=True)
    await omar.sees("stays so")
    await stage.goes_to(datetime(2026, 12, 21, 9, 30, tzinfo=UTC))
    last = await omar.sees("Due today", fresh=True)

    assert "2026-12-21" not in week_before.shown
    assert "2026-12-18" not in last.shown
    assert "1 action wants" in last.shown


async def test_the_digest_is_silent_when_there_is_nothing_to_say(stage: Scene) -> None:
    lee, omar = stage.person("lee"), stage.person("omar")
    await stage.launch("omar", "kim", target=LEVEL_2)
    for name in ("omar", "kim"):
        await answers(stage, name, *ANSWERS)
    await lee.clicks("Close and see the result", message=await lee.sees("has sent their answers"))
    await stage.later(hours=1)
    board = await the_plan(lee)
    await lee.clicks("plan_gap", message=board, value=first_gap(board))
    form = await lee.modal("Plan an action")
    await form.fill({"measure": "5 of 5", "owner": "omar", "due": "2027-01-29"})
    await form.submit()
    await omar.clicks("Accept", message=await omar.sees("asks you to own"))
    told = await omar.sees("Saved. Due")

    for _ in range(15):
        await stage.later(days=1)
    await omar.clicks("At risk", message=told)
    for _ in range(7):
        await stage.later(days=1)

    posted = await stage.slack.channel("ml-platform").messages()
    digests = [message for message in posted if "0 of 1 action done" in message.text]
    assert ["1 at risk" in digest.shown for digest in digests] == [False, True]


async def test_respondents_are_reminded_three_times_at_most_and_it_closes_by_itself(stage: Scene) -> None:
    lee, ana = stage.person("lee"), stage.person("ana")
    await stage.launch("ana", "omar")
    await answers(stage, "omar", *ANSWERS)

    for _ in range(9):
        await stage.later(days=1)

    nudges = [m.shown for m in await ana.dm() if "Reminder" in m.shown]
    assert len(nudges) == 3
    assert "Reminder 3 of at most 3" in nudges[-1]
    assert not [m for m in await stage.person("omar").dm() if "Reminder" in m.shown]
    for _ in range(5):
        await stage.later(days=1)
    await lee.sees("Only you see this")
    assert "Nothing is asked of you any more" in (await ana.dm())[-1].shown
    await ana.says("B")
    closed = await ana.sees("closed", fresh=True)
    assert "@lee" in closed.shown or "lee" in closed.shown.casefold()


async def test_home_shows_where_one_stands(stage: Scene) -> None:
    ana = stage.person("ana")
    empty = await ana.opens_home()
    await stage.launch("ana")
    await ana.clicks("Start")
    await ana.clicks("B", message=await ana.sees("Question 1 of 4"))

    home = await ana.opens_home()

    assert "[Set up an assessment]" in empty.shown
    assert "Fraud team" in home.shown
    assert "1 of 4" in home.shown
    await stage.later(minutes=1)
    await ana.clicks("Continue", home=True)
    await ana.sees("Question 2 of 4", fresh=True)


async def test_a_mention_in_a_channel_is_answered_to_that_person_only(stage: Scene) -> None:
    kim = stage.person("kim")

    await kim.says("@tidemark B", to="ml-platform")

    told = await kim.sees("direct message", channel="ml-platform")
    assert told.ephemeral


async def test_a_channel_without_the_app_is_said_to_the_facilitator(stage: Scene) -> None:
    lee = stage.person("lee")
    await lee.invites_app("secret")
    await lee.command("/tidemark start")
    modal = await lee.modal("Set up an assessment")
    await modal.fill({"subject": "Fraud team", "people": ["ana"], "channel": "secret"})
    await modal.submit()
    check = await stage.checked()
    await lee.removes_app("secret")
    await check.submit()
    await stage.beat()

    trouble = await lee.sees("/invite")
    assert "Post it again" in trouble.shown
    await lee.invites_app("secret")
    await lee.clicks("Post it again", message=trouble)

    await lee.sees("started an assessment", channel="secret")


async def test_the_log_says_what_happened_and_nothing_that_was_said(
    stage: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    ana = stage.person("ana")
    with capture_logs() as facts, caplog.at_level("WARNING"):
        await stage.launch("ana")
        await ana.clicks("Start")
        await ana.clicks("D", message=await ana.sees("Question 1 of 4"))
        await ana.sees("Question 2 of 4")
        await ana.says("C: the vault password is hunter2")
        await ana.sees("Question 3 of 4")
        await ana.says("Nobody has told us about quarantined pigeons")
        await ana.sees("saved that as your comment")

    events = [fact["event"] for fact in facts]
    assert {"scope_drafted", "launched", "started", "answered", "line_understood", "posted"} <= set(events)
    told = " ".join(map(str, facts)) + caplog.text
    for secret in ("hunter2", "pigeons", stage.server.bot_token, stage.server.app_token):
        assert secret not in told
    assert not any("value" in fact or "text" in fact for fact in facts)


async def test_an_export_comes_as_text_where_the_app_may_send_no_files(store: Store) -> None:
    async with town(store, declined=["files:write"]) as place, place.bot() as stage:
        await stage.launch("ana")
        ana = stage.person("ana")
        await ana.clicks("Start")
        await ana.clicks("B", message=await ana.sees("Question 1 of 4"))
        await ana.sees("Question 2 of 4")
        await ana.command("/tidemark my-data")

        await ana.clicks("Export everything")

        told = await ana.sees("I could not send you files here (missing_scope)")
        everything = await ana.sees('"answered_in"')
        assert "as text, in" in told.shown
        assert '"kind": "answered"' in everything.shown
