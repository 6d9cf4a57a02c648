"""Fuzzers, to be run by hand for as long as one likes: `cd tests && python -m fuzz.notes --seconds 600`; a short run is in the suite.

`kills` and `anki_kills` end programs at random moments; what they found has a test of its own.
"""
