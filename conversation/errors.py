"""A no that a person should hear.

Each reason is a class of its own; its sentence stands in the catalogue under the class's name and says
what happened, what is safe and what to do. `values` fill the sentence; `pack` is the one whose words are
among them, if any are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conversation.pack import Pack


class Refused(Exception):
    def __init__(self, *, pack: Pack | None = None, **values: Any) -> None:
        super().__init__(type(self).__name__)  # a traceback has nothing of what people wrote
        self.values, self.pack = values, pack

    @property
    def key(self) -> str:
        return type(self).__name__


class NoSuchAssessment(Refused):
    """Nothing by that name, or nothing that this person may see."""


class NotOneByThatName(Refused):
    """For whoever has the database, not somebody in Slack: nothing by that name, or `several`; `known` are
    those that may be meant, or all that there are."""


class NothingToAnswer(Refused):
    """This person has no open questionnaire; `said` is what they wrote, unless it `wants_help`
    or greets."""


class NotTakingPart(Refused):
    """This person declined, and wrote something that does not say otherwise."""


class NotYourSeat(Refused):
    """Somebody else's card."""


class Forgotten(Refused):
    """The seat is gone: an anonymous assessment closed, and who sat where was erased."""


class NoSelfCheck(Refused):
    """It was deleted, by the one whose it was."""


class NotFacilitator(Refused):
    """Only who facilitates the assessment may do this."""


class NotShared(Refused):
    """The facilitator has not posted the result yet."""


class PassedOn(Refused):
    """This person passed their questionnaire on; `person` answers in their place."""


class PassedToYourself(Refused):
    """Nobody passes a question to themselves."""


class NotAColleague(Refused):
    """A bot, an account that is switched off, or somebody of another organisation."""


class PassedInACircle(Refused):
    """`person` has passed on the same themselves."""


class AskedAlready(Refused):
    """`person` is asked all of that already."""


class DeclinedBefore(Refused):
    """`person` would rather not take part."""


class NothingToPass(Refused):
    """Every question is answered."""


class NoRolePicked(Refused):
    """One or two of the roles of the pack."""


class NoRoleYet(Refused):
    """Until they say which role is theirs, nothing is asked of them that could be passed on or filled in."""


class OnlyATrial(Refused):
    """Nobody else is to see it."""


class NotLate(Refused):
    """Nothing is kept that could be added to the result."""


class TooLateToAdd(Refused):
    """Where answers are to be hidden, one more would show whose it is."""


class AssessmentIsClosed(Refused):
    """The answers are in; nothing was changed."""


class AlreadyClosed(Refused):
    """Somebody, or the clock, has closed it before."""


class AssessmentIsOpen(Refused):
    """There is no result before closing, so that nobody is steered by it."""


class DraftChanged(Refused):
    """Somebody saved the same fields of a draft otherwise. Carries the `draft` as it is now, `step`,
    where what this person wanted was put `aside`, and `fields`: name, what they wanted, what was saved."""


class NotACreator(Refused):
    """This workspace lets only some people set up assessments, or this is a guest."""


class CannotPostThere(Refused):
    """A channel that Tidemark is not in, or that is archived; `error` is Slack's word for it."""


class NoSuchRole(Refused):
    """Not understood as a role of the pack."""


class AlreadyOpen(Refused):
    """The subject is being assessed now. Carries `assessment`, and whether it is `mine` to copy."""


class AlreadyLaunched(Refused):
    """The draft is a draft no longer."""


class StaleCard(Refused):
    """A button of an older card. Carries `seat`, `now` (number asked now or None), `question` and
    `number` of the card."""


class NoReason(Refused):
    """'Does not apply' without a reason."""


class NothingShown(Refused):
    """A form for evidence with neither words, a number nor a file in it."""


class NoSuchEvidence(Refused):
    """It was removed, or is not one that this person may see."""


class NotReviewer(Refused):
    """Only the facilitator and those whom they named rule on evidence."""


class OwnEvidence(Refused):
    """Nobody rules on what they show themselves."""


class AlreadyRuled(Refused):
    """Somebody has accepted or returned it before."""


class SupportsNoLevel(Refused):
    """Its author has not answered the question with a level."""


class NoRulingReason(Refused):
    """Evidence is returned with a reason."""


class NoSuchQuestion(Refused):
    """It is not one of this assessment."""


class NoSettlingReason(Refused):
    """A level that was agreed on needs a reason, which everybody will read."""


class NoSubject(Refused):
    """What is assessed has no name."""


class NobodyInvited(Refused):
    """An assessment without people, or with somebody who has no role."""


class TooManyPeople(Refused):
    """More than one modal can show."""


class TooFewToHide(Refused):
    """Nothing could be shown of so few people without showing who said what."""


class WouldLoosen(Refused):
    """People answered under a promise that is not taken back."""


class ClosesTooSoon(Refused):
    """A closing date that nobody could meet, or that has `passed`."""


class NobodyIsAsked(Refused):
    """The scope leaves some person without a single question."""


class NotYourAction(Refused):
    """Only its owner or the facilitator may say how an action goes."""


class ActionIsDone(Refused):
    """What is over stays as it is, whatever an older button says."""


class NothingBlocked(Refused):
    """Nobody else's action is blocked any more."""


class NoFollowUpLeft(Refused):
    """No reminder of this action is left that could be moved, or nobody is there to be reminded."""


class AskedTooSoon(Refused):
    """Whoever is to be asked again wants a day after today; nothing was saved. Carries the `date`."""


class ActionChanged(Refused):
    """Somebody else changed the action since its form was opened; nothing was saved. Carries the `person`, if
    it is known."""


class ActionClash(Refused):
    """Somebody else changed the same fields of an action otherwise. Carries the `whole` action as it is now,
    what was `wanted`, the `fields` that clash, and the `person`."""


class NoSuchAction(Refused):
    """It is not there, or not one that this person may see."""


class NoOwner(Refused):
    """Nobody owns the action yet."""


class NoActionReason(Refused):
    """To give an action back, to drop it, or to ask for another date takes a reason."""


class NothingToShow(Refused):
    """An action is done with a note or a link."""


class NothingSaid(Refused):
    """A note without a word or a link."""


class NotALink(Refused):
    """What was entered as a link is none."""


class CannotUndo(Refused):
    """Only what was marked done within a day is taken back."""


class NoNumber(Refused):
    """What was entered as a number is none."""


class StartsAfterDue(Refused):
    """An action that would start after it is due."""


class TooManySteps(Refused):
    """More steps than an action shows."""


class NeedsCircle(Refused):
    """Actions that would wait for each other: `path` are their objectives, the first of them once more at the
    end."""


class NothingToMerge(Refused):
    """No other unfinished action was chosen."""


class NoObjective(Refused):
    """An action, or a part of one, without words for what is to be done."""


class NothingPlanned(Refused):
    """There is no action yet that a plan could show."""


class ResultFirst(Refused):
    """The plan speaks of the result, which the channel does not know yet."""


class NotAboutAGap(Refused):
    """An action without a question, which cannot be asked again."""


class NoSuchGap(Refused):
    """The gap is not one of this result."""


class DueInThePast(Refused):
    """A due date that has passed."""


class TooFarAhead(Refused):
    """A day further ahead than anybody plans such a thing: carries the day, and how many years are the
    most."""


class NotYourFile(Refused):
    """Somebody else handed that file in, or it is not known any more."""


class FileChanged(Refused):
    """The file in Slack is not the one that was checked, or cannot be had; nothing was stored. Carries its
    `name`."""


class FileNotHad(Refused):
    """A table that somebody handed in cannot be had from Slack, or has more than `most` MB. Carries its
    `name`."""


class NoChannel(Refused):
    """No channel was chosen for the result."""


class NoSuchAspect(Refused):
    """Not understood as one of the aspects of this result, or as more than one."""


class NoSuchLevel(Refused):
    """Not understood as one of the levels of its pack."""


class AlreadyThere(Refused):
    """The aspect is at the level that somebody wants to know the way to, or beyond."""


class NothingBehind(Refused):
    """Every aspect is at its target, so that there is no way to look for."""


class NotOwner(Refused):
    """Only its owner may change who facilitates an assessment."""


class OwnerIsHere(Refused):
    """A workspace admin hands over only what nobody facilitates any more."""


class CannotFacilitate(Refused):
    """A guest, a bot, somebody of another organisation, or an account that is switched off."""


class KeptTooLong(Refused):
    """The workspace keeps what has closed for so many months at most (`most`)."""


class ChangedMeanwhile(Refused):
    """Somebody else changed the same thing since the form was opened."""


class NotOnTheList(Refused):
    """This person is not asked in this assessment."""


class TakenOff(Refused):
    """A facilitator took this person off the list; their answers are kept."""


class AlreadyTakesPart(Refused):
    """This person has a seat of their own in the assessment."""


class AlreadyOnTheList(Refused):
    """Whoever asks to be asked is asked already."""


class CannotTakePart(Refused):
    """A bot, or an account that is switched off."""


class CannotOwn(Refused):
    """An app is no owner of an action, nor is an account that is switched off (`gone`)."""


class NoRoleSuggested(Refused):
    """No role fits the job titles of these people, so one has to be picked."""


class ClosesEarlier(Refused):
    """People were told until when they can answer; that is only ever moved later."""


class ImportedStays(Refused):
    """It came from a file, and stays as it was there."""


class AlreadyPosted(Refused):
    """The result was posted as it is, headline and all."""


class NobodyToSendTo(Refused):
    """Nobody who took part is known any more, or can be written to."""


class CannotReopen(Refused):
    """Somebody has answered, or who was asked is forgotten, so that a closed assessment stays closed."""


class NothingOfYours(Refused):
    """There are no answers of this person in that assessment, or not any more."""


class WouldGiveAway(Refused):
    """A result beside the one that was made known would show what somebody who withdrew had answered."""


class NoSuchDay(Refused):
    """A day that cannot be read, has `passed`, or is too `far` ahead."""


class NoReminderLeft(Refused):
    """There is no reminder that could be moved."""


class NoTimeToRemind(Refused):
    """It closes before that, or that time has `passed`."""


class RemindersStopped(Refused):
    """Somebody who wants no reminders at all asked for one."""


class NameDiffers(Refused):
    """What was typed is not the name of what is to be deleted."""


class CannotBeRanked(Refused):
    """The result is from before there were factors to choose."""


class NeedsInACircle(Refused):
    """A gap would come after what comes after it. `known` are the questions on the way from it back to it,
    and `reached` the levels; `step` is the gap."""


class NotBeforeThat(Refused):
    """A gap would be moved before what it comes after: of the two in `known`, with the levels `reached`, the
    first has to come before the other."""


class OrderChanged(Refused):
    """Somebody moved or rated something since the list was drawn in which this was pressed."""


class NotUnderstoodAsRanking(Refused):
    """The words after the command say nothing about the order, the cut-off or the phases, and are no name of
    an assessment, of which there are those `known`."""


class NotUnderstoodAsExport(Refused):
    """The words after the command begin with none of the `formats`, and are no name of an assessment, of
    which there are those `known`."""


class NoSuchTracker(Refused):
    """No tracker is set up, or not this one."""


class NoCalendarAddress(Refused):
    """No calendar reaches us from outside."""


class NotALinkToAnIssue(Refused):
    """What was pasted is no issue in a tracker that is set up; `examples` are links that would be."""


class TooManyAtOnce(Refused):
    """More people ask for something than there is time for; nothing was kept."""


class NotKept(Refused):
    """The database does not take anything just now, and this was not kept."""


class NotSureIfKept(Refused):
    """The database went silent or takes too long, and nobody can say yet whether this was kept. Where that
    will be seen depends on their `gesture`: an `answer`, something `typed`, another `form`, or `other`."""
