"""Aligned documents become notes: note types, fields, keys, and the order in which cards are learned.

Each kind of note has a module of its own, with its description and with the function that composes it; this module lists them.
"""

from anki_builder.notes import cloze, sentence, vocabulary

KINDS = (sentence.KIND, vocabulary.KIND, cloze.KIND)
"""All kinds of notes; the first letters of their names differ."""
OF_PAIRS = (sentence.of_pair,)
"""Functions that make a note out of a sentence pair."""
OF_ENTRIES = (cloze.of_entry,)
"""Functions that make a note out of a vocabulary entry whose sentence is known. The note of the term itself is `vocabulary.of_term`."""
