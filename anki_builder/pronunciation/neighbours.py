"""Readings that dictionaries give wrong where a word stands by itself, told apart by what stands beside it.

`CHINESE` has patterns with one or more groups, each a single character with the reading of the row; the first row that matches a character
counts. `JAPANESE` has words with the pattern of what stands before, `_`, and what comes after.
"""

# ruff: noqa: E501 (tables)
import re
from collections.abc import Iterator
from functools import cache

_HAN = "[\u4e00-\u9fff]"
_PERSON = "[我你您他她它们們咱谁誰]"
_ADVERBIAL = (
    "高兴 高興 快乐 快樂 难过 難過 小心 认真 認真 仔细 仔細 安静 安靜 大声 大聲 小声 小聲 努力 着急 著急 愉快 热情 熱情 激动 激動 生气 生氣 害怕 勇敢 "
    "耐心 简单 簡單 清楚 明显 明顯 不停 不断 不斷 飞快 飛快 迅速 悄悄 伤心 傷心 开心 開心 兴奋 興奮 惊讶 驚訝 吃惊 吃驚 温柔 溫柔 友好 礼貌 禮貌 客气 "
    "客氣 骄傲 驕傲 自豪 紧张 緊張 疲倦 痛苦 幸福 严肃 嚴肅 冷静 冷靜 轻松 輕鬆 顺利 順利 成功 积极 積極 主动 主動 自由 细心 細心 亲切 親切 诚恳 誠懇 "
    "焦急 无奈 無奈 尽快 盡快 尽情 盡情 正确 正確 准确 準確 熟练 熟練 流利 用力 使劲 使勁 辛苦 孤独 孤獨 好奇 奇怪 满意 滿意 得意 不安 不满 不滿"
).replace(" ", "|")

CHINESE = [
    (re.compile(pattern), reading)
    for pattern, reading in (
        # 得 between a verb or an adjective and what is said of it; 得 “must”
        (f"{_PERSON}(得)(?=(?!了|到|过|過|奖|獎|第|病|知|罪|意|分|高|满|滿|出){_HAN})", "děi"),
        (f"(?<={_HAN})(得)(?=[很真太更最非特十])", "de"),
        ("(?<=[舍捨巴怪恨]不)(得)", "de"),
        (f"(?<=(?!{_PERSON}|[获獲取所心难難值赢贏求博应應理自必不未总總使都也才还還没沒只刚剛就非懒懶夺奪争爭换換赚賺分]){_HAN})(得)"
         f"(?=(?!了|到|过|過|奖|獎|第|病|知|罪|意|分|主|体|體|力|失){_HAN})", "de"),
        # 地 behind an adverbial
        (f"({_HAN})\\1(?P<one>地)(?={_HAN})", "de"),
        (f"(?:{_ADVERBIAL}|{_HAN}然)(?<!小心(?=地滑))(地)(?={_HAN})", "de"),
        # 过 of what has been done before
        ("(?<=[去来來看见見听聽吃喝学學读讀写寫用做想说說讲講买買住玩试試问問爱愛坐穿打有到])([过過])(?![来來去程河马馬街路桥橋年节節度])", "guo"),
        # 个 behind a number or a pronoun
        ("(?<=[这這那哪几幾每两兩三四五六七八九十百千万萬半上下])([个個])(?![体體性别別])", "ge"),
        # verbs
        (f"(?<![请請宗佛督信传傳管调調指主])(教)(?={_PERSON}|孩子|学生|學生|弟弟|妹妹|小朋友|人(?!员|師|师)|唱|做|写|寫|画|畫)", "jiāo"),
        ("(?<=还没)(还)|(?<=還沒)(還)|(?<=要)([还還])(?=[^，。]{0,4}(?:书|書|钱|錢|债|債))|[把将將][^，。]{1,8}([还還])(?=[给給])", "huán"),
        ("([还還])(?=[你我他她您](?:们|們)?的|图书馆|圖書館)", "huán"),
        ("(?<=[睡找够夠猜用犯买買见見摸]不)([着著])|(?<=睡)([着著])(?=[了的没沒])", "zháo"),
        ("(?<=[想要呕嘔])(吐)", "tù"),
        ("(?<=[射打击擊猜选選命砸])(中)(?=了|$|[，。！？])|(中)(?=了[^，。]{0,4}(?:奖|獎|毒|弹|彈|靶|计|計|圈))", "zhòng"),
        ("([数數])(?=了[数數]|一[数數])|(?<=[数數][了一])([数數])(?![学學字量据據])", "shǔ"),
        ("(量)(?=了量|一量|体温|體溫|血压|血壓|身高|尺寸|一下)|(?<=量[了一])(量)", "liáng"),
        ("(背)(?=[着著]?[^，。]{0,2}(?:书包|書包|背包|篓|孩子))", "bēi"),
        ("(?<=在)([转轉])(?=$|[，。！？个個着著])|([转轉])(?=圈|来转去|來轉去)", "zhuàn"),
        # 长 and 干 of things
        ("(?<=[很太更最真又也多么麼这這那不])([长長])(?![大高成出得了进進辈輩官])", "cháng"),
        ("(?:衣服|头发|頭髮|毛巾|被子|地|油漆|墨水|眼泪|眼淚)(?:都|已经|已經|快|全|也)?([干乾])(?=了|没|沒|透)", "gān"),
        # 种 a kind and 种 “to plant”
        ("(?<=[这這那哪一两兩二三四五六七八九十几幾各每某何此该該同多])([种種])(?!在|植|下)", "zhǒng"),
        ("([种種])(?=了|在|下(?=[了一去])|树|樹|菜|田|地)", "zhòng"),
        # 只 of animals and things, 调 “to set”, 待 “to stay”
        ("(?<=[这這那哪一两兩二三四五六七八九十几幾每])([只隻])", "zhī"),
        ("([调調])(?=[小大高低好慢快])", "tiáo"),
        ("(?<![等期对對招接款虐看优優])(待)(?=在|着|著|了|一会|一會)", "dāi"),
        # 行 in a row, 空 with nothing in it
        ("(?<=[第每几幾两兩二三四五六七八九十])(行)(?!人|走|动|動|为|為|程|业|業)|(?<=一)(行)(?=字|诗|詩|泪|淚|树|樹|文字|代码|代碼)|(?<=[排站]成一)(行)", "háng"),
        ("(空)(?=房|桌|瓶|箱|盒|杯|碗|袋|包|屋|盘|盤|罐|椅|篮|籃)", "kōng"),
        # no tone
        ("(?<=[桌子地车車墙牆身路手脸臉床纸紙书書街山肩腿脚腳嘴船树樹岸])(上)(?![下课課班学學来來去升海午台臺司帝])|(?<=[这這那]张[表纸])(上)", "shang"),
        ("(?<=[点點哪那这這事玩会會味门門块塊劲勁])([儿兒])(?![子童女媳歌科])", "r"),
        ("(?<=[低垂埋]下)([头頭])", "tóu"),
    )
]  # fmt: skip
_AGAIN = re.compile("([看听聽试試想走坐说說问問等找玩读讀写寫用笑谈談聊尝嘗洗擦摸闻聞歇])\\1(?!(.)\\2)")
"""A verb said twice: the second one has no tone."""
_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ", "aaaaeeeeiiiioooouuuuüüüü")
_ALWAYS = {"谁": "shéi", "誰": "shéi"}


def chinese(text: str) -> dict[int, str]:
    """Return the readings of characters, by their place, that what stands beside them decides."""
    found: dict[int, str] = {}
    for pattern, reading in CHINESE:
        for match in pattern.finditer(text):
            groups = [match.start("one")] if "one" in pattern.groupindex else [at for at, _ in match.regs[1:] if at >= 0]
            for at in groups:
                found.setdefault(at, reading)
    found.update((at, _ALWAYS[sign]) for at, sign in enumerate(text) if sign in _ALWAYS)
    return found


def said_again(text: str) -> Iterator[int]:
    """Yield the places of verbs that are said a second time."""
    return (match.start() + 1 for match in _AGAIN.finditer(text))


def toneless(syllable: str) -> str:
    """Return a syllable without its tone."""
    return syllable.translate(_TONES)


_JAPANESE = {
    "日本": [("_", "にほん")],
    "明日": [("_", "あした")],
    "箱": [("_", "はこ")],
    "金": [("_の(?!ため|こと|問題|話|使|無|な)|_(?:色|メダル)", "きん"), ("_", "かね")],
    "角": [("(?:牛|鹿|羊|鬼|サイ|動物|トナカイ|カブトムシ)[^、。]{0,8}_|_が?生え", "つの")],
    "空": [("_の(?:瓶|びん|箱|缶|袋|皿|コップ|グラス|財布|部屋|ボトル|容器|バケツ|かご|引き出し|席|椅子)|_に(?:する|し[たて]|な[っる])", "から")],
    "辛い": [("(?:カレー|料理|味|唐辛子|スープ|ソース|ラーメン|キムチ|わさび|塩)[^。]*_|_[^。]{0,8}(?:カレー|料理|味|食べ|もの|物|スープ|ラーメン|おいし|甘)", "からい")],
    "市場": [("_[でへに][^。]*(?:魚|野菜|果物|肉|花|パン|卵)|(?:魚|朝|青果|青空)_", "いちば")],
    "人気": [("_の?(?:ない|無い)[^、。]{0,3}(?:道|通り|路地|公園|夜|場所|森|部屋|廊下|駅|山|海|ところ|所|家|教室)|夜[^、。]{0,6}_の?(?:ない|無い)", "ひとけ")],
}  # fmt: skip


@cache
def _japanese() -> dict[str, list[tuple[re.Pattern[str], str]]]:
    return {word: [(re.compile(pattern), reading) for pattern, reading in rows] for word, rows in _JAPANESE.items()}


def japanese(word: str, before: str, after: str) -> str:
    """Return the reading that a word has between two pieces of text; empty where they do not decide."""
    rows = _japanese().get(word, ())
    return next((reading for pattern, reading in rows if pattern.search(f"{before}_{after}")), "")
