"""Diagnostics of the lines that make no card, and of what is left on lines that make some."""

import re

from anki_builder.diagnostic import Diagnostic, Fix
from anki_builder.languages import labels, language
from anki_builder.message import Message, Template
from anki_builder.reading import blocks as block_layer
from anki_builder.reading import entry, inline, rules
from anki_builder.reading.page import Page

REPORTED = {
    "prose": (
        rules.UNLABELLED_PROSE,
        Template("this line has no label above it, so it makes no card"),
        Template("lines {first}–{last} have no label above them, so they make no card"),
    ),
    "explanation": (
        rules.EXPLANATION,
        Template("this line looks like an explanation, but no entry stands above it"),
        Template("lines {first}–{last} look like explanations, but no entry stands above them"),
    ),
    "orphan translation": (
        rules.ORPHAN_TRANSLATION,
        Template("this line is a translation without a text above it"),
        Template("lines {first}–{last} are a translation without a text above them"),
    ),
    "grid": (
        rules.UNUSED_LINE,
        Template("this line is the row of a table without terms and glosses, so it makes no card"),
        Template("lines {first}–{last} are rows of a table without terms and glosses, so they make no card"),
    ),
    "unused": (rules.UNUSED_LINE, Template("this line is part of no card"), Template("lines {first}–{last} are part of no card")),
}
"""What is said about lines of a role that makes no card."""

_GLUED_ID = re.compile(r"(?:(?<=[.!?。！？…”\"」』）)])|(?<=[^\s\d^])(?=\^[a-z]*\d))\^[a-z0-9]{6}(?=[ \t]*$)")
"""An id as Obsidian makes them, of six letters and digits: behind the end of a sentence, or with a digit, which no word has."""
_LONGEST_LABEL = 30
"""Characters."""


def report(page: Page, roles: dict[int, str], diagnostics: list[Diagnostic]) -> None:
    """Report the lines that make no card: one finding for each run of lines of one kind."""
    for number, line in enumerate(page.lines, 1):
        if number not in roles and line and not line.isspace():
            roles[number] = "mark" if block_layer.is_bare(line) else "unused"
    if REPORTED.keys().isdisjoint(roles.values()):
        return
    turnable = page.separable and "entry" not in roles.values()
    role = ""
    run: list[int] = []
    for number, line in enumerate((*page.lines, "."), 1):
        here = roles.get(number, "") if line and not line.isspace() else "mark"
        if here == "mark":
            continue
        if here != role:
            if role in REPORTED:
                rule, one, many = REPORTED[role]
                message = Message(*(many if len(run) > 1 else one), first=run[0], last=run[-1])
                turned = _turned(page, run) if turnable and role == "explanation" else ""
                diagnostics.append(page.diagnostic(rule, run[0], message, turned or rule.cure))
            role, run = here, []
        run.append(number)


def _turned(page: Page, run: list[int]) -> str:
    """Return a hint if lines of a run, in a note without entries, would be some if the language pair were the other way round."""
    first, second = page.languages
    for number in run:
        line = page.lines[number - 1].strip()
        if line.startswith(">"):
            continue
        plain = inline.plain(line)
        mark = entry.separator(plain)
        if mark and page.side(term := entry.clean_term(plain[: mark.start()]).term) == 1 and page.side(plain[mark.end() :]) == 0:
            return Message(
                "the note is read with {studied} studied and {other} explaining it; if “{term}” is a term, name the "
                "pair: `languages: [{second}, {first}]` in front matter",
                studied=Message(language(first).name),
                other=Message(language(second).name),
                term=term,
                second=second,
                first=first,
            )
    return ""


def glued_ids(page: Page, roles: dict[int, str]) -> list[Diagnostic]:
    """Return the ids of blocks that no space parts from their text."""
    found = []
    for number, line in enumerate(page.lines, 1):
        if "^" in line and roles.get(number) != "code" and (glued := _GLUED_ID.search(line)):
            message = Message("“{id}” is read as text, because no space stands before it", id=glued[0])
            diagnostic = page.diagnostic(rules.GLUED_BLOCK_ID, number, message, rules.GLUED_BLOCK_ID.cure, glued[0])
            found.append(diagnostic._replace(fixes=(Fix(diagnostic.span, glued[0], f" {glued[0]}"),)))
    return found


def mistyped(page: Page, roles: dict[int, str]) -> list[Diagnostic]:
    """Return the label lines that look like a mistyped label: `Vocabluary:`."""
    found = []
    for number, line in enumerate(page.lines, 1):
        if roles.get(number) not in ("label", "unused", "heading", "title"):
            continue
        name = line.strip(" \t*_#>").rstrip("*_ ")
        if not name.endswith((":", "：")) or len(name) > _LONGEST_LABEL:
            continue
        word = labels.mistyped(name.rstrip(":： "))
        if word:
            meant = next((one for one in labels.ROLES if labels.role(word, {}) == one), "")
            message = Message("“{name}” looks like the label “{label}:”", name=name, label=word.capitalize())
            diagnostic = page.diagnostic(
                rules.MISTYPED_LABEL, number, message, Message("write `{word}:`", word=word.capitalize()) if meant else "", name
            )
            right = Fix(diagnostic.span, name, f"{word.capitalize()}{name[-1]}")
            found.append(diagnostic._replace(fixes=(right,) if meant else ()))
    return found
