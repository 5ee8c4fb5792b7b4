"""The outbox: each task is done once, whoever dies, however many try."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select, update

from service.clock import now
from service.storage import tasks
from service.storage.session import Database
from service.storage.tasks import Leased, LeaseLost, Task


@pytest.fixture
def outbox(any_database: Database) -> Iterator[Database]:
    with any_database.write() as session:
        for number in range(6):
            tasks.add(session, "understand", "understand", f"message-{number}", priority=number % 3)
    yield any_database


def claim(database: Database, owner: str, limit: int = 10) -> list[Leased]:
    with database.write() as session:
        return tasks.claim(session, "understand", owner, limit)


def state(database: Database, task: Leased) -> tuple[str, int]:
    with database.read() as session:
        row = session.get_one(Task, task.id)
        return row.state, row.attempts


def let_leases_run_out(database: Database) -> None:
    with database.write() as session:
        session.execute(update(Task).values(lease_until=now() - timedelta(seconds=1)))


def test_the_most_pressing_are_claimed_first(outbox: Database) -> None:
    assert {task.subject for task in claim(outbox, "w1", 2)} == {"message-0", "message-3"}


def test_nobody_claims_what_somebody_has(outbox: Database) -> None:
    assert len(claim(outbox, "w1")) == 6
    assert claim(outbox, "w2") == []


def test_many_who_claim_at_once_share_and_never_overlap(outbox: Database) -> None:
    barrier, taken = Barrier(6), list[Leased]()

    def work(owner: str) -> None:
        barrier.wait()
        taken.extend(claim(outbox, owner, 2))

    threads = [Thread(target=work, args=(f"w{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({task.id for task in taken}) == len(taken) > 0


def test_a_lease_taken_between_look_and_claim_is_left_alone(outbox: Database) -> None:
    """The condition belongs to the UPDATE: without it, the second would take over the first one's lease."""
    (first,) = claim(outbox, "w1", 1)
    with outbox.write() as session:
        assert not tasks._take(session, first.id, "w2", now())
    with outbox.write() as session:
        tasks.finish(session, first)


def test_a_dead_workers_tasks_are_free_when_the_lease_ends(outbox: Database) -> None:
    first = claim(outbox, "w1")
    let_leases_run_out(outbox)
    second = claim(outbox, "w2")
    assert {task.id for task in second} == {task.id for task in first}
    with pytest.raises(LeaseLost), outbox.write() as session:
        tasks.finish(session, first[0])


def test_the_result_of_a_lost_lease_is_undone_with_it(outbox: Database) -> None:
    (first,) = claim(outbox, "w1", 1)
    let_leases_run_out(outbox)
    claim(outbox, "w2")
    with pytest.raises(LeaseLost), outbox.write() as session:
        tasks.add(session, "send", "send", "written by the slow worker")
        session.flush()
        tasks.finish(session, first)
    with outbox.read() as session:
        assert session.scalar(select(Task).where(Task.queue == "send")) is None


def test_the_same_owner_cannot_finish_an_older_attempt(outbox: Database) -> None:
    (first,) = claim(outbox, "w1", 1)
    let_leases_run_out(outbox)
    claim(outbox, "w1")
    with pytest.raises(LeaseLost), outbox.write() as session:
        tasks.finish(session, first)


def test_the_heartbeat_keeps_the_lease(outbox: Database) -> None:
    leased = claim(outbox, "w1")
    with outbox.write() as session:
        session.execute(update(Task).values(lease_until=now() + timedelta(seconds=1)))
    with outbox.write() as session:
        tasks.extend(session, leased)
    with outbox.read() as session:
        ends = session.scalars(select(Task.lease_until)).all()
    assert all(end and end > now() + timedelta(seconds=20) for end in ends)


def test_a_failed_task_waits_and_is_tried_again(outbox: Database) -> None:
    (task,) = claim(outbox, "w1", 1)
    with outbox.write() as session:
        assert not tasks.fail(session, task, "EngineError")
    assert state(outbox, task) == ("waiting", 1)
    assert task.id not in {other.id for other in claim(outbox, "w1")}


def test_a_task_that_keeps_failing_becomes_a_dead_letter_and_can_be_retried(outbox: Database) -> None:
    (task,) = claim(outbox, "w1", 1)
    claim(outbox, "busy with the others")
    for _ in range(tasks.MAX_ATTEMPTS - 1):
        with outbox.write() as session:
            tasks.fail(session, task, "EngineError")
            session.execute(update(Task).where(Task.id == task.id).values(due_at=now()))
        (task,) = claim(outbox, "w1", 1)
    with outbox.write() as session:
        assert tasks.fail(session, task, "EngineError")
    with outbox.read() as session:
        assert [letter.id for letter in tasks.dead_letters(session)] == [task.id]
    with outbox.write() as session:
        assert tasks.retry(session, task.id)
        assert not tasks.retry(session, task.id)
    assert state(outbox, task) == ("waiting", 0)


def test_what_kills_its_worker_time_after_time_is_buried(outbox: Database) -> None:
    with outbox.write() as session:
        session.execute(
            update(Task)
            .where(Task.subject == "message-0")
            .values(state="leased", attempts=tasks.MAX_ATTEMPTS, lease_until=now() - timedelta(seconds=1))
        )
    assert "message-0" not in {task.subject for task in claim(outbox, "w1")}
    with outbox.write() as session:
        assert [task.subject for task in tasks.bury(session)] == ["message-0"]


def test_a_suspect_task_goes_alone(outbox: Database) -> None:
    with outbox.write() as session:
        session.execute(update(Task).where(Task.subject == "message-0").values(attempts=tasks.SUSPECT_ATTEMPTS))
    assert [task.subject for task in claim(outbox, "w1")] == ["message-0"]
    assert len(claim(outbox, "w2")) == 5


def test_due_queues_are_those_in_which_something_waits(outbox: Database) -> None:
    with outbox.read() as session:
        assert tasks.due_queues(session) == ["understand"]
    claim(outbox, "w1")
    with outbox.read() as session:
        assert tasks.due_queues(session) == []


def test_what_is_asked_for_again_is_done_again(outbox: Database) -> None:
    task = claim(outbox, "w1", 1)[0]
    with outbox.write() as session:
        tasks.finish(session, task)
    with outbox.write() as session:
        tasks.again(session, "understand", "understand", task.subject, priority=-1)
    assert claim(outbox, "w2", 1)[0].subject == task.subject


def test_a_result_out_of_date_is_not_kept(outbox: Database) -> None:
    task = claim(outbox, "w1", 1)[0]
    with outbox.write() as session:
        tasks.again(session, "understand", "understand", task.subject)
    with pytest.raises(LeaseLost), outbox.write() as session:
        tasks.finish(session, task)


def test_what_was_never_asked_for_is_added(outbox: Database) -> None:
    with outbox.write() as session:
        tasks.again(session, "send", "send", "message-new")
    with outbox.write() as session:
        assert [task.subject for task in tasks.claim(session, "send", "w1", 5)] == ["message-new"]
