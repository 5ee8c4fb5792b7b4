"""The pages about illnesses: in every language, with the form on them, and never a promise."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from service.patient_site.texts import CONDITIONS
from service.settings import PROJECT
from translations.languages import SITE_LANGUAGES, direction


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_every_language_lists_every_condition(app: Flask, language: str) -> None:
    page = app.test_client().get(f"/{language}/conditions/")
    assert page.status_code == 200
    assert all(f"/{language}/conditions/{code}" in page.text for code in CONDITIONS)


@pytest.mark.parametrize("code", CONDITIONS)
def test_a_condition_is_explained_with_the_form_on_the_page(app: Flask, code: str) -> None:
    page = app.test_client().get(f"/en/conditions/{code}").text
    assert '<form method="post" action="/en/enquiry"' in page
    assert f'<option selected value="{code}">' in page
    assert page.index('id="ask"') > page.index("Stem cells")


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_pages_stand_in_the_direction_of_their_language(app: Flask, language: str) -> None:
    for path in (f"/{language}/conditions/lupus", f"/{language}/questions"):
        page = app.test_client().get(path)
        assert page.status_code == 200
        assert f'<html lang="{language}" dir="{direction(language)}">' in page.text


@pytest.mark.parametrize("code", ["nothing", "..%2flupus", "%00", "LUPUS"])
def test_a_page_that_does_not_exist_says_so(app: Flask, code: str) -> None:
    assert app.test_client().get(f"/en/conditions/{code}").status_code == 404


@pytest.mark.parametrize("path", ["/en/", "/ar/", "/en/conditions/lupus", "/zh/conditions/", "/hi/enquiry"])
def test_a_page_is_small_and_asks_nobody_else(app: Flask, path: str) -> None:
    page = app.test_client().get(path)
    files = (PROJECT / "service" / "static" / name for name in ("patient.css", "patient.js"))
    assert len(page.data) + sum(file.stat().st_size for file in files) < 60_000
    for tag in ("<img", "<iframe", "@import"):
        assert tag not in page.text
    assert all(source.startswith("/static/") for source in re.findall('<script src="([^"]*)"', page.text))


@pytest.mark.parametrize("path", ["/", "/enquiry", "/conditions/", "/conditions/lupus", "/questions", "/status"])
def test_another_language_is_one_tap_away_and_keeps_the_page(app: Flask, path: str) -> None:
    page = app.test_client().get(f"/en{path}").text
    for language in SITE_LANGUAGES:
        assert f'<link rel="alternate" hreflang="{language}" href="/{language}{path}">' in page
        assert f'<li><a href="/{language}{path}" lang="{language}"' in page
