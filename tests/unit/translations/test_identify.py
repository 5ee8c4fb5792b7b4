"""In which language a message is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translations.identify import Identified, candidates, identify, telling

MESSAGES = {
    "en": ["My father has had chest pain since this morning", "How much is stem cell treatment?", "price knee surgery"],
    "es": ["Hola, mi padre tiene cirrosis hepática", "cuanto cuesta el tratamiento", "dolor de pecho", "Buenos dias"],
    "fr": ["Bonjour, je souffre de polyarthrite rhumatoïde", "mon pere ne respire plus", "combien ca coute svp"],
    "de": ["Guten Tag, meine Mutter hat Rheuma", "Was kostet eine Knie-OP?", "Brustschmerzen seit heute"],
    "pt": ["Olá, minha mãe tem lúpus", "quanto custa o tratamento", "dor no peito forte", "bom dia"],
    "it": ["Buongiorno, mio padre ha una cirrosi", "quanto costa l'intervento al ginocchio", "dolore al petto"],
    "ro": ["Buna ziua, tatal meu are ciroza", "cat costa tratamentul", "durere in piept"],
    "tr": ["Merhaba babamın göğsü ağrıyor", "tedavi ücreti ne kadar", "annem nefes alamiyor"],
    "vi": ["Xin chào, bố tôi bị xơ gan", "chi phi dieu tri bao nhieu", "đau ngực"],
    "id": ["Selamat pagi, ayah saya sakit lupus", "berapa biaya pengobatan", "nyeri dada"],
    "sw": ["Habari, baba yangu ana saratani", "gharama ya matibabu ni kiasi gani", "hawezi kupumua"],
    "uz": ["Assalomu alaykum, otam jigar kasali", "davolash narxi qancha", "Менинг онам касал, даволаш нархи қанча"],
    "ar": ["السلام عليكم والدي عنده تليف في الكبد", "كم تكلفة العلاج", "الم في الصدر", "مرحبا"],
    "fa": ["سلام پدرم سیروز کبدی دارد", "هزینه درمان چقدر است", "درد قفسه سینه"],
    "ur": ["السلام علیکم میرے والد کو جگر کا مرض ہے", "علاج کا خرچ کتنا ہے", "سینے میں درد"],
    "hi": ["नमस्ते, मेरे पिता को लीवर की बीमारी है", "सीने में दर्द"],
    "bn": ["আমার বাবার লিভার সিরোসিস আছে", "বুকে ব্যথা"],
    "ru": ["Здравствуйте, у моего отца цирроз", "сколько стоит лечение", "боль в груди"],
    "uk": ["Добрий день, у мого батька цироз", "скільки коштує лікування", "біль у грудях"],
    "zh": ["我父亲有肝硬化，治疗费用多少？", "胸痛", "MRI 结果在附件里 CT 也有"],
    "am": ["አባቴ የጉበት በሽታ አለበት", "የደረት ሕመም"],
}
ROMANISED = {
    "ar": ["ana 3andi waja3 fi sadri", "salam kam se3r el 3ilaj", "bghit n3ref chhal taman dyal l3amaliya"],
    "hi": ["mere papa ko lupus hai", "ilaj ka kharcha kitna hai", "meri maa ko saans nahi aa rahi"],
    "ru": ["u menya gryzha", "skolko stoit lechenie", "zdravstvuyte, moy otets bolen"],
    "bn": ["amar babar buke byatha", "amar ma er kidney rog, koto taka lagbe"],
    "fa": ["salam pedaram saratan dare, hazine darman chand ast"],
}
UNTOLD = ["", " ", "ok", "?", "123", "👍🙏", "Ahmed", "Maria Lopez", "John Smith", "محمد", "+44 7700 900123", "MRI CT"]
NOT_OURS = [
    "Dzień dobry, mój ojciec ma marskość wątroby i potrzebuje pomocy",
    "안녕하세요 치료 비용이 얼마인가요",
    "こんにちは、父は肝硬変です",
    "Καλημέρα, ο πατέρας μου έχει κίρρωση",
    "Сәлеметсіз бе, әкемнің бауыры ауырады",
]


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in MESSAGES.items() for text in texts])
def test_a_message_is_in_its_language(language: str, text: str) -> None:
    found = identify(text)
    assert (found.language, found.romanised) == (language, False)
    assert language in candidates(text)


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in ROMANISED.items() for text in texts])
def test_latin_letters_do_not_hide_a_language(language: str, text: str) -> None:
    found = identify(text)
    assert (found.language, found.romanised) == (language, True)
    assert found.knowledge == f"{language}-Latn"


@pytest.mark.parametrize("text", [text for code in ("ar", "hi", "ru") for text in ROMANISED[code]])
def test_romanised_messages_are_read_with_their_own_words_first(text: str) -> None:
    assert candidates(text)[0] == identify(text).knowledge


@pytest.mark.parametrize("text", UNTOLD)
def test_what_says_too_little_is_not_guessed(text: str) -> None:
    assert identify(text).language == "und"


@pytest.mark.parametrize("text", NOT_OURS)
def test_a_language_that_is_not_ours_is_not_taken_for_one(text: str) -> None:
    assert identify(text).language == "und"


@pytest.mark.parametrize("text", ["ok", "123", "👍", "Maria Lopez"])
def test_what_is_known_of_the_sender_settles_short_texts(text: str) -> None:
    found = identify(text, prior="tr")
    assert found.language == "tr"
    assert found.confidence < 0.5
    assert "tr" in candidates(text, prior="tr")


@pytest.mark.parametrize("prior", ["en", "tr", "ar", "pt-BR", "xx", "", None])
def test_what_is_known_of_the_sender_counts_for_nothing_against_clear_evidence(prior: str | None) -> None:
    assert identify("Hola, mi padre tiene dolor de pecho y no puede respirar", prior=prior).language == "es"
    assert identify("السلام عليكم والدي عنده تليف في الكبد", prior=prior).language == "ar"


def test_hindi_in_latin_letters_from_an_urdu_speaker_is_urdu() -> None:
    assert identify("mere walid ko dil ka masla hai", prior="ur") == Identified(
        "ur", identify("mere walid ko dil ka masla hai", prior="ur").confidence, romanised=True
    )


def test_a_message_in_two_languages_is_read_in_both() -> None:
    both = candidates("السلام عليكم والدي مريض\nMy father has severe chest pain please help")
    assert {"ar", "en"} <= set(both)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("bache ke gale me haddi phans gai h", "hi-Latn"),
        ("bete ne phenyl pi liya", "hi-Latn"),
        ("bacche ne battery nigal li", "hi-Latn"),
        ("papa ne mojet dishat", "ru-Latn"),
        ("u papy ne dyshit", "ru-Latn"),
        ("7alati khatira", "ar-Latn"),
        ("my father is very sick, doctor please help us today, bete ne phenyl pi liya", "hi-Latn"),
    ],
)
def test_two_words_of_a_romanised_language_are_enough_to_try_it(text: str, language: str) -> None:
    assert language in candidates(text)


def test_words_that_the_likeliest_language_has_too_do_not_make_it_romanised() -> None:
    assert "hi-Latn" not in candidates("no se me quita el dolor, que me pasa")


def test_ambiguous_arabic_letters_are_read_in_all_languages_that_write_them() -> None:
    assert {"ar", "fa", "ur"} <= set(candidates("درد"))


def test_addresses_say_nothing_about_the_language() -> None:
    text = "mi padre tiene cirrosis https://www.the-hospital.example/and-the-price/of-the-treatment"
    assert identify(text).language == "es"


@given(st.text(max_size=300), st.sampled_from([None, "ar", "en", "zz"]))
def test_any_text_gets_an_answer(text: str, prior: str | None) -> None:
    found = identify(text, prior=prior)
    assert 0.0 <= found.confidence <= 1.0
    assert len(candidates(text, prior=prior)) <= 8


@pytest.mark.parametrize("text", ["bafakkar antehir", "rah kaymout 3te9ona"])
def test_few_words_that_tell_no_language_surely_may_be_typed_in_latin_letters(text: str) -> None:
    assert {"ar-Latn", "hi-Latn", "ru-Latn"} <= {*candidates(text)}
    assert "ar-Latn" not in candidates("saya sakit kepala")


@pytest.mark.parametrize(
    ("text", "taken_for", "language"),
    [
        ("krov izo rta poshla", "uz", "ru-Latn"),
        ("ni allergii, ni astmy. guby razdulo posle iogurta", "sw", "ru-Latn"),
        ("pereputal lekarstva, vypil desyat digoksina", "id", "ru-Latn"),
        ("mkhaddar mabein rejlayi", "uz", "ar-Latn"),
    ],
)
def test_what_only_statistics_take_for_a_language_may_be_typed_in_latin_letters(
    text: str, taken_for: str, language: str
) -> None:
    assert candidates(text)[0] == taken_for
    assert language in candidates(text)


@pytest.mark.parametrize("text", ["x" * 100_000, "ا" * 100_000, "a b " * 25_000, "\u202e" * 1000, "\ud800 hola"])
def test_huge_and_broken_texts_get_an_answer(text: str) -> None:
    assert identify(text).confidence <= 1.0


@pytest.mark.parametrize(
    ("word", "language"),
    [("für", "de"), ("không", "vi"), ("için", "tr"), ("что", "ru"), ("що", "uk"), ("أريد", "ar"), ("c’est", "fr")],
)
def test_a_small_word_is_known_however_it_is_typed(word: str, language: str) -> None:
    for typed in (word, word.upper(), word.title(), *(unicodedata.normalize(form, word) for form in ("NFC", "NFD"))):
        assert language in telling(typed), typed


def test_a_language_of_two_scripts_is_told_by_either() -> None:
    text = "Қизим 14 ёшда, бир елкаси баланд, кураги туртиб чиққан. Рентгенда 47 градус, S симон. HLA-B27 йўқ"
    assert identify(text).language == "uz"
