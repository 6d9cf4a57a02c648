"""Notes of every kind, script and shape, all fields written by hand: for tests of the templates and for looking at the cards.

Run as a program it packs them, one note for each card so that Anki shows them all on one day:
`python tests/card_samples.py FILE.apkg [THEME]`.
"""

import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path

from building import PackedNote, pack_notes

from anki_builder.config import EMPTY, Config
from anki_builder.notes.note_types import note_types
from anki_builder.templates.evaluate import card_ords

Sample = tuple[tuple[str, str], str, dict[str, str]]

HARBOUR = {"Source": "Harbour morning", "SourceUrl": "https://example.org/harbour", "Location": "¶4 · 2/3"}

SAMPLES: tuple[Sample, ...] = (
    (("en", "zh"), "sentence", {
        "Text": "Nobody on the quay could tell whether the ferry was late or the clock above the customs house had stopped again.",
        "Translation": "码头上没有人说得清，究竟是渡轮晚点了，还是海关楼上的钟又停了。",
        "Focus": '<ul class="focus"><li><b>quay</b> <span class="phonetics">[kiː]</span> 码头</li>'
        '<li><b>customs house</b> 海关大楼</li></ul>',
        "Note": "tell 在这里是“分辨”的意思。",
        "Passage": "The morning began without a horizon. <mark>Nobody on the quay could tell whether the ferry was late or the clock "
        "above the customs house had stopped again.</mark> We bought coffee and waited for either of them to move.",
        "PassageTranslation": "清晨没有地平线。<mark>码头上没有人说得清，究竟是渡轮晚点了，还是海关楼上的钟又停了。</mark>"
        "我们买了咖啡，等着其中一个动起来。",
        **HARBOUR, "AddProduce": "1", "AddListen": "1",
    }),
    (("en", "zh"), "vocabulary", {
        "Term": "quay", "Phonetics": "[kiː]", "Accent": "英", "PartOfSpeech": "n.",
        "Gloss": '<ul class="senses"><li>码头，埠头</li><li>靠岸处；（河边的）驳岸</li></ul>',
        "Definition": "A stone platform beside the water where boats are tied up.",
        "Context": 'Nobody on the <b class="term">quay</b> could tell whether the ferry was late.',
        "ContextTranslation": "码头上没有人说得清渡轮是否晚点了。",
        "ContextCloze": 'Nobody on the <span class="gap">____</span> could tell whether the ferry was late.',
        "Hint": "q…", "Note": "发音与 key 相同。", "Answer": "quay",
        **HARBOUR, "AddRecall": "1", "AddSpell": "1", "AddHear": "1",
    }),
    (("en", "zh"), "cloze", {
        "Text": "Nobody on the {{c1::quay::码头}} could tell whether the ferry was late.",
        "Translation": "码头上没有人说得清渡轮是否晚点了。",
        "Terms": '<ul class="focus"><li><b>quay</b> <span class="phonetics">[kiː]</span> 码头，埠头</li></ul>',
        "Passage": "<mark>Nobody on the quay could tell whether the ferry was late.</mark> We bought coffee and waited.",
        "PassageTranslation": "<mark>码头上没有人说得清渡轮是否晚点了。</mark>我们买了咖啡等着。",
        **HARBOUR, "AddTyping": "1",
    }),
    # bare: every optional field missing
    (("en", "zh"), "sentence", {"Text": "We waited.", "Translation": "我们等着。"}),
    (("en", "zh"), "vocabulary", {"Term": "fog", "Gloss": "雾", "Answer": "fog", "AddRecall": "1"}),
    (("en", "zh"), "vocabulary", {"Term": "Worcestershire", "Phonetics": "[ˈwʊstəʃə]"}),
    (("en", "zh"), "cloze", {"Text": "The {{c1::fog::n.}} lifted."}),
    # long: a sentence, a word, many senses
    (("de", "en"), "vocabulary", {
        "Term": "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen", "PartOfSpeech": "n. (neut.)",
        "Gloss": '<ul class="senses"><li>badge on the cap of a captain of the Danube steamship company</li><li>a very long word</li>'
        "<li>a joke among linguists</li><li>proof that hyphens are useful</li><li>a test of narrow screens</li></ul>",
        "Context": 'Am Hut glänzte das <b class="term">Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen</b>.',
        "ContextTranslation": "The badge gleamed on his hat.", "Source": "Lange Wörter", "AddRecall": "1",
        "ContextCloze": 'Am Hut glänzte das <span class="gap">____</span>.',
    }),
    (("en", "zh"), "sentence", {
        "Text": "What my grandmother kept in the drawer under the radio, besides the string that was too short to use and the keys to "
        "houses that had been pulled down before I was born, was a list, in three colours of ink, of everyone who had ever "
        "borrowed a book from her, and what she wanted from that list was not the books, she said, but a reason to ring them.",
        "Translation": "外婆在收音机下面的抽屉里收着的，除了短得没用的绳头，"
        "还有那些在我出生前就拆掉的房子的钥匙，便是一张用三种颜色的墨水写成的单子，"
        "上面记着每一个向她借过书的人；她说，她想从这张单子里得到的并不是书，而是一个给他们打电话的理由。",
        "Source": "The drawer under the radio", "Location": "¶12 · 3/4",
    }),
    # scripts
    (("ja", "zh"), "sentence", {
        "Text": "<ruby>骨<rt>ほね</rt></ruby>を<ruby>折<rt>お</rt></ruby>らずに、直角に曲がれますか。", "Translation": "不费力气就能直角转弯吗？",
        "Focus": '<ul class="focus"><li><b>直角</b> <span class="phonetics">ちょっかく</span> 直角</li></ul>', "Source": "骨直角", "AddProduce": "1",
    }),
    (("ko", "en"), "vocabulary", {
        "Term": "눈치", "Phonetics": "[nun.tɕʰi]", "Gloss": "the art of sensing what others feel",
        "Context": '그는 <b class="term">눈치</b>가 빨라서 말하지 않아도 알았다.', "ContextTranslation": "He caught on without being told.",
        "Source": "두 사람", "Location": "¶1 · 1/2",
    }),
    (("ru", "en"), "cloze", {
        "Text": "Он {{c1::впервые::for the first time}} увидел море.", "Translation": "He saw the sea for the first time.", "Source": "Море",
    }),
    (("ar", "en"), "sentence", {
        "Text": "انتظرنا العبّارة حتى انقشع الضباب.", "Translation": "We waited for the ferry until the fog lifted.",
        "Focus": '<ul class="focus"><li><b>ضباب</b> fog</li><li><b>عبّارة</b> ferry</li></ul>', "Source": "صباح الميناء",
        "Location": "¶1 · 1/1", "AddProduce": "1",
    }),
    (("en", "he"), "vocabulary", {
        "Term": "horizon", "Gloss": '<ul class="senses"><li>אופק</li><li>גבול הידע</li></ul>', "PartOfSpeech": "n.",
        "Context": 'The morning began without a <b class="term">horizon</b>.', "ContextTranslation": "הבוקר התחיל בלי אופק.",
        "ContextCloze": 'The morning began without a <span class="gap">____</span>.', "AddRecall": "1",
    }),
)  # fmt: skip


def samples(theme: str = "paper", apart: bool = False, own: Mapping[str, str] = EMPTY) -> list[PackedNote]:
    """Return all samples; `apart`: each card on a note of its own."""
    types = {pair: note_types(pair, Config(theme=theme), own) for pair, _, _ in SAMPLES}
    notes = []
    places = count(1)
    for number, (pair, kind, values) in enumerate(SAMPLES):
        first = {"sentence": {"AddRead": "1"}, "vocabulary": {"AddRecognise": "1"}}.get(kind, {})
        fields = {"Key": f"sample {number}", **first, **values}
        ords = card_ords(types[pair][kind], fields)
        tags = ("source::Harbour_morning", "travel") if "SourceUrl" in values else ()
        for group in [(ord_,) for ord_ in ords] if apart else [ords]:
            cards = {ord_: next(places) for ord_ in group}
            notes.append(
                PackedNote(types[pair][kind], f"sample-{number}-{group[0]}", fields, cards, f"Samples::{number:02}", tags)
            )
    return notes


if __name__ == "__main__":
    pack_notes(Path(sys.argv[1]), samples(sys.argv[2] if len(sys.argv) > 2 else "paper", apart=True))
