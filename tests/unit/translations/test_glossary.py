"""Words of the trade come out right."""

from __future__ import annotations

from pathlib import Path

import pytest

import service.understanding
from translations.glossary import Term, TermGlossary, load, parse, parse_table

FOLDER = Path(service.understanding.__file__).with_name("knowledge") / "glossary"
GLOSSARY = TermGlossary(
    {
        ("es", "en"): [
            Term("células madre", "stem cells", ("cells mother",)),
            Term("trasplante de células madre", "stem cell transplant", ("transplant of cells mother",)),
            Term("hígado", "liver"),
            Term("corazón"),
            Term("una cita", "an appointment", ("a date",)),
        ]
    }
)


@pytest.mark.parametrize(
    ("written", "spelt"),
    [
        ("el higado", "el hígado"),
        ("El HIGADO", "El HÍGADO"),
        ("Celulas  Madre!", "Células madre!"),
        ("corazon", "corazón"),
        ("higados", "higados"),
        ("el hígado", "el hígado"),
    ],
)
def test_missing_accents_are_restored(written: str, spelt: str) -> None:
    assert GLOSSARY.restore(written, "es") == spelt


def test_a_decomposed_accent_is_an_accent() -> None:
    assert GLOSSARY.restore("el hi\u0301gado", "es") == "el hígado"


@pytest.mark.parametrize(
    ("source", "translated", "mended"),
    [
        ("busco células madre", "I look for cells mother", "I look for stem cells"),
        ("CELULAS MADRE", "CELLS MOTHER", "STEM CELLS"),
        ("Células madre", "Cells mother", "Stem cells"),
        ("trasplante de células-madre", "transplant of cells mother", "stem cell transplant"),
        ("trasplante de células madre", "a grafting of cells mother", "a grafting of stem cells"),
        ("mi higado", "my hígado", "my liver"),
    ],
)
def test_known_wrong_renderings_are_replaced(source: str, translated: str, mended: str) -> None:
    assert GLOSSARY.mend(source, translated, "es", "en") == mended


def test_nothing_is_replaced_that_the_source_does_not_say() -> None:
    assert GLOSSARY.mend("la fecha de la cita", "a date", "es", "en") == "a date"
    assert GLOSSARY.mend("busco células madre", "I look for cells mother", "es", "fr") == "I look for cells mother"


def test_a_wrong_form_is_replaced_only_as_often_as_the_source_says_the_term() -> None:
    assert GLOSSARY.mend("una cita y una fecha", "a date and a date", "es", "en") == "an appointment and a date"


def test_words_of_the_target_may_stand_in_both_languages() -> None:
    assert GLOSSARY.is_right("Liver", "es", "en")
    assert not GLOSSARY.is_right("hígado", "es", "en")


@pytest.mark.parametrize("line", ["\tstem cells", "a\tb\tc\td", "a b c d e f g h i\tx"])
def test_a_mistake_in_a_file_is_named_with_its_line(line: str) -> None:
    with pytest.raises(ValueError, match=r"es-en\.tsv:2"):
        parse(f"# comment\n{line}\n", "es-en.tsv")


def test_our_own_files_can_be_read_and_cover_the_languages_that_apertium_serves() -> None:
    glossary = load(FOLDER)
    for source, term in {
        "es": "células madre",
        "fr": "cellules souches",
        "pt": "células-tronco",
        "it": "cellule staminali",
        "ro": "celule stem",
    }.items():
        assert glossary.mend(term, term, source, "en") == "stem cells"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*-*.tsv")), ids=lambda file: file.stem)
def test_our_own_files_have_no_term_twice(file: Path) -> None:
    sources = [term.source for term in parse(file.read_text(encoding="utf-8"), file.name)]
    assert len(sources) == len(set(sources))


TABLE = """# comment
en\tes\tfr
lung transplant\ttrasplante de pulmón|trasplante pulmonar\tgreffe de poumon
IVF|in vitro\tFIV\t
"""


def test_a_table_makes_terms_both_ways_with_the_first_form_to_write() -> None:
    glossary = TermGlossary(parse_table(TABLE, "terms.tsv").terms())
    assert glossary.mend("un trasplante pulmonar", "a trasplante pulmonar", "es", "en") == "a lung transplant"
    assert glossary.mend("a lung transplant", "un lung transplant", "en", "es") == "un trasplante de pulmón"
    assert glossary.phrases("en", "fr") == ["lung transplant"]


def test_what_an_engine_makes_of_a_term_is_replaced_unless_it_is_right() -> None:
    glossary = TermGlossary(parse_table(TABLE, "terms.tsv").terms())
    glossary.learn({"trasplante pulmonar": "pulmonary transplantation.", "FIV": "in vitro"}, "es", "en")
    assert glossary.mend("trasplante pulmonar", "a pulmonary transplantation", "es", "en") == "a lung transplant"
    assert glossary.mend("FIV", "in vitro", "es", "en") == "in vitro"


MEDICINES = parse_table("en\tes\nprednisone\tprednisona\nfolic acid\tácido fólico\n", "medicines.tsv")


@pytest.mark.parametrize(
    ("source", "translated", "lost"),
    [
        ("tomo prednisona", "I take prednisone", False),
        ("tomo PREDNISONA", "I take Prednisone.", False),
        ("tomo prednisona", "I take vitamins", True),
        ("acido folico", "folic acid", False),
        ("acido folico", "leaf sour", True),
        ("tomo prednisone", "I take it", True),
        ("nada", "nothing", False),
    ],
)
def test_a_medicine_that_is_not_named_any_more_is_seen(source: str, translated: str, lost: bool) -> None:
    assert TermGlossary({}, MEDICINES).lost(source, translated, "es", "en") is lost


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("es\ten\n", r"terms\.tsv: the first line"),
        ("", r"terms\.tsv: the first line"),
        ("en\tes\na\tb\tc\n", r"terms\.tsv:2"),
        ("en\tes\n\tb\n", r"terms\.tsv:2"),
        ("en\tes\na\tb c d e f g h i j\n", r"terms\.tsv:2"),
    ],
)
def test_a_mistake_in_a_table_is_named_with_its_line(content: str, where: str) -> None:
    with pytest.raises(ValueError, match=where):
        parse_table(content, "terms.tsv")


def test_no_medicine_and_no_term_is_listed_twice() -> None:
    for name in ("terms.tsv", "medicines.tsv"):
        rows = [line.split("\t")[0] for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]
        assert len(rows) == len(set(rows))


def test_a_term_is_heard_with_its_articles_too() -> None:
    terms = parse_table("en\tpt\nkidney transplant\ttransplante de rim\n", "terms.tsv").terms()
    glossary = TermGlossary(terms, articles={"pt": ["o"], "en": ["the"]})
    assert glossary.phrases("pt", "en") == ["transplante de rim", "o transplante de rim"]
    glossary.learn({"o transplante de rim": "the transplantation of kidney"}, "pt", "en")
    mended = glossary.mend("preciso do transplante de rim", "I need of the transplantation of kidney", "pt", "en")
    assert mended == "I need of the kidney transplant"
