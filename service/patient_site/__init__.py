"""The patients' site: in fourteen languages, usable on an old phone without JavaScript."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask
from flask_limiter import Limiter

from service.patient_site import pages, privacy  # noqa: F401  (their routes)
from service.patient_site.blueprint import blueprint

#: A whole ward may sit behind one address; a machine that guesses references must not get far.
LIMITS: Final = {
    "patient_site.enquiry": "60 per minute; 600 per hour",
    "patient_site.appointment": "60 per minute; 600 per hour",
    "patient_site.status": "10 per minute; 60 per hour",
    "patient_site.privacy": "10 per minute; 60 per hour",
}


def register(app: Flask, limiter: Limiter) -> None:
    """Add the site to the application, with its limits per sender's address."""
    app.register_blueprint(blueprint)
    for name, limit in LIMITS.items():
        limited: Any = limiter.limit(limit, methods=["POST"])(app.view_functions[name])
        app.view_functions[name] = limited
