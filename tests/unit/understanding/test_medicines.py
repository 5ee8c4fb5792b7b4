"""Medicines that the patient takes and things that they cannot bear, in many languages, and what must not be read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from service.understanding.facts import medicines
from service.understanding.facts.heads import Heads
from service.understanding.facts.medicines import find_allergies, find_medicines
from service.understanding.knowledge_files import FOLDER
from service.understanding.page import Page
from service.understanding.reader import Reader
from service.understanding.terms.matching import Scan
from service.understanding.terms.parsing import parse
from service.understanding.terms.patterns import Entry
from service.understanding.text.words import split


def taken(text: str, language: str) -> list[str]:
    names: list[str] = Reader().read(text, language=language).facts.get("medicines", [])
    return names


def unbearable(text: str, language: str) -> list[str]:
    found = list(find_allergies(Page(text, (language,))))
    assert [text[quote.start : quote.end] for quote in found] == [quote.text for quote in found]
    return [quote.text for quote in found]


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "I am on Januvia, Entresto and Azilect", ["sitagliptin", "sacubitril", "valsartan", "rasagiline"]),
        ("en", "takes Augmentin", ["amoxicillin", "clavulanic acid"]),
        ("es", "Tomo Sintrom y ácido fólico", ["acenocoumarol", "folic acid"]),
        ("fr", "Il prend du Modopar et Tecfidera", ["levodopa", "benserazide", "dimethyl fumarate"]),
        ("de", "Ich nehme Marcumar und L-Thyroxin 75", ["phenprocoumon", "levothyroxine"]),
        ("pt", "Tomo Glifage e losartana", ["metformin", "losartan"]),
        ("it", "prendo Eutirox e metotrexato", ["levothyroxine", "methotrexate"]),
        ("ro", "iau Siofor si bisoprolol", ["metformin", "bisoprolol"]),
        ("ru", "Пьёт Мадопар и принимает Эликвиса по 5", ["levodopa", "benserazide", "apixaban"]),
        ("uk", "приймаю еутирокс і метформін", ["levothyroxine", "metformin"]),
        ("ar", "تاخذ كونكور وبلافيكس", ["bisoprolol", "clopidogrel"]),
        ("ar", "ما عندها أي حساسية وتاخذ يوتيروكس 75", ["levothyroxine"]),
        ("fa", "متفورمین ۸۵۰ و جاردیانس و راکوتان می‌خورم", ["metformin", "empagliflozin", "isotretinoin"]),
        ("ur", "میں میٹفارمن لیتا ہوں", ["metformin"]),
        ("hi", "एम्लोडिपिन और फ्यूरोसेमाइड लेता हूँ", ["amlodipine", "furosemide"]),
        ("bn", "ওমিপ্রাজল আর লেভোডোপা খাই", ["omeprazole", "levodopa"]),
        ("zh", "吃氨氯地平和二甲双胍，还有多西环素", ["amlodipine", "metformin", "doxycycline"]),
        ("tr", "Prograf ve prednizolon kullanıyor, Parol'ü de", ["tacrolimus", "prednisolone", "paracetamol"]),
        ("am", "ሜትፎርሚን እና ኢንሱሊን እወስዳለሁ", ["metformin", "insulin"]),
        ("id", "minum metformin dan asam folat", ["metformin", "folic acid"]),
        ("sw", "anatumia metfomini na warfarin", ["metformin", "warfarin"]),
        ("uz", "metotreksatni ichaman", ["methotrexate"]),
        ("vi", "đang uống Xarelto và axit folic", ["rivaroxaban", "folic acid"]),
        ("ru-Latn", "pyu eutiroks i nakom", ["levothyroxine", "levodopa", "carbidopa"]),
    ],
)
def test_medicines_by_international_and_trade_names(language: str, text: str, names: list[str]) -> None:
    assert sorted(taken(text, language)) == sorted(names)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I take no insulin"),
        ("en", "insulin resistance and low vitamin D"),
        ("en", "retina detached, luminal A breast cancer"),
        ("ar-Latn", "domour 3adalat"),
        ("es", "para comer pan, no hay problema"),
        ("zh", "可定期复查，开同意书"),
        ("en", "I'm not allergic to penicillin"),
        ("zh", "对阿司匹林也不过敏"),
        ("fa", "به پنی‌سیلین و لاتکس حساسیت دارد"),
        ("en", "I am allergic to ibuprofen. Ibuprofen gave me hives"),
    ],
)
def test_what_is_no_medicine_taken(language: str, text: str) -> None:
    assert taken(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "My wife takes levothyroxine but this is about me: I am on Glucophage", ["metformin"]),
        ("fa", "خانمم متفورمین می‌خوره. خودم آسپرین می‌خورم. خانمم دیابت داره", ["metformin"]),
        ("zh", "姥姥八十一岁，跟我们住，吃氨氯地平，两眼白内障", ["amlodipine"]),
        ("en", "My sister is 33. She gets migraines and takes Topamax. I'm 30 and take nothing", ["topiramate"]),
    ],
)
def test_medicines_of_somebody_else_are_not_the_patients(language: str, text: str, names: list[str]) -> None:
    assert taken(text, language) == names


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("hi", "थाइरोक्सिन रोज़ लेती हूँ", "levothyroxine"),
        ("hi", "टेल्मा 40 लेता हूँ", "telmisartan"),
        ("ur", "تھائیروکسین روز کھاتی ہوں", "levothyroxine"),
        ("ur", "ریمیپریل کھاتا ہوں", "ramipril"),
        ("bn", "প্লাভিক্স খাই", "clopidogrel"),
        ("am", "ሪቫሮክሳባን እወስዳለሁ", "rivaroxaban"),
        ("sw", "natumia thyroxini", "levothyroxine"),
        ("id", "minum hidroksiklorokuin", "hydroxychloroquine"),
    ],
)
def test_names_in_other_scripts_stand_under_their_own_medicine(language: str, text: str, name: str) -> None:
    assert taken(text, language) == [name]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I stopped metformin last year and now take insulin", ["insulin"]),
        ("He used to take warfarin, now only aspirin 75", ["aspirin"]),
        ("Her medicines were changed from amlodipine to losartan", ["losartan"]),
        ("They want to give me rituximab. I take prednisolone", ["prednisolone"]),
        ("metformin was stopped, I am on insulin", ["insulin"]),
        ("takes bisoprolol, clopidogrel was stopped in May", ["bisoprolol"]),
        ("bisoprolol, clopidogrel and aspirin were stopped", []),
        ("failed methotrexate, leflunomide and sulfasalazine, now on adalimumab", ["adalimumab"]),
        ("Instead of warfarin she takes apixaban", ["apixaban"]),
        ("should I take prednisolone for this?", []),
        ("I have been on levothyroxine for ten years", ["levothyroxine"]),
        ("I stopped smoking. Metformin 500", ["metformin"]),
        ("she stopped taking her metformin", []),
        ("she stopped, now takes metformin", ["metformin"]),
        (
            "they stopped " + "the pills of my old doctor and his many helpers in the town " * 2 + "metformin",
            ["metformin"],
        ),
        ("I take Ozempic but I stopped it, now on metformin", ["metformin"]),
        ("I take ibuprofen but physiotherapy did not help", ["ibuprofen"]),
    ],
)
def test_what_is_taken_no_more_or_not_yet_is_not_taken(text: str, names: list[str]) -> None:
    assert taken(text, "en") == names


@pytest.mark.parametrize(
    ("language", "text", "things"),
    [
        ("en", "allergic to iodine, ibuprofen and bee stings. 47", ["iodine", "ibuprofen", "bee stings"]),
        ("en", "allergic to penicillin, takes insulin and metformin", ["penicillin"]),
        ("en", "allergic to penicillin, metformin 500 mg twice a day", ["penicillin"]),
        ("en", "allergic to dragonfruit since childhood", ["dragonfruit since childhood"]),
        ("en", "Allergies: penicillin & latex", ["penicillin", "latex"]),
        ("en", "penicillin allergy", ["penicillin"]),
        ("es", "alérgica al contraste, al ibuprofeno y a las nueces.", ["contraste", "ibuprofeno", "nueces"]),
        ("fr", "Allergique à la pénicilline, à l'iode et au latex", ["pénicilline", "iode", "latex"]),
        ("pt", "sou alérgica a dipirona e camarão", ["dipirona", "camarão"]),
        ("it", "allergico alla penicillina e alle fragole", ["penicillina", "fragole"]),
        ("ro", "Alergic la penicilină și nuci, vă rog", ["penicilină", "nuci"]),
        ("de", "allergisch gegen Penicillin und Nüsse", ["Penicillin", "Nüsse"]),
        ("de", "Penicillinallergie bekannt", ["Penicillinallergie"]),
        ("ru", "аллергия на пенициллин и на укусы ос", ["пенициллин", "укусы ос"]),
        ("uk", "Алергія тільки на цитрусові", ["цитрусові"]),
        ("ar", "حساسية من اليود والإيبوبروفين والمكسرات، وألم", ["اليود", "الإيبوبروفين", "المكسرات"]),
        ("fa", "به پنی‌سیلین و لاتکس حساسیت دارد", ["پنی‌سیلین", "لاتکس"]),
        ("ur", "انڈے اور مونگ پھلی سے الرجی ہے", ["انڈے", "مونگ پھلی"]),
        ("hi", "उन्हें पेनिसिलिन और सल्फा से एलर्जी है", ["पेनिसिलिन", "सल्फा"]),
        ("hi-Latn", "aspirin se allergy hai", ["aspirin"]),
        ("bn", "চিংড়িতে এলার্জি আছে", ["চিংড়িতে"]),
        ("zh", "我对碘造影剂、布洛芬、花生都过敏", ["碘造影剂", "布洛芬", "花生"]),
        ("zh", "吃二甲双胍，青霉素过敏", ["青霉素"]),
        ("tr", "Seftriaksona alerjim var", ["Seftriaksona"]),
        ("tr", "penisiline ve latekse alerjim var", ["penisiline", "latekse"]),
        ("uz", "Penitsillinga allergiyam bor", ["Penitsillinga"]),
        ("am", "ለፔኒሲሊን አለርጂ አለብኝ", ["ለፔኒሲሊን"]),
        ("id", "Alergi: udang dan kepiting", ["udang", "kepiting"]),
        ("vi", "Em dị ứng hải sản từ nhỏ", ["hải sản"]),
        ("sw", "nina mzio wa karanga na samaki", ["karanga", "samaki"]),
        ("ar-Latn", "7asasiya men el penicillin", ["penicillin"]),
        ("ru-Latn", "Allergiya na med i orehi", ["med", "orehi"]),
    ],
)
def test_lists_of_allergies_are_read_to_their_end(language: str, text: str, things: list[str]) -> None:
    assert unbearable(text, language) == things


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I have no allergies at all. I take Eliquis"),
        ("en", "not allergic to penicillin"),
        ("en", "allergic to nothing"),
        ("en", "Allergies: none, metformin 500"),
        ("en", "I want an allergy test. Penicillin is fine"),
        ("es", "alergia al látex (no)"),
        ("fr", "Allergie : non"),
        ("ru", "Аллергия: нет, инсулин колет"),
        ("ar", "ما عندها أي حساسية"),
        ("hi", "खा ली ग़लती से, एलर्जी पता थी"),
        ("hi", "पेनिसिलिन से एलर्जी नहीं है"),
        ("zh", "对阿司匹林也不过敏"),
        ("zh", "皮肤过敏起疹子"),
        ("tr", "ilaç alerjisi yok"),
        ("sw", "Mzio wa dawa: hakuna"),
        ("en", "cetirizine for my allergy, allergy Zyrtec daily"),
    ],
)
def test_what_is_no_allergy(language: str, text: str) -> None:
    assert unbearable(text, language) == []


def _options() -> list[tuple[str, str]]:
    """Every spelling of the medicines with its section."""
    path: Path = FOLDER / "medicines.txt"
    section, found = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line.startswith("("):
            found += [(option, section) for option in line[1:-1].split("|")]
    return found


def test_no_spelling_stands_in_two_sections() -> None:
    counts = Counter(option for option, _ in set(_options()))
    assert [option for option, count in counts.items() if count > 1] == []


def test_every_spelling_is_found_and_brings_its_medicines() -> None:
    wrong = []
    for option, section in _options():
        matcher = medicines._matcher()
        found = Scan(matcher, split(option.replace("*", ""))).find("medicines")
        if section not in {match.section for match in found}:
            wrong.append((option, section))
    assert wrong == []


def test_a_stem_that_everyday_words_may_begin_with_is_refused() -> None:
    with pytest.raises(ValueError, match="so short a stem"):
        Heads([Entry("medicines", "x", parse("(para*|other)"))])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we walk the dog", False),
        ("وبلافيكس", True),
        ("پنی‌سیلین", True),
        ("青霉素", True),
        ("青年", False),
        ("no spa", True),
    ],
)
def test_heads_tell_where_a_scan_is_worth_it(text: str, expected: bool) -> None:
    assert medicines._heads().may_stand_in(split(text)) is expected


def test_heads_are_kept_as_they_are() -> None:
    kept = Heads.read(medicines._heads().written())
    assert kept._heads == medicines._heads()._heads


def test_what_set_up_has_compiled_of_another_list_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "medicines.txt"
    other.write_text("[aspirin]\n(aspirinum)\n", encoding="utf-8")
    monkeypatch.setattr(medicines, "_MEDICINES", other)
    for kept in (medicines._heads, medicines._matcher):
        kept.cache_clear()
    try:
        page = Page("metformin and aspirinum", ("en",))
        assert [name for name, _ in find_medicines(page)] == ["aspirin"]
    finally:
        for kept in (medicines._heads, medicines._matcher):
            kept.cache_clear()
