"""What Twilio's error codes ask us to do (https://www.twilio.com/docs/api/errors)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from service.channels.outbound import Outcome, Remedy, SendError

_REMEDIES: Final[Mapping[Remedy, frozenset[int]]] = {
    "opt-out": frozenset({21610, 63014}),
    "bad-address": frozenset({21211, 21214, 21614, 21421, 63003, 63024, 30005, 30006}),
    "configuration": frozenset({20003, 21408, 21603, 21606, 21612, 30034, 63007}),
    "other-channel": frozenset({30001, 30003, 30008}),
    "template": frozenset({63016}),
    "filtered": frozenset({30007}),
}
_RETRY: Final = frozenset({20429, 63018})
#: What an operator can put right; the message waits for it and does not fail at once.
_WAITS_FOR_OPERATOR: Final = frozenset({20003})


def remedy(code: str | int | None) -> Remedy:
    """What to do about a code; "none" for one that we do not know."""
    number = int(str(code)) if str(code or "").isdecimal() else 0
    return next((name for name, codes in _REMEDIES.items() if number in codes), "none")


def of_answer(status: int, code: int | None) -> SendError:
    """The error in a provider's answer. Only a 429 is surely not processed; a 5xx may have been."""
    outcome: Outcome = "refused"
    if status == 429 or code in _RETRY or code in _WAITS_FOR_OPERATOR:
        outcome = "retry"
    elif status >= 500:
        outcome = "unknown"
    return SendError(str(code or status), outcome, remedy(code))
