-- What was known at a moment: plain SQL over the history views, so that conditions reach the tables' indexes.
--
-- The argument is the time at which something was known (recorded here), never the time it is about: of a meeting,
-- ask for its day by `earliest` and `latest`. as_of('infinity') is what is known now.

CREATE OR REPLACE FUNCTION wirewatch.articles_as_of(ts timestamptz)
RETURNS TABLE (article_id bigint, version_id bigint, version integer, outlet text, language text,
               published_at timestamptz, title text, body text, byline text, agency text, kind text,
               dispatch_id bigint, topics text[], withdrawn_at timestamptz, known_from timestamptz, url text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT h.article_id, h.version_id, h.version, h.outlet, h.language, h.published_at, h.title, h.body, h.byline,
           h.agency, h.kind,
           (SELECT d.dispatch_id FROM wirewatch.dispatch_history d
             WHERE d.article_id = h.article_id AND d.known_from <= ts
               AND (d.known_until IS NULL OR d.known_until > ts)),
           ARRAY(SELECT DISTINCT t.topic FROM wirewatch.topics t
                  WHERE t.version_id = h.version_id AND t.known_from <= ts ORDER BY t.topic),
           (SELECT w.withdrawn_at FROM wirewatch.withdrawals w
             WHERE w.article_id = h.article_id AND w.withdrawn_at <= ts
               AND (w.restored_at IS NULL OR w.restored_at > ts)),
           h.known_from, h.url
      FROM wirewatch.article_history h
     WHERE h.known_from <= ts AND (h.known_until IS NULL OR h.known_until > ts)
$$;

COMMENT ON FUNCTION wirewatch.articles_as_of IS
    'Every article with the newest text, the dispatch and the topics that were known at ts: SELECT * FROM articles_as_of(''2025-10-09 12:00Z'').';

CREATE OR REPLACE FUNCTION wirewatch.topics_as_of(ts timestamptz)
RETURNS TABLE (topic text, score double precision, article_id bigint, version_id bigint, outlet text,
               published_at timestamptz, title text, rules_version text, known_from timestamptz, url text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT t.topic, t.score, t.article_id, t.version_id, t.outlet, t.published_at, t.title, t.rules_version,
           t.known_from, t.url
      FROM wirewatch.topics t
      JOIN wirewatch.article_history h ON h.version_id = t.version_id
     WHERE t.known_from <= ts AND h.known_from <= ts AND (h.known_until IS NULL OR h.known_until > ts)
$$;

COMMENT ON FUNCTION wirewatch.topics_as_of IS 'The topics of every article''s text as it was known at ts.';

CREATE OR REPLACE FUNCTION wirewatch.dispatches_as_of(ts timestamptz)
RETURNS TABLE (dispatch_id bigint, first_outlet text, first_title text, first_url text,
               first_published_at timestamptz, origin text, articles bigint, outlets bigint, outlet_names text[],
               spread interval)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT d.dispatch_id,
           (array_agg(d.outlet ORDER BY d.published_at, d.article_id))[1],
           (array_agg(d.title ORDER BY d.published_at, d.article_id))[1],
           (array_agg(d.url ORDER BY d.published_at, d.article_id))[1],
           min(d.published_at),
           (SELECT o.agency FROM wirewatch.origins o
             WHERE o.version_id = ANY(array_agg(d.version_id)) AND o.role = 'origin'
             GROUP BY o.agency ORDER BY max(o.confidence) DESC, count(*) DESC, o.agency LIMIT 1),
           count(*), count(DISTINCT d.outlet), array_agg(DISTINCT d.outlet), max(d.published_at) - min(d.published_at)
      FROM wirewatch.dispatch_history d
     WHERE d.known_from <= ts AND (d.known_until IS NULL OR d.known_until > ts)
     GROUP BY d.dispatch_id
$$;

COMMENT ON FUNCTION wirewatch.dispatches_as_of IS
    'Dispatches and the copies known at ts; first_… is the earliest copy known then.';

CREATE OR REPLACE FUNCTION wirewatch.meetings_as_of(ts timestamptz)
RETURNS TABLE (meeting_id bigint, uid text, status text, participants text[], participant_ids text[],
               countries text[], format text, place text, place_country text, date text, earliest date, latest date,
               clock text, previous_dates text[], flags text[], sequence integer, quote text, quote_url text,
               known_from timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT h.meeting_id, h.uid, h.status, h.participants, h.participant_ids, h.countries, h.format, h.place,
           h.place_country, h.date, h.earliest, h.latest, h.clock, h.previous_dates, h.flags, h.sequence, h.quote,
           h.quote_url, h.known_from
      FROM wirewatch.meeting_history h
     WHERE h.known_from <= ts AND (h.known_until IS NULL OR h.known_until > ts)
       AND 'dismiss' IS DISTINCT FROM (SELECT r.verb FROM wirewatch.meeting_rulings r
                                        WHERE r.meeting_id = h.meeting_id AND r.verb IN ('dismiss', 'restore')
                                          AND r.decided_at <= ts
                                        ORDER BY r.ruling_id DESC LIMIT 1)
$$;

COMMENT ON FUNCTION wirewatch.meetings_as_of IS
    'Meetings as they were known at ts (transaction time); date, earliest and latest give the day of each (valid time).';

-- What the public could know: an archive read in one afternoon answers for every day in it. A state counts from the
-- moment all that proves it was published; an edited text speaks for the moment the edit was seen. Where reports came
-- in late and no state was recorded for that moment, the newest report until then speaks.
CREATE OR REPLACE FUNCTION wirewatch.meetings_public_by(ts timestamptz)
RETURNS TABLE (meeting_id bigint, uid text, status text, participants text[], participant_ids text[],
               countries text[], format text, place text, place_country text, date text, earliest date, latest date,
               clock text, previous_dates text[], flags text[], quote text, quote_url text,
               published_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog AS $$
    WITH said AS (
        SELECT e.meeting_id, n.id AS mention_id,
               CASE WHEN v.number = 1 THEN v.published_at ELSE greatest(v.published_at, v.first_seen_at) END AS at
          FROM store.meeting_evidence e
          JOIN store.meeting m ON m.id = e.meeting_id AND m.merged_into IS NULL AND NOT m.dismissed
          JOIN store.meeting_mention n ON n.id = e.mention_id
          JOIN store.article_version v ON v.id = n.version_id
    ), states AS (
        SELECT DISTINCT ON (s.meeting_id) s.meeting_id, s.number, proof.at
          FROM store.meeting_version s
          JOIN said proof ON proof.mention_id = s.proof_mention_id AND proof.at <= ts
         WHERE NOT EXISTS (SELECT FROM jsonb_each_text(s.proofs) fact
                             JOIN said later ON later.mention_id = fact.value::bigint AND later.at > ts)
         ORDER BY s.meeting_id, proof.at DESC, s.number DESC
    ), newest AS (
        SELECT DISTINCT ON (r.meeting_id) r.meeting_id, r.mention_id, r.at
          FROM said r
         WHERE r.at <= ts AND NOT EXISTS (SELECT FROM states s WHERE s.meeting_id = r.meeting_id)
         ORDER BY r.meeting_id, r.at DESC, r.mention_id DESC
    )
    SELECT h.meeting_id, h.uid, h.status, h.participants, h.participant_ids, h.countries, h.format, h.place,
           h.place_country, h.date, h.earliest, h.latest, h.clock, h.previous_dates,
           CASE WHEN h.status IN ('scheduled', 'confirmed', 'uncertain', 'rescheduled') AND h.latest + 2 < ts::date
                THEN array_append(array_remove(h.flags, 'lapsed'), 'lapsed')
                ELSE array_remove(h.flags, 'lapsed') END,
           h.quote, h.quote_url, s.at
      FROM states s
      JOIN wirewatch.meeting_history h ON h.meeting_id = s.meeting_id AND h.step = s.number
     UNION ALL
    SELECT r.meeting_id, m.uid, r.status, r.participants, r.participant_ids, r.countries, r.format, r.place,
           r.place_country, r.date, r.earliest, r.latest, r.clock,
           CASE WHEN r.previous_date IS NULL THEN ARRAY[]::text[] ELSE ARRAY[r.previous_date] END,
           ARRAY[]::text[], r.quote, r.url, s.at
      FROM newest s
      JOIN wirewatch.reports r ON r.mention_id = s.mention_id
      JOIN store.meeting m ON m.id = s.meeting_id
$$;

COMMENT ON FUNCTION wirewatch.meetings_public_by IS
    'Meetings as what was published until ts told them, whenever we read it; meetings_as_of asks by our clock instead.';
