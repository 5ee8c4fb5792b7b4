"""A message as the enquiry page shows it: the original beside its newest translation, earlier ones beneath."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from service.console import highlight, tags
from service.console.highlight import Segment
from service.console.tags import Tag
from service.enquiries.model import Message, Translation
from translations import identify, languages, scripts

Side = Literal["original", "translation"]
#: Addresses of members of staff by their ids.
People = Mapping[str, str]

#: So many other languages are offered at a click.
_OFFERED: Final = 3
#: Too many languages are written so for each to be worth offering.
_WIDE_SCRIPTS: Final = ("Latn",)
_SCRIPTS: Final = {"Hani": "Hans"}


@dataclass(frozen=True, slots=True)
class Text:
    """A text whole and in pieces, with its language and its tag."""

    whole: str
    language: str
    tag: Tag
    segments: list[Segment]


@dataclass(frozen=True, slots=True)
class Version:
    """A translation as it once stood; `editor` is who wrote it, None for an engine's."""

    stored: Translation
    text: str
    tag: Tag
    editor: str | None


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message with its original and its newest translation side by side.

    `earlier` holds the versions before that, newest first; `written_down_by` is who typed what was said;
    `other_languages` are codes that it might be in as well.
    """

    number: int
    message: Message
    original: Text
    translation: Text | None
    editor: str | None = None
    earlier: tuple[Version, ...] = ()
    written_down_by: str | None = None
    other_languages: tuple[str, ...] = ()

    def anchor(self, side: Side, start: int) -> str:
        """The id on the page of the evidence that begins at this character of the original or the translation."""
        return f"m{self.number}-{side}-{start}"

    def side(self, side: Side) -> Text | None:
        return self.original if side == "original" else self.translation

    def findings(self, part: str) -> list[Mapping[str, Any]]:
        """One part of the message's reading: "red_flags", "conditions" or "mentions"."""
        return list((self.message.reading or {}).get(part, ()))


def build(number: int, message: Message, people: People) -> ShownMessage:
    translation = message.translation
    return ShownMessage(
        number=number,
        message=message,
        original=_text(message.reading, message.body or "", message.language, "original"),
        translation=_text(message.reading, translation.text or "", translation.target, "translation")
        if translation
        else None,
        editor=people.get(translation.edited_by or "") if translation else None,
        earlier=tuple(_version(one, people) for one in reversed(message.translations[:-1])),
        written_down_by=people.get(message.logged_by or ""),
        other_languages=_other_languages(message),
    )


def _text(reading: Mapping[str, Any] | None, text: str, language: str, source: str) -> Text:
    return Text(text, language, tags.of(text, language), highlight.cut(text, highlight.spans(reading, text, source)))


def _version(stored: Translation, people: People) -> Version:
    text = stored.text or ""
    return Version(stored, text, tags.of(text, stored.target), people.get(stored.edited_by or ""))


def _other_languages(message: Message) -> tuple[str, ...]:
    """What else a patient's message may be in, likeliest first: languages that are written as it is."""
    if message.direction != "in" or not message.body:
        return ()
    letters = scripts.count(message.body).most_common(1)
    script = _SCRIPTS.get(letters[0][0], letters[0][0]) if letters else ""
    likely = [_written(code) for code in identify.candidates(message.body)]
    others = [(code, one.script) for code, one in languages.LANGUAGES.items() if one.script not in _WIDE_SCRIPTS]
    fitting = (code for code, its_script in (*likely, *others) if its_script == script and code != message.language)
    return tuple(dict.fromkeys(fitting))[:_OFFERED]


def _written(code: str) -> tuple[str, str]:
    """A language and its script, of a code such as "ar-Latn"."""
    language, _, romanised = code.partition("-")
    return language, romanised or languages.LANGUAGES[language].script
