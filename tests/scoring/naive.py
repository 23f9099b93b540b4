"""The method once more, from its text alone, in the plainest Python: slow, and nothing shared with scoring.

Answers are (respondent, role, question, value). Questions are dictionaries with id, primary, secondary,
weight and top; gates are (item, level, otherwise). What a step finds is a dictionary, or None where there
is nothing.
"""

from __future__ import annotations

from fractions import Fraction
from math import log2
from typing import Any

HALF = Fraction(1, 2)


def latest(answers: list[tuple]) -> list[tuple]:
    """The latest answer of a person in a role counts."""
    last = {}
    for respondent, role, question, value in answers:
        last[respondent, role, question] = value
    return [(*place, value) for place, value in last.items()]


def weight_of(role: str, question: dict) -> int:
    if role in question["primary"]:
        return 2
    if role in question["secondary"]:
        return 1
    return 0


def one_value(values: list) -> Any:
    """A person with two roles is one person: the lowest level, else don't know, else not applicable."""
    numbers = [value for value in values if value not in ("dk", "na")]
    if numbers:
        return min(numbers)
    if "dk" in values:
        return "dk"
    return "na"


def people(said: list[tuple]) -> list:
    respondents = []
    for respondent, _, _ in said:
        if respondent not in respondents:
            respondents.append(respondent)
    return [one_value([value for who, _, value in said if who == each]) for each in respondents]


def valid(values: list) -> list:
    return [value for value in values if value not in ("dk", "na")]


def share(roles: dict[str, list], question: dict, counts, of) -> Fraction | None:
    """The role-balanced share of the answers that count, among those that are of interest."""
    have, total = Fraction(0), 0
    for role, values in roles.items():
        among = [value for value in values if of(value)]
        if among:
            have += weight_of(role, question) * Fraction(len([v for v in among if counts(v)]), len(among))
            total += weight_of(role, question)
    if total == 0:
        return None
    return have / total


def lower_median(values: list[int]) -> int:
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2]


def consensus(values: list[int], top: int) -> float | None:
    if len(values) < 2:
        return None
    mean = sum(values) / len(values)
    total = 1.0
    for level in range(top + 1):
        p = values.count(level) / len(values)
        if p > 0:
            total += p * log2(1 - abs(level - mean) / top)
    return total


def question_result(question: dict, answers: list[tuple]) -> dict:
    here = [answer for answer in answers if answer[2] == question["id"]]
    said = [(who, role, value) for who, role, _, value in latest(here)]
    everybody = people(said)
    primary = people([each for each in said if each[1] in question["primary"]])
    roles: dict[str, list] = {}
    for _, role, value in said:
        if weight_of(role, question) > 0:
            roles.setdefault(role, []).append(value)
    top = question["top"]

    support = {}
    for level in range(1, top + 1):
        support[level] = share(
            roles, question, lambda value, at=level: value >= at, lambda value: value not in ("dk", "na")
        )
    if support[1] is None:
        support = None
    role_levels = {role: lower_median(valid(values)) for role, values in roles.items() if valid(values)}
    cns = consensus(valid(everybody), top)
    contested = (cns is not None and round(cns, 6) < 0.65) or (
        bool(role_levels) and max(role_levels.values()) - min(role_levels.values()) >= min(2, top)
    )

    na_share = share(roles, question, lambda value: value == "na", lambda value: value != "dk")
    no_primary = not [value for value in primary if value != "na"]
    primary_unsure = "dk" in primary and (
        not valid(primary) or Fraction(primary.count("dk"), len(primary)) > HALF
    )
    flags = []
    if na_share is not None and na_share > HALF:
        status = "not_applicable"
    elif not everybody:
        status = "unanswered"
    elif not valid(everybody):
        status = "unknown"
        flags = ["nobody_knows"]
    else:
        status = "insufficient" if no_primary or primary_unsure else "scored"
        if "na" in everybody:
            flags.append("applicability_contested")
        if contested:
            flags.append("contested")
        if no_primary:
            flags.append("primary_role_missing")
        if primary_unsure:
            flags.append("primary_roles_mostly_dont_know")

    level = None
    if status == "scored":
        level = 0
        for step in range(1, top + 1):
            if support[step] > HALF:
                level = step
    return {
        "status": status,
        "level": level,
        "flags": sorted(flags),
        "n_valid": len(valid(everybody)),
        "n_dk": everybody.count("dk"),
        "n_na": everybody.count("na"),
        "support": support,
        "mean": mean_of(roles, question),
        "role_levels": role_levels or None,
        "freq": [valid(everybody).count(step) for step in range(top + 1)] if support else None,
        "cns": cns if support else None,
    }


def mean_of(roles: dict[str, list], question: dict) -> Fraction | None:
    total, weights = Fraction(0), 0
    for role, values in roles.items():
        if valid(values):
            total += weight_of(role, question) * Fraction(sum(valid(values)), len(valid(values)))
            weights += weight_of(role, question)
    return total / weights if weights else None


def ladder(levels: list[tuple[Fraction, int]], top: int, strictness: str) -> int:
    """The highest level with enough weight there, and enough at every level below."""
    total = sum(weight for weight, _ in levels)

    def enough(at: int, threshold: Fraction) -> bool:
        if strictness == "all":
            return all(level >= at for _, level in levels)
        return sum(weight for weight, level in levels if level >= at) / Fraction(total) > threshold

    below = Fraction(85, 100) if strictness == "iso33020" else HALF
    best = 0
    for level in range(1, top + 1):
        if enough(level, HALF) and all(enough(lower, below) for lower in range(1, level)):
            best = level
    return best


def gated(level: int, gates: list[tuple], known: dict[str, int | None]) -> tuple[int, list[str]]:
    """`known` has the level of every question that was asked and applies, None where it has none."""
    capped, holding = level, []
    for item, at, otherwise in gates:
        holds = item if item in known else otherwise
        if holds in known and at <= level and (known[holds] is None or known[holds] < at):
            capped = min(capped, at - 1)
            if holds not in holding:
                holding.append(holds)
    return capped, holding


def aspect_result(
    questions: list[dict], results: dict[str, dict], gates: list[tuple], strictness: str
) -> dict:
    applicable = [q for q in questions if results[q["id"]]["status"] != "not_applicable"]
    if not applicable:
        return {"status": "not_applicable", "level": None}
    top = applicable[0]["top"]
    scored = [q for q in applicable if results[q["id"]]["status"] == "scored"]
    coverage = Fraction(sum(q["weight"] for q in scored)) / sum(q["weight"] for q in applicable)
    known = {key: r["level"] for key, r in results.items() if r["status"] != "not_applicable"}

    bounds = []
    for unscored in (0, top):
        supposed = {key: unscored if level is None else level for key, level in known.items()}
        climbed = ladder([(q["weight"], supposed[q["id"]]) for q in applicable], top, strictness)
        bounds.append(gated(climbed, gates, supposed)[0])

    found = {"coverage": coverage, "n_applicable": len(applicable), "n_scored": len(scored), "bounds": bounds}
    if coverage < Fraction(1, 3):
        return {"status": "insufficient", "level": None, **found}
    levels = [(q["weight"], known[q["id"]]) for q in scored]
    total = Fraction(sum(weight for weight, _ in levels))
    before = ladder(levels, top, strictness)
    level, holding = gated(before, gates, known)
    reached = {step: sum(w for w, at in levels if at >= step) for step in range(1, top + 1)}
    blockers, needs = [], []
    if level < top:
        below = sorted((known[q["id"]], q["id"]) for q in scored if known[q["id"]] <= level)
        blockers = [key for _, key in below]
        needs = [(step, reached[step], total) for step in range(1, level + 2)]
    return {
        "status": "official" if coverage >= Fraction(2, 3) else "provisional",
        "level": level,
        **found,
        "level_before_gates": before,
        "achievement": {step: have / total for step, have in reached.items()},
        "gates": holding,
        "continuous": sum(q["weight"] * results[q["id"]]["mean"] for q in scored) / total,
        "blockers": blockers,
        "needs": needs,
    }


def overall(aspects: dict[str, dict]) -> dict:
    here = {key: a for key, a in sorted(aspects.items()) if a["status"] != "not_applicable"}
    levels = [a["level"] for a in here.values() if a["level"] is not None]
    missing = [key for key, a in here.items() if a["level"] is None]
    if not here:
        return {"level": None, "status": "not_applicable", "missing": [], "limiting": []}
    if not levels:
        return {"level": None, "status": "insufficient", "missing": missing, "limiting": []}
    shaky = missing or [key for key, a in here.items() if a["status"] == "provisional"]
    return {
        "level": min(levels),
        "status": "provisional" if shaky else "official",
        "missing": missing,
        "limiting": [key for key, a in here.items() if a["level"] == min(levels)],
    }


def evidenced(level: int, accepted: list[int]) -> int:
    return min([level, max([0, *accepted])])


def score(
    aspects: dict[str, list[dict]], gates: dict[str, list], answers: list[tuple], strictness: str
) -> dict:
    results = {q["id"]: question_result(q, answers) for members in aspects.values() for q in members}
    found = {key: aspect_result(qs, results, gates[key], strictness) for key, qs in aspects.items()}
    return {"questions": results, "aspects": found, "overall": overall(found)}


def leave_one_out(aspects: dict, gates: dict, answers: list[tuple], strictness: str, key: str) -> set:
    """The levels of one aspect without each of those who answered it, or what its gates hang on."""
    here = {q["id"] for q in aspects[key]} | {item for gate in gates[key] for item in (gate[0], gate[2])}
    needed = [q for members in aspects.values() for q in members if q["id"] in here]
    levels = set()
    for person in {answer[0] for answer in answers if answer[2] in here}:
        rest = [answer for answer in answers if answer[0] != person]
        results = {q["id"]: question_result(q, rest) for q in needed}
        levels.add(aspect_result(aspects[key], results, gates[key], strictness)["level"])
    return levels


def priority(item: dict[str, int], weights: dict[str, int], top: int) -> Fraction:
    total, weighed = Fraction(0), 0
    for name, weight in weights.items():
        if name == "gap":
            value = Fraction(item["gap"], top)
        elif name == "cost":
            value = Fraction(5 - item["cost"], 4)
        else:
            value = Fraction(item[name] - 1, 4)
        total += weight * value
        weighed += weight
    return 100 * total / weighed


def effective(key: str, tasks: dict[str, dict]) -> int:
    """The priority of a task, or that of the most urgent one that it unblocks."""
    dependents = [other for other, task in tasks.items() if key in task["depends"]]
    return max([tasks[key]["priority"], *(effective(other, tasks) for other in dependents)])


def order(tasks: dict[str, dict]) -> list[str]:
    done: list[str] = []
    while len(done) < len(tasks):
        free = [
            key
            for key, task in tasks.items()
            if key not in done and all(need in done for need in task["depends"])
        ]
        free.sort(key=lambda k: (-effective(k, tasks), -tasks[k]["priority"], tasks[k]["effort"], k))
        done.append(free[0])
    return done


def phases(tasks: dict[str, dict], capacity: int) -> tuple[dict[str, int], list[int]]:
    """In that order each goes into the first phase with room that is not before a prerequisite's."""
    phase: dict[str, int] = {}
    load: list[int] = []
    for key in order(tasks):
        number = max([1, *(phase[need] for need in tasks[key]["depends"])])
        while number <= len(load) and load[number - 1] + tasks[key]["effort"] > capacity:
            number += 1
        if number > len(load):
            load.append(0)
        phase[key] = number
        load[number - 1] += tasks[key]["effort"]
    return phase, load
