"""Words that stop messages count only when they are the whole message, in every patient language."""

from __future__ import annotations

import pytest

from service.enquiries import opt_words
from translations.languages import SITE_LANGUAGES


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("STOP", "STOP"),
        ("Stop. Thank you!", "STOP"),
        ("please stop 🙏", "STOP"),
        ("Baja, por favor. Gracias", "STOP"),
        ("arret svp", "STOP"),
        ("شكراً، إيقاف", "STOP"),
        ("ايقاف", "STOP"),
        ("لغو ۱۱", None),
        ("বন্ধ করুন", "STOP"),
        ("कृपया बंद करें", "STOP"),
        ("请退订，谢谢", "STOP"),
        ("Abmelden bitte", "STOP"),
        ("ABONELİKTEN ÇIK", "STOP"),
        ("Стоп. Спасибо", "STOP"),
        ("acheni kutuma ujumbe tafadhali", "STOP"),
        ("Start", "START"),
        ("помощь", "HELP"),
        ("Please delete my data. Thank you", "WITHDRAW"),
        ("Bitte löschen Sie meine Daten!", "WITHDRAW"),
        ("удалите мои данные, пожалуйста", "WITHDRAW"),
        ("请删除我的资料，谢谢", "WITHDRAW"),
        ("delete my last message", None),
        ("delete everything", None),
        ("I withdraw my consent to the operation", None),
        ("cancel", None),
        ("отмена", None),
        ("Should I stop methotrexate?", None),
        ("stop the pain please", None),
        ("help me I cannot breathe", None),
        ("thank you", None),
        ("", None),
        ("🙏", None),
        ("stop " * 40, None),
    ],
)
def test_a_word_counts_only_as_the_whole_message(text: str, step: str | None) -> None:
    wish = opt_words.wish_of(text)
    assert (wish.step if wish else None) == step


@pytest.mark.parametrize("language", SITE_LANGUAGES)
@pytest.mark.parametrize("name", ["stop", "start", "help", "withdraw"])
def test_every_patient_language_has_its_words_and_each_is_found(language: str, name: str) -> None:
    for word in opt_words._table()[language][name]:
        for written in (word.upper(), f"{word}!!"):
            wish = opt_words.wish_of(written)
            assert wish is not None
            assert (wish.step, wish.language(language)) == (name.upper(), language)


def test_no_word_means_two_things() -> None:
    seen: dict[str, str] = {}
    for lists in opt_words._table().values():
        for name in ("stop", "start", "help", "withdraw"):
            for word in lists[name]:
                assert seen.setdefault(opt_words._folded(word), name) == name


def test_the_word_tells_the_language_where_nothing_else_does() -> None:
    wish = opt_words.wish_of("baja")
    assert wish is not None
    assert wish.language("en") == "es"
