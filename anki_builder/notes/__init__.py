"""Aligned documents become notes: note types, fields, keys, and the order in which cards are learned."""
