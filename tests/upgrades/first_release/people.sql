PRAGMA application_id = 0;
PRAGMA user_version = 0;
BEGIN TRANSACTION;
CREATE TABLE access_challenges (
	repository TEXT NOT NULL, 
	id TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	binder TEXT NOT NULL, 
	challenge TEXT NOT NULL, 
	told TEXT NOT NULL, 
	expires BIGINT NOT NULL, 
	PRIMARY KEY (repository, id)
);
INSERT INTO "access_challenges" VALUES('repository','id','purpose','binder','challenge','told',7);
CREATE TABLE access_enrolments (
	repository TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	name TEXT NOT NULL, 
	roles TEXT NOT NULL, 
	made_by TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	expires BIGINT NOT NULL, 
	PRIMARY KEY (repository, hash)
);
INSERT INTO "access_enrolments" VALUES('repository','hash','name','roles','made_by',7,7);
CREATE TABLE access_passkeys (
	repository TEXT NOT NULL, 
	id TEXT NOT NULL, 
	known TEXT NOT NULL, 
	cose TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	counter BIGINT NOT NULL, 
	made BIGINT NOT NULL, 
	label TEXT NOT NULL, 
	PRIMARY KEY (repository, id)
);
INSERT INTO "access_passkeys" VALUES('repository','id','known','cose','key',7,7,'label');
CREATE TABLE access_people (
	repository TEXT NOT NULL, 
	known TEXT NOT NULL, 
	name TEXT NOT NULL, 
	roles TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	made_by TEXT NOT NULL, 
	PRIMARY KEY (repository, known)
);
INSERT INTO "access_people" VALUES('repository','known','name','roles',7,'made_by');
CREATE TABLE access_sessions (
	repository TEXT NOT NULL, 
	id TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	known TEXT NOT NULL, 
	passkey TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	expires BIGINT NOT NULL, 
	PRIMARY KEY (repository, id), 
	UNIQUE (repository, hash)
);
INSERT INTO "access_sessions" VALUES('repository','id','hash','known','passkey',7,7);
COMMIT;
