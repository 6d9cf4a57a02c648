"""What stands where text would and is none: dates, amounts, names of parts of a note, code."""

import re

from anki_builder.reading.lines import title_role

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|avr|juin|juil|août"
_DATE = re.compile(rf"\d{{1,2}}\.?\s*(?:{_MONTHS})|\d{{4}}[-/.]\d|\d{{1,2}}/\d{{1,2}}", re.IGNORECASE)
_UNITS = "g|kg|mg|km|m|cm|mm|l|ml|cl|dl|min|h|s|x|kb|mb|gb|eur|usd|tl|kr|zł|stück|liter|litres?|cups?|tsp|tbsp|本|个|個|页|頁|分|元|円|点|點|次"
_AMOUNT = re.compile(
    rf"\s*[€$£¥~<>]?\s*\d+(?:[.,:/]\d+)*\s*(?:(?:{_UNITS})\b|[%‰€$£¥°本个個页頁分元円点點次]\S?)?\.?\s*$", re.IGNORECASE
)
_PARTS = (
    "unit|lesson|chapter|part|day|week|section|module|lektion|kapitel|leçon|lección|unidad|lezione|séance|día|урок|lekcja|bài|book|page|level"
    "|dialog(?:ue|o)?|диалог|текст|text"
)
_NUMBERED = re.compile(rf"(?:{_PARTS}|s\.|p\.|第)\s*\d", re.IGNORECASE)
_NAMED = re.compile(rf"(?:{_PARTS}|第)\b|\d", re.IGNORECASE)
_CODE = re.compile(
    r"(?:^|\s)--[a-z]{2}|^\S+ \w+ -[a-z]\b|\w\(\)|\w\(\w+(?:,\s*\w+)+\)"
    r"|^(?:Ctrl|Cmd|Alt|Shift|Command|Option|⌘|⌥|⇧)\s*[+＋-]|^(?:GET|POST|PUT|DELETE|PATCH)\s+/"
    r"|[a-z]_[a-z]|^[.~]{1,2}/\w|^/\w+/\w|&&|\$\{?[A-Z]|\s\.$|^\w+\.(?:py|js|ts|md|json|toml|yaml|yml|txt|sh|html|css|c|h|java|rs|go)$"
)


def is_date(text: str) -> bool:
    """Return whether a text begins with a date."""
    return _DATE.match(text) is not None


def is_amount(text: str) -> bool:
    """Return whether a text is a number or an amount: `12`, `200 g`, `320 km`."""
    return _AMOUNT.match(text) is not None


def is_numbered_part(text: str) -> bool:
    """Return whether a text begins with the name and the number of a part: `Week 3`, `第3课`."""
    return _NUMBERED.match(text) is not None


def names_part(text: str) -> bool:
    """Return whether a heading names a part of the note and no term."""
    return any(title_role(text, {})) or _NAMED.search(text) is not None


def is_code(text: str) -> bool:
    """Return whether a text has something of a command, a call, a path or a key in it."""
    return _CODE.search(text) is not None
