"""Hostile and unusual search queries, percent-encoded."""

from itertools import product
from urllib.parse import quote

WORDS = ("tide", "café", "C++", "東京", "it's", "a", "title", "rowid")
WRAPPINGS = (
    *('"{}', '{}"', '"{}"', "'{}'", '""{}""', '{}" OR "1', "{}*", "*{}", "{}**", "^{}", "-{}"),
    *("+{}", "({}", "{})", "({})", "(({}) AND", "NEAR({})", "NEAR({} x, 5)", "NEAR/2 {}", "{} AND"),
    *("OR {}", "NOT {}", "{} NOT", "title:{}", "{{title}}:{}", "{{title body}} : {}", "-title:{}"),
    *("blog_search:{}", "{}:*", "{} <-> x", "!{}", "{}:A", "{} & ", "| {}", "{}\\", "\\'{}"),
    *("{}; DROP TABLE blog_search;--", "%{}%", "{{{{ {} }}}}", "{{% {} %}}", "<script>{}</script>"),
    *("&lt;{}&gt;", "${{{}}}", "../../{}", "{}\r\nX-A: b"),
)
BYTES = (
    *("%00", "tide%00", "%00tide%00x", "%ED%A0%80", "tide%ED%BF%BF", "%FF%FE", "%C0%80", "%80tide"),
    *("%F5%80%80%80", "%", "%%", "%2", "%u0041", "%EF%BF%BE", "%EF%BB%BFtide", "%E2%80%AEtide"),
    *("%F3%A0%81%81", "%CC%81", "+" * 50, "%01%02%03%1F", "%0A%0D%09", "%C2%85", "%E2%80%A8tide"),
    *("%22", "%22%22", "%22%22%22", "%22+%22", "%27", "%5C", "(" * 300, ")" * 300, "%22" * 301),
    *("*" * 100, "a+" * 300, "NEAR(" * 100, "OR+" * 100, "a" * 8192, quote("é" * 2000)),
    *(quote("東" * 2000), quote("😀" * 500), quote("a\u0301" * 500), quote("ﷺ" * 400)),
    *("tide&q=other", "tide&page=0", "tide&page=-1", "tide&page=1e9", "tide&page=9999999"),
    *("tide&page=%00", "tide&topic=%00", "tide&topic=%22", "tide&topic=" + "x" * 4000),
    *(
        "tide&topic=x" * 100,
        "tide&from=%00&to=%D9%A2%D9%A0",
        "tide&from=0&to=1",
        "tide&year=0",
        "tide&year=99999",
        "tide&year=-1",
    ),
    *("tide&year=%D9%A2%D9%A0%D9%A2%D9%A5", "tide&year=2025" * 60, "&topic=&year="),
)
ODD_QUERIES = [
    *(quote(wrapping.format(word)) for word, wrapping in product(WORDS[:4], WRAPPINGS)),
    *(quote(wrapping.format(word)) for word, wrapping in product(WORDS[4:], WRAPPINGS[:4])),
    *BYTES,
]
