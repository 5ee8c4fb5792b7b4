"""How long a search takes among many enquiries: `python -m tests.benchmarks.bench_search [ENQUIRIES]`."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service.clock import now
from service.enquiries import references, search, search_words
from service.enquiries.desk_model import SearchWord
from service.enquiries.model import Enquiry, Patient
from service.enquiries.search import Wanted
from service.storage import migrate
from service.storage.encryption import Keyring, new_key
from service.storage.session import Database
from service.storage.tables import new_id

WORDS_EACH: Final = 40
VOCABULARY: Final = 20_000
BATCH: Final = 2_000
TRIES: Final = 20
#: From a word that every second enquiry has to one that a few have, and one that none has.
ASKED: Final = ((0,), (0, 1), (0, 1, 2, 3), (500,), (0, 500), (19_000,), (VOCABULARY,))


def main(number: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder)}/search.db", Keyring([new_key()]))
        migrate.upgrade(database)
        for start in range(0, number, BATCH):
            with database.write() as session:
                _fill(session, min(BATCH, number - start), start)
        print(f"{number} enquiries, {WORDS_EACH} words each, SQLite")
        for ranks in ASKED:
            found, seconds = _measure(database, " ".join(map(_word, ranks)))
            print(f"{f'words of rank {ranks}':30} {found:3} found {seconds * 1000:7.1f} ms")
        database.close()


def _fill(session: Session, number: int, start: int) -> None:
    hashes = session.info.setdefault("hashes", {})
    moment = now() - timedelta(days=365)
    ids = [(new_id(), new_id()) for _ in range(number)]
    session.execute(insert(Patient), [{"id": patient} for _, patient in ids])
    session.execute(
        insert(Enquiry),
        [
            {
                "id": enquiry, "patient_id": patient, "reference": references.written(f"{start + place:09}"),
                "channel": "sms", "received_at": moment + timedelta(minutes=start + place), "due_at": moment,
            }
            for place, (enquiry, patient) in enumerate(ids)
        ],
    )  # fmt: skip
    session.execute(insert(SearchWord), [row for enquiry, _ in ids for row in _words(session, enquiry, hashes)])


def _words(session: Session, enquiry_id: str, hashes: dict[int, str]) -> Iterator[dict[str, Any]]:
    """As words are in a language: the few that come all the time, and the many that hardly ever do."""
    for rank in {min(int(random.paretovariate(0.5)) - 1, VOCABULARY - 1) for _ in range(WORDS_EACH)}:
        if rank not in hashes:
            (hashes[rank],) = search_words.hashes(session, [_word(rank)])
        yield {"word": hashes[rank], "enquiry_id": enquiry_id}


def _word(rank: int) -> str:
    """A word of letters alone, for each rank another."""
    return "w" + "".join(chr(ord("a") + int(digit)) for digit in str(rank))


def _measure(database: Database, text: str) -> tuple[int, float]:
    """How many the first page shows, and the median of the seconds, with the page's rows read."""
    taken, found = [], 0
    for _ in range(TRIES):
        begun = time.perf_counter()
        with database.read() as session:
            found = len(search.find(session, Wanted(text)).enquiries)
        taken.append(time.perf_counter() - begun)
    return found, sorted(taken)[TRIES // 2]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
