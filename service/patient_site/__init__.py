"""The patients' site: in fourteen languages, usable on an old phone without JavaScript."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter

from service.patient_site.pages import blueprint, enquiry, status

ENQUIRIES_PER_ADDRESS = "60 per minute; 600 per hour"
LOOKUPS_PER_ADDRESS = "10 per minute; 60 per hour"


def register(app: Flask, limiter: Limiter) -> None:
    """Add the site to the application, with its limits per sender's address."""
    limiter.limit(ENQUIRIES_PER_ADDRESS, methods=["POST"])(enquiry)
    limiter.limit(LOOKUPS_PER_ADDRESS, methods=["POST"])(status)
    app.register_blueprint(blueprint)
