-- Full-text search in English, Russian and Turkish, tolerant of accents and of dotted and dotless i.

-- The case forms of a Russian name: Лавров, Лаврова, Лаврову … and Фидан, Фидана. What is not one finds nothing more.
CREATE OR REPLACE FUNCTION store.russian_forms(word text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT coalesce((SELECT to_tsquery('simple', string_agg(base || ending, ' | '))
                       FROM (SELECT regexp_replace(word, '(ов|ев|ин|ын)(а|у|ым|е|ой|ы)$', '\1') AS base,
                                    ARRAY['', 'а', 'у', 'ым', 'е', 'ой', 'ы'] AS endings
                              WHERE word ~ '^[а-я]{2,}(ов|ев|ин|ын)(а|у|ым|е|ой|ы)?$'
                             UNION ALL
                             SELECT regexp_replace(word, '(а|у|ом|ем|е)$', ''), ARRAY['', 'а', 'у', 'ом', 'ем', 'е']
                              WHERE word ~ '^[а-я]{3,}[бвгджзклмнпрстфхцчшщ](а|у|ом|ем|е)?$'
                                AND word !~ '(ов|ев|ин|ын)(а|у|ым|е|ой|ы)?$') forms
                      CROSS JOIN LATERAL unnest(endings) ending), ''::tsquery)
$$;

-- One operand of a query: a word, a "phrase", or the beginning of a word or of the last word of a phrase (beginn*).
CREATE OR REPLACE FUNCTION store.search_operand(operand text, language text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
DECLARE
    configuration CONSTANT regconfig :=
        CASE language WHEN 'en' THEN 'english' WHEN 'ru' THEN 'russian' WHEN 'tr' THEN 'turkish' ELSE 'simple' END;
    content CONSTANT text := btrim(operand, '"*');
    plain CONSTANT text := store.folded(content);
    dotted CONSTANT text := CASE language WHEN 'tr' THEN lower(translate(content, 'İI', 'iı')) ELSE plain END;
    words text[];
BEGIN
    IF operand ~ '\*"?$' THEN
        words := ARRAY(SELECT word FROM regexp_split_to_table(plain, '\W+') word WHERE word <> '');
        IF words = '{}' THEN
            RETURN ''::tsquery;
        END IF;
        -- English words are indexed by their stems alone: "corridors*" means the stem as well.
        RETURN to_tsquery('simple', array_to_string(words, ' <-> ') || ':*')
            || CASE WHEN language = 'en' THEN phraseto_tsquery(configuration, plain) ELSE ''::tsquery END;
    END IF;
    -- With a capital it is a name, which has its own forms and no stem: Лавров is not the laurel.
    IF language = 'ru' AND content ~ '^[А-ЯЁ][а-яё]+(ов|ев|ёв|ин|ын)(а|у|ым|е|ой|ы)?$' THEN
        RETURN store.russian_forms(plain);
    END IF;
    RETURN phraseto_tsquery(configuration, dotted)
        || CASE WHEN language = 'tr' OR language = 'ru' AND operand NOT LIKE '"%'
                THEN phraseto_tsquery('simple', plain) ELSE ''::tsquery END
        || CASE WHEN language = 'ru' AND operand NOT LIKE '"%' THEN store.russian_forms(plain) ELSE ''::tsquery END;
END
$$;

CREATE OR REPLACE FUNCTION wirewatch.search_query(query text, language text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    found text;
    part tsquery;
    either tsquery := ''::tsquery; -- the alternatives before the last "or"
    each_of tsquery := ''::tsquery; -- what all has to be there since
BEGIN
    FOR found IN SELECT m[1] FROM regexp_matches(query, '(-?"[^"]*"?|[^\s"]+)', 'g') m LOOP
        IF lower(found) IN ('or', '|', 'или', 'veya') THEN
            either := either || each_of;
            each_of := ''::tsquery;
            CONTINUE;
        END IF;
        part := store.search_operand(ltrim(found, '-'), language);
        CONTINUE WHEN numnode(part) = 0;
        each_of := each_of && CASE WHEN found LIKE '-%' THEN !!part ELSE part END;
    END LOOP;
    RETURN either || each_of;
END
$$;

COMMENT ON FUNCTION wirewatch.search_query IS
    'What search() looks for in texts of one language: words in all their forms, "phrases", or, -not, beginn*, and any of them together.';

-- The pairs of frequent words that stand side by side wherever a "phrase" is found, numbered as in store.phrase_pairs_N:
-- `every` of them, or, where words have several forms, `one_of` them. Neither where a form has no such pair.
CREATE OR REPLACE FUNCTION store.phrase_pairs_asked(phrase tsquery, words text[], OUT every integer[], OUT one_of integer[])
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
    WITH form AS (
        SELECT ARRAY(SELECT (array_position(words, word) * 1024 + array_position(words, next) - 1025) * 2 + (apart = '2')::integer
                       FROM (SELECT m[1] AS word, m[2] AS apart, lead(m[1]) OVER (ORDER BY place) AS next
                               FROM regexp_matches(part, '''([^'']+)''(?::\*)?(?: <(-|\d+)>)?', 'g') WITH ORDINALITY r (m, place)) said
                      WHERE apart IN ('-', '2') AND word = ANY (words) AND next = ANY (words)
                        AND part NOT LIKE '%:*%') AS pairs
          FROM regexp_split_to_table(phrase::text, ' \| ') part)
    SELECT CASE WHEN count(*) = 1 THEN nullif(min(pairs), '{}') END,
           CASE WHEN count(*) > 1 AND bool_and(pairs <> '{}') THEN array_agg(pairs[1]) END
      FROM form
$$;

-- What a text found by the "phrases" of a query also fulfils, and an index knows: '' or a condition on `v`.
CREATE OR REPLACE FUNCTION store.pair_condition(query text, language text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
DECLARE
    built store.phrase_index;
    found text;
    asked record;
    condition text := '';
BEGIN
    IF query !~ '"' OR query ~* '(^|\s|")(or|\||или|veya)(\s|"|$)' THEN
        RETURN '';
    END IF;
    SELECT * INTO built FROM store.phrase_index ORDER BY id DESC LIMIT 1;
    IF built.id IS NULL THEN
        RETURN '';
    END IF;
    FOR found IN SELECT m[1] FROM regexp_matches(query, '(-?"[^"]*"?|[^\s"]+)', 'g') m WHERE m[1] LIKE '"%' LOOP
        asked := store.phrase_pairs_asked(store.search_operand(found, language), built.words);
        condition := condition
            || CASE WHEN asked.every IS NOT NULL
                    THEN format(' AND store.phrase_pairs_%s(v.search) @> %L::integer[]', built.id, asked.every)
                    WHEN asked.one_of IS NOT NULL
                    THEN format(' AND store.phrase_pairs_%s(v.search) && %L::integer[]', built.id, asked.one_of)
                    ELSE '' END;
    END LOOP;
    RETURN condition;
END
$$;

-- The condition of a text `v` that `words` ask for. Where phrases have pairs of frequent words, their index is asked and
-- not that of the words, which would have the pairs of each text with both words counted again.
CREATE OR REPLACE FUNCTION store.matching(words tsquery, query text, language text) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
    SELECT CASE WHEN pairs = '' THEN format('v.search @@ %L', words)
                ELSE format('ts_match_vq(v.search, %L)%s', words, pairs) END
      FROM store.pair_condition(query, language) pairs
$$;

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
        IF language = 'ru' AND strpos(marked, opening) = 0 THEN -- found by the word itself, not by its stem
            marked := ts_headline('simple', folded, query,
                                  format('StartSel=%s, StopSel=%s, MaxWords=30, MinWords=15', opening, closing));
        END IF;
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
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog
-- To match a text takes as long as forty comparisons, which the planner does not know: it would walk through texts
-- rather than ask the index. And starting workers takes longer than all of it.
SET cpu_operator_cost = 0.1 SET random_page_cost = 4
SET enable_indexscan = on SET enable_seqscan = on SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    codes CONSTANT text[] := ARRAY['en', 'ru', 'tr', '']; -- '': every other language
    wanted CONSTANT integer := 3 * max_rows; -- the newest matches; the best of them are shown
    walked CONSTANT integer := 1000; -- texts
    asked tsquery[];
    matches text;
    newest timestamptz;
    recent timestamptz; -- from when on; null: from `since` on
    found bigint[] := '{}';
    hits integer := 0;
    seen_from timestamptz := 'infinity'; -- everything since then is in `found`
    reach double precision := walked; -- about how many texts there are from `recent` on
    dense boolean := true; -- whether one text in 64 matches, so that walking soon finds enough
    grows boolean;
BEGIN
    since := coalesce(since, '-infinity');
    until := coalesce(until, 'infinity');
    -- A text is asked in its own language; languages that ask for the same words ask once.
    SELECT array_agg(words ORDER BY place),
           string_agg(DISTINCT format($m$
               SELECT v.id, v.published_at FROM store.article_version v
                WHERE %s AND v.published_at BETWEEN $1 AND $2 AND ($3 IS NULL OR v.language = $3)
                  AND CASE WHEN v.language IN ('en', 'ru', 'tr') THEN v.language ELSE '' END = ANY (%L)
                  AND NOT EXISTS (SELECT FROM store.article_version n
                                   WHERE n.article_id = v.article_id AND n.number > v.number)
               $m$, matching, same), ' UNION ALL ')
               FILTER (WHERE numnode(words) > 0 AND (in_language IS NULL OR code = in_language
                                                     OR code = '' AND in_language <> ALL (codes)))
      INTO asked, matches
      FROM (SELECT code, place, words, array_agg(code) OVER (PARTITION BY words) AS same,
                   min(store.matching(words, query, code)) OVER (PARTITION BY words) AS matching
              FROM unnest(codes) WITH ORDINALITY c (code, place)
             CROSS JOIN LATERAL wirewatch.search_query(query, code) words) a;
    IF matches IS NULL THEN
        RAISE EXCEPTION 'nothing to search for in %', quote_literal(query)
              USING HINT = 'A search needs a word at least.', ERRCODE = 'invalid_parameter_value';
    END IF;
    -- The newest texts are scanned one by one. The number of matches tells how far back to look, and whether to continue
    -- like that (frequent words are soon found) or to use the index. The planner cannot tell: it treats words that always
    -- appear together as a rare coincidence, and asks the index for everything ever written.
    SELECT max(v.published_at) INTO newest FROM store.article_version v WHERE v.published_at <= until;
    SELECT v.published_at INTO recent FROM store.article_version v
     WHERE v.published_at <= until ORDER BY v.published_at DESC OFFSET walked LIMIT 1;
    LOOP
        recent := greatest(recent, since);
        IF dense THEN
            SELECT found || coalesce(array_agg(m.id), '{}'), hits + count(*) INTO found, hits
              FROM (SELECT v.id FROM store.article_version v
                     WHERE v.search @@ asked[coalesce(array_position(codes, v.language), 4)]
                       AND v.published_at BETWEEN recent AND until AND v.published_at < seen_from
                       AND (in_language IS NULL OR v.language = in_language)
                       AND NOT EXISTS (SELECT FROM store.article_version n
                                        WHERE n.article_id = v.article_id AND n.number > v.number)
                     ORDER BY v.published_at DESC LIMIT wanted - hits) m;
        ELSE
            -- Words that go together are many more than the planner takes them for: it would look at their texts of all
            -- times, or at all texts of the time. It shall look at those that both indexes have.
            IF grows AND matches LIKE '% & %' THEN
                PERFORM set_config('random_page_cost', '400', true), set_config('enable_indexscan', 'off', true),
                        set_config('enable_seqscan', 'off', true);
            END IF;
            EXECUTE format('SELECT array_agg(id), count(*) FROM (
                                SELECT m.id FROM (%s) m ORDER BY m.published_at DESC LIMIT $4) m', matches)
               INTO found, hits USING recent, until, in_language, wanted;
            PERFORM set_config('random_page_cost', '4', true), set_config('enable_indexscan', 'on', true),
                    set_config('enable_seqscan', 'on', true);
        END IF;
        EXIT WHEN recent = since OR hits = wanted;
        seen_from := recent;
        grows := hits > 1 AND newest - recent < interval '1 year';
        dense := grows AND hits > reach / 64;
        reach := CASE WHEN grows THEN reach * 1.5 * wanted / hits ELSE 'infinity' END;
        recent := CASE WHEN grows THEN newest - 1.5 * wanted / hits * (newest - recent) END;
    END LOOP;
    RETURN QUERY
        WITH best AS MATERIALIZED (
            SELECT v.*, q.words, ts_rank_cd(v.search, q.words, 1) AS rank
              FROM store.article_version v
             CROSS JOIN LATERAL (SELECT asked[coalesce(array_position(codes, v.language), 4)]) q (words)
             WHERE v.id = ANY (found)
             ORDER BY ts_rank_cd(v.search, q.words, 1) DESC, v.published_at DESC
             LIMIT max_rows
        )
        SELECT b.article_id, b.published_at, f.outlet, b.language, b.title,
               store.snippet(b.language, b.body, b.words), b.rank, a.url
          FROM best b
          JOIN store.article a ON a.id = b.article_id
          JOIN store.feed f ON f.id = a.feed_id
         ORDER BY b.rank DESC, b.published_at DESC;
END
$$;

COMMENT ON FUNCTION wirewatch.search IS
    'The newest articles that match, best first: SELECT * FROM search(''"foreign minister" istanbul -iran''). Words, "phrases", or, -not, beginn*; accents and the dots of i do not matter.';
