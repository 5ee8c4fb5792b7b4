"""Correcting a fact of an enquiry: set, or taken out, and so held however often its messages are read again."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import corrected, fact_values, states
from service.enquiries.editing import editable
from service.enquiries.model import Enquiry, LabelledExample, Staff
from service.errors import BadInput


def set_fact(session: Session, reference: str, staff: Staff, key: str, typed: str, reason: str = "") -> None:
    """Give a fact the value that was typed, see `fact_values`. BadInput, Conflict, Forbidden or NotFound."""
    _keep(session, editable(session, reference, staff), staff, key, fact_values.parse(key, typed), reason)


def remove_fact(session: Session, reference: str, staff: Staff, key: str, reason: str = "") -> None:
    """The fact is not so, and nothing that is read again brings it back. Raises as `set_fact`."""
    if key not in fact_values.KEYS:
        raise BadInput("there is no such fact", field="key")
    _keep(session, editable(session, reference, staff), staff, key, None, reason)


def _keep(session: Session, enquiry: Enquiry, staff: Staff, key: str, value: Any, reason: str) -> None:
    before = corrected.fact_of(enquiry.facts or {}, key)
    if before == value:
        return
    example = LabelledExample(
        enquiry_id=enquiry.id,
        patient_id=enquiry.patient_id,
        kind="fact",
        old="",
        new=key,
        language=enquiry.language,
        staff_id=staff.id,
        at=now(),
    )
    example.text = json.dumps(value, ensure_ascii=False)
    session.add(example)
    enquiry.corrections.append(example)
    enquiry.facts = corrected.facts(enquiry, enquiry.facts or {})
    told = " → ".join("–" if one is None else fact_values.as_typed(key, one) for one in (before, value))
    detail = f"{key}: {told}" + (f" ({reason.strip()})" if reason.strip() else "")
    states.record(session, enquiry, "fact corrected", who=staff.email, detail=detail)
