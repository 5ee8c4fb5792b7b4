"""Whether a sentence denies, in every language whose words are written down."""

from __future__ import annotations

from pathlib import Path

import pytest

import service.understanding
from translations.languages import LANGUAGES
from translations.negation import Denials, Negation, load

FILE = Path(service.understanding.__file__).with_name("knowledge") / "glossary" / "negation.txt"
OURS = load(FILE)

DENYING = {
    "en": ["My father does not walk.", "No fever", "She can’t sleep", "without pain"],
    "ar": ["لا يستطيع المشي", "ليس عندي سكري", "بدون ألم"],
    "bn": ["আমার ডায়াবেটিস নেই", "তিনি হাঁটতে পারেন না"],
    "de": ["Sie hat kein Fieber", "ohne Schmerzen"],
    "es": ["Mi hijo no camina", "sin fiebre", "Nunca fumé"],
    "fa": ["درد ندارم", "نمی‌تواند راه برود"],
    "fr": ["Il ne marche pas", "je n’ai pas de fièvre", "sans douleur"],
    "hi": ["मुझे बुखार नहीं है", "बिना दर्द के"],
    "id": ["Saya tidak demam", "tanpa rasa sakit"],
    "it": ["Non cammina", "senza febbre"],
    "pt": ["Ele não anda", "sem febre"],
    "ro": ["Nu poate merge", "fără febră", "n-am febră"],
    "ru": ["Он не ходит", "без боли", "нет температуры"],
    "sw": ["Hana homa", "hawezi kutembea"],
    "tr": ["Annem yürümüyor", "ateşi yok", "ağrısız"],
    "uk": ["Він не ходить", "без болю"],
    "ur": ["مجھے بخار نہیں ہے"],
    "uz": ["Isitmasi yo'q"],
    "vi": ["Tôi không sốt"],
    "zh": ["他不能走路", "没有发烧"],
}
AFFIRMING = {
    "en": ["My father walks.", "It is not only expensive", "Notice the knot"],
    "ar": ["عندي سكري"],
    "bn": ["আমার নাম রহিম", "আমার ডায়াবেটিস আছে"],
    "de": ["Sie hat Fieber", "Es ist nicht nur teuer"],
    "es": ["Mi hijo camina", "Sin embargo, camina", "la mano"],
    "fr": ["Il marche", "Il ne mange que du riz", "Sans doute"],
    "hi": ["मुझे बुखार है", "दिन में दो बार", "मेरा नाम राम है"],
    "it": ["Cammina", "Non solo cammina"],
    "pt": ["Ele anda", "de nada"],
    "ro": ["Poate merge", "numai eu"],
    "ru": ["Он ходит уже неделю"],
    "tr": ["Annem yürüyor", "Siz doktor musunuz"],
    "zh": ["他能走路", "您好，请问可不可以"],
}


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in DENYING.items() for text in texts])
def test_a_denial_is_heard(language: str, text: str) -> None:
    assert OURS(text, language) is True


@pytest.mark.parametrize(("language", "text"), [(code, text) for code, texts in AFFIRMING.items() for text in texts])
def test_what_denies_nothing_is_no_denial(language: str, text: str) -> None:
    assert OURS(text, language) is False


def test_nothing_is_said_of_a_language_without_words() -> None:
    assert Negation({"es": Denials(("no",))})("የለም", "am") is None


def test_our_words_cover_every_language_but_amharic_which_denies_inside_its_verbs() -> None:
    assert {code for code in LANGUAGES if OURS("x", code) is None} == {"am"}


@pytest.mark.parametrize("line", ["es no nunca", "xx: no", "es beside: no"])
def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "negation.txt"
    file.write_text(f"# comment\n\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"negation\.txt:3"):
        load(file)
