"""Emergencies are seen, and what is denied, over or only said in passing is not one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.understanding.page import Page
from service.understanding.reader import Reader
from service.understanding.signs import signs_of
from service.understanding.text.words import split
from service.understanding.triage import find_red_flags, urgency


def codes(text: str, *languages: str) -> set[str]:
    return {flag.code for flag in find_red_flags(text, languages or ("en",))}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("It feels like an elephant sitting on my chest", "chest-pain"),
        ("Since this morning his mouth is crooked", "stroke"),
        ("she cant breathe and her lips are blue", "breathing"),
        ("my son has a coin stuck in his throat", "choking"),
        ("He is vomiting blood", "bleeding"),
        ("my father collapsed and does not wake up", "unconscious"),
        ("she is having fits again and again", "seizure"),
        ("my tongue is swelling after eating nuts", "anaphylaxis"),
        ("suddenly he does not know his own name", "confusion"),
        ("it would be better if I do not wake up tomorrow", "suicide"),
        ("he fell from the roof", "major-injury"),
        ("my water broke", "labour"),
        ("she drank bleach", "poisoning"),
        ("fever 39 and he is on chemo", "sepsis"),
        ("our newborn is not feeding and has fever", "newborn"),
        ("stiff neck with fever", "meningitis"),
        ("numb between the legs since yesterday", "cauda-equina"),
        ("his leg is suddenly cold and white", "limb-ischaemia"),
        ("sudden severe stomach pain", "abdomen"),
        ("the worst headache of my life", "thunderclap"),
        ("suddenly I cannot see on one eye", "eye-sudden"),
        ("calf swollen and painful after the flight", "clot-travel"),
        ("pus is coming from the wound after the operation", "post-op"),
        ("we missed dialysis this week", "transplant-dialysis"),
        ("late period, sharp pain and shoulder pain", "ectopic"),
        ("sugar 480 and he is vomiting", "diabetes-acute"),
        ("the pain is unbearable", "severe-pain"),
        ("my husband beats me", "abuse"),
        ("he is in the ICU on a ventilator", "explicit"),
    ],
)
def test_each_red_flag_is_seen(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "No chest pain.",
        "He does not have chest pain, shortness of breath or fever",
        "She had chest pain last year",
        "In 2019, he had a heart attack",
        "My father died of a heart attack",
        "I am dying to know the price",
        "Please send an urgent reply about the quotation",
        "I have had seizures since childhood",
        "She is allergic to penicillin",
        "I want to die of embarrassment",
        "Will I bleed a lot after the surgery?",
    ],
)
def test_what_is_denied_or_over_or_an_idiom_is_no_emergency(text: str) -> None:
    assert codes(text) == set()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("No fever, but chest pain since morning", "chest-pain"),
        ("He has no fever. Chest pain now.", "chest-pain"),
        ("He does not eat and has chest pain", "chest-pain"),
        ("Heart surgery last year, now he cannot breathe", "breathing"),
        ("I had a cold last week. Today I cannot breathe", "breathing"),
        ("Not only chest pain", "chest-pain"),
        ("She cannot breathe", "breathing"),
    ],
)
def test_a_cue_in_another_clause_silences_nothing(text: str, code: str) -> None:
    assert code in codes(text)


def test_a_relatives_emergency_is_an_emergency() -> None:
    assert "stroke" in codes("my father cannot speak since this morning")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "My dad has chest pain but I am alone with him"),
        ("en", "My father is not breathing I don't have a car"),
        ("es", "Mi papá no puede respirar y yo no sé qué hacer"),
        ("es", "Mi esposo me pega y yo tengo miedo"),
        ("pt", "Meu pai não consegue respirar e eu não sei o que fazer"),
        ("pt", "Meu marido me bate e eu tenho medo"),
        ("fr", "Mon père ne respire plus moi je suis seule"),
        ("ru", "У отца отнялась рука, а я одна дома"),
        ("de", "Mein Mann schlägt mich und ich habe Angst"),
        ("fr", "Elle a de la fièvre et elle a aussi très mal à la poitrine"),
        ("tr", "Annemde de göğüs ağrısı var, terliyor"),
    ],
)
def test_no_word_of_the_writer_and_no_also_makes_family_history_of_an_emergency(language: str, text: str) -> None:
    assert codes(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "No tiene fiebre ni tos, pero no puede respirar"),
        ("en", "No fever or cough, but he cannot breathe"),
        ("fr", "Pas de fièvre ni de toux mais il n'arrive plus à respirer"),
        ("de", "Kein Fieber oder Husten, aber er bekommt keine Luft"),
        ("ru", "Нет температуры или кашля, но дышать не может"),
    ],
)
def test_a_but_ends_a_list_of_what_is_denied(language: str, text: str) -> None:
    assert "breathing" in codes(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Не задихається, не непритомніє, мама просто питає про квиток"),
        ("zh", "没晕过，大便也不黑，就是要补一个心电图"),
    ],
)
def test_a_denial_right_before_a_sign_takes_it_back(language: str, text: str) -> None:
    assert codes(text, language) == set()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Chest pain, fainting, fever: none of these"),
        ("de", "Brustschmerzen, Atemnot, Ohnmacht: nichts davon, nur ein Rezept"),
        ("uk", "біль за грудиною, набряки, непритомність - нічого такого не було й нема. Треба лікарняний"),
        ("sw", "Maumivu ya kifua, kukosa pumzi, kuzimia: hakuna hata moja"),
        ("zh", "胸痛、呼吸困难、晕厥，这些都没有，只想体检"),
        ("tr", "göğüs ağrısı, bayılma, nefes darlığı: hiçbiri yok"),
    ],
)
def test_a_phrase_that_closes_a_list_denies_all_of_it(language: str, text: str) -> None:
    signs, taken_back = signs_of(Page(text, (language,)))
    assert signs == []
    assert 0 in taken_back


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "Chest pain, no fever: none of these before", "chest-pain"),
        ("en", "Fever, fainting, cough: none of that, but my chest hurts since an hour", "chest-pain"),
        ("en", "My chest hurts, but fever, cough: none of these", "chest-pain"),
        ("en", "Chest pain since an hour. Fever, cough: none of these", "chest-pain"),
        ("zh", "胸痛，呼吸都没有了", "breathing"),
    ],
)
def test_a_denied_list_is_no_more_than_its_sentence_between_a_but_and_a_pause(
    language: str, text: str, code: str
) -> None:
    assert code in {flag.code for flag in find_red_flags(text, [language])}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Мама не дихає, не приходить до тями"),
        ("ru", "Не может дышать, не приходит в себя"),
        ("ru-Latn", "ne dyshit ne prihodit v sebya"),
        ("zh", "他说不出话，一直不醒"),
    ],
)
def test_a_denial_that_is_part_of_a_sign_takes_nothing_back(language: str, text: str) -> None:
    assert codes(text, language)


def test_a_long_course_makes_breathlessness_urgent_but_no_emergency() -> None:
    flags = find_red_flags("short of breath on stairs for 3 years", ["en"])
    assert [(flag.code, flag.level) for flag in flags] == [("breathing", "urgent")]


def test_an_age_is_not_a_long_course() -> None:
    flags = find_red_flags("My father 62 years old cannot breathe", ["en"])
    assert urgency(flags) == "emergency"


def test_a_list_of_findings_is_denied_as_a_whole() -> None:
    assert codes("no chest pain and no shortness of breath") == set()
    assert codes("no chest pain and shortness of breath") == set()


def test_an_english_loanword_is_denied_in_the_language_around_it() -> None:
    assert "chest-pain" in codes("मेरे पिता को chest pain हो रहा है", "hi")
    assert codes("मेरे पिता को chest pain नहीं है", "hi") == set()


@pytest.mark.parametrize(
    ("text", "language", "candidates"),
    [
        ("chest pain nahi hai", "hi", ("hi-Latn", "en", "fr")),
        ("koi emergency nahi hai", "hi", ("hi-Latn", "en")),
        ("pichle saal heart attack hua tha", "hi", ("hi-Latn", "en")),
        ("papa ko pichle saal heart attack hua tha", "hi", ("hi-Latn", "ru-Latn", "en", "sw")),
        ("chest pain nahi hai", "ur", ("hi-Latn", "en")),
        ("ma 3andi chest pain", "ar", ("ar-Latn", "en")),
        ("u menya net chest pain", "ru", ("ru-Latn", "en")),
        ("मेरे पिता को chest pain नहीं है", "hi", ("hi", "en")),
        ("الوالد بخير: no chest pain", "ar", ("ar",)),
    ],
)
def test_an_english_loanword_is_denied_in_the_language_that_leads(
    text: str, language: str, candidates: tuple[str, ...]
) -> None:
    assert Reader().red_flags(text, language=language, candidates=candidates) == ()


@pytest.mark.parametrize(
    ("text", "language", "candidates"),
    [
        ("papa ko chest pain ho raha hai", "hi", ("hi-Latn", "en")),
        ("papa bimar hai. He can't breathe", "hi", ("hi-Latn", "en")),
        ("3ando chest pain men el sobh", "ar", ("ar-Latn", "en")),
        ("My ma has chest pain", "en", ("en", "ar-Latn")),
    ],
)
def test_an_english_loanword_that_nothing_denies_is_an_emergency(
    text: str, language: str, candidates: tuple[str, ...]
) -> None:
    assert urgency(Reader().red_flags(text, language=language, candidates=candidates)) == "emergency"


def test_a_short_word_of_a_romanised_language_is_not_taken_for_english() -> None:
    reading = Reader().read("pichle saal bimar hua tha", language="hi", candidates=("hi-Latn", "en"))
    assert reading.conditions == ()


@pytest.mark.parametrize(
    "text",
    ["没有发烧。胸口痛得厉害", "没有发烧，胸口痛得厉害", "没有发烧.胸口痛得厉害", "没有发烧,胸口痛得厉害"],
)
def test_a_chinese_sentence_or_clause_ends_without_a_space(text: str) -> None:
    assert codes(text, "zh") == {"chest-pain"}


@pytest.mark.parametrize("text", ["没有发烧、咳嗽、胸痛", "没有发烧，咳嗽，头晕或胸痛"])
def test_a_chinese_list_is_denied_as_a_whole(text: str) -> None:
    assert codes(text, "zh") == set()


@pytest.mark.parametrize(("text", "language"), [("no fever,chest pain", "en"), ("میں ٹھیک نہیں۔سینے میں درد", "ur")])
def test_a_clause_or_sentence_typed_without_a_space_is_one(text: str, language: str) -> None:
    assert "chest-pain" in codes(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("No tengo diabetes tipo 2. Me duele el pecho.", "es"),
        ("no tengo diabetes tipo 2. me duele el pecho", "es"),
        ("Non ho il diabete tipo 2. Mi fa male il petto.", "it"),
        ("I do not have hepatitis C. Chest pain since an hour.", "en"),
    ],
)
def test_a_denial_ends_with_its_sentence_whatever_stands_before_the_full_stop(text: str, language: str) -> None:
    assert codes(text, language) == {"chest-pain"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Elle a été opérée en 2019 mais sa bouche est tordue.", "fr"),
        ("Am fost operat în 2019 dar mi s-a strâmbat gura.", "ro"),
    ],
)
def test_behind_a_but_nothing_belongs_to_the_time_before_it(text: str, language: str) -> None:
    assert codes(text, language) == {"stroke"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("no fever or cough, chest pain", "en"),
        ("sina homa wala mafua, kifua kinauma", "sw"),
        ("he has no allergy or asthma, chest pain since today", "en"),
    ],
)
def test_a_denied_list_ends_with_its_last_item(text: str, language: str) -> None:
    assert codes(text, language) == {"chest-pain"}


@pytest.mark.parametrize(
    "text",
    ["no fever, cough or chest pain", "no fever, chest pain or cough", "no fever, chest pain, cough or rash"],
)
def test_a_denied_list_goes_on_to_its_last_item(text: str) -> None:
    assert codes(text, "en") == set()


def test_a_no_with_a_word_behind_it_does_not_speak_of_what_stands_before() -> None:
    assert codes("he is choking no fever no cough", "en") == {"choking"}
    assert codes("chest pain no", "en") == set()


def test_the_now_of_a_time_long_past_is_none() -> None:
    assert codes("Acum doi ani mă sufocam.", "ro") == set()
    assert codes("Acum mă sufoc.", "ro") == {"breathing"}


def test_behind_a_turn_a_denied_list_is_over_whatever_words_stand_there() -> None:
    assert codes("Antes nem dor, hoje a barriga dura que nem pedra e vomitando", "pt") == {"abdomen"}


def test_what_a_leaflet_says_goes_on_behind_its_colon() -> None:
    assert codes("V pamyatke napisano: silnaya bol v grudi", "ru-Latn") == set()
    assert codes("no fever: chest pain", "en") == {"chest-pain"}


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("bin in der 2. Woche. Danke", [5, 1]),
        ("Hemoroid 3. derece mi bilmiyorum", [5]),
        ("diabetes tipo 2. Gracias", [3, 1]),
        ("my doctor, J. Smith", [4]),
        ("hepatitis C. Thanks", [2, 1]),
        ("at 5 p. m. today", [5]),
    ],
)
def test_a_full_stop_behind_an_ordinal_or_an_initial_ends_nothing(text: str, sentences: list[int]) -> None:
    words = split(text)
    ends = list(dict.fromkeys(words.sentence_end))
    assert [end - start for start, end in pairwise([0, *ends])] == sentences


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("tôi muốn tư vấn về bệnh gan", "vi"),
        ("xin tư vấn cho tôi", "vi"),
        ("babam oluyor, öğrenmek istiyorum", "tr"),
    ],
)
def test_a_word_with_other_accents_is_another_word(text: str, language: str) -> None:
    assert codes(text, language) == set()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("tôi muốn tự vẫn", "vi"),
        ("kho tho qua", "vi"),
        ("khó thỡ quá", "vi"),
        ("babam ölüyor", "tr"),
        ("babam oluyor yardim edin", "tr"),
        ("gögsü agriyor, terliyor", "tr"),
        ("BABAM NEFES ALAMIYOR, GÖĞSÜ AĞRIYOR", "tr"),
    ],
)
def test_accents_that_are_left_out_or_missing_on_the_keyboard_hide_nothing(text: str, language: str) -> None:
    assert urgency(find_red_flags(text, [language])) == "emergency"


def test_words_that_english_shares_with_another_language_are_not_taken_for_english() -> None:
    assert codes("Ich will die Kosten wissen", "de") == set()


def test_evidence_is_quoted_as_the_patient_wrote_it() -> None:
    text = "Hola,  NO  PUEDO   respirar 😢"
    (flag,) = find_red_flags(text, ["es"])
    for quote in flag.evidence:
        assert quote.text == text[quote.start : quote.end]
    assert "NO  PUEDO   respirar" in {quote.text for quote in flag.evidence}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_triaged_and_evidence_is_exact(text: str) -> None:
    for flag in find_red_flags(text, ["en"]):
        assert all(quote.text == text[quote.start : quote.end] for quote in flag.evidence)


def test_what_came_suddenly_may_have_been_long_ago() -> None:
    assert codes("In 2019 he suddenly lost his vision") == set()
    assert codes("He suddenly lost his vision, in 2019 it was fine") == {"eye-sudden"}
    assert codes("For years she has chest pain, suddenly chest pain") == {"chest-pain"}


def test_a_blood_pressure_is_no_year() -> None:
    assert codes("blood pressure 195 and chest pain") == {"chest-pain"}
    assert codes("فشارش 139 و درد قفسه سینه", "fa") == {"chest-pain"}


def test_a_word_that_only_looks_like_and_once_its_accent_is_gone_stops_no_denial() -> None:
    assert codes("Não é infarto", "pt") == set()
    assert codes("Não tem febre e dor no peito", "pt") == {"chest-pain"}


def test_the_words_of_an_idiom_are_taken_back_for_the_model_too() -> None:
    page = Page("we choked with laughter in May", ("en",))
    signs, taken_back = signs_of(page)
    assert not signs
    assert {page.words.words[index] for index in taken_back} == {"choked", "with", "laughter"}


def test_the_words_of_an_idiom_with_a_gap_may_be_danger_and_stay() -> None:
    signs, taken_back = signs_of(Page("the price of it gave all of us a heart attack", ("en",)))
    assert not signs
    assert not taken_back


@pytest.mark.parametrize(
    ("language", "text", "flags"),
    [
        ("en", "Is he breathing? No", ["breathing"]),
        ("en", "Is he breathing? Yes", []),
        ("en", "Is he breathing badly? No", []),
        ("en", "[10:01] Nurse: can he lift both arms?\n[10:02] Ali: no\n[10:02] Nurse: we come", ["stroke"]),
        ("es", "¿Puede respirar? No", ["breathing"]),
        ("es", "No puede respirar: no", []),
        ("ru", "Дышит? Нет", ["breathing"]),
        ("tr", "Nefes alıyor mu? Hayır", ["breathing"]),
        ("zh", "病人清醒吗？不", ["unconscious"]),
    ],
)
def test_a_no_to_a_question_on_which_life_depends_is_danger(language: str, text: str, flags: list[str]) -> None:
    assert [flag.code for flag in find_red_flags(text, [language])] == flags


def test_a_question_that_is_answered_no_is_denied_as_far_as_its_clause_goes() -> None:
    assert find_red_flags("Thoughts of killing yourself at the moment? No.", ["en"]) == ()
    assert [flag.code for flag in find_red_flags("He cannot breathe, did he take pills? No.", ["en"])] == ["breathing"]
    assert [flag.code for flag in find_red_flags("He cannot breathe, is it asthma? No.", ["en"])] == ["breathing"]
