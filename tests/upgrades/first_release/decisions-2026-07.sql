PRAGMA application_id = 1819501617;
PRAGMA user_version = 0;
BEGIN TRANSACTION;
CREATE TABLE decisions (seq INTEGER PRIMARY KEY, line TEXT NOT NULL, digest TEXT NOT NULL);
INSERT INTO "decisions" VALUES(1,'{"at":1783000000000,"allowed":true,"principal":"person:ann@example.org","roles":["reader"],"via":"key:1","action":"plan.read","resource":"Repository::\"this\"","policies":["default.reader"],"errors":[],"policy":"sha256:2ddb01abdb43a5511ab9779bc00ae00c15b8429f74c54d79bb7040f6107c747e","request":"r1"}','c152585f60ef4a1941d7de104fc17c87208c49bacbf1b48845ebd0edf56e51cc');
CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions
        BEGIN SELECT RAISE(ABORT, 'the log of decisions is append-only'); END;
CREATE TRIGGER decisions_do_not_change BEFORE UPDATE ON decisions
        BEGIN SELECT RAISE(ABORT, 'the log of decisions is append-only'); END;
COMMIT;
