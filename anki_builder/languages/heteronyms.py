"""Words that are spelt alike and spoken differently, because they are different words: `lead` the metal, `lead` the verb.

Only words of these tables are told apart by how they are spoken. All others are spoken in as many ways as there are dictionaries and regions
(`[ˈkɒmbətɪv]`, `[kəmˈbætɪv]`), and often one article notes how, another does not.
"""

import re
import unicodedata
from functools import lru_cache

_STRESSED_LATE = r"^[^ˈ']{2,}[ˈ']"
"""The stress of a verb beside that of its noun: `[prɪˈzent]`, `[ˈpreznt]`."""
_ENGLISH = {
    "bass": "æ", "bow": "a[ʊu]", "buffet": r"[ˈ'](?:bʌ|bə)", "close": "z", "desert": _STRESSED_LATE, "does": "[oə]ʊ", "dove": "[oə]ʊ",
    "drawer": r"ɔːə|ɔ.?ər.+", "entrance": _STRESSED_LATE, "incense": _STRESSED_LATE, "intimate": "e[ɪi]t$",
    "invalid": r"^[ˈ']?ɪn(?![væˈ']*[ˈ'])", "lead": "e(?![ɪi])|ɛ", "live": "a[ɪi]", "lower": "a[ʊu]", "minute": "[nj]j?u|a[ɪi]", "moped": "p[ɛe]d",
    "mow": "a[ʊu]", "number": "mə|mɚ$", "polish": "[oə]ʊ", "putting": "ʌ", "read": "e(?![ɪi])|ɛ", "row": "a[ʊu]", "sake": "ɑ|i$",
    "second": _STRESSED_LATE,
    "sewer": "[sz]?[oə]ʊ", "slough": "ʌ", "sow": "a[ʊu]", "supply": "[ˈ']?sʌpl[iɪ]$", "tarry": "ɑ", "tear": "[eɛ]", "tower": "[oə]ʊ",
    "wind": "a[ɪi]", "wound": "a[ʊu]",
    **dict.fromkeys(
        (
            "attribute compact compound conduct console consort content contract converse digest exploit "
            "object present produce project refuse subject"
        ).split(),
        _STRESSED_LATE,
    ),
}  # fmt: skip
"""English word → a pattern of its less common pronunciation, without brackets."""
_CHINESE = (
    "长:cháng 行:xíng 好:hǎo 还:hái 得:dé 地:dì 着:zhe 了:le 都:dōu 为:wèi 种:zhǒng 重:zhòng 发:fā 觉:jué 便:biàn "
    "差:chà 当:dāng 倒:dào 分:fēn 干:gàn 给:gěi 更:gèng 喝:hē 和:hé 几:jǐ 教:jiāo 解:jiě 空:kōng 累:lèi 量:liàng "
    "落:luò 没:méi 模:mó 难:nán 宁:níng 强:qiáng 切:qiē 曲:qǔ 散:sàn 少:shǎo 舍:shè 省:shěng 盛:shèng 数:shù 似:sì "
    "宿:sù 调:diào 系:xì 相:xiāng 兴:xīng 要:yào 应:yīng 与:yǔ 载:zài 占:zhàn 涨:zhǎng 折:zhé 只:zhǐ 中:zhōng "
    "转:zhuǎn 钻:zuān 乐:lè 背:bèi 薄:báo 藏:cáng 朝:cháo 称:chēng 传:chuán 担:dān 弹:tán 度:dù 恶:è 冠:guān 假:jiǎ "
    "间:jiān 将:jiāng 降:jiàng 角:jiǎo 卷:juǎn 看:kàn 率:lǜ 露:lù 磨:mó 铺:pù 奇:qí 任:rèn 塞:sāi 扇:shàn 挑:tiāo "
    "吐:tǔ 咽:yān 脏:zāng 正:zhèng 挣:zhèng 東西:dōngxī 东西:dōngxi 大意:dàyì 地道:dìdào 精神:jīngshén 大夫:dàifu "
    "对头:duìtóu 买卖:mǎimài 人家:rénjia 實在:shízài 实在:shízài 自然:zìrán 運氣:yùnqi 运气:yùnqi 長:cháng 還:hái "
    "為:wèi 種:zhǒng 發:fā 覺:jué 當:dāng 幹:gàn 給:gěi 幾:jǐ 難:nán 強:qiáng 數:shù 調:diào 係:xì 興:xīng 應:yīng "
    "與:yǔ 載:zài 佔:zhàn 漲:zhǎng 轉:zhuǎn 鑽:zuān 樂:lè 稱:chēng 傳:chuán 擔:dān 彈:tán 惡:è 間:jiān 將:jiāng"
)
_JAPANESE = (
    "上手:じょうず 下手:へた 人気:にんき 市場:しじょう 生物:せいぶつ 大家:おおや 色紙:しきし 最中:さいちゅう "
    "一日:いちにち 今日:きょう 十分:じゅうぶん 工夫:くふう 風車:ふうしゃ 大事:だいじ 仮名:かな 辛い:からい "
    "開く:ひらく 空く:すく 入る:はいる 止める:とめる 目下:もっか 気質:きしつ 寒気:さむけ 心中:しんちゅう "
    "人事:じんじ 利益:りえき 分別:ふんべつ 床:ゆか 額:ひたい 角:かど 空:そら 方:ほう 間:あいだ 金:かね "
    "主:おも 表:おもて 側:がわ 後:あと 弾く:ひく 怒る:おこる 抱く:だく 被る:かぶる 潜る:もぐる 臭い:くさい "
    "注ぐ:そそぐ 脅かす:おどかす 避ける:さける 細目:ほそめ 見物:けんぶつ 名代:なだい 評定:ひょうてい 造作:ぞうさ "
    "白金:はっきん 末期:まっき 黒子:ほくろ 縁:えん 札:ふだ 形:かたち 歩:ふ"
)
"""Words with their common reading, which needs no telling."""
_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_SEVERAL = re.compile("[,;，；、]")
_NO_SOUND = re.compile(r"[\[\]/（）()\s.,·:：;|-]|^[美英]|^(?:US|UK)")


@lru_cache(4)
def _common(language: str) -> dict[str, str]:
    table = {"zh": _CHINESE, "ja": _JAPANESE}.get(language, "")
    return dict(entry.split(":") for entry in table.split())


def sound(term: str, phonetics: str, reading: str, tag: str) -> str:
    """Return what tells a term from a commoner word that is spelt alike, by how it is spoken; empty where nothing does.

    It depends on nothing but the entry: neither on other entries nor on how those are spoken.
    """
    language, spoken = tag.partition("-")[0], _NO_SOUND.sub("", _SEVERAL.split(phonetics or reading)[0])
    if not spoken:
        return ""
    if language == "en":
        other = _ENGLISH.get(term.lower())
        return "2" if other is not None and re.search(other, spoken) else ""
    common = _common(language).get(term)
    if common is None:
        return ""
    spelt = _folded(_NO_SOUND.sub("", reading or phonetics))
    return "" if spelt == _folded(common) else spelt


def _folded(reading: str) -> str:
    """Return pinyin with numbers for its tones, kana as hiragana."""
    kana = "".join([chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in reading.lower()])
    decomposed = unicodedata.normalize("NFD", kana)
    letters = "".join([letter for letter in decomposed if letter not in _TONES])
    tones = "".join(
        [_TONES[letter] for letter in decomposed if letter in _TONES] + [letter for letter in letters if letter.isdigit()]
    )
    return unicodedata.normalize("NFC", "".join([letter for letter in letters if not letter.isdigit()])) + tones
