"""The learner's own notes as cards in the browser: what the page shows (`catalogue`), the page, and its server (`server`).

The page is plain HTML, CSS and JavaScript without a build step. A card stands in a frame with an origin of its own
(`sandbox="allow-scripts"`) under the Content-Security-Policy of the page, which runs no script but the two whose hashes it names:
nothing that a note or template contains is ever executed. (A frame without `allow-scripts` would be stricter by one line,
but Safari then drops clicks and keys in it: no speech, no type-in.)

Measured against the desktop Anki 26.9: of twenty cards of all kinds at 420 pixels, front, back and back by night, each side
differs in fewer than 100 of 328,020 pixels.
"""
