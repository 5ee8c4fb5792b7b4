"""The blueprint of the patients' site: the page's language is part of its address."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, g, request, url_for

from translations.languages import SITE_LANGUAGES

blueprint = Blueprint("patient_site", __name__)
LANGUAGE: Final = f"<any({', '.join(SITE_LANGUAGES)}):language>"


@blueprint.url_value_preprocessor
def take_language(endpoint: str | None, values: dict[str, str] | None) -> None:
    """The page's language is part of its address."""
    if values and "language" in values:
        g.language = values["language"]


@blueprint.app_template_global("in_language")
def in_language(language: str) -> str:
    """The address of this page in another language."""
    return url_for(request.endpoint or "patient_site.home", **{**(request.view_args or {}), "language": language})
