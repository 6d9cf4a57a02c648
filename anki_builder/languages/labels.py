"""Words by which notes name their parts, by role and language: labels, headings, column heads, field names, remarks.

All of it is data, compared after compatibility forms, case, numbering and emoji are folded away; `_` stands for a space. A learner
adds words of his own by the setting `labels`; a new language is a few more words in each table.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

ROLES = {
    "text": """
        原文 正文 英文 课文 課文 本文 短文 front text original original_text passage source_text eng en
        originaltext lesetext texte texte_original texto texto_original testo testo_originale
        оригинал исходный_текст текст 원문 본문 văn_bản bài_đọc nguyên_văn metin""",
    "sentences": """
        原句 句子 sentence sentences satz sätze phrases frases frasi zdania meningar zinnen cümleler предложения hội_thoại mẫu_câu dialogue dialog
        dialogues dialoge dialogo diálogo dialogue_text 会话 会話 對話 对话 대화 문장 обороты percakapan kalimat věty mondatok""",
    "translation": """
        译文 翻译 翻譯 譯文 参考译文 參考譯文 中文 中译 中譯 中文翻译 中文翻譯 全文翻译 译 訳 和訳 対訳 日本語訳 translation translations cn
        译为 译作 意为 大意 意译 直译 即 trad trad. tr tr. 訳 译 訳文 現代語訳 prevod tłumaczenie traduzione переклад μετάφραση översättning
        vertaling back answer terjemahan tərcümə překlad fordítás käännös ترجمة अनुवाद
        english_translation übersetzung übersetzungen traduction traducción tradução traduzione 해석 번역 перевод bản_dịch dịch çeviri""",
    "vocabulary": """
        学习 學習 生词 生詞 单词 單詞 單字 词汇 詞彙 重点词汇 重點詞彙 核心词汇 重点单词 词语 生字 词汇表 单词表 生词表 词组 短语
        vocabulary vocab vocabs words new_words key_words vocabulary_list word_list words_and_phrases key_vocabulary new_vocabulary glossary
        wortschatz vokabeln vokabular wörter wortliste vocabulaire lexique mots vocabulario palabras léxico vocabolario parole vocabulário
        生词短语 生词_短语 词 słówka slovíčka ord ordförråd woordenschat woordenlijst parole_nuove λέξεις useful_words
        kosakata kosa_kata slovní_zásoba szavak szókincs sanasto ordliste gloser مفردات शब्दावली
        単語 語彙 単語リスト 新出単語 단어 어휘 단어장 слова словарь лексика từ_vựng từ_mới kelimeler sözcükler""",
    "example": """
        例句 例子 例文 例 例如 造句 用例 示例 e.g. e.g eg ex ex. example examples example_sentence example_sentences beispiel beispiele
        beispielsatz z.b. z.b exemple exemples ejemplo ejemplos esempio esempi exemplo exemplos 예문 예 例文 e.g 用例 przykład przykłady exempel
        voorbeeld voorbeelden vb vb. bijv bijv. παράδειγμα пример примеры ví_dụ vd örnek contoh příklad příklady př példa eksempel""",
    "grammar": """
        语法 語法 语法点 文法 句型 句式 grammar grammar_notes structures key_structures grammatik grammaire gramática grammatica 문법 грамматика
        ngữ_pháp gramatyka tata_bahasa mluvnice nyelvtan kielioppi""",
    "skip": """
        后记 後記 作业 作業 目录 目錄 目次 声明 结束 afterword transcript transcription homework contents table_of_contents toc end
        further_reading references hausaufgaben inhalt ende devoirs sommaire índice fin 목차 숙제 содержание bài_tập mục_lục 宿題
        to_do todo to-do tasks tareas compiti домашнее_задание ćwiczenia
        changelog change_log release_notes 更新日志 更新日誌 变更日志 变更记录 変更履歴 журнал_изменений änderungen
        useful_links useful_sites bookmarks 链接收藏 友情链接 nützliche_links liens_utiles enlaces_útiles
        reading_list books_read 书单 阅读清单 leseliste liste_de_lecture shopping_list einkaufsliste 购物清单 會議記錄 会议记录 周会
        color_coding colour_coding farbkodierung legende légende leyenda legenda
        图例 凡例 범례 условные_обозначения
        resources useful_resources learning_resources study_resources ressourcen ressources recursos risorse 学习资源 学习资料 参考资料
        リソース 参考リンク 참고_자료 학습_자료 ресурсы полезные_ссылки zasoby kaynaklar tài_liệu
        odkazy länkar lenker enlaces liens collegamenti ссылки посилання bağlantılar hivatkozások linkit linki lingid reiknud 링크 リンク روابط
        shortcuts keyboard_shortcuts 快捷键 commands 命令 command_list 依赖 dependencies""",
    "metadata": """
        作者 日期 来源 來源 出处 出處 链接 連結 最后更新 最終更新 link links source url author speaker date
        last_updated last_update zuletzt_geändert mise_à_jour última_actualización ultimo_aggiornamento son_güncelleme
        quelle autor fuente auteur источник автор 출처 nguồn""",
}
"""Label words by role, as `Config.labels` knows them; `metadata` names one line and never a part of a note."""

FIELDS = {
    "gloss": """
        释义 釋義 中 中译 意思 含义 znaczenie betydelse betekenis 含義 中文意思 中文释义
        词义 意味 訳語 语义 meaning meanings means definition definitions gloss sense bedeutung bedeutungen
        signification sens définition significado definición significato definizione 뜻 의미 значение nghĩa anlam anlamı anlamı
        signifie significa mas_significa pero_significa significa_en_realidad really_means bedeutet betekent oznacza означает
        sentido sentidos sinn senso accezione definição definicja definice význam significat merkitys jelentés arti makna
        σημασία معنى अर्थ""",
    "phonetics": """
        音标 音標 发音 發音 注音 拼音 读音 讀音 假名 平假名 片假名 羅馬拼音 罗马音 読み 読み方 よみ ふりがな ipa phonetic phonetics pronunciation
        reading roman romanization romanisation romanized romanised transliteration translit romaji rōmaji pinyin
        sounds_like how_to_say how_to_say_it pronounced sound sounds
        latinica latinized latinised латиница латинка латинице латински
        umschrift transkription transcription
        kana hiragana furigana jyutping zhuyin aussprache lautschrift prononciation pronunciación pronuncia 발음 произношение
        транскрипция phiên_âm""",
    "part-of-speech": "词性 詞性 品詞 pos part_of_speech type wortart categoría 품사 часть_речи từ_loại",
    "correction": """
        correct correction corrected corrected_version richtig korrektur correcto corregido corrección corrigé corretto correzione correto
        poprawnie правильно 正确 正確 修正 訂正 수정""",
    "term": """
        词 单字 词条 詞條 表达 搭配 固定搭配 句型 漢字 汉字
        term terms word expression phrase phrases verb verbs noun nouns adj adv adjective adjectives adverb
        adverbs vokabel wort mot expression palabra parola palavra verben nomen 표현 слово từ kelime
        ћирилица кириллица кирилиця cyrillic kyrillisch
        hanzi kanji hanja simplified traditional
        terme término termo termine begriff ausdruck expresión espressione expressão zwrot wyrażenie słowo slovo výraz szó
        kifejezés sana ilmaus ord uttryck kata istilah λέξη كلمة शब्द выражение""",
    "remark": """
        接续 接続 構造 构造 构造方式 用法说明 语法说明 说明 位置 近义词 反义词 同义词 同义 反义 反 近 同 派生 派生词 原形 缩写 词根 联想 记忆
        syn synonym synonyms ant antonym antonyms opposite literal
        dubbio dubbi duda dudas dúvida dúvidas doute doutes zweifel сомнение wątpliwość wątpliwości
        literally formation form forms on kun register origin etymology дословно буквально wörtlich littéralement literalmente
        letteralmente dosłownie on-yomi kun-yomi onyomi kunyomi 音読み 訓読み 类别 等级 level
        tags метки schlagwörter étiquettes etiquetas etichette tagi 标签 標籤 タグ 태그
        letter letters буква буквы літера buchstabe lettre letra lettera litera bokstav 字母 文字 글자 자모
        group gruppe groupe grupo gruppo группа 组别 組
        情境 場面 シーン 场景 場景 情景 场合 situation scene category theme topic 类型 類型 分类 主题 no no. nr number # 序号 編號 编号
        番号 stt 人称 人稱 person
        備註 备注 注 注意 说明 說明 發音註記 用法 メモ 備考 note remark remarks comment anmerkung hinweis remarque nota 비고 설명
        примечание ghi_chú usage plural gender genus genre género level register 레지스터""",
}
"""Names of columns and fields by what they hold, apart from the roles above."""

NAMES = {
    "de": (
        "german deutsch по-немецки po_niemiecku på_tyska 德语 德文 德語 ドイツ語 "
        "독일어 немецкий allemand alemán almanca németül saksaksi německy німецькою"
    ),
    "en": (
        "english englisch по-английски 英语 英文 英語 英会話 英単語 英単 영어 английский anglais inglés inglese inglês tiếng_anh ingilizce eng en "
        "ingelesez angolul englanniksi po_angielsku anglicky inglise_keeles англійською"
    ),
    "es": (
        "spanish spanisch español 西班牙语 西班牙文 西班牙語 スペイン語 스페인어 испанский espagnol castellano ispanyolca gaztelaniaz espanjaksi "
        "spanyolul po_hiszpańsku španělsky"
    ),
    "fr": (
        "french französisch français 法语 法文 法語 フランス語 프랑스어 "
        "французский francés fransızca frantsesez franciául ranskaksi po_francusku francouzsky"
    ),
    "it": (
        "italian italienisch italiano 意大利语 意大利文 義大利語 イタリア語 "
        "이탈리아어 итальянский italien italyanca olaszul italiaksi po_włosku italsky"
    ),
    "ja": "japanese japanisch 日语 日文 日語 日本語 일본어 японский japonais japonés japonca",
    "ko": "korean koreanisch 韩语 韩文 韓語 韓文 韓国語 한국어 корейский coréen coreano korece",
    "la": "latin latein latín latino 拉丁语 латынь",
    "el": "greek griechisch griego grec ελληνικά 希腊语 ギリシャ語 греческий",
    "nl": "dutch niederländisch holandés néerlandais nederlands 荷兰语 オランダ語 нидерландский",
    "pl": "polish polnisch po_polsku по-польски polski polaco polonais 波兰语 ポーランド語 польский polsky lengyelül",
    "sv": "swedish schwedisch svenska sueco suédois 瑞典语 スウェーデン語 шведский ruotsiksi svédül",
    "da": "danish dänisch dansk 丹麦语",
    "nb": "norwegian norwegisch norsk 挪威语",
    "fi": "finnish finnisch suomi 芬兰语 suomeksi finnül",
    "cs": "czech tschechisch čeština česky 捷克语 csehül po_czesku",
    "hu": "hungarian ungarisch magyar 匈牙利语 magyarul unkariksi po_węgiersku maďarsky",
    "ro": "romanian rumänisch română 罗马尼亚语",
    "uz": "uzbek usbekisch oʻzbek o'zbek узбекский",
    "uk": "ukrainian ukrainisch українська 乌克兰语 українською ukránul po_ukraińsku",
    "ar": "arabic arabisch árabe arabe العربية 阿拉伯语 アラビア語",
    "he": "hebrew hebräisch hébreu עברית 希伯来语",
    "hi": "hindi हिन्दी हिंदी 印地语",
    "th": "thai thailändisch ไทย ภาษาไทย 泰语 タイ語",
    "id": "indonesian indonesisch bahasa_indonesia 印尼语",
    "eo": "esperanto",
    "ur": "urdu اردو 乌尔都语",
    "fa": "persian farsi persisch فارسی persan persa 波斯语",
    "bn": "bengali bangla বাংলা 孟加拉语",
    "ta": "tamil தமிழ்",
    "ms": "malay bahasa_melayu malaiisch 马来语",
    "af": "afrikaans",
    "am": "amharic amharisch አማርኛ",
    "be": "belarusian belarussisch weißrussisch беларуская белорусский",
    "bo": "tibetan tibetisch བོད་སྐད 藏语 チベット語",
    "eu": "basque baskisch euskara euskera",
    "gl": "galician galizisch galego gallego",
    "gu": "gujarati ગુજરાતી",
    "kk": "kazakh kasachisch қазақша қазақ_тілі казахский",
    "km": "khmer ខ្មែរ",
    "kn": "kannada ಕನ್ನಡ",
    "lo": "laotian laotisch ພາສາລາວ",
    "mk": "macedonian mazedonisch македонски македонский",
    "ml": "malayalam മലയാളം",
    "mr": "marathi मराठी",
    "my": "burmese birmanisch မြန်မာ",
    "ne": "nepali nepalesisch नेपाली",
    "pa": "punjabi panjabi ਪੰਜਾਬੀ",
    "si": "sinhala sinhalese singhalesisch සිංහල",
    "sq": "albanian albanisch shqip",
    "te": "telugu తెలుగు",
    "tl": "tagalog filipino",
    "sw": "swahili kiswahili",
    "bg": "bulgarian bulgarisch български болгарский 保加利亚语",
    "sr": "serbian serbisch српски srpski сербский",
    "hr": "croatian kroatisch hrvatski",
    "sk": "slovak slowakisch slovenčina",
    "sl": "slovenian slovene slowenisch slovenščina",
    "et": "estonian estnisch eesti eesti_keeles",
    "lv": "latvian lettisch latviešu latviski",
    "lt": "lithuanian litauisch lietuvių lietuviškai",
    "ga": "irish gaeilge",
    "cy": "welsh cymraeg",
    "is": "icelandic isländisch íslenska",
    "ka": "georgian georgisch ქართული",
    "hy": "armenian armenisch հայերեն",
    "ca": "catalan katalanisch català",
    "pt": "portuguese portugiesisch português 葡萄牙语 葡萄牙語 ポルトガル語 포르투갈어 португальский portugais portugués",
    "ru": "russian russisch русский по-русски 俄语 俄文 俄語 ロシア語 러시아어 russe ruso rusça oroszul venäjäksi po_rosyjsku rusky російською",
    "tr": "turkish türkisch türkçe 土耳其语 トルコ語 터키어 турецкий turc turco",
    "vi": "vietnamese vietnamesisch tiếng_việt 越南语 越南語 ベトナム語 베트남어 вьетнамский vietnamien vietnamita",
    "zh": "chinese chinesisch 中文 汉语 中国語 漢語 중국어 китайский chinois chino chi cn 简体中文 普通话 mandarin tiếng_trung çince",
    "zh-Hant": "繁體中文 繁中 國語",
}
"""Names of languages as columns, labels and tags write them."""

COUNTRIES = {
    country: tag
    for tag, countries in {
        "en": "GB US AU CA IE NZ", "de": "DE AT", "es": "ES MX AR CO CL PE", "pt": "PT BR", "zh": "CN", "zh-Hant": "TW HK", "ja": "JP", "ko": "KR",
        "vi": "VN", "uk": "UA", "el": "GR", "he": "IL", "ar": "SA EG AE MA", "fa": "IR", "hi": "IN", "cs": "CZ", "sv": "SE", "da": "DK",
        "nb": "NO", "et": "EE", "sl": "SI", "sr": "RS", "ka": "GE", "hy": "AM", "ms": "MY", "fr": "FR", "it": "IT", "ru": "RU", "pl": "PL",
        "nl": "NL", "fi": "FI", "hu": "HU", "ro": "RO", "bg": "BG", "hr": "HR", "sk": "SK", "lt": "LT", "lv": "LV", "is": "IS", "th": "TH",
        "id": "ID", "tr": "TR",
    }.items()
    for country in countries.split()
}  # fmt: skip
"""Languages by the countries whose flags stand for them."""

ACCENTS = "美音 英音 美式 英式 美 英 US UK AmE BrE NAmE GB".split()
"""Regions that stand before phonetics, a longer one before its beginning."""

PARTS_OF_SPEECH = """n v vt vi vr vtr vpr vpron nmf adj adv a ad prep conj pron int interj num art abbr aux phr det pl sing pp modal suf pref m f
    nt mf sb sf 男 女 中 完 不完 男性 女性 中性 kk kvk hk
    phrase collocation rzecz czas przym przysł dt đgt tt đt sost agg avv isim fiil sıf zn przyd
    st vb tr itr refl präp konj nm nf fem masc neut сущ гл прил нареч м.р ж.р с.р мн.ч ед.ч
    м ж ср мн ед pf impf ipf pfv impfv сов несов св нсв dk ndk
    ז נ ז' נ' ז׳ נ׳""".split()
"""Abbreviations, which need a full stop behind them."""

PARTS_OF_SPEECH_WORDS = """noun verb adjective adverb preposition conjunction pronoun idiom 名词 动词 形容词 副词 介词 连词 代词 名詞 動詞
    副 名 動 形 形動 自 他 自サ 他サ 自五 他五 自一 他一 自下一 他下一 自上一 他上一 接 感 連体 助 代 助動 な形 い形 動1 動2 動3 动1 动2 动3
    形容詞 副詞 助詞 他動詞 自動詞 い形容詞 な形容詞 명사 동사 형용사 부사""".split()
"""Words, which do not."""

INFLECTION = re.compile(
    r"[（(]\s*([^（）()的]+?)\s*的\s*[^（）()]{0,8}?(?:复数|单数|过去式|过去分词|现在分词|动名词|比较级|最高级|變體|複數|過去式|過去分詞|現在分詞)"
    r"[^（）()]{0,16}[）)]"
    r"|[（(]\s*(?:plural|past tense|past participle|present participle|third person singular|comparative|superlative|Plural|Präteritum|"
    r"Partizip|pluriel|plurale) (?:of|von|de|di) ([^（）()]+?)\s*[）)]"
)
"""Remark of a gloss that names the dictionary form: （dial的复数）, (plural of dial)."""

ADVICE = re.compile(
    r"[（(]?注意\S{0,6}?(?:[发發]音|[读讀]音|[读讀]法|重音|拼[写寫]|拼法|[写寫]法|[词詞]性|用法|搭配|[区區][别別分]|[复複][数數]|大小[写寫]|[时時][态態])"
    r"\S{0,8}[）)]?$|https?://\S+$"
)
"""A sense that is none but advice on the word, or an address; `注意` alone and `注意到` are senses."""

SIGN_OFF = re.compile(
    r"\W*\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*(?:\d{1,2}\s*[点點：:時时]\s*(?:\d{1,2}\s*分?)?)?\s*(?:[于於在][^，,]{1,16}?)?(?:。|$)"
)
"""Date and place under which a note was finished."""

EXPLAINS = re.compile(
    r"→|->|(?:is|are|was|has|have|can|may|means?|indicates?|refers?|shows?|used) (?:a |an |the |that |used |to |in |when |for |be |of )"
    r"|(?:goes|used|stands) (?:with|before|after|for) "
    r"|(?:这|這|该|該)(?:句话|句話|里|裡|个|個|词|詞|段)|表示|意思是|意为|指的是|在这|在這|means |that is|i\.e\.",
    re.IGNORECASE,
)
"""How a line begins that explains the sentence above it instead of translating it."""

DESCRIBES = re.compile(
    r"(?:하는|할|때 쓰는|라는|다는) (?:표현|인사말|뜻|의미)(?:이다|임|입니다|이에요|로,? .*)?\.?$"
    r"|という(?:意味|表現|言い方)(?:です|だ)?。?$|[时時](?:说|說|用|使用)的(?:话|話|表达|表達|客套[话話])。?$|的一?[种種]?(?:说法|說法|表达方式)。?$"
)
"""How a remark ends that describes a phrase instead of translating it."""

ANALYSIS = re.compile(
    r"\s*(?:[\[(（][^\[\]()（）]*\s(?:→|->|-->|\+)\s[^\[\]()（）]*[\])）]|[\[(（](?:[^\[\]()（）]*[\s,/])?"
    r"(?:cases?|tense|infinitive|(?:past |present )?participle|gerund|imperative|subjunctive|conditional|optative|aorist|imperfect"
    r"|nominative|genitive|accusative|dative|ablative|instrumental|locative|vocative|partitive|essive|inessive|elative|illative|adessive"
    r"|allative|translative|abessive|imperfekti|perfekti|pluskvamperfekti|[123](?:st|nd|rd) person"
    r"|nominativ|genitiv|akkusativ|dativ|infinitiv|präteritum|partizip|konjunktiv|imperativ|plusquamperfekt"
    r"|infinitif|imparfait|subjonctif|participe|gérondif|infinitivo|pretérito|subjuntivo|gerundio|participio|imperfecto|imperativo"
    r"|infinito|passato remoto|congiuntivo|gerundio|имперфект|инфинитив)"
    r"(?:[\s,;/:][^\[\]()（）]*)?[\])）]|[\[(（](?:(?:近义|反义|同义|近|反|同)[词詞]?|类义|類義語?|対義語?|유의어|반의어|syn(?:onyms?)?|ant(?:onyms?)?|opp(?:osite)?)"
    r"[.:：\s]\s*[^\[\]()（）]+[\])）]|[\[(（]-[^\W\d_]{1,6}-?\s*[=:]\s*[^\[\]()（）]+[\])）]|[\[(（](?:masculin[oea]?|f[ée]minin[oea]?|femenin[oa]|maschile"
    r"|femminile|neut(?:er|ro|re)|maskulin|feminin|männlich|weiblich|sächlich|мужской род|женский род|средний род)[\])）])\s*$",
    re.IGNORECASE,
)
"""What a learner says in brackets behind a gloss of the form that the word has: `in the course (adessive case) [kurssi → kurssilla]`."""
_LITERALLY = (
    "literally|literal|lit|wörtlich|wörtl|littéralement|litt|literalmente|letteralmente|lett|буквально|букв|дословно|досл|dosłownie|dosł|doslovně"
    "|dosl|szó szerint|sz\\. ?sz|letterlijk|bokstavligen|bokstavelig talt|sanatarkasti|kelimesi kelimesine|字面意思|字面|直译|直譯|直訳|逐語訳|직역"
)
LITERALLY = re.compile(
    rf"\s*[(（\[]\s*(?:{_LITERALLY})(?!\w)[.:：,;]?\s*(?P<inside>[^()（）]+)[)）\]]\s*$"
    rf"|(?:\s*[-–—,;，；.]\s*|\s+(?=\w+\.?[:：]|\w+\.))(?:{_LITERALLY})(?!\w)[.:：,;]?\s+(?P<behind>\S.*)$",
    re.IGNORECASE,
)
"""What a learner says behind a gloss of what the words mean one by one: `goodbye - literally: until seeing`, `(lit. until seeing)`."""
_CLASSES_OF_WORDS = (
    "stark|schwach|gemischt|trennbar|untrennbar|nicht trennbar|reflexiv|(?:un)?regelmäßig|zusammengesetzt|modal(?:verb)?|strong|weak|mixed"
    "|(?:ir)?regular|(?:in)?separable|reflexive|(?:un)?countable|r[ée]gulier|irr[ée]gulier|(?:ir)?regular(?:e|es)?|riflessivo|reflexivo|сильн(?:ый|\\.)"
    "|неправ(?:ильный|\\.)|возвр(?:атный|\\.)|不规则|规则|可数|不可数"
)
CLASS_OF_WORD = re.compile(
    rf"(?<=\S)\s*[(（]\s*(?:{_CLASSES_OF_WORDS})(?:\s*[,;/，、]\s*(?:{_CLASSES_OF_WORDS}))*\s*[)）]$", re.IGNORECASE
)
"""What a learner says in brackets behind a term of how it is inflected: `essen (stark)`."""
PARTICLES = ("的", "を", "が", "이라고", "라고", "이라는", "라는", "에서", "를 ", "을 ", "은 ", "는 ")
"""What a remark goes on with behind a foreign word, and no gloss begins with."""
GLUED = ("は", "が", "の", "に", "で", "と", "も", "や", "な", "って", "する", "した")
"""What a Japanese sentence goes on with right behind a foreign word, without a space."""

SUSPENDED = frozenset("and or to und oder bis et ou y o e ed".split())
"""Words before which a hyphen at the end of a printed line hangs in the air: pre- / and post-war."""

_DIGITS = re.compile(r"^\d+\s*[.、)]\s*|[\s_.-]*\d+$")
_PARTED = re.compile(r"[/|&(\[]")
"""What ASCII text that is one label in two words has in it."""
_APART = re.compile(r"[/／|｜·&＆\s]")
"""What is between two words for one label if the second is in no brackets."""
_EDGES = re.compile(r"^\W+|\W+$")
_BRACKETED = re.compile(r"(.+?)\s*[（(【\[]\s*(?!-)(.+?)\s*[)）】\]]\s*$")
_BETWEEN_PARTS = re.compile(
    r"\s*[/／|｜·&＆]\s*|(?<=[\u3040-\u9fff\uac00-\ud7ff])\s+(?=[A-Za-z])|(?<=[A-Za-z])\s+(?=[\u3040-\u9fff\uac00-\ud7ff])"
)


def fold(name: str) -> str:
    """Return a label word as the tables are compared by: compatibility forms, case, numbering, emoji and marks folded away."""
    if name.isascii() and name[:1].isalpha() and name[-1:].isalpha():  # nearly every term of a vocabulary
        return " ".join(name.lower().split())
    name = _without_edges(unicodedata.normalize("NFKC", name).casefold())
    if name[:1].isdecimal() or name[-1:].isdecimal():
        name = _without_edges(_DIGITS.sub("", name))
    return " ".join(name.split())


def _without_edges(name: str) -> str:
    return name if name[:1].isalnum() and name[-1:].isalnum() else _EDGES.sub("", name)


_folded = lru_cache(64)(fold)  # the learner's few words, for every line


def _words(table: str) -> list[str]:
    return [folded for word in table.split() if (folded := fold(word.replace("_", " ")))]


def _elsewhere() -> Iterator[tuple[str, str]]:
    """Yield the languages with their names in the others that the table leaves out."""
    written = (files("anki_builder.languages") / "names.txt").read_text(encoding="utf-8")
    for line in written.splitlines():
        tag, _, names = line.partition(": ")
        if not tag.startswith("#"):
            yield tag, names


_ROLES = {word: role for role, table in ROLES.items() for word in _words(table)}
_FIELDS = {word: kind for kind, table in FIELDS.items() for word in _words(table)}


def _plain(word: str) -> str:
    """Return a word without its accents."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


_NAMES = {
    **{_plain(word): tag for tag, table in NAMES.items() for word in _words(table) if word < "\u0250"},
    **{word: tag for tag, table in _elsewhere() for word in _words(table)},
    **{word: tag for tag, table in NAMES.items() for word in _words(table)},
}


@lru_cache(4096)
def _role(name: str) -> str:
    return _ROLES.get(fold(name), "")


def _parts(name: str) -> list[str]:
    """Return the words of a label in two; nothing where it is in one."""
    if name.isascii() and not _PARTED.search(name):
        return []
    bracketed = _BRACKETED.match(name) if name.rstrip()[-1:] in ")）】]" else None
    if bracketed:
        return [bracketed[1], bracketed[2]]
    parts = [part for part in _BETWEEN_PARTS.split(name) if part] if _APART.search(name) else []
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
    found = _role(name)
    if not found and (parts := _parts(name)):
        first = _role(parts[0])
        return first if first and all(_role(part) == first for part in parts[1:]) else ""
    return found


_CODES = {
    "JP": "ja",
    "KR": "ko",
    "CN": "zh",
    "GB": "en",
    "US": "en",
    "VN": "vi",
    "UA": "uk",
    "NO": "nb",
    "SE": "sv",
    "DK": "da",
    "CZ": "cs",
}
"""Tags of languages by the codes of countries that learners write for them."""


def language_of_code(code: str) -> str:
    """Return the tag of the language that two capitals stand for, or nothing."""
    tag = _CODES.get(code, code.lower()) if len(code) == 2 and code.isupper() else ""
    return tag if tag in NAMES and tag not in _WORDS_AS_WELL else ""


_WORDS_AS_WELL = frozenset("am be lo my ne pa si te".split())
"""Codes of languages that are rather words, hours or notes to sing."""


@lru_cache(4096)
def field(name: str) -> str:
    """Return what a column or field of that name holds, or nothing.

    One of the keys of `FIELDS` and `ROLES`, or the tag of the language it names.
    """
    if name.strip() != "NO" and (tag := language_of_code(name.strip())):  # `NO` heads numbers
        return tag
    parts = [fold(part) for part in (name, *_parts(name))]
    if len(parts) > 1 and (named := next((_NAMES[part] for part in parts[1:] if part in _NAMES), "")):
        sound = next((found for part in parts[1:] if (found := _FIELDS.get(part)) == "phonetics"), "")
        return sound or named  # `Pronunciation (Turkish)`, `Word (Korean)`
    for folded in parts:
        found = _FIELDS.get(folded) or _NAMES.get(folded) or _ROLES.get(folded)
        if found:
            return "" if folded != parts[0] and folded in _CLASSES else found
    return ""


_CLASSES = frozenset((*PARTS_OF_SPEECH, *PARTS_OF_SPEECH_WORDS))
"""Words that name a column by themselves, and behind a word only its part of speech: `sehr (adv)`."""


_TRACKED = frozenset(
    fold(word)
    for word in "week date day time deadline due pages mood seiten stimmung option choice opción opção opcja вариант 选项 選択肢 선택지 "
    "homework task tasks status done score progress hafta tarih ödev woche datum aufgabe semaine devoir "
    "semana fecha tarea неделя дата задание 日期 时间 任务 完成 作业 周 星期 进度 分数 日付 課題 진도 날짜 과제 tuần ngày".split()
)


def is_tracked(name: str) -> bool:
    """Return whether the head of a column names what a plan or a tracker holds, or a choice of an exercise: `b. Option`."""
    return fold(_CHOICE.sub("", name)) in _TRACKED


_CHOICE = re.compile(r"^[A-Da-d][.)]\s*")


_FORM = re.compile(
    r"\b(?:plur|pluriel|sing(?:\.|ul)|mehrzahl|einzahl|genit|génit|gen\.|dati[fv]|accus|akkus|nominati|past\b|pr[eé]t[eé]rit|präter|parti[cz]ip"
    r"|infiniti|perfe[ck]t|féminin|femin|mascul|мн\.|род\.|родит|прош|несов|сов\.)"
    r"|复数|複数|単数|单数|过去式|過去形|过去分词|现在分词|て形|ます形|辞書形|ない形|과거형|복수형",
    re.IGNORECASE,
)


_PRONOUNS = frozenset(
    "ich du er sie es wir ihr man je tu il elle on nous vous ils elles yo tú él ella usted nosotros vosotros ellos ellas ustedes "
    "io lui lei noi voi loro eu você ele ela nós vocês eles elas i you he she it we they ja ty on ona ono my wy oni one "
    "я ты он она оно мы вы они én te ő mi ti ők jag han hon vi ni de jeg du hun ik jij hij zij wij jullie u minä sinä hän me te he "
    "εγώ εσύ αυτός εμείς εσείς αυτοί ben sen o biz siz onlar أنا أنت هو هي نحن هم".split()
)


def is_pronoun(text: str) -> bool:
    """Return whether a text names a person: `ich`, `er/sie/es`."""
    return fold(re.split(r"\s*[/(,]", text)[0]) in _PRONOUNS


def are_pronouns(texts: Sequence[str]) -> bool:
    """Return whether most of the texts of a column name persons, as the rows of a conjugation do."""
    found = sum(map(is_pronoun, texts))
    return found > 2 and found * 3 >= len(texts) * 2


def names_form(name: str) -> bool:
    """Return whether the head of a column names a form of words: `Plural`, `Past tense`, `て形`."""
    return _FORM.search(name) is not None


_LEARNING = re.compile(
    r"\b(?:notes?|words?|vocab\w*|lessons?|grammar|phrases?|phrasebook|course|class|diary|idioms?|sentences|verbs?|basics|beginners?|learn\w*|stud\w+|"
    r"cheat ?sheet|week|unit|chapter|dialogues?|[ABC][12]|HSK|JLPT|TOPIK|DELE|DELF|lektion|kapitel|wörter|vokabel\w*|grammatik|lekcja|lezione|"
    r"lección|leçon|cours|curso|corso|урок|слова|słów\w*|słowa|lekc\w+|slov\w+|szavak|szókincs|óra|lecke|ders\w*|kelime\w*|sanat|kurssi|kurs|"
    r"woorden|les|lessen|cuvinte|lecți\w+|belajar|kosakata|kata|ordbok|glosor|słownictwo|слів|думи|урок\w*|слов\w+|λέξεις|μάθημα\w*|từ vựng|học)\b"
    r"|דר[סש]|שיעור|מילים|دفتر|درس|كلمات|تعلم|واژه|لغات|یادگیری|पाठ|शब्द|คำศัพท์|บทเรียน|笔记|学习|词汇|单词|语法|入门|课|単語|文法|단어|문법|공부|연습|学習|勉強|練習|练习|學習",
    re.IGNORECASE,
)


def is_about_learning(title: str) -> bool:
    """Return whether a title speaks of learning a language, and does not just mention a country."""
    return _LEARNING.search(title) is not None


_NOTES = frozenset(
    fold(word) for word in "note notes 笔记 想法 annotation notiz nota 노트 메모 メモ заметка kommentar comment".split()
) | {"ghi chú"}


def is_note(name: str) -> bool:
    """Return whether a label names what a reader wrote beside a passage."""
    return fold(name) in _NOTES


@lru_cache(4096)
def mistyped(name: str) -> str:
    """Return the label word that an unknown one looks like, or nothing.

    Five letters or more may have one added, dropped or changed; Chinese characters may be others of the same sound: `原问` for `原文`.
    """
    folded = fold(name)
    if folded in _ROLES or folded in _FIELDS:
        return ""
    if len(folded) > 1 and (heard := folded.translate(_SOUND_ALIKE)) in _ROLES:
        return heard
    if len(folded) < _SHORTEST_MISTYPED:
        return ""
    from rapidfuzz.distance import DamerauLevenshtein
    from rapidfuzz.process import extractOne

    folded = folded.translate(_LOOKALIKES)
    found = extractOne(folded, _mistypable(), scorer=DamerauLevenshtein.distance, score_cutoff=1)
    return found[2] if found else ""


@lru_cache(1)
def _mistypable() -> dict[str, str]:
    """Return the label words that are long enough to be mistyped, each with what it looks like."""
    return {word: word.translate(_LOOKALIKES) for word in (*_ROLES, *_FIELDS) if len(word) >= _SHORTEST_MISTYPED}


_SHORTEST_MISTYPED = 5
_LOOKALIKES = str.maketrans("асеорхуікмтвн", "aceopxyikmtbh")
"""Cyrillic letters that look like Latin ones."""
_SOUND_ALIKE = {
    ord(wrong): right
    for right, others in {
        "文": "问問纹紋稳", "原": "元员員源园圆圓愿远缘", "译": "议", "譯": "議", "翻": "番反饭烦", "课": "刻克客", "学": "雪血",
        "习": "息喜席", "生": "声聲升省圣", "词": "此次慈磁", "汇": "惠绘慧", "彙": "匯",
    }.items()
    for wrong in others
}  # fmt: skip
"""Chinese characters of label words by those that are typed with the same letters."""
_WITHIN = {
    role: re.compile("|".join(words), re.IGNORECASE)
    for role, words in {
        "vocabulary": (
            r"\bvocab",
            r"\bnew words?\b",
            r"\bwords?\b(?! by word)",
            r"\bwörter\b",
            "wortschatz",
            "vokabel",
            r"\bmots\b",
            "vocabul",
            "palabras",
            "parole",
            "slova",
            "słów",
            "λέξεις",
            "生词",
            "生詞",
            "单词",
            "單字",
            "單詞",
            "词汇",
            "詞彙",
            "短语",
            "単語",
            "語彙",
            "ことば",
            "단어",
            "어휘",
            "từ vựng",
            "từ mới",
            "слова",
            "лексика",
            r"\bidioms?\b",
            r"\bphrasal verbs?\b",
            "外来语",
            "외래어",
        ),
        "text": (
            r"\bsentences?\b",
            r"\bsätze\b",
            r"\bphrases\b",
            r"\bfrases\b",
            r"\bfrasi\b",
            "zdania",
            r"\bmeningar\b",
            "句子",
            "例句",
            "对话",
            "對話",
            "会話",
            "会话",
            "대화",
            "문장",
            "предложения",
            r"\bdialog",
            "hội thoại",
            "mẫu câu",
        ),
        "skip": (
            r"\bpronunciation\b",
            r"\bpronounce",
            r"\baussprache",
            r"\bprononciation",
            r"\bpronuncia",
            r"\bwymowa",
            "произношени",
            "发音",
            "發音",
            "读音",
            "発音",
            "발음",
            "phát âm",
        ),
    }.items()
}
"""Words by which a longer title names its part: `Sentences I want to keep`."""


def role_within(title: str) -> str:
    """Return the role that a word within a title gives it, or nothing: `New words of unit 3`."""
    return next((role for role, pattern in _WITHIN.items() if pattern.search(title)), "")


def language_within(title: str) -> str:
    """Return the tag of the language that a word of a title names, or nothing: `Show the original English`."""
    words = re.findall(r"[^\W\d_]+", title)
    return next((tag for word in words if (tag := language_named(word))), "")


_OF_TEXTS = frozenset(
    "equivalent paragraph paragraphs version passage story lyrics absatz fassung paragraphe párrafo versión versione абзац".split()
)
"""Words for texts beside those that are labels by themselves."""


def language_of_part(title: str) -> str:
    """Return the tag of the language that a title names together with a word for a text, or nothing: `Arabic paragraph`, `法语原文`."""
    return _language_beside(title, lambda word: word in _OF_TEXTS or _ROLES.get(word) in ("text", "translation", "sentences"))


def language_of_column(head: str) -> str:
    """Return the tag of the language that the head of a column names together with what it holds, or nothing: `Dutch example`."""
    return _language_beside(head, lambda word: word in _OF_TEXTS or word in _ROLES or word in _FIELDS)


def _language_beside(title: str, is_known: Callable[[str], bool]) -> str:
    """Return the tag of the language that a title names before or behind a known word, or nothing."""
    folded = fold(title)
    for place in range(1, len(folded)):
        parts = folded[:place].strip(), folded[place:].strip()
        if folded[place] != " " and (folded.isascii() or len(folded) > 8):
            continue
        for name, word in (parts, parts[::-1]):
            if name in _NAMES and is_known(word):
                return _NAMES[name]
    return ""


def language_named(name: str) -> str:
    """Return the tag of the language that `name` names, or nothing."""
    return _NAMES.get(fold(name), "")


_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7ff]")
"""Letters of scripts in which a name has no spaces around it, or particles behind it."""
_ENDINGS = re.compile("(?:e[mnrs]?|es|as?|i)$")
"""Endings of a name as an adjective: `Deutsche Verben`, `lezioni italiane`."""
_CASES = re.compile("(?:ий|ый|ій|ой|ого|ому|им|ым|ом|ая|ую|ое|ие|ые|и|i|iego|im|a|ie|ý|á|é|ého)$")
"""Endings of Slavic names: `английского`, `angielskiego`."""


@lru_cache(1)
def _written() -> tuple[dict[str, str], dict[str, str], re.Pattern[str]]:
    """Return the tags of names of spaced words, those of Slavic stems, and a pattern of the names in scripts without spaces."""
    # A name of three letters or less is an abbreviation for a column, no name in a title.
    names = {name: tag for name, tag in _NAMES.items() if not name.isascii() or len(name) > 3}
    unspaced = [name for name in names if _UNSPACED.search(name)]
    spaced = {name: tag for name, tag in names.items() if name not in unspaced}
    stems = {stem: tag for name, tag in spaced.items() if len(name) > 6 and (stem := _CASES.sub("", name)) != name}
    return spaced, stems, re.compile("|".join(map(re.escape, unspaced)))


_MOST_WORDS = 4
"""Of a name: `tiếng bồ đào nha`."""


@lru_cache(512)
def languages_in(text: str) -> frozenset[str]:
    """Return the tags of the languages that a text names, in any language."""
    spaced, stems, unspaced = _written()
    folded = unicodedata.normalize("NFC", text).casefold().replace("i\u0307", "i")  # İ of Turkish
    words = _WORD.findall(folded)
    found = {_NAMES[name] for name in unspaced.findall(folded)} if _UNSPACED.search(folded) else set()
    found |= {tag for word in set(words) if (tag := spaced.get(_ENDINGS.sub("", word)) or stems.get(_CASES.sub("", word)))}
    for number in range(1, _MOST_WORDS + 1):
        runs = (" ".join(words[at : at + number]) for at in range(len(words) - number + 1))
        found |= {spaced[name] for name in runs if name in spaced}
    return frozenset(found)


def names_language(text: str, tag: str) -> bool:
    """Return whether the language `tag` is named somewhere in `text`."""
    return tag.partition("-")[0] in languages_in(text)
