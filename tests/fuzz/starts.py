"""Worlds in which a run begins, so that it need not get there by chance: each played through forms and
buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.fuzz.house import House, Start
from tests.fuzz.loop import Loop
from workspace import views
from workspace.acts import forms, pressing, surfaces, writing
from workspace.reading import words_of
from workspace.state import View

SHORT = "Self-check: a few questions, the same for everybody"
LONG = "Long: also what each role sees from the side"
LEVEL_2 = "Level 2, Intermediate, in every aspect"
_TEAM = ("ana", "omar", "kim", "sol")


class Playing:
    """Somebody does what is meant to be done."""

    def __init__(self, house: House) -> None:
        self.house = house

    def form(self, who: str, title: str) -> View:
        shown = views.top(self.house.team, self.house.team.person(who))
        assert shown
        assert words_of(shown.body["title"]) == title
        return shown

    def submits(self, who: str, title: str, **answers: object) -> None:
        house, person, view = self.house, self.house.team.person(who), self.form(who, title)
        house.do(forms.fill(house.team, person, view, answers))
        done = house.do(forms.submit(house.team, person, view))
        assert done == forms.Submitted(), done
        self.settle()

    def types(self, who: str, line: str, channel: str = "ml-platform") -> None:
        house = self.house
        house.do(writing.command(house.team, house.team.person(who), house.team.channel(channel), line))
        self.settle()

    def says(self, who: str, line: str) -> None:
        person = self.house.team.person(who)
        writing.say(self.house.team, person, self.house.team.dm(person), line)
        self.settle()

    def presses(self, who: str, button: str, *, near: str | None = None) -> None:
        person = self.house.team.person(who)
        on = surfaces.in_front_of(self.house.team, person)
        self.house.do(pressing.click(self.house.team, person, button, on=on, near=near))
        self.settle()

    def closes(self, who: str) -> None:
        person = self.house.team.person(who)
        self.house.do(forms.close(self.house.team, person, everything=True))
        self.settle()

    def settle(self) -> None:
        self.house.do(self.house.settle())
        self.house.do(self.house.beat())
        self.house.do(self.house.settle())
        self.house.watch.must_hold()

    def launch(self, subject: str, *, length: str = SHORT, privacy: str = "Answers carry names") -> None:
        self.types("lee", "/tidemark start")
        everybody = {"subject": subject, "length": length, "target": LEVEL_2, "people": [*_TEAM]}
        self.submits("lee", "Set up an assessment", **everybody)
        self.submits("lee", "What matters")
        self.submits("lee", "What counts, who sees", privacy=privacy, group="3")
        self.submits("lee", "Check the roles")
        self.submits("lee", "Ready to launch?")
        for who in _TEAM:
            self.presses(who, "Start" if who != "sol" else "Empezar")

    def answer(self, who: str, letters: str) -> None:
        for letter in letters:
            self.says(who, f"{letter}, because zq{who}0000zq")
        self.says(who, "send")


def _new(playing: Playing) -> None:
    """Nobody has asked for anything."""


def _asked(playing: Playing) -> None:
    """People are answering, and what they say is not for the facilitator."""
    playing.launch("Fraud team", privacy="Anonymous")
    playing.answer("ana", "BCBD")
    playing.says("omar", "A, since zqomar0000zq")


def _confidential(playing: Playing) -> None:
    """The same in the long form."""
    playing.launch("Churn", length=LONG, privacy="Confidential")
    playing.says("ana", "B, because zqana0000zq")
    playing.says("kim", "start")


def _closed(playing: Playing) -> None:
    """There is a result, which nobody has seen but who facilitates."""
    playing.launch("Fraud team", privacy="Confidential")
    for who, letters in (("ana", "BCBD"), ("omar", "BBBB"), ("kim", "AB")):
        playing.answer(who, letters)
    playing.presses("lee", "Close and see the result")
    playing.submits("lee", "Close this assessment?")


def _planned(playing: Playing) -> None:
    """The result is in the channel, and two actions are agreed."""
    playing.launch("Fraud team")
    for who, letters in (("ana", "BCBD"), ("omar", "BBBB"), ("kim", "ABAB")):
        playing.answer(who, letters)
    playing.presses("lee", "Close and see the result")
    playing.submits("lee", "Close this assessment?")
    playing.presses("lee", "Post to the channel")
    for objective, owner in (("Every model has a version", "omar"), ("A page that lists all models", "ana")):
        playing.presses("lee", "Plan the gaps")
        playing.presses("lee", "Add an action")
        action = {"objective": objective, "measure": "It is there", "owner": owner, "due": "2026-12-18"}
        playing.submits("lee", "Plan an action", **action)
        playing.closes("lee")
    playing.says("omar", "accept")


def _two_rounds(playing: Playing) -> None:
    """A second round of the same is under way."""
    _planned(playing)
    playing.presses("lee", "Start the next round")


def _talking(playing: Playing) -> None:
    """Somebody sets up an assessment by conversation, and somebody by a form."""
    playing.says("lee", "start an assessment of Pricing with <@ana> and <@omar>")
    playing.types("kim", "/tidemark start")


STARTS: Mapping[str, Callable[[Playing], None]] = {
    "new": _new,
    "asked": _asked,
    "confidential": _confidential,
    "closed": _closed,
    "planned": _planned,
    "two rounds": _two_rounds,
    "talking": _talking,
}


def begun(name: str, loop: Loop) -> Start:
    playing = Playing(House.new(loop))
    STARTS[name](playing)
    start = playing.house.kept()
    playing.house.close()
    return start
