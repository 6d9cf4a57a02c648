"""Collections in the learner's shape, of any size, from a grammar of our own: the same seed gives the same bytes.

    python -m benchmarks.collection FOLDER [--articles 400] [--seed 1]

Of 384 articles of one learner were counted: 6.3 MB, 3,700 passages, 12,000 entries, CRLF, half of them copied from PDF so that every
printed line is a paragraph; 92.6 % of the terms stand verbatim in their passage, 5.8 % in another form. The same is drawn here.
Words are put together from stems and prefixes (some 4,000 distinct ones), and each has its Chinese, so that a translation says what
its sentence says and alignment has the evidence it has in real notes.
"""

# ruff: noqa: E501 (word lists)
import argparse
import random
import textwrap
from pathlib import Path
from typing import NamedTuple

PREFIXES = [("", "")] * 6 + [
    (a, b)
    for a, b in (
        pair.split("=")
        for pair in "micro=微型 inter=跨 over=过度 under=次级 counter=反 sub=亚 super=超级 semi=半 pre=前期 post=后期 non=非 co=共同 "
        "anti=抗 multi=多重 mid=中段 proto=原型 hyper=超常 pseudo=伪 neo=新式 trans=转换".split()
    )
]
NOUNS = dict(
    pair.split("=")
    for pair in "harbour=港口 orchard=果园 ledger=账本 lantern=灯笼 bakery=面包房 council=议会 engine=引擎 glacier=冰川 library=图书馆 merchant=商人 "
    "bridge=桥梁 festival=节日 machine=机器 network=网络 painter=画家 river=河流 satellite=卫星 teacher=教师 village=村庄 workshop=作坊 "
    "archive=档案 battery=电池 climate=气候 dialect=方言 economy=经济 factory=工厂 garden=花园 hospital=医院 island=岛屿 journal=期刊 "
    "kitchen=厨房 landlord=房东 market=市场 neighbour=邻居 officer=官员 parliament=国会 quarrel=争吵 railway=铁路 scholar=学者 theory=理论 "
    "union=工会 violin=小提琴 warehouse=仓库 algorithm=算法 budget=预算 captain=船长 drought=干旱 election=选举 farmer=农民 government=政府 "
    "habit=习惯 invention=发明 judge=法官 keyboard=键盘 lawsuit=诉讼 museum=博物馆 novel=小说 orchestra=乐团 pilot=飞行员 question=问题 "
    "recipe=食谱 sculpture=雕塑 telescope=望远镜 umbrella=雨伞 vaccine=疫苗 weather=天气 anchor=船锚 barrel=木桶 candle=蜡烛 diary=日记 "
    "editor=编辑 ferry=渡船 grammar=语法 horizon=地平线 insect=昆虫 jacket=夹克 kingdom=王国 ladder=梯子 mirror=镜子 notebook=笔记本 "
    "ocean=海洋 pattern=图案 quarry=采石场 rumour=传闻 signal=信号 tunnel=隧道 uniform=制服 valley=山谷 witness=证人 student=学生 "
    "contract=合同 molecule=分子 printer=印刷机 compass=指南针 granary=粮仓 physician=医生 senator=参议员 tailor=裁缝 choir=合唱团 pension=养老金 "
    "tariff=关税 syllabus=教学大纲 membrane=薄膜 shipment=货物 courier=信使 blueprint=蓝图 reservoir=水库 laboratory=实验室 cathedral=大教堂 "
    "sanctuary=保护区".split()
)
ADJECTIVES = dict(
    pair.split("=")
    for pair in "quiet=安静的 ancient=古老的 fragile=脆弱的 generous=慷慨的 hidden=隐藏的 narrow=狭窄的 patient=耐心的 reliable=可靠的 "
    "sudden=突然的 wealthy=富裕的 brilliant=杰出的 careful=谨慎的 distant=遥远的 elegant=优雅的 famous=著名的 gloomy=阴沉的 honest=诚实的 "
    "innocent=无辜的 jealous=嫉妒的 modest=谦虚的 nervous=紧张的 obvious=明显的 peculiar=奇特的 rapid=快速的 stubborn=固执的 temporary=临时的 "
    "uncertain=不确定的 vivid=生动的 weary=疲惫的 abundant=丰富的 bitter=苦涩的 clumsy=笨拙的 dense=密集的 eager=热切的 faithful=忠诚的 "
    "grateful=感激的 hollow=空心的 idle=闲置的 legal=合法的 massive=巨大的 neutral=中立的 ordinary=普通的 private=私人的 rural=乡村的 "
    "severe=严重的 tender=温柔的 urban=城市的 vague=模糊的 wooden=木制的 young=年轻的 crucial=关键的 digital=数字的 foreign=外国的 global=全球的 "
    "humble=卑微的 literary=文学的 marine=海洋的 nuclear=核能的 organic=有机的 plain=朴素的 remote=偏远的 steady=稳定的 tragic=悲惨的 weekly=每周的".split()
)
VERBS = [
    tuple(entry.split("/"))
    for entry in "repair/repaired/repairing/修理 measure/measured/measuring/测量 abandon/abandoned/abandoning/放弃 praise/praised/praising/称赞 "
    "carry/carried/carrying/携带 write/wrote/writing/书写 build/built/building/建造 forget/forgot/forgetting/忘记 hide/hid/hiding/藏起 "
    "question/questioned/questioning/质疑 sell/sold/selling/出售 study/studied/studying/研究 borrow/borrowed/borrowing/借来 draw/drew/drawing/描绘 "
    "inherit/inherited/inheriting/继承 replace/replaced/replacing/替换 describe/described/describing/描述 defend/defended/defending/捍卫 "
    "polish/polished/polishing/打磨 translate/translated/translating/翻译 deliver/delivered/delivering/运送 examine/examined/examining/检查 "
    "finance/financed/financing/资助 imagine/imagined/imagining/想象 improve/improved/improving/改进 neglect/neglected/neglecting/忽视 "
    "observe/observed/observing/观察 preserve/preserved/preserving/保存 reject/rejected/rejecting/拒绝 support/supported/supporting/支持 "
    "transform/transformed/transforming/改造 welcome/welcomed/welcoming/欢迎 admire/admired/admiring/欣赏 buy/bought/buying/购买 "
    "collect/collected/collecting/收集 design/designed/designing/设计 find/found/finding/找到 gather/gathered/gathering/聚集 lose/lost/losing/失去 "
    "paint/painted/painting/粉刷 sweep/swept/sweeping/清扫 teach/taught/teaching/教授".split()
]
NAMES = [
    (entry.partition("/")[0], entry.partition("/")[2])
    for entry in "Miriam Okafor/米丽娅姆·奥卡福;Tomas Brandt/托马斯·布兰特;Mr. Hallam/哈勒姆先生;Dr. Petrova/彼得罗娃博士;Lucia Fontana/露西娅·丰塔纳;"
    "Aylin Demir/艾琳·德米尔;Old Jacob/老雅各布;Mrs. Whitby/惠特比夫人;Kenji Mori/森健二;the mayor/市长".split(";")
]
PLACES = [
    (entry.partition("/")[0], entry.partition("/")[2])
    for entry in "in the north/在北方;by the sea/在海边;near the border/在边境附近;in Lisbon/在里斯本;across the valley/在山谷对面;behind the station/在车站后面;"
    "at the edge of town/在城郊;on the second floor/在二楼;in the U.S./在美国;along the coast/沿着海岸".split(";")
]
TIMES = [
    tuple(entry.split("/"))
    for entry in "last winter/去年冬天;in {y}/在{y}年;every morning/每天早晨;after the war/战后;before the flood/洪水之前;for {n} days/连续{n}天;"
    "at the end of {y}/{y}年底;within {n} weeks/在{n}周之内;on the first day/在第一天;long ago/很久以前".split(";")
]
CLAUSES = [
    ("{N} {v} the {A} {B}", "{N}{v}{A}{B}"),
    ("the {A} {B} {v} a {C} {p}", "{A}{B}{p}{v}一个{C}"),
    ("{t} the {B} of the {A} {C} {v} nothing but a {D}", "{t}，{A}{C}的{B}只{v}了一个{D}"),
    ("no {B} had ever {w} such a {A} {C}", "从来没有{B}{w}过如此{A}{C}"),
    ("{N} kept {g} the {B} {p} {t}", "{N}{t}{p}一直在{g}那个{B}"),
    ("a {B} without a {C} is like a {A} {D}", "没有{C}的{B}就像{A}{D}"),
    ("what the {A} {B} {v} was worth {n} percent of the {C}", "{A}{B}所{v}的东西值{C}的百分之{n}"),
    ("{p} the {B} and the {C} {v} each other", "{p}，{B}和{C}互相{v}"),
    ("the {B} which {N} {v} became a {A} {C}", "{N}所{v}的{B}成了{A}{C}"),
    ("they say that {g} a {B} takes {n} years and a {A} {C}", "人们说{g}一个{B}需要{n}年和一个{A}{C}"),
    ("{N}, a {A} {B}, {v} the {C} {t}", "{N}是个{A}{B}，{t}{v}了{C}"),
    ("nobody {p} could tell the {B} from the {A} {C}", "{p}没有人能分清{B}和{A}{C}"),
]
JOINS = [
    (", and ", "，而且"), (", but ", "，但是"), (" because ", "，因为"), ("; ", "；"), (", although ", "，尽管"), (" while ", "，与此同时"),
    (", so that ", "，以至于"), ("—", "——"),
]  # fmt: skip
IPA = "ˈbæ ˈdɪ kən ˈləʊ mɪ ˈstræ tə ˈfɑː ʃən ˌɪn ˈɡeɪ r̩ pəl ˈvɜː zɪŋ ˈtʃuː dʒɪs ˈhaɪ nɪk".split()


class Term(NamedTuple):
    """A word or phrase of a sentence: its dictionary form, how the sentence writes it, what it means."""

    base: str
    surface: str
    gloss: str
    remark: str = ""


class Sentence(NamedTuple):
    text: str
    translation: str
    terms: list[Term]


class Writer:
    """Writes articles; equal seeds write equal ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.pick = self.random.choice

    def noun(self) -> tuple[str, str]:
        prefix, before = self.pick(PREFIXES)
        noun = self.pick(list(NOUNS))
        return prefix + noun, before + NOUNS[noun]

    def phrase(self) -> tuple[str, str]:
        noun, translation = self.noun()
        if self.random.random() < 0.4:
            return noun, translation
        adjective = self.pick(list(ADJECTIVES))
        return f"{adjective} {noun}", ADJECTIVES[adjective] + translation

    def clause(self, terms: list[Term]) -> tuple[str, str]:
        text, translation = self.pick(CLAUSES)
        year, number = str(self.random.randrange(1750, 2030)), str(self.random.randrange(2, 99))
        values: dict[str, tuple[str, str]] = {"n": (number, number), "N": self.pick(NAMES), "p": self.pick(PLACES)}
        time = self.pick(TIMES)
        values["t"] = (time[0].format(y=year, n=number), time[1].format(y=year, n=number))
        adjective = self.pick(list(ADJECTIVES))
        values["A"] = adjective, ADJECTIVES[adjective]
        for slot in "BCD":
            values[slot] = self.noun() if f"{{A}} {{{slot}}}" in text else self.phrase()
        base, past, ing, gloss = self.pick(VERBS)
        values |= {"v": (past, gloss), "w": (past, gloss), "g": (ing, gloss)}
        filled = text.format(**{slot: value[0] for slot, value in values.items()})
        for slot in "BCD":
            word, meaning = values[slot]
            phrase = f"{adjective} {word}"
            if phrase in filled:
                terms.append(Term(phrase, phrase, ADJECTIVES[adjective] + meaning))
            elif word in filled:
                terms.append(Term(word, word, meaning))
        if self.random.random() < 0.6:
            pass
        elif "{v}" in text:
            terms.append(Term(base, past, gloss, f"{base}的过去式"))
        elif "{g}" in text:
            terms.append(Term(base, ing, gloss, f"{base}的现在分词"))
        return filled, translation.format(**{slot: value[1] for slot, value in values.items()})

    def sentence(self) -> Sentence:
        terms: list[Term] = []
        text, translation = self.clause(terms)
        if self.random.random() < 0.75:
            (join, other), (more, further) = self.pick(JOINS), self.clause(terms)
            text, translation = text + join + more, translation + other + further
        text = text[0].upper() + text[1:]
        kind = self.random.random()
        if kind < 0.08:
            return Sentence(f"“{text},” said {(name := self.pick(NAMES))[0]}.", f"“{translation}，”{name[1]}说。", terms)
        if kind < 0.12:
            return Sentence(f"{text}?", f"{translation}吗？", terms)
        return Sentence(f"{text}.", f"{translation}。", terms)

    def entry(self, term: Term) -> list[str]:
        chance = self.random.random()
        written, remark = term.surface, ""
        if chance < 0.02:  # a typing error: found nowhere
            written = term.surface[:-2] + "zq"
        elif chance < 0.08 and term.remark:
            written = term.base
        elif term.remark and chance < 0.4:
            remark = f"；（{term.remark}）"
        gloss = f"{term.gloss}；{term.gloss[:1]}{self.pick(list(NOUNS.values()))}" if chance < 0.7 else term.gloss
        colon = "：" if chance < 0.9 else ": "
        phonetics = f"美 [{''.join(self.random.choices(IPA, k=1 + len(written) // 4))}] " if " " not in written else ""
        lines = [f"{written}{colon}{phonetics}{gloss}{remark}"]
        if chance > 0.93:
            example = self.sentence()
            lines += [
                f'>**{written}** 在这里指“{term.gloss}”，常用于书面语。\n>\n>**例句：**\n>\n>- "{example.text}"\n>\n>  {example.translation}'
            ]
        return lines

    def article(self, number: int) -> str:
        blocks = [
            f"# {self.noun()[0].capitalize()} and {self.noun()[0]} {number}",
            f"Link: [https://example.org/{number}](https://example.org/{number})",
        ]
        wrapped = self.random.random() < 0.5
        for _ in range(self.random.randrange(7, 12)):
            sentences = [self.sentence() for _ in range(self.random.choice((3, 4, 5, 6, 6, 7, 8)))]
            text = " ".join(sentence.text for sentence in sentences)
            blocks.append("原文：")
            blocks += textwrap.wrap(text, 78) if wrapped else [text]
            blocks.append("".join(sentence.translation for sentence in sentences))
            blocks.append("学习：")
            terms = [term for sentence in sentences for term in sentence.terms]
            for term in self.random.sample(terms, min(len(terms), self.random.choice((2, 3, 3, 4, 4)))):
                blocks += self.entry(term)
        blocks += ["## 后记", f"2026年{number % 12 + 1}月{number % 28 + 1}日于海边。"]
        return "\r\n\r\n".join(block.replace("\n", "\r\n") for block in blocks) + "\r\n"


def write_collection(folder: Path, articles: int, seed: int = 1) -> int:
    """Write a collection into `folder`; return its bytes."""
    size = 0
    for number in range(1, articles + 1):
        path = folder / f"{(number - 1) // 100 + 1:02}" / f"article-{number:04}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        size += path.write_bytes(Writer(seed * 1_000_003 + number).article(number).encode())
    return size


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(f"{write_collection(arguments.folder, arguments.articles, arguments.seed):,} bytes")
