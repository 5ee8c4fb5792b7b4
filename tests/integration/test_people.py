"""Two rows that are one person are shown and answered as one, and can be parted again; relatives are written down."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select, update

from service.clock import now
from service.enquiries import erase, merge, move, people, reach, relate
from service.enquiries.correct_person import person_of
from service.enquiries.desk_model import Relation
from service.enquiries.inbound import Contact, InboundMessage
from service.enquiries.model import AuditEvent, Enquiry, Message, Patient, Staff
from service.enquiries.receive import Receiver
from service.errors import BadInput, Conflict, NotFound
from service.patient_site import known
from service.storage.session import Database
from service.understanding.reader import Reader
from tests.builders import Built, create_enquiry, create_staff

PHONE, OTHER_PHONE, MAIL = "+447700900601", "+447700900602", "bo@example.org"


class Registry:
    """Three people with an enquiry each, and alice who knows who is who."""

    def __init__(self, database: Database) -> None:
        self.database = database
        create_staff(database)
        self.ana = create_enquiry(database, name="Ana Example", contact=("phone", PHONE))
        self.anna = create_enquiry(database, name="Anna Example", contact=("phone", OTHER_PHONE))
        self.bo = create_enquiry(database, name="Bo Example", contact=("email", MAIL), channel="email")

    def merge(self, one: Built, into: Built) -> str:
        with self.database.write() as session:
            return merge.merge(session, session.scalars(select(Staff)).one(), one.patient_id, into.patient_id).id

    def part(self, one: Built) -> None:
        with self.database.write() as session:
            merge.part(session, session.scalars(select(Staff)).one(), one.patient_id)

    def relate(self, one: Built, other: Built, kind: str = "mother") -> None:
        with self.database.write() as session:
            relate.add(session, session.scalars(select(Staff)).one(), one.patient_id, other.reference, kind)

    def related(self, one: Built) -> list[tuple[str, str | None]]:
        with self.database.read() as session:
            found = relate.of_person(session, people.one(session, one.patient_id))
            return [(related.kind, related.person.name) for related in found]

    def rows(self, one: Built) -> Sequence[str]:
        with self.database.read() as session:
            return people.ids(people.one(session, one.patient_id))

    def write(self, text: str, phone: str) -> str:
        """A proven message; the enquiry it came into."""
        inbound = InboundMessage("sms", text, text, contacts=(Contact("phone", phone),), proven=True)
        receipt = Receiver(self.database, Reader(), lambda queue: None).receive(inbound)
        return receipt.reference


@pytest.fixture
def registry(any_database: Database) -> Registry:
    return Registry(any_database)


def test_of_two_rows_the_second_is_kept_and_both_are_one_person(registry: Registry) -> None:
    assert registry.merge(registry.ana, registry.anna) == registry.anna.patient_id
    both = [registry.anna.patient_id, registry.ana.patient_id]
    assert registry.rows(registry.ana) == registry.rows(registry.anna) == both
    with registry.database.read() as session:
        found = people.enquiries(session, people.one(session, registry.ana.patient_id))
        assert {enquiry.reference for enquiry in found} == {registry.ana.reference, registry.anna.reference}


def test_nothing_is_sealed_anew_and_all_can_be_read(registry: Registry) -> None:
    with registry.database.read() as session:
        before = session.get_one(Patient, registry.ana.patient_id).sealed_name
    registry.merge(registry.ana, registry.anna)
    with registry.database.read() as session:
        row = session.get_one(Patient, registry.ana.patient_id)
        assert row.sealed_name == before
        assert row.name == "Ana Example"
        assert people.name_of(row) == "Anna Example"


def test_a_chain_of_merges_is_flat(registry: Registry) -> None:
    registry.merge(registry.ana, registry.anna)
    registry.merge(registry.anna, registry.bo)
    with registry.database.read() as session:
        merged = {row.name: row.merged_into for row in session.scalars(select(Patient))}
    kept = registry.bo.patient_id
    assert merged == {"Ana Example": kept, "Anna Example": kept, "Bo Example": None}


def test_merging_by_a_row_that_was_merged_means_the_kept_one(registry: Registry) -> None:
    registry.merge(registry.ana, registry.anna)
    assert registry.merge(registry.bo, registry.ana) == registry.anna.patient_id


@pytest.mark.parametrize("pair", [("ana", "ana"), ("ana", "anna"), ("anna", "ana")])
def test_who_is_the_same_already_is_not_merged_again_and_no_circle_comes_about(
    registry: Registry, pair: tuple[str, str]
) -> None:
    registry.merge(registry.ana, registry.anna)
    with pytest.raises(Conflict, match="same person already"):
        registry.merge(getattr(registry, pair[0]), getattr(registry, pair[1]))


def test_parted_again_each_has_what_was_theirs(registry: Registry) -> None:
    registry.merge(registry.ana, registry.anna)
    registry.part(registry.ana)
    assert registry.rows(registry.ana) == [registry.ana.patient_id]
    assert registry.rows(registry.anna) == [registry.anna.patient_id]
    with pytest.raises(Conflict, match="not merged"):
        registry.part(registry.ana)


def test_the_history_of_both_tells_of_the_merge(registry: Registry) -> None:
    registry.merge(registry.ana, registry.anna)
    registry.part(registry.ana)
    with registry.database.read() as session:
        for built in (registry.ana, registry.anna):
            events = people.history(session, people.one(session, built.patient_id))
            assert [event.who for event in events] == ["alice@clinic.example"] * 2


def test_no_history_keeps_the_name_of_somebody_else_who_may_be_erased(registry: Registry) -> None:
    registry.merge(registry.ana, registry.anna)
    registry.part(registry.ana)
    registry.relate(registry.ana, registry.bo)
    with registry.database.write() as session:
        erase.erase(session, registry.ana.patient_id, who="lea@clinic.example")
    with registry.database.read() as session:
        details = [event.detail or "" for event in session.scalars(select(AuditEvent))]
    assert [detail for detail in details if "Ana Example" in detail] == []


def test_a_message_of_a_merged_person_joins_the_open_enquiry_of_the_kept_one(registry: Registry) -> None:
    registry.merge(registry.ana, registry.anna)
    with registry.database.write() as session:
        session.execute(update(Enquiry).where(Enquiry.id == registry.ana.enquiry_id).values(status="spam"))
    assert registry.write("I forgot to say: I am 34", PHONE) == registry.anna.reference
    with registry.database.read() as session:
        message = session.scalars(select(Message).where(Message.enquiry_id == registry.anna.enquiry_id)).all()[-1]
        assert message.body == "I forgot to say: I am 34"
        assert message.patient_id == registry.anna.patient_id


def test_after_parting_each_writes_into_their_own(registry: Registry) -> None:
    registry.merge(registry.ana, registry.anna)
    registry.part(registry.ana)
    assert registry.write("hello again", PHONE) == registry.ana.reference
    assert registry.write("hello again, too", OTHER_PHONE) == registry.anna.reference


def test_a_merged_person_can_be_answered_by_every_contact_each_once(registry: Registry) -> None:
    again = create_enquiry(registry.database, name="Bo", contact=("email", MAIL), channel="email")
    registry.merge(registry.bo, registry.ana)
    registry.merge(again, registry.ana)
    with registry.database.read() as session:
        ways = reach.ways(session.get_one(Patient, again.patient_id), now())
        assert sorted((way.channel, way.point.value) for way in ways) == [("email", MAIL), ("sms", PHONE)]


def test_erasing_one_row_erases_the_whole_person(registry: Registry) -> None:
    registry.merge(registry.ana, registry.anna)
    registry.relate(registry.bo, registry.ana)
    with registry.database.write() as session:
        erase.erase(session, registry.ana.patient_id, who="test")
    with registry.database.read() as session:
        erased = {row.id for row in session.scalars(select(Patient).where(Patient.erased_at.is_not(None)))}
        assert erased == {registry.ana.patient_id, registry.anna.patient_id}
        assert session.scalars(select(Relation)).all() == []
        assert session.get_one(Patient, registry.anna.patient_id).name is None
    with pytest.raises(NotFound):
        registry.merge(registry.ana, registry.bo)


def test_others_with_the_same_number_are_shown_as_possibly_the_same(registry: Registry) -> None:
    twin = create_enquiry(registry.database, name="Ana E.", contact=("phone", PHONE))
    marked = create_enquiry(registry.database, name="Web Ana", maybe_patient_id=registry.ana.patient_id)
    for one, others in ((registry.ana, {"Ana E.", "Web Ana"}), (marked, {"Ana Example"}), (registry.bo, set())):
        with registry.database.read() as session:
            found = people.maybe_same(session, people.one(session, one.patient_id))
            assert {other.name for other in found} == others
    registry.merge(twin, registry.ana)
    with registry.database.read() as session:
        found = people.maybe_same(session, people.one(session, registry.ana.patient_id))
        assert [other.name for other in found] == ["Web Ana"]


@pytest.mark.parametrize(
    ("kind", "back"),
    [("mother", "child"), ("child", "parent"), ("spouse", "spouse"), ("carer", "cared-for"), ("sibling", "sibling")],
)
def test_a_relation_is_seen_from_both_sides(registry: Registry, kind: str, back: str) -> None:
    registry.relate(registry.ana, registry.bo, kind)
    assert registry.related(registry.ana) == [(kind, "Bo Example")]
    assert registry.related(registry.bo) == [(back, "Ana Example")]


def test_a_relation_holds_for_the_merged_person(registry: Registry) -> None:
    registry.relate(registry.ana, registry.bo)
    registry.merge(registry.ana, registry.anna)
    assert registry.related(registry.anna) == [("mother", "Bo Example")]
    assert registry.related(registry.bo) == [("child", "Anna Example")]


def test_a_relation_is_written_down_once_and_never_with_oneself(registry: Registry) -> None:
    registry.relate(registry.ana, registry.bo)
    with pytest.raises(Conflict, match="already"):
        registry.relate(registry.bo, registry.ana, "child")
    with pytest.raises(BadInput, match="same person"):
        registry.relate(registry.ana, registry.ana)
    with pytest.raises(BadInput, match="not a way"):
        registry.relate(registry.ana, registry.anna, "boss")


def test_a_relation_is_removed_from_either_side_by_nobody_elses_page(registry: Registry) -> None:
    registry.relate(registry.ana, registry.bo)
    with registry.database.write() as session:
        relation_id = session.scalars(select(Relation.id)).one()
        staff = session.scalars(select(Staff)).one()
        with pytest.raises(NotFound):
            relate.remove(session, staff, registry.anna.patient_id, relation_id)
        relate.remove(session, staff, registry.bo.patient_id, relation_id)
    assert registry.related(registry.ana) == []


def test_an_enquiry_of_a_merged_person_is_given_to_another_with_every_contact_once(registry: Registry) -> None:
    again = create_enquiry(registry.database, name="Bo", contact=("email", MAIL), channel="email")
    registry.merge(registry.bo, registry.ana)
    registry.merge(again, registry.ana)
    with registry.database.write() as session:
        alice = session.scalars(select(Staff)).one()
        after = move.move_to_new_person(session, again.reference, alice, person_of("Cleo Example", "GB", "en"))
        assert sorted(point.value or "" for point in after.contact_points) == [PHONE, MAIL]


def test_the_status_page_knows_a_merged_person_by_every_contact(registry: Registry) -> None:
    registry.merge(registry.bo, registry.ana)
    with registry.database.read() as session:
        assert known.find(session, registry.ana.reference, MAIL) is not None
        assert known.find(session, registry.bo.reference, PHONE) is not None
        assert known.find(session, registry.anna.reference, PHONE) is None


def test_a_relation_that_somebody_writes_down_at_the_same_moment_is_a_conflict(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.relate(registry.ana, registry.bo)
    monkeypatch.setattr(relate, "of_person", lambda session, patient: [])  # looked before the other was there
    with pytest.raises(Conflict, match="already"):
        registry.relate(registry.ana, registry.bo, "carer")
    with registry.database.read() as session:
        assert session.scalars(select(Relation.kind)).all() == ["mother"]
