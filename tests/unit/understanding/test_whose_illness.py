"""Which conditions are the patient's, and which were only looked for, thought of, or belong to somebody else."""

from __future__ import annotations

import pytest

from service.understanding.reader import Reader

READER = Reader()


def reported(text: str, language: str = "en", *candidates: str) -> list[str]:
    reading = READER.read(text, language=language, candidates=candidates)
    return [finding.code for finding in reading.conditions]


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "I want a hair transplant, my thyroid was fine", "thyroid"),
        ("en", "cataract in both eyes, eye pressure normal", "retina-glaucoma"),
        ("de", "Haartransplantation, Schilddrüse ist in Ordnung", "thyroid"),
        ("es", "Quiero un injerto de pelo, la tiroides está normal", "thyroid"),
        ("tr", "Saç ekimi istiyorum, tiroidime bakıldı normal", "thyroid"),
        ("zh", "白内障，眼压正常", "retina-glaucoma"),
    ],
)
def test_an_organ_that_was_found_healthy_is_no_illness(language: str, text: str, code: str) -> None:
    assert code not in reported(text, language)


def test_what_is_not_normal_is_an_illness() -> None:
    assert reported("my thyroid is not normal") == ["thyroid"]


def test_what_clears_an_illness_silences_no_red_flag() -> None:
    assert READER.red_flags("chest pain, the ECG was normal", language="en")
    assert READER.red_flags("they checked the chest pain normal ecg", language="en")


def test_an_illness_that_was_only_thought_of_is_not_reported() -> None:
    assert reported("They thought it was haemorrhoids, now it is colon cancer") == ["colorectal-cancer"]


def test_a_name_that_is_denied_counts_more_than_hints() -> None:
    assert "prostate-cancer" not in reported("PSA a bit up, prostate 90 grams, it is not prostate cancer")


def test_a_name_is_taken_back_only_later_and_in_the_same_words() -> None:
    assert reported("it was not a hernia at first, last week it became a hernia") == ["hernia"]
    assert "hernia" not in reported("they said hernia, my colon cancer is what hurts, it is not a hernia")


def test_signs_that_are_denied_do_not_take_back_the_illness_that_is_named() -> None:
    text = "Ich bin 52, chronische Hepatitis B, ALAT 188 U/l. Keine Gelbsucht, kein Aszites."
    assert reported(text, "de") == ["liver-disease"]


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("ar", "عملت منظار معدة طلع طبيعي، جهد القلب ايجابي ونصحوني بشبكتين", "coronary-heart-disease"),
        ("en", "the stomach was normal, cataract in both eyes", "cataract"),
    ],
)
def test_what_clears_one_organ_does_not_clear_the_next_behind_a_comma(language: str, text: str, code: str) -> None:
    assert code in reported(text, language)


@pytest.mark.parametrize("text", ["PSA 1.2, wants a health check", "creatinine 0.9 and AFP 4"])
def test_a_healthy_value_points_at_nothing(text: str) -> None:
    assert not {"prostate-cancer", "kidney-failure", "liver-pancreas-cancer"} & set(reported(text))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "knee replacement, fasting sugar 88, BMI 23, EF 65%, TSH 2.1"),
        ("es", "prótesis de rodilla, glucosa 90, IMC 23, FEVI 62%"),
        ("ru", "замена коленного сустава, сахар 4,8 ммоль/л, ИМТ 24, ФВ 60%"),
        ("ar", "تغيير مفصل الركبة، سكر صائم ٩٢، كتلة الجسم ٢٣"),
        ("fa", "تعویض مفصل زانو، قندش ۸۸، bmi ۲۲"),
        ("zh", "膝关节置换，空腹血糖4.9，BMI 22"),
    ],
)
def test_a_healthy_measure_speaks_of_no_illness(language: str, text: str) -> None:
    assert reported(text, language) == ["knee-osteoarthritis"]


@pytest.mark.parametrize("text", ["sugar 5 years, tired", "blood sugar 310, tired", "BMI 43 and wants a sleeve"])
def test_years_are_no_value_and_a_high_one_is_a_sign(text: str) -> None:
    assert reported(text) in (["diabetes"], ["obesity"])


def test_a_measure_is_no_laboratory_value_of_the_facts() -> None:
    assert "labs" not in READER.read("fasting sugar 88, BMI 23", language="en").facts


def test_the_illness_of_a_brother_is_his() -> None:
    text = "My daughter has leukaemia. Her brother has thalassaemia minor."
    assert reported(text) == ["leukaemia-lymphoma"]


def test_the_only_patient_who_is_named_last_is_still_the_patient() -> None:
    assert reported("Diabetes for ten years, this is about my brother") == ["diabetes"]


def test_neighbouring_languages_are_denied_by_the_leading_one() -> None:
    assert reported("Cancer du foie, pas de diabète", "fr", "ro", "pt", "es") == ["liver-pancreas-cancer"]


def test_a_part_of_another_illness_name_is_none_by_itself() -> None:
    assert "reflux-ulcer" not in reported("úlcera en el talón, pie diabético", "es")


def test_no_denies_what_follows_and_not_what_stands_before() -> None:
    assert reported("hip necrosis, want decompression not hip replacement") == ["avascular-necrosis"]
    assert reported("diabetes no, knee osteoarthritis yes") == ["knee-osteoarthritis"]


def test_what_still_goes_on_for_years_is_long_standing() -> None:
    assert not READER.red_flags("she has had seizures for ten years and still has them", language="en")


def test_an_idiom_of_the_leading_language_counts_for_its_loanwords() -> None:
    text = "Votre ambulance fait-elle aussi la navette de l'aéroport, et à quel prix ?"
    assert READER.red_flags(text, language="en")
    assert not READER.red_flags(text, language="fr", candidates=["fr", "en"])


def test_an_idiom_of_english_counts_for_other_languages_that_are_tried() -> None:
    text = "Is the bus stop at the emergency entrance?"
    assert READER.red_flags("emergency entrance", language="hi-Latn")
    assert not READER.red_flags(text, language="en", candidates=["en", "hi-Latn"])


def test_an_unlikely_language_is_denied_by_the_leading_one() -> None:
    text = "Je n'ai pas d'idées suicidaires, je voudrais un rendez-vous pour mes dents."
    assert not READER.red_flags(text, language="fr", candidates=["fr", "pt", "it"])


def test_a_part_of_a_finding_far_from_a_denial_is_not_denied() -> None:
    assert READER.red_flags("chemotherapy last week, no rash, and a fever of 39", language="en")


def test_another_sign_that_is_missing_takes_nothing_back_from_a_name() -> None:
    assert reported("heart failure for years, no swollen legs at the moment") == ["heart-failure"]


def test_words_that_clear_both_ways_clear_what_follows() -> None:
    assert reported("biopsy: ulcerative colitis, excluded colon cancer") == ["crohns-colitis"]


def test_a_romanised_language_that_knows_few_of_the_words_raises_no_flags() -> None:
    text = "Arava sans effet, je n'ai pas de lupus, je voudrais un deuxième avis"
    assert not READER.red_flags(text, language="fr", candidates=["fr", "hi-Latn"])


def test_a_denial_at_the_end_denies_the_whole_of_a_list_but_not_another_finding() -> None:
    assert reported("शुगर, अस्थमा नहीं है", "hi") == []
    assert reported("बड़ी आँत का कैंसर और गाँठ बताई गई, बवासीर नहीं है", "hi") == ["colorectal-cancer"]


def test_a_laboratory_test_after_a_comma_is_no_currency() -> None:
    assert "budget" not in READER.read("platelets 80000, INR 1.8", language="en").facts


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "Diabetes: no. Hernia: yes", "diabetes"),
        ("en", "Hair transplant. Hepatitis N / Diabetes N / Smoker Y", "diabetes"),
        ("en", "A nodule in my thyroid. Diabetes? Never.", "diabetes"),
        ("de", "Grauer Star. Diabetes - nein, Glaukom - nein", "retina-glaucoma"),
        ("it", "trapianto di capelli, diabete no, psoriasi no, fumo si", "skin-disease"),
        ("sw", "Kisukari: hapana. Tatizo: jiwe kwenye figo", "diabetes"),
        ("vi", "Thoái hóa khớp háng. Tiểu đường: không. Động kinh: không.", "epilepsy"),
        ("zh", "诊断：帕金森　糖尿病：无　癫痫：无", "diabetes"),
        ("ru", "Катаракта. Диабет – нет, астма – нет", "diabetes"),
        ("ar", "عملية فتاق. السكري: لا، الربو: لا", "diabetes"),
        ("hi", "मोतियाबिंद है। शुगर: नहीं, मिर्गी: नहीं", "epilepsy"),
    ],
)
def test_an_illness_that_a_form_answers_with_no_is_not_the_patients(language: str, text: str, code: str) -> None:
    found = reported(text, language)
    assert found
    assert code not in found


@pytest.mark.parametrize(
    "text",
    [
        "I have diabetes, no?",
        "diabetes no one here can treat",
        "diabetes, no money for the hospital",
        "Asthma: no. Diabetes: yes",
    ],
)
def test_a_no_that_answers_nothing_denies_nothing(text: str) -> None:
    assert "diabetes" in reported(text)


def test_an_answer_silences_a_red_flag_of_its_own_alone() -> None:
    assert not READER.red_flags("Seizures: no. Fever: no.", language="en")
    assert READER.red_flags("Seizures: no. Chest pain: yes, since an hour", language="en")


@pytest.mark.parametrize("text", ["किडनी में पथरी है, किडनी फेल नहीं", "किडनी में पथरी है लेकिन किडनी फेल नहीं है"])
def test_an_illness_is_not_denied_by_a_word_of_the_next_clause(text: str) -> None:
    assert reported(text, "hi") == ["kidney-stones"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Als Physiotherapeutin betreue ich Kinder mit Zerebralparese"),
        ("es", "Tengo pánico de que sea Alzheimer."),
    ],
)
def test_a_frame_that_holds_another_sign_still_speaks_of_what_follows(language: str, text: str) -> None:
    assert reported(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("fr", "Hernie inguinale, tests négatifs.", "hernia"),
        ("en", "inguinal hernia, tests negative", "hernia"),
        ("en", "knee osteoarthritis, blood tests normal", "knee-osteoarthritis"),
    ],
)
def test_a_test_that_found_nothing_denies_no_illness_before_the_comma(language: str, text: str, code: str) -> None:
    assert reported(text, language) == [code]


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("ru", "ЛОР сказал, не гайморит", "sinus-throat"),
        ("uk", "Лікар каже, не гайморит", "sinus-throat"),
        ("ru-Latn", "vrach skazal ne diabet", "diabetes"),
        ("fr", "Le médecin : pas Parkinson", "parkinsons"),
    ],
)
def test_a_name_right_behind_a_word_that_elsewhere_denies_verbs_is_denied(language: str, text: str, code: str) -> None:
    assert code not in reported(text, language)


def test_a_word_that_denies_verbs_reaches_no_further_than_the_name_beside_it() -> None:
    assert reported("Мне не помогли, гайморит", "ru") == ["sinus-throat"]
    assert reported("Врач сказал не, гайморит", "ru") == ["sinus-throat"]


def test_a_colon_behind_what_clears_both_ways_shows_that_it_spoke_of_what_stood_before() -> None:
    assert reported("Ретинобластому исключили: хрусталик мутный с рождения", "ru") == ["cataract"]
    assert reported("Исключили: туберкулёз, саркоидоз", "ru") == []


def test_a_cue_that_holds_what_it_clears_is_not_closed_by_a_comma() -> None:
    assert "liver-disease" not in reported("Искали цирроз, а сердце слабое", "ru")


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "I want a facelift, my mother died of breast cancer", "cosmetic-surgery"),
        ("fr", "je veux un lifting, ma mère a eu un cancer du sein", "cosmetic-surgery"),
        ("es", "quiero un lifting, mi madre murió de cáncer de mama", "cosmetic-surgery"),
        ("en", "I have diabetes, my mother had it too", "diabetes"),
        ("ru", "У меня диабет, у мамы тоже был.", "diabetes"),
        ("uk", "У мене діабет, у мами теж був.", "diabetes"),
    ],
)
def test_what_the_family_had_leaves_the_writers_own_illness_alone(language: str, text: str, code: str) -> None:
    assert reported(text, language) == [code]


def test_an_illness_before_the_word_of_whose_it_is_stays_in_the_family() -> None:
    assert reported("diabetes, family history") == []


@pytest.mark.parametrize(
    ("language", "text", "codes"),
    [
        ("ru", "Нашли рак легкого в 2020, опять растет.", ["lung-cancer"]),
        ("ru", "Рак груди лечили в 2019, сейчас снова.", ["breast-cancer"]),
        ("fr", "cancer de la prostate opéré en 2019 mais il est revenu", ["prostate-cancer"]),
        ("en", "hernia operated in 2019, it came back", ["hernia"]),
        ("ru", "Рак груди лечили в 2019, сейчас здорова. Катаракта", ["cataract"]),
        ("en", "hernia operated in 2019, now I again want new teeth, implants", ["dental"]),
    ],
)
def test_an_illness_that_was_over_may_be_back_in_the_next_clause(language: str, text: str, codes: list[str]) -> None:
    assert reported(text, language) == codes


def test_a_sign_of_danger_that_was_over_is_not_brought_back_by_the_next_clause() -> None:
    assert not READER.red_flags("she had a stroke in 2019, still weak", language="en")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Нужна операция по паховой грыже, диабетом не болею.", ["hernia"]),
        ("Катаракта на оба глаза, гепатитом не болел.", ["cataract"]),
        ("Диабетом, астмой не болею. Грыжа паховая.", ["hernia"]),
    ],
)
def test_a_verb_denies_what_stands_before_a_comma_only_in_a_list(text: str, codes: list[str]) -> None:
    assert reported(text, "ru") == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("1) diabetes? no 2) cataract? yes", ["cataract"]),
        ("1. Asthma? No 2. Piles? Yes", ["haemorrhoids-fistula"]),
    ],
)
def test_the_number_of_the_next_question_ends_an_answer(text: str, codes: list[str]) -> None:
    assert reported(text) == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ما عاد اتحمل هالفتق", "hernia"),
        ("خلصوني من هالبواسير", "haemorrhoids-fistula"),
        ("شو الحل لهالديسك؟", "spine-disc"),
    ],
)
def test_this_may_be_written_in_one_word_with_an_arabic_illness(text: str, code: str) -> None:
    assert reported(text, "ar") == [code]


@pytest.mark.parametrize("text", ["ebar lal sadafiye", "baddi 3elaj lel bawaseer"])
def test_for_in_arabic_typed_in_latin_letters_is_no_denial(text: str) -> None:
    assert reported(text, "ar-Latn", "ar-Latn", "ar")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I take metformin for PCOS, not for diabetes. Cataract in both eyes"),
        ("ro", "iau metformin pentru ovare, nu pentru diabet. Cataractă la ambii ochi"),
        ("en", "I no longer have diabetes. Cataract in both eyes"),
        ("de", "Diabetes hab ich nicht mehr, aber grauen Star"),
    ],
)
def test_a_medicine_for_something_else_and_an_illness_no_more_are_not_reported(language: str, text: str) -> None:
    codes = reported(text, language)
    assert "cataract" in codes
    assert "diabetes" not in codes


def test_what_no_longer_helps_denies_nothing() -> None:
    assert reported("my psoriasis is no longer responding to the creams") == ["skin-disease"]
