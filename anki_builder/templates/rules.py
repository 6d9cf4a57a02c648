"""Rules of validating templates."""

from anki_builder.diagnostic import Rule

UNKNOWN_FIELD = Rule(
    "unknown-field",
    "error",
    "a template names a field that its note type does not have",
    "<div>{{Sentence}}</div>",
    "Use one of the fields of the note type, spelled exactly so; `extra_fields` in the settings adds some of your own.",
)
UNKNOWN_FILTER = Rule(
    "unknown-filter",
    "warning",
    "a field is passed through a filter that Anki does not have",
    "{{txt:Text}}",
    "Correct its name. An add-on may bring a filter of its own, but phones and tablets will not have it.",
)
UNCLOSED_TAG = Rule(
    "unclosed-tag",
    "error",
    "a tag is opened and not closed",
    "<div>{{Text}</div>",
    "Close it with }}.",
)
UNCLOSED_SECTION = Rule(
    "unclosed-section",
    "error",
    "a section is not closed, closed twice, or crosses another one",
    "{{#Note}}{{#Source}}{{Note}}{{/Note}}{{/Source}}",
    "Close each {{#Field}} and {{^Field}} by {{/Field}}, the inner one first.",
)
NO_FIELD_ON_FRONT = Rule(
    "no-field-on-front",
    "error",
    "a front shows no field, so Anki makes no card of it",
    "<div>What was it?</div>",
    "Show at least one field on the front.",
)
CLOZE_MISSING = Rule(
    "cloze-missing",
    "error",
    "a side of the cloze card shows no field through the cloze filter",
    "<div>{{Text}}</div>",
    "Write {{cloze:Text}}.",
)
CLOZE_ON_STANDARD = Rule(
    "cloze-on-standard",
    "warning",
    "a cloze filter on a note type without cloze deletions shows nothing",
    "<div>{{cloze:Text}}</div>",
    "Leave the filter out; only cloze/cloze.front.html and cloze/cloze.back.html can use it.",
)
FRONT_ON_FRONT = Rule(
    "front-side-on-front",
    "warning",
    "{{FrontSide}} stands on a front, where it is empty",
    "{{FrontSide}}<div>{{Text}}</div>",
    "Use it on backs only.",
)
TWO_BOXES = Rule(
    "two-type-boxes",
    "warning",
    "a side has two boxes to type in, of which Anki compares one",
    "{{type:Answer}} {{type:Term}}",
    "Keep one of them, or put them into opposite sections: {{#Answer}}…{{/Answer}}{{^Answer}}…{{/Answer}}.",
)
WRONG_LOCALE = Rule(
    "wrong-locale",
    "warning",
    "a speech tag has no locale as Anki wants it, so nothing is spoken",
    "{{tts en:Text}}",
    "Write language and region with an underscore: {{tts en_US:Text}}, or {{tts [[text-voice]]:Text}} for the language of the notes.",
)
FIELD_IN_MEDIA = Rule(
    "field-in-media",
    "warning",
    "a field stands inside a reference to a media file, which Anki then neither finds nor exports",
    '<img src="{{Image}}">',
    "Show the field alone: it holds the whole picture or sound.",
)
MEDIA_MISSING = Rule(
    "template-media-missing",
    "warning",
    "a template refers to a media file that is not in templates/_media",
    '<img src="logo.png">',
    "Put the file into templates/_media; it is packed with the cards.",
)
REMOTE = Rule(
    "remote-resource",
    "warning",
    "a template loads something from the network, which fails offline and tells others what you learn",
    '<img src="https://example.org/logo.png">',
    "Put the file into templates/_media and refer to it by its name.",
)
SCRIPT = Rule(
    "script",
    "note",
    "a template runs scripts, which behave differently in each of Anki's programs",
    "<script>document.title = 'Card'</script>",
    "Try it in each program that you use. Sections, <details> and CSS go a long way without.",
)
UNKNOWN_NAME = Rule(
    "unknown-name",
    "warning",
    "[[…]] names nothing that could be filled in, so the card shows it as it stands",
    '<div lang="[[text-language]]">',
    "Use text-lang, text-dir, text-voice, translation-lang, translation-dir, translation-voice, readings-front, readings-back, a name "
    "of `variables` in the settings, or include FILE.",
)
UNKNOWN_INCLUDE = Rule(
    "unknown-include",
    "error",
    "a template includes a file that is not there, or itself",
    "[[include parts/foter.html]]",
    "Correct the name. Where the built-in part was removed by a new version, `anki-builder templates upgrade` makes its last text your own.",
)
CONFLICT = Rule(
    "template-conflict",
    "error",
    "a template holds both versions of lines that you and a new version of the program changed",
    "<<<<<<< yours",
    "Keep one of the two versions, or parts of both, and remove the lines with the marks.",
)
UNKNOWN_TEMPLATE = Rule(
    "unknown-template",
    "error",
    "a file in the templates folder is named like a card that there is not",
    "templates/sentence/reading.front.html",
    "Name it as the built-in one it stands for (`anki-builder templates list`), or add the card to `extra_cards` in the settings.",
)
CARD_MISSING = Rule(
    "card-missing",
    "error",
    "a card of your own has no front or no back",
    'extra_cards = ["Pitch"] without templates/vocabulary/pitch.front.html',
    "Write both files, or take the card out of the settings.",
)
UNUSED_TEMPLATE = Rule(
    "unused-template",
    "warning",
    "a file in the templates folder takes no part in any card",
    "templates/parts/foter.html",
    "Name it as the built-in one it stands for (`anki-builder templates list`), or include it by [[include parts/…]].",
)
OUTDATED = Rule(
    "outdated-template",
    "note",
    "the built-in template has changed since your own was copied from it",
    "templates/sentence/read.back.html",
    "`anki-builder templates diff` shows both changes, `anki-builder templates upgrade` merges them.",
)
FRONTS_ALIKE = Rule(
    "fronts-alike",
    "warning",
    "two cards of a note type have the same front, so that one cannot tell what is asked",
    "sentence/read.front.html and sentence/produce.front.html both show {{Text}} alone",
    "Show another field, or say on the card what is wanted.",
)
NEVER_MADE = Rule(
    "card-never-made",
    "warning",
    "no note makes the card of a template of your own",
    "vocabulary/hear.front.html, while `listening` is off",
    "Switch the card on in the settings, or correct the conditions around the front.",
)

LOOSE_BRACKET = Rule(
    "loose-bracket",
    "warning",
    "a bracket is opened and never closed, so the card shows it as it stands",
    "<div>{{Text",
    "Close it with }}, a comment with -->.",
)
NO_LOCALE = Rule(
    "no-locale",
    "error",
    "a speech tag names no language, so Anki shows an error in its place",
    "{{tts voices=Apple_Samantha:Text}}",
    "Write {{tts en_US voices=Apple_Samantha:Text}}, or {{tts [[text-voice]]:Text}} for the language of the notes.",
)
WRONG_VOICE = Rule(
    "wrong-voice",
    "warning",
    "the name of a voice holds a space, at which Anki ends it",
    "{{tts en_US voices=Microsoft Zira:Text}}",
    "Write names of voices with underscores, and commas between them.",
)
UNCLOSED_ELEMENT = Rule(
    "unclosed-element",
    "warning",
    "an HTML element is not closed, or closed without being open",
    "<div><b>{{Text}}</div>",
    "Close each element, the inner one first.",
)
DOUBLE_ID = Rule(
    "double-id",
    "warning",
    "two elements of a side have one id, so that scripts, styles and Anki find the first one alone",
    '<div id="word">{{Term}}</div><div id="word">{{Lemma}}</div>',
    "Use a class.",
)
RESERVED_ID = Rule(
    "reserved-id",
    "warning",
    "an element has an id that Anki uses for itself",
    '<div id="qa">{{Text}}</div>',
    "Choose another id; <hr id=answer> stands on backs.",
)
NO_ANSWER_RULE = Rule(
    "no-answer-rule",
    "note",
    "a back has no <hr id=answer>, so Anki does not scroll to the answer",
    "{{FrontSide}}{{Translation}}",
    "Write <hr id=answer> between question and answer.",
)
EMPTY_BACK = Rule(
    "empty-back",
    "warning",
    "a back shows no field that its front does not show",
    "{{FrontSide}}<hr id=answer>",
    "Show the answer on it.",
)
NOT_COMPARED = Rule(
    "not-compared",
    "warning",
    "a box to type in stands on the front alone, so that nothing compares what is typed",
    "{{type:Answer}} on vocabulary/spell.front.html alone",
    "Write the same {{type:…}} on the back, or {{FrontSide}}.",
)
BROKEN_STYLE = Rule(
    "broken-style",
    "warning",
    "a style sheet has something that is no CSS",
    ".card { color: red",
    "Close braces, comments and strings, and end each declaration with a semicolon.",
)
UNKNOWN_PROPERTY = Rule(
    "unknown-property",
    "warning",
    "the name of a CSS property is misspelt",
    ".card { colour: red; }",
    "Correct it.",
)
FIXED_POSITION = Rule(
    "fixed-position",
    "note",
    "an element has a fixed position, which lies over the card or under the buttons on phones",
    ".footer { position: fixed; bottom: 0; }",
    "Use `position: sticky`, or try it on each device.",
)
SMALL_TEXT = Rule(
    "small-text",
    "warning",
    "text is too small to be read on a phone",
    ".footer { font-size: 6px; }",
    "Write 9px or more, or a size in em.",
)
MEDIA_RENAMED = Rule(
    "media-renamed",
    "warning",
    "a script names a file of templates/_media that is packed under another name",
    'import "./library.js"',
    "Let the name of the file begin with an underscore: then it stays.",
)
NO_SWITCH = Rule(
    "no-switch",
    "warning",
    "a front makes cards that the settings switch off, because it does not ask for the field that switches its card on",
    "<div>{{Translation}}</div> as sentence/produce.front.html",
    "Put {{#AddProduce}}…{{/AddProduce}} around the front, with the field of this card.",
)

RULES = (
    UNKNOWN_FIELD, UNKNOWN_FILTER, UNCLOSED_TAG, UNCLOSED_SECTION, NO_FIELD_ON_FRONT, CLOZE_MISSING, CLOZE_ON_STANDARD,
    FRONT_ON_FRONT, TWO_BOXES, WRONG_LOCALE, FIELD_IN_MEDIA, MEDIA_MISSING, REMOTE, SCRIPT, UNKNOWN_NAME, UNKNOWN_INCLUDE, CONFLICT,
    UNKNOWN_TEMPLATE, UNUSED_TEMPLATE, OUTDATED, FRONTS_ALIKE, NEVER_MADE, LOOSE_BRACKET, NO_LOCALE, WRONG_VOICE, UNCLOSED_ELEMENT,
    DOUBLE_ID, RESERVED_ID, NO_ANSWER_RULE, EMPTY_BACK, NOT_COMPARED, BROKEN_STYLE, UNKNOWN_PROPERTY, FIXED_POSITION, SMALL_TEXT,
    MEDIA_RENAMED, NO_SWITCH, CARD_MISSING,
)  # fmt: skip
