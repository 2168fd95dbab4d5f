-- Dispatches and their copies: which outlets carried an agency's text, in what order, and what they changed.

CREATE OR REPLACE VIEW wirewatch.dispatches AS
WITH spread AS (
    SELECT m.cluster_id,
           count(*)                         AS articles,
           count(DISTINCT f.outlet)         AS outlets,
           array_agg(DISTINCT f.outlet)     AS outlet_names,
           max(v.published_at) - min(v.published_at) AS spread
      FROM store.wire_member m
      -- Every member has them. LEFT lets the planner leave out what a query does not ask for, here and below.
      LEFT JOIN store.article_version v ON v.id = m.version_id
      LEFT JOIN store.article a ON a.id = m.article_id
      LEFT JOIN store.feed f ON f.id = a.feed_id
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
  LEFT JOIN store.article lead ON lead.id = c.lead_article_id
  LEFT JOIN store.feed f ON f.id = lead.feed_id
  LEFT JOIN store.wire_member lead_member ON lead_member.article_id = lead.id
  LEFT JOIN store.article_version v ON v.id = lead_member.version_id
  LEFT JOIN store.wire_cluster earlier ON earlier.id = c.update_of
 WHERE c.merged_into IS NULL;

COMMENT ON VIEW wirewatch.dispatches IS
    'One row per dispatch: the lead copy (the agency''s own page, otherwise the earliest), the agency of origin, the number of outlets and the time span; update_of names the dispatch it updates.';
COMMENT ON COLUMN wirewatch.dispatches.dispatch_id IS 'the dispatch; all its copies share it';
COMMENT ON COLUMN wirewatch.dispatches.lead_outlet IS 'outlet of the lead copy';
COMMENT ON COLUMN wirewatch.dispatches.lead_title IS 'its headline';
COMMENT ON COLUMN wirewatch.dispatches.lead_url IS 'its address';
COMMENT ON COLUMN wirewatch.dispatches.lead_published_at IS 'when it was published, UTC';
COMMENT ON COLUMN wirewatch.dispatches.origin IS 'agency of origin; null: not known';
COMMENT ON COLUMN wirewatch.dispatches.articles IS 'number of copies, including the lead';
COMMENT ON COLUMN wirewatch.dispatches.outlets IS 'number of outlets with a copy';
COMMENT ON COLUMN wirewatch.dispatches.outlet_names IS 'their names';
COMMENT ON COLUMN wirewatch.dispatches.spread IS 'time between the first and the last copy';
COMMENT ON COLUMN wirewatch.dispatches.update_of IS 'the dispatch it updates; null: none';

CREATE OR REPLACE VIEW wirewatch.copies AS
SELECT m.cluster_id                     AS dispatch_id,
       CASE WHEN m.article_id = c.lead_article_id THEN 'lead'
            WHEN m.kind = 'lead' THEN 'near' -- it was, until the true lead arrived
            ELSE m.kind END             AS kind,
       coalesce(e.jaccard, back.jaccard)     AS jaccard,
       coalesce(e.of_version, back.of_other) AS found_in_other,
       coalesce(e.of_other, back.of_version) AS other_found_in,
       other_article.url                AS other_url,
       f.outlet,
       v.published_at,
       v.title,
       a.url,
       m.article_id,
       m.version_id
  FROM store.wire_member m
  JOIN store.wire_cluster c ON c.id = m.cluster_id
  LEFT JOIN store.article a ON a.id = m.article_id
  LEFT JOIN store.feed f ON f.id = a.feed_id
  LEFT JOIN store.article_version v ON v.id = m.version_id
  -- Two joins by the key and not one by either: so the planner can leave them out.
  LEFT JOIN store.wire_edge e ON (e.version_id, e.other_version_id) = (m.version_id, m.matched_version_id)
  LEFT JOIN store.wire_edge back ON (back.version_id, back.other_version_id) = (m.matched_version_id, m.version_id)
  LEFT JOIN store.article_version other ON other.id = m.matched_version_id
  LEFT JOIN store.article other_article ON other_article.id = other.article_id;

COMMENT ON VIEW wirewatch.copies IS
    'Every article of every dispatch and its relation to the lead, or to the copy through which it joined (other_url): lead, exact, near, shortened, extended, embedded; with the share of each text found in the other.';
COMMENT ON COLUMN wirewatch.copies.dispatch_id IS 'the dispatch; all its copies share it';
COMMENT ON COLUMN wirewatch.copies.kind IS 'relation to the other copy: lead, exact, near, shortened, extended, embedded';
COMMENT ON COLUMN wirewatch.copies.jaccard IS 'Jaccard similarity of word runs, 0 to 1; null for the lead';
COMMENT ON COLUMN wirewatch.copies.found_in_other IS 'share of this text found in the other, 0 to 1';
COMMENT ON COLUMN wirewatch.copies.other_found_in IS 'share of the other text found in this one, 0 to 1';
COMMENT ON COLUMN wirewatch.copies.other_url IS 'the copy it was compared with; null for the lead';
COMMENT ON COLUMN wirewatch.copies.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.copies.published_at IS 'publication time stated by the text, UTC; if none is stated, when it was first seen';
COMMENT ON COLUMN wirewatch.copies.title IS 'headline';
COMMENT ON COLUMN wirewatch.copies.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.copies.article_id IS 'the article; it may have several addresses';
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
    'Every relation found between two texts. update and template: the same words with another fact (its kind is in differing), so they are two witnesses.';
COMMENT ON COLUMN wirewatch.copy_edges.kind IS 'exact, near, shortened, extended, embedded: copies; update, template: the same words with another fact';
COMMENT ON COLUMN wirewatch.copy_edges.of_version IS 'share of this text found in the other, 0 to 1';
COMMENT ON COLUMN wirewatch.copy_edges.of_other IS 'share of the other found in this text, 0 to 1';
COMMENT ON COLUMN wirewatch.copy_edges.jaccard IS 'Jaccard similarity of word runs, 0 to 1';
COMMENT ON COLUMN wirewatch.copy_edges.differing IS 'kinds of facts that differ';
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
    'Agencies an article names, with the supporting words: origin wrote the dispatch, credited is retold, quoted is cited.';
COMMENT ON COLUMN wirewatch.origins.agency IS 'the agency; `agencies` if unnamed';
COMMENT ON COLUMN wirewatch.origins.role IS 'origin: it wrote the dispatch; credited: the article retells it; quoted: it is cited for a sentence';
COMMENT ON COLUMN wirewatch.origins.rule IS 'rule that found it';
COMMENT ON COLUMN wirewatch.origins.confidence IS 'confidence, 0 to 1';
COMMENT ON COLUMN wirewatch.origins.evidence IS 'the supporting words';
COMMENT ON COLUMN wirewatch.origins.field IS 'title or body';
COMMENT ON COLUMN wirewatch.origins.evidence_start IS 'start of the words, in code points of the field';
COMMENT ON COLUMN wirewatch.origins.evidence_end IS 'end of the words, in code points';
COMMENT ON COLUMN wirewatch.origins.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.origins.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.origins.published_at IS 'publication time stated by the text, UTC; if none is stated, when it was first seen';
COMMENT ON COLUMN wirewatch.origins.article_id IS 'the article; it may have several addresses';
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
    'The source behind each statement about a meeting: the copies of one dispatch are one witness, and so are two texts that certainly come from one agency and state the same on the same day. An update of a dispatch is a separate witness.';
COMMENT ON COLUMN wirewatch.witnesses.meeting_id IS 'the meeting';
COMMENT ON COLUMN wirewatch.witnesses.mention_id IS 'number of the report (mention)';
COMMENT ON COLUMN wirewatch.witnesses.agency IS 'the agency that certainly wrote the text; null: not known';
COMMENT ON COLUMN wirewatch.witnesses.witness IS 'equal for reports that are one witness';

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
    'The dispatch each article belonged to, from known_from until known_until. Every article starts as a dispatch of its own and moves when it is found to be a copy.';
COMMENT ON COLUMN wirewatch.dispatch_history.article_id IS 'the article; it may have several addresses';
COMMENT ON COLUMN wirewatch.dispatch_history.dispatch_id IS 'the dispatch it belonged to';
COMMENT ON COLUMN wirewatch.dispatch_history.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.dispatch_history.title IS 'headline';
COMMENT ON COLUMN wirewatch.dispatch_history.published_at IS 'publication time stated by the text, UTC; if none is stated, when it was first seen';
COMMENT ON COLUMN wirewatch.dispatch_history.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.dispatch_history.version_id IS 'the text that was compared';
COMMENT ON COLUMN wirewatch.dispatch_history.known_from IS 'start of the time it was our newest knowledge (transaction time), UTC';
COMMENT ON COLUMN wirewatch.dispatch_history.known_until IS 'end of the time it was our newest knowledge, UTC; null: still current';
