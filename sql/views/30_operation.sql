-- Is it working? Feeds that fail or fell silent, and the counted reason of everything that was not used.

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
                                                        interval '5 days' / f.expected_items_per_day)) < now()
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
                      WHERE p.feed_id = f.id AND p.polled_at > now() - interval '1 day') day ON true;

COMMENT ON VIEW wirewatch.feed_health IS 'One row per feed: ok, failing, gone, empty, silent against its own rhythm, moved, or off; when it is asked next, and why then.';

CREATE OR REPLACE VIEW wirewatch.feed_sightings AS
SELECT f.key AS feed, f.outlet, s.seen_at, s.what, s.title, s.url, i.identity, i.article_id, i.last_seen_at
  FROM store.sighting s
  JOIN store.feed_item i ON i.id = s.feed_item_id
  JOIN store.feed f ON f.id = i.feed_id;

COMMENT ON VIEW wirewatch.feed_sightings IS 'Each time a feed said something new of an article: when it first listed it, changed what it says, or brought it back.';

CREATE OR REPLACE VIEW wirewatch.outcomes AS
SELECT o.stage, o.reason, sum(o.times)::bigint AS times, count(*) AS things,
       min(o.first_at) AS first_at, max(o.last_at) AS last_at, max(o.detail) AS an_example
  FROM store.outcome o
 GROUP BY o.stage, o.reason;

COMMENT ON VIEW wirewatch.outcomes IS
    'Everything that was discarded or failed, counted by stage and reason. Nothing disappears without a row here.';

CREATE OR REPLACE VIEW wirewatch.outcome_details AS
SELECT o.stage, o.reason, f.key AS feed, coalesce(a.url, o.subject) AS subject, o.detail, o.times, o.first_at, o.last_at
  FROM store.outcome o
  LEFT JOIN store.feed f ON f.id = o.feed_id
  LEFT JOIN store.article a ON a.id = o.article_id;

COMMENT ON VIEW wirewatch.outcome_details IS 'The single things behind each count of outcomes.';

CREATE OR REPLACE VIEW wirewatch.backlog AS
SELECT stage, count(*) FILTER (WHERE due_at <= now()) AS due, count(*) FILTER (WHERE leased_until > now()) AS in_work,
       count(*) FILTER (WHERE failures > 0) AS failing, count(*) AS waiting, min(due_at) AS oldest
  FROM store.work
 GROUP BY stage;

COMMENT ON VIEW wirewatch.backlog IS 'What each stage still has to do.';
