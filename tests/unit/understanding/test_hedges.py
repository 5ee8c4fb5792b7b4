"""Words that worry, ask or name take back only what they speak of; a denial does not reach over who is named next."""

from __future__ import annotations

import pytest

from service.understanding.triage import find_red_flags

EMERGENCIES = [
    ("en", "Can people help me my father cannot breathe"),
    ("en", "does anyone answer my son is having a seizure right now"),
    ("en", "how many times do I write my mother is unconscious"),
    ("en", "I am scared of losing him he has chest pain and sweating now"),
    ("en", "worried about my dad he is coughing up blood"),
    ("en", "My dad is called Karim he is vomiting blood"),
    ("fr", "Mon papa s'appelle Karim il vomit du sang depuis une heure"),
    ("fr", "Puis-je vous appeler mon père ne respire plus"),
    ("de", "Mein Vater heißt Karl er erbricht Blut seit einer Stunde"),
    ("de", "Mein Vater sollte morgen zu Ihnen kommen jetzt atmet er nicht mehr"),
    ("de", "Kann man mir helfen mein Mann ist bewusstlos"),
    ("es", "tengo miedo mi mamá no puede respirar"),
    ("pt", "estou com medo minha mãe não consegue respirar"),
    ("ru", "Может ли кто ответить отец не дышит"),
    ("uk", "На додаток він блює кров'ю з ранку"),
    ("sw", "naogopa sana mama anatokwa damu nyingi sana"),
    ("sw", "naogopa baba hapumui vizuri midomo ya bluu"),
    ("tr", "yerine annem konuşuyor babam nefes alamıyor"),
    ("fa", "بابام اصلا نفس نمیکشه لبش کبود شده"),
    ("ur", "ابو کو کوئی ہوش نہیں آ رہا"),
    ("ur", "کوئی مدد کریں ابو سانس نہیں لے پا رہے"),
    ("hi", "कोई भी मदद करो माँ साँस नहीं ले पा रही"),
    ("hi", "पापा कुछ भी बोल नहीं पा रहे सुबह से मुँह टेढ़ा है"),
    ("bn", "নন স্টপ রক্ত বমি হচ্ছে বাবার"),
    ("hi-Latn", "kuch bhi karo papa saans nahi le pa rahe"),
    ("zh", "若有人在请回我妈妈喘不过气嘴唇发紫"),
]
HARMLESS = [
    ("en", "no chest pain"),
    ("en", "my mother has no chest pain"),
    ("en", "My father never had a seizure, I ask for his hernia"),
    ("en", "worried about a heart attack some day"),
    ("fr", "Mon père n'a pas de douleur à la poitrine"),
    ("de", "Mein Vater hat keine Schmerzen in der Brust"),
    ("es", "mi papá no tiene dolor en el pecho"),
    ("sw", "baba hana maumivu ya kifua"),
]


@pytest.mark.parametrize(("language", "text"), EMERGENCIES)
def test_an_emergency_is_heard_behind_a_hedge(language: str, text: str) -> None:
    assert find_red_flags(text, [language])


@pytest.mark.parametrize(("language", "text"), HARMLESS)
def test_a_denial_and_a_fear_still_speak_of_what_follows(language: str, text: str) -> None:
    assert find_red_flags(text, [language]) == ()
