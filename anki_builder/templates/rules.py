"""Rules of validating templates."""

from anki_builder.diagnostic import Rule

UNKNOWN_FIELD = Rule(
    "unknown-field",
    "error",
    "a template names a field that its note type does not have",
    "<div>{{Sentence}}</div>",
    "Use one of the fields of the note type, spelled exactly so. Fields cannot be renamed or added: Anki would take the notes for others.",
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
    "error",
    "a cloze filter on a note type without cloze deletions shows nothing",
    "<div>{{cloze:Text}}</div>",
    "Leave the filter out; only cloze/cloze.front.html and cloze/cloze.back.html can use it.",
)
FRONT_ON_FRONT = Rule(
    "front-side-on-front",
    "error",
    "{{FrontSide}} stands on a front, where it is empty",
    "{{FrontSide}}<div>{{Text}}</div>",
    "Use it on backs only.",
)
TWO_BOXES = Rule(
    "two-type-boxes",
    "error",
    "a side has two boxes to type in, of which Anki compares one",
    "{{type:Answer}} {{type:Term}}",
    "Keep one of them, or put them into opposite sections: {{#Answer}}…{{/Answer}}{{^Answer}}…{{/Answer}}.",
)
WRONG_LOCALE = Rule(
    "wrong-locale",
    "error",
    "a speech tag has no locale as Anki wants it, so nothing is spoken",
    "{{tts en:Text}}",
    "Write language and region with an underscore: {{tts en_US:Text}}, or {{tts [[text-voice]]:Text}} for the language of the notes.",
)
FIELD_IN_MEDIA = Rule(
    "field-in-media",
    "error",
    "a field stands inside a reference to a media file, which Anki then neither finds nor exports",
    '<img src="{{Image}}">',
    "Show the field alone: it holds the whole picture or sound.",
)
MEDIA_MISSING = Rule(
    "template-media-missing",
    "error",
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
    "warning",
    "a template runs a script, which behaves differently in each of Anki's programs",
    "<script>document.title = 'Card'</script>",
    "Do without: sections, <details> and CSS go a long way.",
)
UNKNOWN_NAME = Rule(
    "unknown-name",
    "error",
    "[[…]] names nothing that could be filled in",
    '<div lang="[[text-language]]">',
    "Use text-lang, text-dir, text-voice, translation-lang, translation-dir, translation-voice, readings-front, readings-back or "
    "include FILE.",
)
UNKNOWN_TEMPLATE = Rule(
    "unknown-template",
    "error",
    "a file in the templates folder is named like a card that there is not",
    "templates/sentence/reading.front.html",
    "Name it as the built-in one it stands for (`anki-builder templates list`). Cards cannot be renamed or added: Anki would take the "
    "notes for others.",
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
    "`anki-builder templates diff` shows what is different. Take over what you like, then replace the first line of your file by that "
    "of a fresh copy.",
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

RULES = (
    UNKNOWN_FIELD, UNKNOWN_FILTER, UNCLOSED_TAG, UNCLOSED_SECTION, NO_FIELD_ON_FRONT, CLOZE_MISSING, CLOZE_ON_STANDARD,
    FRONT_ON_FRONT, TWO_BOXES, WRONG_LOCALE, FIELD_IN_MEDIA, MEDIA_MISSING, REMOTE, SCRIPT, UNKNOWN_NAME, UNKNOWN_TEMPLATE,
    UNUSED_TEMPLATE, OUTDATED, FRONTS_ALIKE, NEVER_MADE,
)  # fmt: skip
