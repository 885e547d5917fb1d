-- Why: people with SQL and reports read incidents, units and assignments from plain tables, projected behind the log.
-- Locks: nothing that exists; makes new tables.
-- Checked: tests/pgtap/read_tables.sql, tests/sql (projection, rebuilding from nothing gives the same rows).

CREATE TABLE incident (
    id             text   NOT NULL PRIMARY KEY,
    number         text   NOT NULL,
    rev            bigint NOT NULL,
    type_reported  text,
    type_dispatched text,
    type_handled   text,
    grade          integer,
    tier           integer CHECK (tier BETWEEN 1 AND 4),
    emergency      jsonb,
    status         text   NOT NULL,
    owner_seat     text,
    owner_person   text,
    lead           text,
    place_state    text   NOT NULL,
    lon            double precision CHECK (lon BETWEEN -180 AND 180),
    lat            double precision CHECK (lat BETWEEN -90 AND 90),
    radius_m       bigint,
    zone           text,
    opened_at      timestamptz NOT NULL,
    closed_at      timestamptz,
    reports        jsonb  NOT NULL DEFAULT '[]',
    requirements   jsonb  NOT NULL DEFAULT '[]',
    deadlines      jsonb  NOT NULL DEFAULT '[]',
    plan           jsonb,
    projected_seq  bigint NOT NULL
);

CREATE INDEX incident_opened_at ON incident (opened_at);

COMMENT ON TABLE incident IS 'Incidents, projected from the log; never the truth, can be dropped and rebuilt';
COMMENT ON COLUMN incident.id IS 'Stable id, such as live-i417';
COMMENT ON COLUMN incident.number IS 'Number people read, such as 20261123-000417';
COMMENT ON COLUMN incident.rev IS 'Counts changes people made to the incident''s own fields';
COMMENT ON COLUMN incident.type_reported IS 'Type as reported, code of the incident types';
COMMENT ON COLUMN incident.type_dispatched IS 'Type dispatched on';
COMMENT ON COLUMN incident.type_handled IS 'Type as handled, from the feedback';
COMMENT ON COLUMN incident.grade IS 'Local grade, null when the city has none';
COMMENT ON COLUMN incident.tier IS 'Response tier 1 to 4; 1 is the gravest';
COMMENT ON COLUMN incident.emergency IS 'Declared emergency: kind, level, declared_by, at; null when none';
COMMENT ON COLUMN incident.status IS 'Status of the incident';
COMMENT ON COLUMN incident.owner_seat IS 'Seat that owns it';
COMMENT ON COLUMN incident.owner_person IS 'Person who owns it';
COMMENT ON COLUMN incident.lead IS 'Scene commander';
COMMENT ON COLUMN incident.place_state IS 'known, approximate, unknown or withheld';
COMMENT ON COLUMN incident.lon IS 'WGS 84 longitude, degrees; coarse for a protected place';
COMMENT ON COLUMN incident.lat IS 'WGS 84 latitude, degrees; coarse for a protected place';
COMMENT ON COLUMN incident.radius_m IS 'Uncertainty of the place, metres';
COMMENT ON COLUMN incident.zone IS 'Zone it lies in';
COMMENT ON COLUMN incident.opened_at IS 'Opened, log time';
COMMENT ON COLUMN incident.closed_at IS 'Closed, log time; null while open';
COMMENT ON COLUMN incident.reports IS 'Ids of its reports';
COMMENT ON COLUMN incident.requirements IS 'What has to be sent: slot, police type or capability, count, due_at';
COMMENT ON COLUMN incident.deadlines IS 'Running deadlines: kind, due_at';
COMMENT ON COLUMN incident.plan IS 'Response plan used: id, version, rules';
COMMENT ON COLUMN incident.projected_seq IS 'Seq of the last row that changed it';

CREATE TABLE unit (
    id            text   NOT NULL PRIMARY KEY,
    callsign      text   NOT NULL,
    police_type   text   NOT NULL,
    capabilities  jsonb  NOT NULL DEFAULT '[]',
    zone          text,
    station       text,
    status        text   NOT NULL,
    status_since  timestamptz,
    voice_only    boolean NOT NULL DEFAULT false,
    crew          integer,
    assignments   jsonb  NOT NULL DEFAULT '[]',
    projected_seq bigint NOT NULL
);

COMMENT ON TABLE unit IS 'Units, projected from the log; live positions are not part of the log';
COMMENT ON COLUMN unit.id IS 'Stable id, such as live-u12';
COMMENT ON COLUMN unit.callsign IS 'Call sign';
COMMENT ON COLUMN unit.police_type IS 'Police type';
COMMENT ON COLUMN unit.capabilities IS 'Capabilities, list of words';
COMMENT ON COLUMN unit.zone IS 'Home zone';
COMMENT ON COLUMN unit.station IS 'Home station';
COMMENT ON COLUMN unit.status IS 'Status, derived from its assignments';
COMMENT ON COLUMN unit.status_since IS 'Since when, log time';
COMMENT ON COLUMN unit.voice_only IS 'Has no terminal, is led by radio';
COMMENT ON COLUMN unit.crew IS 'Persons on board';
COMMENT ON COLUMN unit.assignments IS 'Ids of its open assignments, the active one first';
COMMENT ON COLUMN unit.projected_seq IS 'Seq of the last row that changed it';

CREATE TABLE assignment (
    id              text   NOT NULL PRIMARY KEY,
    incident        text   NOT NULL,
    unit            text,
    station         text,
    slot            text,
    status          text   NOT NULL,
    since           timestamptz NOT NULL,
    eta_ms          bigint,
    due_at          timestamptz,
    reserved_at     timestamptz,
    dispatched_at   timestamptz,
    acknowledged_at timestamptz,
    en_route_at     timestamptz,
    staged_at       timestamptz,
    on_scene_at     timestamptz,
    transporting_at timestamptz,
    ended_at        timestamptz,
    projected_seq   bigint NOT NULL
);

CREATE INDEX assignment_incident ON assignment (incident);
CREATE INDEX assignment_unit ON assignment (unit);

COMMENT ON TABLE assignment IS 'Assignments of units to incidents, projected from the log';
COMMENT ON COLUMN assignment.id IS 'Stable id, such as live-a90';
COMMENT ON COLUMN assignment.incident IS 'Incident id';
COMMENT ON COLUMN assignment.unit IS 'Unit id; null while a station''s desk has not named one';
COMMENT ON COLUMN assignment.station IS 'Station whose desk signs, when ordered so';
COMMENT ON COLUMN assignment.slot IS 'Slot of the requirements it fills';
COMMENT ON COLUMN assignment.status IS 'Status of the pair unit and incident';
COMMENT ON COLUMN assignment.since IS 'Since when, log time';
COMMENT ON COLUMN assignment.eta_ms IS 'Estimated travel time when dispatched, ms';
COMMENT ON COLUMN assignment.due_at IS 'When the next step is due, log time';
COMMENT ON COLUMN assignment.reserved_at IS 'Log time of the step; null when skipped or not reached';
COMMENT ON COLUMN assignment.dispatched_at IS 'Log time of the step; null when skipped or not reached';
COMMENT ON COLUMN assignment.acknowledged_at IS 'Log time of the step; null when skipped or not reached';
COMMENT ON COLUMN assignment.en_route_at IS 'Log time of the step; null when skipped or not reached';
COMMENT ON COLUMN assignment.staged_at IS 'Log time of the step; null when skipped or not reached';
COMMENT ON COLUMN assignment.on_scene_at IS 'Log time of the step; null when skipped or not reached';
COMMENT ON COLUMN assignment.transporting_at IS 'Log time of the step; null when skipped or not reached';
COMMENT ON COLUMN assignment.ended_at IS 'Log time of cleared, declined, expired or cancelled';
COMMENT ON COLUMN assignment.projected_seq IS 'Seq of the last row that changed it';

CREATE TABLE projection_cursor (
    name       text        NOT NULL PRIMARY KEY,
    seq        bigint      NOT NULL CHECK (seq >= 0),
    updated_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE projection_cursor IS 'How far each projection has read the log';
COMMENT ON COLUMN projection_cursor.name IS 'Name of the projection';
COMMENT ON COLUMN projection_cursor.seq IS 'The read tables are true for this seq';
COMMENT ON COLUMN projection_cursor.updated_at IS 'When it moved, database clock';

INSERT INTO projection_cursor (name, seq) VALUES ('read', 0);

GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON incident, unit, assignment TO tocsin_projector;
GRANT SELECT, UPDATE (seq, updated_at) ON projection_cursor TO tocsin_projector;
GRANT SELECT ON incident, unit, assignment, projection_cursor TO tocsin_auditor, tocsin_reader;
