-- What goes into the package: everything.
DROP VIEW IF EXISTS temp.wanted;
DROP VIEW IF EXISTS temp.packed;
DROP VIEW IF EXISTS temp.built;
CREATE TEMP VIEW wanted AS SELECT id AS article FROM article;
CREATE TEMP VIEW packed AS SELECT * FROM shown;

-- The notes of the package as Anki gets them.
CREATE TEMP VIEW built AS
    SELECT packed.article, number, note, guid, modified, deck, packed.kind, type, cards, line, label, spelt_key, rank, media,
        coalesce(packed.fields, head || packed.location || middle || guid || tail) AS fields,
        substr(coalesce(packed.fields, head), 1, instr(coalesce(packed.fields, head), char(31)) - 1) AS first_field
    FROM packed JOIN note ON note.id = packed.note;
