"""Laws, standards and official bodies, studies, and superlatives that a source could settle."""

import re

from blog.documents.claims.sentences import Block, Sentence

_NAMED = re.compile(
    r"\b(?:[A-Z][\w-]+ ){1,5}(?:Act|Code|Directive|Regulation|Treaty|Convention|Constitution|Amendment|Accord|Protocol|Agreement)\b"
    r"|\b(?:GDPR|DSGVO|HIPAA|CCPA|COPPA|FERPA|SOX|PCI DSS|DMCA|FDA|EPA|FTC|SEC|FCC|FAA|NHTSA|OSHA|CDC|WHO|NIST|ENISA|EASA|EMA|ICO|CFTC|AI Act)\b"
)
_DEMANDS = re.compile(
    r"\b(?:requires?|required|demands?|demanded|prohibits?|prohibited|mandates?|mandated|allows?|allowed|sets?|defines?|defined|applies|applied|approved|approves|fined|ruled|"
    r"passed|banned|bans|adopted|proposed|signed|enacted|regulates?|regulated|classif\w+|imposes?|imposed|gives?|grants?|obliges?|effect|force|due|comes|came|standard|published|issued|recommends?|estimates?|warned|"
    r"established|introduced|released|launched|announced|is a [“\"]|verlangt|verbietet|schreibt|fordert|deadline)\b"
)
_LAW = re.compile(
    r"\b(?:ISO(?:/IEC)?|DIN|IEEE|ANSI|RFC|NIST SP|EN|IEC) ?-?\d[\w.:-]*"
    r"|\b(?:Supreme Court|Parliament|Congress|Senate|Bundestag|European (?:Union|Commission|Parliament)|High Court|Court of [A-Z]\w+)\b"
    r"|\b(?:statutory|legislation|decree|statute|taxed|lawsuit|ruling|verdict)\b"
    r"|\b(?:a|an|the|its|this|higher|federal) (?:\w+ )?(?:law|act|acts|court|judge|tax|ban|Gesetz) (?:\w+ )?(?:\w+ed|said|says|requires?|about|listed|spoke|took|for|was|makes|demands?|prohibits?|bans?|is due)\b"
    r"|\bat least not in law\b",
)
_STUDY = re.compile(
    r"\b(?:a|an|the|one|recent|another|new|his|her|their|\d{4}) (?:[\w-]+ ){0,3}(?:study|survey|report|meta-analysis|poll|trial|experiment|census|guide)\b(?! guide)(?= (?:by|from|of|in|found|finds|shows?|showed|published|suggests?|reports?|estimates?|conducted|revealed|indicates?|that|\d))"
    r"|\b(?:studies|research|surveys|experts|analysts|scientists|researchers|reports|estimates|evidence) (?:have |has )?(?:shows?|shown|found|finds?|suggests?|indicates?|reveals?|agree|estimate|predict|say|demonstrate\w*|estimated)\b"
    r"|\baccording to (?:a|an|the|recent|[A-Z])|\bpublished (?:a|in|with|by)\b.{0,60}\b(?:study|journal|paper|Nature|Science)\b|\bcompared \w+ of every\b|\bStud(?:ie|ien) (?:zeig|beleg)\w+|\blaut einer\b",
    re.IGNORECASE,
)
_BIBLIOGRAPHIC = re.compile(r"[*_][^*_\n]{3,80}[*_]|[“\"][^”\"\n]{3,120}[”\"]")
_SUPERLATIVE = re.compile(
    r"\b(?:world|country|nation|continent|industry|Europe|Germany|America|city|century)[’']s (?:first|only|largest|biggest|oldest|tallest|fastest|longest|most|leading|smallest|highest|second)\b"
    r"|\b(?:[Tt]he|its|their|his|her) (?:very )?(?:first|only|earliest) (?!time|step|thing|one|place|half|quarter|two|three|few|line|pages?|and|free|cut|hour|part|week|day|months?|years?|people|way|reason|word|forty|metres?|hundred|that|will)(?:[\w-]+ ){1,4}?(?:to|in|on|of|ever|is)\b"
    r"|\b(?:grew|held|photographed|built|made|found|sold|designed|created|launched|for|invented) (?:the )?first [a-z]+ [a-z]+"
    r"|\b(?:[Tt]he|is|was) (?:largest|biggest|oldest|tallest|fastest|longest|smallest|heaviest|deepest|richest|busiest) [\w-]+ (?:[\w-]+ )?(?:in|of|on|ever)\b|\bis the older\b"
    r"|\bthe (?:second|third)[- ](?:largest|biggest|oldest|tallest|highest|longest)\b|\b(?:largest|oldest|first|biggest|fastest)[- ](?:ever|known)\b"
    r"|\bthe (?:most (?:widely|populous|expensive|powerful|cited|popular|visited|used|downloaded|commonly)) [\w-]+|\bbekannteste|\bgrößte|\bälteste|\b(?:erste|einzige)r? (?!Mal|Schritt|Blick|Zeile)[A-ZÄÖÜ]",
)
_PRAISE = re.compile(r"\b(?:best|most important|you|your|first step|first thing)\b")


def has_law(sentence: Sentence) -> bool:
    """Whether the sentence says what a law, ruling, standard or official body demands or did."""
    return sentence.block not in {Block.HEADING} and bool(
        _LAW.search(sentence.text) or _NAMED.search(sentence.text) and _DEMANDS.search(sentence.text)
    )


def has_study(sentence: Sentence) -> bool:
    """Whether the sentence cites a study, report, survey or "research" as support."""
    if sentence.block is Block.FOOTNOTE:
        return bool(_BIBLIOGRAPHIC.search(sentence.text))
    return sentence.block is not Block.HEADING and bool(_STUDY.search(sentence.text))


def has_superlative(sentence: Sentence) -> bool:
    """Whether the sentence calls something definite the first, only, largest, oldest ... of its kind."""
    return sentence.block is not Block.HEADING and bool(_SUPERLATIVE.search(sentence.text)) and not _PRAISE.search(sentence.text)
