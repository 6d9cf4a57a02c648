-- What goes into the package: everything.
DROP VIEW IF EXISTS temp.packed;
DROP VIEW IF EXISTS temp.packed_card;
DROP VIEW IF EXISTS temp.packed_article;
DROP VIEW IF EXISTS temp.packed_use;
CREATE TEMP VIEW packed AS SELECT * FROM shown;
CREATE TEMP VIEW packed_card AS SELECT * FROM card;
CREATE TEMP VIEW packed_article AS SELECT * FROM article;
CREATE TEMP VIEW packed_use AS SELECT * FROM term_use;
