-- Articles: the newest text and every earlier one.

CREATE OR REPLACE VIEW wirewatch.articles AS
SELECT a.id                AS article_id,
       v.id                AS version_id,
       v.number            AS versions,
       f.outlet,
       f.country           AS outlet_country,
       v.language,
       v.published_at,
       v.published_source,
       v.published_precision,
       v.published_offset,
       v.modified_at,
       v.title,
       v.kicker,
       v.body,
       v.byline,
       v.section,
       v.agency,
       v.dateline_place,
       v.dateline_day,
       v.kind,
       v.text_source,
       a.url,
       a.first_seen_at,
       v.last_seen_at,
       w.cluster_id        AS dispatch_id,
       (SELECT min(m.story_id) FROM store.story_member m JOIN store.wire_member n ON n.article_id = m.cluster_id
         WHERE n.cluster_id = w.cluster_id) AS story_id,
       w.kind              AS copy_kind,
       ARRAY(SELECT DISTINCT t.topic FROM store.topic_tag t WHERE t.version_id = v.id ORDER BY t.topic) AS topics,
       v.developing,
       (SELECT withdrawn_at FROM store.withdrawal g
         WHERE g.article_id = a.id AND g.restored_at IS NULL) AS withdrawn_at,
       v.text_source IN ('feed', 'summary', 'feed_title') AS from_feed
  FROM store.article a
  -- The newest is the one no other follows: unlike "the first by number", the planner may begin with any condition on it.
  JOIN store.article_version v ON v.article_id = a.id
   AND NOT EXISTS (SELECT FROM store.article_version n WHERE n.article_id = v.article_id AND n.number > v.number)
  JOIN store.feed f ON f.id = a.feed_id
  LEFT JOIN store.wire_member w ON w.article_id = a.id;

COMMENT ON VIEW wirewatch.articles IS
    'One row per article, with its newest text. withdrawn_at: when its page was found gone. Times are UTC.';
COMMENT ON COLUMN wirewatch.articles.article_id IS 'the article; it may have several addresses';
COMMENT ON COLUMN wirewatch.articles.version_id IS 'its newest text';
COMMENT ON COLUMN wirewatch.articles.versions IS 'number of its texts';
COMMENT ON COLUMN wirewatch.articles.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.articles.outlet_country IS 'country of the outlet, ISO 3166-1 alpha-2';
COMMENT ON COLUMN wirewatch.articles.language IS 'language of the text, ISO 639-1; und: not recognised';
COMMENT ON COLUMN wirewatch.articles.published_at IS 'publication time stated by the text, UTC; if none is stated, when it was first seen';
COMMENT ON COLUMN wirewatch.articles.published_source IS 'source of the publication time: json_ld, meta, microdata, time, url, text, htmldate, feed; seen: when it was first seen';
COMMENT ON COLUMN wirewatch.articles.published_precision IS 'second, minute, day; seen: not stated, published before that moment';
COMMENT ON COLUMN wirewatch.articles.published_offset IS 'UTC offset as stated, such as +03:00; empty: the outlet''s zone was used';
COMMENT ON COLUMN wirewatch.articles.modified_at IS 'time of the last change stated by the page, UTC; null: not stated';
COMMENT ON COLUMN wirewatch.articles.title IS 'headline';
COMMENT ON COLUMN wirewatch.articles.kicker IS 'kicker: the words above the headline';
COMMENT ON COLUMN wirewatch.articles.body IS 'text, paragraphs separated by line feeds';
COMMENT ON COLUMN wirewatch.articles.byline IS 'author, as printed';
COMMENT ON COLUMN wirewatch.articles.section IS 'section of the outlet, as printed';
COMMENT ON COLUMN wirewatch.articles.agency IS 'agency the page names as its source; empty: none';
COMMENT ON COLUMN wirewatch.articles.dateline_place IS 'place in the dateline, as printed';
COMMENT ON COLUMN wirewatch.articles.dateline_day IS 'day in the dateline';
COMMENT ON COLUMN wirewatch.articles.kind IS 'article, flash, live_blog, paywall_stub, or another kind of page';
COMMENT ON COLUMN wirewatch.articles.text_source IS 'source of the text: page, json_ld, state, readability, title; from the feed: feed, summary, feed_title';
COMMENT ON COLUMN wirewatch.articles.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.articles.first_seen_at IS 'when a feed first listed it, UTC';
COMMENT ON COLUMN wirewatch.articles.last_seen_at IS 'when its page last contained this text, UTC';
COMMENT ON COLUMN wirewatch.articles.dispatch_id IS 'the dispatch it belongs to; null: not linked yet';
COMMENT ON COLUMN wirewatch.articles.story_id IS 'the story it belongs to; null: none yet';
COMMENT ON COLUMN wirewatch.articles.copy_kind IS 'relation to the lead of the dispatch: lead, exact, near, shortened, extended, embedded';
COMMENT ON COLUMN wirewatch.articles.topics IS 'topics, by their slugs in config/topics.yml; empty: none';
COMMENT ON COLUMN wirewatch.articles.developing IS 'whether the text announces updates';
COMMENT ON COLUMN wirewatch.articles.withdrawn_at IS 'when its page was found gone, UTC; null: it is there';
COMMENT ON COLUMN wirewatch.articles.from_feed IS 'whether the text is the feed''s, because the page could not be had or has none';

CREATE OR REPLACE VIEW wirewatch.article_history AS
SELECT a.id AS article_id, v.id AS version_id, v.number AS version, f.outlet, v.title, v.body, v.published_at,
       v.first_seen_at, v.last_seen_at, v.extractor, a.url,
       v.language, v.byline, v.agency, v.kind, v.modified_at,
       v.first_seen_at                  AS known_from,
       (SELECT min(n.first_seen_at) FROM store.article_version n
         WHERE n.article_id = v.article_id AND n.number > v.number) AS known_until,
       v.reprocessed_at                 AS reread_at,
       v.reprocessed_at
  FROM store.article_version v
  JOIN store.article a ON a.id = v.article_id
  JOIN store.feed f ON f.id = a.feed_id;

COMMENT ON VIEW wirewatch.article_history IS
    'Every text every article has had; a new row for each change of the text, never of the page around it. It was the newest known text from known_from until known_until. reprocessed_at: the outlet changed nothing; a kept page was reprocessed by newer rules.';
COMMENT ON COLUMN wirewatch.article_history.article_id IS 'the article; it may have several addresses';
COMMENT ON COLUMN wirewatch.article_history.version_id IS 'this text';
COMMENT ON COLUMN wirewatch.article_history.version IS 'number of the text within the article, from 1';
COMMENT ON COLUMN wirewatch.article_history.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.article_history.title IS 'headline';
COMMENT ON COLUMN wirewatch.article_history.body IS 'text, paragraphs separated by line feeds';
COMMENT ON COLUMN wirewatch.article_history.published_at IS 'publication time stated by the text, UTC; if none is stated, when it was first seen';
COMMENT ON COLUMN wirewatch.article_history.first_seen_at IS 'when it was first read, UTC';
COMMENT ON COLUMN wirewatch.article_history.last_seen_at IS 'when the page last contained it, UTC';
COMMENT ON COLUMN wirewatch.article_history.extractor IS 'version of the extractor that produced it';
COMMENT ON COLUMN wirewatch.article_history.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.article_history.language IS 'language of the text, ISO 639-1; und: not recognised';
COMMENT ON COLUMN wirewatch.article_history.byline IS 'author, as printed';
COMMENT ON COLUMN wirewatch.article_history.agency IS 'agency the page names as its source; empty: none';
COMMENT ON COLUMN wirewatch.article_history.kind IS 'article, flash, live_blog, paywall_stub, or another kind of page';
COMMENT ON COLUMN wirewatch.article_history.modified_at IS 'time of the last change stated by the page, UTC; null: not stated';
COMMENT ON COLUMN wirewatch.article_history.known_from IS 'start of the time it was our newest knowledge (transaction time), UTC';
COMMENT ON COLUMN wirewatch.article_history.known_until IS 'end of the time it was our newest knowledge, UTC; null: still current';
COMMENT ON COLUMN wirewatch.article_history.reread_at IS 'old name of reprocessed_at, UTC; the next release drops it';
COMMENT ON COLUMN wirewatch.article_history.reprocessed_at IS 'when we processed a kept page again, by other rules, UTC; null: the page itself changed';

CREATE OR REPLACE VIEW wirewatch.topics AS
SELECT t.topic, t.score, v.article_id, t.version_id, f.outlet, v.language, v.published_at, v.title, a.url,
       t.rules_version,
       t.recorded_at                    AS known_from
  FROM store.topic_tag t
  -- Every tag has them. LEFT lets the planner leave out what a query does not ask for.
  LEFT JOIN store.article_version v ON v.id = t.version_id
  LEFT JOIN store.article a ON a.id = v.article_id
  LEFT JOIN store.feed f ON f.id = a.feed_id;

COMMENT ON VIEW wirewatch.topics IS 'One row per topic and article version.';
COMMENT ON COLUMN wirewatch.topics.topic IS 'slug in config/topics.yml';
COMMENT ON COLUMN wirewatch.topics.score IS 'weight of the evidence, at least min_score in config/topics.yml';
COMMENT ON COLUMN wirewatch.topics.article_id IS 'the article; it may have several addresses';
COMMENT ON COLUMN wirewatch.topics.version_id IS 'the text that has it';
COMMENT ON COLUMN wirewatch.topics.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.topics.language IS 'language of the text, ISO 639-1; und: not recognised';
COMMENT ON COLUMN wirewatch.topics.published_at IS 'publication time stated by the text, UTC; if none is stated, when it was first seen';
COMMENT ON COLUMN wirewatch.topics.title IS 'headline';
COMMENT ON COLUMN wirewatch.topics.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.topics.rules_version IS 'version of the rules that found it';
COMMENT ON COLUMN wirewatch.topics.known_from IS 'start of the time it was our newest knowledge (transaction time), UTC';

CREATE OR REPLACE VIEW wirewatch.withdrawals AS
SELECT g.article_id, f.outlet, v.title, a.url, v.published_at, g.withdrawn_at, g.reason, g.restored_at
  FROM store.withdrawal g
  JOIN store.article a ON a.id = g.article_id
  JOIN store.feed f ON f.id = a.feed_id
  LEFT JOIN LATERAL (SELECT title, published_at FROM store.article_version
                      WHERE article_id = a.id ORDER BY number DESC LIMIT 1) v ON true;

COMMENT ON VIEW wirewatch.withdrawals IS
    'Pages that disappeared (404 twice, 410, or a redirect to the home page), since when, and whether they came back. Their texts stay.';
COMMENT ON COLUMN wirewatch.withdrawals.article_id IS 'the article; it may have several addresses';
COMMENT ON COLUMN wirewatch.withdrawals.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.withdrawals.title IS 'its last headline';
COMMENT ON COLUMN wirewatch.withdrawals.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.withdrawals.published_at IS 'publication time stated by the text, UTC; if none is stated, when it was first seen';
COMMENT ON COLUMN wirewatch.withdrawals.withdrawn_at IS 'when the page was found gone, UTC';
COMMENT ON COLUMN wirewatch.withdrawals.reason IS 'http_404, http_410 or redirected_home';
COMMENT ON COLUMN wirewatch.withdrawals.restored_at IS 'when it came back, UTC; null: it did not';

CREATE OR REPLACE VIEW wirewatch.fetches AS
SELECT l.fetched_at, l.stage, l.outcome, l.status, l.bytes, l.elapsed_ms, f.outlet, a.url, l.article_id, l.page_id, l.detail
  FROM store.page_fetch l
  JOIN store.article a ON a.id = l.article_id
  JOIN store.feed f ON f.id = a.feed_id;

COMMENT ON VIEW wirewatch.fetches IS 'Every request for a page, and its outcome.';
COMMENT ON COLUMN wirewatch.fetches.fetched_at IS 'when the page was requested, UTC';
COMMENT ON COLUMN wirewatch.fetches.stage IS 'fetch, or refetch for a known page';
COMMENT ON COLUMN wirewatch.fetches.outcome IS 'result: fetched, not_modified, http_404, …';
COMMENT ON COLUMN wirewatch.fetches.status IS 'HTTP status; null: no answer';
COMMENT ON COLUMN wirewatch.fetches.bytes IS 'size of the response in bytes';
COMMENT ON COLUMN wirewatch.fetches.elapsed_ms IS 'milliseconds until the response was complete';
COMMENT ON COLUMN wirewatch.fetches.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.fetches.url IS 'address of the page';
COMMENT ON COLUMN wirewatch.fetches.article_id IS 'the article; it may have several addresses';
COMMENT ON COLUMN wirewatch.fetches.page_id IS 'the kept page; null: none';
COMMENT ON COLUMN wirewatch.fetches.detail IS 'error message';

-- The old name, for queries written before; the next release drops it.
CREATE OR REPLACE VIEW wirewatch.looks AS
SELECT fetched_at AS looked_at, stage, outcome, status, bytes, elapsed_ms, outlet, url, article_id, page_id, detail
  FROM wirewatch.fetches;

COMMENT ON VIEW wirewatch.looks IS 'Old name of fetches; the next release drops it.';
COMMENT ON COLUMN wirewatch.looks.looked_at IS 'old name of fetched_at, UTC';
COMMENT ON COLUMN wirewatch.looks.stage IS 'as in fetches';
COMMENT ON COLUMN wirewatch.looks.outcome IS 'as in fetches';
COMMENT ON COLUMN wirewatch.looks.status IS 'as in fetches';
COMMENT ON COLUMN wirewatch.looks.bytes IS 'as in fetches';
COMMENT ON COLUMN wirewatch.looks.elapsed_ms IS 'as in fetches';
COMMENT ON COLUMN wirewatch.looks.outlet IS 'as in fetches';
COMMENT ON COLUMN wirewatch.looks.url IS 'as in fetches';
COMMENT ON COLUMN wirewatch.looks.article_id IS 'as in fetches';
COMMENT ON COLUMN wirewatch.looks.page_id IS 'as in fetches';
COMMENT ON COLUMN wirewatch.looks.detail IS 'as in fetches';

CREATE OR REPLACE VIEW wirewatch.live_posts AS
SELECT a.id AS article_id, v.id AS version_id, f.outlet, p.number, (p.post ->> 2)::timestamptz AS posted_at,
       p.post ->> 3 AS headline,
       substr(v.body, (p.post ->> 0)::int + 1, (p.post ->> 1)::int - (p.post ->> 0)::int) AS body,
       a.url
  FROM store.article a
  JOIN LATERAL (SELECT * FROM store.article_version
                 WHERE article_id = a.id ORDER BY number DESC LIMIT 1) v ON true
  JOIN store.feed f ON f.id = a.feed_id
  CROSS JOIN LATERAL jsonb_array_elements(v.posts) WITH ORDINALITY AS p (post, number);

COMMENT ON VIEW wirewatch.live_posts IS 'One row per post of a live blog in its current text, in the order of the page.';
COMMENT ON COLUMN wirewatch.live_posts.article_id IS 'the article; it may have several addresses';
COMMENT ON COLUMN wirewatch.live_posts.version_id IS 'the newest text of the live blog';
COMMENT ON COLUMN wirewatch.live_posts.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.live_posts.number IS 'order on the page, from 1';
COMMENT ON COLUMN wirewatch.live_posts.posted_at IS 'when it was posted, UTC; null: not stated';
COMMENT ON COLUMN wirewatch.live_posts.headline IS 'headline of the post; may be empty';
COMMENT ON COLUMN wirewatch.live_posts.body IS 'text of the post';
COMMENT ON COLUMN wirewatch.live_posts.url IS 'address of the page';
