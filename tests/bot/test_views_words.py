"""What some messages say, word for word; every refusal has its sentence; forms are read as filled."""

import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import views
from bot.actions import CardValue, OldButton, QuestionValue
from bot.language import speaking
from bot.misread import NotAsSlackSays
from bot.patience import NoHelpFromSlack
from bot.render import Message
from bot.seals import SealBroken
from bot.views.parts import SECTION
from bot.views.planning import ActionForm
from bot.views.scope import ScopeForm
from conversation import errors
from conversation.awaywords import back_on
from conversation.bearings import Bearings
from conversation.contents import Agreed, AspectReply, Card, Help, Reply
from conversation.errors import Refused
from conversation.form import Filled
from conversation.pack import Length, Pack
from conversation.rankwords import BOUNDS
from conversation.scope import Scope
from storage.records import Deed, Said
from tests.bot import scenes, scenes_ranking
from tests.bot.scenes import CLOSES, fact
from workspace.blocks import check_message

CAFE_TEXT = Path("tests/conversation/cafe.yaml").read_text(encoding="utf-8")

#: What each raise site gives; nothing else may be needed.
RAISED: list[Refused] = [
    errors.PassedOn(subject="Fraud", person="U1"),
    errors.PassedOn(subject="Fraud", person=None),
    errors.TooManyAtOnce(),
    errors.NotKept(),
    *(errors.NotSureIfKept(gesture=what) for what in ("answer", "typed", "form", "other")),
    errors.PassedToYourself(),
    errors.NotAColleague(person="U1"),
    errors.PassedInACircle(person="U1"),
    errors.AskedAlready(person="U1"),
    errors.DeclinedBefore(person="U1"),
    errors.NothingToPass(),
    errors.NoRolePicked(),
    errors.NotLate(),
    errors.TooLateToAdd(subject="Fraud", facilitator="U1"),
    errors.NothingOfYours(),
    errors.NameDiffers(subject="Fraud"),
    errors.WouldGiveAway(subject="Fraud", group=5),
    errors.NoSuchAssessment(name=""),
    errors.NoSuchAssessment(name="Fraud"),
    errors.NoSuchAssessment(name="Fraud", known=("Churn", "Prices")),
    errors.NotOneByThatName(name="Fraud", several=True, known=("Fraud Lyon", "Fraud Porto")),
    errors.NotOneByThatName(name="", several=True, known=("Fraud Lyon", "Fraud Porto")),
    errors.NotOneByThatName(name="Fraud", several=False, known=("Churn",)),
    errors.NotOneByThatName(name="Fraud", several=False, known=()),
    errors.NothingToAnswer(),
    errors.NotTakingPart(subject="Fraud"),
    errors.NotYourSeat(),
    errors.Forgotten(),
    errors.NoSelfCheck(),
    errors.NotFacilitator(subject="Fraud", facilitator="U1"),
    errors.NotShared(subject="Fraud", facilitator="U1"),
    errors.AlreadyClosed(subject="Fraud", person=None, by_clock=False, at=None, minutes=None),
    errors.AlreadyClosed(subject="Fraud", person="U1", by_clock=False, at=CLOSES, minutes=0),
    errors.AlreadyClosed(subject="Fraud", person=None, by_clock=True, at=CLOSES, minutes=1),
    errors.AlreadyClosed(subject="Fraud", person="U1", by_clock=False, at=CLOSES, minutes=100),
    errors.NotOwner(subject="Fraud", facilitator="U1"),
    errors.NotOwner(subject="Fraud", facilitator=None),
    errors.OwnerIsHere(subject="Fraud", facilitator="U1"),
    errors.CannotFacilitate(person="U1"),
    errors.ChangedMeanwhile(subject="Fraud"),
    errors.ChangedMeanwhile(subject="Fraud", closes_at=CLOSES),
    errors.NotOnTheList(person="U1"),
    errors.TakenOff(subject="Fraud", facilitator="U1"),
    errors.AlreadyTakesPart(person="U1"),
    errors.CannotTakePart(person="U1"),
    errors.CannotOwn(person="U1", gone=False),
    errors.CannotOwn(person="U1", gone=True),
    errors.NoRoleSuggested(person="U1", number=1),
    errors.ClosesEarlier(closes_at=CLOSES),
    errors.AlreadyPosted(subject="Fraud"),
    errors.NobodyToSendTo(subject="Fraud"),
    *(
        errors.CannotPostThere(channel="C1", error=why)
        for why in ("archived", "deleted", "shared", "restricted", "left")
    ),
    errors.CannotReopen(subject="Fraud"),
    errors.AssessmentIsClosed(subject="Fraud", facilitator="U1"),
    errors.AssessmentIsOpen(subject="Fraud", closes_at=CLOSES),
    errors.AlreadyLaunched(subject="Fraud"),
    errors.AlreadyOpen(subject="Fraud", facilitator="U1", closes_at=CLOSES, mine=True, assessment="a1"),
    errors.AlreadyOpen(subject="Fraud", facilitator="U1", closes_at=CLOSES, mine=False, assessment="a1"),
    errors.DraftChanged(subject="Fraud"),
    errors.NotACreator(guest=True),
    errors.NotACreator(guest=False, creators=("U1", "S1")),
    errors.CannotPostThere(error="channel_not_found"),
    errors.CannotPostThere(error="is_archived"),
    errors.NoSuchRole(said="wizard", known=("Data scientist", "ML engineer")),
    errors.StaleCard(seat="s1", now=7, question="Q3", number=3),
    errors.StaleCard(seat="s1", now=None, question=None, number=None),
    errors.NoReason(),
    errors.NothingShown(),
    errors.NoSuchEvidence(),
    errors.NotReviewer(subject="Fraud", facilitator="U1"),
    errors.OwnEvidence(),
    errors.AlreadyRuled(),
    errors.SupportsNoLevel(),
    errors.NoRulingReason(),
    errors.NoSuchQuestion(),
    errors.NoSettlingReason(),
    errors.NoSubject(),
    errors.NobodyInvited(),
    errors.NobodyInvited(without=["U1", "U2"]),
    errors.TooManyPeople(number=120, most=90),
    errors.TooFewToHide(people=3, group=5),
    errors.WouldLoosen(),
    errors.ClosesTooSoon(date=date(2026, 12, 1)),
    errors.ClosesTooSoon(date=date(2026, 12, 1), passed=True),
    errors.NobodyIsAsked(person="U1"),
    errors.NotYourAction(),
    errors.NotYourAction(owner="U1"),
    errors.ActionIsDone(objective="Alert within 1 hour."),
    errors.ActionChanged(objective="Alert within 1 hour."),
    errors.ActionChanged(objective="Alert within 1 hour.", person="U1", owner="U2"),
    errors.ActionClash(objective="Alert within 1 hour.", person="U1"),
    errors.NoSuchAction(),
    errors.NoOwner(objective="Alert within 1 hour."),
    errors.NoActionReason(),
    errors.NothingToShow(objective="Alert within 1 hour."),
    errors.NothingSaid(),
    errors.NotALink(),
    errors.CannotUndo(objective="Alert within 1 hour."),
    errors.NoNumber(said="seven"),
    errors.StartsAfterDue(date=date(2026, 12, 1)),
    errors.TooManySteps(most=10),
    errors.NeedsCircle(path=["Alerts", "Metrics", "Alerts"]),
    errors.NothingToMerge(),
    errors.NoObjective(),
    errors.NothingPlanned(subject="Fraud"),
    errors.ResultFirst(subject="Fraud"),
    errors.NotAboutAGap(objective="Alert within 1 hour."),
    errors.NothingBlocked(subject="Fraud team"),
    errors.AlreadyOnTheList(subject="Fraud team"),
    errors.KeptTooLong(most=24),
    errors.ImportedStays(subject="Fraud", number=2),
    errors.NotUnderstoodAsRanking(bounds=BOUNDS),
    errors.NotUnderstoodAsRanking(bounds=BOUNDS, known=("Churn", "Prices")),
    errors.NotUnderstoodAsExport(name="docx", formats=("html", "pdf"), known=tuple("ABCDEF")),
    errors.OrderChanged(subject="Fraud"),
    errors.NotBeforeThat(known=("Drift", "Logging"), reached=(1, 2)),
    errors.NoFollowUpLeft(objective="Alert within 1 hour."),
    errors.AskedTooSoon(date=date(2026, 12, 1)),
    errors.CannotBeRanked(),
    errors.KeptTooLong(),
    errors.NeedsInACircle(known=("Drift", "Logging", "Drift"), reached=(1, 2, 1)),
    errors.NoRoleYet(),
    errors.OnlyATrial(),
    errors.NotBeforeThat(),
    errors.NotUnderstoodAsRanking(),
    errors.OrderChanged(),
    errors.ImportedStays(subject="Fraud", number=1),
    errors.NoSuchGap(),
    errors.DueInThePast(date=date(2026, 12, 1)),
    errors.TooFarAhead(date=date(9999, 12, 31), number=1),
    errors.TooFarAhead(date=date(9999, 12, 31), number=10),
    errors.NoTimeToRemind(passed=True),
    errors.AlreadyOpen(subject=None, facilitator=None, closes_at=None, mine=False, assessment=None),
    errors.NotYourFile(),
    errors.FileChanged(name="actions.csv"),
    errors.FileNotHad(name="actions.csv", most=10),
    errors.NoChannel(subject="Fraud"),
    errors.NoSuchAspect(said="mor", known=("Development", "Monitoring")),
    errors.NoSuchLevel(said="7", levels=("Ad hoc", "Basic")),
    errors.AlreadyThere(aspect="Monitoring", level=1, name="Basic", highest=False),
    errors.AlreadyThere(aspect="Monitoring", level=3, name="Advanced", highest=True),
    errors.NothingBehind(level=None),
    errors.NothingBehind(level=2),
    errors.NoSuchDay(said="until 5/12", passed=False, far=False),
    errors.NoSuchDay(said="until 5/12", may_be=(date(2026, 12, 5), date(2027, 5, 12))),
    errors.NoSuchDay(said="until 25/12", may_be=(date(2026, 12, 25),)),
    errors.NoSuchDay(said="until yesterday", passed=True, far=False),
    errors.NoSuchDay(said="99 weeks", passed=False, far=True),
    errors.NoReminderLeft(subject="Fraud"),
    errors.NoTimeToRemind(subject="Fraud", closes_at=CLOSES),
    errors.RemindersStopped(),
    errors.NoSuchTracker(),
    errors.NoSuchTracker(tracker="jira"),
    errors.NoCalendarAddress(),
    errors.NotALinkToAnIssue(examples=["https://github.com/acme/mlops/issues/1"]),
    OldButton(),
    NoHelpFromSlack(),
    NotAsSlackSays(),
    SealBroken(),
]


@pytest.mark.parametrize("error", RAISED, ids=repr)
def test_every_refusal_says_what_happened_and_what_to_do(error: Refused) -> None:
    message, sentence = views.refusal(error), views.sentence(error)

    assert check_message(message.blocks) == []
    for text in (message.text, sentence):
        assert text.endswith((".", "?"))
        assert ". " in text
        assert "None" not in text
        assert "  " not in text
    assert "<" not in sentence


@pytest.mark.parametrize("locale", ["en", "es", "es-MX"])
def test_the_days_that_are_shown_instead_of_numbers_are_understood_when_they_are_typed(locale: str) -> None:
    today = date(2026, 1, 1)
    for month in range(1, 13):
        days = (date(2026, month, 2), date(2026, month, 28))
        with speaking(locale):
            said = views.sentence(errors.NoSuchDay(said="x", may_be=days)).replace("`", "")

        away = re.findall(r"(?:away|ausente) (\w+ .*?)(?: or | o |\.$)", said)

        assert [back_on(words, today) for words in away] == [*days], said


def test_no_refusal_is_forgotten() -> None:
    assert {type(error) for error in RAISED} >= set(subclasses(Refused))


def subclasses(kind: type[Refused]) -> list[type[Refused]]:
    found = kind.__subclasses__()
    return [*found, *(deeper for each in found for deeper in subclasses(each))]


def test_a_refusal_with_values_that_nobody_gave_still_speaks() -> None:
    for kind in subclasses(Refused):
        if kind is not errors.StaleCard:
            assert views.refusal(kind()).text


def test_the_first_card() -> None:
    message = views.message(scenes.everyday().contents["first card"])

    assert message.text == (
        "Question 1 of 24, Development. Think of the models in scope. Choose the highest description true "
        "today for all of them; where it says some, some are enough. How do you find out that data used for "
        "training is wrong?\n"
        "A: From a complaint or a bad result.\n"
        "B: By checks on some data, or by checks that do not stop the run (types, ranges, missing values).\n"
        "C: By automatic checks in every training pipeline; a failed check stops the run.\n"
        "D: Also: by automatic comparison with earlier data of how values and labels are spread (extended "
        "after incidents).\n"
        "Reply with A, B, C or D, or with: I don't know, skip, why, not my work, does not apply because …, "
        "help."
    )
    assert shown(message) == [
        "Question 1 of 24. Development",
        "Think of the models in scope. Choose the highest description true today for all of them; where it "
        "says some, some are enough.\n\n"
        "*How do you find out that data used for training is wrong?*\n"
        "*A*  From a complaint or a bad result.\n"
        "*B*  By checks on some data, or by checks that do not stop the run (types, ranges, missing "
        "values).\n"
        "*C*  By automatic checks in every training pipeline; a failed check stops the run.\n"
        "*D*  Also: by automatic comparison with earlier data of how values and labels are spread (extended "
        "after incidents).",
        ["A", "B", "C", "D", "I don't know"],
        ["Comment", "Evidence", "Skip", "Why do you ask?", "…"],
        "Choose with a button, or type the letter. A sentence is kept as your comment. Type `help` to see "
        "what else you can say.",
    ]


def test_a_card_has_as_many_letters_as_its_question_has_answers() -> None:
    six, two = (views.message(scene.contents["first card"]) for scene in (scenes.extreme(), scenes.alone()))

    assert ["A", "B", "C", "D", "E", "F", "I don't know"] in shown(six)
    assert ["A", "B", "I don't know"] in shown(two)
    assert "Reply with A or B, or with: I don't know" in two.text


def test_the_largest_card_that_a_pack_may_have_is_one_section(tmp_path: Path) -> None:
    largest = CAFE_TEXT.replace("Think of what you serve.", f'"{"&" * 300}"')
    largest = largest.replace('"How hot is what you carry?"', f'"{"&" * 285}"')
    file = tmp_path / "cafe.yaml"
    file.write_text(largest, encoding="utf-8")

    drawn = shown(views.message(Card(scenes.cafe("WAITER", pack=Pack.load(file)))))

    assert [len(str(text)) for text in drawn[:2]] == [
        len("Question 1 of 4. Cup"),
        SECTION,
    ]


@pytest.mark.parametrize(
    ("roles", "ask"),
    [(("WAITER",), "How hot is what you carry?"), (("WAITER", "BREWER"), "How hot is it served?")],
)
def test_a_question_is_put_in_the_words_of_one_role_and_in_plain_words_to_two(
    roles: tuple[str, ...], ask: str
) -> None:
    sitting = scenes.cafe(*roles)
    item = sitting.interview.item("HEAT")
    went = replace(sitting, interview=replace(sitting.interview, asking=item))

    assert ask in views.message(Card(went)).text
    assert f"*{ask}*" in str(shown(views.message(Card(went)))[1])
    for form in (views.comment_modal(sitting, item), views.reason_modal(sitting, item, 0)):
        assert ask in form["blocks"][0]["text"]["text"]


def test_why_we_ask_and_what_counts_as_evidence() -> None:
    sitting = scenes.cafe("WAITER")

    message = views.message(Reply(sitting, "why", {"question": "HEAT"}))

    assert message.text == (
        "Question 1. How hot is what you carry?\n\n"
        "Too hot burns, too cold comes back.\n\n"
        "What counts as evidence:\n"
        "B, level 1: a thermometer\n"
        "C, level 2: a reading on the machine\n"
        "Enough: A thermometer with today's readings shows level 1.\n"
        'Not enough: A sign "hot" does not. Nobody measured.\n\n'
        "Think of what you serve."
    )


def test_a_pack_of_the_first_form_explains_itself_as_it_did() -> None:
    pack = Pack.shipped("mlops", 1)
    sitting = replace(scenes.everyday(), pack=pack).sitting()

    message = views.message(Reply(sitting, "why", {"question": "DEV-Q1"}))

    assert message.text.startswith(
        "Question 1. How do you find out that data used for training is wrong?\n\n"
        "A model learns the mistakes in its data, and finding them later costs more. Good evidence: a "
    )


def test_a_new_aspect_is_announced_once() -> None:
    scene = scenes.everyday()
    items = scene.sitting().interview.items
    development = [item for item in items if item.aspect == "development"]
    said = [fact(n * 20, Said.ANSWERED, item.id, value=1) for n, item in enumerate(development, start=1)]
    skipped = [*said[:-1], fact(999, Said.SKIPPED, development[-1].id)]

    first, after_a_skip = (shown(views.message(Card(scene.sitting(*facts))))[0] for facts in (said, skipped))

    assert first == "Question 13 of 24. Development is done. Next: Deployment. About 4 minutes left"
    assert str(after_a_skip).startswith("Question 13 of 24. Next: Deployment. ")


@pytest.mark.parametrize(
    ("kind", "value", "text", "line"),
    [
        (Said.ANSWERED, 0, None, "*A*. From a complaint or a bad result."),
        (Said.DONT_KNOW, None, None, "*I don't know*"),
        (Said.NOT_MINE, None, None, "*not part of my work*"),
        (Said.SKIPPED, None, None, "*skipped* for now"),
        (Said.DOES_NOT_APPLY, None, "We train nothing", "*does not apply to us*, because:"),
    ],
)
def test_a_card_becomes_one_line(kind: Said, value: int | None, text: str | None, line: str) -> None:
    scene = scenes.everyday()
    item = scene.sitting().interview.items[0]
    sitting = scene.sitting(fact(1, kind, item.id, value=value, text=text))

    message = views.record(sitting, item)

    assert message.blocks[0] == {
        "type": "section",
        "text": {"type": "mrkdwn", "text": f"1. Data validation: {line}", "verbatim": True},
        "accessory": {
            "type": "button",
            "action_id": "answer_change",
            "value": QuestionValue(s=sitting.seat.id, q=item.id).pack(),
            "text": {"type": "plain_text", "text": "Answer" if kind is Said.SKIPPED else "Change"},
            "accessibility_label": "Answer question 1: Data validation"
            if kind is Said.SKIPPED
            else "Change answer 1: Data validation",
        },
    }
    assert shown(message)[1:] == ([text] if text else [])


def test_a_comment_is_quoted_as_it_was_written() -> None:
    scene = scenes.everyday()
    item = scene.sitting().interview.items[0]
    sitting = scene.sitting(
        fact(1, Said.ANSWERED, item.id, value=1), fact(2, Said.COMMENTED, item.id, text="*Not* <!channel>")
    )

    message = views.record(sitting, item)

    assert message.text == (
        "1. Data validation: you answered B. By checks on some data, or by checks that do not stop the run "
        "(types, ranges, missing values). Comment: ∗Not∗ &lt;!channel&gt;"
    )
    assert shown(message)[1] == "*Not* <!channel>"


def test_the_review_of_what_is_answered_so_far_leads_on_and_cannot_send() -> None:
    sitting = scenes.everyday().sitting(*scenes.everyday().answers(2))

    message = views.message(Reply(sitting, "review"))

    assert message.blocks[0]["text"]["text"] == "Your answers so far"
    assert ["Continue"] in shown(message)
    assert message.text.startswith(
        "Your answers so far to Fraud scoring: 2 of 24. Nothing is sent yet. Type continue to go on"
    )


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (2, "E is none of the options A to D, so I did not keep it. Question 3 is still open: choose A, B, C "
            "or D, or type the letter."),
        (0, "E is none of the options A to D, so I did not keep it. Your answer to question 1 is unchanged; "
            "to change it, type edit 1."),
    ],
)  # fmt: skip
def test_a_letter_that_is_no_option(place: int, said: str) -> None:
    sitting = scenes.everyday().sitting(*scenes.everyday().answers(2))

    values = {"question": sitting.interview.items[place].id, "said": "E"}

    assert views.message(Reply(sitting, "no_option", values)).text == said


def test_whatever_is_being_changed_can_be_kept() -> None:
    scene = scenes.everyday()
    item = scene.sitting().interview.items[0]
    went = scene.went_to(1)
    said = [
        shown(views.message(Card(scene.sitting(fact(1, kind, item.id, value=value), went))))
        for kind, value in [(Said.ANSWERED, 2), (Said.NOT_MINE, None), (Said.SKIPPED, None)]
    ]

    assert [row[2] for each in said for row in each if row[0] == "Comment"] == [
        "Keep: C",
        "Keep: not my work",
        "Skip",
    ]


@pytest.mark.parametrize("said", ["nothing", Said.SKIPPED, Said.ANSWERED])
def test_evidence_for_the_question_that_is_asked_brings_its_options_and_elsewhere_asks_for_none(
    said: Said | str,
) -> None:
    scene = scenes.everyday()
    before, item = scene.sitting().interview.items[:2]
    gave = [] if said == "nothing" else [fact(2, Said(said), item.id, value=1)]
    sitting = scene.sitting(fact(1, Said.ANSWERED, before.id, value=1), *gave, fact(3, Said.WENT_TO, item.id))
    kept = [{"id": "e1", "name": "a run"}]

    here = shown(views.message(Reply(sitting, "shown", {"question": item.id, "evidence": kept})))
    elsewhere = shown(views.message(Reply(sitting, "shown", {"question": before.id, "evidence": kept})))

    assert here == [
        "Kept as evidence for question 2: a run. It supports whatever you answer. Which option fits best?",
        ["A", "B", "C", "D", "I don't know"],
        ["Remove"],
    ]
    assert elsewhere == [
        "Kept as evidence for question 1: a run. Somebody other than you will check it.",
        ["Remove"],
    ]


def test_evidence_stands_in_a_sentence_of_its_own_after_a_behaviour() -> None:
    scene = scenes.everyday()
    item = scene.sitting().interview.items[0]
    shown_too = fact(2, Said.SHOWED, item.id)
    said = {
        kind: views.record(scene.sitting(fact(1, kind, item.id, value=value, text=text), shown_too), item)
        for kind, value, text in [
            (Said.ANSWERED, 1, None),
            (Said.DONT_KNOW, None, None),
            (Said.DOES_NOT_APPLY, None, "We have none."),
        ]
    }

    ends = {kind: record.blocks[0]["text"]["text"].split(": ", 1)[1] for kind, record in said.items()}
    assert ends == {
        Said.ANSWERED: f"*B*. {item.levels[1]} With 1 piece of evidence.",
        Said.DONT_KNOW: "*I don't know*, with 1 piece of evidence",
        Said.DOES_NOT_APPLY: "*does not apply to us*, with 1 piece of evidence, because:",
    }


def test_goals_and_pains_of_a_gap_are_told_as_they_were_ticked() -> None:
    board = scenes.everyday().board(actions=())
    first, *others = board.findings.gaps
    named = first.model_copy(update={"serves": ("Reduce costs",), "hurts": ("Data quality", "Audits")})

    findings = board.findings.model_copy(update={"gaps": (named, *others)})
    message = views.board(replace(board, findings=findings))

    told = 'For the goal "Reduce costs". Against the pains "Data quality", "Audits".'
    assert any(told in block["text"]["text"] for block in message.blocks if "text" in block)


@pytest.mark.parametrize(
    ("stands", "said"),
    [
        (
            [(1, 1.0), (2, 1.8), (1, 1.1), (1, 1.04)],
            "Deployment leads at level 2, Intermediate. "
            "*Development and Governance are furthest behind at level 1, Basic.*",
        ),
        (
            [(2, 2.0), (2, 2.0), (1, None), (1, 1.2)],
            "Development and Deployment lead at level 2, Intermediate. "
            "*Monitoring and Governance are furthest behind at level 1, Basic.*",
        ),
        (
            [(1, 1.3), (1, 1.1), (1, 1.3), (1, 1.4)],
            "All aspects with a level are at level 1, Basic; Deployment is the least secure of them.",
        ),
        (
            [(1, 1.0), (1, 1.0), (1, 1.0), (None, None)],
            "All aspects with a level are at level 1, Basic.",
        ),
    ],
)
def test_all_that_lead_and_all_that_are_furthest_behind_are_named(
    stands: list[tuple[int | None, float | None]], said: str
) -> None:
    verdict = scenes.everyday().verdict()
    aspects = [
        aspect.model_copy(update={"level": level, "continuous": average})
        for aspect, (level, average) in zip(verdict.findings.aspects, stands, strict=True)
    ]
    findings = verdict.findings.model_copy(update={"aspects": tuple(aspects)})

    message = views.verdict(replace(verdict, findings=findings))

    assert said in message.blocks[1]["text"]["text"].splitlines()


def test_of_an_aspect_whose_evidence_nobody_checked_it_says_so_and_no_level() -> None:
    contents = scenes.everyday().borne_out()

    message = views.verdict(contents)

    said = [block["text"]["text"] for block in message.blocks if "text" in block]
    (evidence,) = [line for text in said for line in text.splitlines() if "vidence was checked" in line]
    assert evidence == (
        "Evidence was checked for 1 of 51 questions. By it alone it is level 0, Ad hoc: a question without "
        "accepted evidence counts as level 0."
    )
    found = replace(scenes.everyday().details(), verdict=contents)
    pages = [views.details(found, page) for page in ("overview", "monitoring")]
    told = [block["text"]["text"] for page in pages for block in page["blocks"] if block["type"] == "section"]
    assert [text.count("By evidence: nothing was checked") for text in told].count(1) == 3
    assert sum("By evidence: level 0, Ad hoc" in text for text in told) == 1
    assert sum("No evidence was checked here." in text for text in told) == 1


@pytest.mark.parametrize(
    ("hidden", "told"),
    [
        (0, "No evidence was checked."),
        (2, "Of what is shown here no evidence was checked. 2 questions are not"),
    ],
)
def test_of_evidence_for_what_is_hidden_nobody_says_that_none_was_checked(hidden: int, told: str) -> None:
    verdict = scenes.everyday().verdict(private=False)
    aspects = verdict.findings.aspects
    partly = tuple(aspect.model_copy(update={"hidden_questions": hidden}) for aspect in aspects)
    found = replace(verdict, findings=verdict.findings.model_copy(update={"aspects": partly}))

    footer = views.message(AspectReply(found, aspects[0].id)).blocks

    assert any(told in str(block) for block in footer if block["type"] == "context")


@pytest.mark.parametrize(
    ("sent", "at", "style"),
    [(0, scenes.NOW, None), (7, scenes.NOW, None), (8, scenes.NOW, "primary"), (0, scenes.CLOSES, "primary")],
)
def test_closing_is_what_suggests_itself_once_everybody_has_sent_or_the_day_is_over(
    sent: int, at: datetime, style: str | None
) -> None:
    found = replace(scenes.everyday().status(), invited=8, sent=sent, declined=0, withdrew=0, at=at)

    buttons = [each for block in views.status(found).blocks for each in block.get("elements", ())]

    (close,) = [each for each in buttons if each.get("action_id") == "close_open"]
    assert close.get("style") == style


def test_a_form_says_how_to_choose_as_the_first_card_does() -> None:
    scene = scenes.everyday()

    intro, *_ = views.form_modal(Filled(scene.sitting()))["blocks"]
    alone, *_ = views.form_modal(Filled(scene.self_check()))["blocks"]

    assert intro["text"]["text"].endswith(f"\n{scene.pack.frame}")
    assert alone["text"]["text"].endswith(f"\nIn scope is what you work on yourself. {scene.pack.frame}")


def test_a_self_check_says_what_is_in_scope_where_nobody_chose_it() -> None:
    text = views.message(Card(scenes.everyday().self_check())).text

    assert "In scope is what you work on yourself. Think of the models in scope. Choose the highest" in text


@pytest.mark.parametrize(
    ("tongue", "numbers", "said"),
    [
        ("en", {"baseline": 1, "target": 4, "unit": "models"}, "Number: 1 now, 4 to reach (models)"),
        ("en", {"baseline": 1, "current": 2, "target": 4}, "Number: 1 before, 2 now, 4 to reach"),
        ("en", {"target": 4, "unit": "models"}, "Number: 4 to reach (models)"),
        ("en", {"baseline": 1}, "Number: 1 now"),
        ("es", {"baseline": 1, "target": 4, "unit": "modelos"}, "Número: 1 ahora, 4 por alcanzar (modelos)"),
        ("es", {"baseline": 1, "current": 2, "target": 4}, "Número: 1 antes, 2 ahora, 4 por alcanzar"),
    ],
)
def test_whoever_is_asked_to_own_an_action_reads_its_number(
    tongue: str, numbers: dict[str, Any], said: str
) -> None:
    scene = scenes.everyday()
    action = scene.plan()[0].model_copy(update=numbers)

    with speaking(tongue):
        message = views.message(Agreed(scene.assessment, action, ""))

    assert f" {said}." in message.text
    name, number = said.split(" ", 1)
    assert f"\n*{name}* {number}\n" in message.blocks[0]["text"]["text"]


def test_an_action_without_a_number_is_asked_for_without_one() -> None:
    scene = scenes.everyday()

    message = views.message(Agreed(scene.assessment, scene.plan()[0], ""))

    assert "Number" not in message.text + message.blocks[0]["text"]["text"]


def test_what_can_be_accepted_is_listed_before_what_cannot_however_much_that_is() -> None:
    review = scenes.everyday().evidence_review()
    (ready, *_), (idle, *_) = review.waiting, review.unsupporting

    view = views.evidence_review(replace(review, waiting=(ready,), unsupporting=(idle,) * 30))

    said = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    assert "1 piece of evidence waits for you." in said[0]
    assert "Meant to show level" in said[1]
    assert said[2] == (
        "30 pieces cannot be accepted, and each says why. Nothing has to be done about them. "
        "6 of them are not shown here."
    )
    assert len(said[3:]) == 24


def test_no_gap_is_offered_to_come_after_its_own_question() -> None:
    scene = scenes.everyday()
    forms = [scenes_ranking.rating(scene, at) for at in range(len(scenes_ranking.order(scene).ranked))]

    offered = [
        (form.ranked.step, option["value"])
        for form in forms
        for block in views.rating_modal(form)["blocks"]
        if block.get("block_id", "").startswith("needs:")
        for option in block["element"]["options"]
    ]

    assert len(offered) > len(forms)
    assert [pair for pair in offered if len({step.rpartition("@")[0] for step in pair}) == 1] == []


@pytest.mark.parametrize(
    ("tongue", "said"),
    [
        ("en", "Drift at level 1, which comes after Logging at level 2, which comes after Drift at level 1."),
        (
            "es",
            "Drift en el nivel 1, que va después de Logging en el nivel 2, que va después de "
            "Drift en el nivel 1.",
        ),
    ],
)
def test_a_circle_names_each_gap_with_its_level(tongue: str, said: str) -> None:
    error = errors.NeedsInACircle(known=("Drift", "Logging", "Drift"), reached=(1, 2, 1))

    with speaking(tongue):
        sentence = views.sentence(error)

    assert said in sentence


@pytest.mark.parametrize(
    ("tongue", "gone", "said", "to_do"),
    [
        ("en", False, "<@U1> is an app, and an app cannot own an action.", "Choose a person."),
        (
            "en",
            True,
            "The account of <@U1> is switched off, so they cannot own an action.",
            "Choose somebody",
        ),
        ("es", False, "<@U1> es una aplicación, y una aplicación no puede", "Elige a una persona."),
        ("es", True, "La cuenta de <@U1> está desactivada", "Elige a otra persona."),
    ],
)
def test_who_cannot_own_an_action_is_told_why_and_what_to_do(
    tongue: str, gone: bool, said: str, to_do: str
) -> None:
    with speaking(tongue):
        message = views.refusal(errors.CannotOwn(person="U1", gone=gone))

    assert message.text.startswith(said)
    assert to_do in message.text


def test_a_digest_names_the_owner_of_what_changed_and_calls_nobody() -> None:
    digest = scenes.everyday().digest()
    action = digest.changed[0][0]
    owner = digest.owners[action.owner or ""]

    message = views.message(digest)

    objective = action.objective.removesuffix(".")
    said = [block["text"]["text"] for block in message.blocks if "Changed since" in str(block)]
    assert f"\nChanged: {objective}, {owner.name}: " in message.text
    assert len(said) == 1
    assert f"\n• {objective}, {owner.name}: " in said[0]
    assert f"<@{owner.user_id}>" not in said[0]


@pytest.mark.parametrize(("tongue", "said"), [("en", "<@U1> added <@U2>"), ("es", "<@U1> añadió a <@U2>")])
def test_history_says_of_whoever_came_later_only_that_they_were_added(tongue: str, said: str) -> None:
    deed = Deed(by="U1", what="invited_late", values={"person": "U2"}, at=scenes.NOW)

    with speaking(tongue):
        message = views.history(replace(scenes.everyday().history(), deeds=(deed,)))

    assert message.text.endswith(f": {said}")


def test_who_was_asked_before_hears_that_nothing_is_open() -> None:
    message = views.message(Help("good point", brief=False, bearings=Bearings(took_part=True)))

    assert message.text.startswith("You have no open questionnaire, so there is nothing to answer now.")
    assert 'I did not understand "good point". Nothing was changed.' in message.text


@pytest.mark.parametrize(
    ("help", "begins"),
    [
        (Help("what is this", brief=False), 'I did not understand "what is this". Nothing was changed.'),
        (Help("", brief=False), "Tidemark asks the people who build and run your models how they work"),
        (Help("", brief=False, asked=True, bearings=Bearings(took_part=True)), "Tidemark asks the people"),
    ],
)
def test_help_for_whoever_nothing_waits_for_is_a_few_lines(help: Help, begins: str) -> None:
    message = views.message(help)

    assert message.text.startswith(begins)
    assert message.text.count("\n• ") == 3
    assert message.text.endswith("Type help all for every command.")
    assert shown(message)[1] == [
        "Try the 2-minute self-check",
        "Set up an assessment",
        "What I can see and post",
        "All commands",
    ]


def test_help_says_what_waits_for_whoever_asks() -> None:
    message = views.message(Help("", brief=False, asked=True, bearings=scenes.everyday().bearings()))

    assert message.text.splitlines() == [
        "What you can do now:",
        "• Fraud scoring asks for your view: 1 of 51 questions answered, until 10 Dec 2026, 17:00 UTC. "
        "Write continue to me directly.",
        '• Your action "We use Jenkins." is due on 29 Nov 2026. Say how it goes on my Home tab.',
        "• You facilitate Fraud scoring: 7 people have not sent their answers yet. /tidemark status",
        "• Your draft Fraud scoring is not launched yet: /tidemark start goes on with it.",
        "• The result of Fraud scoring is there: /tidemark result, and /tidemark plan for what follows "
        "from it.",
        "Type help all for every command.",
    ]
    assert shown(message)[1] == ["Continue", "Show the status", "All commands"]


@pytest.mark.parametrize(
    ("answered", "sent", "begins"),
    [
        (2, False, "Question 3 of 24 waits for your answer. Press a button, or type:"),
        (None, False, "All questions about Fraud scoring are answered, and nothing is sent yet: send sends"),
        (
            None,
            True,
            "Your answers to Fraud scoring are sent. review shows them, edit 3 changes the third, until",
        ),
    ],
)
def test_help_in_an_interview_is_about_where_one_is(answered: int | None, sent: bool, begins: str) -> None:
    scene = scenes.everyday()

    message = views.message(Reply(scene.sitting(*scene.answers(answered), sent=sent), "help"))

    assert message.text.startswith(begins)
    assert message.text.endswith("Type help all for every command.")
    assert "What else waits for you" not in message.text
    assert shown(message)[1] == ["All commands"]


def test_help_in_an_interview_leads_to_what_else_waits_and_does_not_say_twice_what_is_there() -> None:
    scene = scenes.everyday()
    elsewhere = replace(scene.bearings(), seat=None)

    message = views.message(Reply(scene.sitting(*scene.answers(2)), "help", else_waits=elsewhere))

    assert message.text.count("asks for your view") == 0
    assert "What else waits for you:\n• Your action" in message.text
    assert shown(message)[-1] == ["Show the status", "All commands"]


def test_a_measure_is_the_facilitators_own() -> None:
    view = views.action_modal(scenes.everyday().proposal(), owner=None)

    (measure,) = [block for block in view["blocks"] if block.get("block_id") == "measure"]

    assert "initial_value" not in measure["element"]
    assert not measure["optional"]
    assert measure["element"]["placeholder"]["text"].startswith("For example: 2 of 5 models now, 5 of 5 by")


@pytest.mark.parametrize(
    ("sent", "invited", "said"),
    [
        (0, 5, "0 of 5 people have sent their answers"),
        (1, 5, "1 of 5 people has sent their answers"),
        (2, 5, "2 of 5 people have sent their answers"),
        (0, 1, "0 of 1 person has sent their answers"),
    ],
)
def test_how_many_have_sent(sent: int, invited: int, said: str) -> None:
    status = replace(scenes.everyday().status(), sent=sent, invited=invited)

    message = views.status(status)

    assert said in message.text
    assert said in str(shown(message)[0])


def test_roles_without_answers_are_alternatives() -> None:
    status = scenes.everyday().status()

    a, b, c = (role.title for role in status.roles[:3])

    silent = views.status(replace(status, silent_roles=status.roles[:3])).text

    assert f"Nobody has sent answers yet as {a}, {b} or {c}." in silent


@pytest.mark.parametrize(
    ("subject", "drawn"),
    [
        ("Fraud *the big one*", "*Fraud the big one*"),
        ("_fraud_team_ `v2`", "*fraud_team v2*"),
        ("~gone~ * ", "*gone*"),
        ("***", "*∗∗∗*"),
    ],
)
def test_a_name_in_bold_stays_in_bold(subject: str, drawn: str) -> None:
    status = scenes.everyday().status()

    named = replace(status, assessment=status.assessment.model_copy(update={"subject": subject}))

    assert str(shown(views.status(named))[0]).splitlines()[0] == drawn


def test_a_stale_button_leads_on() -> None:
    message = views.stale({"seat": "s1", "now": 7, "question": "Q3", "number": 3})

    assert shown(message) == [
        "That button is from an older message, so nothing was changed. You are at question 7.",
        ["Go to question 7", "Change answer 3"],
    ]


def test_a_card_of_a_reason_remembers_its_revision() -> None:
    sitting = scenes.everyday().sitting()

    view = views.reason_modal(sitting, sitting.interview.items[0], 4)

    assert CardValue.read(view["private_metadata"]).r == 4


def test_a_comment_too_long_for_the_form_is_not_lost_without_warning() -> None:
    scene = scenes.everyday()
    item = scene.sitting().interview.items[0]
    sitting = scene.sitting(fact(1, Said.COMMENTED, item.id, text="word " * 700))

    view = views.comment_modal(sitting, item)

    assert view["blocks"][1]["text"]["text"].startswith(
        "Your comment has 3500 characters, and this form holds 3000."
    )
    assert len(view["blocks"][2]["element"]["initial_value"]) <= 3000


def test_the_scope_is_read_as_it_was_filled() -> None:
    filled = {
        "subject": {"subject": {"value": " Fraud "}},
        "goal": {"goal": {"value": None}},
        "aspects": {"aspects": {"selected_options": [{"value": "development"}, {"value": "monitoring"}]}},
        "length": {"length": {"selected_option": {"value": "long"}}},
        "target": {"target": {"selected_option": {"value": "2"}}},
        "people": {"people": {"selected_users": ["U1", "U2"]}},
        "groups": {"groups": {"selected_options": [{"value": "S1"}]}},
        "rooms": {"rooms": {"selected_conversations": ["C1"]}},
        "channel": {"channel": {"selected_conversation": None}},
        "closes": {"closes": {"selected_date": "2026-12-10"}},
    }

    form = views.read_scope({"state": {"values": filled}})

    aspects, people, sources = ("development", "monitoring"), ("U1", "U2"), ("S1", "C1")
    assert form == ScopeForm("Fraud", "", aspects, Length.LONG, 2, people, sources, None, date(2026, 12, 10))
    assert form.scope == Scope(aspects=aspects, length=Length.LONG, target=2, people=people, sources=sources)


def test_one_level_up_is_no_target_of_its_own() -> None:
    view = views.scope_modal(scenes.everyday().pack, closing=date(2026, 12, 10))

    initial = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    filled = {
        "target": {"target": {"selected_option": initial["target"]["initial_option"]}},
        "closes": {"closes": {"selected_date": initial["closes"]["initial_date"]}},
    }

    assert views.read_scope({"state": {"values": filled}}).target is None


def test_roles_are_read_by_person() -> None:
    filled = {
        "role:U1": {"roles": {"selected_options": [{"value": "DS"}, {"value": "MLE"}]}},
        "role:U2": {"roles": {"selected_options": []}},
        "role:U3": {"roles": {"selected_options": [{"value": "-"}]}},
    }

    assert views.read_roles({"state": {"values": filled}}) == {"U1": ("DS", "MLE"), "U2": (), "U3": ()}


def test_an_action_is_read_as_it_was_filled() -> None:
    filled = {
        "objective": {"objective": {"value": "Alert within 1 hour"}},
        "measure": {"measure": {"value": " 7 of 7 "}},
        "owner": {"owner": {"selected_user": "U2"}},
        "due": {"due": {"selected_date": "2027-01-29"}},
    }

    form = views.read_action({"state": {"values": filled}})

    assert form == ActionForm("Alert within 1 hour", "7 of 7", date(2027, 1, 29), owner="U2")


def test_the_actions_of_a_message_are_found_again() -> None:
    scene = scenes.everyday()

    message = views.message(scene.contents["due"])

    assert views.actions_in(message.blocks) == tuple(action.id for action in scene.plan())


def shown(message: Message) -> list[Any]:
    """What the eye sees, block by block; buttons as lists of their labels."""
    return [_shown(block) for block in message.blocks]


def _shown(block: dict[str, Any]) -> Any:
    match block["type"]:
        case "section":
            return block["text"]["text"]
        case "context":
            return block["elements"][0]["text"]
        case "actions":
            return [element["text"]["text"] if "text" in element else "…" for element in block["elements"]]
        case "rich_text":
            return block["elements"][0]["elements"][0]["text"]
        case _:
            return block
