"""Diagnostics of alignment."""

from anki_builder.diagnostic import Rule

TERM_NOT_FOUND = Rule(
    "term-not-found",
    "warning",
    "an entry's term stands in no sentence of its passage",
    "原文：\n\nThe bakery closed for good.\n\n面包店永久关门了。\n\n学习：\n\nbackery：面包店",
    "Write the term as the passage has it (its spelling, its words in their order); any inflected form will do. Without a sentence the "
    "entry still gets its plain cards, but no context and no cloze. Where one letter is wrong and only one wording of the passage is that "
    "near, the entry gets its cards from there, and the warning stays.",
)
UNTRANSLATED_SENTENCE = Rule(
    "untranslated-sentence",
    "warning",
    "a sentence has no counterpart in the translation of its passage, so it makes no card",
    "原文：\n\nThe harvest was poor that year. Rain had come too late for the wheat. The farmers sold their horses in October.\n\n"
    "那年收成不好。农民们在十月卖掉了他们的马。",
    "Translate the sentence where it belongs, or leave it out of the passage.",
)
EXTRA_TRANSLATION = Rule(
    "extra-translation",
    "note",
    "the translation holds a sentence that has no counterpart in the text",
    "原文：\n\nThe lake was still.\n\n湖面平静。这一句是译者加的。",
    "Take the sentence out of the translation, or join it to the one it explains.",
)
DOUBTFUL_ALIGNMENT = Rule(
    "doubtful-alignment",
    "note",
    "neighbouring sentences are kept together on one card because it is not certain which translates which",
    "原文：\n\nHe came. He saw. He left at once. He said nothing.\n\n他来看了看。他马上走了，什么也没说。",
    "Where two sentences belong apart, put ‖ between them, in the text and in the translation; or lower "
    "the setting `confidence`.",
)
FREE_TRANSLATION = Rule(
    "free-translation",
    "warning",
    "a passage is kept whole because it is not translated sentence by sentence",
    "原文：\n\nThere was once a miller who had three sons and little money. When he died the eldest took the mill, and the youngest got nothing but "
    "the cat. He sat down and wept. The cat asked for a pair of boots and a sack. It went into the forest and caught a rabbit.\n\n"
    "从前的日子总是不太好过。有个老人留下的东西也不多，孩子们为此争了很久。可是谁能想到，一只会说话的猫竟然改变了一切呢？"
    "后来大家都说这位侯爵真大方，可是从来没有人见过他本人。",
    "Put ‖ between sentences that belong apart, in the text and in the translation; or translate more "
    "closely; or lower the setting `confidence`.",
)
NUMBERS_DIFFER = Rule(
    "numbers-differ",
    "warning",
    "a number or an amount of the text is not in its translation",
    "原文：\n\nThe bridge cost $40m in 1998.\n\n这座桥在1989年花费了4000万美元。",
    "Correct the number, or the translation.",
)
NAME_MISSING = Rule(
    "name-missing",
    "note",
    "a name that the translation keeps in Latin script elsewhere is missing here",
    "原文：\n\nKestrel sells pumps. Last year Kestrel bought a rival.\n\nKestrel销售水泵。去年它收购了一家对手。",
    "Name it in the translation, if the sentence needs it.",
)
UNBALANCED_MARKS = Rule(
    "unbalanced-marks",
    "note",
    "brackets or quotation marks are opened and not closed, or closed and not opened",
    "原文：\n\nShe called it “a start.\n\n她称之为“一个开始”。",
    "Add the missing mark.",
)
DOUBLED_MARK = Rule(
    "doubled-mark",
    "note",
    "a mark stands twice",
    "原文：\n\nHe said no.\n\n他拒绝了。。",
    "Delete one of the two.",
)
LEFT_UNTRANSLATED = Rule(
    "left-untranslated",
    "warning",
    "the translation of a sentence is in the language of the text",
    "原文：\n\nThe lake was still.\n\nThe lake was still.",
    "Translate it.",
)
LENGTH_OUT_OF_LINE = Rule(
    "length-out-of-line",
    "warning",
    "a translation is far longer or shorter than the others of its note",
    "原文：\n\nThe committee, which had met every week since spring, put off its vote again.\n\n又推迟了。",
    "See whether something was left out or added, or whether the sentences belong together at all.",
)
WIDTH_MIXED = Rule(
    "width-mixed",
    "note",
    "half-width punctuation stands between full-width characters",
    "原文：\n\nPrices rose, but wages did not.\n\n物价上涨了,但工资没有。",
    "Write the full-width mark.",
)
RULES: tuple[Rule, ...] = (
    TERM_NOT_FOUND,
    UNTRANSLATED_SENTENCE,
    EXTRA_TRANSLATION,
    DOUBTFUL_ALIGNMENT,
    FREE_TRANSLATION,
    NUMBERS_DIFFER,
    NAME_MISSING,
    UNBALANCED_MARKS,
    DOUBLED_MARK,
    LEFT_UNTRANSLATED,
    LENGTH_OUT_OF_LINE,
    WIDTH_MIXED,
)
