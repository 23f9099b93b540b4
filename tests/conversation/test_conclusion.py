"""What a result is concluded from beside the answers, and how far it holds."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conversation import details, drafting, evidence, people, results, sharing
from conversation import material as materials
from conversation.conclusion import conclude
from conversation.contents import Verdict
from conversation.errors import AssessmentIsOpen, NoSettlingReason, NoSuchQuestion, NotFacilitator, NotShared
from conversation.evidence import Checked, Shown
from conversation.findings import Findings
from conversation.material import Material
from conversation.pack import Pack
from conversation.scope import Privacy, Scope
from scoring.robustness import Confidence
from storage.records import Assessment, Count, EvidenceForm, Person, Said, SeatCount, SeatState
from storage.store import Store
from tests.conversation.desk import Bench

MLOPS = Pack.shipped("mlops")
EVERYTHING = Scope(aspects=tuple(aspect.id for aspect in MLOPS.aspects))
CREW = (SeatCount(roles=("DS",), state=SeatState.SENT, n=8, begun=8),)


def all_say(level: int, pack: Pack = MLOPS, **others: int) -> tuple[Count, ...]:
    """Two people of each primary role of every question, all at this level; `others` by question (with _)."""
    return tuple(
        Count(
            question=item.id,
            roles=(role,),
            kind=Said.ANSWERED,
            value=others.get(item.id.replace("-", "_"), level),
            n=2,
        )
        for item in pack.items
        for role in item.primary
    )


def gap(found: Findings, step: str) -> dict[str, int]:
    chosen = found.gap(step)
    assert chosen is not None
    return chosen.factors


def test_goals_and_pains_move_what_serves_them_and_nothing_else() -> None:
    material = Material(all_say(1), CREW)
    plain = conclude(MLOPS, EVERYTHING, material)

    for_money = conclude(MLOPS, EVERYTHING.model_copy(update={"goals": ("revenue",)}), material)
    in_pain = conclude(MLOPS, EVERYTHING.model_copy(update={"pains": ("data_quality",)}), material)

    served, hurting = "GOV-S2@2", "DEV-C1@2"
    assert gap(for_money, served)["impact"] == gap(plain, served)["impact"] + 1
    assert gap(in_pain, hurting)["impact"] == gap(plain, hurting)["impact"] + 1
    assert gap(in_pain, hurting)["urgency"] == gap(plain, hurting)["urgency"] + 1
    assert gap(for_money, hurting) == gap(plain, hurting)
    assert for_money.gap(served).serves == ("Increase revenue",)  # type: ignore[union-attr]


def test_rules_that_bind_make_their_criteria_riskier() -> None:
    material = Material(all_say(1), CREW)
    plain = conclude(MLOPS, EVERYTHING, material)
    bound = conclude(MLOPS, EVERYTHING.model_copy(update={"regulated": True}), material)

    risks = {g.step: (g.factors["risk"], gap(bound, g.step)["risk"]) for g in plain.gaps}
    rules = {item.id: item.criterion in {"security", "compliance"} for item in MLOPS.items}
    assert all((after > before) == rules[step.split("@")[0]] for step, (before, after) in risks.items())


def test_only_where_rules_bind_is_the_lowest_level_a_threat_by_them() -> None:
    material = Material(all_say(0), CREW)
    plain = conclude(MLOPS, EVERYTHING, material)
    bound = conclude(MLOPS, EVERYTHING.model_copy(update={"regulated": True}), material)

    by_rules = [
        {threat.key for threat in found.swot.threats if "nothing_in_regulated" in map(str, threat.rules)}
        for found in (plain, bound)
    ]
    rules = {item.id for item in MLOPS.items if item.criterion in {"security", "compliance"}}
    assert by_rules == [set(), rules]


def test_an_aspect_has_its_own_target_and_weight() -> None:
    chosen = {"targets": {"monitoring": 3}, "weights": {"monitoring": 3, "governance": 1}}
    found = conclude(MLOPS, EVERYTHING.model_copy(update=chosen), Material(all_say(1), CREW))

    assert [(a.id, a.target, a.weight) for a in found.aspects] == [
        ("development", 2, 2),
        ("deployment", 2, 2),
        ("monitoring", 3, 3),
        ("governance", 2, 1),
    ]
    missing, wanted = 2 + 2 + 6 + 1, 4 + 4 + 9 + 2  # levels up to target, each times its weight
    assert found.to_target == pytest.approx(1 - missing / wanted)


def test_strictness_is_kept_with_the_result() -> None:
    material = Material(all_say(2, DEV_Q1=1, DEV_Q2=1, DEV_Q3=0), CREW)
    levels = {
        name: conclude(MLOPS, EVERYTHING.model_copy(update={"strictness": name}), material)
        for name in ("iso33020", "majority", "all")
    }

    assert {name: found.aspect("development").level for name, found in levels.items()} == {
        "iso33020": 2,
        "majority": 2,
        "all": 0,
    }
    assert {found.basis.strictness for found in levels.values() if found.basis} == set(levels)


def test_what_no_such_kind_is_in_scope_for_is_neither_asked_nor_waited_for() -> None:
    trained = EVERYTHING.model_copy(update={"kinds": ("trained",)})
    asked = {item.id for item in trained.items(MLOPS)}
    counts = tuple(count for count in all_say(1) if count.question in asked)

    found = conclude(MLOPS, trained, Material(counts, CREW))

    generative = {item.id for item in MLOPS.items if item.kinds == ("generative",)}
    assert generative
    assert {question.id for question in found.questions}.isdisjoint(generative)
    assert found.find_out == ()
    assert found.aspect("development").level == 1


def test_stages_and_criteria_narrow_what_counts() -> None:
    narrow = EVERYTHING.model_copy(update={"criteria": ("security",), "stages": ("deployment",)})

    found = conclude(MLOPS, narrow, Material(all_say(1), CREW))

    wanted = {i.id for i in MLOPS.items if i.criterion == "security" and "deployment" in i.stages}
    assert {question.id for question in found.questions} == wanted
    assert {aspect.id for aspect in found.aspects} == {
        item.aspect for item in MLOPS.items if item.id in wanted
    }


def test_claimed_and_evidenced_levels_stand_side_by_side() -> None:
    borne_out = {item.id: Checked(accepted=1) for item in MLOPS.of_aspect("governance")}
    checked = borne_out | {"DEP-V1": Checked(returned=1)}

    found = conclude(MLOPS, EVERYTHING, Material(all_say(2), CREW, evidence=checked))

    assert [(a.level, a.evidenced) for a in found.aspects] == [(2, 0), (2, 0), (2, 0), (2, 1)]
    assert (found.level, found.evidenced) == (2, 0)
    assert [a.id for a in found.aspects if found.unchecked(a)] == ["development", "monitoring"]
    assert (found.checked, found.checkable) == (len(checked), len(MLOPS.items))
    doubted = found.question("DEP-V1")
    assert doubted
    assert doubted.claimed_above_evidence
    assert "claimed_above_evidence" in {str(rule) for t in found.swot.threats for rule in t.rules}
    unchecked = conclude(MLOPS, EVERYTHING, Material(all_say(2), CREW))
    assert [a.evidenced for a in unchecked.aspects] == [None] * 4


@pytest.fixture
def closed(bench: Bench) -> Assessment:
    """Two bakers at odds about the flour, and Lee has closed it."""
    opened = bench.opened({"U-ANA": ["BAKER"], "U-BEA": ["BAKER"]})
    bench.answers_all("U-ANA", 0)
    bench.answers_all("U-BEA", 3)
    closed = results.close(bench.desk, "U-LEE", assessment=opened.id)
    bench.post(closed.owed)
    return closed.assessment


@pytest.fixture
def bench(store: Store) -> Bench:
    return Bench(store)


def settles(bench: Bench, assessment: Assessment, **changes: Any) -> results.Worked:
    said: dict[str, Any] = {"question": "FLOUR", "level": 2, "reason": "We tasted it.", "key": "form-1"}
    return results.settle(bench.desk, "U-LEE", assessment=assessment.id, **{**said, **changes})


def test_what_was_settled_counts_and_says_so_and_the_answers_stay(bench: Bench, closed: Assessment) -> None:
    worked = settles(bench, closed)

    flour = worked.findings.question("FLOUR")
    assert flour
    assert flour.settled
    assert (flour.level, flour.settled.claimed, flour.settled.level) == (2, 0, 2)
    assert (flour.settled.reason, flour.settled.by) == ("We tasted it.", "U-LEE")
    assert (flour.distribution, flour.contested) == ((1, 0, 0, 1), False)
    with bench.store.transaction("T1") as tx:
        first, second = tx.results.all(closed.id)
    before = Findings.model_validate(first.body).question("FLOUR")
    assert before
    assert (before.level, before.contested, before.settled) == (0, True, None)
    assert Findings.model_validate(second.body) == worked.findings


def test_the_same_form_again_settles_once_and_several_make_one_preview(
    bench: Bench, closed: Assessment
) -> None:
    bench.beat()  # what the closing brought
    settles(bench, closed)
    settles(bench, closed)
    settles(bench, closed, question="YEAST", key="form-2")
    with bench.store.transaction("T1") as tx:
        assert len(tx.results.all(closed.id)) == 3

    assert bench.beat() == []
    bench.clock.at += timedelta(minutes=1)
    (preview,) = bench.beat()

    assert isinstance(preview, Verdict)
    assert (preview.revision, len(preview.findings.settled)) == (3, 2)


def test_settling_can_be_taken_back(bench: Bench, closed: Assessment) -> None:
    before = results.to_settle(bench.desk, "U-LEE", assessment=closed.id).findings
    settles(bench, closed)

    after = settles(bench, closed, level=None, reason="It was another flour.", key="form-2").findings

    assert after.questions == before.questions


def test_who_may_settle_what_and_when(bench: Bench, closed: Assessment) -> None:
    with pytest.raises(NoSettlingReason):
        settles(bench, closed, reason=" ")
    with pytest.raises(NoSuchQuestion):
        settles(bench, closed, question="SUGAR")
    with pytest.raises(NotFacilitator):
        results.settle(
            bench.desk, "U-ANA", assessment=closed.id, question="FLOUR", level=1, reason="No.", key="k"
        )
    still_open = bench.opened({"U-ANA": ["BAKER"]}, subject="Another")
    with pytest.raises(AssessmentIsOpen):
        settles(bench, still_open)


def test_readers_see_the_latest_revision_that_was_shared(bench: Bench, closed: Assessment) -> None:
    with pytest.raises(NotShared):
        details.details(bench.desk, "U-ANA", assessment=closed.id)
    bench.post(sharing.share(bench.desk, "U-LEE", assessment=closed.id).owed)
    settles(bench, closed)

    for_ana = details.details(bench.desk, "U-ANA", assessment=closed.id).verdict
    for_lee = details.details(bench.desk, "U-LEE", assessment=closed.id).verdict

    assert (for_ana.revision, for_ana.findings.settled) == (1, ())
    assert (for_lee.revision, len(for_lee.findings.settled)) == (2, 1)


def test_evidence_that_was_checked_after_closing_counts_when_it_is_worked_out_again(bench: Bench) -> None:
    opened = bench.opened({"U-ANA": ["BAKER"], "U-BEA": ["BAKER"]})
    bench.answers_all("U-ANA", 2)
    bench.answers_all("U-BEA", 2)
    link = Shown(EvidenceForm.LINK, level=2, text="https://mill.example")
    seat = bench.seat("U-ANA")
    evidence.show(bench.desk, "U-ANA", seat=seat, question="FLOUR", shown=[link], key="k")
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    same = results.work_out_again(bench.desk, "U-LEE", assessment=opened.id)
    (exhibit,) = evidence.review(bench.desk, "U-LEE", assessment=opened.id).waiting
    evidence.accept(bench.desk, "U-LEE", evidence=exhibit.evidence.id)
    anew = results.work_out_again(bench.desk, "U-LEE", assessment=opened.id)

    assert (same.changed, same.findings.evidenced) == (False, None)
    flour = anew.findings.question("FLOUR")
    assert anew.changed
    assert flour
    assert (flour.level, flour.evidenced, flour.accepted) == (2, 2, 2)


@pytest.mark.parametrize(
    ("privacy", "who", "named"),
    [
        (Privacy.ATTRIBUTED, "U-LEE", True),
        (Privacy.ATTRIBUTED, "U-ANA", True),
        (Privacy.ATTRIBUTED, "U-ZOE", False),
        (Privacy.CONFIDENTIAL, "U-LEE", True),
        (Privacy.CONFIDENTIAL, "U-ANA", False),
        (Privacy.ANONYMOUS, "U-LEE", False),
        (Privacy.ANONYMOUS, "U-ANA", False),
    ],
)
def test_names_are_seen_as_the_invitation_said(store: Store, privacy: Privacy, who: str, named: bool) -> None:
    bench = Bench(store)
    opened = bench.opened(
        {"U-ANA": ["BAKER"], "U-BEA": ["BAKER"], "U-CAT": ["BAKER"]}, privacy=privacy, group=3
    )
    for user, level in (("U-ANA", 1), ("U-BEA", 2), ("U-CAT", 1)):
        bench.answers_all(user, level)
    results.close(bench.desk, "U-LEE", assessment=opened.id)
    bench.post(sharing.share(bench.desk, "U-LEE", assessment=opened.id).owed)

    found = details.details(bench.desk, who, assessment=opened.id, channel="C-ML")

    voices = {voice.user_id for each in (found.voices or {}).values() for voice in each}
    assert voices == ({"U-ANA", "U-BEA", "U-CAT"} if named else set())


def test_who_said_what_stands_in_the_order_of_names(bench: Bench) -> None:
    bakers = {"U-ANA": "zoe", "U-BEA": "Bea", "U-CAT": "anton"}
    opened = bench.opened({user: ["BAKER"] for user in bakers}, privacy=Privacy.ATTRIBUTED)
    people.remember(bench.desk, [Person(user_id=user, name=name) for user, name in bakers.items()])
    for user in bakers:
        bench.answers_all(user)
    results.close(bench.desk, "U-LEE", assessment=opened.id)

    voices = details.details(bench.desk, "U-LEE", assessment=opened.id).voices

    assert voices
    assert {tuple(voice.user_id for voice in each) for each in voices.values()} == {
        ("U-CAT", "U-BEA", "U-ANA")
    }


def test_a_draft_keeps_what_later_steps_decided(bench: Bench) -> None:
    first = bench.drafted({"U-ANA": ["BAKER"]})
    drafting.refine(bench.desk, "U-LEE", assessment=first.assessment.id, tools="An oven", strictness="all")

    again = bench.drafted({"U-ANA": ["BAKER"], "U-BEA": ["BAKER"]})

    assert again.assessment.id == first.assessment.id
    assert (again.scope.tools, again.scope.strictness) == ("An oven", "all")
    assert again.scope.people == ("U-ANA", "U-BEA")


def test_confidence_is_high_only_with_evidence() -> None:
    everything = {item.id: Checked(accepted=2) for item in MLOPS.items}
    sheets = materials.Sheets(0, list, lambda removed: ())
    nobody = Material((), CREW, sheets=sheets)
    assert {aspect.confidence for aspect in conclude(MLOPS, EVERYTHING, nobody).aspects} == {None}
    some = Material(all_say(2), CREW, sheets=sheets)

    doubted = conclude(MLOPS, EVERYTHING, some)
    shown = conclude(MLOPS, EVERYTHING, replace(some, evidence=everything))

    assert {aspect.confidence for aspect in doubted.aspects} == {Confidence.MEDIUM}
    assert {aspect.confidence for aspect in shown.aspects} == {Confidence.HIGH}
