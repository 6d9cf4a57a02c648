"""How many of the readings that are added are right: `python -m benchmarks.readings`.

`spelt/ja*.txt` have a sentence a line with a reading behind each word, `spelt/zh*.txt` a sentence and its syllables. `ja`, `zh` and the
two `daily` ones were written for words that have two readings, the `plain` ones are plain prose; `zh-plain-2` and `ja-plain` were written
and first counted after the rules of `pronunciation/neighbours.py`. 一 and 不 are not counted: books differ.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from anki_builder.pronunciation import chinese, japanese

FOLDER = Path(__file__).parent / "spelt"
_HAN = re.compile("[\u3005\u3007\u3400-\u9fff]")
_SPELT = re.compile("([\u3005\u3400-\u9fff]+)\\[([^\\]]+)\\]")
Range = tuple[int, int]


def _chinese(name: str) -> Iterator[tuple[str, dict[Range, str], dict[Range, str]]]:
    """Yield each sentence with the syllables wanted and those added."""
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        sentence, _, spelt = line.partition("|")
        syllables = spelt.split()
        places = [found.start() for found in _HAN.finditer(sentence)]
        if len(places) > len(syllables):
            places = [place for place in places if sentence[place] != "儿"]
            syllables = [syllable.removesuffix("r") if syllable.endswith("nr") else syllable for syllable in syllables]
        counted = [(at, one) for at, one in zip(places, syllables, strict=True) if sentence[at] not in "一不"]
        added = {(mark.start, mark.end): mark.value for mark in chinese.readings(sentence)}
        yield sentence, {(at, at + 1): one for at, one in counted}, added


def _japanese(name: str) -> Iterator[tuple[str, dict[Range, str], dict[Range, str]]]:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        plain, wanted, at = "", {}, 0
        for found in _SPELT.finditer(line):
            plain += line[at : found.start()]
            wanted[len(plain), len(plain) + len(found[1])] = found[2]
            plain += found[1]
            at = found.end()
        plain += line[at:]
        added = {(mark.start, mark.end): mark.value for mark in japanese.readings(plain)}
        yield plain, _joined(wanted), _joined(added)


def _joined(readings: dict[Range, str]) -> dict[Range, str]:
    """Return readings of neighbours as one, since books cut compounds differently."""
    found: list[tuple[int, int, str]] = []
    for (start, end), value in sorted(readings.items()):
        if found and found[-1][1] == start:
            before = found.pop()
            found.append((before[0], end, before[2] + value))
        else:
            found.append((start, end, value))
    return {(start, end): value for start, end, value in found}


def main() -> None:
    """Print the counts and what is wrong."""
    for path in sorted(FOLDER.glob("*.txt")):
        name, sentences = path.name, _japanese(path.name) if path.name.startswith("ja") else _chinese(path.name)
        right = total = whole = lines = 0
        for sentence, wanted, added in sentences:
            wrong = [(place, value) for place, value in wanted.items() if added.get(place) != value]
            total, right, lines, whole = total + len(wanted), right + len(wanted) - len(wrong), lines + 1, whole + (not wrong)
            for (start, end), value in wrong:
                print(f"  {sentence}  {sentence[start:end]}: {added.get((start, end), '-')}, not {value}")
        print(f"{name}: {right} of {total} readings, {whole} of {lines} sentences")


if __name__ == "__main__":
    main()
