PRAGMA application_id = 0;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE calls (
    key TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, result TEXT, deadline REAL,
    PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, topic TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE workflows (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, workflow TEXT NOT NULL,
    argument TEXT NOT NULL, version TEXT NOT NULL, parent TEXT, status TEXT NOT NULL DEFAULT 'PENDING', result TEXT);
CREATE INDEX children ON workflows (parent);
CREATE INDEX waiting ON messages (key, topic);
DELETE FROM "sqlite_sequence";
COMMIT;
