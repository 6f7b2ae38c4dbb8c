PRAGMA application_id = 1819503409;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE keys (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, roles TEXT NOT NULL, scopes TEXT NOT NULL,
    owner TEXT NOT NULL, hash TEXT NOT NULL, made INTEGER NOT NULL, made_by TEXT NOT NULL,
    expires INTEGER NOT NULL, note TEXT NOT NULL, revoked INTEGER NOT NULL DEFAULT 0,
    revoked_by TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
INSERT INTO "keys" VALUES('k1','person','ann','["reader"]','["read"]','ann','hash',1,'ops',0,'first',0,'');
COMMIT;
