"""Hands the translator what understanding knows: the words of our trade, and how each language denies."""

from __future__ import annotations

from functools import cache
from typing import Final

from service.settings import Settings
from service.understanding import knowledge_files
from service.understanding.commands import Translate, Translated
from translations import glossary, negation
from translations.checks import Denies
from translations.engines.base import EngineError
from translations.translator import NoRoute, Translator, build

GLOSSARY: Final = knowledge_files.FOLDER / "glossary"


def build_translator(settings: Settings) -> Translator:
    """The translator of this installation; models are loaded when a text needs them."""
    return build(
        settings.argos_packages_dir,
        beam=settings.translation_beam,
        max_resident_mb=settings.translation_memory_mb,
        glossary=glossary.load(GLOSSARY),
        negation=denial_words(),
    )


@cache
def denial_words() -> Denies:
    """The words with which each language denies."""
    return negation.load(GLOSSARY / "negation.txt")


def english(translator: Translator) -> Translate:
    """A text in English, or None where no engine serves its language or the engine is in trouble."""

    def translate(text: str, language: str) -> Translated | None:
        if not translator.serves(language, "en"):
            return None
        try:
            (translation,) = translator.translate([text], language, "en")
        except (EngineError, NoRoute):
            return None
        return Translated(translation.text, translation.engine, translation.flags)

    return translate
