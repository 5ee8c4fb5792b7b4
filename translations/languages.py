"""The one table of languages: names, direction, script, and what each outside service calls them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Direction = Literal["ltr", "rtl"]

ENGLISH: Final = "en"
UNDETERMINED: Final = "und"


@dataclass(frozen=True, slots=True)
class Language:
    """One language that dragoman reads, and perhaps writes.

    `script` is ISO 15924; `apertium` ISO 639-3; `voice` a Twilio text-to-speech voice, `None` where there is
    none; `speech` the BCP 47 tag for Twilio's speech recognition. `site` marks the languages in which patients
    are addressed in full (site, voice menu, every approved text); the others are read, triaged and acknowledged.
    """

    code: str
    english: str
    own: str
    direction: Direction
    script: str
    apertium: str
    speech: str
    voice: str | None
    voice_language: str | None
    site: bool

    @property
    def argos(self) -> str:
        """The code in Argos packages, which use ISO 639-1 as we do."""
        return self.code


_ROWS: Final[tuple[tuple[str, str, str, Direction, str, str, str, str | None, bool], ...]] = (
    ("en", "English", "English", "ltr", "Latn", "eng", "en-GB", "en-GB", True),
    ("ar", "Arabic", "العربية", "rtl", "Arab", "ara", "ar-AE", "ar-XA", True),
    ("bn", "Bengali", "বাংলা", "ltr", "Beng", "ben", "bn-BD", "bn-IN", True),
    ("de", "German", "Deutsch", "ltr", "Latn", "deu", "de-DE", "de-DE", True),
    ("es", "Spanish", "Español", "ltr", "Latn", "spa", "es-ES", "es-ES", True),
    ("fa", "Persian", "فارسی", "rtl", "Arab", "fas", "fa-IR", None, True),
    ("fr", "French", "Français", "ltr", "Latn", "fra", "fr-FR", "fr-FR", True),
    ("hi", "Hindi", "हिन्दी", "ltr", "Deva", "hin", "hi-IN", "hi-IN", True),
    ("pt", "Portuguese", "Português", "ltr", "Latn", "por", "pt-BR", "pt-BR", True),
    ("ru", "Russian", "Русский", "ltr", "Cyrl", "rus", "ru-RU", "ru-RU", True),
    ("sw", "Swahili", "Kiswahili", "ltr", "Latn", "swa", "sw-KE", None, True),
    ("tr", "Turkish", "Türkçe", "ltr", "Latn", "tur", "tr-TR", "tr-TR", True),
    ("ur", "Urdu", "اردو", "rtl", "Arab", "urd", "ur-PK", None, True),
    ("zh", "Chinese", "中文", "ltr", "Hans", "zho", "cmn-Hans-CN", "cmn-CN", True),
    ("am", "Amharic", "አማርኛ", "ltr", "Ethi", "amh", "am-ET", "am-ET", False),
    ("id", "Indonesian", "Bahasa Indonesia", "ltr", "Latn", "ind", "id-ID", "id-ID", False),
    ("it", "Italian", "Italiano", "ltr", "Latn", "ita", "it-IT", "it-IT", False),
    ("ro", "Romanian", "Română", "ltr", "Latn", "ron", "ro-RO", "ro-RO", False),
    ("uk", "Ukrainian", "Українська", "ltr", "Cyrl", "ukr", "uk-UA", "uk-UA", False),
    ("uz", "Uzbek", "Oʻzbekcha", "ltr", "Latn", "uzb", "uz-UZ", None, False),
    ("vi", "Vietnamese", "Tiếng Việt", "ltr", "Latn", "vie", "vi-VN", "vi-VN", False),
)


def _language(
    code: str,
    english: str,
    own: str,
    direction: Direction,
    script: str,
    apertium: str,
    speech: str,
    voice_language: str | None,
    site: bool,
) -> Language:
    voice = f"Google.{voice_language}-Standard-A" if voice_language else None
    return Language(code, english, own, direction, script, apertium, speech, voice, voice_language, site)


LANGUAGES: Final[dict[str, Language]] = {row[0]: _language(*row) for row in _ROWS}
SITE_LANGUAGES: Final[tuple[str, ...]] = tuple(code for code, language in LANGUAGES.items() if language.site)


def find(code: str | None) -> Language | None:
    """The language of a code or a longer tag ("pt-BR", "zh_Hans"), or None if it is not one of ours."""
    if not code:
        return None
    return LANGUAGES.get(code.replace("_", "-").split("-", 1)[0].lower())


def english_name(code: str) -> str:
    """The English name; for a code that is not ours, the code itself."""
    language = find(code)
    return language.english if language else code


def direction(code: str | None) -> Literal["ltr", "rtl", "auto"]:
    """What to put into `dir`; "auto" lets the browser judge when we cannot."""
    language = find(code)
    return language.direction if language else "auto"
