"""Tables from elsewhere: what is wrong with them, all of it; and what becomes of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversation import again, importing, importing_actions, opening, reports, scope
from conversation.answersheet import COLUMNS, AnswerSheet, Given, template
from conversation.importing import Wanted
from conversation.legible import legible
from conversation.scope import Privacy
from conversation.sheetfile import LONGEST_CELL, MOST_BYTES, BadFile, Sheet, read
from storage.records import ActionState, AssessmentState, EvidenceState, Person, Said
from tests.conversation.answersheets import answers_in, as_csv
from tests.conversation.desk import BAKERY, Bench

HEAD = "respondent,role,question,answer,comment,evidence\n"
WANTED = Wanted(subject="Old bakery", date="2026-09-01", privacy="attributed", facilitator="U1LEE")
#: One row each, and what is said of it.
ROWS: Mapping[str, str | None] = {
    "ana,BAKER,FLOUR,B,,": None,
    "ana,baker,flour,1,,": None,
    "ana,Bakers,FLOUR,Warm,,": None,
    "ana,Baker,FLOUR,2.0,,": None,
    "ana,BAKER + SELLER,FLOUR,I don't know,,": None,
    "ana,BAKER,FLOUR,no lo sé,,": None,
    "ana,BAKER,FLOUR,n/a,We buy it.,": None,
    "ana,BAKER,FLOUR,not my work,,": None,
    'ana,BAKER,FLOUR,b,"=1+1; ""quoted""",https://oven.example': None,
    "ana,BAKER,FLOUR,4,,": 'row 2, answer: "4" is no answer.',
    "ana,BAKER,FLOUR,E,,": 'row 2, answer: "E" is no answer.',
    "ana,BAKER,FLOUR,A and B,,": 'row 2, answer: "A and B" is no answer.',
    "ana,BAKER,FLOUR,B because of that,,": 'row 2, answer: "B because of that" is no answer.',
    "ana,BAKER,FLOUR,na,,": "row 2, comment: is empty. What does not apply needs its reason there.",
    "ana,BAKER,FLUOR,B,,": 'row 2, question: "FLUOR" is no question of bakery. Did you mean "FLOUR"?',
    "ana,BAKER,,B,,": "row 2, question: is empty.",
    "ana,BAKR,FLOUR,B,,": 'row 2, role: "BAKR" is no role. Did you mean "Baker"?',
    "ana,,FLOUR,B,,": "row 2, role: is empty.",
    "ana,SELLER,YEAST,B,,": "row 2, role: SELLER is not asked YEAST, only BAKER.",
    ",BAKER,FLOUR,B,,": "row 2, respondent: is empty.",
    "ana,BAKER,FLOUR,B,,,more": "row 2: has more cells than the header.",
    'ana,BAKER,FLOUR,B,"open,': "row 2: cannot be read",
    "ana,BAKER,FLOUR,B,,\nAna,BAKER,FLOUR,C,,": "row 3, question: Ana answered FLOUR in row 2 already.",
    "ana,BAKER,FLOUR,B,,\n\nana,SELLER,PRICE,C,,": "row 4, role: is SELLER, and in row 2 it is BAKER.",
    "ana,BAKER,FLOUR,,,": 'No row has anything under "answer"',
}
#: Whole files.
FILES: Mapping[bytes, str] = {
    b"": "There is no header.",
    HEAD.encode(): "There is no row below the header",
    b"PK\x03\x04rest": "This is no workbook that can be read.",
    b"\xd0\xcf\x11\xe0rest": "This is a workbook of an old kind.",
    b"\xff\xfer\x00": "This text is UTF-16.",
    "respondent,role\nJos\u00e9,x".encode("cp1252"): "byte 0xe9 in line 2 is none. Save it as CSV UTF-8;",
    b"respondent,role,question\na,b,c": "header, answer: is missing.",
    b"respondent,role,question,anwser\na,b,c,d": "header, anwser: is no column that is known.",
    b"respondent,role,role,question,answer\n": "header, role: is there 2 times.",
    b"# subjct,x\nrespondent,role,question,answer\n": 'row 1: "subjct" is not known of the whole.',
    b'{"answers": 3}': 'Expected a list, or an object with a list under "answers".',
    b'{"answers": [1]}': "answers[0]: must be an object",
    b'{"answers": [{"respondent": true}]}': "answers[0], respondent: must be a text or a number.",
    b'{"answers": [{]': "line 1, column 15: not JSON",
    b"x" * (MOST_BYTES + 1): "bytes; 10,000,000 are taken.",
    b"respondent,role\nJos\0,x": "The file has characters that no text has (NUL).",
    (HEAD + f"ana,BAKER,FLOUR,B,{'x' * (LONGEST_CELL + 1)},").encode(): (
        "row 2, comment: has 40,001 characters; 40,000 are taken."
    ),
    b'{"answers": [{"respondent": "%s"}]}' % (b"x" * (LONGEST_CELL + 1)): (
        "answers[0], respondent: has 40,001 characters; 40,000 are taken."
    ),
}


def problems(content: bytes) -> list[str]:
    with pytest.raises(BadFile) as refused:
        answers_in(content, BAKERY)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize(("row", "said"), ROWS.items())
def test_a_row_is_taken_or_its_problem_is_named(row: str, said: str | None) -> None:
    content = (HEAD + row).encode()

    if said is None:
        assert len(answers_in(content, BAKERY).given) == 1
    else:
        assert [each for each in problems(content) if each.startswith(said)]


@pytest.mark.parametrize(("content", "said"), FILES.items(), ids=range(len(FILES)))
def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    assert any(said in each for each in problems(content))


def test_every_problem_is_listed_at_once() -> None:
    bad = [
        row for row, said in ROWS.items() if said and "\n" not in row and not row.endswith(("more", "open,"))
    ]
    rows = [row.replace("ana", f"p{number}") for number, row in enumerate(bad) if row != "ana,BAKER,FLOUR,,,"]

    said = problems((HEAD + "\n".join(rows)).encode())

    assert {each.partition(",")[0] for each in said} == {f"row {n}" for n in range(2, len(rows) + 2)}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_separators_and_encodings_are_those_of_spreadsheets(separator: str, encoding: str) -> None:
    text = HEAD.replace(",", separator) + separator.join(["José", "BAKER", "FLOUR", "B", "año", ""])
    named = text if separator == "\t" else f"sep={separator}\r\n{text}"

    found = answers_in(named.encode(encoding), BAKERY, encoding=encoding.removesuffix("-sig"))

    assert [(each.respondent, each.comment) for each in found.given] == [("José", "año")]


def test_json_says_the_same_and_what_is_said_of_the_whole() -> None:
    found = answers_in(
        b'{"subject": "X", "answers": [{"respondent": "a", "role": "BAKER", "question": "HEAT", "answer": 2}'
        b"]}",
        BAKERY,
    )

    assert found.given == (Given("a", ("BAKER",), "HEAT", Said.ANSWERED, 2),)
    assert found.about == {"subject": "X"}


AS_JSON = """{"subject": "%s", "answers": [
    {"respondent": "%s", "role": "BAKER", "question": "FLOUR", "answer": "B", "comment": "%s"}]}"""


@pytest.mark.parametrize(
    "form", [f"# subject,%s\n{HEAD}%s,BAKER,FLOUR,B,%s,\n", AS_JSON], ids=["csv", "json"]
)
def test_what_nobody_sees_of_a_table_is_left_out(form: str) -> None:
    content = form % ("Old\u202e bakery", "a\u200bna", "By\u2060 hand")

    found = answers_in(content.encode(), BAKERY)

    assert found.about["subject"] == "Old bakery"
    assert [(each.respondent, each.comment) for each in found.given] == [("ana", "By hand")]


def test_the_longest_text_that_is_taken_is_kept_whole() -> None:
    (given,) = answers_in((HEAD + f"ana,BAKER,FLOUR,B,{'x' * LONGEST_CELL},").encode(), BAKERY).given

    assert given.comment == "x" * LONGEST_CELL


TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=30
).map(legible)
KINDS = [Said.DONT_KNOW, Said.NOT_MINE, Said.DOES_NOT_APPLY]


@st.composite
def sheets(draw: st.DrawFn) -> AnswerSheet:
    """Any answers of any bakers, with any words."""
    names = draw(st.lists(TEXT.map(str.strip).filter(bool), unique_by=str.casefold, min_size=1, max_size=3))
    rows = []
    for name in names:
        for question in draw(st.sets(st.sampled_from(["FLOUR", "YEAST", "HEAT"]), min_size=1)):
            value = draw(st.none() | st.integers(0, 3))
            kind = Said.ANSWERED if value is not None else draw(st.sampled_from(KINDS))
            comment, evidence = draw(TEXT.map(str.strip)), draw(TEXT.map(str.strip))
            if kind is Said.DOES_NOT_APPLY and not comment:
                comment = "because"
            rows.append(Given(name, ("BAKER",), question, kind, value, comment, evidence))
    return AnswerSheet(tuple(rows), {"subject": draw(TEXT.map(str.strip))}, "")


@given(sheets(), st.sampled_from(",;\t"))
def test_what_is_written_is_read_again(sheet: AnswerSheet, separator: str) -> None:
    found = answers_in(as_csv(sheet, separator=separator), BAKERY)

    assert (found.given, found.about) == (sheet.given, sheet.about)


def test_a_template_that_is_filled_in_is_taken() -> None:
    empty = template(BAKERY, respondent="Ana", role="BAKER", separator=";").decode("utf-8-sig")
    filled = empty.replace("HEAT;;", "HEAT;C;").replace("FLOUR;;", "FLOUR;0;")

    found = answers_in(filled.encode(), BAKERY)

    assert [(each.question, each.value) for each in found.given] == [("FLOUR", 0), ("HEAT", 2)]
    assert 'No row has anything under "answer"' in problems(empty.encode())[0]


# What becomes of it.


def table(*rows: str) -> Sheet:
    return read((HEAD + "\n".join(rows)).encode(), COLUMNS)


WORKSHOP = (
    "U1ANA,BAKER,FLOUR,A,By feeling.,https://oven.example",
    "U1ANA,BAKER,YEAST,B,,",
    "U1ANA,BAKER,HEAT,B,,",
    "Old Ben,BAKER,FLOUR,A,,",
    "Old Ben,BAKER,HEAT,na,We have no oven.,",
    "Zoe,SELLER,PRICE,dk,,",
)


def test_answers_become_a_closed_round_with_a_result(bench: Bench) -> None:
    planned = importing.import_answers(bench.desk, table(*WORKSHOP), WANTED)
    twice = importing.import_answers(bench.desk, table(*WORKSHOP), WANTED)

    assert (planned.round, planned.respondents, planned.answers, planned.there) == (1, 3, 6, None)
    assert twice.there is not None
    verdict = reports.verdict(bench.desk, "U1LEE", name="old")
    assert (verdict.findings.answered, verdict.findings.invited) == (3, 3)
    levels = {each.id: each.level for each in verdict.findings.questions}
    assert levels == {"FLOUR": 0, "YEAST": 1, "HEAT": 1, "PRICE": None}
    assert verdict.assessment.closed_at == datetime(2026, 9, 1, 17, tzinfo=UTC)
    with bench.desk.transaction() as tx:
        seats = tx.seats.of(verdict.assessment.id)
        shown = [
            (each.text, each.level)
            for each in tx.evidence.in_state(verdict.assessment.id, EvidenceState.WAITING)
        ]
        deeds = [deed.what for deed in tx.deeds.of(verdict.assessment.id)]
    assert sorted(seat.user_id for seat in seats) == ["", "", "U1ANA"]
    assert shown == [("https://oven.example", 0)]
    assert deeds == ["imported_answers"]


def test_nothing_is_stored_by_a_check_or_of_a_file_with_a_problem(bench: Bench) -> None:
    importing.check_answers(bench.desk, table(*WORKSHOP), WANTED)
    with pytest.raises(BadFile):
        importing.import_answers(bench.desk, table(*WORKSHOP, "x,BAKER,FLOUR,9,,"), WANTED)

    with bench.desk.transaction() as tx:
        assert not tx.assessments.any()


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted(), "subject: is missing."),
        (Wanted(), "date: is missing."),
        (Wanted(), "privacy: is missing."),
        (Wanted(), "facilitator: is missing."),
        (Wanted(date="1/9/26"), 'date: "1/9/26" is no date'),
        (Wanted(date="2030-01-01"), "date: 2030-01-01 is still to come."),
        (Wanted(privacy="secret"), 'privacy: "secret" is none of them'),
        (Wanted(privacy="anonymous"), "privacy: 3 respondents are too few for anonymous"),
        (Wanted(round="two"), 'round: "two" is no number of a round'),
        (Wanted(facilitator="lee"), 'facilitator: "lee" is no Slack id'),
        (Wanted(channel="#ml"), 'channel: "#ml" is no id of a channel'),
    ],
)
def test_what_is_said_of_the_whole_is_checked(bench: Bench, wanted: Wanted, said: str) -> None:
    with pytest.raises(BadFile) as refused:
        importing.check_answers(bench.desk, table(*WORKSHOP), wanted)

    assert any(str(each).startswith(said) for each in refused.value.problems)


def test_rounds_stand_in_the_order_in_which_they_were_held(bench: Bench) -> None:
    importing.import_answers(bench.desk, table(*WORKSHOP), WANTED)
    for date_, round_, said in (
        ("2026-08-01", "", "round 2 of 2026-08-01 would stand after round 1 of 2026-09-01"),
        ("2026-10-01", "1", "there is a round 1 already"),
    ):
        with pytest.raises(BadFile) as refused:
            importing.check_answers(
                bench.desk,
                table(*WORKSHOP[1:]),
                Wanted(subject="old  Bakery", date=date_, privacy="attributed", round=round_),
            )
        assert said in str(refused.value)


def test_the_next_round_in_slack_stands_beside_it_and_asks_whether_it_still_is_so(bench: Bench) -> None:
    importing.import_answers(bench.desk, table(*WORKSHOP), WANTED)
    with bench.desk.transaction() as tx:
        tx.people.remember(Person(user_id="U1ANA", name="Ana"))
        tx.people.remember(Person(user_id="U1LEE", name="Lee"))
    bench.beat()

    draft = again.begin_named(bench.desk, "U1LEE", name="old", channel=None)
    assert (draft.assessment.round, draft.scope.people, draft.drafted.roles) == (
        2,
        ("U1ANA",),
        {"U1ANA": ("BAKER",)},
    )
    opening.launch(
        bench.desk,
        "U1LEE",
        assessment=draft.assessment.id,
        roles={"U1ANA": ["BAKER"]},
        people={"U1ANA": Person(user_id="U1ANA", name="Ana")},
    )

    last = bench.look("U1ANA").interview.last
    assert {key: reply.value for key, reply in last.replies.items()} == {"FLOUR": 0, "YEAST": 1, "HEAT": 1}
    assert last.shown == {"FLOUR": 1}


def test_nobody_sits_where_answers_are_anonymous(bench: Bench) -> None:
    rows = [f"U1P{number},BAKER,{question},B,,x" for number in range(5) for question in ("FLOUR", "HEAT")]

    importing.import_answers(
        bench.desk, table(*rows), Wanted("Old", "2026-09-01", "anonymous", facilitator="U1LEE")
    )

    with bench.desk.transaction() as tx:
        found = tx.assessments.in_states([AssessmentState.CLOSED])[0]
        assert not tx.seats.any_held(found.id)
        assert {seat.user_id for seat in tx.seats.of(found.id)} == {""}
    assert scope.Scope.of(found).privacy is Privacy.ANONYMOUS


# Actions.

ACTION_ROWS: Mapping[str, str | None] = {
    "Weigh,2027-01-05,U1ANA,on track,FLOUR,2,0,3,1": None,
    "Weigh,2027-01-05,,,,,,,": None,
    ",2027-01-05,,,,,,,": "row 2, objective: is empty.",
    "Weigh,,,,,,,,": "row 2, due: is empty.",
    "Weigh,5/1/27,,,,,,,": 'row 2, due: "5/1/27" is no date',
    "Weigh,2027-01-05,@ana,,,,,,": 'row 2, owner: "@ana" is no Slack id',
    "Weigh,2027-01-05,,soon,,,,,": 'row 2, state: "soon" is no state.',
    "Weigh,2027-01-05,,,FLUOR,2,,,": 'row 2, question: "FLUOR" is no question of that round.',
    "Weigh,2027-01-05,,,FLOUR,,,,": "row 2, level: is empty.",
    "Weigh,2027-01-05,,,,2,,,": "row 2, level: is there without a question.",
    "Weigh,2027-01-05,,,FLOUR,0,,,": 'row 2, level: "0" is no level to reach: 1 to 3.',
    "Weigh,2027-01-05,,,,,x,,": 'row 2, baseline: "x" is no number.',
    "Weigh,2027-01-05,,,,,,,\nweigh,2027-01-05,,,,,,,": "row 3, objective: is in row 2 already",
}


@pytest.mark.parametrize(("row", "said"), ACTION_ROWS.items())
def test_actions_are_checked_row_by_row(bench: Bench, row: str, said: str | None) -> None:
    importing.import_answers(bench.desk, table(*WORKSHOP), WANTED)
    head = "objective,due,owner,state,question,level,baseline,target,current\n"
    sheet = read((head + row).encode(), importing_actions.COLUMNS)

    if said is None:
        assert importing_actions.check(bench.desk, sheet, subject="old bakery").actions == 1
        return
    with pytest.raises(BadFile) as refused:
        importing_actions.store(bench.desk, sheet, subject="old bakery")
    assert any(str(each).startswith(said) for each in refused.value.problems)


def test_so_much_of_a_name_is_enough_that_no_other_plan_is_meant(bench: Bench) -> None:
    sheet = read(b"objective,due\nClean,2026-12-01\n", importing_actions.COLUMNS)
    for subject in ("Café Lyon", "Café Porto"):
        importing.import_answers(bench.desk, table(*WORKSHOP), replace(WANTED, subject=subject))

    def problem(subject: str) -> str:
        with pytest.raises(BadFile) as refused:
            importing_actions.check(bench.desk, sheet, subject=subject)
        return str(refused.value.problems[0])

    assert importing_actions.check(bench.desk, sheet, subject="cafe lyon").assessment.subject == "Café Lyon"
    assert importing_actions.check(bench.desk, sheet, subject="porto").assessment.subject == "Café Porto"
    assert "may be any of these: Café Porto; Café Lyon. Name one of them." in problem("cafe")
    assert '"" has no closed round.' in problem("")


def test_actions_join_the_plan_once_and_their_owners_are_reminded(bench: Bench) -> None:
    importing.import_answers(bench.desk, table(*WORKSHOP), WANTED)
    text = (
        "objective;due;owner;state;question;level;target;note\n"
        "Weigh it;2026-12-01;U1ANA;at risk;FLOUR;1;3;No scales.\nClean;2026-12-01;;done;;;;"
    )
    sheet = read(text.encode(), importing_actions.COLUMNS)
    for _ in range(2):
        importing_actions.store(bench.desk, sheet, subject="Old bakery")

    with bench.desk.transaction() as tx:
        found = tx.assessments.in_states([AssessmentState.CLOSED])[0]
        plan = [(a.objective, a.owner, a.state, a.question, a.due) for a in tx.actions.of(found.id)]
        notes = [note.text for note in tx.actions.notes(found.id)]
        waiting = tx.followups.about(next(a.id for a in tx.actions.of(found.id) if a.owner))
    assert sorted(plan) == [
        ("Clean", None, ActionState.DONE, None, date(2026, 12, 1)),
        ("Weigh it", "U1ANA", ActionState.AT_RISK, "FLOUR", date(2026, 12, 1)),
    ]
    assert notes == ["No scales."]
    assert waiting
    with pytest.raises(BadFile) as refused:
        importing_actions.check(bench.desk, sheet, subject="Old bakry")
    assert 'Did you mean "Old bakery"?' in str(refused.value)
