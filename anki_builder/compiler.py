"""The whole program on one screen: notes go in, a deck comes out.

    *.md ─Source─▶ reading ─Document─▶ alignment ─AlignedDocument─▶ notes ─keyed notes─▶ ledger ─Deck─▶ package ─▶ .apkg

Stages know the nouns (`source`, `diagnostic`, `document`, `note`), the languages and their own package, never a sister;
this module alone knows them all. It is pure: files, clock and network stay in `anki_builder.cli`.
"""
