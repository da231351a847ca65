"""Words that are no parts of a claim: function words, places, techniques; and words that tell names apart."""

import re

from blog.documents.claims.vocabulary import DEEDS, ROLES, SAYING, any_of

STOP_WORDS = {
    "en": frozenset(
        """
        a about above after again against all almost also although always am an and another any are aren't
        around as at back be because been before being below between both but by came can cannot could did
        do does doing done down due during each either else even ever every few first for from further get
        gets given goes going got had has have having he her here hers herself him himself his how however i
        if in into is isn't it its itself just last less let like likely made make makes making many may me
        might mine more most much must my myself near need needs new next no nor not now of off often on
        once one only onto or other others our out over own per perhaps put quite rather really said same
        say says she should since so some something still such take takes than that the their them
        themselves then there these they thing things this those though through thus to together too toward
        towards under until up upon us use used uses using very via was way we well were what when where
        whether which while who whole whom whose why will with within without would yet you your yours
        approximately nearly about according case point estimated known based include includes including
        taken takes place called today currently recent recently among across along year years saw see seen
        sees some took
        """.split()
    ),
    "de": frozenset(
        """
        aber alle allem allen aller alles als also am an ander andere anderen anderer auch auf aus bei beim
        bereits bin bis bist da dabei dadurch dafür damit dann daran das dass dazu dein dem den denn der
        deren des dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen
        einer eines einige er es etwa etwas euch für gegen gibt haben hat hatte hatten hier hin hinter ich
        ihm ihn ihnen ihr ihre ihrem ihren ihrer im in indem ins ist ja jede jedem jeden jeder jedes kann
        kein keine keinen können konnte laut machen man mehr mein mit muss müssen nach nicht nichts noch nun
        nur ob oder ohne pro rund schon sehr sein seine seinem seinen seiner seit sich sie sind so sogar
        soll sollen sollte sowie über um und uns unser unter vom von vor während war waren warum was weil
        weiter welche welcher wenn wer werden wie wieder wir wird wo worden wurde wurden zu zufolge zum zur
        je höchstens mindestens zwar zwischen darf dürfen laut gemäß jahr jahre
        """.split()
    ),
    "fr": frozenset(
        """
        a à afin ai ainsi après au aucun aucune aussi autre autres aux avant avec avoir c ce cela celle ces
        cet cette ceux chaque chez comme comment contre d dans de depuis des deux devant dit donc dont du
        elle elles en encore entre est et être étaient était fait faire fois grâce il ils j je jusqu jusque
        l la le les leur leurs lors lui m mais me même mes moins mon n ne ni nos notre nous on ont ou où par
        parce pas pendant peu peut peuvent plus pour pourquoi qu quand que quel quelle quelles quels qui s
        sa sans se selon sera ses si soit son sont sous sur ta te tes toi ton tous tout toute toutes très tu
        un une vers vos votre vous y seul seule été
        """.split()
    ),
    "es": frozenset(
        """
        a al algo algunas algunos ante antes aquel así aún aunque cada casi como con contra cual cuando de
        del desde donde dos durante e el él ella ellas ellos en entre era eran es esa esas ese eso esos esta
        está están estas este esto estos fue fueron ha había habían han hasta hay la las le les lo los más
        me mi mientras mismo muy nada ni no nos nosotros o otra otras otro otros para pero poco por porque
        puede pueden que qué quien según ser será si sí sido sin sino sobre son su sus también tan tanto te
        tiene tienen toda todas todo todos tras tu un una unas uno unos va y ya
        """.split()
    ),
}
ALL_STOP_WORDS = frozenset().union(*STOP_WORDS.values())

_MORE_SAYING = """
    wrote writes defined define defines meant joked put recalls recounts asserts asserted contends contended
    maintains maintained laments lamented quips quipped acknowledges acknowledged responded responds replies
    replied clarified clarifies summarizes summarized déclare déclaré dit explique expliqué affirme affirmé
    écrit estime indique indiqué souligne ajoute précise rappelle raconte dijo dice explicó explica afirmó
    afirma escribió escribe señaló señala declaró declara aseguró asegura contó cuenta añadió comentó sagte
    erklärte betonte so meint
    """
SAYING_WORDS = (SAYING | frozenset(_MORE_SAYING.split())) - frozenset(
    ["so", "reports", "points", "put", "puts", "called", "cautions"]
)
SAYS = any_of(SAYING_WORDS)
ACTS = (
    DEEDS
    | SAYING_WORDS
    | frozenset("is has will refers sees plans uses offers expects wants supports runs operates".split())
)

PLACES = frozenset(
    """
    afghanistan africa african africans albania algeria america american americans amerika argentina
    argentine asia asian australia australian australians austria austrian bangladesh belgian belgium
    bolivia brazil brazilian britain british bulgaria cambodia canada canadian canadians caribbean chile
    chilean china chinese colombia colombian costa rica croatia cuba cuban cyprus czech danish denmark
    dominican ecuador egypt egyptian el england english estonia estonian estonians ethiopia europe european
    europeans finland finnish france french georgia german germans germany ghana greece greek guatemala
    guernsey haiti hong kong hungarian hungary iceland india indian indians indonesia iran iranian iraq
    ireland irish israel israeli italian italy jamaica japan japanese jersey jordan kenya korea korean
    kuwait latin latvia lebanon liberia libya lithuania luxembourg malaysia malta mexican mexico moldova
    mongolia morocco mozambique myanmar nepal netherlands dutch zealand nicaragua nigeria norway norwegian
    pakistan panama paraguay peru philippines poland polish portugal portuguese puerto qatar romania
    romanian russia russian rwanda saudi arabia scotland scottish senegal serbia singapore slovakia slovenia
    somalia south spain spanish sri lanka sudan sweden swedish swiss switzerland syria taiwan tanzania
    thailand tibet tunisia turkey turkish uganda ukraine ukrainian united states kingdom us u.s u.s. usa
    u.s.a uk u.k eu e.u. uruguay venezuela vietnam vietnamese wales welsh yemen zambia zimbabwe alabama
    alaska arizona arkansas california colorado connecticut delaware florida hawaii idaho illinois indiana
    iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri
    montana nebraska nevada hampshire ohio oklahoma oregon pennsylvania rhode carolina dakota tennessee
    texas utah vermont virginia washington wisconsin wyoming amsterdam athens atlanta austin baltimore
    barcelona beijing berlin bogotá boston brussels budapest cairo chicago copenhagen dallas delhi denver
    detroit dublin edinburgh frankfurt geneva hamburg helsinki houston istanbul jakarta köln cologne lisbon
    london los angeles las vegas lyon madrid manila marseille melbourne miami milan montreal moscow mumbai
    munich münchen new york orlando oslo paris philadelphia phoenix pittsburgh portland prague rome
    sacramento san francisco diego seattle seoul shanghai stockholm sydney tokyo toronto vancouver vienna
    wien warsaw zurich zürich silicon valley north east west northern southern eastern western central
    deutschland deutsche deutschen österreich schweiz frankreich europa europäische europäischen
    bundesrepublik états-unis français française europe allemagne espagne belgique suisse españa estados
    unidos méxico francia alemania europa japón 日本 atlantic pacific mediterranean alps earth moon mars sun
    internet web gulf islands island
    """.split()
)
# Techniques, languages and other names that are common words.
TECHNIQUES = frozenset(
    """
    ai ml api apis html css http https url urls pdf pdfs qr dns tls ssl ssh ip ipv4 ipv6 cpu gpu ram usb sql
    co2 xml json yaml csv php wifi wi-fi gps sms seo ceo cto cfo coo cio ciso vp tv pc pcs it ux ui vr ar iot
    rss sdk cli ide llm llms hsm hsms acme rsa ecdsa dna rna kpi kpis roi faq id ids ok dvd cd cds svg png
    jpeg mp3 mp4 utf ascii unicode 3d 2d 4g 5g 3g bc ad am pm covid covid-19 hr pr saas b2b b2c crm java
    javascript python perl ruby rust lisp smalltalk eiffel ada scala kotlin swift golang php c c++
    typescript haskell erlang unix windows android ios macos bluetooth ethernet email e-mail internet
    web bitcoin blockchain monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch
    donnerstag freitag samstag sonntag english german french spanish japanese latin christmas easter god
    devops agile scrum ebook ebooks mr mrs ms dr prof sir unit cert certs figure table chapter note tip
    insight expert warning example cve cves
    """.split()
)
ORGANIZATION_WORDS = frozenset(
    """
    institutes centers centres academy clinic trust league federal
    group inc corp corporation company co ltd llc gmbh ag university college institute institution school
    department ministry agency administration commission committee council office bureau center centre
    foundation association society union bank board court congress senate parliament corps service services
    force team laboratory laboratories lab labs library museum hospital church organization organisation
    network alliance authority federation forum fund initiative program project house times post news press
    media systems technologies solutions partners universität institut verband bundesamt ministerium behörde
    gesellschaft stiftung université ministère agence association banque universidad ministerio agencia
    asociación banco instituto observatoire observatorio conseil consejo federación fédération navy army
    guard survey
    """.split()
)
LAW_WORDS = frozenset(
    "act acts law code regulation directive treaty convention constitution amendment"
    " accord statute bill gesetz verordnung ley loi décret".split()
)
WORK_WORDS = frozenset(
    "report study survey index book guide publication standard paper revision edition"
    " handbook manual dictionary".split()
)
ROLE_WORDS = ROLES | frozenset(
    """
    presidential innovation fellow fellows mayor governor chancellor commissioner chairperson spokesperson
    spokesman spokeswoman lieutenant general sergeant detective rabbi reverend inspector associate vice
    deputy assistant senior executive program product project marketing sales technical engineering digital
    bundeskanzler bundeskanzlerin geschäftsführer geschäftsführerin bundespräsident sprecher creator
    maintainer co-creator cofounder président présidente directeur directrice presidente director directora
    acting interim
    """.split()
)
# Words of a role only before a word of one: the digital director, but the Digital Strategy
ROLE_ADJECTIVES = frozenset("digital technical engineering product project marketing sales program".split())
COMMON_STARTS = frozenset(
    """
    researchers users experts officials critics analysts people companies businesses scientists developers
    engineers employees customers consumers respondents participants agencies candidates visitors
    organizations governments countries cities students teachers doctors comments tablet mobile digital
    smart early modern local social federal public private global national international comparing adoption
    ownership traffic growth revenue sales costs roughly overall initially originally eventually today
    currently recently interestingly notably importantly surprisingly remarkably furthermore additionally
    similarly likewise instead einer eines laut nach seit bereits rund etwa zudem außerdem dabei damit
    dennoch jedoch jusqu selon depuis pendant chaque plus según desde durante cada más
    """.split()
)

# Sides that exclude each other, a group a line. A star stands for any end of a word, "_" for a space.
_OPPOSITES = """
    rise rises rose risen rising increas* grow* grew gain* climb* doubl* tripl* steig* stieg* gestiegen wuchs
        wachs* gewachsen augment* hausse* aumentó aumenta* subi* creci* up_by up_from
        / fall falls fell fallen falling decreas* declin* drop* shrink* shrank shrunk reduc* halved sinkt
        sank* gesunken fiel* gefallen verringer* diminu* baiss* recul* disminu* baj* cay* down
    daily / weekly / monthly / quarterly / yearly annual* / hourly
    second zweite* deuxième segund* / third dritte* troisième tercer* / fourth vierte* quatrième cuart*
        / fifth fünfte* cinquième quint* / sixth sechste* / seventh siebte* / eighth achte* / ninth / tenth
    largest biggest highest größte* höchste* / smallest lowest kleinste* niedrigste*
    woman women female frauen femmes mujeres / man men male männer hommes hombres
    approv* accept* adopt* genehmig* / reject* refus* denied denies abgelehnt* ablehn*
    opened öffnete eröffnet* / closed schloss geschlossen
    support* unterstütz* / oppos*
    allow* permit* erlaub* / forbid* forbade prohibit* ban bans banned verbiet* verbot*
    won win wins / lost lose loses
    bought buy buys acquir* purchas* / sold sell sells
"""


def _sides(group):
    for words in group.split("/"):
        ends = "|".join(re.escape(word).replace(r"\*", r"\w*").replace("_", " ") for word in words.split())
        yield re.compile(rf"(?<!\w)(?:{ends})(?!\w)", re.IGNORECASE)


OPPOSITES = [tuple(_sides(group)) for group in re.split(r"\n {4}(?! )", _OPPOSITES) if group.strip()]
