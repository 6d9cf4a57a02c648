"""Questions and answers: `Q: ladder` above `A: 梯子`; a question asks for the phrase that it quotes."""

import re
from collections.abc import Iterator
from itertools import pairwise

from anki_builder.reading import evidence
from anki_builder.reading.candidate import Candidate, Part
from anki_builder.reading.sentences import sentence_score
from anki_builder.reading.sheet import Sheet

_QUOTED = re.compile(r"[“\"「『«‘*_]+([^”\"」』»’*_]+)[”\"」』»’*_]+")
_WHAT = re.compile(
    r"(?:what(?:'s| is| are)|was (?:ist|sind)|qu'est-ce qu(?:e c'est qu'|')|qu[eé] es|che cos'è|что такое)\s+(?:(?:an?|the|eine?|une?|un[ao]?)\s+)?"
    r"(?P<what>[^?？\s]+(?:\s[^?？\s]+)?)\s*[?？]$"
    r"|(?:what does|was (?:heißt|bedeutet)|que veut dire|qu[eé] significa)\s+[\"“«]?(?P<of>[^?？\"”»]+?)[\"”»]?(?:\s+mean)?\s*[?？]$",
    re.IGNORECASE,
)
"""A question for the meaning of a word, in the language of the word."""
_COMMAND = re.compile(r"^(?:translate|übersetze|traduce|翻译|翻訳)\s*[:：]\s*", re.IGNORECASE)


def propose(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the questions that the next line answers."""
    for index, line in enumerate(sheet.lines[:-1]):
        following = sheet.lines[index + 1]
        if line.prefix is None or following.prefix is None or (line.prefix.kind, following.prefix.kind) != ("question", "answer"):
            continue
        question, answer = line.plain, following.plain
        asked = _COMMAND.sub("", question)
        quoted = _QUOTED.search(question)
        if quoted and asked == question:
            asked = quoted[1].strip()
        order = _order(sheet, asked, answer)
        if not asked or not answer:
            continue
        if order is None:
            if sheet.tongues.side(asked) is None:  # the others tell
                unsure = Candidate("questions", "question", "question", (Part(line, asked),), (Part(following, answer),), None)
                yield unsure._replace(bonus=evidence.UNSURE)
            continue
        is_question = not quoted and asked == question and question.rstrip().endswith(("?", "？"))
        if is_question and sentence_score(answer, sheet.tongues.pair[1 - order]) < 0.5:
            continue  # a question about the language
        yield Candidate("questions", "question", "question", (Part(line, asked),), (Part(following, answer),), order)
    yield from _asked(sheet)


def _order(sheet: Sheet, asked: str, answer: str) -> int | None:
    """Return the order of what is asked and what answers it, None where both are in one language or nobody knows."""
    sides = sheet.tongues.side(asked), sheet.tongues.side(answer)
    if sides[0] is None:
        return None if sides[1] is None else 1 - sides[1]
    return None if sides[0] == sides[1] else sides[0]


def _asked(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the terms that a line asks for and the line below it answers: `What is a chisel?` above `凿子`."""
    for line, following in pairwise(sheet.lines):
        found = _WHAT.match(line.plain)
        below = line.item in {following.item, following.parent} or following.block == line.block
        if found is None or not below or following.heading or sentence_score(following.plain, sheet.tongues.pair[1]) >= 0.5:
            continue
        asked = found["of"] or found["what"]
        if _order(sheet, asked, following.plain) == 0:
            yield Candidate(
                "questions",
                "question",
                "what a word is",
                (Part(line, asked),),
                (Part(following, following.plain),),
                0,
                is_entry=True,
            )
