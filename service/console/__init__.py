"""The coordinators' console: sign-in, the queue, an enquiry with both its texts, and what the workers gave up on."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Add the console to the application; its views register themselves when they are imported."""
    from service.console import attachments, dead_letters, enquiry_page, queue_page, sign_in  # noqa: F401
    from service.console.blueprint import console
    from service.console.sessions import login_manager

    login_manager().init_app(app)
    app.register_blueprint(console)
