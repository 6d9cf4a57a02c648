"""Questions and answers: `Q: ladder` above `A: 梯子`; a question asks for the phrase that it quotes."""

import re
from collections.abc import Iterator

from anki_builder.reading.candidate import Candidate, Part
from anki_builder.reading.sentences import sentence_score
from anki_builder.reading.sheet import Sheet

_QUOTED = re.compile(r"[“\"「『«‘*_]+([^”\"」』»’*_]+)[”\"」』»’*_]+")
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
        sides = sheet.tongues.side(asked), sheet.tongues.side(answer)
        if sides[0] == sides[1] and sides[0] is not None:
            continue
        order = sides[0] if sides[0] is not None else (None if sides[1] is None else 1 - sides[1])
        if order is None or not asked or not answer:
            continue
        is_question = not quoted and asked == question and question.rstrip().endswith(("?", "？"))
        if is_question and sentence_score(answer, sheet.tongues.pair[1 - order]) < 0.5:
            continue  # a question about the language
        yield Candidate("questions", "question", "question", (Part(line, asked),), (Part(following, answer),), order)
