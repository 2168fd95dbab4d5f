-- The analysts' role: reads every view of schema wirewatch, and can do nothing else.
--
-- Run after the views, by `wirewatch db migrate`, as the owner of the database. Views read the tables with their
-- owner's rights, so the role needs none on the tables. Give it to a person with
--     CREATE ROLE alice LOGIN PASSWORD '...';  GRANT wirewatch_analyst TO alice WITH INHERIT TRUE, SET FALSE;
--     ALTER ROLE alice SET default_transaction_read_only = on;  ALTER ROLE alice SET search_path = wirewatch;
-- The role itself cannot log in, but on the embedded server: there only its owner reaches the socket (`make psql`), and
-- TCP asks for a password (`wirewatch db password`).

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'wirewatch_analyst') THEN
        CREATE ROLE wirewatch_analyst NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION CONNECTION LIMIT 20;
        IF current_setting('cluster_name') = 'wirewatch' THEN
            ALTER ROLE wirewatch_analyst LOGIN;
        END IF;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL; -- another database of this server was being migrated at the same moment
END
$$;

REVOKE ALL ON ALL TABLES IN SCHEMA store FROM wirewatch_analyst;
REVOKE ALL ON SCHEMA store, public FROM PUBLIC;
GRANT USAGE ON SCHEMA wirewatch TO wirewatch_analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA wirewatch TO wirewatch_analyst;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA wirewatch TO wirewatch_analyst;
-- Views that are made again, one by one or all, are readable at once.
-- Those of the schema's owner, who makes them, also where another role runs this file.
DO $$
DECLARE
    maker text := (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'wirewatch');
BEGIN
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA wirewatch GRANT SELECT ON TABLES TO wirewatch_analyst', maker);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA wirewatch GRANT EXECUTE ON FUNCTIONS TO wirewatch_analyst', maker);
END
$$;

DO $$
BEGIN
    -- A temporary table is a write too: it fills the disk.
    EXECUTE format('REVOKE TEMPORARY, CREATE ON DATABASE %I FROM PUBLIC', current_database());
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        REVOKE TEMPORARY, CREATE ON DATABASE postgres FROM PUBLIC;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO wirewatch_analyst', current_database());
END
$$;

-- A role may change its own settings. That lasts until the next migration; sessions of wirewatch set their own.
ALTER ROLE wirewatch_analyst RESET ALL;
ALTER ROLE wirewatch_analyst SET search_path = wirewatch;
ALTER ROLE wirewatch_analyst SET default_transaction_read_only = on;
ALTER ROLE wirewatch_analyst SET statement_timeout = '60s';
ALTER ROLE wirewatch_analyst SET lock_timeout = '5s';
ALTER ROLE wirewatch_analyst SET idle_in_transaction_session_timeout = '5min';
ALTER ROLE wirewatch_analyst SET timezone = 'UTC';
ALTER ROLE wirewatch_analyst SET work_mem = '32MB';
ALTER ROLE wirewatch_analyst SET client_connection_check_interval = '10s'; -- ends queries whose client is gone

DO $$
BEGIN
    -- An open transaction keeps `wirewatch db migrate` waiting.
    IF current_setting('server_version_num')::int >= 170000 THEN
        ALTER ROLE wirewatch_analyst SET transaction_timeout = '30min';
    END IF;
    -- Only a superuser may limit what a query writes to disk.
    IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        ALTER ROLE wirewatch_analyst SET temp_file_limit = '1GB';
    END IF;
END
$$;

-- Functions that everybody may call by default and a reader has no use for: large objects are writes, and a reader who
-- holds an advisory lock of ours stops the stage that waits for it. Only a superuser can take them away; elsewhere
-- they stay, and `wirewatch db status` says so.
DO $$
DECLARE
    harmful regprocedure;
    worker text;
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        RETURN;
    END IF;
    FOR harmful IN
        SELECT oid::regprocedure FROM pg_proc
         WHERE pronamespace = 'pg_catalog'::regnamespace
           AND (proname LIKE 'pg\_advisory%' OR proname LIKE 'pg\_try\_advisory%' OR proname LIKE 'lo\_%'
                OR proname IN ('lowrite', 'loread', 'pg_notify', 'pg_export_snapshot', 'pg_logical_emit_message'))
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', harmful);
        -- The stages need them: they work as the owner of the tables or of the database.
        FOR worker IN
            SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'store'
             UNION SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()
        LOOP
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', harmful, worker);
        END LOOP;
    END LOOP;
END
$$;
