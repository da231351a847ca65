"""Words and patterns that signal a claim, in English and German.

It contains no names, only the words around them. any_of() builds a regular expression from a word list.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

SIGNALS: set[str] = set()


def signals(words: str) -> frozenset[str]:
    """Return the words of a list, and add them to SIGNALS: Sentence.words has no other words."""
    listed = frozenset(words.split())
    SIGNALS.update(listed)
    return listed


SAYING = signals(
    """
    said says saying wrote writes written asked asks answered told tells explained explains argued argues
    noted notes
    remarked remarks stated states claimed claims insisted insists emphasised emphasises emphasized
    emphasizes stressed
    stresses warned warns observed observes added adds commented comments predicted predicts reported
    reports recalled
    recalls concluded concludes declared declares announced announces complained complains suggested
    suggests points
    pointed put puts quoted advises advised cautions cautioned believes believed reminds reminded called
    describes
    described replied joked admits admitted confirmed confirms highlights highlighted urged urges
    sagt sagte sagen schrieb schreibt erklärt erklärte betont betonte meint meinte berichtet berichtete
    erzählte erzählt
    behauptet behauptete warnt warnte fragte gesagt geschrieben erläutert erläuterte bemerkte nannte zufolge
    """
)
# Verbs, mostly in the past, whose subject is a person, not a place or product.
DEEDS = frozenset(
    """
    invented founded co-founded cofounded discovered proposed published developed created built designed
    coined introduced
    formulated described devised pioneered demonstrated showed proved wrote painted composed led leads
    joined served serves
    worked works studied taught began became died received won earned had who whose found filled
    received compared made
    observed named called called gave tried kept lived went saw took brought put photographed held learned
    watched argues believes says said
    noted notes explains explained thought published sat spoke told asked married moved ordered proposed
    drilled dug measured
    ging starb wurde erfand entwickelte gründete baute schrieb entdeckte entwarf hatte ließ plante
    veröffentlichte erklärte holte heiratete
    """.split()
)
# Verbs of DEEDS that never have a method or product as subject.
PERSONAL_DEEDS = frozenset(
    """
    invented founded co-founded cofounded discovered coined pioneered devised formulated born died wrote
    published proposed painted composed studied taught married said says explained explains argued argues
    believed believes remarked recalled recalls warned warns insisted insists who whose
    erfand gründete entdeckte schrieb starb heiratete sagte sagt erklärte
    """.split()
)
ROLES = signals(
    """
    dr prof professor sir lord lady king queen emperor empress prince princess president minister senator
    judge justice captain colonel
    admiral pope bishop saint father brother mr mrs ms
    ceo cto cfo coo ciso founder co-founder cofounder director manager head chief chair chairman chairwoman
    officer vp secretary administrator
    scientist researcher engineer physicist chemist biologist mathematician astronomer historian economist
    sociologist psychologist
    philosopher psychiatrist geologist geographer botanist zoologist statistician epidemiologist physician
    doctor surgeon nurse lawyer attorney
    analyst strategist consultant expert specialist architect designer developer programmer inventor author
    writer poet novelist playwright dramatist journalist editor
    reporter painter artist composer musician sculptor photographer filmmaker entrepreneur investor banker
    farmer priest monk nun
    teacher lecturer fellow student scholar linguist anthropologist archaeologist archeologist ecologist
    climatologist meteorologist oceanographer
    neuroscientist roboticist cryptographer technologist futurist activist politician diplomat explorer
    sailor pilot astronaut athlete
    coach chef actor actress singer librarian printer publisher typographer craftsman carpenter lead owner
    member assistant pioneer
    professorin forscher forscherin ingenieur physiker chemiker mathematiker architekt architektin
    historiker historikerin ärztin arzt
    journalistin journalist gründer gründerin erfinder erfinderin direktor direktorin präsident präsidentin
    minister ministerin
    schriftsteller schriftstellerin dichter kanzler kanzlerin könig königin kaiser kaiserin hausfrau
    """
)
# Verbs of SAYING that also have things as subject: a task asks much, and adds weight.
SAID_OF_THINGS = frozenset(
    "asks adds puts put points called calls describes described suggests highlights reminds reports".split()
)
# Verbs that also have companies and products as subject.
COMPANY_DEEDS = frozenset(
    """
    launched announced released acquired reported partnered expanded introduced developed achieved reduced
    used implemented
    leveraged deployed saved increased powered raised
    """.split()
)
# Parts of the names of organisations, places and works, and words that begin sentences or headings.
NO_NAMES = frozenset(
    """
    university institute college school company corporation corp inc ltd llc gmbh railway church lake river
    street road avenue
    island mountain mount sea ocean bay cape house museum bank court states kingdom republic city town
    county department agency
    office bureau ministry administration association society foundation committee commission council union
    organization
    organisation center centre act law code treaty times post gazette journal review magazine press news
    bible exchange square
    bridge park pond hill valley north south east west northern southern eastern western new great united
    national
    international federal royal central general january february march april june july august september
    october november
    december monday tuesday wednesday thursday friday saturday sunday ai machine learning data digital cloud
    computing intelligence
    artificial technology technologies systems system network guide key takeaways insight expert tip note
    warning conclusion
    introduction step steps best practices world global american british french german european chinese
    english japanese indian
    russian italian spanish african asian canadian australian the a an in on at of for and or but by with
    from as if when while
    this that these those it its his her their our your my we they he she der die das ein eine im am und
    oder aber mit von bei nach
    pro google microsoft amazon apple meta facebook twitter open source software hardware internet web api
    picture photo image
    fellows program project team group lab labs research studies study report survey index schema innovation
    partnership
    principles outreach analytics coast guard navy army week island islands
    yet so thus however then here there now today once even also only such many most some every each both
    unlike since because although though after before during until through without within beyond under over
    between among against despite per via what why how who where which whether not no yes let let's meet
    consider imagine take think see using understanding instead finally moreover furthermore additionally
    meanwhile similarly likewise indeed perhaps often usually eventually nearly almost just still like
    big tech things forum ventures economics database archive collider engine reef descent conditions arrays
    circuits arc origin pokémon go story aerospace face festival therapy leadership native symptoms buy
    forget minds name role roles referee referees mics resistance
    challenge problem solution result results benefit benefits
    whoever whatever everyone anyone current recent ongoing modern nature future earth
    """.split()
)

# Units. A number before one of these is a figure.
MEASURES = frozenset(
    """
    percent per cent prozent percentage mm cm m km m² m³ km² kg g mg t lb lbs oz ml l litre litres liter
    liters gallon gallons
    millimetre millimetres millimeter millimeters centimetre centimetres centimeter centimeters metre metres
    meter meters
    kilometre kilometres kilometer kilometers mile miles foot feet inch inches yard yards acre acres hectare
    hectares square cubic
    gram grams kilogram kilograms kilo kilos ton tons tonne tonnes pound pounds ounce ounces
    degree degrees celsius fahrenheit kelvin °c °f joule joules kilojoule kilojoules calorie calories watt
    watts kilowatt kilowatts
    megawatt megawatts gigawatt gigawatts kw mw gw kwh mwh twh volt volts hz khz mhz ghz hertz
    byte bytes kb mb gb tb pb kilobyte kilobytes megabyte megabytes gigabyte gigabytes terabyte terabytes
    petabytes exabyte exabytes zettabyte zettabytes qubit qubits megabit megabits gigabit gigabits terabit
    terabits kbps mbps gbps tbps millisecond milliseconds microsecond microseconds nanosecond nanoseconds ms
    ns nanometre nanometres nanometer nanometers nm micron microns light-year light-years
    parsec parsecs kiloparsecs
    kph mph
    milligram milligrams microgram micrograms mcg milliliter milliliters millilitre millilitres
    kilohertz megahertz gigahertz terahertz terawatt terawatts milliwatt milliwatts picoseconds femtoseconds
    teslas microtesla microteslas millitesla milliteslas nanoteslas gauss newtons pascals kilopascals amps
    amperes sieverts millisieverts angstroms megatons gigatons gigatonnes
    knots decibels db lumens ppm kcal psi teraflops petaflops exaflops fps
    nanosekunden millisekunden mikrosekunden nanometer lichtjahre
    dollar dollars euro euros pence penny cents shillings francs usd eur gbp
    millimeter zentimeter meter metern kilometer gramm kilogramm tonne tonnen liter grad quadratmeter
    """.split()
)
DURATIONS = frozenset(
    """
    second seconds minute minutes hour hours day days week weeks month months year years decade decades
    century centuries
    sekunden minuten stunden tage tagen wochen monate monaten jahre jahren jahrzehnte
    """.split()
)
SMALL = signals(
    "two three four five six seven eight nine ten zwei drei vier fünf sechs sieben acht neun zehn"
)
LARGE = signals(
    """
    eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty
    sixty seventy eighty ninety
    hundred thousand million billion trillion dozen hundreds thousands millions billions trillions
    elf zwölf zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend million
    millionen milliarde milliarden tausende
    """
)
# Sentences with these words give advice or an invented example.
ADDRESSES = signals("you your yours let's let’s imagine suppose du ihre")
SHARES = signals(
    """
    half third thirds quarter quarters fifth fifths tenth tenths sixth sixths eighth eighths sixteenth
    hundredth doubled tripled quadrupled
    twice threefold tenfold halved majority parts all most times hälfte drittel viertel fünftel verdoppelt
    """
)


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches the longest of these words.

    The pattern is a trie of their letters. At nearly every offset it fails at the first letter, whereas a
    list of alternatives would try each word.
    """
    rests = defaultdict(set)
    for word in words:
        rests[word[:1]].add(word[1:])
    may_end = rests.pop("", None) is not None
    choices = [
        re.escape(first) + any_of(rest) if rest != {""} else re.escape(first)
        for first, rest in sorted(rests.items())
    ]
    pattern = choices[0] if len(choices) == 1 and not may_end else f"(?:{'|'.join(choices)})"
    return f"{pattern}?" if may_end else pattern
