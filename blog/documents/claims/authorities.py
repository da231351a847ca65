"""Find laws, standards, official bodies, studies and checkable superlatives."""

import re

from blog.documents.claims.blocks import Block
from blog.documents.claims.sentences import Sentence
from blog.documents.claims.vocabulary import any_of, signals

# The name of a law or body is a claim only together with a verb of _DEMANDS.
_LAW_NAME = re.compile(
    r"\b(?!(?:Galactic|Genetic|Open|Source|Runtime|Emotion\w*|Temperature|Improved) )(?:[A-Z][\w-]+ ){1,5}"
    r"(?:Act|Code|Directive|Regulation|Treaty|Convention|Constitution|Amendment|Accord|Agreement)\b"
    r"(?!:?[*_])"  # a label such as "**Emotional Regulation:**"
    r"|\b(?:Cartagena|Geneva|Kyoto|Montreal|Nagoya|Optional) Protocol\b"
    r"|\b(?:GDPR|DSGVO|HIPAA|CCPA|COPPA|FERPA|SOX|PCI DSS|DMCA|FDA|EPA|FTC|SEC|FCC|FAA|NHTSA|OSHA|CDC"
    r"|WHO|NIST|ENISA|EASA|EMA|ICO|CFTC|AI Act)\b"
)
_DEMANDS = re.compile(
    r"\b(?:requires?|required|demands?|demanded|prohibits?|prohibited|mandates?|mandated|allows?"
    r"|allowed|sets?|defines?|defined|applies|applied|"
    r"approved|approves|fined|ruled|passed|banned|bans|adopted|propose[sd]|signed|enacted|regulates?"
    r"|regulated|classif\w+|imposes?|imposed|gives?|"
    r"grants?|obliges?|effect|force|due|comes|came|standard|published|issued|recommends?|estimates?"
    r"|warned|established|introduced|released|"
    r"launched|announced|deadline|protects?|governs?|covers?|aims?|provides?|implemented|outlines?"
    r"|verlangt|verbietet|schreibt|fordert)\b|\bis a [“\"]"
)
_COMPLIANCE = re.compile(
    r"\b(?:[Uu]nder|must comply with|[Vv]iolat\w+|[Ff]ines? (?:under|for)) (?:the )?"
    r"(?:(?:EU|US|European)[’']?s? )?(?:General Data Protection Regulation|GDPR|DSGVO"
    r"|HIPAA|CCPA|COPPA|FERPA|SOX|PCI DSS|DMCA)\b"
)
_STANDARD = re.compile(
    r"\b(?:ISO(?:/IEC)?(?! (?:[1248]|16|32|64)00\b)|DIN|IEEE|ANSI|RFC|NIST SP|EN|IEC) ?-?\d[\w.:-]*"
)
_BODY = re.compile(
    r"\b(?:Parliament|(?<!Library of )(?<!library of )Congress|(?<!Galactic )Senate"
    r"|European (?:Union|Commission|Parliament)[’']?s?)\b"
)
_CERTIFIED = re.compile(r"\b(?:certifi|complian|comply|adher)", re.IGNORECASE)
_LAW = re.compile(
    r"\b(?:Supreme Court|Bundestag|High Court|Court of [A-Z]\w+)\b"
    r"|\b(?:statutory|decree|statute|legali[sz]ed|decriminali[sz]ed|outlawed"
    r"|taxed|lawsuit|ruling(?! (?:out|class|party|elite))|verdict)\b"
    r"|\b(?:[Aa]n?|[Tt]he|[Ii]ts|[Tt]his|higher|federal) "
    r"(?:\w+ )?(?:law|legislation|(?<!criminal )act|court|judge|tax|ban|Gesetz) (?!zones?|firms?)"
    r"(?:\w+ )?(?:\w+ed|said|says|requires?|about|listed|spoke|took|for|was|makes|demands?|prohibits?"
    r"|bans?|is due)\b"
    r"|\bat least not in law\b"
)
_LAW_WORDS = signals(
    """
    act code directive regulation treaty convention constitution amendment accord protocol agreement gdpr
    dsgvo hipaa ccpa coppa
    ferpa sox pci dmca fda epa ftc sec fcc faa nhtsa osha cdc who nist enisa easa ema ico cftc iso din ieee
    ansi rfc en iec court
    parliament congress senate bundestag european statutory legislation decree statute taxed lawsuit ruling
    verdict law judge legalized legalised decriminalized decriminalised outlawed
    tax ban gesetz
    """
)
# These report only after "some", "many" or the like: "Many physicists believe".
_THINKERS = signals(
    """
    theories theorists physicists chemists biologists neuroscientists psychologists economists historians
    philosophers scholars astronomers archaeologists ecologists doctors specialists
    """
)
_REPORT = (
    r"(?:shows?|showed|shown|showing|showcase|found|suggest(?:s|ed|ing)?|indicates?"
    r"|reveal(?:s|ed|ing)?(?! new\b)|highlights?|demonstrate[sd]?|believes?|predicts?|estimates?"
    r"|hypothesi[sz]e|theori[sz]e|speculate|propose|argue|conclude|confirm"
    r"|link(?:s|ed)?(?! (?:to|if|between)\b)|back(?:s|ed|ing)"
    r"|associate[sd]?)"
)
_STUDY = re.compile(
    r"\b(?:(?:an?|the|one|recent|another|new|his|her|their|\d{4}|\w+[’']s) (?:[\w-]+ ){0,3}(?<!ase )(?:study"
    r"|survey|report|meta-analysis|poll|trial|census|guide) "
    r"(?:by|from|of (?=\d)|in\b|at\b|found|finds|shows?|showed|published|suggests?|reports?|estimates?"
    r"|conducted"
    r"|revealed|indicates?|predict(?:s|ed)|projected|demonstrate[sd]|highlight(?:s|ed)|concluded|warned"
    r"|that (?:found|finds|shows?|showed|says|said)|\d)"
    r"|(?<!ase )(?<!help )(?<!lping )(?<!owing )(?<!bling )(?<!helps )"
    r"(?:studies|research|surveys|experts|analysts|scientists|researchers|reports|estimates"
    r"|evidence) (?:have |has )?"
    r"(?:shows?|shown|found|finds?|suggests?|indicates?|reveals?|agree|estimate|predict|say"
    r"|demonstrate\w*|estimated)\b"
    r"|(?<!ase )(?<!help )(?<!lping )(?<!owing )(?<!bling )(?<!helps )"
    r"(?:studies|research(?! and development)|researchers|experts|analysts|scientists|projections|evidence"
    r"|experiments|trials|findings) (?:(?:in|into|on|by|from|of|have|has|also|are|is|now) )?"
    rf"(?:(?!(?:to|can|could|must|should|will|and the) )[\w-]+,? ){{0,7}}?{_REPORT} "
    r"|(?:some|many|most|several|certain) (?:[\w-]+ )?"
    rf"(?:{any_of(_THINKERS)})(?: and [a-z]+)? (?:also |now |even )?{_REPORT} "
    r"|(?:in|by|from|across) (?:several|many|numerous|multiple|some|recent|clinical|animal) (?:\w+ )?"
    r"(?:studies|trials|experiments|surveys)\b"
    r"|(?:clinically|scientifically|been) proven\b|proven (?:\w+ly )?effective\b"
    r"|(?:researchers|scientists) have (?:\w+ly )?(?:studied|observed|identified|discovered|made|developed) "
    r"|(?:early|earlier|initial|previous|recent|\w+[’']s) (?:research|studies|experiments) (?:[\w-]+ ){0,6}?"
    r"(?:focuse[sd]|drew|explore[sd]|examined|investigated|highlights) "
    r"|(?<!ase )(?:studies|findings) (?:[\w-]+,? ){0,8}?provide (?:\w+ ){0,2}(?:insights?|evidence|support)\b"
    r"|(?:has|have) (?:also )?been (?:shown|proven|found|demonstrated) to "
    r"|research, [^.,]{3,60}, (?:shows|suggests|indicates|reveals)\b|supported by (?:\w+ ){0,3}evidence\b"
    r"|according to "
    r"(?!(?:your|its|their|our|his|her)\b"
    r"|(?:[\w’'-]+ ){0,4}?(?:specifications?|plans?|rules?|needs?|schedules?|equations?|physics|laws?"
    r"|guidelines?|instructions?|regulations?|terms|scores?|criteri\w+|demands?|preferences|standards?|relativity)\b)\w"
    r"|published (?:a|in|with|by)\b.{0,60}\b(?:study"
    r"|journal|paper|nature)\b"
    r"|compared \w+ of every\b|stud(?:ie|ien) (?:zeig|beleg)\w+|laut einer\b)"
    r"|\(source: "
)
# "The Intergovernmental Panel on Climate Change (IPCC) projects", "Northmoor Research estimated a market of"
_FORECAST = re.compile(
    r"(?:\([A-Z]{2,}\)|\b(?!This|That|These|It|Its|Our|We|AI|ML|\w+ing )[A-Z][\w&-]{3,}),? "
    r"(?:has |have )?(?:projects|projected|projecting|estimates|estimated|estimating"
    r"|forecasts|forecasted|forecasting)"
    r" (?:that|the|an?|increas\w+|more|over|nearly|global|\d+)\b"
)
_FORECAST_WORDS = signals(
    "projects projected projecting estimates estimated estimating forecasts forecasted forecasting"
)
_STUDY_WORDS = signals(
    """
    study survey report poll trial census guide analysis source according published compared studie studien
    laut been clinically scientifically proven
    """
)
# A sentence with one of these words needs one of _REPORTING as well, or a form of "demonstrate".
_REPORTERS = _THINKERS | signals(
    """
    studies research surveys experts analysts scientists researchers reports estimates evidence projections
    experiments trials findings
    """
)
_REPORTING = signals(
    """
    show shows showed shown showing found find finds suggest suggests suggesting indicate indicates indicating
    reveal reveals revealed revealing agree estimate estimates estimated predict predicts say highlight
    highlights believe believes studied observed identified discovered supported suggested several many
    numerous multiple showcase provide focused focuses drew explored explores examined investigated
    made developed link links linked backs backed backing associate associates associated
    hypothesize hypothesise theorize theorise speculate propose argue conclude
    confirm
    """
)
_CITED_TITLE = re.compile(r"[*_][^*_\n]{3,80}[*_]|[“\"][^”\"\n]{3,120}[”\"]")
_NOTHING_DEFINITE = (
    "time|step|thing|one|place|half|quarter|two|three|few|line|pages?|and|free|cut|hour|part|week|day|months?|years?|people|way|"
    "constant|dimension|phase|stage|level|layer|piece|category|section|myth|question|reason|word|forty|metres?|hundred|that|will|revolutionary|aspect|principle|pillar|benefit|advantage|challenge"
)
_SUPERLATIVE = re.compile(
    r"\b(?:(?<!ne of the )(?<!ome of the )"
    r"(?:world|country|nation|continent|industry|Europe|Germany|America|city|century)[’']s "
    r"(?:first|only|largest|biggest|oldest|tallest|fastest|longest|most|leading|smallest|highest|second)\b"
    r"(?! (?:[\w-]+ )?[\w-]*[^\Ws]s\b)"  # not one thing: "the world's highest peaks"
    rf"|(?:[Tt]he|its|their|his|her) (?:very )?(?:first|only"
    rf"|earliest) (?!{_NOTHING_DEFINITE})(?:[\w-]+ ){{1,4}}?(?:to|in|on|of|ever|is)\b"
    r"|(?:grew|held|photographed|built|made|found|sold|designed|created|launched|for"
    r"|invented) (?:the )?first [a-z]+ [a-z]+"
    r"|(?:[Tt]he|is|was) (?!biggest (?:challenge|hurdle|problem|concern|mistake|obstacle))"
    r"(?:largest|biggest|oldest|tallest|fastest|longest|smallest|heaviest"
    r"|deepest|richest|busiest) "
    r"(?!parts? )[\w-]*[^\Ws] (?:[\w-]*[^\Ws] )?(?:in (?:the|[A-Z])|of|on|ever)\b|is the older\b"
    r"|the (?:second|third)[- ](?:largest|biggest|oldest|tallest|highest|longest)\b|(?:largest"
    r"|oldest|first|biggest|fastest)[- ](?:ever|known)\b"
    r"|(?<!ven )(?<!for )(?<!ome of )(?<!ne of )"
    r"the most (?:widely|populous|expensive|powerful|cited|popular|visited|used|downloaded"
    r"|commonly) [\w-]+"
    r"|(?<!ven )(?<!for )(?<!ome of )(?<!ne of )"
    r"[Tt]he (?:single most effective|(?:single )?most (?:abundant|common|severe|detailed)) "
    r"(?!include|are\b"
    r"|[\w-]+s? (?:of [\w -]+ )?include"
    r"|type\b(?! of)|way|thing|part|approach|strateg|method|option|solution|failure|mistake"
    r"|challenge|problem)[\w-]+"
    r"|the most [\w-]+ (?:[\w-]+ ){1,3}(?:available\b|ever [a-z]+ed\b|known\b|in the (?:world|universe))"
    r"|the (?:closest|nearest) [\w-]+ (?:[\w-]+ )?(?:to|in|on)\b"
    r"|the (?:closest|nearest|largest|smallest|oldest|tallest) [\w-]+(?: [\w-]+)?, (?:the )?[A-Z]"
    r"|(?:[Oo]ldest|[Ee]arliest|[Ll]argest) known\b"
    rf"|[Tt]he first (?!{_NOTHING_DEFINITE})(?:[\w-]+ ){{0,3}}?[\w-]+,? (?:[A-Z]\w+,? )?"
    r"(?:was|were|date|dates|took)\b"
    rf"|[Tt]he first (?:attempts?|commercial|industrial|successful) [a-z]+"
    r"|bekannteste|größte|älteste|(?:erste|einzige)r? (?!Mal|Schritt|Blick|Zeile)[A-ZÄÖÜ])"
)
_SUPERLATIVE_WORDS = signals(
    """
    first only earliest largest biggest oldest tallest fastest longest most leading smallest highest second
    third heaviest deepest
    richest busiest older closest nearest bekannteste größte älteste erste einzige erster einziger
    """
)
_ADVICE = signals("best important you your")


def has_law(sentence: Sentence) -> bool:
    """Whether the sentence reports a requirement or action of a law, ruling, standard or official body."""
    text = sentence.text
    if sentence.block is Block.HEADING:
        return False
    if sentence.has_digits and _STANDARD.search(text) and not _CERTIFIED.search(text):
        return True
    if sentence.words.isdisjoint(_LAW_WORDS):
        return False
    if _LAW.search(text) or _COMPLIANCE.search(text):
        return True
    return bool(_DEMANDS.search(text) and (_LAW_NAME.search(text) or _BODY.search(text)))


def has_study(sentence: Sentence) -> bool:
    """Whether the sentence cites a study, report or survey, or is a footnote with a title."""
    if sentence.block is Block.FOOTNOTE:
        return _CITED_TITLE.search(sentence.text) is not None
    if sentence.block is Block.HEADING:
        return False
    if _may_cite_study(sentence) and _STUDY.search(sentence.lower):
        return True
    return not sentence.words.isdisjoint(_FORECAST_WORDS) and _FORECAST.search(sentence.text) is not None


def _may_cite_study(sentence):
    words = sentence.words
    if not words.isdisjoint(_STUDY_WORDS):
        return True
    return not words.isdisjoint(_REPORTERS) and (
        not words.isdisjoint(_REPORTING) or "demonstrat" in sentence.lower
    )


def has_superlative(sentence: Sentence) -> bool:
    """Whether the sentence calls a definite thing the first, largest, oldest, … of its kind."""
    if sentence.block is Block.HEADING or sentence.words.isdisjoint(_SUPERLATIVE_WORDS):
        return False
    return sentence.words.isdisjoint(_ADVICE) and _SUPERLATIVE.search(sentence.text) is not None
