"""Weight and height as people write them in every language, and what is neither the patient's weight nor height."""

from __future__ import annotations

import pytest

from service.understanding.reader import Reader

READER = Reader()


def measured(language: str, text: str) -> tuple[float | None, float | None]:
    """Kilograms and centimetres."""
    facts = READER.read(text, language=language).facts
    for key in ("weight_kg", "height_cm"):
        if key in facts:
            start, end = facts["spans"][key]
            assert 0 <= start < end <= len(text), key
    return facts.get("weight_kg"), facts.get("height_cm")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Возраст: 38 / Рост / вес: 164 / 127 / Диагноз: ожирение"),
        ("es", "Peso / talla: 127 / 164"),
        ("es", "Altura / peso: 1,64 / 127 kg"),
        ("en", "Height, weight: 164, 127"),
        ("en", "Height: 1m64 / Weight: 127kg / Age: 38"),
    ],
)
def test_a_form_may_ask_for_both_at_once(language: str, text: str) -> None:
    assert measured(language, text) == (127, 164)


@pytest.mark.parametrize(
    ("language", "text", "height"),
    [
        ("en", "I'm 5'11\" and need a knee replacement", 180.3),
        ("en", "she is 5’4” tall", 162.6),
        ("en", "I am 5ft3", 160.0),
        ("en", "height 5 feet 8 inches", 172.7),
        ("en", "I am 6 feet tall", 182.9),
        ("en", "my height is one sixty-eight", 168),
        ("en", "height: 168, healthy otherwise", 168),
        ("es", "mide 5 pies 8 pulgadas", 172.7),
        ("es", "mi hija mide 1 metro 43", 143),
        ("es", "mido uno setenta y dos", 172),
        ("es", "mido un metro sesenta y ocho", 168),
        ("es", "mi estatura es 1,68", 168),
        ("pt", "tenho 1,68 de altura", 168),
        ("pt", "meço 1 metro e 75", 175),
        ("fr", "je mesure 1m68", 168),
        ("fr", "je fais 5 pi 6 po et 80 kg", 167.6),
        ("fr", "elle mesure un mètre soixante-deux", 162),
        ("it", "sono alta 1,65", 165),
        ("it", "sono alto uno e ottanta", 180),
        ("ro", "înălțimea 1,72 m", 172),
        ("de", "ich bin 1,80 groß", 180),
        ("de", "ich bin eins achtzig groß", 180),
        ("de", "sie ist 1 Meter 62 groß", 162),
        ("ru", "рост 164 вес 71", 164),
        ("ru", "рост метр семьдесят", 170),
        ("ru", "рост 1 м 70 см", 170),
        ("uk", "зріст 172, вага 80 кг", 172),
        ("ar", "طولي ١٧٠ ووزني ٨٠", 170),
        ("ar", "طولها متر وستين", 160),
        ("fa", "قدش ۱۵۵ و وزنش ۴۲ کیلو", 155),
        ("fa", "قدم ۱ متر و ۷۲", 172),
        ("ur", "قد 5 فٹ 6 انچ ہے", 167.6),
        ("hi", "कद 5 फुट 9 इंच है", 175.3),
        ("hi-Latn", "height 5 fut 4 inch hai", 162.6),
        ("bn", "উচ্চতা ৫ ফুট ৪ ইঞ্চি", 162.6),
        ("zh", "身高一米六八", 168),
        ("zh", "我一米七，60公斤", 170),
        ("zh", "孩子1米43", 143),
        ("zh", "身高168公分", 168),
        ("tr", "bir altmış üç boyunda", 163),
        ("tr", "boyum 1.68 kilom 70", 168),
        ("tr", "boyu 172, kilosu 80", 172),
        ("id", "tinggi badan 165, berat badan 60", 165),
        ("vi", "cao 1m65 nặng 55 ký", 165),
        ("vi", "tôi cao 1m7", 170),
        ("sw", "urefu futi 5 na inchi 6", 167.6),
        ("am", "ቁመቴ 1.70 ነው", 170),
        ("uz", "bo'yim 170, vaznim 75", 170),
        ("ru-Latn", "rost 164 ves 71", 164),
        ("ar-Latn", "tooli 170 w wazni 80 kilo", 170),
        ("ar", "وزني 120 وطولي 170", 170),
        ("en", "Male, 45 yrs, 6'2, 240 lbs, diabetic", 188),
        ("en", "Our daughter (8 yrs, 25 kg, 125 cm) has scoliosis", 125),
        ("tr", "Annem 70 kilo, 1.60 boyunda", 160),
    ],
)
def test_height(language: str, text: str, height: float) -> None:
    assert measured(language, text)[1] == pytest.approx(height, abs=0.06)


@pytest.mark.parametrize(
    ("language", "text", "weight"),
    [
        ("en", "He's 27 kilos. We live in Dublin.", 27),
        ("en", "I weigh 12 st 4", 78),
        ("en", "weight 11 stone", 69.9),
        ("en", "weighs 7 lb 8 oz", 3.4),
        ("en", "she weighs 154 pounds", 69.9),
        ("en", "I was 205 lb a month ago, 185 now", 83.9),
        ("en", "lost 9 kg, now 58", 58),
        ("en", "my weight went from 85 kg to 71 kg", 71),
        ("en", "I lost a lot, down to 52 kg", 52),
        ("en", "I weigh seventy five kilos", 75),
        ("es", "pesa 2.950 gramos", 2.95),
        ("es", "pesa 3.200 kg", 3.2),
        ("es", "peso 104 y mido 1,62", 104),
        ("es", "pesa 154 libras", 69.9),
        ("es", "bajó de 85 a 71 kilos", 71),
        ("pt", "minha filha pesa 12 quilos e meio", 12.5),
        ("fr", "il pèse 2 950 g", 2.95),
        ("fr", "j'ai maigri de 14 kg, je pèse 71", 71),
        ("it", "peso settanta chili", 70),
        ("ro", "cântărește 9,5 kg", 9.5),
        ("de", "mein Gewicht ist 71", 71),
        ("de", "ich habe 14 kg abgenommen, jetzt 71 kg", 71),
        ("ru", "за полгода похудел на 14 кг, сейчас вешу 71", 71),
        ("ru", "рост 164 вес 71", 71),
        ("ru", "весил 85 кг, сейчас 71", 71),
        ("ru", "вес упал с 85 до 71 кг.", 71),
        ("uk", "схуд на 10 кг, зараз важу 62", 62),
        ("ar", "وزنها ٥٨ كيلو بعد ما نقصت ٨", 58),
        ("ar", "وزنها ٣ كيلو وربع", 3.25),
        ("fa", "وزنش ۲٫۹ کیلوئه", 2.9),
        ("ur", "وزن 62 کلو ہے", 62),
        ("hi", "वज़न सिर्फ 52 किलो, पिछले साल से 8 किलो कम", 52),
        ("hi-Latn", "vajan 71 hai", 71),
        ("bn", "ওজন ৪৫ কেজি", 45),
        ("zh", "宝宝出生才5天，是女孩，2.9公斤", 2.9),
        ("zh", "外甥十六岁，一米八四，280斤，节食瘦过9公斤又反弹了", 140),
        ("zh", "体重一百二十斤", 60),
        ("zh", "体重一百二斤", 60),
        ("zh", "瘦了8公斤，现在52公斤", 52),
        ("zh", "体重从85公斤降到71公斤", 71),
        ("tr", "kızım 4 yaşında, serebral palsi, 12,8 kilo", 12.8),
        ("tr", "14 kilo verdim, şimdi 71 kilo", 71),
        ("tr", "70 kiloyum", 70),
        ("id", "berat badan 60, tinggi 165", 60),
        ("vi", "con tôi nặng 10 ký rưỡi", 10.5),
        ("sw", "mtoto ana kilo 12", 12),
        ("sw", "nina kilo sabini", 70),
        ("am", "ክብደቱ 12 ኪሎ ነው", 12),
        ("uz", "vaznim 75", 75),
        ("ar-Latn", "wazni 80 kilo", 80),
        ("ru-Latn", "seychas veshu 71", 71),
        ("en", "I'm 16 stone and 5 foot 4", 101.6),
        ("en", "my father was 90 kg before, now he is 65 kg", 65),
        ("es", "he bajado 12 kilos, antes pesaba 90 y ahora peso 78", 78),
        ("es", "Mi bebé nació con 3 kg y ahora pesa 5 kg", 5),
        ("ro", "fetița are 12 kg", 12),
        ("ru", "ребенок 2 года, вес 11 кг 500 г", 11.5),
        ("fa", "۱۵ کیلو وزن کم کردم الان ۶۰ کیلوام", 60),
        ("ur", "پہلے وزن 80 کلو تھا اب 65 کلو ہے", 65),
        ("vi", "bé nặng 3kg2", 3.2),
        ("zh", "从140斤瘦到了110斤", 55),
    ],
)
def test_weight(language: str, text: str, weight: float) -> None:
    assert measured(language, text)[0] == pytest.approx(weight, abs=0.06)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "lost 9 kg"),
        ("en", "I lost weight, 40 kg in a year"),
        ("en", "she is 40 kg lighter"),
        ("en", "lost 40 to 45 kg"),
        ("en", "born at 3.2 kg ten years ago"),
        ("en", "birth weight 2.9 kg"),
        ("en", "he used to weigh 110 kg"),
        ("en", "75 mg/kg every day, BMI 42 kg/m2"),
        ("en", "the tumour weighs 4 kg"),
        ("en", "a kidney stone, 12 stones in all"),
        ("en", "my luggage is 40 kg"),
        ("en", "they quoted 300 pounds"),
        ("en", "my weight is stable for 10 years"),
        ("en", "my ideal weight is 60 kg"),
        ("en", "I want to reach 70 kg"),
        ("en", "I weigh 185"),
        ("en", "I am the donor, 30 years old, 80 kg"),
        ("en", "My mother needs a kidney. My brother weighs 90 kg and will donate"),
        ("en", "he fell from 2 m and cannot walk 150 m"),
        ("en", "my waist is 120 cm"),
        ("en", "I'm 29 and had a nose job"),
        ("en", "our boy 150 days after surgery"),
        ("en", "children of 5-11 years"),
        ("en", "at 5'10 the pain began"),
        ("en", "height/weight 168/70"),
        ("en", "a scar of 45 cm"),
        ("es", "perdí 40 kilos"),
        ("es", "pérdida de peso de 40 kg"),
        ("es", "el tumor mide 6 cm y pesa 3 kg"),
        ("es", "pesaba 90 kilos hace un año"),
        ("es", "me cobran 200 libras"),
        ("pt", "emagreci 40 kg"),
        ("fr", "j'ai maigri de 40 kg"),
        ("fr", "poids de naissance 3 kg"),
        ("it", "ho perso 40 chili"),
        ("ro", "am slăbit 40 kg"),
        ("de", "ich habe 40 kg abgenommen in 3 Monaten"),
        ("de", "Geburtsgewicht 3,2 kg"),
        ("ru", "похудел на 40 кг"),
        ("ru", "при рождении вес 3,2 кг"),
        ("ru", "весил 95 кг год назад"),
        ("uk", "схудла на 40 кг"),
        ("ar", "نزل وزني ٤٠ كيلو"),
        ("ar", "أنا المتبرع عمري 30 سنة ووزني 80"),
        ("fa", "۴۰ کیلو کم کردم"),
        ("fa", "وزنم ۴۰ کیلو کم شده"),
        ("ur", "وزن 40 کلو کم ہو گیا"),
        ("hi", "वजन 40 किलो कम हुआ"),
        ("hi-Latn", "vajan 40 kilo kam ho gaya"),
        ("bn", "ওজন ৪০ কেজি কমেছে"),
        ("zh", "瘦了40公斤"),
        ("zh", "捐肾的是我，30岁，80公斤"),
        ("zh", "体重120"),
        ("zh", "出生体重2.9公斤"),
        ("tr", "40 kilo verdim"),
        ("tr", "10 kilo kaldıramıyorum"),
        ("id", "berat badan turun 40 kg"),
        ("vi", "sụt 40 kg"),
        ("sw", "nimepungua kilo 40"),
        ("am", "40 ኪሎ ቀነስኩ"),
        ("uz", "40 kilo ozdim"),
        ("ru-Latn", "pohudel na 40 kg"),
        ("ar-Latn", "nzelt 40 kilo"),
        ("en", "do you accept patients over 150 kg"),
        ("en", "Is the table good for 180 kg?"),
        ("en", "the stent is 120 cm"),
        ("en", "BP 120 height 80"),
        ("en", "5'10\" of seizure"),
        ("en", "my sister (60 kg) will be the donor for my father"),
        ("es", "quiero bajar a 60 kilos"),
        ("de", "ich will 60 kg wiegen"),
        ("ru", "рост/вес 164/71"),
        ("zh", "超重40公斤"),
        ("zh", "我想减40公斤"),
        ("tr", "40 kilo vermem lazım"),
        ("bn", "৪০ কেজি কমাতে চাই"),
    ],
)
def test_what_is_neither(language: str, text: str) -> None:
    assert measured(language, text) == (None, None)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "أمي وزنها ٥٨ كيلو بعد ما نقصت ٨. أنا المتبرع عمري 30 سنة ووزني 80"),
        ("zh", "妈妈瘦了8公斤，现在58公斤。捐肾的是我，30岁，80公斤。"),
        ("en", "My mother weighs 58 kg. I am the donor, I weigh 80 kg."),
    ],
)
def test_the_donor_is_not_the_patient(language: str, text: str) -> None:
    assert measured(language, text)[0] == 58


@pytest.mark.parametrize(
    ("language", "text", "both"),
    [
        ("tr", "yaşım 23, boy 160 kilo 54 burun ameliyatı istiyorum", (54, 160)),
        ("tr", "boy: 170 kilo: 65, mide küçültme olur mu", (65, 170)),
        ("tr", "kilom 118 boyum 1.63 malatya", (118, 163)),
        ("tr", "boyum 170, 65 kilo", (65, 170)),
    ],
)
def test_a_unit_may_be_the_label_of_what_follows(language: str, text: str, both: tuple[float, float]) -> None:
    assert measured(language, text) == both
