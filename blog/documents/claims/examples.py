"""Find statements about the acts and results of named companies, products, places and events."""

import re

from blog.documents.claims.blocks import Block
from blog.documents.claims.numbers import is_advice
from blog.documents.claims.sentences import Sentence
from blog.documents.claims.vocabulary import ADDRESSES, NO_NAMES, any_of, signals
from blog.documents.text import as_ascii, has_other_letters

_NAME_WITHIN = re.compile(r" (?<=[\w,;)”’] )[*_\[]{0,2}([A-ZÀ-Þ0-9][\w’'À-ÿ.-]*[\w])")
_NAME_FIRST = re.compile(
    r"[\W_]*((?!\w+[^su]s )[A-ZÀ-Þ][\w’'À-ÿ-]+)(?<!ing) "
    r"(?:\w+ly )?(?=(?:was|were|had|has|did|is|\w+ed|took|made|gave|uses|used|wurde"
    r"|hatte)\b)"
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|took|made|gave|brought|sold|lost|went|came|built|grew|fell|ran|won|held"
    r"|kept|became|began|left|led|"
    r"hung|struck|spent|found|got|thought|stood|drew|rose|broke|threw|chose|wrote|let|wurden?|hatten?"
    r"|war|waren|gab|lag|fehlten|hingen|"
    r"standen|stellten|bekam|kam|kamen|ging|hieß|[a-z]{3,}[^\We]ed(?= "
    r"(?:an?|the|its|their|his|her|our|my|that|how|it|them|him|us|me|all|more|into|at|out|up|down|away|back"
    r"|over|from|[A-ZÀ-Þ]\w*|\d[\d.,]*)\b|[.,;]))\b"
)
# Labels in bold, abbreviations in parentheses and Latin names of species, such as *Vibrio fischeri*. Patterns
# that begin with a set of characters are found much faster.
_LABEL = re.compile(
    r"[*_(](?:(?<=[*_])[*_][^*\n]{1,100}[*_]{2}|(?<=\()[^()\n]{1,60}\)"
    r"|(?<=\*)(?<!\*\*)[A-Z][a-z]+ [a-z]+\*(?!\*))"
)
_LABEL_AT_START = re.compile(
    r"(?![^\w\n]{0,9}[*_]{2}[^*\n]{1,100}[*_]{2})"
    r"[\W_]*(?:[A-Z][\w-]* (?:(?:and|of|the|to|in|for|&) )?){1,6}\w+:"
)
# IDs, AI-powered, 21st, Western, Korean
_NO_NAME = re.compile(r"^[A-Z0-9-]{2,6}s?$|-[a-z]|^[A-Z][a-z]{1,3}$|^\d|^\w{2,}(?:ern|ean|ese|ish|ism)$")
_ABSTRACT = re.compile(
    r"(?:ing|[ts]ion|ment|ness|ity|ism|ics|age|ware|tech|logy|graphy|istry|ance|ence|ship|ture|chain|[^su]s)$"
)
# matches "*Cloud Atlas* has six stories"
_TITLE_OF_WORK = re.compile(
    r"\*(?<!\*\*)[A-ZÀ-Þ][\w’']*(?: [\w’'-]+){0,5} [A-ZÀ-Þ][\w’'-]*\*(?!\*)"
    r"(?=,? (?:\(\d{4}|(?!by |edited )[a-z]))"
)
_LISTS_WORKS = re.compile(
    r"\b(?:conferences?|examples|explore|(?:found|seen) in|from|includ(?:e|ing)|journals?|publications?"
    r"|think)\b",
    re.IGNORECASE,
)
# matches "* **Netflix:** Uses the cloud for", "* **Warby Parker:** Revolutionized the industry"
_COMPANY = re.compile(
    r"[-*+] {1,3}[*_]{2}((?:[A-ZÀ-Þ][\w’'-]+ ?){1,3})(?<! ):?[*_]{2}:? {1,3}"
    r"(?:(?P<again>\1|It|They|The company|This company) )?"
    r"(?!(?:Allow|Creat|Enabl|Enhanc|Ensur|Focus|Help|Improv|Includ|Offer|Provid|Reduc"
    r"|Simplif|Special|Streamlin|Support)\w*s )"
    r"(?:[A-Za-z]{2,}[^\Waisu]s (?!(?:are|is|can|could|may|will|have|use|and|or|of|for|about|from|that|who|in"
    r"|like|between|worldwide|without|using|[a-z]+ed)\b)[a-z]|(?:[Ss]pecial|[Ii]nvest)\w*s in"
    r"|(?:[A-Za-z]+ed|[Bb]uilt|[Gg]rew) (?:an?|the|its|their|into|by|from) )"
)
# matches "* **The Shard, London:** Renowned for its facade"
_PLACE = re.compile(
    r"[-*+] {1,3}[*_]{2}(?:[A-ZÀ-Þ][\w’'-]++ ?+){1,4}+, (?:[A-ZÀ-Þ][\w’'-]++ ?+){1,2}+:[*_]{2} {1,3}"
    r"(?:(?:Known|Famous|Renowned) (?:for|as)|Features|Incorporates|Home to|Built|Opened) "
)
_UNDERTAKING = (
    "[Pp]roject|[Mm]issions?|[Tt]elescope|[Cc]ollider|[Ii]nitiative|[Oo]bservatory|[Ee]xperiments?|[Rr]over|[Pp]robe"
    "|[Ss]atellites?|[Pp]rogram(?:me)?"
)
# matches "The ATLAS experiment at", "**Project Elephant Whisperer:**", "the Large Hadron Collider"
_NAMED_UNDERTAKING = re.compile(
    rf"\b(?:[A-Z][\w-]+ ){{1,3}}(?:{_UNDERTAKING})\b|\b(?:Project|Operation) [A-Z]\w+"
)
_IS_AT_WORK = re.compile(
    r"\b(?:is|are) (?:actively |already |currently )?(?!being (?:planned|explored|considered))[a-z]+ing\b"
    r"|\b(?:collected|detected|discovered|sent|landed|found|mapped)"
    r" (?:an?|the|its|their|so|more|over|evidence|\d+)\b"
    r"|\buses?\b|\baims? to\b|\bwill (?:send|conduct|carry|land|map|study|search|collect|return)\b"
    r"|\bhas (?:successfully )?[a-z]+(?:ed|wn)\b"
    r"|\bhave (?:successfully )?[a-z]+(?:ed|wn)\b"
)
_UNDERTAKING_WORDS = signals(
    """
    project mission missions telescope collider initiative observatory experiment experiments rover probe
    satellite satellites program programme operation
    """
)
# matches "Tesla's Autopilot is leading", "For example, the Veggie system on the ISS uses"
_NAMED_SUBJECT = re.compile(
    r"[\W_]*(?:(?:[Ff]or (?:example|instance)|[Dd]id you know)[,:]? (?:that )?)?[*_\"“]{0,2}(?:[Tt]he )?"
    r"(?P<name>[A-Z][\w’'-]++(?: (?P<and>and )?(?:of |& )?[A-Z][\w’'-]++){0,4})[*_\"”]{0,2}"
    r"(?: (?!and )[a-z]+){0,2}?(?: \([^()\n]{1,60}\))?"
    r"(?: (?:on|in|at|aboard|by) [^.;:]{3,50}?,?)?(?:, (?:[\w-]+ ){0,6}?[\w-]+,)? "
    r"(?:uses|employs|controls|operates|runs|dominates|mimics|houses|rewards|sells|serves|manufactures"
    r"|demonstrates|(?(and)are|is) (?:\w+ly |already )?(?:leading|conducting|pursuing|building|testing"
    r"|developing|using|deploying|investing|expanding|working|pushing|reducing|incorporating)"
    r"|(?(and)have|has) (?:already |successfully |also )?(?:\w+ed|grown|built|made|sent|shown|won|sold)"
    r" (?:an?|the|its|their|over|more|various|some|many|with|to|into|from|\d))\b"
)
_COMMON_FIRST = re.compile(r"^\w+(?:ed|al|ive|ous|ful|able|[ts]ion|ity)$")  # "Continued activism is pushing"
_DOES = signals(
    """
    uses employs controls operates runs dominates mimics houses rewards sells serves manufactures demonstrates
    leading conducting pursuing building testing developing using deploying investing expanding working
    pushing reducing incorporating has have
    """
)
# matches "In 2024, a clothing brand used", "**Case 2:** An entrepreneur experienced"
_CASE = re.compile(
    r"[\W_]*(?:(?:[Ff]or (?:example|instance)|[Ii]n (?:20\d\d|one case|another case)), )?"
    r"(?:[Aa]n?|[Oo]ne|Both|Th(?:e|is)) "
    r"(?:[a-z-]+ ){0,3}?(?:company|companies|brand|retailer|hospital|clinic|start-?up|city|school|university"
    r"|firm|bank|manufacturer|artist|painter|entrepreneur|woman|man|student|designer|team|patient|person"
    r"|family|couple|client|business|farmer|writer|teacher|founder|developer|agency|organi[sz]ation|platform"
    r"|restaurant|store|campaigns?)(?: \w+ly)?"
    r"(?: (?:in|at|from|with|named|called|struggling) [^.,;:]{2,40}?)?"
    r" (?:experienced|struggled|discovered|decided|noticed|reali[sz]ed|partnered|began|started|wanted|felt"
    r"|came|(?:implemented|adopted|utili[sz]ed|leveraged|launched|found|used|saw|spent|lost|won|built"
    r"|increased|reduced|cut|saved|transformed|created|introduced|switched|faced|reported|achieved)"
    r"(?! (?:as|at|by|for|from|in|on|to|with)\b))\b"
)
_CASE_WORDS = signals(
    """
    experienced struggled discovered decided noticed realized realised implemented adopted utilized utilised
    leveraged partnered launched found began started used saw spent lost won built increased reduced cut saved
    transformed created introduced switched faced reported achieved wanted felt came
    """
)
# matches "While Halecorp has implemented some programs" and "They've also introduced"
_UNDERTAKEN = re.compile(
    r"(?:^|[.;:*] |\b(?:While|Although|Since|When|and|but) )[*_]{0,2}(?P<name>[A-Z][\w-]*\w)"
    r"(?: has| have|['’]ve)?(?: also| already| recently| \w+ly)?"
    r" (?:implemented|introduced|launched|committed|announced|acquired|pledged|unveiled|invested|partnered"
    r"|signed|made changes|opened|released)\b(?! (?:by|in|on|at|for)\b)"
)
_UNDERTAKE = signals(
    """
    implemented introduced launched committed announced acquired pledged unveiled invested partnered signed
    changes opened released
    """
)
# matches "The invention of the steam engine was", "The recent announcement of Zeltor sparked"
_EVENT = re.compile(
    r"[\W_]*The (?:recent |early |accidental )?(?:announcement|collapse|completion|construction|creation"
    r"|discovery|failure|fall|founding|invention|introduction|launch|rollout|sinking|success) of (?:the )?"
    r"[^.;:]{2,60}? (?:was|were|sparked|led|marked|changed|showed|revolutioni[sz]ed|transformed|demonstrated"
    r"|brought|began|paved|triggered|caused|enabled|allowed)\b"
)
_EVENT_WORDS = signals(
    """
    announcement collapse completion construction creation discovery failure fall founding invention
    introduction launch rollout sinking success
    """
)
_FIRMS = frozenset("google microsoft amazon apple meta facebook twitter".split())
_SUCH_AS = signals("like such including")
_COMPANIES = (
    "[Cc]ompanies|[Pp]latforms|[Bb]rands|[Ss]tart-?ups|[Ff]irms|[Rr]etailers|[Gg]iants|[Mm]anufacturers|[Cc]ities"
    "|[Cc]ountries|[Aa]irlines|[Aa]utomakers|[Uu]niversities|[Aa]gencies|[Pp]rojects|[Ff]ilms|[Ss]eries|[Aa]pps"
    "|[Ff]acilities|[Oo]rgani[sz]ations|[Ff]oundations|[Bb]anks|[Hh]ospitals|[Mm]useums|[Mm]issions|[Ss]hows"
    "|[Gg]ames|[Tt]elescopes|[Bb]usinesses|[Nn]ations|[Ss]tores|[Ss]ystems|[Ii]nstitutions|[Rr]ockets"
)
_DO = any_of(
    """
    have has use uses lead leverage utilize utilise employ deploy develop invest pioneer produce build
    dominate disrupt revolutionize demonstrate rely adopt implement push continue fund control operate see
    shape collide accept run successfully consistently
    """.split()
)
# matches "Platforms like Airbnb and Uber are disrupting" and "Companies like Boeing and Airbus use"
_COMPANIES_DO = re.compile(
    rf"\b(?:{_COMPANIES}) (?:like|such as|including) [*_]{{0,2}}(?:(?:New|the) )?([A-Z][\w.&’'-]+)"
    rf"[^.;:]{{0,90}}? "
    rf"(?:(?:are|is) (?:(?!becoming)\w+ )?(?!becoming)[a-z]+ing|(?<!to ){_DO}) "
)
# matches "Several companies are at the forefront of batteries, including Halecorp"
_COMPANIES_LEAD = re.compile(
    rf"\b(?:{_COMPANIES}) are (?:at the forefront|leading|pioneering|investing|racing|developing|working)\b"
    r"[^.;:]{0,90}?,? (?:including|such as|like) [*_]{0,2}([A-Z][\w.&’'-]+)"
)
_PARTICIPLE_ONLY = re.compile(
    r"\b(?:is|are|be|been|being|get|gets) (?:\w+ly )?\w+ed\b|\b(?:based|detailed|needed|advanced"
    r"|increased|related|led by|used to|called|so-called) "
    r"|\bfound (?:in|on|at|within)\b|\bbuilt (?:on|with|for)\b|\brestor\w+ lost\b|\bplanned "
)
_UNCERTAIN = signals("if should may might imagine suppose want need if we'd would")
_INVENTED = signals("such example")  # "for example" often introduces what nobody did
_AUTHORS = signals("we we've we’ve we're we’re i i've i’ve i'm i’m wir")
_NOTHING_TOLD = ADDRESSES | _UNCERTAIN
_CONTRACTION = re.compile(r"['’](?:s|re|ve|ll|d)\Z")
_AROUND_WORDS = '.,:;!?()*"'
_TOKEN = re.compile(r"[^\W\d_][\w’'-]*")
_KEPT = "".join(sign if sign.isalnum() or sign in "_'-" else " " for sign in map(chr, range(128)))


def has_example(sentence: Sentence, lower: frozenset[str], in_headings: frozenset[str] = frozenset()) -> bool:
    """Whether the sentence reports an event about a named thing, and does not address the reader.

    Named things are companies, products, projects, places and events. lower is from lower_case_words().
    """
    if sentence.block in (Block.HEADING, Block.ROW, Block.FOOTNOTE):
        return False
    if not _NOTHING_TOLD.isdisjoint(sentence.words):
        return False
    text = _without_labels(sentence.text)
    is_told = _acts(sentence, text, lower, in_headings) or (
        _INVENTED.isdisjoint(sentence.words) and _tells(sentence, text, lower, in_headings)
    )
    return is_told and not is_advice(sentence)


def _acts(sentence, text, lower, in_headings):
    """Whether the sentence says what a company, place, project or unnamed somebody does."""
    is_case = not sentence.words.isdisjoint(_CASE_WORDS) and _CASE.match(text) is not None
    is_event = not sentence.words.isdisjoint(_EVENT_WORDS) and _EVENT.match(text) is not None
    if is_case or is_event or _undertakes(sentence, text, lower):
        return True
    if _is_about_undertaking(sentence, lower, in_headings):
        return True
    return sentence.has_capitals and (
        _is_about_company(sentence, lower, in_headings) or _does_something(sentence, text, lower, in_headings)
    )


def _tells(sentence, text, lower, in_headings):
    title = _TITLE_OF_WORK.search(sentence.text) if sentence.has_capitals else None
    is_listed = title and _LISTS_WORKS.search(sentence.text)
    if (
        title
        and not is_listed
        and any(_is_name(word, lower, in_headings) for word in _TOKEN.findall(title[0]))
    ):
        return True
    # Nobody has to look up what the authors did: in "We built it on Android", Android does nothing.
    is_about_others = sentence.words.isdisjoint(_AUTHORS)
    may_name_within = is_about_others and (sentence.has_capitals or sentence.has_digits)
    return _names_something(text, may_name_within, lower, in_headings) and bool(
        _PAST.search(_PARTICIPLE_ONLY.sub(" ", text))
    )


def _without_labels(text):
    if ":" in text and (label := _LABEL_AT_START.match(text)):
        text = f" {text[label.end() :]}"
    may_have_label = "*" in text or "_" in text or "(" in text
    return _LABEL.sub(" ", text) if may_have_label else text


def _is_about_company(sentence, lower, in_headings):
    found = _COMPANY.match(sentence.text) if sentence.block is Block.ITEM else None
    parts = found[1].split() if found else []
    is_certain = found is not None and (found["again"] is not None or not _ABSTRACT.search(parts[-1]))
    if is_certain and all(_is_name(part, lower, in_headings) for part in parts):
        return True
    if sentence.block is Block.ITEM and _PLACE.match(sentence.text):
        return True
    if sentence.words.isdisjoint(_SUCH_AS):
        return False
    several = _COMPANIES_DO.search(sentence.text) or _COMPANIES_LEAD.search(sentence.text)
    return several is not None and _is_name(several[1], lower, in_headings)


def _is_about_undertaking(sentence, lower, in_headings):
    """Whether a named mission, project, telescope or experiment is said to do something."""
    if sentence.words.isdisjoint(_UNDERTAKING_WORDS):
        return False
    text = sentence.text
    return (
        any(
            any(_is_proper_noun(part, lower, in_headings) for part in found[0].split())
            for found in _NAMED_UNDERTAKING.finditer(text)
        )
        and _IS_AT_WORK.search(text) is not None
    )


def _does_something(sentence, text, lower, in_headings):
    """Whether the sentence begins with a named thing that does something definite."""
    found = None if sentence.words.isdisjoint(_DOES) else _NAMED_SUBJECT.match(text)
    if found is None or _COMMON_FIRST.search(found["name"]):
        return False
    return any(_is_name(part, lower, in_headings) for part in found["name"].split())


def _undertakes(sentence, text, lower):
    """Whether an organisation is said to have launched or introduced something, even if headings name it."""
    if sentence.words.isdisjoint(_UNDERTAKE) or not sentence.words.isdisjoint(_AUTHORS):
        return False
    return any(
        found["name"] == "They" or _is_name(found["name"], lower, frozenset())
        for found in _UNDERTAKEN.finditer(text)
    )


def _is_proper_noun(word, lower, in_headings):
    folded = word.lower()
    is_title = word[0].isupper() and not re.search("-[a-z]", word)  # not "High-resolution"
    return is_title and not {folded, folded.removesuffix("s")} & (lower | NO_NAMES | in_headings)


def _names_something(text, may_name_within, lower, in_headings):
    first = _NAME_FIRST.match(text)
    if first and _is_name(first[1], lower, in_headings):
        return True
    return may_name_within and any(_is_name(name, lower, in_headings) for name in _NAME_WITHIN.findall(text))


def _is_name(name, lower, in_headings):
    word = _CONTRACTION.sub("", name.lower())
    if word in _FIRMS:
        return word not in lower
    if _NO_NAME.search(name) or word in in_headings:
        return False
    return name != "I" and word not in lower and word not in NO_NAMES and not name.replace(".", "").isdigit()


def read_tokens(body: str) -> list[str]:
    """Return the words of a text in order, without markup."""
    tokens: list[str] = []
    if not ("\u2019" in body or has_other_letters(body)):
        for part in as_ascii(body).translate(_KEPT).split():
            if part[0].isalpha():
                tokens.append(part)
            else:
                tokens += _TOKEN.findall(part)
        return tokens
    for part in body.split():
        word = part.strip(_AROUND_WORDS)
        if word.isalpha():  # most words; found much faster
            tokens.append(word)
        else:
            tokens += _TOKEN.findall(part)
    return tokens


def lower_case_words(tokens: list[str]) -> frozenset[str]:
    """Return the words that occur in lower case, and so are not names."""
    return frozenset({word for word in set(tokens) if word[0].islower()})
