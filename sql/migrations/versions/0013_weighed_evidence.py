"""Who stays away, what proves each fact, how many say so; evidence and state of a meeting belong together.

A meeting with evidence has a state, one without evidence was merged or is marked as withdrawn: checked when a
transaction commits. Meetings that break this are looked at again by the next run of link.

Revision ID: 0013
Revises: 0010
"""

from alembic import op

revision = "0013"
down_revision = "0010"
branch_labels = None
depends_on = None
only_adds = False

UP = """
ALTER TABLE store.meeting_mention ADD COLUMN scope TEXT DEFAULT 'meeting' NOT NULL;
COMMENT ON COLUMN store.meeting_mention.scope IS 'or attendance: one side is off';

ALTER TABLE store.meeting_version
    ADD COLUMN absent JSONB DEFAULT '[]' NOT NULL,
    ADD COLUMN proofs JSONB DEFAULT '{}' NOT NULL,
    ADD COLUMN weight_for INTEGER DEFAULT 1 NOT NULL,
    ADD COLUMN weight_against INTEGER DEFAULT 0 NOT NULL;
COMMENT ON COLUMN store.meeting_version.absent IS 'who will not attend, as participants';
COMMENT ON COLUMN store.meeting_version.proofs IS 'mention of each fact beside the status';
COMMENT ON COLUMN store.meeting_version.weight_for IS 'independent witnesses of it';
COMMENT ON COLUMN store.meeting_version.weight_against IS 'of another one';

CREATE FUNCTION store.evidence_and_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subjects bigint[];
    subject bigint;
    evidence bigint;
    state text;
    merged boolean;
    flagged text[];
BEGIN
    IF TG_TABLE_NAME = 'meeting' THEN
        subjects := ARRAY[NEW.id];
    ELSIF TG_OP = 'DELETE' THEN
        subjects := ARRAY[OLD.meeting_id];
    ELSIF TG_OP = 'UPDATE' THEN
        subjects := ARRAY[OLD.meeting_id, NEW.meeting_id];
    ELSE
        subjects := ARRAY[NEW.meeting_id];
    END IF;
    FOREACH subject IN ARRAY subjects
    LOOP
        SELECT m.merged_into IS NOT NULL INTO merged FROM store.meeting m WHERE m.id = subject;
        CONTINUE WHEN NOT FOUND;
        SELECT e.mention_id INTO evidence FROM store.meeting_evidence e WHERE e.meeting_id = subject LIMIT 1;
        SELECT v.status, v.flags INTO state, flagged FROM store.meeting_version v
         WHERE v.meeting_id = subject ORDER BY v.number DESC LIMIT 1;
        IF evidence IS NOT NULL AND merged THEN
            RAISE EXCEPTION 'meeting % was merged and still has evidence', subject USING ERRCODE = '23514';
        ELSIF evidence IS NOT NULL AND state IS NULL THEN
            RAISE EXCEPTION 'meeting % has evidence and no state', subject USING ERRCODE = '23514';
        ELSIF evidence IS NULL AND state IS NOT NULL AND NOT merged AND NOT 'withdrawn' = ANY (flagged) THEN
            RAISE EXCEPTION 'meeting % has a state and no evidence', subject USING ERRCODE = '23514';
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER evidence_and_state AFTER INSERT OR UPDATE OF meeting_id OR DELETE ON store.meeting_evidence
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION store.evidence_and_state();
CREATE CONSTRAINT TRIGGER evidence_and_state AFTER INSERT ON store.meeting_version
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION store.evidence_and_state();
CREATE CONSTRAINT TRIGGER evidence_and_state AFTER UPDATE OF merged_into ON store.meeting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION store.evidence_and_state();

INSERT INTO store.work (stage, subject_id, due_at)
SELECT 'lapse', m.id, now() FROM store.meeting m
 WHERE m.merged_into IS NULL
   AND EXISTS (SELECT FROM store.meeting_evidence e WHERE e.meeting_id = m.id)
       <> EXISTS (SELECT FROM store.meeting_version v WHERE v.meeting_id = m.id)
    ON CONFLICT (stage, subject_id) DO UPDATE SET due_at = excluded.due_at;
"""

DOWN = """
DROP TRIGGER evidence_and_state ON store.meeting;
DROP TRIGGER evidence_and_state ON store.meeting_version;
DROP TRIGGER evidence_and_state ON store.meeting_evidence;
DROP FUNCTION store.evidence_and_state();
ALTER TABLE store.meeting_version DROP COLUMN absent, DROP COLUMN proofs, DROP COLUMN weight_for,
    DROP COLUMN weight_against;
ALTER TABLE store.meeting_mention DROP COLUMN scope;
"""


def upgrade() -> None:
    """Add what is known beside a status, and the check of evidence against states."""
    op.execute(UP)


def downgrade() -> None:
    """Forget it; the reports stay."""
    op.execute(DOWN)
