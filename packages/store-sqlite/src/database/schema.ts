/** Marks a SQLite file as a k4e store: `k4e1` in ASCII. */
export const APPLICATION_ID = 0x6b346531;

/** Version of the tables below. A file with a higher one was written by a newer k4e and is refused. */
export const SCHEMA_VERSION = 1;

/**
 * The tables. `resources` holds each resource as JSON text, `history` each change by its version, `counter` the last
 * version given and the newest one that was dropped from the history.
 */
export const SCHEMA = `
  CREATE TABLE counter (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL,
    compacted INTEGER NOT NULL
  ) STRICT;
  INSERT INTO counter VALUES (1, 0, 0);

  CREATE TABLE resources (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    labels TEXT NOT NULL,
    body TEXT NOT NULL,
    owners TEXT NOT NULL,
    written_ms INTEGER NOT NULL,
    UNIQUE (kind, namespace, name)
  ) STRICT;
  CREATE INDEX resources_by_age ON resources (kind, written_ms);

  CREATE TABLE history (
    version INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    namespace TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    previous TEXT,
    bytes INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX history_by_kind ON history (kind, version);
`;
