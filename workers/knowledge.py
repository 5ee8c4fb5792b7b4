"""Hands the translator what understanding knows: the words of our trade, and how each language denies."""

from __future__ import annotations

from service.settings import Settings
from service.understanding import knowledge_files
from service.understanding.denial import denies
from translations import glossary
from translations.translator import Translator, build


def build_translator(settings: Settings) -> Translator:
    """The translator of this installation; models are loaded when a text needs them."""
    return build(
        settings.argos_packages_dir,
        beam=settings.translation_beam,
        max_resident_mb=settings.translation_memory_mb,
        glossary=glossary.load(knowledge_files.FOLDER / "glossary"),
        negation=denies,
    )
