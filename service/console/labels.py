"""The words in which the console shows codes; a code that has none is shown as it is, made readable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from service.enquiries import countries as world
from service.enquiries.model import Staff
from service.understanding import knowledge
from service.understanding.reading import UNCLASSIFIED
from translations import languages

Labels = Mapping[str, object]

CHANNELS: Final[Labels] = {
    "sms": _("SMS"),
    "whatsapp": _("WhatsApp"),
    "voice": _("Phone call"),
    "web": _("Web form"),
    "email": _("E-mail"),
    "api": _("API"),
}
STATUSES: Final[Labels] = {
    "queued": _("Waiting"),
    "claimed": _("Claimed"),
    "replied": _("Replied"),
    "snoozed": _("Snoozed"),
    "booked": _("Booked"),
    "closed": _("Closed"),
    "withdrawn": _("Withdrawn"),
    "spam": _("Spam"),
}
VIEWS: Final[Labels] = {
    "all": _("All"),
    "mine": _("Mine"),
    "my-languages": _("My languages"),
    "my-specialty": _("My specialty"),
    "unassigned": _("Unassigned"),
    "urgent": _("Urgent"),
    "overdue": _("Overdue"),
    "needs-translation": _("Needs translation"),
    "waiting-for-patient": _("Waiting for patient"),
    "snoozed": _("Snoozed"),
    "spam": _("Spam"),
}
EMPTY_VIEWS: Final[Labels] = {
    "all": _("Nobody is waiting. New enquiries appear here by themselves."),
    "mine": _("Nothing is yours. Claim an enquiry from the whole queue, or wait until one is given to you."),
    "my-languages": _("Nobody waits who writes in your languages."),
    "my-specialty": _("Nobody waits with a condition of your specialty."),
    "unassigned": _("Everything that waits has been given to somebody."),
    "urgent": _("Nothing urgent is waiting."),
    "overdue": _("Nobody has waited longer than promised."),
    "needs-translation": _("Everything that waits could be translated."),
    "waiting-for-patient": _("No patient owes us an answer."),
    "snoozed": _("Nothing is put aside. Snooze an enquiry to see it again at a time, or when the patient writes."),
    "spam": _("No spam in the last 30 days."),
}
URGENCIES: Final[Labels] = {"emergency": _("Emergency"), "urgent": _("Urgent"), "routine": _("Routine")}
INTENTS: Final[Labels] = {
    "treatment": _("Treatment"),
    "cost": _("Cost"),
    "appointment": _("Appointment"),
    "second-opinion": _("Second opinion"),
    "follow-up": _("Follow-up"),
    "travel": _("Travel"),
    "billing": _("Billing"),
    "callback": _("Call back"),
    "question": _("Question"),
    "opt-out": _("No more messages"),
    "spam": _("Spam"),
    "other": _("Not recognised"),
}
READ: Final[Labels] = {
    "condition": _("Condition"),
    "urgency": _("Urgency"),
    "intent": _("Wish"),
    "language": _("Language"),
}
NEEDS: Final[Labels] = {
    "translation": _("Needs a translation"),
    "language": _("Needs its language named"),
    "listening": _("Needs listening to"),
    "delivery": _("The answer did not arrive"),
    "erasure": _("Wants their data erased"),
    "sender": _("Ask who wrote this"),
}
NEED_ADVICE: Final[Labels] = {
    "translation": _("No engine could translate all of this. Ask somebody who reads the language."),
    "language": _("The language could not be told. Ask somebody who may know it."),
    "listening": _("There is a voice message that nobody has written down. Listen to it below."),
    "delivery": _("The last answer could not be delivered. See why below, and choose another way."),
    "sender": _("Several patients with open enquiries write from this number. Find out whose message the last one is."),
    "erasure": _(
        "The patient has taken the consent back. A lead decides about erasing, under Settings, Wishes for erasure."
    ),
}
TRANSLATION_FLAGS: Final[Labels] = {
    "number-changed": _("A number differs from the original"),
    "contact-changed": _("A link or an address differs from the original"),
    "negation-lost": _("A “no” or “not” may be lost"),
    "untranslated-words": _("Some words were not translated"),
    "too-short": _("Much shorter than the original"),
    "too-long": _("Much longer than the original"),
    "repetition": _("The engine repeats itself"),
    "low-score": _("The engine was unsure"),
    "pivoted": _("Translated by way of a third language"),
    "romanised": _("The original is in Latin letters"),
    "wrong-language-suspected": _("The original may be in another language"),
    "mixed-language": _("The original mixes languages"),
    "not-translated": _("Some sentences stand as they were written"),
    "date-changed": _("A date differs from the original"),
    "dose-changed": _("A dose differs from the original"),
    "unit-changed": _("A unit differs from the original"),
    "name-changed": _("A name differs from the original"),
    "medicine-changed": _("A medicine of the original is not named"),
    "no-back-translation": _("It cannot be translated back"),
    "remembered": _("Some sentences are as a colleague translated them before"),
    "no-engine": _("No engine translates into this language"),
}
APPROVED_TEXTS: Final[Labels] = {
    "acknowledgement": _("Receipt"),
    "answer-waiting": _("An answer is waiting"),
    "consent-notice": _("What is kept, told with the first answer"),
    "consent-withdrawn": _("Answer to who takes the consent back"),
    "email-subject": _("Subject of an e-mail"),
    "emergency-advice": _("Emergency advice"),
    "emergency-number-unknown": _("The words for an unknown emergency number"),
    "emergency-support": _("Advice to somebody in despair or danger"),
    "help": _("Answer to HELP"),
    "opt-in-confirmed": _("Answer to START"),
    "opt-out-confirmed": _("Answer to STOP"),
    "received-out-of-hours": _("When the clinic opens again"),
    "reminder": _("Reminder of a question"),
    "we-need-your-language": _("Asking for the language"),
    "voice-again": _("Call: please say it again"),
    "voice-ask": _("Call: what can we do for you"),
    "voice-confirm": _("Call: is this right"),
    "voice-emergency": _("Call: emergency advice"),
    "voice-menu": _("Call: the choice of a language"),
    "voice-menu-more": _("Call: more languages"),
    "voice-menu-other": _("Call: any other language"),
    "voice-name": _("Call: your name"),
    "voice-other-language": _("Call: a language we do not speak"),
    "voice-privacy": _("Call: what is kept"),
    "voice-received": _("Call: receipt"),
    "voice-time": _("Call: when to call back"),
    "voice-voicemail": _("Call: leave a message"),
}
ENGINES: Final[Labels] = {
    "argos": "Argos",
    "apertium": "Apertium",
    "coordinator": _("a coordinator"),
    "canned": _("a reviewed canned answer"),
}
OBSTACLES: Final[Labels] = {
    "opted-out": _("has asked for no messages"),
    "bad-address": _("messages come back"),
    "window-closed": _("WhatsApp's 24 hours are over"),
}
DELIVERY: Final[Labels] = {
    "queued": _("Waiting to go"),
    "held": _("Held until the patient writes"),
    "sending": _("Being sent"),
    "unknown": _("Nobody knows yet whether it went"),
    "accepted": _("With the provider"),
    "scheduled": _("With the provider"),
    "sent": _("Sent"),
    "delivered": _("Delivered"),
    "partially_delivered": _("Delivered in part"),
    "read": _("Read"),
    "undelivered": _("Not delivered"),
    "failed": _("Failed"),
    "canceled": _("Taken back"),
}
STANDINGS: Final[Labels] = {
    "present": _("has it"),
    "suspected": _("suspected"),
    "negated": _("denied"),
    "past": _("in the past"),
    "family": _("in the family"),
    "aside": _("named in passing"),
}
EVENTS: Final[Labels] = {
    "received": _("Received"),
    "emergency advice given": _("Emergency advice given at once"),
    "claim": _("Claimed"),
    "release": _("Released"),
    "lease-expired": _("Claim ran out"),
    "take-over": _("Taken over"),
    "assign": _("Given to"),
    "snooze": _("Snoozed until"),
    "wake": _("Back from its snooze"),
    "spam": _("Called spam"),
    "patient-wrote": _("The patient wrote again"),
    "close": _("Closed"),
    "reopen": _("Opened again"),
    "reply": _("Answered"),
    "take-back": _("Answer taken back"),
    "reply overridden": _("Warnings overridden"),
    "delivery failed": _("An answer did not arrive"),
    "delivery-failed": _("Back in the queue"),
    "viewed": _("Viewed"),
    "attachment viewed": _("Attachment opened"),
    "routed": _("Routed"),
    "alerted": _("Staff alerted"),
    "nobody to alert": _("There was nobody to alert"),
    "escalated": _("Escalated: nobody had claimed it"),
    "overdue told": _("The leads were told that it is overdue"),
    "urgency emergency": _("Recognised as an emergency"),
    "urgency urgent": _("Recognised as urgent"),
    "language corrected": _("Language corrected"),
    "condition corrected": _("Condition corrected"),
    "urgency corrected": _("Urgency corrected"),
    "intent corrected": _("Wish corrected"),
    "note": _("Note written"),
    "attachment infected": _("Harmful attachment held back"),
    "person corrected": _("Person corrected"),
    "moved to another person": _("Given to another person"),
    "fact corrected": _("Fact corrected"),
    "translation corrected": _("Translation mended"),
    "call logged": _("Call written down"),
    "written down": _("Voice message written down"),
    "book": _("Booked"),
    "booked again": _("One more appointment"),
    "rebooked": _("Appointment changed"),
    "appointment canceled": _("Appointment canceled"),
    "appointment taken along": _("Appointment taken into a calendar"),
}
FACTS: Final[Labels] = {
    "who": _("Patient"),
    "age": _("Age"),
    "sex": _("Sex"),
    "country": _("Country"),
    "phone": _("Phone"),
    "phone_country": _("Phone from"),
    "email": _("E-mail"),
    "duration": _("For how long"),
    "wishes": _("Wishes"),
    "city": _("City"),
    "weight_kg": _("Weight in kg"),
    "height_cm": _("Height in cm"),
    "medicines": _("Medicines"),
    "allergies": _("Allergies"),
    "travel": _("Wants to come"),
    "budget": _("Budget"),
    "appointment": _("Appointment wished"),
}
RELATIONS: Final[Labels] = {
    "self": _("The sender"),
    "mother": _("The sender's mother"),
    "father": _("The sender's father"),
    "husband": _("The sender's husband"),
    "wife": _("The sender's wife"),
    "son": _("The sender's son"),
    "daughter": _("The sender's daughter"),
    "baby": _("The sender's baby"),
    "child": _("The sender's child"),
    "brother": _("The sender's brother"),
    "sister": _("The sender's sister"),
    "grandmother": _("The sender's grandmother"),
    "grandfather": _("The sender's grandfather"),
    "aunt": _("The sender's aunt"),
    "uncle": _("The sender's uncle"),
    "friend": _("A friend of the sender"),
    "relative": _("A relative of the sender"),
    "patient": _("Somebody else"),
}
BELONGING: Final[Labels] = {
    "mother": _("Mother"),
    "father": _("Father"),
    "parent": _("Parent"),
    "child": _("Child"),
    "spouse": _("Husband or wife"),
    "sibling": _("Brother or sister"),
    "other-relative": _("Another relative"),
    "carer": _("Carer"),
    "cared-for": _("Cares for"),
}
SEXES: Final[Labels] = {"male": _("Male"), "female": _("Female")}
ADULTS: Final[Labels] = {"male": _("men"), "female": _("women")}
LAB_MARKS: Final[Labels] = {"below": _("below"), "within": _("within"), "above": _("above")}
UNITS: Final[Labels] = {"years": _("years"), "months": _("months"), "weeks": _("weeks"), "days": _("days")}
LAB_TESTS: Final[Labels] = {
    "alt": "ALT",
    "ast": "AST",
    "alp": _("Alkaline phosphatase"),
    "ggt": "GGT",
    "ldh": "LDH",
    "bilirubin": _("Bilirubin"),
    "albumin": _("Albumin"),
    "total_protein": _("Total protein"),
    "inr": "INR",
    "pt": _("Prothrombin time"),
    "ptt": "PTT",
    "creatinine": _("Creatinine"),
    "hba1c": "HbA1c",
    "psa": "PSA",
    "afp": "AFP",
    "haemoglobin": _("Haemoglobin"),
    "platelets": _("Platelets"),
}
CONTACT_KINDS: Final[Labels] = {
    "phone": _("Phone"),
    "whatsapp": "WhatsApp",
    "whatsapp-id": _("WhatsApp id"),
    "email": _("E-mail"),
}
ATTACHMENT_STATES: Final[Labels] = {
    "pending": _("being fetched"),
    "refused": _("refused: not a type of file we accept"),
    "failed": _("could not be fetched"),
    "infected": _("held back: the scanner found something harmful in it"),
}
CLOSE_REASONS: Final[Labels] = {
    "answered": _("Answered by phone or e-mail"),
    "booked-elsewhere": _("Booked outside this console"),
    "not-offered": _("We do not offer what is asked for"),
    "duplicate": _("The same matter as another enquiry"),
    "no-contact": _("The patient cannot be reached"),
    "not-an-enquiry": _("Not an enquiry"),
    "other": _("Another reason (say which)"),
}
APPOINTMENTS: Final[Labels] = {
    "video": _("Video consultation"),
    "phone": _("Phone consultation"),
    "visit": _("Visit to the clinic"),
    "admission": _("Admission"),
    "other": _("Appointment"),
}
CONSENTS: Final[Labels] = {
    "enquiry": _("Agreed to being answered"),
    "enquiry-told": _("Told what is kept"),
    "erasure-wanted": _("Wants everything deleted"),
}
ROLES: Final[Labels] = {
    "coordinator": _("Coordinator"),
    "lead": _("Lead coordinator"),
    "admin": _("Administrator"),
    "auditor": _("Auditor"),
}
ROLE_ADVICE: Final[Labels] = {
    "coordinator": _("answers patients"),
    "lead": _("answers, assigns, and sees that nobody waits"),
    "admin": _("the same, and sets up staff, languages and keys"),
    "auditor": _("looks at everything and changes nothing"),
}
API_SCOPES: Final[Labels] = {
    "enquiries:write": _("send enquiries"),
    "enquiries:read": _("read the enquiries it has sent"),
}
PACKAGE_ACTIONS: Final[Labels] = {"install": _("Installing"), "remove": _("Removing")}
STAFF_STATES: Final[Labels] = {
    "working": _("On duty"),
    "off-duty": _("Off duty"),
    "invited": _("Has not signed in yet"),
    "left": _("Has left"),
}
ALERTS: Final[Labels] = {
    "emergency": _("Emergency"),
    "unclaimed-emergency": _("Emergency that nobody claimed"),
    "overdue": _("Overdue enquiries"),
}
ALERT_STATES: Final[Labels] = {
    "queued": _("Waiting to go"),
    "sending": _("Being sent"),
    "unknown": _("Nobody knows yet whether it went"),
    "sent": _("Sent"),
    "arrived": _("Delivered"),
    "failed": _("Failed"),
    "canceled": _("Not sent"),
}
STAGES: Final[Labels] = {
    "packages": _("Changing language packages"),
    "look-packages": _("Looking at language packages"),
    "understand": _("Reading a message"),
    "fetch-media": _("Fetching an attachment"),
    "scan": _("Scanning an attachment"),
    "preview": _("Previewing a reply"),
    "fetch-mail": _("Fetching mail"),
    "remind": _("Reminding a patient"),
    "send": _("Sending a message"),
    "raise-alert": _("Alerting staff"),
    "alert": _("Alerting somebody"),
    "test-alert": _("Testing an alert"),
}


def of(labels: Labels, code: str) -> str:
    """The label of a code, or the code in plain letters."""
    label = labels.get(code)
    return str(label) if label is not None else code.replace("-", " ").replace("_", " ").capitalize()


def condition(code: str) -> str:
    if code == UNCLASSIFIED:
        return str(_("Not recognised"))
    known = knowledge.condition_codes().get(code)
    return known.name if known else of({}, code)


def condition_briefly(code: str) -> str:
    """The condition in a word or two, for a narrow column."""
    known = knowledge.condition_codes().get(code)
    return known.label[:1].upper() + known.label[1:] if known else condition(code)


def red_flag(code: str) -> str:
    known = knowledge.red_flag_codes().get(code)
    return known.label.capitalize() if known else of({}, code)


def actor(who: str) -> str:
    """Who did something: a member of staff, or the channel by which the patient did."""
    return of(CHANNELS, who) if who in CHANNELS else who


def short_name(staff: Staff) -> str:
    """A colleague as one speaks of them: by name, or by what stands before the @."""
    return staff.name or staff.email.partition("@")[0]


def watching(staff: Sequence[Staff]) -> str:
    """Who has an enquiry open, in a few words; nothing if nobody has."""
    if not staff:
        return ""
    names = ", ".join(short_name(one) for one in staff)
    return str(ngettext("%(names)s is looking at this", "%(names)s are looking at this", len(staff), names=names))


def language(code: str) -> str:
    return str(_("Unknown language")) if code == languages.UNDETERMINED else languages.english_name(code)


def countries() -> list[tuple[str, str]]:
    """Codes and names of all countries, by name."""
    return sorted(world.names().items(), key=lambda item: item[1])


def country(code: str) -> str:
    return world.names().get(code, code)


def all_languages() -> list[tuple[str, str]]:
    """Code and English name of every language, by name."""
    return sorted(((code, languages.english_name(code)) for code in languages.LANGUAGES), key=lambda pair: pair[1])


def all_conditions() -> list[tuple[str, str]]:
    """Code and name of every condition, by name; that none was recognised comes first."""
    known = sorted(((code, one.name) for code, one in knowledge.condition_codes().items()), key=lambda pair: pair[1])
    return [(UNCLASSIFIED, condition(UNCLASSIFIED)), *known]
