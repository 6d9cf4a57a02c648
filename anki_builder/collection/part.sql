-- What goes into the package: the articles temp.wanted, their notes, and the notes of other articles with a term or sentence that these have.
DROP TABLE IF EXISTS temp.part;
CREATE TEMP TABLE part AS
    SELECT id AS note FROM note WHERE is_shown AND key IN (SELECT key FROM note WHERE article IN (SELECT article FROM wanted));
DROP VIEW temp.packed;
DROP VIEW temp.packed_card;
DROP VIEW temp.packed_article;
DROP VIEW temp.packed_use;
CREATE TEMP VIEW packed AS SELECT * FROM shown WHERE note IN (SELECT note FROM part);
CREATE TEMP VIEW packed_card AS SELECT * FROM card WHERE (article, note) IN (SELECT article, number FROM packed);
CREATE TEMP VIEW packed_article AS SELECT * FROM article WHERE id IN (SELECT article FROM wanted);
CREATE TEMP VIEW packed_use AS SELECT * FROM term_use WHERE article IN (SELECT article FROM wanted);
