CREATE SCHEMA laneshift;
CREATE FUNCTION laneshift.journal_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
        BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TABLE laneshift.access_challenges (
    repository text NOT NULL,
    id text NOT NULL,
    purpose text NOT NULL,
    binder text NOT NULL,
    challenge text NOT NULL,
    told text NOT NULL,
    expires bigint NOT NULL
);
CREATE TABLE laneshift.access_enrolments (
    repository text NOT NULL,
    hash text NOT NULL,
    name text NOT NULL,
    roles text NOT NULL,
    made_by text NOT NULL,
    made bigint NOT NULL,
    expires bigint NOT NULL
);
CREATE TABLE laneshift.access_keys (
    repository text NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    roles text NOT NULL,
    scopes text NOT NULL,
    owner text NOT NULL,
    hash text NOT NULL,
    made bigint NOT NULL,
    made_by text NOT NULL,
    expires bigint NOT NULL,
    note text NOT NULL,
    revoked bigint NOT NULL,
    revoked_by text NOT NULL
);
CREATE TABLE laneshift.access_passkeys (
    repository text NOT NULL,
    id text NOT NULL,
    known text NOT NULL,
    cose text NOT NULL,
    key text NOT NULL,
    counter bigint NOT NULL,
    made bigint NOT NULL,
    label text NOT NULL
);
CREATE TABLE laneshift.access_people (
    repository text NOT NULL,
    known text NOT NULL,
    name text NOT NULL,
    roles text NOT NULL,
    made bigint NOT NULL,
    made_by text NOT NULL
);
CREATE TABLE laneshift.access_sessions (
    repository text NOT NULL,
    id text NOT NULL,
    hash text NOT NULL,
    known text NOT NULL,
    passkey text NOT NULL,
    made bigint NOT NULL,
    expires bigint NOT NULL
);
CREATE TABLE laneshift.claim_events (
    repository text NOT NULL,
    token bigint NOT NULL,
    kind text NOT NULL,
    at bigint NOT NULL,
    facts text NOT NULL
);
CREATE TABLE laneshift.claim_holdings (
    repository text NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    token bigint NOT NULL
);
CREATE TABLE laneshift.claim_tokens (
    repository text NOT NULL,
    last bigint NOT NULL
);
CREATE TABLE laneshift.claims (
    repository text NOT NULL,
    token bigint NOT NULL,
    asked text NOT NULL,
    ended_by text NOT NULL,
    state text NOT NULL,
    until bigint NOT NULL,
    content text NOT NULL
);
CREATE TABLE laneshift.evidence (
    repository text NOT NULL,
    digest text NOT NULL COLLATE pg_catalog."C",
    packed bytea NOT NULL
);
CREATE TABLE laneshift.indexes (
    repository text NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    serial text NOT NULL,
    metric text NOT NULL,
    dimension integer NOT NULL,
    owner text NOT NULL,
    shared boolean NOT NULL,
    model text NOT NULL,
    made bigint NOT NULL,
    version bigint NOT NULL,
    count bigint NOT NULL,
    slots bigint NOT NULL
);
CREATE TABLE laneshift.journal (
    repository text NOT NULL,
    seq bigint NOT NULL,
    schema integer NOT NULL,
    key text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    actor text NOT NULL,
    tool text NOT NULL,
    facts text NOT NULL,
    previous text NOT NULL,
    previous_key text NOT NULL,
    digest text NOT NULL
);
CREATE TABLE laneshift.model_responses (
    repository text NOT NULL,
    id text NOT NULL,
    principal text NOT NULL,
    made bigint NOT NULL,
    expires bigint NOT NULL,
    told text NOT NULL,
    before text NOT NULL
);
CREATE TABLE laneshift.model_usage (
    repository text NOT NULL,
    day text NOT NULL,
    principal text NOT NULL,
    model text NOT NULL,
    requests bigint NOT NULL,
    failures bigint NOT NULL,
    prompt bigint NOT NULL,
    completion bigint NOT NULL,
    cost bigint NOT NULL
);
CREATE TABLE laneshift.plans (
    repository text NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    batch text NOT NULL COLLATE pg_catalog."C",
    turn bigint NOT NULL,
    content text NOT NULL
);
CREATE TABLE laneshift.repositories (
    repository text NOT NULL,
    version integer NOT NULL,
    origin text NOT NULL
);
CREATE TABLE laneshift.results (
    repository text NOT NULL,
    inputs text NOT NULL COLLATE pg_catalog."C",
    start bigint NOT NULL,
    size bigint NOT NULL,
    value text NOT NULL,
    seal text NOT NULL
);
CREATE TABLE laneshift.vectors (
    serial text NOT NULL,
    slot bigint NOT NULL,
    id text COLLATE pg_catalog."C",
    vector bytea,
    metadata text,
    changed bigint NOT NULL
);
INSERT INTO laneshift.access_challenges VALUES ('repository', 'id', 'purpose', 'binder', 'challenge', 'told', 7);
INSERT INTO laneshift.access_enrolments VALUES ('repository', 'hash', 'name', 'roles', 'made_by', 7, 7);
INSERT INTO laneshift.access_keys VALUES ('repository', 'id', 'kind', 'name', 'roles', 'scopes', 'owner', 'hash', 7, 'made_by', 7, 'note', 7, 'revoked_by');
INSERT INTO laneshift.access_passkeys VALUES ('repository', 'id', 'known', 'cose', 'key', 7, 7, 'label');
INSERT INTO laneshift.access_people VALUES ('repository', 'known', 'name', 'roles', 7, 'made_by');
INSERT INTO laneshift.access_sessions VALUES ('repository', 'id', 'hash', 'known', 'passkey', 7, 7);
INSERT INTO laneshift.claim_events VALUES ('repository', 7, 'kind', 7, 'facts');
INSERT INTO laneshift.claim_holdings VALUES ('repository', 'name', 7);
INSERT INTO laneshift.claim_tokens VALUES ('repository', 7);
INSERT INTO laneshift.claims VALUES ('repository', 7, 'asked', 'ended_by', 'state', 7, 'content');
INSERT INTO laneshift.indexes VALUES ('repository', 'name', 'serial', 'metric', 7, 'owner', true, 'model', 7, 7, 7, 7);
INSERT INTO laneshift.journal VALUES ('mono', 1, 1, 'first-0', 'key.created', 0, 'ann', '0.1.0', '{"number":0}', 'sha256:8fab08a1c37fbb305ad422b0d80885ec636d20c2ef87fa0743bf11aea3339ab1', '', 'sha256:667c09fa981f9e53b8ae0a777ac277bdb57fdadcc73c715a53f4f727508cf037');
INSERT INTO laneshift.journal VALUES ('mono', 2, 1, 'first-1', 'key.created', 1, 'ann', '0.1.0', '{"number":1}', 'sha256:667c09fa981f9e53b8ae0a777ac277bdb57fdadcc73c715a53f4f727508cf037', 'first-0', 'sha256:e3964f9c1d249844de77e9660d352ab7c263cfcd26029fa5ebf2b10458fdafcf');
INSERT INTO laneshift.journal VALUES ('mono', 3, 1, 'first-2', 'key.created', 2, 'ann', '0.1.0', '{"number":2}', 'sha256:e3964f9c1d249844de77e9660d352ab7c263cfcd26029fa5ebf2b10458fdafcf', 'first-1', 'sha256:45ccf810dcb179143ac69403f3de11de21431ee5966f305ce45e64c49197c0d2');
INSERT INTO laneshift.model_responses VALUES ('repository', 'id', 'principal', 7, 7, 'told', 'before');
INSERT INTO laneshift.model_usage VALUES ('repository', 'day', 'principal', 'model', 7, 7, 7, 7, 7);
INSERT INTO laneshift.repositories VALUES ('mono', 1, 'sha256:8fab08a1c37fbb305ad422b0d80885ec636d20c2ef87fa0743bf11aea3339ab1');
INSERT INTO laneshift.vectors VALUES ('serial', 7, 'id', '\x0001', 'metadata', 7);
ALTER TABLE ONLY laneshift.access_challenges
    ADD CONSTRAINT access_challenges_pkey PRIMARY KEY (repository, id);
ALTER TABLE ONLY laneshift.access_enrolments
    ADD CONSTRAINT access_enrolments_pkey PRIMARY KEY (repository, hash);
ALTER TABLE ONLY laneshift.access_keys
    ADD CONSTRAINT access_keys_pkey PRIMARY KEY (repository, id);
ALTER TABLE ONLY laneshift.access_passkeys
    ADD CONSTRAINT access_passkeys_pkey PRIMARY KEY (repository, id);
ALTER TABLE ONLY laneshift.access_people
    ADD CONSTRAINT access_people_pkey PRIMARY KEY (repository, known);
ALTER TABLE ONLY laneshift.access_sessions
    ADD CONSTRAINT access_sessions_pkey PRIMARY KEY (repository, id);
ALTER TABLE ONLY laneshift.access_sessions
    ADD CONSTRAINT access_sessions_repository_hash_key UNIQUE (repository, hash);
ALTER TABLE ONLY laneshift.claim_events
    ADD CONSTRAINT claim_events_pkey PRIMARY KEY (repository, token, kind);
ALTER TABLE ONLY laneshift.claim_holdings
    ADD CONSTRAINT claim_holdings_pkey PRIMARY KEY (repository, name);
ALTER TABLE ONLY laneshift.claim_tokens
    ADD CONSTRAINT claim_tokens_pkey PRIMARY KEY (repository);
ALTER TABLE ONLY laneshift.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (repository, token);
ALTER TABLE ONLY laneshift.claims
    ADD CONSTRAINT claims_repository_asked_key UNIQUE (repository, asked);
ALTER TABLE ONLY laneshift.evidence
    ADD CONSTRAINT evidence_pkey PRIMARY KEY (repository, digest);
ALTER TABLE ONLY laneshift.indexes
    ADD CONSTRAINT indexes_pkey PRIMARY KEY (repository, name);
ALTER TABLE ONLY laneshift.indexes
    ADD CONSTRAINT indexes_serial_key UNIQUE (serial);
ALTER TABLE ONLY laneshift.journal
    ADD CONSTRAINT journal_pkey PRIMARY KEY (repository, seq);
ALTER TABLE ONLY laneshift.journal
    ADD CONSTRAINT journal_repository_key_key UNIQUE (repository, key);
ALTER TABLE ONLY laneshift.journal
    ADD CONSTRAINT journal_repository_previous_key UNIQUE (repository, previous);
ALTER TABLE ONLY laneshift.model_responses
    ADD CONSTRAINT model_responses_pkey PRIMARY KEY (repository, id);
ALTER TABLE ONLY laneshift.model_usage
    ADD CONSTRAINT model_usage_pkey PRIMARY KEY (repository, day, principal, model);
ALTER TABLE ONLY laneshift.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (repository, id);
ALTER TABLE ONLY laneshift.repositories
    ADD CONSTRAINT repositories_pkey PRIMARY KEY (repository);
ALTER TABLE ONLY laneshift.results
    ADD CONSTRAINT results_pkey PRIMARY KEY (repository, inputs);
ALTER TABLE ONLY laneshift.vectors
    ADD CONSTRAINT vectors_pkey PRIMARY KEY (serial, slot);
CREATE INDEX claim_holdings_by_claim ON laneshift.claim_holdings USING btree (repository, token);
CREATE INDEX claims_by_state ON laneshift.claims USING btree (repository, state, until);
CREATE INDEX journal_by_kind ON laneshift.journal USING btree (repository, kind, seq);
CREATE INDEX model_responses_of ON laneshift.model_responses USING btree (repository, principal, made);
CREATE INDEX results_by_age ON laneshift.results USING btree (repository, start);
CREATE INDEX vectors_by_change ON laneshift.vectors USING btree (serial, changed);
CREATE UNIQUE INDEX vectors_by_id ON laneshift.vectors USING btree (serial, id);
CREATE TRIGGER journal_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON laneshift.journal FOR EACH STATEMENT EXECUTE FUNCTION laneshift.journal_stays();
