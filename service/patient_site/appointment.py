"""The form for a wish for an appointment: the enquiry form, and when and how to meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import ValidationError

from service.clock import now
from service.enquiries.inbound import InboundMessage
from service.patient_site.form import EnquiryForm

#: What stands in the facts of the enquiry, in the words of the contract.
WAYS: Final = (("visit", _l("Visit to the clinic")), ("video", _l("Video call")), ("phone", _l("Phone call")))
TIMES: Final = (
    ("any", _l("Any time")),
    ("morning", _l("Morning")),
    ("afternoon", _l("Afternoon")),
    ("evening", _l("Evening")),
)
LOOK_AHEAD: Final = timedelta(days=366)
#: Somewhere on earth it is still the day before.
LOOK_BACK: Final = timedelta(days=1)


class AppointmentForm(EnquiryForm):
    """Nothing is booked by it: a coordinator agrees the time. Days are ISO 8601, as browsers send them."""

    page = "appointment"
    order = ("how", "day", "other_day", "time_of_day", *EnquiryForm.order)

    how = SelectField(_l("How would you like to meet us?"), validate_choice=False)
    day = StringField(_l("Preferred day"))
    other_day = StringField(_l("Another possible day"))
    time_of_day = SelectField(_l("Time of day"), validate_choice=False)

    def __init__(self, locale: str, **values: Any) -> None:
        super().__init__(locale, **values)
        self.how.choices = [("", _l("Please choose")), *WAYS]
        self.time_of_day.choices = list(TIMES)

    def validate_how(self, field: SelectField) -> None:
        if field.data not in dict(WAYS):
            raise ValidationError(_l("Please choose how you would like to meet us."))

    def validate_time_of_day(self, field: SelectField) -> None:
        if field.data and field.data not in dict(TIMES):
            raise ValidationError(_l("Please choose from the list."))

    def validate_day(self, field: StringField) -> None:
        given = (field.data or "").strip()
        if given and _day(given) is None:
            raise ValidationError(_l("Please choose a day from today to a year from now."))

    def validate_other_day(self, field: StringField) -> None:
        self.validate_day(field)

    def inbound(self, unique_key: str, locale: str) -> InboundMessage:
        """The validated form; what was chosen stands beside the patient's words, not in them."""
        wish = {"how": self.how.data, "time_of_day": self.time_of_day.data or "any", "days": self._days()}
        chosen = {"intent": "appointment", "facts": {"appointment": wish}}
        return replace(super().inbound(unique_key, locale), intent_hint="appointment", chosen=chosen)

    def _days(self) -> list[str]:
        given = (_day((field.data or "").strip()) for field in (self.day, self.other_day))
        return sorted({day.isoformat() for day in given if day is not None})


def _day(text: str) -> date | None:
    """A day that can still be agreed on."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    today = now().date()
    return day if today - LOOK_BACK <= day <= today + LOOK_AHEAD else None
