"""Identity over time: which note is which after an edit, and when each last changed.

Nothing is written into the learner's notes. Beside them lies `anki_builder.lock`, which remembers for each note its GUID, its key, a
digest of its content, when that changed, its deck, and a little to recognise it by. Everything here is pure: the text of that file and
the time come in, the text to write goes out; `anki_builder.cli.files` replaces the files.
"""

from anki_builder.ledger.file import Former, Ledger, digest_of_block, encoded, former, heading, parse
from anki_builder.ledger.identity import TypeEntry, guid, guid_of_text, identifier, salted
from anki_builder.ledger.part import of_part
from anki_builder.ledger.plan import Change, ChangedType, Plan, search_text
from anki_builder.ledger.settle import Scope, Settlement, Variants, settle, settle_types

__all__ = [
    "Change",
    "ChangedType",
    "Former",
    "Ledger",
    "Plan",
    "Scope",
    "Settlement",
    "TypeEntry",
    "Variants",
    "digest_of_block",
    "encoded",
    "former",
    "guid",
    "guid_of_text",
    "heading",
    "identifier",
    "of_part",
    "parse",
    "salted",
    "search_text",
    "settle",
    "settle_types",
]
