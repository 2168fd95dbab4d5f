-- Full-text search in English, Russian and Turkish, tolerant of accents and of dotted and dotless i.

CREATE OR REPLACE FUNCTION wirewatch.search_query(query text, language text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT CASE
           WHEN query LIKE '%*%' THEN -- beginnings of words: all of them, in any order
               (SELECT to_tsquery('simple', string_agg(word || CASE WHEN raw LIKE '%*' THEN ':*' ELSE '' END, ' & '))
                  FROM regexp_split_to_table(query, '\s+') raw
                 CROSS JOIN LATERAL regexp_replace(store.folded(raw), '\W', '', 'g') word
                 WHERE word <> '')
           WHEN language = 'en' THEN websearch_to_tsquery('english', store.folded(query))
           WHEN language = 'ru' THEN websearch_to_tsquery('russian', store.folded(query))
           WHEN language = 'tr' THEN websearch_to_tsquery('turkish', lower(translate(query, 'İI', 'iı')))
                                  || websearch_to_tsquery('simple', store.folded(query))
           ELSE websearch_to_tsquery('simple', store.folded(query)) END
$$;

COMMENT ON FUNCTION wirewatch.search_query IS
    'What search() looks for in texts of one language: words, "phrases", or, -not, and beginn*.';

CREATE OR REPLACE FUNCTION store.snippet(language text, body text, query tsquery) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
DECLARE
    opening CONSTANT text := chr(1);
    closing CONSTANT text := chr(2);
    configuration CONSTANT regconfig :=
        CASE language WHEN 'en' THEN 'english' WHEN 'ru' THEN 'russian' WHEN 'tr' THEN 'turkish' ELSE 'simple' END;
    readable text;
    folded text;
    marked text;
    length_read integer;
    piece text;
    at integer;
    inside boolean := false;
    result text := '';
BEGIN
    -- Every word that is read is stemmed, and news says the main thing first: all of it only where it must be.
    FOREACH length_read IN ARRAY ARRAY[1000, 20000] LOOP
        readable := left(body, length_read);
        folded := store.folded(readable);
        marked := ts_headline(configuration, folded, query,
                              format('StartSel=%s, StopSel=%s, MaxWords=30, MinWords=15', opening, closing));
        EXIT WHEN strpos(marked, opening) > 0 OR length(body) <= length_read;
    END LOOP;
    at := strpos(folded, translate(marked, opening || closing, ''));
    -- Folding keeps every length, so that what was found in the folded text can be shown in its own letters.
    FOREACH piece IN ARRAY regexp_split_to_array(marked, '[' || opening || closing || ']') LOOP
        result := result || CASE WHEN inside THEN '[' || substr(readable, at, length(piece)) || ']'
                                 ELSE substr(readable, at, length(piece)) END;
        at := at + length(piece);
        inside := NOT inside;
    END LOOP;
    RETURN regexp_replace(result, '\s+', ' ', 'g');
END
$$;

CREATE OR REPLACE FUNCTION wirewatch.search(
    query text, in_language text DEFAULT NULL, since timestamptz DEFAULT '-infinity',
    until timestamptz DEFAULT 'infinity', max_rows integer DEFAULT 20
) RETURNS TABLE (article_id bigint, published_at timestamptz, outlet text, language text, title text,
                 snippet text, rank real, url text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    wanted text;
    conditions text;
BEGIN
    -- A text is asked in its own language. The query is planned with its very words: a rare word is looked up in
    -- the index, for a common one the newest articles are walked until there are enough.
    SELECT string_agg(
               CASE WHEN code = '' THEN format('v.language NOT IN (''en'', ''ru'', ''tr'') AND v.search @@ %L', words)
                    ELSE format('v.language = %L AND v.search @@ %L', code, words) END, ') OR ('),
           string_agg(format('WHEN %L THEN %L::tsquery', code, words), ' ')
      INTO conditions, wanted
      FROM unnest(ARRAY['en', 'ru', 'tr', '']) code
     CROSS JOIN LATERAL wirewatch.search_query(query, code) words
     WHERE numnode(words) > 0 AND (in_language IS NULL OR code = in_language
                                   OR code = '' AND in_language NOT IN ('en', 'ru', 'tr'));
    IF conditions IS NULL THEN
        RAISE EXCEPTION 'nothing to search for in %', quote_literal(query)
              USING HINT = 'A search needs a word at least.', ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN QUERY EXECUTE format($q$
        WITH hits AS MATERIALIZED (
            SELECT v.*
              FROM store.article_version v
             WHERE ((%s)) AND v.published_at BETWEEN $1 AND $2
               AND ($3 IS NULL OR v.language = $3)
               AND NOT EXISTS (SELECT FROM store.article_version n
                                WHERE n.article_id = v.article_id AND n.number > v.number)
             ORDER BY v.published_at DESC
             LIMIT greatest(200, 2 * $4)
        ), best AS MATERIALIZED (
            SELECT h.*, asked.words, ts_rank_cd(h.search, asked.words, 1) AS rank
              FROM hits h
             CROSS JOIN LATERAL (SELECT CASE CASE WHEN h.language IN ('en', 'ru', 'tr') THEN h.language ELSE '' END
                                        %s END) asked (words)
             ORDER BY rank DESC, h.published_at DESC
             LIMIT $4
        )
        SELECT b.article_id, b.published_at, f.outlet, b.language, b.title,
               store.snippet(b.language, b.body, b.words), b.rank, a.url
          FROM best b
          JOIN store.article a ON a.id = b.article_id
          JOIN store.feed f ON f.id = a.feed_id
         ORDER BY b.rank DESC, b.published_at DESC
    $q$, conditions, wanted) USING since, until, in_language, max_rows;
END
$$;

COMMENT ON FUNCTION wirewatch.search IS
    'The newest articles that match, best first: SELECT * FROM search(''"foreign minister" istanbul -iran''). Words, "phrases", or, -not, beginn*; accents and the dots of i do not matter.';
