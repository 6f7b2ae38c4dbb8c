PRAGMA application_id = 0;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE claim_events (
	repository TEXT NOT NULL, 
	token BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	facts TEXT NOT NULL, 
	PRIMARY KEY (repository, token, kind)
);
INSERT INTO "claim_events" VALUES('repository',7,'kind',7,'facts');
CREATE TABLE claim_holdings (
	repository TEXT NOT NULL, 
	name TEXT NOT NULL, 
	token BIGINT NOT NULL, 
	PRIMARY KEY (repository, name)
);
INSERT INTO "claim_holdings" VALUES('repository','name',7);
CREATE TABLE claim_tokens (
	repository TEXT NOT NULL, 
	last BIGINT NOT NULL, 
	PRIMARY KEY (repository)
);
INSERT INTO "claim_tokens" VALUES('repository',7);
CREATE TABLE claims (
	repository TEXT NOT NULL, 
	token BIGINT NOT NULL, 
	asked TEXT NOT NULL, 
	ended_by TEXT NOT NULL, 
	state TEXT NOT NULL, 
	until BIGINT NOT NULL, 
	content TEXT NOT NULL, 
	PRIMARY KEY (repository, token), 
	UNIQUE (repository, asked)
);
INSERT INTO "claims" VALUES('repository',7,'asked','ended_by','state',7,'content');
CREATE INDEX claim_holdings_by_claim ON claim_holdings (repository, token);
CREATE INDEX claims_by_state ON claims (repository, state, until);
COMMIT;
