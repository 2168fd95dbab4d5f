-- The one clock of everything that asks what is ahead, silent or due: the server's, unless a database says otherwise.

CREATE OR REPLACE FUNCTION wirewatch.clock() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(current_setting('wirewatch.now', true), '')::timestamptz, now())
$$;

COMMENT ON FUNCTION wirewatch.clock IS
    'The time the views and the page go by: now(), or the setting wirewatch.now where a session or a database has one. The demo''s database has the last moment of its story, so that its meetings are still ahead.';
