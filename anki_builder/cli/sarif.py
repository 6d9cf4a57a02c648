"""Diagnostics as a SARIF 2.1.0 log (OASIS standard, 2020), which code hosts and editors show at the lines of a file."""

import os
import urllib.parse
from collections.abc import Iterable

from anki_builder import __version__
from anki_builder.diagnostic import Diagnostic, Rule
from anki_builder.source import Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def log_of(diagnostics: Iterable[Diagnostic]) -> dict[str, object]:
    """Return the log of one run; columns are counted in Unicode code points."""
    found = list(diagnostics)
    rules = {diagnostic.rule.name: diagnostic.rule for diagnostic in found}
    indices = {name: index for index, name in enumerate(rules)}
    driver = {"name": "anki-builder", "version": __version__, "rules": [_rule(rule) for rule in rules.values()]}
    results = [_result(diagnostic, indices[diagnostic.rule.name]) for diagnostic in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.cure},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(diagnostic: Diagnostic, rule_index: int) -> dict[str, object]:
    hint = f"\n{diagnostic.hint}" if diagnostic.hint else ""
    related = [_location(span) | {"message": {"text": text}} for span, text in diagnostic.related]
    result: dict[str, object] = {
        "ruleId": diagnostic.rule.name,
        "ruleIndex": rule_index,
        "level": diagnostic.rule.severity,
        "message": {"text": diagnostic.message + hint},
        "locations": [_location(diagnostic.span)],
    }
    return result | ({"relatedLocations": related} if related else {})


def _location(span: Span) -> dict[str, object]:
    place: dict[str, object] = {"artifactLocation": {"uri": urllib.parse.quote(os.fsencode(span.path))}}
    if span.line:
        place["region"] = {"startLine": span.line, "startColumn": span.column, "endColumn": span.column + span.length}
    return {"physicalLocation": place}
