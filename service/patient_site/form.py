"""The enquiry form: its fields, what is wrong with them in the reader's language, and the message it makes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final, Literal

import phonenumbers
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    MultipleFileField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import Length, StopValidation, ValidationError

from service.channels import media_types
from service.enquiries import contacts
from service.enquiries import countries as world
from service.enquiries.inbound import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_TEXT,
    ConsentGiven,
    Contact,
    InboundFile,
    InboundMessage,
    clean_text,
    file_name,
)

CONSENT_WORDING: Final = "web-1"
MAX_NAME: Final = 200

#: The conditions that the form offers by name; everything else is told in the message.
OFFERED: Final = (
    ("lupus", _l("Lupus")),
    ("rheumatoid-arthritis", _l("Rheumatoid arthritis")),
    ("osteoporosis", _l("Osteoporosis")),
    ("liver-disease", _l("Liver disease")),
    ("knee-osteoarthritis", _l("Knee osteoarthritis")),
    ("hip-osteoarthritis", _l("Hip osteoarthritis")),
    ("kidney-failure", _l("Kidney failure")),
    ("coronary-heart-disease", _l("Coronary heart disease")),
    ("congenital-heart", _l("Congenital heart disease")),
    ("breast-cancer", _l("Breast cancer")),
    ("infertility", _l("Infertility")),
    ("multiple-sclerosis", _l("Multiple sclerosis")),
    ("parkinsons", _l("Parkinson's disease")),
    ("cerebral-palsy", _l("Cerebral palsy")),
    ("dental", _l("Teeth and dental implants")),
    ("autism", _l("Autism")),
    ("cataract", _l("Cataract")),
)


Wrong = Literal["too large", "wrong type"]


class EnquiryForm(FlaskForm):
    """What a patient tells us. `token` is made with the page and counts once."""

    #: Where the form is sent, and its name in the browser's store of drafts.
    page = "enquiry"
    #: The fields as they stand on the page, for the list of what is wrong.
    order: Sequence[str] = (
        "message", "condition", "name", "country", "phone", "phone_country", "email", "attachments", "consent",
    )  # fmt: skip

    token = HiddenField()
    website = StringField()  # no person sees this field; what fills it in is a program
    name = StringField(_l("Your name"), [Length(max=MAX_NAME, message=_l("Please use at most 200 characters."))])
    email = EmailField(_l("E-mail"))
    phone = TelField(_l("Phone number"))
    country = SelectField(_l("Country"), validate_choice=False)
    phone_country = SelectField(_l("Country of the phone number"), validate_choice=False)
    condition = SelectField(_l("Illness or problem"), validate_choice=False)
    message = TextAreaField(_l("Your message"))
    attachments = MultipleFileField(_l("Documents or pictures"))
    consent = BooleanField(_l("I agree that the clinic stores what I write, reads it and answers me."))

    def __init__(self, locale: str, **values: Any) -> None:
        super().__init__(**values)
        self.wrong: set[Wrong] = set()
        self.country.choices = [("", ""), *countries(locale)]
        self.phone_country.choices = [("", _l("The same country")), *calling_codes(locale)]
        self.condition.choices = [("", _l("Something else, or I do not know")), *OFFERED]

    def validate_website(self, field: StringField) -> None:
        if field.data:
            raise ValidationError(_l("Please leave this field empty."))

    def validate_email(self, field: EmailField) -> None:
        given = (field.data or "").strip()
        if given and contacts.email(given) is None:
            raise ValidationError(_l("This is not a complete e-mail address. Example: name@mail.example"))
        if not given and not (self.phone.data or "").strip():
            raise ValidationError(_l("Please give an e-mail address or a phone number, so that we can answer you."))

    def validate_phone(self, field: TelField) -> None:
        if not (field.data or "").strip() or self._number() is not None:
            return
        if self.phone_country.data:
            raise ValidationError(
                _l("This does not look like a phone number of the country that you chose. Please check both.")
            )
        raise ValidationError(
            _l("We cannot read this phone number. Please begin with + and the country code, or choose the country.")
        )

    def validate_country(self, field: SelectField) -> None:
        if field.data and field.data not in {code for code, _ in countries("en")}:
            raise ValidationError(_l("Please choose a country from the list."))

    def validate_phone_country(self, field: SelectField) -> None:
        self.validate_country(field)

    def validate_condition(self, field: SelectField) -> None:
        if field.data and field.data not in {code for code, _ in OFFERED}:
            raise ValidationError(_l("Please choose from the list."))

    def validate_message(self, field: TextAreaField) -> None:
        text = clean_text(field.data or "")
        if not text:
            raise ValidationError(_l("Please write your question."))
        if len(text) > MAX_TEXT:
            self.wrong.add("too large")
            raise ValidationError(_l("Please use at most 20,000 characters."))

    def validate_attachments(self, field: MultipleFileField) -> None:
        files = uploaded(field.data)
        if len(files) > MAX_FILES:
            self.wrong.add("too large")
            raise ValidationError(_l("Please send at most 5 files."))
        for file in files:
            content = file.stream.read(MAX_FILE_BYTES + 1)
            file.stream.seek(0)
            if len(content) > MAX_FILE_BYTES:
                self.wrong.add("too large")
                raise ValidationError(_l("A file may have at most 10 MB."))
            if not content or media_types.sniff(content) not in media_types.ACCEPTED:
                self.wrong.add("wrong type")
                raise ValidationError(_l("We accept pictures, PDF and Word files, text, sound and video recordings."))

    def validate_consent(self, field: BooleanField) -> None:
        if not field.data:
            raise StopValidation(_l("Please agree, otherwise we may not read your message."))

    def inbound(self, unique_key: str, locale: str) -> InboundMessage:
        """The validated form as a message; the browser proves nothing about who sits in front of it."""
        country = self.country.data or None
        return InboundMessage(
            channel="web",
            unique_key=unique_key,
            text=clean_text((self.message.data or "").replace("\r\n", "\n")),
            contacts=tuple(self._contacts()),
            name=clean_text(self.name.data or "") or None,
            country=country or self._phone_country(),
            language_hint=locale,
            condition_hint=self.condition.data or None,
            files=tuple(_inbound_file(file) for file in uploaded(self.attachments.data)),
            consent=ConsentGiven("enquiry", CONSENT_WORDING, locale),
        )

    def _contacts(self) -> Iterable[Contact]:
        number = self._number()
        if number:
            yield Contact("phone", number)
        address = contacts.email(self.email.data or "")
        if address:
            yield Contact("email", address)

    def _number(self) -> str | None:
        """The phone number in one spelling, read as one of its country where it is not written in full."""
        return contacts.phone((self.phone.data or "").strip(), self.phone_country.data or self.country.data or None)

    def _phone_country(self) -> str | None:
        number = self._number()
        return contacts.country_of(number) if number else None


def uploaded(files: Iterable[FileStorage | str] | None) -> list[FileStorage]:
    """The files that were really chosen; an empty file field sends one without a name."""
    return [file for file in files or () if isinstance(file, FileStorage) and file.filename]


def _inbound_file(file: FileStorage) -> InboundFile:
    content = file.stream.read()
    name = file_name(file.filename or "") or "file"
    return InboundFile(name, media_types.sniff(content) or "application/octet-stream", content)


@cache
def calling_codes(locale: str) -> tuple[tuple[str, str], ...]:
    """Countries with their calling codes, "Kuwait +965", by name; those that have one (ITU-T E.164)."""
    codes = ((code, name, phonenumbers.country_code_for_region(code)) for code, name in countries(locale))
    return tuple((code, f"{name} \u2066+{number}\u2069") for code, name, number in codes if number)


@cache
def countries(locale: str) -> tuple[tuple[str, str], ...]:
    """Codes and names of all countries in a language, by name (CLDR)."""
    return tuple(sorted(world.names(locale).items(), key=lambda pair: pair[1].casefold()))
