"""Numbers in words, scales and units, in English, German, French, Spanish and Japanese."""

from blog.documents.claims.vocabulary import any_of


def _numbered(words, first=0, step=1):
    return {
        word: first + step * place for place, names in enumerate(words.split()) for word in names.split("/")
    }


SMALL = {
    **_numbered("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen"),
    **_numbered("null eins/ein/eine/einem/einen/einer zwei drei/dreier vier fünf sechs sieben acht"
    " neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"),
    **_numbered("zéro un/une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze"
    " quinze seize dix-sept dix-huit dix-neuf"),
    **_numbered("cero uno/una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce"
    " quince dieciséis diecisiete dieciocho diecinueve"),
    "dozen": 12,
    "dutzend": 12,
    "veintiuno": 21, "veintidós": 22, "veintitrés": 23, "veinticuatro": 24, "veinticinco": 25,
    "veintiséis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
}  # fmt: skip
TENS = {
    **_numbered("twenty thirty forty/fourty fifty sixty seventy eighty ninety", 20, 10),
    **_numbered("zwanzig dreißig/dreissig vierzig fünfzig sechzig siebzig achtzig neunzig", 20, 10),
    **_numbered("vingt/vingts trente quarante cinquante soixante soixante-dix"
    " quatre-vingts/quatre-vingt quatre-vingt-dix", 20, 10),
    **_numbered("veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa", 20, 10),
}  # fmt: skip
SCALES = {
    "hundred": 100, "hundert": 100, "einhundert": 100, "cent": 100, "cents": 100, "cien": 100,
    "ciento": 100, "doscientos": 200, "trescientos": 300,
    "quinientos": 500, "thousand": 1e3, "tausend": 1e3, "mille": 1e3, "mil": 1e3,
    "thousands": 1e3, "tsd": 1e3, "milliers": 1e3,
    "million": 1e6, "millions": 1e6, "millionen": 1e6, "mio": 1e6, "mn": 1e6, "millón": 1e6, "millones": 1e6,
    "billion": 1e9, "billions": 1e9, "bn": 1e9, "milliarde": 1e9, "milliarden": 1e9, "mrd": 1e9,
    "milliard": 1e9, "milliards": 1e9,
    "trillion": 1e12, "trillions": 1e12, "billionen": 1e12,
}  # fmt: skip
CJK_SCALES = {"十": 10, "百": 100, "千": 1e3, "万": 1e4, "億": 1e8, "兆": 1e12}
CJK_DIGITS = {sign: place for place, sign in enumerate("〇一二三四五六七八九")}
ONES = frozenset("one ein eine einem einen einer un une uno una".split())  # mostly articles

_PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4,
"fourths": 4, "fifth": 5, "fifths": 5,
    "sixth": 6, "sixths": 6, "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10,
    "hälfte": 2, "drittel": 3, "viertel": 4, "fünftel": 5, "sechstel": 6, "achtel": 8, "zehntel": 10,
    "moitié": 2, "tiers": 3, "quart": 4, "quarts": 4, "cinquième": 5, "cinquièmes": 5, "dixième": 10,
    "mitad": 2, "tercio": 3, "tercios": 3, "cuarto": 4, "cuartos": 4, "quinto": 5, "quintos": 5}  # fmt: skip
FRACTIONS = _PARTS

UNITS = {
    word: unit
    for unit, words in {
        "%": "% ％ percent per_cent prozent pour_cent por_ciento パーセント",
        "point": "point points percentage_point percentage_points prozentpunkt prozentpunkte prozentpunkten"
        " pp points_de_pourcentage punto puntos punto_porcentual puntos_porcentuales ポイント",
        "second": "second seconds sekunde sekunden seconde secondes segundo segundos 秒",
        "minute": "minute minutes minuten minuto minutos 分 min",
        "hour": "hour hours stunde stunden heure heures hora horas 時間",
        "day": "day days tag tage tagen jour jours día días 日間",
        "workday": "werktag werktage werktagen workdays",
        "week": "week weeks woche wochen semaine semaines semana semanas 週間",
        "month": "month months monat monate monaten mois mes meses か月 ヶ月 カ月",
        "year": "year years jahr jahre jahren an ans années año años 年間",
        "decade": "decade decades jahrzehnt jahrzehnte jahrzehnten",
        "century": "century centuries jahrhundert jahrhunderte jahrhunderten siècle siècles siglo siglos",
        "foot": "foot feet ft fuß pied pieds pies", "inch": "inch inches zoll",
        "mile": "mile miles meile meilen", "yard": "yard yards",
        "mm": "mm millimetres millimeters millimeter", "cm": "cm centimetres centimeters zentimeter",
        "m": "m metre metres meter meters metern mètre mètres metro metros",
        "km": "km kilometre kilometres kilometer kilometers kilómetros kilomètres キロ",
        "km²": "km² km2 square_kilometres square_kilometers quadratkilometer quadratkilometern"
        " kilomètres_carrés kilómetros_cuadrados",
        "m²": "m² m2 square_metres square_meters quadratmeter quadratmetern mètres_carrés metros_cuadrados",
        "acre": "acre acres", "hectare": "hectare hectares hektar hectáreas ha",
        "kg": "kg kilogram kilograms kilogramm kilo kilos", "g": "g gram grams gramm",
        "pound": "pound pounds lb lbs", "ounce": "ounce ounces oz",
        "ton": "ton tons tonne tonnes tonnen toneladas", "litre": "litre litres liter liters l",
        "gallon": "gallon gallons gallonen", "megapixel": "megapixel megapixels",
        "degree": "degree degrees grad °c °f °",
        "kb": "kb kilobyte kilobytes", "mb": "mb megabyte megabytes", "gb": "gb gigabyte gigabytes",
        "tb": "tb terabyte terabytes",
        "kib": "kib", "mib": "mib", "gib": "gib", "tib": "tib",
        "mw": "mw megawatt megawatts", "gw": "gw gigawatt gigawatts", "kwh": "kwh kilowattstunden",
        "mbps": "mbps mbit/s",
        "gbps": "gbps",
        "$": "$ dollar dollars usd us-dollar dólares", "€": "€ euro euros eur", "£": "£ gbp",
        "¥": "¥ 円 yen yens",
        "cent": "cent cents",
        "times": "times x × fold mal fois veces 倍", "mph": "mph", "ms": "ms milliseconds millisekunden",
    }.items()
    for word in (name.replace("_", " ") for name in words.split())
}  # fmt: skip
WORDS = {**SMALL, **TENS}
WORD_PATTERN = any_of(WORDS)
SCALE_PATTERN = any_of(SCALES)
FRACTION_PATTERN = any_of(FRACTIONS)
