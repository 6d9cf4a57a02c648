-- The number of notes and cards of all earlier articles, for each article in the order of the collection.
DROP TABLE IF EXISTS temp.placed;
CREATE TEMP TABLE placed AS
    WITH counted AS (
        SELECT id AS article, position, (SELECT count(*) FROM shown WHERE article = id) AS notes,
            (SELECT count(*) FROM card WHERE article = id) AS cards FROM article
    )
    SELECT article, coalesce(sum(notes) OVER earlier, 0) AS notes, coalesce(sum(cards) OVER earlier, 0) AS cards FROM counted
    WINDOW earlier AS (ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) ORDER BY position;
