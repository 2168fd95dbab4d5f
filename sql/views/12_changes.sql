-- Edits of articles after publication, sentence by sentence.

CREATE OR REPLACE VIEW wirewatch.article_changes AS
SELECT v.article_id,
       r.version_id,
       r.previous_id                    AS old_version_id,
       v.number                         AS version,
       f.outlet,
       v.title,
       r.kind,
       r.facts                          AS facts_changed,
       r.marker,
       r.marker_text,
       c.number                         AS change_number,
       c.change,
       c.field,
       nullif(c.old_text, '')           AS old_text,
       nullif(c.new_text, '')           AS new_text,
       c.facts,
       first.published_at,
       r.recorded_at                    AS changed_at,
       r.recorded_at - first.published_at AS lag,
       old.extractor <> v.extractor     AS extractor_changed,
       a.url
  FROM store.revision r
  JOIN store.article_version v ON v.id = r.version_id
  JOIN store.article a ON a.id = v.article_id
  JOIN store.feed f ON f.id = a.feed_id
  JOIN store.article_version first ON first.article_id = a.id AND first.number = 1
  LEFT JOIN store.article_version old ON old.id = r.previous_id
  LEFT JOIN store.revision_change c ON c.version_id = r.version_id;

COMMENT ON VIEW wirewatch.article_changes IS
    'One row per sentence that an edit changed, old and new. An edit is as serious as its most serious change: fact (another date, number, name or status, or a "not"), content (a sentence was added or removed), wording, furniture (the parts around the text). marker is the outlet''s own label. A first text is here only if it has a marker.';
COMMENT ON COLUMN wirewatch.article_changes.article_id IS 'the article; it may have several addresses';
COMMENT ON COLUMN wirewatch.article_changes.version_id IS 'the new text';
COMMENT ON COLUMN wirewatch.article_changes.old_version_id IS 'the text before; null: this is the first';
COMMENT ON COLUMN wirewatch.article_changes.version IS 'number of the new text within the article';
COMMENT ON COLUMN wirewatch.article_changes.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.article_changes.title IS 'new headline';
COMMENT ON COLUMN wirewatch.article_changes.kind IS 'for the whole edit, its most serious change: fact, content, wording or furniture; first: there is no earlier text';
COMMENT ON COLUMN wirewatch.article_changes.facts_changed IS 'for the whole edit, the facts that differ: date, number, name, negation, status';
COMMENT ON COLUMN wirewatch.article_changes.marker IS 'the outlet''s own marker: withdrawal, correction, refile, recast, wrapup, update, repeat; null: none';
COMMENT ON COLUMN wirewatch.article_changes.marker_text IS 'the supporting words';
COMMENT ON COLUMN wirewatch.article_changes.change_number IS 'order within the edit, from 1; null: the edit has only a marker';
COMMENT ON COLUMN wirewatch.article_changes.change IS 'fact, added, removed, wording, moved, marker or furniture';
COMMENT ON COLUMN wirewatch.article_changes.field IS 'title or body';
COMMENT ON COLUMN wirewatch.article_changes.old_text IS 'previous sentence; null: none';
COMMENT ON COLUMN wirewatch.article_changes.new_text IS 'new sentence; null: none';
COMMENT ON COLUMN wirewatch.article_changes.facts IS 'facts that differ in this sentence: date, number, name, negation, status';
COMMENT ON COLUMN wirewatch.article_changes.published_at IS 'when the first text was published, UTC';
COMMENT ON COLUMN wirewatch.article_changes.changed_at IS 'when we saw the new text, UTC; it may have appeared any time since the previous fetch';
COMMENT ON COLUMN wirewatch.article_changes.lag IS 'time from publication until we saw it';
COMMENT ON COLUMN wirewatch.article_changes.extractor_changed IS 'whether a newer extractor produced the new text: it may have caused the difference';
COMMENT ON COLUMN wirewatch.article_changes.url IS 'address of the page';
