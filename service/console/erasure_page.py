"""Patients who want their data erased: a lead erases for good, or says why it must be kept."""

from __future__ import annotations

from typing import Final

from flask import redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from service.console import pages
from service.console.blueprint import console
from service.console.pages import Answer, Page
from service.console.permissions import only
from service.console.sessions import signed_in
from service.enquiries import consent, erase, references
from service.enquiries.inbound import clean_text
from service.enquiries.model import Consent, Enquiry
from service.errors import BadInput, Conflict
from service.parts import parts
from service.roles import LEADS

MAX_REASON: Final = 200


@console.get("/erasures")
def erasures() -> Page:
    return _page()


@console.post("/erasures/<wish_id>/erase")
@only(*LEADS)
def erase_patient(wish_id: str) -> Answer:
    """For good. The reference is typed once more, so that nobody erases by a slip."""
    given = references.parse(request.form.get("reference", "")[:40])
    with parts().database.write() as session:
        wish = _wish(session, wish_id)
        is_right = given is not None and given == session.get_one(Enquiry, wish.enquiry_id).reference
        if is_right:
            erase.erase(session, wish.patient_id, who=signed_in().email)
    if not is_right:
        return _page(BadInput(_("Type the reference of this enquiry."), field=f"reference-{wish_id}"))
    return redirect(url_for("console.erasures"), code=303)


@console.post("/erasures/<wish_id>/keep")
@only(*LEADS)
def keep_patient(wish_id: str) -> Answer:
    """Not erased, for a reason that stands in the history: the law may demand a record."""
    reason = clean_text(request.form.get("reason", ""))[:MAX_REASON]
    if not reason:
        return _page(BadInput(_("Say why it must be kept."), field=f"reason-{wish_id}"))
    with parts().database.write() as session:
        consent.decline(session, _wish(session, wish_id), who=signed_in().email, reason=reason)
    return redirect(url_for("console.erasures"), code=303)


def _wish(session: Session, wish_id: str) -> Consent:
    wish = next((one for one, _reference in consent.wishes(session) if one.id == wish_id), None)
    if wish is None:
        raise Conflict(_("Somebody has decided about this already."))
    return wish


def _page(problem: BadInput | None = None) -> Page:
    with parts().database.read() as session:
        return pages.render(
            session,
            "console/erasures.html",
            problem,
            wishes=consent.wishes(session),
            may_decide=signed_in().role in LEADS,
        )
