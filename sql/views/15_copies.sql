-- Dispatches and their copies: who carried what one agency wrote, in what order, and what was changed.

CREATE OR REPLACE VIEW wirewatch.dispatches AS
WITH spread AS (
    SELECT m.cluster_id,
           count(*)                         AS articles,
           count(DISTINCT f.outlet)         AS outlets,
           array_agg(DISTINCT f.outlet)     AS outlet_names,
           max(v.published_at) - min(v.published_at) AS spread
      FROM store.wire_member m
      JOIN store.article_version v ON v.id = m.version_id
      JOIN store.article a ON a.id = m.article_id
      JOIN store.feed f ON f.id = a.feed_id
     GROUP BY m.cluster_id)
SELECT c.id                             AS dispatch_id,
       f.outlet                         AS lead_outlet,
       v.title                          AS lead_title,
       lead.url                         AS lead_url,
       v.published_at                   AS lead_published_at,
       (SELECT o.agency FROM store.wire_origin o JOIN store.wire_member m ON m.version_id = o.version_id
         WHERE m.cluster_id = c.id AND o.role = 'origin'
         GROUP BY o.agency ORDER BY max(o.confidence) DESC, count(*) DESC, o.agency LIMIT 1) AS origin,
       spread.articles,
       spread.outlets,
       spread.outlet_names,
       spread.spread,
       CASE WHEN earlier.merged_into IS NULL THEN earlier.id ELSE earlier.merged_into END AS update_of
  FROM store.wire_cluster c
  JOIN spread ON spread.cluster_id = c.id
  JOIN store.article lead ON lead.id = c.lead_article_id
  JOIN store.feed f ON f.id = lead.feed_id
  JOIN store.wire_member lead_member ON lead_member.article_id = lead.id
  JOIN store.article_version v ON v.id = lead_member.version_id
  LEFT JOIN store.wire_cluster earlier ON earlier.id = c.update_of
 WHERE c.merged_into IS NULL;

COMMENT ON VIEW wirewatch.dispatches IS
    'One row per dispatch: the lead copy (the agency''s own page, else the earliest), the agency it comes from, how many outlets carried it and over how long; update_of names the dispatch it brings up to date.';
COMMENT ON COLUMN wirewatch.dispatches.dispatch_id IS 'the dispatch; all its copies share it';
COMMENT ON COLUMN wirewatch.dispatches.lead_outlet IS 'outlet of the lead copy';
COMMENT ON COLUMN wirewatch.dispatches.lead_title IS 'its headline';
COMMENT ON COLUMN wirewatch.dispatches.lead_url IS 'its address';
COMMENT ON COLUMN wirewatch.dispatches.lead_published_at IS 'when it was published, UTC';
COMMENT ON COLUMN wirewatch.dispatches.origin IS 'agency that wrote it; null: not known';
COMMENT ON COLUMN wirewatch.dispatches.articles IS 'number of copies, the lead included';
COMMENT ON COLUMN wirewatch.dispatches.outlets IS 'number of outlets that carried it';
COMMENT ON COLUMN wirewatch.dispatches.outlet_names IS 'their names';
COMMENT ON COLUMN wirewatch.dispatches.spread IS 'time between the first and the last copy';
COMMENT ON COLUMN wirewatch.dispatches.update_of IS 'the dispatch it brings up to date; null: none';

CREATE OR REPLACE VIEW wirewatch.copies AS
SELECT m.cluster_id                     AS dispatch_id,
       m.kind,
       e.jaccard,
       CASE WHEN e.version_id = m.version_id THEN e.of_version ELSE e.of_other END AS found_in_other,
       CASE WHEN e.version_id = m.version_id THEN e.of_other ELSE e.of_version END AS other_found_in,
       other_article.url                AS other_url,
       f.outlet,
       v.published_at,
       v.title,
       a.url,
       m.article_id,
       m.version_id
  FROM store.wire_member m
  JOIN store.article a ON a.id = m.article_id
  JOIN store.feed f ON f.id = a.feed_id
  JOIN store.article_version v ON v.id = m.version_id
  LEFT JOIN LATERAL (
        SELECT * FROM store.wire_edge e
         WHERE (e.version_id, e.other_version_id) IN ((m.version_id, m.matched_version_id),
                                                      (m.matched_version_id, m.version_id))
         LIMIT 1) e ON true
  LEFT JOIN store.article_version other ON other.id = m.matched_version_id
  LEFT JOIN store.article other_article ON other_article.id = other.article_id;

COMMENT ON VIEW wirewatch.copies IS
    'Every article of every dispatch and what it is to the lead, or to the copy it came in by (other_url): lead, exact, near, shortened, extended, embedded; with the share of each text found in the other.';
COMMENT ON COLUMN wirewatch.copies.dispatch_id IS 'the dispatch; all its copies share it';
COMMENT ON COLUMN wirewatch.copies.kind IS 'what it is to the other: lead, exact, near, shortened, extended, embedded';
COMMENT ON COLUMN wirewatch.copies.jaccard IS 'word runs in both, share of all, 0 to 1; null for the lead';
COMMENT ON COLUMN wirewatch.copies.found_in_other IS 'share of this text found in the other, 0 to 1';
COMMENT ON COLUMN wirewatch.copies.other_found_in IS 'share of the other text found in this one, 0 to 1';
COMMENT ON COLUMN wirewatch.copies.other_url IS 'the copy it was compared with; null for the lead';
COMMENT ON COLUMN wirewatch.copies.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.copies.published_at IS 'when the text says that it was published, UTC; where it does not say, when it was first seen';
COMMENT ON COLUMN wirewatch.copies.title IS 'headline';
COMMENT ON COLUMN wirewatch.copies.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.copies.article_id IS 'the article, whatever addresses its page has';
COMMENT ON COLUMN wirewatch.copies.version_id IS 'the text that was compared';

CREATE OR REPLACE VIEW wirewatch.copy_edges AS
SELECT e.kind, e.of_version, e.of_other, e.jaccard, e.differing, a.url, o.url AS other_url,
       e.version_id, e.other_version_id, e.found_at
  FROM store.wire_edge e
  JOIN store.article_version v ON v.id = e.version_id
  JOIN store.article a ON a.id = v.article_id
  JOIN store.article_version w ON w.id = e.other_version_id
  JOIN store.article o ON o.id = w.article_id;

COMMENT ON VIEW wirewatch.copy_edges IS
    'Every relation found between two texts. update and template: the words are the same and a fact is not (differing says of what sort), so they are two witnesses.';
COMMENT ON COLUMN wirewatch.copy_edges.kind IS 'exact, near, shortened, extended, embedded: copies; update, template: the same words and another fact';
COMMENT ON COLUMN wirewatch.copy_edges.of_version IS 'share of this text found in the other, 0 to 1';
COMMENT ON COLUMN wirewatch.copy_edges.of_other IS 'share of the other found in this text, 0 to 1';
COMMENT ON COLUMN wirewatch.copy_edges.jaccard IS 'word runs in both, share of all, 0 to 1';
COMMENT ON COLUMN wirewatch.copy_edges.differing IS 'sorts of facts that differ';
COMMENT ON COLUMN wirewatch.copy_edges.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.copy_edges.other_url IS 'address of the other page';
COMMENT ON COLUMN wirewatch.copy_edges.version_id IS 'this text';
COMMENT ON COLUMN wirewatch.copy_edges.other_version_id IS 'the other text';
COMMENT ON COLUMN wirewatch.copy_edges.found_at IS 'when it was found, UTC';

CREATE OR REPLACE VIEW wirewatch.origins AS
SELECT o.agency, o.role, o.rule, o.confidence, o.evidence, o.field, o.evidence_start, o.evidence_end,
       a.url, f.outlet, v.published_at, a.id AS article_id, o.version_id
  FROM store.wire_origin o
  JOIN store.article_version v ON v.id = o.version_id
  JOIN store.article a ON a.id = v.article_id
  JOIN store.feed f ON f.id = a.feed_id;

COMMENT ON VIEW wirewatch.origins IS
    'Agencies an article names, with the words that say so: origin wrote the dispatch, credited was retold, quoted was cited.';
COMMENT ON COLUMN wirewatch.origins.agency IS 'the agency; `agencies` where they are not named';
COMMENT ON COLUMN wirewatch.origins.role IS 'origin: it wrote the dispatch; credited: the article retells it; quoted: it is cited for a sentence';
COMMENT ON COLUMN wirewatch.origins.rule IS 'rule that found it';
COMMENT ON COLUMN wirewatch.origins.confidence IS 'how sure, 0 to 1';
COMMENT ON COLUMN wirewatch.origins.evidence IS 'the words that say so';
COMMENT ON COLUMN wirewatch.origins.field IS 'title or body';
COMMENT ON COLUMN wirewatch.origins.evidence_start IS 'where they begin, in code points of the field';
COMMENT ON COLUMN wirewatch.origins.evidence_end IS 'where they end';
COMMENT ON COLUMN wirewatch.origins.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.origins.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.origins.published_at IS 'when the text says that it was published, UTC; where it does not say, when it was first seen';
COMMENT ON COLUMN wirewatch.origins.article_id IS 'the article, whatever addresses its page has';
COMMENT ON COLUMN wirewatch.origins.version_id IS 'the text that names it';

CREATE OR REPLACE VIEW wirewatch.witnesses AS
SELECT said.meeting_id,
       said.mention_id,
       said.agency,
       CASE WHEN said.agency IS NULL THEN said.dispatch_id
            ELSE min(said.dispatch_id) OVER (PARTITION BY said.meeting_id, said.agency, said.status, said.edtf,
                                                          said.place_name, said.day) END AS witness
  FROM (SELECT e.meeting_id, e.mention_id, m.status, m.edtf, m.place_name,
               CAST(v.published_at AT TIME ZONE 'UTC' AS date)          AS day,
               coalesce(w.cluster_id, -v.article_id)                    AS dispatch_id,
               (SELECT min(o.agency) FROM store.wire_origin o
                 WHERE o.version_id = v.id AND o.role = 'origin' AND o.confidence >= 0.8
                HAVING count(DISTINCT o.agency) = 1)                    AS agency
          FROM store.meeting_evidence e
          JOIN store.meeting_mention m ON m.id = e.mention_id
          JOIN store.article_version v ON v.id = m.version_id
          LEFT JOIN store.wire_member w ON w.article_id = v.article_id) said;

COMMENT ON VIEW wirewatch.witnesses IS
    'Who stands behind each statement about a meeting: the copies of one dispatch are one witness, and so are two texts that surely come from one agency and state the same on the same day. An update of a dispatch is a witness of its own.';
COMMENT ON COLUMN wirewatch.witnesses.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.witnesses.mention_id IS 'one report of one meeting in one text';
COMMENT ON COLUMN wirewatch.witnesses.agency IS 'the one agency that surely wrote the text; null: not known';
COMMENT ON COLUMN wirewatch.witnesses.witness IS 'the same for reports that are one witness';

CREATE OR REPLACE VIEW wirewatch.dispatch_history AS
SELECT h.article_id,
       h.cluster_id                     AS dispatch_id,
       f.outlet,
       v.title,
       v.published_at,
       a.url,
       m.version_id,
       h.at                             AS known_from,
       min(h.at) OVER (PARTITION BY h.article_id ORDER BY h.number
                       ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS known_until
  FROM (SELECT article_id, article_id AS cluster_id, joined_at AS at, 0 AS number FROM store.wire_member
         UNION ALL
        SELECT article_id, cluster_id, moved_at, number FROM store.wire_move) h
  JOIN store.wire_member m ON m.article_id = h.article_id
  JOIN store.article_version v ON v.id = m.version_id
  JOIN store.article a ON a.id = m.article_id
  JOIN store.feed f ON f.id = a.feed_id;

COMMENT ON VIEW wirewatch.dispatch_history IS
    'Which dispatch each article was counted to, from known_from until known_until. Every article begins as a dispatch of its own; what was found to be a copy moves.';
COMMENT ON COLUMN wirewatch.dispatch_history.article_id IS 'the article, whatever addresses its page has';
COMMENT ON COLUMN wirewatch.dispatch_history.dispatch_id IS 'the dispatch it was counted to then';
COMMENT ON COLUMN wirewatch.dispatch_history.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.dispatch_history.title IS 'headline';
COMMENT ON COLUMN wirewatch.dispatch_history.published_at IS 'when the text says that it was published, UTC; where it does not say, when it was first seen';
COMMENT ON COLUMN wirewatch.dispatch_history.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.dispatch_history.version_id IS 'the text that was compared';
COMMENT ON COLUMN wirewatch.dispatch_history.known_from IS 'since when we knew (transaction time), UTC';
COMMENT ON COLUMN wirewatch.dispatch_history.known_until IS 'until when it was the newest we knew, UTC; null: it still is';
