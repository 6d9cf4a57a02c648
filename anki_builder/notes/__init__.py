"""Aligned documents become notes: note types, fields, keys, and the order in which cards are learned.

Each kind of note has a module of its own, with its description and with the function that composes it; `kinds` lists them.
"""
