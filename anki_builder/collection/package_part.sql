-- What goes into the package: the notes of the articles in temp.named, and those of other articles with a term or sentence that these have.
DROP VIEW temp.wanted;
DROP VIEW temp.packed;
CREATE TEMP VIEW wanted AS SELECT id AS article FROM article WHERE name IN (SELECT name FROM named);
DROP TABLE IF EXISTS temp.part;
CREATE TEMP TABLE part AS
    SELECT id AS note FROM note WHERE is_shown AND key IN (SELECT key FROM note WHERE article IN (SELECT article FROM wanted));
CREATE TEMP VIEW packed AS SELECT * FROM shown WHERE note IN (SELECT note FROM part);
