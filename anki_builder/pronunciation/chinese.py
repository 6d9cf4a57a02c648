"""Pinyin over Chinese characters, by pypinyin and its phrases."""

import re
from functools import cache, lru_cache

from pypinyin import Style, load_phrases_dict, pinyin

from anki_builder.document import Mark
from anki_builder.pronunciation import neighbours

_HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff]+")
_NEUTRAL = (
    "爸爸 妈妈 媽媽 哥哥 姐姐 弟弟 妹妹 爷爷 爺爺 奶奶 姥姥 叔叔 伯伯 舅舅 姑姑 太太 星星 娃娃 谢谢 謝謝 喜欢 喜歡 休息 事情 东西 東西 "
    "时候 時候 衣服 行李 学生 學生 先生 消息 朋友 客气 客氣 和气 和氣 运气 運氣 脾气 脾氣 福气 福氣 力气 力氣 小气 小氣 关系 關係 认识 認識 "
    "意思 明白 清楚 漂亮 舒服 热闹 熱鬧 暖和 凉快 涼快 干净 乾淨 聪明 聰明 糊涂 糊塗 模糊 麻烦 麻煩 告诉 告訴 打听 打聽 商量 咳嗽 收拾 招呼 "
    "打扮 耽误 耽誤 故事 名字 地方 窗户 窗戶 钥匙 鑰匙 眼睛 耳朵 头发 頭髮 嘴巴 胳膊 指甲 骨头 骨頭 石头 石頭 木头 木頭 馒头 饅頭 枕头 枕頭 "
    "舌头 舌頭 点心 點心 豆腐 萝卜 蘿蔔 葡萄 玻璃 早晨 月亮 云彩 雲彩 态度 態度 本事 生意 买卖 買賣 工夫 功夫 亲戚 親戚 丈夫 师傅 師傅 早上 晚上 "
    "结实 結實 老实 老實 厉害 厲害 太阳 太陽 蘑菇 答应 答應 吩咐 部分 队伍 隊伍 规矩 規矩 黄瓜 黃瓜 包袱 刺猬 狐狸 骆驼 駱駝 篱笆 籬笆 "
    "疙瘩 扫帚 掃帚 稀罕 琢磨 折腾 折騰 哆嗦 凑合 湊合 嘱咐 囑咐 伺候 张罗 張羅 恶心 噁心 护士 護士 还是 還是 困难 困難 动静 動靜"
).split()
"""Words whose second syllable has no tone, which the phrases of pypinyin give with one."""


@cache
def _load_neutral() -> None:
    """Teach pypinyin the words of `_NEUTRAL`."""
    first = [pinyin(word, style=Style.TONE)[0] for word in _NEUTRAL]
    second = [pinyin(word, style=Style.NORMAL)[1] for word in _NEUTRAL]
    load_phrases_dict({word: [one, other] for word, one, other in zip(_NEUTRAL, first, second, strict=True)})


@lru_cache(4096)
def readings(text: str) -> tuple[Mark, ...]:
    """Return the pinyin of each character that pypinyin knows."""
    _load_neutral()
    decided = neighbours.chinese(text)
    again = set(neighbours.said_again(text))
    found: list[Mark] = []
    for run in _HAN.finditer(text):
        syllables = [one[0] for one in pinyin(run[0], style=Style.TONE)]
        if len(syllables) == len(run[0]):
            for at, (character, syllable) in enumerate(zip(run[0], syllables, strict=True), run.start()):
                spelt = decided.get(at, neighbours.toneless(syllable) if at in again else syllable)
                found += [Mark(at, at + 1, "added", spelt)] if spelt != character else []
    return tuple(found)
