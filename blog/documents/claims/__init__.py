from dataclasses import dataclass
from blog.documents.claims.sentences import read_sentences, Block
from blog.documents.claims import numbers, laws, examples
from blog.documents.claims.people import People, common_words
from blog.documents.claims.quotations import find_quotations
import re
_CREDIT=re.compile(r"[*_\s]*(?:Photo|Picture|Image|Bild|Foto|Illustration)s? (?:by|von|credit|courtesy)\b",re.I)

@dataclass(frozen=True, slots=True)
class Claim:
    kind: str
    start: int
    end: int
    text: str
    speaker: str = ""

def find_claims(body):
    out=[]
    S=read_sentences(body)
    common=common_words(body)
    people=People(common)
    persons=[]
    def add(k,s,speaker=''): out.append(Claim(k,s.start,s.end,s.text,speaker))
    for s in S:
        who=''
        if s.block is Block.PICTURE:
            if s.text.strip(): add('picture',s)
        elif _CREDIT.match(s.text): pass
        else:
            if s.block is not Block.HEADING: who=people.named_in(s)
            if who: add('person',s,who)
            if numbers.has_date(s): add('date',s)
            if numbers.has_figure(s): add('figure',s)
            if laws.has_law(s): add('law',s)
            if laws.has_study(s): add('study',s)
            if laws.has_superlative(s): add('superlative',s)
            if examples.has_example(s,common): add('example',s)
        persons.append(who)
    for a,b,w in find_quotations(body,S,persons): out.append(Claim('quotation',a,b,body[a:b],w))
    return sorted(out,key=lambda c:(c.start,c.end))
