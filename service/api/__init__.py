"""The JSON API for clinics' own sites and partners: enquiries in, their state out."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFProtect

from service.api.guard import key_of_request
from service.api.routes import blueprint

LIMITS: Final = "300 per minute; 5000 per day"


def register(app: Flask, limiter: Limiter, csrf: CSRFProtect) -> None:
    """Add the API to the application. It uses no cookies, so that nothing can be forged across sites."""
    app.register_blueprint(blueprint)
    csrf.exempt(blueprint)
    for name in ("api.add_enquiry", "api.show_enquiry"):
        limited: Any = limiter.limit(LIMITS, key_func=key_of_request)(app.view_functions[name])
        app.view_functions[name] = limited
