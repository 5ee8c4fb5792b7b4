"""The switch in the header with which a member of staff goes on and off duty."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from service.console.blueprint import console
from service.console.sessions import signed_in
from service.enquiries.model import AuditEvent, Staff
from service.errors import BadInput
from service.parts import parts


@console.post("/duty")
def change_duty() -> Response:
    """For oneself alone; back to the page from which it was asked."""
    wish = request.form.get("on_duty", "")
    if wish not in ("yes", "no"):
        raise BadInput(_("on_duty must be yes or no"), field="on_duty")
    with parts().database.write() as session:
        me = session.get_one(Staff, signed_in().id)
        if me.on_duty != (wish == "yes"):
            me.on_duty = wish == "yes"
            session.add(AuditEvent(who=me.email, what="on duty" if me.on_duty else "off duty"))
    return redirect(_back(), code=303)


def _back() -> str:
    """A page of the console, or the queue."""
    home, wanted = url_for("console.queue"), request.form.get("back", "")[:2000]
    is_ours = wanted.startswith(home) and wanted.isprintable() and wanted.isascii() and not set(wanted) & {"\\"}
    return wanted if is_ours and "//" not in wanted else home
