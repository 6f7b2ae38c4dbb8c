PRAGMA application_id = 0;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE indexes (
	repository TEXT NOT NULL, 
	name TEXT NOT NULL, 
	serial TEXT NOT NULL, 
	metric TEXT NOT NULL, 
	dimension INTEGER NOT NULL, 
	owner TEXT NOT NULL, 
	shared BOOLEAN NOT NULL, 
	model TEXT NOT NULL, 
	made BIGINT NOT NULL, 
	version BIGINT NOT NULL, 
	count BIGINT NOT NULL, 
	slots BIGINT NOT NULL, 
	PRIMARY KEY (repository, name), 
	UNIQUE (serial)
);
INSERT INTO "indexes" VALUES('repository','name','serial','metric',7,'owner',1,'model',7,7,7,7);
CREATE TABLE vectors (
	serial TEXT NOT NULL, 
	slot BIGINT NOT NULL, 
	id TEXT, 
	vector BLOB, 
	metadata TEXT, 
	changed BIGINT NOT NULL, 
	PRIMARY KEY (serial, slot)
);
INSERT INTO "vectors" VALUES('serial',7,'id',X'0001','metadata',7);
CREATE INDEX vectors_by_change ON vectors (serial, changed);
CREATE UNIQUE INDEX vectors_by_id ON vectors (serial, id);
COMMIT;
