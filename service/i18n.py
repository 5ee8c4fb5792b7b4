"""The language of a page: from its address, or from what the browser says it prefers."""

from __future__ import annotations

from typing import Any, Final

from flask import g, request
from flask_babel import gettext

from service.settings import PROJECT
from translations import languages
from translations.languages import ENGLISH, SITE_LANGUAGES

CATALOGS: Final = PROJECT / "translations" / "catalogs"


def locale() -> str:
    """The locale of this request: the page's own, or the browser's; the console is in English."""
    chosen = g.get("language")
    if chosen:
        return str(chosen)
    first = request.path.lstrip("/").partition("/")[0]
    if first in SITE_LANGUAGES:  # of an address below a language that leads nowhere
        return first
    return ENGLISH if first == "console" else preferred()


def preferred() -> str:
    """The best of our site languages for the browser's Accept-Language."""
    for tag in request.accept_languages.values():
        language = languages.find(tag)
        if language and language.site:
            return language.code
    return ENGLISH


def template_values() -> dict[str, Any]:
    """What every template may use."""
    code = locale()
    return {
        "csp_nonce": g.get("csp_nonce", ""),
        "page_language": code,
        "page_direction": languages.direction(code),
        "language_named": languages.find,
        "language_direction": languages.direction,
        "site_languages": [languages.LANGUAGES[site] for site in SITE_LANGUAGES],
    }


def http_message(code: int) -> str:
    """What to tell a person about an HTTP error, in the language of the page."""
    messages = {
        400: gettext("The request could not be understood."),
        401: gettext("Please sign in."),
        403: gettext("You may not do this."),
        404: gettext("This page does not exist."),
        405: gettext("This page cannot be used in this way."),
        409: gettext("Somebody else was faster. Please reload the page."),
        413: gettext("What you sent is too large."),
        415: gettext("This kind of file is not accepted."),
        429: gettext("There were too many requests. Please wait a minute and try again."),
        500: gettext("Something went wrong on our side. Please try again in a moment."),
    }
    return str(messages.get(code, messages[500] if code >= 500 else messages[400]))
