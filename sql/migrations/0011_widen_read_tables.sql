-- Why: people with SQL and reports need what an incident was merged with, how callers were reached, who was diverted, relieved
--      and spoken to, and the calls that became no incident. Personal values stay out.
-- Locks: the read tables for a moment (columns with constant defaults); makes a new table. Rows that stand are filled by
--        `tocsin migrate` after this, by replaying the log (server/fill.h); whole_seq tells whether that is done.
-- Checked: tests/pgtap/read_tables.sql, tests/server/test_read_tables (an upgrade gives the rows that a server gives).

ALTER TABLE incident
    ADD COLUMN status_since timestamptz,
    ADD COLUMN priority bigint,
    ADD COLUMN channel text,
    ADD COLUMN cues jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN contact text,
    ADD COLUMN unverified boolean NOT NULL DEFAULT false,
    ADD COLUMN withheld boolean NOT NULL DEFAULT false,
    ADD COLUMN protected boolean NOT NULL DEFAULT false,
    ADD COLUMN disposition text,
    ADD COLUMN held_until timestamptz,
    ADD COLUMN first_dispatched_at timestamptz,
    ADD COLUMN first_on_scene_at timestamptz,
    ADD COLUMN first_report_at timestamptz,
    ADD COLUMN merged_into text,
    ADD COLUMN merged jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN split_from text,
    ADD COLUMN panic boolean NOT NULL DEFAULT false,
    ADD COLUMN panic_silent boolean NOT NULL DEFAULT false,
    ADD COLUMN panic_unit text,
    ADD COLUMN place_at timestamptz,
    ADD COLUMN paper_by text,
    ADD COLUMN paper_closed_at timestamptz;

COMMENT ON COLUMN incident.status_since IS 'Since when it has its status, log time';
COMMENT ON COLUMN incident.priority IS 'Priority of its type, 1 to 4; null: none';
COMMENT ON COLUMN incident.channel IS 'Channel of the report that opened it';
COMMENT ON COLUMN incident.cues IS 'Danger cues, list of words';
COMMENT ON COLUMN incident.contact IS
    'How its callers may be reached, the strictest mark: none forbids to ring or text them';
COMMENT ON COLUMN incident.unverified IS 'Came from a channel that does not count as verified';
COMMENT ON COLUMN incident.withheld IS 'Its place was withheld by the publisher: left out of travel figures';
COMMENT ON COLUMN incident.protected IS 'Its exact place is protected; lon and lat are the centre of its cell';
COMMENT ON COLUMN incident.disposition IS 'How it ended; null while open';
COMMENT ON COLUMN incident.held_until IS 'Held until then; null: not held';
COMMENT ON COLUMN incident.first_dispatched_at IS
    'First order, log time, or by the paper it was worked on; null: none yet';
COMMENT ON COLUMN incident.first_on_scene_at IS
    'First arrival, log time, or by the paper it was worked on; null: none yet';
COMMENT ON COLUMN incident.first_report_at IS 'First word from the scene, log time; null: none yet';
COMMENT ON COLUMN incident.merged_into IS 'Incident that has taken it in; null: it stands by itself';
COMMENT ON COLUMN incident.merged IS 'Incidents it has taken in: incident, number';
COMMENT ON COLUMN incident.split_from IS
    'Incident it was taken out of again, the last one; null: never merged and split';
COMMENT ON COLUMN incident.panic IS 'An officer in need who has not been reached yet';
COMMENT ON COLUMN incident.panic_silent IS 'The officer called unheard: nobody rings or calls openly';
COMMENT ON COLUMN incident.panic_unit IS 'Unit whose officer called; null: an ordinary incident';
COMMENT ON COLUMN incident.place_at IS 'When that unit was last seen there; null: its post, or an ordinary incident';
COMMENT ON COLUMN incident.paper_by IS 'Worked on paper: who wrote it, user name; null: worked here';
COMMENT ON COLUMN incident.paper_closed_at IS 'When it ended, as the paper says; closed_at is when it was keyed in';

ALTER TABLE unit
    ADD COLUMN on_duty boolean NOT NULL DEFAULT false,
    ADD COLUMN reason text,
    ADD COLUMN signed_on_at timestamptz,
    ADD COLUMN silent_since timestamptz,
    ADD COLUMN terminal_lost_at timestamptz,
    ADD COLUMN panic_at timestamptz,
    ADD COLUMN panic_incident text;

COMMENT ON COLUMN unit.on_duty IS 'Signed on';
COMMENT ON COLUMN unit.reason IS 'Why it is not available on duty; null: it is';
COMMENT ON COLUMN unit.signed_on_at IS 'Signed on since, log time; null: signed off';
COMMENT ON COLUMN unit.silent_since IS 'No position heard since; null: heard, or off duty';
COMMENT ON COLUMN unit.terminal_lost_at IS
    'Its terminal was lost then: led by voice until it is back; null: there, or it has none';
COMMENT ON COLUMN unit.panic_at IS 'Its officer called for help then and has not been reached; null: none';
COMMENT ON COLUMN unit.panic_incident IS 'Incident of that call';

ALTER TABLE assignment
    ADD COLUMN cleared_at timestamptz,
    ADD COLUMN by text,
    ADD COLUMN active boolean NOT NULL DEFAULT false,
    ADD COLUMN automatic boolean NOT NULL DEFAULT false,
    ADD COLUMN on_view boolean NOT NULL DEFAULT false,
    ADD COLUMN named_at timestamptz,
    ADD COLUMN spoken_at timestamptz,
    ADD COLUMN spoken_by text,
    ADD COLUMN destination text,
    ADD COLUMN decline_reason text,
    ADD COLUMN relieves text,
    ADD COLUMN relieved_by text,
    ADD COLUMN diverted_from text,
    ADD COLUMN diverted_to text,
    ADD COLUMN came_from text,
    ADD COLUMN kept boolean NOT NULL DEFAULT false,
    ADD COLUMN change_no bigint,
    ADD COLUMN changed_at timestamptz,
    ADD COLUMN feedback_given boolean NOT NULL DEFAULT false,
    ADD COLUMN handled_type text,
    ADD COLUMN disposition text,
    ADD COLUMN persons_helped bigint,
    ADD COLUMN injured bigint,
    ADD COLUMN safety_due_at timestamptz,
    ADD COLUMN safe_at timestamptz,
    ADD COLUMN device_at timestamptz;

COMMENT ON COLUMN assignment.cleared_at IS 'Log time of the step; null when skipped or not reached';
COMMENT ON COLUMN assignment.by IS 'Who took the last step: the device, by radio, the desk, the machine';
COMMENT ON COLUMN assignment.active IS 'The unit works on this one; else it is stacked behind another, or ended';
COMMENT ON COLUMN assignment.automatic IS 'Sent by the machine';
COMMENT ON COLUMN assignment.on_view IS 'The officer was there before any order';
COMMENT ON COLUMN assignment.named_at IS
    'A station''s desk, or the centre for it, named the unit, log time; null: not a station''s order, or not yet';
COMMENT ON COLUMN assignment.spoken_at IS 'Spoken to a unit without a live terminal, log time; null: not spoken';
COMMENT ON COLUMN assignment.spoken_by IS 'Who spoke it, user name';
COMMENT ON COLUMN assignment.destination IS
    'Kind of place the unit transports to; null: it does not. The place itself is protected';
COMMENT ON COLUMN assignment.decline_reason IS 'Why it was declined; null: it was not';
COMMENT ON COLUMN assignment.relieves IS 'Assignment it takes over from';
COMMENT ON COLUMN assignment.relieved_by IS 'Assignment that takes over from it';
COMMENT ON COLUMN assignment.diverted_from IS 'Assignment its unit left for this one';
COMMENT ON COLUMN assignment.diverted_to IS 'Incident its unit left for';
COMMENT ON COLUMN assignment.came_from IS 'Incident it was ordered for, before incidents were merged';
COMMENT ON COLUMN assignment.kept IS 'The seat keeps it beside another that signed for the slot';
COMMENT ON COLUMN assignment.change_no IS 'Changes told to the unit';
COMMENT ON COLUMN assignment.changed_at IS 'The first change not acknowledged, log time; null: all are';
COMMENT ON COLUMN assignment.feedback_given IS 'Its feedback was given';
COMMENT ON COLUMN assignment.handled_type IS 'Type as found on scene, from the feedback';
COMMENT ON COLUMN assignment.disposition IS 'How it was handled, from the feedback';
COMMENT ON COLUMN assignment.persons_helped IS 'Persons helped, from the feedback';
COMMENT ON COLUMN assignment.injured IS 'Persons injured, from the feedback';
COMMENT ON COLUMN assignment.safety_due_at IS
    'When its officers must have been confirmed safe; null: no such clock runs';
COMMENT ON COLUMN assignment.safe_at IS 'When its officers were last confirmed safe; null: never';
COMMENT ON COLUMN assignment.device_at IS 'Time of the last step by the unit''s device; null: not by a device';

CREATE INDEX incident_closed_at ON incident (closed_at);

CREATE TABLE report (
    id           text NOT NULL PRIMARY KEY,
    number       text NOT NULL,
    incident     text,
    opened       boolean NOT NULL DEFAULT false,
    came_from    text,
    status       text NOT NULL,
    channel      text NOT NULL,
    call         text,
    priority     bigint,
    type         text,
    cues         jsonb NOT NULL DEFAULT '[]',
    contact      text,
    outcome      text,
    settled_at   timestamptz,
    settled_by   text,
    received_at  timestamptz NOT NULL,
    rang_at      timestamptz,
    answered_at  timestamptz,
    ended_at     timestamptz,
    callback     boolean NOT NULL DEFAULT false,
    callback_at  timestamptz,
    tries        bigint,
    try_how      text,
    try_result   text,
    tried_at     timestamptz,
    contacted_at timestamptz,
    place_state  text NOT NULL,
    zone         text,
    owner_seat   text,
    owner_person text,
    projected_seq bigint NOT NULL
);

CREATE INDEX report_received_at ON report (received_at);
CREATE INDEX report_incident ON report (incident);

COMMENT ON TABLE report IS 'Reports of callers, without what they said of themselves; projected from the log';
COMMENT ON COLUMN report.id IS 'Stable id, such as live-r417';
COMMENT ON COLUMN report.number IS 'Number people read, such as 20261123-000417';
COMMENT ON COLUMN report.incident IS 'Incident it belongs to; null: none';
COMMENT ON COLUMN report.opened IS 'Its incident was opened from it';
COMMENT ON COLUMN report.came_from IS 'Incident it belonged to before incidents were merged; null: its own';
COMMENT ON COLUMN report.status IS 'open, linked or settled';
COMMENT ON COLUMN report.channel IS 'Where it came from';
COMMENT ON COLUMN report.call IS 'Kind of call';
COMMENT ON COLUMN report.priority IS 'Priority, 1 to 4; null: none';
COMMENT ON COLUMN report.type IS 'Code of the incident types; null: unclassified';
COMMENT ON COLUMN report.cues IS 'Danger cues, list of words';
COMMENT ON COLUMN report.contact IS 'How the caller may be reached: none forbids to ring or text';
COMMENT ON COLUMN report.outcome IS 'How it was settled without an incident; null: it was not';
COMMENT ON COLUMN report.settled_at IS 'Settled, log time';
COMMENT ON COLUMN report.settled_by IS 'Who settled it or ended its call-back, user name; null: a rule, or nobody';
COMMENT ON COLUMN report.received_at IS 'Received, log time';
COMMENT ON COLUMN report.rang_at IS 'Rang, clock of the telephone system; null: not told';
COMMENT ON COLUMN report.answered_at IS 'Answered, the same clock; null: not told';
COMMENT ON COLUMN report.ended_at IS 'The call ended, the same clock; null: not told';
COMMENT ON COLUMN report.callback IS 'Somebody must still reach the caller';
COMMENT ON COLUMN report.callback_at IS 'When the next try to reach the caller is due; null: no call-back is';
COMMENT ON COLUMN report.tries IS 'Tries to reach the caller';
COMMENT ON COLUMN report.try_how IS 'How the last one was made';
COMMENT ON COLUMN report.try_result IS 'What came of it';
COMMENT ON COLUMN report.tried_at IS 'The last one, log time';
COMMENT ON COLUMN report.contacted_at IS 'The caller was reached, log time';
COMMENT ON COLUMN report.place_state IS 'known, approximate, unknown or withheld';
COMMENT ON COLUMN report.zone IS 'Zone its place lies in';
COMMENT ON COLUMN report.owner_seat IS 'Seat that owns it while it is open';
COMMENT ON COLUMN report.owner_person IS 'Person who sits there, or who took it in';
COMMENT ON COLUMN report.projected_seq IS 'Seq of the last row that changed it';

ALTER TABLE projection_cursor ADD COLUMN whole_seq bigint NOT NULL DEFAULT 0 CHECK (whole_seq >= 0);

COMMENT ON COLUMN projection_cursor.whole_seq IS
    'Equals seq when every row was written with all columns; else tocsin migrate has to fill them';

GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON report TO tocsin_projector;
GRANT UPDATE (whole_seq) ON projection_cursor TO tocsin_projector;
GRANT SELECT ON report TO tocsin_auditor, tocsin_reader;
