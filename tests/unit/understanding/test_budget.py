"""What the patient's side can pay, told from what a clinic asks, what was paid, and what is no money at all."""

from __future__ import annotations

import pytest

from service.understanding.facts.budget import find_budget
from service.understanding.page import Page


def _budget(language: str, text: str, country: str | None = None) -> tuple[int, str] | None:
    found = find_budget(Page(text, [language]), [country] if country else [])
    return (found.amount, found.currency) if found else None


@pytest.mark.parametrize(
    ("language", "text", "amount", "currency"),
    [
        ("en", "my budget is two thousand five hundred euros", 2500, "EUR"),
        ("en", "we have 10k$ for the operation", 10000, "USD"),
        ("en", "I can pay £9.5k at most", 9500, "GBP"),
        ("en", "our budget is 2 million 500 thousand naira", 2500000, "NGN"),
        ("en", "we saved 18'000 Swiss francs", 18000, "CHF"),
        ("en", "Budget:\n15 000 €", 15000, "EUR"),
        ("en", "we have a hundred thousand Canadian dollars", 100000, "CAD"),
        ("en", "we have five hundred twenty two thousand rand", 522000, "ZAR"),
        ("en", "we raised ₹15,00,000", 1500000, "INR"),
        ("fr", "mon budget c'est deux millions de francs CFA", 2000000, "XOF"),
        ("fr", "nous avons réuni 18 000 francs suisses", 18000, "CHF"),
        ("es", "tenemos treinta y cinco mil dólares para la operación", 35000, "USD"),
        ("es", "puedo pagar hasta 200 mil pesos mexicanos", 200000, "MXN"),
        ("pt", "nosso orçamento é de oitenta mil reais", 80000, "BRL"),
        ("it", "abbiamo ventimila euro", 20000, "EUR"),
        ("it", "il mio budget è di 12.000 euro", 12000, "EUR"),
        ("ro", "avem 20 de mii de euro", 20000, "EUR"),
        ("ro", "bugetul nostru este de 90.000 lei", 90000, "RON"),
        ("de", "wir haben fünfzehntausend Euro gespart", 15000, "EUR"),
        ("de", "unser Budget: 5000,- Euro", 5000, "EUR"),
        ("ru", "у нас есть сорок тысяч долларов", 40000, "USD"),
        ("ru", "готов отдать 7 тыс. долларов максимум", 7000, "USD"),
        ("ru", "собрали три миллиона тенге", 3000000, "KZT"),
        ("uk", "маємо двадцять тисяч євро", 20000, "EUR"),
        ("uk", "наш бюджет 300 тис. грн", 300000, "UAH"),
        ("ar", "معي حوالي خمسة آلاف درهم إماراتي", 5000, "AED"),
        ("ar", "ميزانيتنا ٣٠ مليون دينار عراقي", 30000000, "IQD"),
        ("ar", "معنا خمسة وعشرين ألف دولار", 25000, "USD"),
        ("fa", "بودجه من پنج هزار یوروئه", 5000, "EUR"),
        ("fa", "۱۲ هزار دلار داریم", 12000, "USD"),
        ("ur", "ہمارے پاس پندرہ لاکھ روپے ہیں", 1500000, "PKR"),
        ("hi", "हमने पंद्रह लाख रुपये जमा किए हैं", 1500000, "INR"),
        ("hi", "मेरा बजट 2.5 लाख रुपये है", 250000, "INR"),
        ("bn", "আমাদের বাজেট ৫ লাখ টাকা", 500000, "BDT"),
        ("zh", "预算两千五百欧元", 2500, "EUR"),
        ("zh", "我们手里只有三十万人民币", 300000, "CNY"),
        ("zh", "手头有1.2万元", 12000, "CNY"),
        ("zh", "预算两万五美元", 25000, "USD"),
        ("tr", "uçak dahil 6 bin doları geçemem", 6000, "USD"),
        ("tr", "bütçemiz yirmi bin euro", 20000, "EUR"),
        ("id", "anggaran kami lima puluh juta rupiah", 50000000, "IDR"),
        ("vi", "ngân sách của tôi là 2 tỷ đồng", 2000000000, "VND"),
        ("vi", "gia đình tôi có khoảng 20 nghìn đô", 20000, "USD"),
        ("sw", "tuna shilingi milioni tano za Kenya", 5000000, "KES"),
        ("sw", "bajeti yetu ni dola elfu kumi", 10000, "USD"),
        ("am", "በጀታችን 500 ሺህ ብር ነው", 500000, "ETB"),
        ("am", "አምስት ሺህ ዶላር አለን", 5000, "USD"),
        ("uz", "bizda yigirma ming dollar bor", 20000, "USD"),
        ("uz", "byudjetimiz 50 million so'm", 50000000, "UZS"),
        ("ar-Latn", "ma3ana 20 alf dolar", 20000, "USD"),
        ("hi-Latn", "hamare paas 5 lakh rupaye hain", 500000, "INR"),
        ("ru-Latn", "u nas est 10 tysyach dollarov", 10000, "USD"),
        ("zh", "手头有七八千美金", 8_000, "USD"),
        ("ru", "накопили тысяч четыреста рублей", 400_000, "RUB"),
        ("ru", "есть тысяч десять долларов", 10_000, "USD"),
        ("vi", "em có 200 triệu đó ạ", 200_000_000, "VND"),
        ("vi", "chi được 80 triệu do bán đất", 80_000_000, "VND"),
        ("vi", "em có 5000 đô", 5_000, "USD"),
        ("de", "Budget max. 5000 Euro", 5_000, "EUR"),
    ],
)
def test_amounts_are_read_in_digits_and_in_words(language: str, text: str, amount: int, currency: str) -> None:
    assert _budget(language, text) == (amount, currency)


@pytest.mark.parametrize(
    ("language", "text", "amount", "currency"),
    [
        ("en", "They want 22000 euros and we have 9000 euros.", 9000, "EUR"),
        ("en", "One clinic quoted 14,000 USD, I can't pay more than 9,000 USD.", 9000, "USD"),
        ("es", "Aquí me piden 12.000 euros, pero tengo 9 mil dólares.", 9000, "USD"),
        ("fr", "La clinique demande 15 000 euros, nous avons 11 000 euros.", 11000, "EUR"),
        ("pt", "Pediram 80 mil reais, só temos 50 mil reais.", 50000, "BRL"),
        ("it", "Mi hanno chiesto 15.000 euro, posso spendere 9.000 euro.", 9000, "EUR"),
        ("ro", "Aici cer 15.000 euro, noi avem 9.000 euro.", 9000, "EUR"),
        ("de", "Die Klinik verlangt 15.000 Euro, wir haben 9.000 Euro.", 9000, "EUR"),
        ("ru", "Одна клиника просит 600 тыс рублей, я готов отдать 7 тыс. долларов.", 7000, "USD"),
        ("uk", "Клініка просить 15 тисяч євро, у нас є 9 тисяч євро.", 9000, "EUR"),
        ("ar", "المستشفى طلب ٤٠ ألف دولار واحنا معنا ٣٠ ألف دولار", 30000, "USD"),
        ("fa", "یه جا ۴۵۰۰ دلار گفتن، بودجه من ۳۵۰۰ دلاره", 3500, "USD"),
        ("ur", "ہسپتال نے 9 لاکھ روپے مانگے، ہمارے پاس 6 لاکھ روپے ہیں", 600000, "PKR"),
        ("hi", "अस्पताल ने 9 लाख रुपये मांगे हमारे पास 6 लाख रुपये हैं", 600000, "INR"),
        ("bn", "হাসপাতাল ৯ লাখ টাকা চেয়েছে, আমাদের কাছে ৬ লাখ টাকা আছে", 600000, "BDT"),
        ("zh", "别的医院要45万元，我们只有30万元", 300000, "CNY"),
        ("tr", "Bir klinik 280.000 TL istedi, bizde 6 bin dolar var.", 6000, "USD"),
        ("id", "Rumah sakit minta 200 juta rupiah, kami hanya punya 90 juta rupiah.", 90000000, "IDR"),
        ("vi", "Bệnh viện báo giá 200 triệu đồng, gia đình tôi chỉ có 90 triệu đồng.", 90000000, "VND"),
        ("sw", "Hospitali wanataka dola 9000, sisi tuna dola 6000.", 6000, "USD"),
        ("am", "ሆስፒታሉ 9000 ዶላር ጠየቀን፣ እኛ 6000 ዶላር አለን።", 6000, "USD"),
        ("uz", "Klinika 9000 dollar so'radi, bizda 6000 dollar bor.", 6000, "USD"),
        ("hi-Latn", "hospital ne 9 lakh rupaye maange, hamare paas 6 lakh rupaye hain", 600000, "INR"),
        ("ar-Latn", "el mostashfa talab 9000 dolar, ma3ana 6000 dolar", 6000, "USD"),
        ("ru-Latn", "klinika prosit 9000 dollarov, u nas est 6000 dollarov", 6000, "USD"),
    ],
)
def test_of_several_amounts_the_writers_own_counts(language: str, text: str, amount: int, currency: str) -> None:
    assert _budget(language, text) == (amount, currency)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I paid the deposit of 500 euros, the invoice still shows 500 open"),
        ("en", "I was charged twice for my MRI, once 340 EUR and once 340 USD. I have 2 children."),
        ("en", "I can't afford 20,000 euros"),
        ("en", "Earn 50,000 dollars a month!"),
        ("en", "Is the price 9000 euros?"),
        ("en", "I earn 900 dollars per month"),
        ("en", "we can pay several thousand euros"),
        ("en", "surgery is 9000 euros in Spain and 7000 euros in Turkey"),
        ("es", "Me cobraron dos veces la resonancia, 340 EUR y 340 USD"),
        ("es", "Llegue a la primera página por solo $299"),
        ("pt", "Paguei um sinal de 500 euros"),
        ("fr", "J'ai versé un acompte de 500 euros"),
        ("it", "Ho pagato un acconto di 500 euro"),
        ("ro", "Am plătit un avans de 500 de euro"),
        ("de", "Ich habe 500 Euro angezahlt"),
        ("ru", "Я внёс предоплату 500 евро"),
        ("uk", "Я заплатив 500 євро авансу"),
        ("ar", "تم خصم مبلغ ٣٤٠ يورو مرتين من بطاقتي"),
        ("fa", "دو بار از کارتم ۱۸۰ یورو کم شده"),
        ("fa", "چند هزار دلار داریم"),
        ("ur", "میں نے 500 یورو ایڈوانس جمع کرائے"),
        ("hi", "घर बैठे कमाएँ 50,000 रुपये महीना"),
        ("bn", "আমি ৫০০ ইউরো অগ্রিম দিয়েছি"),
        ("zh", "做核磁被扣了两次款，一次340欧元一次340美元"),
        ("zh", "我们有几万元"),
        ("tr", "Kapora olarak 500 euro ödedim"),
        ("tr", "birkaç bin dolarım var"),
        ("id", "Saya sudah bayar uang muka 500 euro"),
        ("vi", "Tôi đã đặt cọc 500 euro"),
        ("sw", "Nililipa amana ya euro 500"),
        ("am", "500 ዩሮ ቅድሚያ ክፍያ ከፍያለሁ"),
        ("uz", "500 yevro avans to'ladim"),
        ("hi-Latn", "maine 500 euro advance diye the"),
        ("ar-Latn", "dafa3t 3arboun 500 euro"),
        ("ru-Latn", "ya zaplatil avans 500 euro"),
    ],
)
def test_what_is_asked_paid_or_earned_is_no_budget(language: str, text: str) -> None:
    assert _budget(language, text) is None


@pytest.mark.parametrize(
    ("language", "text", "country", "amount", "currency"),
    [
        ("en", "our budget is 5 lakh for the hip", None, 500_000, "INR"),
        ("en", "our budget is 5 lakh for the hip", "PK", 500_000, "PKR"),
        ("ur", "ہم 12 لاکھ تک دے سکتے ہیں", None, 1_200_000, "PKR"),
        ("bn", "আমাদের বাজেট ৩ লাখ", None, 300_000, "BDT"),
        ("id", "budget saya 80 juta untuk ganti lutut", None, 80_000_000, "IDR"),
        ("vi", "tôi có 200 triệu để thay khớp gối", None, 200_000_000, "VND"),
        ("ru", "Просят 620 тыс. рублей, у нас есть 450 тыс.", None, 450_000, "RUB"),
        ("en", "They ask 9 lakh rupees, we have 6 lakh", None, 600_000, "INR"),
    ],
)
def test_a_currency_that_is_not_named_is_told_by_the_number_or_by_another_amount(
    language: str, text: str, country: str | None, amount: int, currency: str
) -> None:
    assert _budget(language, text, country) == (amount, currency)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the other hospital said 4 lakh"),
        ("en", "They ask 9000 euros or 10000 dollars, we have 7000"),
        ("en", "we have 450 thousand"),
        ("es", "Mi abuelo mide 5 pies 8 pulgadas y pesa 154 libras"),
        ("en", "I weigh 231 pounds and have diabetes"),
        ("it", "Mia madre nel 2019 lei ha avuto un infarto"),
        ("en", "I am 45 do you treat this"),
        ("pt", "em 2019 do ano passado"),
        ("en", "I had CAD 2019 and a stent"),
        ("en", "rub 5 times a day"),
        ("en", "My son Ron 45 kg"),
        ("en", "platelets 80000, INR 1.8"),
        ("zh", "地址是二单元302"),
        ("zh", "我去过3欧洲国家"),
        ("ru-Latn", "gryzha L5-S1, moy telefon"),
        ("en", "I have one euro"),
        ("en", "we have 100,000 francs"),
    ],
)
def test_what_is_no_money_or_of_no_known_country(language: str, text: str) -> None:
    assert _budget(language, text) is None


@pytest.mark.parametrize(
    ("language", "text", "country", "currency"),
    [
        ("en", "we are from Egypt and have 250,000 pounds", None, "EGP"),
        ("es", "soy de Colombia, tengo 900 mil pesos", None, "COP"),
        ("es", "tengo 900 mil pesos", "MX", "MXN"),
        ("fr", "je vis au Cameroun, mon budget est de 900 000 francs", None, "XAF"),
        ("ar", "أنا من الكويت ومعي 9000 دينار", None, "KWD"),
        ("sw", "tuna shilingi laki tano", "TZ", "TZS"),
        ("en", "our budget is 6 lakh rupees", "PK", "PKR"),
    ],
)
def test_a_name_of_several_currencies_is_told_by_the_country(
    language: str, text: str, country: str | None, currency: str
) -> None:
    found = _budget(language, text, country)
    assert found is not None and found[1] == currency


def test_a_hyphen_parts_two_numbers() -> None:
    assert _budget("en", "budget 100-150 euros") == (150, "EUR")
    assert _budget("en", "the sole amount is 9000 euros") == (9000, "EUR")
