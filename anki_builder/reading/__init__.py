"""Reading: a note file becomes a document (`reader`).

    lines ─front matter, comments─▶ blocks ─layouts─▶ claims ─best evidence─▶ document

Every line that is not blank ends up in a claim or in a diagnostic; `reader.explain` shows which.
"""
