"""The key of a page of the queue: says where the next one begins, and cannot be made to say anything else."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.enquiries.model import Enquiry
from service.enquiries.queue import _key, _parse_key
from service.errors import BadInput

ID = "0" * 31 + "a"
MOMENT = "2026-03-01T09:00:00+00:00"


def encoded(plain: str) -> str:
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


@given(
    st.integers(0, 2),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.from_regex("[0-9a-f]{32}", fullmatch=True),
)
def test_a_key_says_exactly_where_a_page_ended(rank: int, due_at: datetime, enquiry_id: str) -> None:
    key = _key(Enquiry(id=enquiry_id, urgency_rank=rank, due_at=due_at))
    assert _parse_key(key) == (rank, due_at, enquiry_id)
    assert key.replace("-", "").replace("_", "").isalnum()


@given(st.text(max_size=80))
@example("\ud800")
@example("é")
@example("a")
def test_any_other_text_is_refused_by_name(key: str) -> None:
    with pytest.raises(BadInput) as caught:
        _parse_key(key)
    assert caught.value.field == "after"


@pytest.mark.parametrize(
    "plain",
    [
        f"3|{MOMENT}|{ID}",
        f"-1|{MOMENT}|{ID}",
        f"1|2026-03-01T09:00:00|{ID}",
        f"1|{datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=3))).isoformat()}|{ID}",
        f"1|soon|{ID}",
        f"1|{MOMENT}|{ID.upper()}",
        f"1|{MOMENT}|' OR 1=1 --",
        f"1|{MOMENT}|{ID}\x00",
        f"1|{MOMENT}|{ID}|more",
        f"{'1' * 5000}|{MOMENT}|{ID}",
        "||",
    ],
)
def test_a_key_that_somebody_made_up_is_refused(plain: str) -> None:
    with pytest.raises(BadInput):
        _parse_key(encoded(plain))
