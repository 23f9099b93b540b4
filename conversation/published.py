"""The same result for readers who may not see all of it.

It is concluded once more, by the same steps, from nothing but what may be shown: what is hidden has no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from conversation.findings import (
    AspectFinding,
    Findings,
    Patterns,
    Place,
    QuestionFinding,
    RoleFinding,
    RoleSplit,
)
from conversation.material import Material, audiences
from conversation.pack import Item, Pack
from conversation.scope import Scope
from conversation.writeup import WriteUp, places
from scoring import anonymity
from scoring.disclosure import Disclosure
from scoring.levels import AspectResult, AspectStatus, Overall, QuestionResult, QuestionStatus, overall

OTHER_ROLES = ""


def for_readers(pack: Pack, scope: Scope, material: Material, whole: WriteUp, may: Disclosure) -> Findings:
    """What readers see of what `whole` comes to, as far as it `may` be shown."""
    shown = Published(pack, scope, material, whole, may)
    found = shown.findings()
    return found.model_copy(
        update={
            "roles": _large_enough(found.roles, scope.group),
            "ranking": _by_level({aspect.id: aspect.level for aspect in found.aspects}),
            "criteria_ranking": _by_level({group.key: group.level for group in found.patterns.criteria}),
        }
    )


def _by_level(levels: Mapping[str, int | None]) -> tuple[Place, ...]:
    """No mean is shown, so those at the same level share a place."""
    return places(levels, dict.fromkeys(levels, 0))


class Published(WriteUp):
    """The same steps from nothing but what may be shown: whether questions have a level, and which, what
    evidence bears out of that, and what was agreed on. Of hidden questions neither evidence nor quotes are
    known: whose they are could be guessed."""

    def __init__(self, pack: Pack, scope: Scope, material: Material, whole: WriteUp, may: Disclosure) -> None:
        evidence = {key: checked for key, checked in material.evidence.items() if key in may.questions}
        quotes = tuple(quote for quote in material.quotes if quote.question in may.questions)
        super().__init__(pack, scope, replace(material, sheets=None, evidence=evidence, quotes=quotes))
        self._whole, self._may = whole, may
        self._audiences = audiences(material.counts)
        before = material.before.for_readers if material.before else None
        self._before = {aspect.id: aspect for aspect in before.aspects} if before else {}

    @cached_property
    def claimed(self) -> dict[str, QuestionResult]:
        return {key: self._seen(key, result) for key, result in self._whole.claimed.items()}

    def _seen(self, key: str, result: QuestionResult) -> QuestionResult:
        if key not in self._may.questions:
            return QuestionResult(key, QuestionStatus.UNANSWERED, None)
        left = (QuestionStatus.SCORED, QuestionStatus.NOT_APPLICABLE)
        status = result.status if result.status in left else QuestionStatus.INSUFFICIENT
        return QuestionResult(key, status, result.level)

    @cached_property
    def aspect_results(self) -> dict[str, AspectResult]:
        seen = self._climbed(self.results)
        return {
            key: replace(seen[key], continuous=None)
            if key in self._may.whole
            else _level_alone(self._level(key), self.scope.strictness)
            for key in self.aspects
        }

    def _level(self, key: str) -> int | None:
        """Of an aspect with hidden questions one level is shown, once: what came of another revision would
        tell more about the hidden ones."""
        if key in self._before:
            return self._before[key].level
        return self._whole.aspect_results[key].level if key in self._may.levels else None

    @cached_property
    def overall(self) -> Overall:
        """Not known as long as the level of an aspect is hidden."""
        told = [key for key in self.aspects if key in self._may.whole or self._level(key) is not None]
        found = overall(self.aspect_results)
        if len(told) == len(self.aspects):
            return found
        return Overall(None, AspectStatus.INSUFFICIENT, missing=found.missing)

    def _aspect(self, key: str) -> AspectFinding:
        found, whole = super()._aspect(key), key in self._may.whole
        hidden = sum(
            question.id not in self._may.questions and question.id in self._audiences
            for question in self.aspects[key].questions
        )
        changes: dict[str, object] = {"agreement": None, "continuous": None, "hidden_questions": hidden}
        if not whole:
            changes |= {
                "because": (),
                "reasons": (),
                "coverage": None,
                "bounds": None,
                "evidenced": None,
                "hidden": self._level(key) is None,
                "since": 1 if key in self._before else None,
            }
        return found.model_copy(update=changes)

    def _question(self, item: Item) -> QuestionFinding:
        found = super()._question(item)
        if item.id in self._may.questions:
            return found.model_copy(update={"answers": sum(self._audiences[item.id].values())})
        answered = item.id in self._audiences
        return found.model_copy(update={"hidden": answered and found.settled is None})

    def _split(self, item: Item, result: QuestionResult) -> tuple[RoleSplit, ...]:
        return ()

    def _patterns(self) -> Patterns:
        found = super()._patterns()
        kept = {
            name: tuple(group.model_copy(update={"mean": None}) for group in getattr(found, name))
            for name in ("stages", "criteria", "cells")
        }
        return Patterns(**kept)

    def _away(self) -> list[str]:
        """What is hidden is not asked for as a prerequisite either."""
        hidden = [key for key in self._audiences if key not in self._may.questions]
        return super()._away() + [key for key in hidden if key not in self.material.agreed]


def _level_alone(level: int | None, strictness: str) -> AspectResult:
    status = AspectStatus.INSUFFICIENT if level is None else AspectStatus.OFFICIAL
    return AspectResult(status, level, strictness=strictness)


def _large_enough(roles: Iterable[RoleFinding], k: int) -> tuple[RoleFinding, ...]:
    """Roles of fewer than k people are told together, with as many more as protect them."""
    roles = tuple(roles)
    small = anonymity.hidden({role.id: role.invited for role in roles}, k)
    others = [role for role in roles if role.id in small]
    if not others:
        return roles
    together = RoleFinding(
        id=OTHER_ROLES,
        title=OTHER_ROLES,
        sent=sum(role.sent for role in others),
        invited=sum(role.invited for role in others),
    )
    return (*(role for role in roles if role.id not in small), together)
