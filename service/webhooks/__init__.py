"""Providers in: Twilio's webhooks for messages and calls."""

from __future__ import annotations

from service.webhooks.guard import blueprint
from service.webhooks import messaging, voice  # noqa: F401, I001  (their routes register themselves)

__all__ = ["blueprint"]
