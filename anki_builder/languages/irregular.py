"""Forms that no rule of endings gives, by the word they belong to: the strong verbs of English, and its nouns and adjectives out of rule.

The English verbs are those of the lists that every grammar has at its end; of other languages, those are listed whose forms are words, too, or
that the dictionary lacks. Forms that are far commoner as another word are left out (Spanish `traje`, German `Maß`, Turkish `yedi`).
A table is needed beside the dictionary of lemmas, which gives a form one word only: `felt` is the cloth there, `shot` the noun, `left` the side.
"""

from functools import lru_cache

_ENGLISH = """
traffic: trafficked trafficking; panic: panicked panicking; mimic: mimicked mimicking; picnic: picnicked picnicking;
addendum: addenda; alga: algae; alumna: alumnae; alumnus: alumni; analysis: analyses; antenna: antennae; apex: apices; appendix:
appendices; arise: arose arisen; automaton: automata; awake: awoke awoken; axis: axes; bacillus: bacilli; bacterium: bacteria;
bad: worse worst; badly: worse worst; basis: bases; bath: bathes bathed bathing; be: am is are was were been being; bear: bore borne born;
beat: beaten; become: became; befall: befell befallen; beget: begot begotten; begin: began begun; behold: beheld; bend: bent;
bereave: bereft; beseech: besought; bestride: bestrode bestridden; betake: betook betaken; bid: bade bidden; bind: bound; bite:
bit bitten; bleed: bled; bless: blest; blow: blew blown; bookshelf: bookshelves; break: broke broken; breed: bred; bring:
brought; brother: brethren; browbeat: browbeaten; build: built; bureau: bureaux; burn: burnt; buy: bought; cactus: cacti; calf:
calves; can: could; catch: caught; chateau: chateaux; cherub: cherubim; chide: chid chidden; child: children; choose: chose
chosen; cleave: cleft clove cloven; cling: clung; cloverleaf: cloverleaves; codex: codices; come: came; corpus: corpora; creep:
crept; crisis: crises; criterion: criteria; curriculum: curricula; datum: data; deal: dealt; diagnosis: diagnoses; die: dying
died dice; dig: dug; dive: dove; do: does did done; draw: drew drawn; dream: dreamt; drink: drank drunk drunken; drive: drove
driven; dwarf: dwarves; dwell: dwelt; eat: ate eaten; elf: elves; ellipsis: ellipses; emphasis: emphases; erratum: errata; fall:
fell fallen; far: further farther furthest farthest; feed: fed; feel: felt; fight: fought; find: found; flee: fled; fling:
flung; fly: flew flown; focus: foci; foot: feet; forbear: forbore forborne; forbid: forbade forbad forbidden; forget: forgot
forgotten; forgive: forgave forgiven; forgo: forgoes forwent forgone; formula: formulae; forsake: forsook forsaken; forswear:
forswore forsworn; freeze: froze frozen; fungus: fungi; genus: genera; get: got gotten; gild: gilt; gird: girt; give: gave
given; go: goes went gone; good: better best; goose: geese; grind: ground; grow: grew grown; half: halves; hang: hung;
hanger-on: hangers-on; have: has had; hear: heard; heave: hove; hew: hewn; hide: hid hidden; hold: held; hoof: hooves;
housewife: housewives; hypothesis: hypotheses; ill: worse worst; index: indices; keep: kept; kibbutz: kibbutzim; kneel: knelt;
knife: knives; know: knew known; larva: larvae; lay: laid; lead: led; leaf: leaves; lean: leant; leap: leapt; learn: learnt;
leave: left; lend: lent; lie: lay lain lying; life: lives; light: lit; little: less least; loaf: loaves; locus: loci; lose:
lost; louse: lice; make: made; man: men; many: more most; matrix: matrices; may: might; mean: meant; medium: media; meet: met;
melt: molten; memorandum: memoranda; midwife: midwives; mother-in-law: mothers-in-law; mouse: mice; mow: mown; much: more most;
nebula: nebulae; neurosis: neuroses; nucleus: nuclei; oasis: oases; old: elder eldest; opus: opera; ox: oxen; parenthesis:
parentheses; partake: partook partaken; passer-by: passers-by; passerby: passersby; pay: paid; penknife: penknives; penny:
pence; person: people; phenomenon: phenomena; plateau: plateaux; plead: pled; prosthesis: prostheses; prove: proven; radius:
radii; rend: rent; ride: rode ridden; ring: rang rung; rise: rose risen; rive: riven; run: ran; runner-up: runners-up; saw:
sawn; say: said; scarf: scarves; schema: schemata; see: saw seen; seek: sought; self: selves; sell: sold; send: sent; seraph:
seraphim; sew: sewn; shake: shook shaken; shall: should; sheaf: sheaves; shear: shorn; shelf: shelves; shine: shone; shoe: shod;
shoot: shot; show: shown; shrink: shrank shrunk shrunken; shrive: shrove; sing: sang sung; sink: sank sunk sunken; sit: sat;
slay: slew slain; sleep: slept; slide: slid; sling: slung; slink: slunk; smell: smelt; smite: smote smitten; sneak: snuck; sow:
sown; speak: spoke spoken; speed: sped; spell: spelt; spend: spent; spill: spilt; spin: spun; spit: spat; spoil: spoilt; spring:
sprang sprung; stand: stood; stave: stove; steal: stole stolen; stick: stuck; stigma: stigmata; stimulus: stimuli; sting: stung;
stink: stank stunk; stratum: strata; strew: strewn; stride: strode stridden; strike: struck stricken; string: strung; strive:
strove striven; swear: swore sworn; sweep: swept; swell: swollen; swim: swam swum; swing: swung; syllabus: syllabi; synopsis:
synopses; synthesis: syntheses; tableau: tableaux; take: took taken; teach: taught; tear: tore torn; tell: told; thesis: theses;
thief: thieves; think: thought; thrive: throve thriven; throw: threw thrown; tie: tying tied; tooth: teeth; tread: trod trodden;
vertebra: vertebrae; vertex: vertices; vie: vying vied; vortex: vortices; wake: woke woken; waylay: waylaid; wear: wore worn;
weave: wove woven; weep: wept; well: better best; werewolf: werewolves; wharf: wharves; wife: wives; will: would; win: won;
wind: wound; wolf: wolves; woman: women; wreak: wrought; wring: wrung; write: wrote written
"""

_SPANISH = """
abrir: abierto; caber: cupe cupo cupimos cupieron quepo quepa; cubrir: cubierto; decir: dicho; descubrir: descubierto;
elegir: elijo elige elija; escribir: escrito; freír: frito;
hacer: hecho haz;
ir: fui fuiste fue fuimos fueron fuera vaya; morir: muerto; poner: puesto; resolver: resuelto; romper: roto; saber: supe supo supimos supieron;
salir: salgo salga; satisfacer: satisfecho;
ser: fui fuiste fue fuimos fueron; venir: vino vengo venga; ver: visto;
volver: vuelto
"""
_FRENCH = """
asseoir: assis assise; bon: meilleur meilleure; conduire: conduit; couvrir: couvert; croire: cru crue; dire: dit; écrire: écrit;
être: été suis; faire: fait; fou: folle folles; lire: lut lurent; mettre: mis mise; mourir: mort morte; naître: né née;
offrir: offert; ouvrir: ouvert;
peindre: peint; prendre: pris prise; produire: produit; promettre: promis; rire: rit rirent; savoir: su; suivre: suis suivi;
tenir: tenu; venir: venu; vivre: vécu; voir: vu vue
"""
_GERMAN = """
biegen: bog bogen; brechen: brach; essen: isst aß gegessen; frieren: fror gefroren; gießen: goss gossen gegossen; messen: misst; nah: näher
nächste; nahe: näher nächste; schwören: schwor geschworen; viel: mehr meiste meisten; waschen: wusch wäscht; weisen: wies wiesen
"""
_ITALIAN = """
chiudere: chiuse chiusero; correre: corse corsero; leggere: lesse lessero; prendere: prese presero; sapere: so; scrivere: scritto
"""
_DUTCH = "eten: at aten; lezen: las lazen; lopen: liep liepen; roepen: riep riepen; vallen: viel vielen"
_PORTUGUESE = "bom: melhor; ir: foi vou; pôr: ponho; ser: foi"
_RUSSIAN = "есть: ел ела едят; звать: зову зовут"
_TURKISH = "yemek: yedik yediler yedim yiyor yiyorum"
_TABLES = {
    "en": _ENGLISH,
    "es": _SPANISH,
    "fr": _FRENCH,
    "de": _GERMAN,
    "it": _ITALIAN,
    "nl": _DUTCH,
    "pt": _PORTUGUESE,
    "ru": _RUSSIAN,
    "tr": _TURKISH,
}
_PREFIXES = tuple("re over out un under mis fore with up off pre step grand".split())
"""Before a word of the table they change nothing of its forms: `overshoot`, `rewrite`, `grandchild`."""
_ALSO_WORDS = frozenset(
    "am are axes bases being best better bit bore born bound broke clove could data dice dove drew drunk elder fell felt flung found further "
    "gilt ground hove lay least left less lit lying may media might more most people rent rose saw shed shod shot should spoke stove "
    "at chiuse corse cru cupo foi haz las lesse mehr meilleur meilleure melhor näher prese rit scritto so vino viel "
    "strung thought well will won wore worse worst would wound wrought".split()
)
"""Irregular forms that are dictionary words themselves: who notes `left` need not mean `leave`."""


@lru_cache(8)
def _forms(language: str) -> dict[str, frozenset[str]]:
    rows = " ".join(_TABLES.get(language, "").split()).split("; ")
    return {word: frozenset(forms.split()) for word, _, forms in (row.partition(": ") for row in rows)}


@lru_cache(8)
def _words(language: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for word, forms in _forms(language).items():
        for form in forms - _ALSO_WORDS:
            found[form] = found.get(form, frozenset()) | {word}
    return found


@lru_cache(1 << 12)
def irregular_forms(word: str, language: str) -> frozenset[str]:
    """Return the irregular forms of a word in lower case, other than itself.

    Of a form that can be nothing else, they are its dictionary word and the forms beside it: `mouse` of `mice`, but no word of `left`.
    """
    for prefix in ("", *_PREFIXES):
        root = word.removeprefix(prefix)
        if prefix and root == word:
            continue
        known = _forms(language)
        if prefix and language != "en":
            break
        found = known.get(root, frozenset())
        for base in _words(language).get(root, ()):
            found |= {base} | known[base]
        if found:
            return frozenset([prefix + form for form in found if form != root])
    return frozenset()
