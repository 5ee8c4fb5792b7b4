"""Providers in: Twilio's webhooks for messages and calls."""

from __future__ import annotations

from service.webhooks import messaging, voice  # noqa: F401  (their routes register themselves)
from service.webhooks.guard import blueprint

__all__ = ["blueprint"]
