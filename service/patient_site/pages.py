"""The pages of the patients' site."""

from __future__ import annotations

import dataclasses
import json

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from service import i18n
from service.enquiries import acknowledge
from service.enquiries.inbound import InboundMessage
from service.errors import NotFound
from service.parts import parts
from service.patient_site import known, one_time, texts
from service.patient_site.appointment import AppointmentForm
from service.patient_site.blueprint import LANGUAGE, blueprint
from service.patient_site.form import EnquiryForm


@blueprint.get("/")
def choose() -> BaseResponse:
    answer = redirect(url_for("patient_site.home", language=i18n.preferred()))
    answer.headers["Vary"] = "Accept-Language"
    return answer


@blueprint.get(f"/{LANGUAGE}/")
def home(language: str) -> str:
    return render_template("patient/home.html", clinic=parts().settings.clinic_name)


@blueprint.route(f"/{LANGUAGE}/enquiry", methods=["GET", "POST"])
def enquiry(language: str) -> Response:
    return _form(EnquiryForm(language), language)


@blueprint.route(f"/{LANGUAGE}/appointment", methods=["GET", "POST"])
def appointment(language: str) -> Response:
    """A wish for an appointment: the same form with when and how."""
    return _form(AppointmentForm(language), language)


def _form(form: EnquiryForm, language: str) -> Response:
    """The form, empty or with what is wrong; or the page of thanks, the same however often it is sent."""
    if request.method == "GET":
        form.token.data = one_time.make()
        form.condition.data = request.args.get("condition", "")
        return make_response(_form_page(form))
    token = one_time.key(form.token.data or "")
    if not form.validate():
        return _refused(form, token)
    if token is None:
        form.token.data = one_time.make()
        message = gettext("This page was open for too long. Nothing is lost: please press Send once more.")
        return make_response(_form_page(form, notice=message), 400)
    return make_response(_thanks(parts().receiver.receive(_message(form, token, language)), form.page))


@blueprint.get(f"/{LANGUAGE}/conditions/")
def conditions(language: str) -> str:
    """Every condition that has a page, in the order of their names in this language."""
    pages = [(code, text) for code in texts.CONDITIONS if (text := texts.condition(code, language))]
    return render_template("patient/conditions.html", pages=sorted(pages, key=lambda page: page[1].title.casefold()))


@blueprint.get(f"/{LANGUAGE}/conditions/<code>")
def condition(language: str, code: str) -> str:
    """What is known about a condition, with the enquiry form."""
    text = texts.condition(code, language)
    if text is None:
        raise NotFound(gettext("This page does not exist."))
    form = EnquiryForm(language)
    form.token.data, form.condition.data = one_time.make(), code
    return render_template("patient/condition.html", code=code, text=text, sources=texts.sources(code), form=form)


@blueprint.get(f"/{LANGUAGE}/questions")
def questions(language: str) -> str:
    text = texts.questions(language)
    return render_template("patient/questions.html", text=text, sources=texts.sources("questions"))


@blueprint.route(f"/{LANGUAGE}/status", methods=["GET", "POST"])
def status(language: str) -> Response:
    """The state of an enquiry, never its content, for somebody who knows its reference and its contact."""
    if request.method == "GET":
        return make_response(render_template("patient/status.html", found=None, given={}))
    given = known.given(request.form)
    with parts().database.read() as session:
        found = known.find(session, **given)
    state = found.status if found else None
    code = 200 if state else 404
    return make_response(render_template("patient/status.html", found=state, missing=not state, given=given), code)


@blueprint.get(f"/{LANGUAGE}")
def without_slash(language: str) -> BaseResponse:
    return redirect(url_for("patient_site.home", language=language))


def _message(form: EnquiryForm, token: str, language: str) -> InboundMessage:
    inbound = form.inbound(token, language)
    said: list[str | bytes] = [inbound.text, *(contact.value for contact in inbound.contacts)]
    said += [file.content or b"" for file in inbound.files]
    if inbound.chosen:
        said.append(json.dumps(inbound.chosen, sort_keys=True))
    return dataclasses.replace(inbound, unique_key=one_time.key_for(token, said))


def _form_page(form: EnquiryForm, notice: str = "") -> str:
    return render_template("patient/enquiry.html", form=form, notice=notice)


def _refused(form: EnquiryForm, token: str | None) -> Response:
    """The page again, with what was written and what is wrong; the status says what kind of wrong."""
    if token is None:
        form.token.data = one_time.make()
    code = 413 if "too large" in form.wrong else 415 if "wrong type" in form.wrong else 422
    return make_response(_form_page(form), code)


def _thanks(receipt: acknowledge.Receipt, page: str) -> str:
    return render_template(
        "patient/thanks.html",
        draft=page,
        receipt=receipt,
        advice=acknowledge.advice(receipt),
        acknowledgement=acknowledge.acknowledgement(receipt),
    )
