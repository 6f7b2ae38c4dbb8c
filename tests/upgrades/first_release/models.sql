PRAGMA application_id = 0;
PRAGMA user_version = 0;
BEGIN TRANSACTION;
CREATE TABLE model_responses (
	repository TEXT NOT NULL, 
	id TEXT NOT NULL, 
	principal TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	expires BIGINT NOT NULL, 
	told TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	PRIMARY KEY (repository, id)
);
INSERT INTO "model_responses" VALUES('repository','id','principal',7,7,'told','before');
CREATE TABLE model_usage (
	repository TEXT NOT NULL, 
	day TEXT NOT NULL, 
	principal TEXT NOT NULL, 
	model TEXT NOT NULL, 
	requests BIGINT NOT NULL, 
	failures BIGINT NOT NULL, 
	prompt BIGINT NOT NULL, 
	completion BIGINT NOT NULL, 
	cost BIGINT NOT NULL, 
	PRIMARY KEY (repository, day, principal, model)
);
INSERT INTO "model_usage" VALUES('repository','day','principal','model',7,7,7,7,7);
CREATE INDEX model_responses_of ON model_responses (repository, principal, made);
COMMIT;
