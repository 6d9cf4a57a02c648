"""Words by which notes name their parts, by role and language: labels, headings, column heads, field names, remarks.

All of it is data, compared after compatibility forms, case, numbering and emoji are folded away; `_` stands for a space. A learner
adds words of his own by the setting `labels`; a new language is a few more words in each table.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from anki_builder.patterns import late

ROLES = {
    "text": """
        原文 原句 正文 英文 课文 課文 本文 短文 text original original_text passage source_text sentence sentences eng en
        originaltext satz sätze lesetext texte texte_original texto texto_original testo testo_originale
        оригинал исходный_текст текст 원문 본문 văn_bản bài_đọc nguyên_văn metin""",
    "translation": """
        译文 翻译 翻譯 譯文 参考译文 參考譯文 中文 中译 中譯 中文翻译 中文翻譯 全文翻译 译 訳 和訳 対訳 日本語訳 translation translations cn
        english_translation übersetzung übersetzungen traduction traducción tradução traduzione 해석 번역 перевод bản_dịch dịch çeviri""",
    "vocabulary": """
        学习 學習 生词 生詞 单词 單詞 單字 词汇 詞彙 重点词汇 重點詞彙 核心词汇 重点单词 词语 生字 词汇表 单词表 生词表 词组 短语
        vocabulary vocab vocabs words new_words key_words vocabulary_list word_list words_and_phrases key_vocabulary new_vocabulary glossary
        wortschatz vokabeln vokabular wörter wortliste vocabulaire lexique mots vocabulario palabras léxico vocabolario parole vocabulário
        単語 語彙 単語リスト 新出単語 단어 어휘 단어장 слова словарь лексика từ_vựng từ_mới kelimeler sözcükler""",
    "example": """
        例句 例子 例文 例 例如 造句 用例 示例 e.g. e.g eg ex ex. example examples example_sentence example_sentences beispiel beispiele
        beispielsatz z.b. z.b exemple exemples ejemplo ejemplos esempio esempi exemplo exemplos 예문 예 пример примеры ví_dụ örnek""",
    "skip": """
        语法 語法 语法点 文法 句型 grammar grammar_notes structures key_structures grammatik grammaire gramática 문법 грамматика ngữ_pháp
        后记 後記 作业 作業 目录 目錄 目次 声明 结束 afterword transcript transcription homework contents table_of_contents toc end
        further_reading references hausaufgaben inhalt ende devoirs sommaire índice fin 목차 숙제 содержание bài_tập mục_lục 宿題""",
    "metadata": """
        作者 日期 来源 來源 出处 出處 链接 連結 link links source url author speaker date quelle autor fuente auteur источник автор 출처 nguồn""",
}
"""Label words by role, as `Config.labels` knows them; `metadata` names one line and never a part of a note."""

FIELDS = {
    "gloss": """
        释义 釋義 意思 含义 含義 中文意思 中文释义 词义 意味 訳語 语义 meaning meanings definition definitions gloss sense bedeutung bedeutungen
        signification sens définition significado definición significato definizione 뜻 의미 значение nghĩa anlam""",
    "phonetics": """
        音标 音標 发音 發音 注音 拼音 读音 讀音 假名 平假名 片假名 羅馬拼音 罗马音 読み 読み方 よみ ふりがな ipa phonetic phonetics pronunciation
        reading romaji rōmaji pinyin kana hiragana furigana aussprache lautschrift prononciation pronunciación pronuncia 발음 произношение
        транскрипция phiên_âm""",
    "part-of-speech": "词性 詞性 品詞 pos part_of_speech type wortart categoría 품사 часть_речи từ_loại",
    "term": """
        词 单字 词条 詞條 表达 漢字 汉字 term terms word expression phrase phrases verb verbs noun nouns adj adv adjective adjectives adverb
        adverbs vokabel wort mot expression palabra parola palavra verben nomen 표현 слово từ kelime""",
    "remark": """
        备注 備註 注 注意 说明 說明 發音註記 用法 搭配 メモ 備考 note remark remarks comment anmerkung hinweis remarque nota 비고 설명
        примечание ghi_chú usage plural gender genus genre género level register 레지스터""",
}
"""Names of columns and fields by what they hold, apart from the roles above."""

NAMES = {
    "de": "german deutsch 德语 德文 德語 ドイツ語 독일어 немецкий allemand alemán almanca",
    "en": "english englisch 英语 英文 英語 영어 английский anglais inglés inglese inglês tiếng_anh ingilizce eng en",
    "es": "spanish spanisch español 西班牙语 西班牙文 西班牙語 スペイン語 스페인어 испанский espagnol castellano ispanyolca",
    "fr": "french französisch français 法语 法文 法語 フランス語 프랑스어 французский francés fransızca",
    "it": "italian italienisch italiano 意大利语 意大利文 義大利語 イタリア語 이탈리아어 итальянский italien italyanca",
    "ja": "japanese japanisch 日语 日文 日語 日本語 일본어 японский japonais japonés japonca",
    "ko": "korean koreanisch 韩语 韩文 韓語 韓文 韓国語 한국어 корейский coréen coreano korece",
    "pt": "portuguese portugiesisch português 葡萄牙语 葡萄牙語 ポルトガル語 포르투갈어 португальский portugais portugués",
    "ru": "russian russisch русский 俄语 俄文 俄語 ロシア語 러시아어 russe ruso rusça",
    "tr": "turkish türkisch türkçe 土耳其语 トルコ語 터키어 турецкий turc turco",
    "vi": "vietnamese vietnamesisch tiếng_việt 越南语 越南語 ベトナム語 베트남어 вьетнамский vietnamien vietnamita",
    "zh": "chinese chinesisch 中文 汉语 中国語 漢語 중국어 китайский chinois chino chi cn 简体中文 普通话 mandarin tiếng_trung çince",
    "zh-Hant": "繁體中文 繁中 國語",
}
"""Names of languages as columns, labels and tags write them."""

ACCENTS = "美音 英音 美式 英式 美 英 US UK AmE BrE NAmE GB".split()
"""Regions that stand before phonetics, a longer one before its beginning."""

PARTS_OF_SPEECH = """n v vt vi vr adj adv a ad prep conj pron int interj num art abbr aux phr det pl sing pp modal suf pref m f nt mf sb sf
    st vb tr itr refl präp konj сущ гл прил нареч""".split()
"""Abbreviations, which need a full stop behind them."""

PARTS_OF_SPEECH_WORDS = """noun verb adjective adverb preposition conjunction pronoun idiom 名词 动词 形容词 副词 介词 连词 代词 名詞 動詞
    形容詞 副詞 助詞 他動詞 自動詞 い形容詞 な形容詞 명사 동사 형용사 부사""".split()
"""Words, which do not."""

INFLECTION = late(
    r"[（(]\s*([^（）()的]+?)\s*的\s*[^（）()]{0,8}?(?:复数|单数|过去式|过去分词|现在分词|动名词|比较级|最高级|變體|複數|過去式|過去分詞|現在分詞)"
    r"[^（）()]{0,16}[）)]"
    r"|[（(]\s*(?:plural|past tense|past participle|present participle|third person singular|comparative|superlative|Plural|Präteritum|"
    r"Partizip|pluriel|plurale) (?:of|von|de|di) ([^（）()]+?)\s*[）)]"
)
"""Remark of a gloss that names the dictionary form: （dial的复数）, (plural of dial)."""

ADVICE = late(r"[（(]?注意\S{0,8}[）)]?$|https?://\S+$")
"""A sense that is none but advice."""

SIGN_OFF = late(
    r"\W*\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*(?:\d{1,2}\s*[点點：:時时]\s*(?:\d{1,2}\s*分?)?)?\s*(?:[于於在][^，,]{1,16}?)?(?:。|$)"
)
"""Date and place under which a note was finished."""

EXPLAINS = late(
    r"→|->|(?:这|這|该|該)(?:句话|句話|里|裡|个|個|词|詞|段)|表示|意思是|意为|指的是|在这|在這|means |that is|i\.e\.",
    re.IGNORECASE,
)
"""How a line begins that explains the sentence above it instead of translating it."""

REMARKS = late(
    r"^(?:→|->|←|※|<|[▶☞]?\s*(?:직역|의미|뜻)\s*[:：])"
    r"|(?:표현|표현 방식|뜻|의미|느낌|뉘앙스|추가 ?설명|강조)\W*$|的意思\W*$|という意味\W*$"
    r"|[\"“][A-Za-z]+[ ,.][^\"“”]*[\"”](?:라고|이라고|라는|という|と言)"
)
"""What a line holds that speaks about a sentence instead of translating it."""

WRONG = late(r"[X×✗✘]\)(?:\s*=)?$|\([X×✗✘]\)")
"""How an author marks a sentence as one that nobody says."""

DECORATION = late(r"^[\s☞▶►⤷⟹⇒→♠♣※•●○◆◇■□★☆]+")
"""Marks before a line that belong to no language."""

PARTICLES = ("的", "を", "が", "이라고", "라고", "이라는", "라는", "에서", "를 ", "을 ", "은 ", "는 ")
"""What a remark goes on with behind a foreign word, and no gloss begins with."""

SUSPENDED = frozenset("and or to und oder bis et ou y o e ed".split())
"""Words before which a hyphen at the end of a printed line hangs in the air: pre- / and post-war."""

_DIGITS = late(r"^\d+\s*[.、)]\s*|[\s_.-]*\d+$")
_PARTED = re.compile(r"[/|&(\[]")
"""What ASCII text that is one label in two words has in it."""
_APART = re.compile(r"[/／|｜·&＆\s]")
"""What is between two words for one label if the second is in no brackets."""
_EDGES = re.compile(r"^\W+|\W+$")
_BRACKETED = late(r"(.+?)\s*[（(【\[]\s*(.+?)\s*[)）】\]]\s*$")
_BETWEEN_PARTS = late(
    r"\s*[/／|｜·&＆]\s*|(?<=[\u3040-\u9fff\uac00-\ud7ff])\s+(?=[A-Za-z])|(?<=[A-Za-z])\s+(?=[\u3040-\u9fff\uac00-\ud7ff])"
)


def fold(name: str) -> str:
    """Return a label word as the tables are compared by: compatibility forms, case, numbering, emoji and marks folded away."""
    if name.isascii() and name[:1].isalpha() and name[-1:].isalpha():  # nearly every term of a vocabulary
        return " ".join(name.lower().split())
    name = _without_edges(unicodedata.normalize("NFKC", name).casefold())
    if name[:1].isdecimal() or name[-1:].isdecimal():
        name = _without_edges(_DIGITS().sub("", name))
    return " ".join(name.split())


def _without_edges(name: str) -> str:
    return name if name[:1].isalnum() and name[-1:].isalnum() else _EDGES.sub("", name)


_folded = lru_cache(64)(fold)  # the learner's few words, for every line


def _words(table: str) -> list[str]:
    return [fold(word.replace("_", " ")) for word in table.split()]


_ROLES = {word: role for role, table in ROLES.items() for word in _words(table)}
_FIELDS = {word: kind for kind, table in FIELDS.items() for word in _words(table)}
_NAMES = {word: tag for tag, table in NAMES.items() for word in _words(table)}


@lru_cache(4096)
def _role(name: str) -> str:
    return _ROLES.get(fold(name), "")


def _parts(name: str) -> list[str]:
    """Return the words of a label in two; nothing where it is in one."""
    if name.isascii() and not _PARTED.search(name):
        return []
    bracketed = _BRACKETED().match(name) if name.rstrip()[-1:] in ")）】]" else None
    if bracketed:
        return [bracketed[1], bracketed[2]]
    parts = [part for part in _BETWEEN_PARTS().split(name) if part] if _APART.search(name) else []
    return parts if len(parts) > 1 else []


def role(name: str, extra: Mapping[str, str]) -> str:
    """Return the role a label word has, or nothing; `extra` maps the learner's own words to roles.

    Two words for the same thing are one label: `Vocabulary (词汇)`, `生词 / New words`.
    """
    if extra:
        folded = fold(name)
        for word, own in extra.items():
            if _folded(word) == folded:
                return own
    if name.isascii() and not _PARTED.search(name):
        return _ROLES.get(fold(name), "")
    found = _role(name)
    if not found and (parts := _parts(name)):
        first = _role(parts[0])
        return first if first and all(_role(part) == first for part in parts[1:]) else ""
    return found


@lru_cache(4096)
def field(name: str) -> str:
    """Return what a column or field of that name holds, or nothing.

    One of the keys of `FIELDS` and `ROLES`, or the tag of the language it names.
    """
    for part in (name, *_parts(name)):
        folded = fold(part)
        found = _FIELDS.get(folded) or _NAMES.get(folded) or _ROLES.get(folded)
        if found:
            return found
    return ""


def language_named(name: str) -> str:
    """Return the tag of the language that `name` names, or nothing."""
    return _NAMES.get(fold(name), "")


@lru_cache(64)
def _name_pattern(tag: str) -> re.Pattern[str]:
    words = (word.replace("_", " ") for word in NAMES.get(tag.partition("-")[0], "").split())
    # A name of three letters or less is an abbreviation for a column, no name in a title.
    long = [re.escape(word) for word in words if not word.isascii() or len(word) > 3]
    return re.compile("|".join(rf"\b{word}\b" if word.isascii() else word for word in long) or r"(?!)", re.IGNORECASE)


def names_language(text: str, tag: str) -> bool:
    """Return whether the language `tag` is named somewhere in `text`."""
    return _name_pattern(tag).search(text) is not None
