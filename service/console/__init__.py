"""The coordinators' console: sign-in, the queue, an enquiry with both its texts, and what the workers gave up on."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask
from flask_limiter import Limiter

#: Passwords are costly to check, and codes are few: no single address may ask for it all the time.
SIGN_IN_RATE: Final = "60 per minute"


def register(app: Flask, limiter: Limiter) -> None:
    """Add the console to the application; its views register themselves when they are imported."""
    from service.console import (  # noqa: F401
        account_page,
        actions_page,
        api_keys_page,
        attachments,
        audit_page,
        book_page,
        bulk_page,
        calendars_page,
        call_page,
        canned_page,
        correct_page,
        dead_letters,
        duty,
        enquiry_page,
        erasure_page,
        link_page,
        live_page,
        notes_page,
        on_call_page,
        packages_page,
        people_page,
        person_page,
        quarantine_page,
        queue_page,
        remind_page,
        reply_page,
        reports_page,
        sender_page,
        sign_in,
        staff_page,
        texts_page,
    )
    from service.console.blueprint import console
    from service.console.sessions import login_manager

    login_manager().init_app(app)
    app.register_blueprint(console)
    for view in ("console.sign_in", "console.check_code", "console.enrol", "console.link_page", "console.use_link"):
        limited: Any = limiter.limit(SIGN_IN_RATE)(app.view_functions[view])
        app.view_functions[view] = limited
