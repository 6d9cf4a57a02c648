"""Words and marks at the ends of sentences, by language: abbreviations, ordinals, verbs of speech, words that open sentences.

Marks are Unicode's and common to all languages; the tables hold only differences. A language without a row uses `_ANY`.
Words are in lower case and without their final full stop.
"""

from functools import cache
from typing import NamedTuple

TERMINATORS = ".?!。？！｡．؟۔।॥‼⁇⁈⁉"
"""Marks that may end a sentence; an ellipsis ends one only where a new one clearly starts."""
WIDE_TERMINATORS = "。？！｡؟۔।॥"
"""Terminators that need no space after them."""
CLOSERS = "”’»›」』）)]】》〉〕］｝}\"'"
"""Marks that belong to what stands before them; straight quotation marks close only where one is open."""
OPENERS = "“‘«‹「『（([【《〈〔［｛{„‚¿¡"
END_MARKS = "■□◼▪●∎◆"
"""Printer's marks at the end of an article."""
SAME_QUOTES = ("sv", "fi")
"""Languages that open and close a quotation with the same mark: ”so”."""
ANY_TITLES = frozenset("Mr Mrs Ms Mx Dr Prof St Mme Mmes Mlle Mlles Mgr Sra Srta".split())
"""Titles before names in any language that uses Latin script for them."""


class Ends(NamedTuple):
    """The words of a language that a splitter has to know."""

    titles: frozenset[str]
    """Abbreviations that never end a sentence: a name, number or word follows."""
    abbreviations: frozenset[str]
    """Abbreviations that end a sentence only where a new one clearly starts."""
    starters: frozenset[str]
    """Words that, with a capital letter, open a sentence rather than continue a name."""
    speech: tuple[str, ...]
    """Verbs of speech, as word beginnings: a clause with one of them after a quoted question continues its sentence."""
    ordinals: bool = False
    """Whether a full stop makes a number an ordinal (3. Mai)."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ANY = Ends(_words("dr prof st no nr vol fig p pp cf ed"), _words("etc vs inc ltd co jr sr"), frozenset(), ())
_ENGLISH_STARTERS = _words(
    "a an the this that these those he she it we you they i his her its our their my your in on at by for from with to "
    "of as if when while "
    "after before since because although though but and or so yet nor then there here what who why how where which now "
    "not no some many most all "
    "each every both few several one two another such even still also however moreover meanwhile instead indeed today "
    "yesterday tomorrow last next "
    "only just perhaps maybe once until unlike despite during under over between among through according mr mrs ms dr"
)
_TABLE = {
    "en": Ends(
        _words(
            "mr mrs ms mx dr prof st messrs mmes rev hon gen col maj capt cmdr lt sgt cpl pvt adm sen rep gov pres supt "
            "det insp fr sr.dr mt ft vs v cf "
            "no nos fig figs eq vol vols ch chap sec sect p pp ed eds al approx ca est e.g i.e viz esp incl dept univ assn bros"
        ),
        _words(
            "etc inc ltd co corp plc llc jr sr esq a.m p.m am pm u.s u.k u.n e.u u.s.a d.c b.c a.d ph.d m.d b.a m.a "
            "m.sc b.sc jan feb mar apr jun jul aug sep sept "
            "oct nov dec mon tue wed thu fri sat sun ave blvd rd hwy oz lb lbs ft in min hr hrs max misc"
        ),
        _ENGLISH_STARTERS,
        (
            "sa",
            "ask",
            "repl",
            "answer",
            "shout",
            "whisper",
            "cri",
            "cry",
            "add",
            "explain",
            "exclaim",
            "recall",
            "wonder",
            "laugh",
            "quip",
            "joke",
            "insist",
            "argu",
            "declar",
            "demand",
            "mutter",
            "murmur",
            "yell",
            "wrot",
            "writ",
            "told",
            "tell",
            "inquir",
            "enquir",
            "think",
            "thought",
        ),
    ),
    "de": Ends(
        _words(
            "dr prof hr fr frl st z.b d.h u.a v.a z.t s.o s.u i.d.r bzw ca vgl nr bd abb art abs ggf evtl inkl exkl sog "
            "geb gest hl kap max min mio mrd tel "
            "str verf hrsg jh jhd ing dipl z d s u v i a o m.e z.zt"
        ),
        _words("usw etc u.s.w uvm bspw chr n.chr v.chr gmbh co jan feb apr jun jul aug sept okt nov dez uhr jr sen"),
        _words(
            "der die das ein eine er sie es wir ihr ich man in im am an auf aus bei mit nach von zu für durch über "
            "unter doch aber und oder denn wenn als da "
            "dann so auch nur noch schon jetzt hier dort diese dieser dieses jene sein seine ihre was wer wie wo warum "
            "nun heute nicht kein keine alle"
        ),
        (
            "sag",
            "frag",
            "antwort",
            "rief",
            "ruf",
            "schrie",
            "flüster",
            "mein",
            "erklär",
            "erwider",
            "fügt",
            "erzähl",
            "schrieb",
            "murmel",
            "dacht",
        ),
        ordinals=True,
    ),
    "fr": Ends(
        _words("m mm mme mmes mlle mlles dr pr st ste me mgr p pp vol n no art cf ex p.ex env av apr chap fig éd al c.-à-d i.e"),
        _words("etc c.à.d j.-c janv févr avr juil sept oct nov déc cie ltée"),
        _words(
            "le la les un une des ce cet cette ces il elle ils elles on nous vous je tu et mais ou donc or car dans en "
            "sur sous pour par avec sans "
            "à au aux de du si quand comme lorsque puis alors ainsi aussi pourtant cependant c'est que qui où"
        ),
        (
            "dit",
            "demand",
            "répond",
            "répliqu",
            "cri",
            "murmur",
            "ajout",
            "expliqu",
            "soupir",
            "lanc",
            "s'écri",
            "fit",
            "pens",
            "écri",
        ),
    ),
    "es": Ends(
        _words("sr sra srta sres dr dra d dña ud uds prof lic ing gral p pp pág págs núm nº vol cap fig art ej p.ej cf av avda"),
        _words("etc ee.uu uu a.c d.c a.m p.m s.a s.l cía jr"),
        _words(
            "el la los las un una unos unas lo este esta ese esa él ella ellos yo tú nosotros y o pero en de con "
            "por para sin a al del si cuando como que no ya"
        ),
        (
            "dij",
            "dice",
            "pregunt",
            "respond",
            "contest",
            "grit",
            "añad",
            "exclam",
            "susurr",
            "explic",
            "murmur",
            "escrib",
            "pens",
        ),
    ),
    "it": Ends(
        _words(
            "sig sigg sig.ra sig.na dott dott.ssa prof prof.ssa ing avv on sen p pp pag pagg vol cap fig art n nr es p.es cfr ca"
        ),
        _words("ecc etc a.c d.c s.p.a spa srl jr"),
        _words(
            "il lo la i gli le un uno una e ma o in di da a con su per tra fra se quando come che non questo questa "
            "quello egli ella noi voi loro io"
        ),
        (
            "diss",
            "dic",
            "chies",
            "chied",
            "rispos",
            "rispond",
            "grid",
            "aggiun",
            "esclam",
            "sussurr",
            "spieg",
            "mormor",
            "pens",
            "scri",
        ),
    ),
    "pt": Ends(
        _words("sr sra srs sras dr dra prof profa eng p pp pág págs vol cap fig art n nº ex p.ex cf av ltda exmo"),
        _words("etc a.c d.c s.a cia jr eua"),
        _words(
            "o a os as um uma e mas ou em de do da no na com por para sem se quando como que não este esta esse "
            "essa ele ela eles nós eu isso"
        ),
        ("diss", "diz", "pergunt", "respond", "grit", "acrescent", "exclam", "sussurr", "explic", "murmur", "pens", "escrev"),
    ),
    "nl": Ends(
        _words("dr prof mr mevr dhr ir ing drs st nr blz p pp bijv b.v d.w.z o.a i.p.v m.b.t t.a.v vgl ca jl"),
        _words("enz etc e.d n.chr v.chr b.v n.v jan feb mrt apr jun jul aug sept okt nov dec"),
        _words(
            "de het een hij zij ze wij we ik je u dit dat deze die en maar of in op aan met van voor naar bij als "
            "toen dan er zo ook"
        ),
        ("zei", "zeg", "vroeg", "vraag", "antwoord", "riep", "roep", "fluister"),
        ordinals=False,
    ),
    "pl": Ends(
        _words("dr prof mgr inż ks p pp s str nr tzn tj np ul al św im zob por ok r w tys mln mld godz"),
        _words("itd itp etc n.e p.n.e"),
        _words("to ten ta te on ona ono oni my wy ja i a ale lecz w na do z ze o po przez przed za jak gdy kiedy jest nie"),
        ("powiedzia", "spyta", "zapyta", "odpar", "krzykn", "szepn", "doda", "mówi"),
        ordinals=True,
    ),
    "ru": Ends(
        _words("г гг т тт др ул пр просп пер пл д кв стр с рис табл см ср им напр проф акад доц гр тов св т.е т.к т.н и.о"),
        _words("т.д т.п пр в вв н.э др г гг руб коп тыс млн млрд"),
        _words("он она оно они мы вы я ты это этот эта в на с из по к у о от до за но и а если когда как что не так все там тут"),
        (
            "сказа",
            "спроси",
            "ответи",
            "крикну",
            "шепну",
            "прошепта",
            "добави",
            "воскликну",
            "говори",
            "дума",
            "пробормота",
            "написа",
        ),
    ),
    "uk": Ends(
        _words("м р рр ст вул просп пл д кв стор с рис табл див ім проф акад тов св т.з"),
        _words("т.д т.п ін н.е р рр тис млн млрд"),
        _words("він вона воно вони ми ви я ти це цей ця в у на з із по до від за але і й а якщо коли як що не так"),
        ("сказа", "спита", "запита", "відпові", "крикну", "прошепот", "дода", "вигукну", "говори", "дума"),
    ),
    "sv": Ends(
        _words("dr prof hr fr st nr s sid t.ex bl.a d.v.s s.k ca jfr kap fig"),
        _words("osv etc m.m m.fl f.kr e.kr"),
        _words("det den de en ett han hon vi ni jag du och men eller i på av med för till från om när som så då nu här där"),
        ("sa", "säg", "fråga", "svara", "rop", "viska", "skrev"),
    ),
    "tr": Ends(
        _words("dr prof doç av st no sn yrd alb gen bkz örn s cilt mah cad sok"),
        _words("vb vs mö ms a.ş ltd şti"),
        _words("bu şu o ben sen biz siz onlar bir ve ama fakat çünkü ancak daha sonra şimdi"),
        ("dedi", "diye", "sordu", "cevap", "bağır", "fısıld", "söyle"),
        ordinals=True,
    ),
    "vi": Ends(
        _words("tp ts ths gs pgs bs ks q p tr"), _words("v.v tcn scn"), frozenset(), ("nói", "hỏi", "đáp", "kêu", "trả lời")
    ),
    "zh": Ends(
        _ANY.titles,
        _ANY.abbreviations,
        _ENGLISH_STARTERS
        | _words(
            "然而 但 不过 而且 并且 所以 因此 因为 如果 虽然 尽管 当 在 这 那 此 其 同时 另外 "
            "此外 于是 例如 比如 最后 首先 现在 今天 这样 可是 只是 為 这个 那个"
        ),
        (
            "说",
            "問",
            "说道",
            "問道",
            "道",
            "问",
            "喊",
            "叫",
            "答",
            "表示",
            "补充",
            "補充",
            "称",
            "稱",
            "写",
            "寫",
            "笑",
            "叹",
            "嘆",
            "说",
            "説",
            "說",
            "告诉",
            "告訴",
            "解释",
            "指出",
            "回忆",
        ),
    ),
    "ja": Ends(_ANY.titles, _ANY.abbreviations, _ENGLISH_STARTERS, ("と", "って", "言", "聞", "尋", "叫", "答", "話")),
    "ko": Ends(_ANY.titles, _ANY.abbreviations, _ENGLISH_STARTERS, ("라고", "하고", "며", "고 ", "말했", "물었", "외쳤", "대답")),
}


@cache
def ends(tag: str) -> Ends:
    """Return the words at sentence ends in the language `tag`, or else in its primary subtag."""
    return _TABLE.get(tag) or _TABLE.get(tag.partition("-")[0]) or _ANY
