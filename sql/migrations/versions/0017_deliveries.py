"""Deliveries by receiver: what became of each try, channels that wait, troubles of our own, tokens of the API.

Revision ID: 0017
Revises: 0011
"""

from alembic import op

revision = "0017"
down_revision = "0011"
branch_labels = None
depends_on = None
only_adds = False

UP = """
CREATE TABLE store.operator_notice (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    cause TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    facts JSONB NOT NULL,
    times INTEGER DEFAULT 1 NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    cleared_at TIMESTAMP WITH TIME ZONE,
    acked_at TIMESTAMP WITH TIME ZONE,
    acked_by TEXT,
    CONSTRAINT pk_operator_notice PRIMARY KEY (id)
);
CREATE UNIQUE INDEX uq_operator_notice_open ON store.operator_notice (cause, subject) WHERE cleared_at IS NULL;

ALTER TABLE store.alert_delivery
    ALTER COLUMN alert_id DROP NOT NULL,
    ADD COLUMN notice_id BIGINT,
    ADD COLUMN receiver TEXT DEFAULT '' NOT NULL,
    ADD COLUMN watch TEXT DEFAULT '' NOT NULL,
    ADD COLUMN held_for TEXT,
    ADD COLUMN bundle_id BIGINT,
    ADD COLUMN maybe_sent BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN first_tried_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN last_tried_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN error_class TEXT,
    ADD COLUMN code TEXT,
    ADD COLUMN receipt TEXT,
    ADD COLUMN bare BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN resend INTEGER DEFAULT 0 NOT NULL,
    ADD COLUMN new_key BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN created_at TIMESTAMP WITH TIME ZONE,
    DROP CONSTRAINT uq_alert_delivery_alert_id_channel,
    DROP CONSTRAINT ck_alert_delivery_state,
    ADD CONSTRAINT ck_alert_delivery_state CHECK (
        state IN ('pending', 'held', 'sending', 'delivered', 'dead', 'superseded', 'dropped')),
    ADD CONSTRAINT ck_alert_delivery_subject CHECK ((alert_id IS NULL) <> (notice_id IS NULL)),
    ADD CONSTRAINT uq_alert_delivery_what UNIQUE NULLS NOT DISTINCT (alert_id, notice_id, channel, receiver, resend),
    ADD CONSTRAINT fk_alert_delivery_notice_id_operator_notice
        FOREIGN KEY(notice_id) REFERENCES store.operator_notice (id);
COMMENT ON COLUMN store.alert_delivery.receiver IS 'empty: the only one, or not known yet';
COMMENT ON COLUMN store.alert_delivery.watch IS 'that sent it there';
COMMENT ON COLUMN store.alert_delivery.held_for IS 'muted, quiet, group, digest, rate, witnesses';
COMMENT ON COLUMN store.alert_delivery.bundle_id IS 'delivery whose message told of it too';
COMMENT ON COLUMN store.alert_delivery.maybe_sent IS 'a try that failed may have arrived';
COMMENT ON COLUMN store.alert_delivery.error_class IS 'busy, down, unsure, misconfigured, gone, …';
COMMENT ON COLUMN store.alert_delivery.code IS 'what the service answered: 503, 550';
COMMENT ON COLUMN store.alert_delivery.receipt IS 'the receiver''s own word for what it took';
COMMENT ON COLUMN store.alert_delivery.bare IS 'the whole message was refused';
COMMENT ON COLUMN store.alert_delivery.resend IS '0: the first; 1, 2: by hand';
COMMENT ON COLUMN store.alert_delivery.new_key IS 'resent under a key of its own';
CREATE INDEX ix_alert_delivery_bundle_id ON store.alert_delivery (bundle_id);
CREATE INDEX ix_alert_delivery_channel_receiver ON store.alert_delivery (channel, receiver);
CREATE INDEX ix_alert_delivery_dead ON store.alert_delivery (channel) WHERE state = 'dead';
CREATE INDEX ix_alert_delivery_notice_id ON store.alert_delivery (notice_id) WHERE notice_id IS NOT NULL;

CREATE TABLE store.alert_channel (
    name TEXT NOT NULL,
    state TEXT DEFAULT 'ok' NOT NULL,
    until TIMESTAMP WITH TIME ZONE,
    since TIMESTAMP WITH TIME ZONE,
    reason TEXT,
    failures INTEGER DEFAULT 0 NOT NULL,
    next_send_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_alert_channel PRIMARY KEY (name),
    CONSTRAINT ck_alert_channel_state CHECK (state IN ('ok', 'paused', 'broken', 'off'))
);
COMMENT ON COLUMN store.alert_channel.state IS 'ok, paused, broken, off';
COMMENT ON COLUMN store.alert_channel.failures IS 'in a row';

CREATE TABLE store.alert_configuration (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    text TEXT NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_alert_configuration PRIMARY KEY (id)
);
COMMENT ON COLUMN store.alert_configuration.text IS 'config/alerts.yml as it was accepted';

CREATE TABLE store.watch_mute (
    watch TEXT NOT NULL,
    until TIMESTAMP WITH TIME ZONE NOT NULL,
    muted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    who TEXT NOT NULL,
    why TEXT NOT NULL,
    CONSTRAINT pk_watch_mute PRIMARY KEY (watch)
);

CREATE TABLE store.api_token (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    scopes TEXT[] DEFAULT '{}' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_api_token PRIMARY KEY (id),
    CONSTRAINT uq_api_token_name UNIQUE (name),
    CONSTRAINT uq_api_token_hash UNIQUE (hash)
);
COMMENT ON COLUMN store.api_token.hash IS 'SHA-256 of the token; the token itself is not kept';
"""

DOWN = """
DROP TABLE store.api_token;
DROP TABLE store.watch_mute;
DROP TABLE store.alert_configuration;
DROP TABLE store.alert_channel;

-- The older table cannot hold: our own troubles, and all but the first receiver of each channel.
DROP VIEW IF EXISTS wirewatch.alerts, wirewatch.alert_deliveries, wirewatch.alerts_dead, wirewatch.alert_channels,
    wirewatch.operator_notices CASCADE;
DELETE FROM store.work WHERE stage = 'notify' AND subject_id IN
    (SELECT id FROM store.alert_delivery WHERE notice_id IS NOT NULL);
DELETE FROM store.alert_delivery WHERE notice_id IS NOT NULL;
DELETE FROM store.alert_delivery d USING store.alert_delivery first
 WHERE first.alert_id = d.alert_id AND first.channel = d.channel AND first.id < d.id;
UPDATE store.alert_delivery SET state = CASE WHEN state IN ('superseded', 'dropped') THEN 'dead' ELSE 'pending' END
 WHERE state NOT IN ('pending', 'delivered', 'dead');
ALTER TABLE store.alert_delivery
    DROP CONSTRAINT uq_alert_delivery_what,
    DROP CONSTRAINT ck_alert_delivery_subject,
    DROP CONSTRAINT ck_alert_delivery_state,
    DROP COLUMN notice_id, DROP COLUMN receiver, DROP COLUMN watch, DROP COLUMN held_for, DROP COLUMN bundle_id,
    DROP COLUMN maybe_sent, DROP COLUMN first_tried_at, DROP COLUMN last_tried_at, DROP COLUMN error_class,
    DROP COLUMN code, DROP COLUMN receipt, DROP COLUMN bare, DROP COLUMN resend, DROP COLUMN new_key,
    DROP COLUMN created_at,
    ALTER COLUMN alert_id SET NOT NULL,
    ADD CONSTRAINT uq_alert_delivery_alert_id_channel UNIQUE (alert_id, channel),
    ADD CONSTRAINT ck_alert_delivery_state CHECK (state IN ('pending', 'delivered', 'dead'));
DROP INDEX IF EXISTS store.ix_alert_delivery_dead;
DROP TABLE store.operator_notice;
"""


def upgrade() -> None:
    """Make room for receivers, classes of errors, holding and resending."""
    op.execute(UP)


def downgrade() -> None:
    """Back to one row per alert and channel."""
    op.execute(DOWN)
