"""The numbers by which reading decides, all in one place.

A candidate begins with the number of its notation, gains for what speaks for it, loses for what speaks against it, and is
taken if it reaches `ENOUGH`. Company is what counts most: notes repeat themselves.
"""

OWN = 1.0
"""A pattern of the learner's own: no other layout wins a line that it matches."""
ENOUGH = 0.7
"""What a candidate must reach."""

NOTATION = {
    "tab": 0.75,
    "double-colon": 0.8,
    "arrow": 0.7,
    "colon": 0.7,
    "dash": 0.7,
    "equals": 0.72,
    "bar": 0.7,
    "tilde": 0.62,
    "wide-space": 0.6,
    "markup": 0.66,
    "styles": 0.72,
    "bracket": 0.62,
    "script": 0.6,
    "sentence": 0.52,
    "reading": 0.66,
    "slash": 0.55,
    "comma": 0.45,
    "semicolon": 0.4,
    "labels": 0.85,
    "question": 0.8,
    "same paragraph": 0.66,
    "child": 0.68,
    "quote": 0.7,
    "siblings": 0.6,
    "paragraphs": 0.58,
    "note": 0.6,
    "heading": 0.6,
    "sections": 0.75,
}
"""How sure each notation is by itself."""

COMPANY = 0.06
"""For each further candidate of the same form, up to `MOST_COMPANY` of them."""
MOST_COMPANY = 5
IN_VOCABULARY = 0.12
"""An entry below a title for vocabulary, a pair below one for sentences."""
PHONETICS = 0.15
"""Phonetics, a part of speech or a reading stands with it."""
LONG_TEXT = 90
"""Characters from which on a text is long."""
LONGEST_TERM = 12
MOST_COMMAS = 4
"""Words and commas that a term has at most."""
BOTH_END = 0.12
"""Both sides are whole sentences, each surely in its own language, with a semicolon between them."""
LONG = 0.12
"""Both sides are long."""
ENCLOSED = 0.15
"""The line below stands in brackets as a whole."""
FOLDED = 0.16
"""The other language stands in a fold or box of its own."""
NESTED = 0.2
"""How much rather a line below a term is a sentence pair."""
BESIDE_LABELS = -0.15
"""A pair of paragraphs in a note whose passages have labels."""
REMARKED = -0.1
"""A label says that the line is a remark."""
ALONE = 0.2
"""Nearly all lines of the note have this form."""
BOLD_TERM = 0.1
"""The term is bold and the gloss is not."""
LOWER_CASE = 0.06
"""A heading begins in lower case, as a term does."""
MENTIONED = 0.12
"""A sentence below a heading holds its words."""
LISTED = 0.1
"""Every piece of a line is a term with its gloss."""
NEIGHBOURS = 0.25
"""Most lines around it were taken."""
DOUBTFUL = -0.2
"""The two sides seem to be in one language; only company says otherwise."""
SEEN_ONCE = -0.06
"""A notation that is rare; company makes up for it."""
IN_HEADING = -0.12
"""Headings name parts of a note more often than terms."""
UNENDED = -0.3
"""The text ends as a sentence, the translation does not, and those around it do."""
LOPSIDED = -0.3
"""A sentence stands beside what is none."""
ANSWERED = -0.5
"""A question stands above a word: an answer, and no translation."""
REVERSED = -0.2
"""The translation comes first, and nothing strong parts the two."""
REVERSED_PLAINLY = -0.06
"""The translation comes first, parted by a strong separator or on a line of its own, in a note where others stand the other way."""
UNSURE = -0.1
"""The language of one side is not known for sure."""
ONE_LANGUAGE = -0.12
"""The words of the note tell one language only, and nothing in it names another."""
UNLIKE = -0.3
"""The lengths of the two sides do not fit."""
PROSE = -0.35
"""The gloss is a statement about the term."""
NO_TEXT = -0.5
"""One side is something else than text: a date, an amount, the name of a part, code, the name of a person."""
TO_ONESELF = -1.0
"""What stands for a translation is a remark of the learner to himself."""
IN_SENTENCES = 0.2
"""How much rather a line below a title for sentences is a sentence pair, and one below a title for vocabulary an entry."""
BROKEN_OFF = 0.5
"""How much rather two sides that both break off behind a word are a sentence pair."""
AROUND = 0.35
"""How much of what others of a form are counts for one of them."""
SHORT_TERM = 0.4
"""What a text of one or two words that ends as no sentence is a sentence at most."""
FITS = 0.12
"""Both sides are sentences, and of lengths that fit."""
SENTENCE_BY_NOTATION = {"same paragraph": 0.2, "quote": 0.2, "paragraphs": 0.3}
"""How much more a notation is used for sentences than for terms."""
IN_SKIPPED = -0.2
"""Below a title for homework, links, plans."""

TOPIC = 0.4
WITHOUT_GLOSS = 0.35
NOTHING = 0.1
SAYS_WHY = 0.01
"""How sure claims are to lines that make no card: a topic above entries, a term without a gloss, text that is empty without its
marks, a candidate that was not taken."""

SEPARATOR = {
    "tab": 0.3,
    "double-colon": 0.3,
    "arrow": 0.1,
    "colon": 0.08,
    "dash": 0.1,
    "equals": 0.1,
    "bar": 0.1,
    "tilde": 0.07,
    "wide-space": 0.05,
    "markup": 0.08,
    "bracket": 0.07,
    "script": 0.03,
    "sentence": 0.03,
    "reading": 0.04,
    "slash": 0.05,
    "semicolon": 0.0,
    "comma": -0.15,
}
"""What a separator adds to the purity of a cut."""
STRAIGHT = 0.03
"""What a cut gains that leaves the language studied first."""
WEAK = frozenset(("comma", "semicolon", "slash", "wide-space", "bracket", "script", "sentence", "reading"))
"""Separators that part two languages only if the text tells which they are."""

LEAST_PURITY = 0.7
"""Share of each side of a cut that is in its own language."""
UNSURE_ONE = 0.85
"""Purity where the language of one side is not known."""
UNSURE_BOTH = 0.7
"""Purity where neither is."""
MINORITY = 4
"""A text is in a language if it has at least this many times as much of it as of the other."""
MOST_CUTS = 40
LONGEST_LINE = 3000

SENTENCE = 0.5
"""From which score on a candidate is a sentence pair and no entry."""

FIRST_PAIR = 0.3
"""Share by which another pair of a note in three languages must explain more than the likeliest."""
LATIN_SHARE = 0.1
"""Share of the letters that a third language must have to be weighed at all."""
BEHIND_ARROW = 0.5
"""Brackets behind an arrow rather hold a remark on what it points at."""
STUDIED_KEY = 4.0
"""Front matter names the language studied."""
NATIVE_KEY = 4.0
"""Front matter names the language of the translation."""
PAGE_KEY = 1.0
"""Front matter names a language of the page, as sites do."""
NAMED_IN_TITLE = 2.5
ONLY_NAMED_IN_TITLE = 1.2
"""No word of learning stands with it: `A Chinese harbour`."""
NAMED_IN_TAGS = 2.0
NAMED_IN_PATH = 1.5
NAMED_BY_FILE = 1.5
"""Beside that of the path: the name of the file is that of the language."""
NAMED_IN_HEAD = 0.15
"""The head of a table names both languages: the first is rather the one studied."""
NAMED_IN_THE_OTHER = 1.0
"""The head of a table names the one in the words of the other, which is not English: `Russe`."""
FORMS_COLUMN = 2.0
"""The head of a column names a form: `Plural`, `Génitif`."""
FIRST_COLUMN = 0.3
TERM_COLUMN = 3.0
GLOSS_COLUMN = 3.0
READINGS = 3.0
PHONETICS_BESIDE = 3.0
LABELLED_TRANSLATION = 3.0
LABELLED_TEXT = 3.0
LABEL_LANGUAGE = 0.7
ORDER_ON_LINES = 1.5
ORDER_OF_LINES = 2.0
ORDER_OF_CARDS = 1.0
HEADINGS = 0.4
TERM_HEADINGS = 3.0
QUOTED = 1.0
BOLD = 1.5
REMARKS = 1.0
SPOKEN_OF = 1.0
"""What each sign of the language studied weighs; the sum decides."""
STUDIED_SURE = 1.0
"""The sum from which on the decision is not called a guess."""

NATIVES = {"zh": 1.2, "zh-Hant": 1.2, "vi": 1.0, "ru": 0.8, "uk": 0.8, "tr": 0.6, "ko": 0.5, "pl": 0.2, "ja": 0.4, "en": 0.0}
"""How likely a language is the learner's own, where English is the other."""
