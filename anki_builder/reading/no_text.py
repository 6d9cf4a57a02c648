"""Texts that make no card: dates, amounts, names of parts of a note, code."""

import re

from anki_builder.reading.lines import title_role

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|avr|juin|juil|août"
_DATE = re.compile(
    rf"(?:[^\W\d_]{{2,4}}\.?,?\s+)?\d{{1,2}}\.\d{{1,2}}\.(?!\d)"
    rf"|\d{{1,2}}\.?\s*(?:{_MONTHS})|\d{{4}}[-/.]\d|\d{{1,2}}/\d{{1,2}}",
    re.IGNORECASE,
)
"""A date, with the day of the week or without: `Di 5.3.`"""
_UNITS = "g|kg|mg|km|m|cm|mm|l|ml|cl|dl|min|h|s|x|kb|mb|gb|eur|usd|tl|kr|zł|stück|liter|litres?|cups?|tsp|tbsp|本|个|個|页|頁|分|元|円|点|點|次"
_AMOUNT = re.compile(
    rf"\s*[€$£¥~<>]?\s*\d+(?:[.,:/]\d+)*\s*(?:(?:{_UNITS})\b|[%‰€$£¥°本个個页頁分元円点點次]\S?)?\.?\s*$", re.IGNORECASE
)
_PARTS = (
    "unit|lesson|chapter|part|day|week|section|module|lektion|kapitel|leçon|lección|unidad|lezione|séance|día|урок|lekcja|bài|book|page|level"
    "|dialog(?:ue|o)?|диалог|текст|text|lekce|lecke|lição|leksjon|lektio|lecția|ünite|rozdział|hoofdstuk|capítulo|capitolo"
    "|chapitre|kapitola|kapitel|unité|unidade|unità|μάθημα|pelajaran|บทที่"
)
_NUMBERED = re.compile(rf"(?:{_PARTS}|s\.|p\.|第)\s*\d", re.IGNORECASE)
_NAMED = re.compile(rf"(?:{_PARTS}|第)\b|\d", re.IGNORECASE)
_SPELT = re.compile(r"(?:[^\W\d_]\s?-\s?){3,}[^\W\d_]\b")
_CODE = re.compile(
    r"(?:^|\s)--[a-z]{2}|^\S+ \w+ -[a-z]\b|\w\(\)|\w\(\w+(?:,\s*\w+)+\)"
    r"|^(?:Ctrl|Cmd|Alt|Shift|Command|Option|⌘|⌥|⇧)\s*[+＋-]|^(?:GET|POST|PUT|DELETE|PATCH)\s+/"
    r"|[a-z]_[a-z]|^[.~]{1,2}/\w|^/\w+/\w|&&|\$\{?[A-Z]|\s\.$|^[\w./-]+\.(?:py|[jt]sx?|md|json|toml|yaml|yml|txt|sh|html|css|c|h|java|rs|go|sql|vue|php|rb)$"
    r"|^[\w().\[\]-]+(?:/[\w().\[\]-]+)*/$|^[a-z]{3,}(?:\.[a-z]{3,})+$"
)
_GRAMMAR = re.compile(
    r"(?:[阴陰阳陽中]性?|[单單复複][数數])(?:[单單复複][数數])?(?:名[词詞]|形式|国家)?"
    r"|(?:一般|[现現]在|[过過]去|[将將未][来來]|完成|[进進]行)+(?:[时時]|式|形|分[词詞])[态態]?"
    r"|[^；;，,、。（(]{1,20}[的の](?:[过過]去式|[过過]去形|[过過]去分[词詞]|[现現]在分[词詞]|[单單复複][数數]形?|比[较較][级級]|最高[级級]|[名动動副][词詞]|形容[词詞]|[缩縮]写|略)(?:形式)?"
    r"|(?:[时時][间間]|地[点點]|方式|目的|[条條]件)?(?:[状狀][语語]|定[语語]|[补補][语語])(?:[从從]句|后置)?"
    r"|(?:同[义義][词詞语語]|反[义義][词詞]|近[义義][词詞]|[类類][义義][词詞语語]|[対對]義語|反意語)\s*#?\d*"
    r"|(?:동의어|반의어|유의어|과거형|과거분사|복수형|현재형)\s*#?\d*"
    r"|(?:past|present|future) (?:tense|participle|simple|perfect|continuous)(?: of .+)?"
    r"|(?:past|plural|singular|comparative|superlative|feminine|masculine|diminutive|noun|verb|adjective|adverb)(?: form)? of .+"
    r"|(?:(?:pod)?syn(?:onym|onyme|ónimo|onim|оним)|антоним|синоним|antonyme?|antónimo)s?"
    r"|(?:plural|singular|mehrzahl|einzahl|partizip(?: ii)?|präteritum) von .+"
    r"|(?:pluriel|singulier|féminin|masculin|participe passé|plural|participio) (?:de|di) .+"
    r"|[^\W\d_]{1,3}\s*-?(?:>|→)\s*[^\W\d_]{1,3}"
    r"|(?:é|es|est|è|is|ist)?\s*(?:a|la|the|die)?\s*form[ae]? "
    r"(?:feminin[aeo]?|femenin[ao]|femminile|feminine?|féminine|masculin[aeo]?|maschile|masculine?)"
    r"(?: (?:singular|plural|singulier|pluriel|singolare|plurale))?"
    r"|(?:(?:männlich|weiblich|sächlich|masculine?|feminine?|neuter|masculin|féminin|masculino|femenino|feminino|neutro|maschile|femminile)[ ,/]+)+"
    r"(?:(?:im )?singular|plural|singulier|pluriel|singolare|plurale)",
    re.IGNORECASE,
)

_REGISTER = re.compile(
    r"(?:very |more |most |less |rather |highly )?(?:in)?(?:formal|neutral|polite|casual|colloquial|slang|literary|written|spoken"
    r"|humble|honorific|archaic|vulgar|rude)"
    r"(?: form| speech| style| language| version)?"
    r"|(?:sehr )?(?:(?:in)?formell|höflich|umgangssprachlich|gehoben)|(?:familier|soutenu|formel|poli|coloquial|informal|formale|colloquiale)"
    r"|(?:更[为為]?|比[较較]|[较較])?(?:正式|口[语語]化?|书面[语語]?化?|書面[语語]|非正式|[礼禮]貌|敬[语語]|丁寧|くだけた|尊敬[語语]|[谦謙][语讓譲]?[語语]|존댓말|반말|разг\.?|офиц\.?)",
    re.IGNORECASE,
)

_TO_ONESELF = re.compile(
    r"(?:^|\s)#(?:todo|fixme|question|问题|待办)\b|老师没[讲說]|没听懂|怎么翻|待[补補]|未完(?:[，,。]|$)|明天[补補]|回头[问查][。.]?$|[问問]一?下?老[师師]"
    r"|\bno translation yet|\btranslate (?:this |it )?later"
    r"|\bask (?:my |the )?(?:teacher|tutor)|\blook (?:this |it )up later|посмотреть в словаре|sprawdzić w słowniku|im wörterbuch nachsehen"
    r"|\blook (?:(?:these|those|them|this|it) )?up[.!\s)]*$|\bcheck (?:this |it )?later"
    r"|\b(?:noch|später|selbst) (?:nachsehen|nachschlagen|übersetzen|fragen|prüfen|herausfinden)"
    r"|\bà (?:vérifier|traduire|revoir|demander|compléter)\b|\bdemander (?:au|à la) prof"
    r"|\bno me l[ao] sé\b|\bpor traducir\b|\bpreguntar al? prof|\bbuscar luego\b|\bperguntar a[oà] prof|\ba traduzir\b"
    r"|\bda (?:tradurre|verificare|controllare)\b|\bchiedere al(?:la)? prof"
    r"|(?:спросить|уточнить|проверить|перевести) (?:у|потом|позже)\b|(?:sprawdzić|przetłumaczyć|zapytać) (?:później|jeszcze|nauczyciel)"
    r"|(?:後で|あとで)(?:調べる|聞く|訳す|確認)|先生に聞く|要確認|나중에 (?:찾|물|번역)|선생님께 (?:여쭤|물)"
    r"|\bhocaya sor|\bsonra (?:bak|sor|çevir)|\bhỏi (?:cô|thầy) "
    r"|(?:スペル|意味|発音|綴り)(?:を)?確認|^(?:to complete|to be completed|tbd|por completar|da completare|noch ergänzen|待填|дописать|дополнить)$"
    r"|^[(（](?:to do|todo|fazer|hacer|à faire|da fare|zu machen|noch machen|сделать)[)）]$|\bno idea how to\b"
    r"|^(?:next(?: time| lesson)?|nächstes mal|prochaine fois|la próxima(?: vez)?|prossima volta|次回|下次|다음)\s*[:：]"
    r"|^[¿?？！!\s]{2,}|^(?:achtung|attention|caution|beware|¡?cuidado|attenzione|внимание)\b[\s:：,!]+\S",
    re.IGNORECASE,
)
_LONGEST_TO_ONESELF = 60


def is_to_oneself(text: str) -> bool:
    """Return whether what stands for a translation is a remark of the learner to himself: `ask the teacher`, `还没想好怎么翻`."""
    return len(text) <= _LONGEST_TO_ONESELF and _TO_ONESELF.search(text) is not None


def is_unfilled(text: str) -> bool:
    """Return whether the learner still has to write what a line translates: `kuah ???`."""
    return _UNFILLED.search(text) is not None


_UNFILLED = re.compile(r"[\s:：=–—-][?？]{2,}\s*$")


def is_remark(text: str) -> bool:
    """Return whether what stands for a gloss says something about the word or the note: the name of a form, a remark to oneself."""
    return is_grammar(text) or is_to_oneself(text)


def is_grammar(text: str) -> bool:
    """Return whether a gloss names the form of a word and not its meaning: `阴性`, `past participle of begin`."""
    return _GRAMMAR.fullmatch(text.strip(" .。()（）[]")) is not None


def is_register(text: str) -> bool:
    """Return whether a text names how formal something is: `more formal`, `口语`."""
    return all(_REGISTER.fullmatch(part.strip(" .。")) for part in re.split("[/,，、]", text.strip(" .。()（）[]")))


def is_date(text: str) -> bool:
    """Return whether a text begins with a date."""
    return _DATE.match(text) is not None


def is_amount(text: str) -> bool:
    """Return whether a text is a number or an amount: `12`, `200 g`, `320 km`."""
    return _AMOUNT.match(text) is not None


def is_numbered_part(text: str) -> bool:
    """Return whether a text begins with the name and the number of a part: `Week 3`, `第3课`."""
    return _NUMBERED.match(text) is not None


def names_part(text: str) -> bool:
    """Return whether a heading names a part of the note and no term."""
    return any(title_role(text, {})) or _NAMED.search(text) is not None


def is_spelt(text: str) -> bool:
    """Return whether a text begins with a word letter by letter: `W-O-L-F`."""
    return _SPELT.match(text) is not None


_KEY = re.compile(r"(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9]{4,}")


def is_key(text: str) -> bool:
    """Return whether half of the words of a text have letters and digits in them, as keys, licences and numbers of orders have."""
    words = text.split()
    return sum(_KEY.fullmatch(word) is not None for word in words) * 2 >= len(words)


def is_code(text: str) -> bool:
    """Return whether a text has something of a command, a call, a path or a key in it."""
    return _CODE.search(text) is not None
