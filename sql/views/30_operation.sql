-- Operation: the health of feeds, the counted reason for everything discarded, and pending work.

CREATE OR REPLACE VIEW wirewatch.feed_health AS
SELECT f.key, f.outlet, f.url, f.enabled,
       CASE WHEN NOT f.enabled THEN 'off'
            WHEN f.last_polled_at IS NULL THEN 'never polled'
            WHEN f.error_kind = 'gone' THEN 'gone'
            WHEN f.error_count > 0 THEN 'failing'
            WHEN f.last_items = 0 THEN 'empty'
            WHEN f.last_new_item_at IS NULL THEN 'no items yet'
            -- learned by the poll; before it is: five times the usual pause between two items, and a day at least
            WHEN coalesce(f.quiet_at,
                          f.last_new_item_at + greatest(interval '1 day',
                                                        interval '5 days' / f.expected_items_per_day)) < wirewatch.clock()
                THEN 'silent'
            WHEN f.address IS NOT NULL THEN 'moved'
            ELSE 'ok' END               AS health,
       f.error_count                    AS errors_in_a_row,
       f.failing_since,
       f.last_error,
       f.address                        AS moved_to,
       f.last_polled_at, f.last_success_at, f.last_new_item_at,
       f.quiet_at                       AS silent_from,
       w.due_at                         AS next_poll_at,
       f.interval_why                   AS next_poll_why,
       f.validators_lied_at,
       f.overflows,
       day.polls                        AS polls_last_day,
       day.items                        AS new_items_last_day,
       (SELECT count(*) FROM store.feed_item i WHERE i.feed_id = f.id) AS items
  FROM store.feed f
  LEFT JOIN store.work w ON w.stage = 'poll' AND w.subject_id = f.id
  LEFT JOIN LATERAL (SELECT count(*) AS polls, coalesce(sum(p.new_items), 0) AS items FROM store.poll p
                      WHERE p.feed_id = f.id AND p.polled_at > wirewatch.clock() - interval '1 day') day ON true;

COMMENT ON VIEW wirewatch.feed_health IS 'One row per feed: ok, failing, gone, empty, silent by its own rhythm, moved, or off; when it is polled next, and why.';
COMMENT ON COLUMN wirewatch.feed_health.key IS 'the feed, in config/feeds.yml';
COMMENT ON COLUMN wirewatch.feed_health.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.feed_health.url IS 'address in config/feeds.yml';
COMMENT ON COLUMN wirewatch.feed_health.enabled IS 'whether it is polled';
COMMENT ON COLUMN wirewatch.feed_health.health IS 'ok, failing, gone, empty, silent, moved, no items yet, never polled or off';
COMMENT ON COLUMN wirewatch.feed_health.errors_in_a_row IS 'failed polls since the last good one';
COMMENT ON COLUMN wirewatch.feed_health.failing_since IS 'start of the current failures, UTC; null: none';
COMMENT ON COLUMN wirewatch.feed_health.last_error IS 'last error';
COMMENT ON COLUMN wirewatch.feed_health.moved_to IS 'address used since a permanent move; null: url';
COMMENT ON COLUMN wirewatch.feed_health.last_polled_at IS 'when it was last polled, UTC';
COMMENT ON COLUMN wirewatch.feed_health.last_success_at IS 'when it last answered without an error, UTC';
COMMENT ON COLUMN wirewatch.feed_health.last_new_item_at IS 'when it last listed something new, UTC';
COMMENT ON COLUMN wirewatch.feed_health.silent_from IS 'when silence becomes unusual for its own rhythm, UTC';
COMMENT ON COLUMN wirewatch.feed_health.next_poll_at IS 'when it is polled next, UTC';
COMMENT ON COLUMN wirewatch.feed_health.next_poll_why IS 'reason for that time';
COMMENT ON COLUMN wirewatch.feed_health.validators_lied_at IS 'when it wrongly answered "not modified", UTC; null: never';
COMMENT ON COLUMN wirewatch.feed_health.overflows IS 'polls in which every item was new: some may have been missed';
COMMENT ON COLUMN wirewatch.feed_health.polls_last_day IS 'polls in the last 24 hours';
COMMENT ON COLUMN wirewatch.feed_health.new_items_last_day IS 'new items in the last 24 hours';
COMMENT ON COLUMN wirewatch.feed_health.items IS 'all items it has listed';

CREATE OR REPLACE VIEW wirewatch.feed_sightings AS
SELECT f.key AS feed, f.outlet, s.seen_at, s.what, s.title, s.url, i.identity, i.article_id, i.last_seen_at
  FROM store.sighting s
  JOIN store.feed_item i ON i.id = s.feed_item_id
  JOIN store.feed f ON f.id = i.feed_id;

COMMENT ON VIEW wirewatch.feed_sightings IS 'Each time a feed first listed an article, changed its entry, or listed it again.';
COMMENT ON COLUMN wirewatch.feed_sightings.feed IS 'the feed, in config/feeds.yml';
COMMENT ON COLUMN wirewatch.feed_sightings.outlet IS 'outlet, as config/feeds.yml names it';
COMMENT ON COLUMN wirewatch.feed_sightings.seen_at IS 'when, UTC';
COMMENT ON COLUMN wirewatch.feed_sightings.what IS 'new, changed, or back (listed again after it left the feed)';
COMMENT ON COLUMN wirewatch.feed_sightings.title IS 'headline in the feed';
COMMENT ON COLUMN wirewatch.feed_sightings.url IS 'address in the feed';
COMMENT ON COLUMN wirewatch.feed_sightings.identity IS 'identity of the item in the feed: its guid, otherwise its address';
COMMENT ON COLUMN wirewatch.feed_sightings.article_id IS 'the article; it may have several addresses';
COMMENT ON COLUMN wirewatch.feed_sightings.last_seen_at IS 'when the feed last listed it, UTC';

CREATE OR REPLACE VIEW wirewatch.outcomes AS
SELECT o.stage, o.reason, sum(o.times)::bigint AS times, count(*) AS things,
       min(o.first_at) AS first_at, max(o.last_at) AS last_at, max(o.detail) AS an_example
  FROM store.outcome o
 GROUP BY o.stage, o.reason;

COMMENT ON VIEW wirewatch.outcomes IS
    'Everything that was discarded or failed, counted by stage and reason. Nothing is dropped without a row here.';
COMMENT ON COLUMN wirewatch.outcomes.stage IS 'stage that discarded it';
COMMENT ON COLUMN wirewatch.outcomes.reason IS 'reason, as a snake_case word';
COMMENT ON COLUMN wirewatch.outcomes.times IS 'count';
COMMENT ON COLUMN wirewatch.outcomes.things IS 'number of distinct things';
COMMENT ON COLUMN wirewatch.outcomes.first_at IS 'first time, UTC';
COMMENT ON COLUMN wirewatch.outcomes.last_at IS 'last time, UTC';
COMMENT ON COLUMN wirewatch.outcomes.an_example IS 'detail of one of them';

CREATE OR REPLACE VIEW wirewatch.outcome_details AS
SELECT o.stage, o.reason, f.key AS feed, coalesce(a.url, o.subject) AS subject, o.detail, o.times, o.first_at, o.last_at,
       o.article_id
  FROM store.outcome o
  LEFT JOIN store.feed f ON f.id = o.feed_id
  LEFT JOIN store.article a ON a.id = o.article_id;

COMMENT ON VIEW wirewatch.outcome_details IS 'The single cases behind each count of outcomes.';
COMMENT ON COLUMN wirewatch.outcome_details.stage IS 'stage that discarded it';
COMMENT ON COLUMN wirewatch.outcome_details.reason IS 'reason, as a snake_case word';
COMMENT ON COLUMN wirewatch.outcome_details.feed IS 'the feed; null: none';
COMMENT ON COLUMN wirewatch.outcome_details.subject IS 'address or name of the thing';
COMMENT ON COLUMN wirewatch.outcome_details.detail IS 'reason, in words';
COMMENT ON COLUMN wirewatch.outcome_details.times IS 'count';
COMMENT ON COLUMN wirewatch.outcome_details.first_at IS 'first time, UTC';
COMMENT ON COLUMN wirewatch.outcome_details.last_at IS 'last time, UTC';
COMMENT ON COLUMN wirewatch.outcome_details.article_id IS 'the article; null: it was none yet, or something else';

CREATE OR REPLACE VIEW wirewatch.backlog AS
SELECT stage, count(*) FILTER (WHERE due_at <= wirewatch.clock()) AS due, count(*) FILTER (WHERE leased_until > wirewatch.clock()) AS in_work,
       count(*) FILTER (WHERE failures > 0) AS failing, count(*) AS waiting, min(due_at) AS oldest
  FROM store.work
 GROUP BY stage;

COMMENT ON VIEW wirewatch.backlog IS 'Pending work by stage.';
COMMENT ON COLUMN wirewatch.backlog.stage IS 'the stage';
COMMENT ON COLUMN wirewatch.backlog.due IS 'rows due now';
COMMENT ON COLUMN wirewatch.backlog.in_work IS 'rows leased by a worker now';
COMMENT ON COLUMN wirewatch.backlog.failing IS 'rows that failed and will be retried';
COMMENT ON COLUMN wirewatch.backlog.waiting IS 'all rows, due or not';
COMMENT ON COLUMN wirewatch.backlog.oldest IS 'when the oldest was due, UTC';
