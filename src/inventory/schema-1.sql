-- Schema 1 of the inventory. Frozen once released: later versions are steps in schema.ts.
-- Facts may be dropped and read again; the ledger (reference, audit, fingerprint) may not.
-- People and rules ask the views (sql-views.ts); these tables are for src/inventory alone.
-- Digests of images and layers are text as in OCI documents; digests of contents are 32 bytes.
-- A packed column holds one byte (0 plain, 1 deflated) and then the bytes.

-- Facts of layers and contents --------------------------------------------------------------

CREATE TABLE stored_layer (
  id INTEGER PRIMARY KEY,
  diff_id TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  digests TEXT NOT NULL,            -- JSON array: what was computed besides sha256 and git blob
  wants TEXT NOT NULL,              -- names what its reader was asked for
  block BLOB NOT NULL               -- all entries, as src/layer encodes them
) STRICT;

CREATE TABLE layer_unknown (
  layer_id INTEGER NOT NULL REFERENCES stored_layer(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  place TEXT NOT NULL,
  reader TEXT NOT NULL,
  reason TEXT NOT NULL,
  weight TEXT NOT NULL,
  PRIMARY KEY (layer_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE cataloger (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (name, version)
) STRICT;

CREATE TABLE catalog_result (
  content BLOB NOT NULL,
  cataloger_id INTEGER NOT NULL REFERENCES cataloger(id),
  rows BLOB NOT NULL,               -- packed JSON array
  UNIQUE (content, cataloger_id)
) STRICT;

CREATE TABLE evidence (
  content BLOB NOT NULL UNIQUE,
  path TEXT NOT NULL,               -- a path it was met at: catalogers are chosen by path
  size INTEGER NOT NULL,
  bytes BLOB NOT NULL               -- packed
) STRICT;

-- Facts of images ---------------------------------------------------------------------------

CREATE TABLE stored_image (
  id INTEGER PRIMARY KEY,
  config TEXT NOT NULL UNIQUE,
  manifest TEXT,
  names TEXT NOT NULL,              -- JSON array
  os TEXT NOT NULL,
  architecture TEXT NOT NULL,
  variant TEXT NOT NULL,
  created TEXT NOT NULL,
  author TEXT NOT NULL,
  annotations TEXT NOT NULL,        -- JSON object
  config_text BLOB NOT NULL,        -- packed
  distribution TEXT                 -- JSON object, null when the image has no os-release
) STRICT;

CREATE TABLE image_layer (
  image_id INTEGER NOT NULL REFERENCES stored_image(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  diff_id TEXT NOT NULL,
  blob TEXT,
  media_type TEXT NOT NULL,
  blob_size INTEGER,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_layer_diff_id ON image_layer (diff_id, position);

CREATE TABLE image_history (
  image_id INTEGER NOT NULL REFERENCES stored_image(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  created TEXT NOT NULL,
  created_by TEXT NOT NULL,
  comment TEXT NOT NULL,
  author TEXT NOT NULL,
  empty_layer INTEGER NOT NULL,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE image_label (
  image_id INTEGER NOT NULL REFERENCES stored_image(id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (image_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE image_setting (
  image_id INTEGER NOT NULL REFERENCES stored_image(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (image_id, name, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE image_attestation (
  image_id INTEGER NOT NULL REFERENCES stored_image(id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  predicate_type TEXT NOT NULL,
  statement BLOB NOT NULL,          -- packed
  UNIQUE (image_id, digest)
) STRICT;

CREATE TABLE image_unknown (
  image_id INTEGER NOT NULL REFERENCES stored_image(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  subject TEXT NOT NULL,
  place TEXT NOT NULL,
  reader TEXT NOT NULL,
  reason TEXT NOT NULL,
  weight TEXT NOT NULL,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;

-- One row a package as recorded: images that have the same one share it.
CREATE TABLE package (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,         -- sha256 of all other columns
  type TEXT NOT NULL,
  namespace TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  architecture TEXT NOT NULL,
  purl TEXT NOT NULL,
  source_name TEXT NOT NULL,
  source_version TEXT NOT NULL,
  licences TEXT NOT NULL,           -- JSON array
  maintainer TEXT NOT NULL,
  homepage TEXT NOT NULL,
  description TEXT NOT NULL,
  state TEXT NOT NULL,
  scope TEXT NOT NULL,
  requested INTEGER,
  dependencies TEXT NOT NULL,       -- JSON array of {kind, text, alternatives}
  provides TEXT NOT NULL,           -- JSON array
  evidence TEXT NOT NULL,           -- JSON array of paths
  location TEXT NOT NULL,
  record_digest TEXT NOT NULL
) STRICT;
CREATE INDEX package_purl ON package (purl);

CREATE TABLE image_package (
  image_id INTEGER NOT NULL REFERENCES stored_image(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,        -- in order of purl and location
  package_id INTEGER NOT NULL REFERENCES package(id),
  layer INTEGER,
  satisfied TEXT NOT NULL,          -- JSON array: for each dependency the position that satisfies it, or null
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_package_package ON image_package (package_id);

-- What assembling the packages of an image gave, so that the same image is not assembled again.
CREATE TABLE image_contents (
  image_id INTEGER PRIMARY KEY REFERENCES stored_image(id) ON DELETE CASCADE,
  readers TEXT NOT NULL,            -- names the catalogers and layers it was made with
  contents BLOB NOT NULL            -- packed JSON
) STRICT;

-- The ledger --------------------------------------------------------------------------------

CREATE TABLE reference (
  registry TEXT NOT NULL,
  repository TEXT NOT NULL,
  tag TEXT NOT NULL,
  digest TEXT NOT NULL,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  PRIMARY KEY (registry, repository, tag, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  image TEXT NOT NULL,
  at TEXT NOT NULL,
  description TEXT NOT NULL,        -- key of the description; '' when none was found
  rule_set TEXT NOT NULL,
  verdict TEXT NOT NULL,
  counts TEXT NOT NULL,             -- JSON object: changes, errors, warnings, infos, unknown
  input_digest TEXT NOT NULL,
  PRIMARY KEY (image, at, input_digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE fingerprint (
  image TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  rule TEXT NOT NULL,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  PRIMARY KEY (image, fingerprint)
) STRICT, WITHOUT ROWID;

-- Detail of the newest audit of an image ----------------------------------------------------

CREATE TABLE judgement (
  image_id INTEGER PRIMARY KEY REFERENCES stored_image(id) ON DELETE CASCADE,
  reference TEXT NOT NULL,
  at TEXT NOT NULL,
  description_key TEXT NOT NULL,
  rule_set TEXT NOT NULL,
  input_digest TEXT NOT NULL,
  verdict TEXT NOT NULL,
  makers TEXT NOT NULL,             -- JSON array
  origins BLOB NOT NULL,            -- packed columns
  owned_files BLOB NOT NULL,        -- packed columns
  result BLOB                       -- packed JSON of the whole result; null until its findings are in
) STRICT;
CREATE INDEX judgement_input ON judgement (input_digest);

CREATE TABLE audit_step (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  history INTEGER,
  created_by TEXT NOT NULL,
  created TEXT NOT NULL,
  comment TEXT NOT NULL,
  author TEXT NOT NULL,
  layer INTEGER,
  alignment TEXT NOT NULL,
  maker TEXT NOT NULL,
  instruction INTEGER,
  line INTEGER,
  text TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_change (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  path TEXT NOT NULL,
  origin TEXT NOT NULL,
  layer INTEGER,
  step INTEGER,
  line INTEGER,
  owner TEXT NOT NULL,
  expected TEXT NOT NULL,
  found TEXT NOT NULL,
  evidence TEXT NOT NULL,
  folded TEXT NOT NULL,             -- JSON array of paths
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_finding (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  rule TEXT NOT NULL,
  name TEXT NOT NULL,
  severity TEXT NOT NULL,
  area TEXT NOT NULL,
  subject TEXT NOT NULL,
  path TEXT NOT NULL,
  line INTEGER,
  layer INTEGER,
  base INTEGER NOT NULL,
  message TEXT NOT NULL,
  fix TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_unknown (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  subject TEXT NOT NULL,
  place TEXT NOT NULL,
  reader TEXT NOT NULL,
  reason TEXT NOT NULL,
  weight TEXT NOT NULL,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_base (
  image_id INTEGER PRIMARY KEY REFERENCES judgement(image_id) ON DELETE CASCADE,
  reference TEXT NOT NULL,
  config TEXT,
  layers INTEGER NOT NULL,
  how TEXT NOT NULL,
  strength TEXT NOT NULL
) STRICT;

CREATE TABLE audit_description (
  image_id INTEGER PRIMARY KEY REFERENCES judgement(image_id) ON DELETE CASCADE,
  repository TEXT NOT NULL,
  revision TEXT NOT NULL,
  commit_id TEXT NOT NULL,
  commit_date TEXT NOT NULL,
  dockerfile TEXT NOT NULL,
  dockerfile_state TEXT NOT NULL,
  context TEXT NOT NULL,
  target TEXT NOT NULL,
  how TEXT NOT NULL
) STRICT;

CREATE TABLE audit_revision (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  source TEXT NOT NULL,
  text TEXT NOT NULL,
  commit_id TEXT NOT NULL,
  state TEXT NOT NULL,
  dirty INTEGER NOT NULL,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_instruction (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  stage INTEGER NOT NULL,
  stage_name TEXT NOT NULL,
  in_target INTEGER NOT NULL,
  keyword TEXT NOT NULL,
  line INTEGER NOT NULL,
  end_line INTEGER NOT NULL,
  raw TEXT NOT NULL,
  text TEXT NOT NULL,
  expanded TEXT NOT NULL,
  flags TEXT NOT NULL,              -- JSON array of {name, value}
  is_json INTEGER NOT NULL,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_from (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  instruction INTEGER NOT NULL,
  stage INTEGER NOT NULL,
  line INTEGER NOT NULL,
  reference TEXT NOT NULL,
  registry TEXT NOT NULL,
  repository TEXT NOT NULL,
  tag TEXT NOT NULL,
  digest TEXT NOT NULL,
  platform TEXT NOT NULL,
  from_argument INTEGER NOT NULL,
  undeclared TEXT NOT NULL,         -- JSON array
  PRIMARY KEY (image_id, instruction)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_command (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  instruction INTEGER NOT NULL,
  position INTEGER NOT NULL,
  line INTEGER NOT NULL,
  name TEXT NOT NULL,
  words TEXT NOT NULL,              -- JSON array
  conditional INTEGER NOT NULL,
  pipeline INTEGER NOT NULL,
  pipeline_index INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (image_id, instruction, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_request (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  instruction INTEGER NOT NULL,
  command INTEGER NOT NULL,
  line INTEGER NOT NULL,
  manager TEXT NOT NULL,
  action TEXT NOT NULL,
  name TEXT NOT NULL,
  constraint_text TEXT NOT NULL,
  pinned INTEGER NOT NULL,
  options TEXT NOT NULL,            -- JSON array
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_copy (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  instruction INTEGER NOT NULL,
  position INTEGER NOT NULL,
  line INTEGER NOT NULL,
  keyword TEXT NOT NULL,
  source TEXT NOT NULL,
  destination TEXT NOT NULL,
  from_kind TEXT NOT NULL,
  from_name TEXT NOT NULL,
  checksum TEXT NOT NULL,
  is_url INTEGER NOT NULL,
  PRIMARY KEY (image_id, instruction, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_context_file (
  image_id INTEGER NOT NULL REFERENCES judgement(image_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  path TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID;
