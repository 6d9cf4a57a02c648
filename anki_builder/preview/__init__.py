"""The pages that show the learner's own notes as cards: the workbench with its server, and a page alone.

They are plain HTML, CSS and JavaScript without a build step. A card stands in a frame with an origin of its own
(`sandbox="allow-scripts"`) under the Content-Security-Policy of the page, which runs no script but those of this program:
nothing that a note or template contains is executed unless the learner asks for it. (A frame without `allow-scripts` would be
stricter by one line, but Safari then drops clicks and keys in it: no speech, no type-in.)

Measured against the desktop Anki 26.9: of twenty cards of all kinds at 420 pixels, front, back and back by night, each side
differs in fewer than 100 of 328,020 pixels.
"""
