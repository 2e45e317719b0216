// Public views on facts: images, layers, files, packages.
import { IMAGE, type ViewDefinition, virtualView } from './sql-view.ts'

const STRENGTHS = 'Strength of the evidence: proved, consistent, claimed or guessed.'

/** Columns of `file`, in the order that the virtual table gives them. */
export const FILE_COLUMNS = {
  path: "Path from the image's root, without a leading slash; bytes that are not UTF-8 as `\\xNN`.",
  kind: 'file, directory, symlink, character-device, block-device or fifo.',
  mode: 'Permission bits, as a number (0755 is 493).',
  uid: 'Owner.',
  gid: 'Group.',
  size: 'Bytes of content; 0 for all but files.',
  mtime: 'Time of last change, seconds since 1970, UTC.',
  target: 'Target of a symlink, `major:minor` of a device, else empty.',
  sha256: 'Hexadecimal sha256 of the content; empty for all but files.',
  git_blob: 'Id that git gives to this content; empty for all but files.',
  layer: 'Position of the layer that last set its content.',
  flags: 'JSON array of facts: elf, script, sparse, escapes-root, absolute-name, over-limit.',
} as const

/** Columns of `origin`, in the order that the virtual table gives them. */
export const ORIGIN_COLUMNS = {
  path: "Path from the image's root.",
  kind: 'What the path is, as in file.',
  size: 'Bytes of content.',
  origin: 'Where it comes from: base, package, context, run, unexplained, …',
  strength: STRENGTHS,
  layer: 'Position of the layer that last set its content.',
  step: 'Position of the step that made this layer; null when none is known.',
  owner: 'Package, tracked path or table row that it belongs to; empty when none.',
  evidence: 'The evidence in a sentence.',
} as const

/** Columns of `owned_file`, in the order that the virtual table gives them. */
export const OWNED_FILE_COLUMNS = {
  purl: 'Package that claims the path.',
  path: 'Path as the package records it.',
  real_path: 'Path after symlinked folders are followed; empty when it is missing.',
  algorithm: 'md5, sha1 or sha256; empty when the record has no digest.',
  digest: 'Digest as recorded, hexadecimal; empty when there is none.',
  state: 'intact, modified, missing, excluded or unverified.',
  configuration: '1 for a configuration file, else 0.',
} as const

/** The views on facts. */
export const IMAGE_VIEWS: readonly ViewDefinition[] = [
  {
    name: 'image',
    describes: 'One row an image.',
    columns: {
      ...IMAGE,
      reference: 'Name it was audited by, else the first name its archive gives; may be empty.',
      manifest: 'Digest of the manifest; null where the archive has none.',
      os: 'Operating system.',
      architecture: 'Architecture as Go names it.',
      variant: 'Variant of the architecture; may be empty.',
      created: 'Creation date as the config gives it; may be empty.',
      author: 'Author as the config gives it; may be empty.',
      layers: 'Number of layers.',
      history_entries: 'Number of history entries.',
      verdict: 'Verdict of the newest audit; null before the first.',
      makers:
        'JSON array of the builders that made it, bottom to top; null before the first audit.',
    },
    sql: `SELECT i.config AS image, coalesce(j.reference, i.names ->> 0, '') AS reference,
  i.manifest, i.os, i.architecture, i.variant, i.created, i.author,
  (SELECT count(*) FROM image_layer l WHERE l.image_id = i.id) AS layers,
  (SELECT count(*) FROM image_history h WHERE h.image_id = i.id) AS history_entries,
  j.verdict, j.makers
FROM stored_image i LEFT JOIN judgement j ON j.image_id = i.id`,
  },
  {
    name: 'label',
    describes: 'Labels of the config.',
    columns: {
      ...IMAGE,
      key: 'Name of the label.',
      value: 'Its value.',
      inherited:
        '1 when the known base has the same value, 0 when not, null when no base is known.',
    },
    sql: `SELECT i.config AS image, t.key, t.value, CASE WHEN b.id IS NULL THEN NULL ELSE EXISTS (
    SELECT 1 FROM image_label o WHERE o.image_id = b.id AND o.key = t.key AND o.value = t.value
  ) END AS inherited
FROM image_label t JOIN stored_image i ON i.id = t.image_id
LEFT JOIN audit_base a ON a.image_id = i.id LEFT JOIN stored_image b ON b.config = a.config`,
  },
  {
    name: 'setting',
    describes: 'Settings that a container starts with.',
    columns: {
      ...IMAGE,
      name: 'env, entrypoint, cmd, user, workdir, port, volume, stop-signal, shell, healthcheck or onbuild.',
      value: 'One element; `K=V` for env.',
      position: 'Place among the elements of this name, from 0.',
    },
    sql: `SELECT i.config AS image, t.name, t.value, t.position
FROM image_setting t JOIN stored_image i ON i.id = t.image_id`,
  },
  {
    name: 'layer',
    describes: 'Layers of each image, bottom to top.',
    columns: {
      ...IMAGE,
      position: 'From 0 at the bottom.',
      diff_id: 'Digest of the uncompressed layer.',
      blob: 'Digest of the stored blob; null where the archive gives none.',
      media_type: 'Media type of the stored blob.',
      size: 'Uncompressed bytes; null when it could not be read.',
      entries: 'Number of entries; null when it could not be read.',
    },
    sql: `SELECT i.config AS image, t.position, t.diff_id, t.blob, t.media_type, s.size, s.entries
FROM image_layer t JOIN stored_image i ON i.id = t.image_id
LEFT JOIN stored_layer s ON s.diff_id = t.diff_id`,
  },
  virtualView(
    'file',
    'image_tree',
    'The merged tree of each image: what a container sees. Name an image in the query.',
    FILE_COLUMNS,
  ),
  virtualView(
    'origin',
    'image_origin',
    'Where each file of an audited image comes from, by its newest audit.',
    ORIGIN_COLUMNS,
  ),
  {
    name: 'installed_package',
    describes: 'Packages of each image.',
    columns: {
      ...IMAGE,
      type: 'Ecosystem, as in its purl: deb, apk, npm, pypi.',
      namespace: 'Namespace of the purl: distribution or npm scope; may be empty.',
      name: 'Name.',
      version: 'Version as recorded; may be empty.',
      architecture: 'Architecture as recorded; may be empty.',
      purl: 'Package URL.',
      source_name: 'Source package.',
      source_version: 'Version of the source package.',
      scope: 'installed, bundled, declared, application, virtual or residual.',
      requested: '1 when asked for by name, 0 when pulled in, null when nothing tells.',
      licences: 'JSON array of licences as declared.',
      maintainer: 'Maintainer as recorded; may be empty.',
      layer: 'Position of the layer that brought it; null when unknown.',
      evidence: 'JSON array of the paths it was read from.',
      location: 'Folder of the package; empty for packages of the system.',
    },
    sql: `SELECT i.config AS image, p.type, p.namespace, p.name, p.version, p.architecture, p.purl,
  p.source_name, p.source_version, p.scope, p.requested, p.licences, p.maintainer, t.layer,
  p.evidence, p.location
FROM image_package t JOIN stored_image i ON i.id = t.image_id JOIN package p ON p.id = t.package_id`,
  },
  {
    name: 'package_dependency',
    describes: 'Dependencies that packages declare.',
    columns: {
      ...IMAGE,
      purl: 'Package that declares it.',
      dependency: 'The text as declared.',
      kind: 'depends, pre-depends, optional, peer, extra or install-if.',
      satisfied_by: 'Purl of the package in this image that satisfies it; null when none does.',
    },
    sql: `SELECT i.config AS image, p.purl, d.value ->> 'text' AS dependency, d.value ->> 'kind' AS kind,
  o.purl AS satisfied_by
FROM image_package t JOIN stored_image i ON i.id = t.image_id JOIN package p ON p.id = t.package_id
JOIN json_each(p.dependencies) d
LEFT JOIN image_package s ON s.image_id = t.image_id AND s.position = t.satisfied ->> d.key
LEFT JOIN package o ON o.id = s.package_id`,
  },
  virtualView(
    'owned_file',
    'image_owned_file',
    'Files that packages of an audited image claim, and how they stand to the record.',
    OWNED_FILE_COLUMNS,
  ),
  {
    name: 'distribution',
    describes: 'The distribution of each image that has an os-release.',
    columns: {
      ...IMAGE,
      id: 'ID: debian, alpine, …',
      version_id: 'VERSION_ID; may be empty.',
      codename: 'VERSION_CODENAME; may be empty.',
      pretty_name: 'PRETTY_NAME; may be empty.',
    },
    sql: `SELECT i.config AS image, i.distribution ->> 'id' AS id,
  i.distribution ->> 'versionId' AS version_id, i.distribution ->> 'codename' AS codename,
  i.distribution ->> 'prettyName' AS pretty_name
FROM stored_image i WHERE i.distribution IS NOT NULL`,
  },
  {
    name: 'attestation',
    describes: 'Attestations found beside an image; none is verified.',
    columns: {
      ...IMAGE,
      digest: 'Digest of the statement.',
      predicate_type: 'What it states: a URI.',
    },
    sql: `SELECT i.config AS image, t.digest, t.predicate_type
FROM image_attestation t JOIN stored_image i ON i.id = t.image_id`,
  },
  {
    name: 'unknown',
    describes: 'What could not be read or decided.',
    columns: {
      ...IMAGE,
      subject: 'The thing it lies in: a layer, an image, a path, a repository.',
      place: 'The place in it; empty when it is the whole.',
      reader: 'Which reader met it.',
      reason: 'Why, in a sentence.',
      weight: 'fatal when the verdict needs it, else partial.',
    },
    sql: `SELECT i.config AS image, t.subject, t.place, t.reader, t.reason, t.weight
FROM audit_unknown t JOIN stored_image i ON i.id = t.image_id
UNION SELECT i.config, t.subject, t.place, t.reader, t.reason, t.weight
FROM image_unknown t JOIN stored_image i ON i.id = t.image_id
UNION SELECT i.config, s.diff_id, t.place, t.reader, t.reason, t.weight
FROM layer_unknown t JOIN stored_layer s ON s.id = t.layer_id
JOIN image_layer l ON l.diff_id = s.diff_id JOIN stored_image i ON i.id = l.image_id`,
  },
]
