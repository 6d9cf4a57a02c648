"""The words that stand on cards besides what the notes say, in the language that explains: Chinese, else English."""

from collections.abc import Mapping

_WORDS = {
    "say-word": ("Say the word", "说出这个词", "說出這個詞"),
    "say-sentence": ("Say the sentence", "说出这个句子", "說出這個句子"),
    "type-word": ("Type the word", "写出这个词", "寫出這個詞"),
    "listen-word": ("Listen to the word", "听这个词", "聽這個詞"),
    "listen-sentence": ("Listen to the sentence", "听这个句子", "聽這個句子"),
    "name-picture": ("Name the picture", "看图说词", "看圖說詞"),
    "letters": ("Letters", "字母", "字母"),
    "passage": ("Passage", "段落", "段落"),
    "translation": ("Translation", "译文", "譯文"),
    "words": ("Words", "生词", "生詞"),
    "definition": ("Definition", "定义", "定義"),
    "context": ("Context", "语境", "語境"),
    "note": ("Note", "附注", "附註"),
}
"""By name: in English, in simplified and in traditional characters."""
WORDS = tuple(f"word-{name}" for name in _WORDS)
"""Their names in `[[…]]`."""
_TRADITIONAL = ("hant", "tw", "hk", "mo")


def words(tag: str) -> Mapping[str, str]:
    """Return what the names of words stand for in a language."""
    primary, *subtags = tag.lower().split("-")
    column = 0 if primary != "zh" else 2 if any(subtag in _TRADITIONAL for subtag in subtags) else 1
    return {f"word-{name}": texts[column] for name, texts in _WORDS.items()}
