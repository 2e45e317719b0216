-- Schema 2 of the inventory: what repositories track, and in which commits.
-- Facts of a repository never change: its history is read on, not again. Object ids are 20 bytes.

CREATE TABLE tracked_repository (
  id INTEGER PRIMARY KEY,
  store TEXT NOT NULL UNIQUE,       -- where its objects lie: a folder of git, or the file of a bundle
  state TEXT NOT NULL,              -- names all that decides what its history is: refs, HEAD, shallow ends
  reader INTEGER NOT NULL,          -- version of what read it
  tips BLOB NOT NULL,               -- packed: ids of all refs
  heads TEXT NOT NULL,              -- JSON array: commits of HEAD and of the remote's HEAD
  problem TEXT NOT NULL             -- what of it could not be read, in a sentence; ''
) STRICT;

-- Commits with their changes, oldest first: columns as src/inventory/histories.ts packs them.
CREATE TABLE tracked_history (
  repository_id INTEGER NOT NULL REFERENCES tracked_repository(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  commits BLOB NOT NULL,
  times BLOB NOT NULL,
  parents BLOB NOT NULL,
  merges BLOB NOT NULL,
  change_counts BLOB NOT NULL,
  change_paths BLOB NOT NULL,
  change_old BLOB NOT NULL,
  change_new BLOB NOT NULL,
  blobs BLOB NOT NULL,
  paths BLOB NOT NULL,
  PRIMARY KEY (repository_id, position)
) STRICT;

-- Which repositories may hold a blob: the first 6 bytes of its id as a number. The history tells for certain.
CREATE TABLE tracked_blob (
  prefix INTEGER NOT NULL,
  repository_id INTEGER NOT NULL REFERENCES tracked_repository(id) ON DELETE CASCADE,
  PRIMARY KEY (prefix, repository_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tracked_dockerfile (
  id INTEGER PRIMARY KEY,
  blob BLOB NOT NULL UNIQUE,
  reader INTEGER NOT NULL,          -- version of what made its marks
  text BLOB NOT NULL                -- packed
) STRICT;

CREATE TABLE repository_dockerfile (
  repository_id INTEGER NOT NULL REFERENCES tracked_repository(id) ON DELETE CASCADE,
  dockerfile_id INTEGER NOT NULL REFERENCES tracked_dockerfile(id),
  PRIMARY KEY (repository_id, dockerfile_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX repository_dockerfile_dockerfile ON repository_dockerfile (dockerfile_id);

-- What instructions of a Dockerfile read like in a history: 6 bytes of a digest as a number.
CREATE TABLE dockerfile_mark (
  mark INTEGER NOT NULL,
  dockerfile_id INTEGER NOT NULL REFERENCES tracked_dockerfile(id) ON DELETE CASCADE,
  PRIMARY KEY (mark, dockerfile_id)
) STRICT, WITHOUT ROWID;

-- What tracked build files say of builds; `builds` is NULL for a file, or a part of one, that is not read.
CREATE TABLE audit_build (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  file TEXT NOT NULL,
  line INTEGER NOT NULL,
  tool TEXT NOT NULL,
  name TEXT NOT NULL,
  command TEXT NOT NULL,
  automated INTEGER NOT NULL,
  builds INTEGER,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;

-- What an image says of its description, and what became of that.
CREATE TABLE audit_claim (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  repository TEXT NOT NULL,
  revision TEXT NOT NULL,
  dockerfile TEXT NOT NULL,
  context TEXT NOT NULL,
  target TEXT NOT NULL,
  trust TEXT NOT NULL,
  outcome TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;

-- What the signatures beside an image are worth to the user of its newest audit.
CREATE TABLE audit_attestation (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  digest TEXT NOT NULL,
  predicate_type TEXT NOT NULL,
  trust TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;
