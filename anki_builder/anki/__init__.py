"""A running Anki: what it has of the notes, what is sent to it, and what comes back.

Anki is spoken to through the add-on AnkiConnect, which this package alone knows. `client` makes calls, `nouns` are what Anki has, `state`
reads them, `planning` compares them with the notes (pure), `sending` carries a plan out, `memory` remembers what was sent.
"""
