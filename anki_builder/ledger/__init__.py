"""Identity over time: which note is which after an edit, and when each last changed.

Nothing is written into the learner's notes. Beside them lies `anki_builder.lock`, which remembers for each note its GUID, its key, a
digest of its content, when that changed, its deck, and a little to recognise it by. Everything here is pure: the text of that file and
the time come in, the text to write goes out; `anki_builder.cli.files` replaces the files.
"""
