"""The privacy page: what is kept and why, and the form by which a patient takes the consent back."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, make_response, render_template, request

from service.enquiries import acknowledge, withdraw
from service.parts import parts
from service.patient_site import known, texts
from service.patient_site.blueprint import LANGUAGE, blueprint


@blueprint.route(f"/{LANGUAGE}/privacy", methods=["GET", "POST"])
def privacy(language: str) -> Response:
    """Taking the consent back needs what the status page needs; doing it twice is harmless."""
    if request.method == "GET":
        return _page(language, {})
    given = known.given(request.form)
    with parts().database.write() as session:
        enquiry = known.find(session, **given)
        if enquiry is None:
            return _page(language, given, status=404)
        withdraw.take_back(session, enquiry, channel="web", language=language)
        receipt = acknowledge.receipt_for(enquiry.messages[0], enquiry, enquiry.patient.country, repeated=True)
    return _page(language, {}, confirmation=acknowledge.of_step("WITHDRAW", replace(receipt, language=language)))


def _page(language: str, given: dict[str, str], *, confirmation: str = "", status: int = 200) -> Response:
    page = render_template(
        "patient/privacy.html",
        text=texts.privacy(language),
        clinic=parts().settings.clinic_name,
        given=given,
        confirmation=confirmation,
        missing=status == 404,
    )
    return make_response(page, status)
