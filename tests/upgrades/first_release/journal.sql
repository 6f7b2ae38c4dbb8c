PRAGMA application_id = 1819503153;
PRAGMA user_version = 1;
BEGIN TRANSACTION;
CREATE TABLE records (
        seq INTEGER PRIMARY KEY, schema INTEGER NOT NULL, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
        at INTEGER NOT NULL, actor TEXT NOT NULL, tool TEXT NOT NULL, facts TEXT NOT NULL,
        previous TEXT NOT NULL UNIQUE, previous_key TEXT NOT NULL, digest TEXT NOT NULL);
INSERT INTO "records" VALUES(1,1,'first-0','key.created',0,'ann','0.1.0','{"number":0}','sha256:f770a7b1b8b53599caf06c4f3b2a5382a76966fa457d90c57c364226c5d8c290','','sha256:756863b7856ac49dbf1bca366087b04d3d37dcee44a43ff30eed198bb3389591');
INSERT INTO "records" VALUES(2,1,'first-1','key.created',1,'ann','0.1.0','{"number":1}','sha256:756863b7856ac49dbf1bca366087b04d3d37dcee44a43ff30eed198bb3389591','first-0','sha256:712907230f7e69b6391c3003833e51adf6a7f28f7241a0f67609b3508ba4253a');
INSERT INTO "records" VALUES(3,1,'first-2','key.created',2,'ann','0.1.0','{"number":2}','sha256:712907230f7e69b6391c3003833e51adf6a7f28f7241a0f67609b3508ba4253a','first-1','sha256:6861c5526d1572d92e2ae95f1d178f9f88264e3db7c7a12d6bf72b405d7ec437');
CREATE TABLE state (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
INSERT INTO "state" VALUES('durable',0);
INSERT INTO "state" VALUES('origin','sha256:f770a7b1b8b53599caf06c4f3b2a5382a76966fa457d90c57c364226c5d8c290');
CREATE INDEX records_by_kind ON records (kind, seq);
CREATE TRIGGER records_stay BEFORE DELETE ON records
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER records_do_not_change BEFORE UPDATE ON records
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
COMMIT;
