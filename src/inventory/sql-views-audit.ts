// Public views on judgements: the newest audit of each image, and the ledger of all audits.
import { IMAGE, judgementView, type ViewDefinition } from './sql-view.ts'

const LAYER = 'Position of the layer; null when it is about none.'
const LINE = 'Line in the Dockerfile; null when it is about none.'

/** The views on what audits found. */
export const AUDIT_VIEWS: readonly ViewDefinition[] = [
  judgementView('step', 'audit_step', 'History entries and instructions, brought together.', {
    position: 'Place in the order that reports show, from 0.',
    history: 'Index of the history entry; null for a step that is missing.',
    created_by: 'What the builder wrote; empty for a step that is missing.',
    created: 'Date as written; may be empty.',
    comment: 'Comment as written; may be empty.',
    author: 'Author as written; may be empty.',
    layer: 'Position of the layer it made; null when it made none.',
    alignment: 'base, same, changed, untracked, missing, reordered, merged or unaligned.',
    maker: 'Builder that wrote the entry: docker, buildkit, commit, import, unknown, …',
    instruction: 'Position of its instruction; null when none belongs to it.',
    line: LINE,
    text: 'Text of its instruction; may be empty.',
    reason: 'Why it was aligned so; empty when it is the same.',
  }),
  judgementView('change', 'audit_change', 'What the description does not explain, folded.', {
    position: 'Place in the order that reports show, from 0.',
    kind: 'added, modified, deleted, mode, owner, package-added, package-removed, package-changed, account, setting, step or argument.',
    subject: 'Path, package, account, setting or step it is about.',
    path: 'Path in the image; may be empty.',
    origin: 'Origin of the file; may be empty.',
    layer: LAYER,
    step: 'Position of the step that brought it; null when unknown.',
    line: LINE,
    owner: 'Package or tracked file it belongs to; may be empty.',
    expected: 'What the description or record says; may be empty.',
    found: 'What is there; may be empty.',
    evidence: 'The evidence in a sentence.',
    folded: 'JSON array of the paths folded into it.',
  }),
  judgementView('finding', 'audit_finding', 'What rules found.', {
    position: 'Place in the order that reports show, from 0.',
    rule: 'Id of the rule.',
    name: 'Name of the rule.',
    severity: 'error, warning or info.',
    area: 'Area of the rule.',
    subject: 'The thing it is about.',
    path: 'Path in the image; may be empty.',
    line: LINE,
    layer: LAYER,
    base: "1 when it lies in the base image, 0 in the user's own part.",
    message: 'What is wrong.',
    fix: 'What to do.',
    fingerprint: 'Sixteen hexadecimal digits, stable across rebuilds.',
  }),
  judgementView('base', 'audit_base', 'The base image of each audited image, when known.', {
    reference: 'Its name; may be empty.',
    config: 'Its config digest; null when it is not in the inventory.',
    layers: 'Number of layers that are the base.',
    how: 'How it was found.',
    strength: 'proved, consistent, claimed or guessed.',
  }),
  {
    name: 'maker',
    describes: 'Builders that made each audited image.',
    columns: { ...IMAGE, maker: 'docker, buildkit, commit, import, unknown, …' },
    sql: `SELECT i.config AS image, m.value AS maker
FROM judgement t JOIN stored_image i ON i.id = t.image_id JOIN json_each(t.makers) m`,
  },
  {
    name: 'audit_history',
    describes: 'All audits ever made of each image: the ledger.',
    columns: {
      ...IMAGE,
      at: 'Date that its ages refer to.',
      description: 'Repository, commit and Dockerfile it was compared with; may be empty.',
      verdict: 'The verdict.',
      counts: 'JSON object: changes, errors, warnings, infos, unknown.',
      rule_set: 'Digest of the rules.',
      input_digest: 'Digest of all that the audit depends on.',
    },
    sql: `SELECT a.image, a.at, a.description, a.verdict, a.counts, a.rule_set, a.input_digest
FROM audit a`,
  },
  {
    name: 'image_reference',
    describes: 'Names that an image was seen under: the ledger.',
    columns: {
      ...IMAGE,
      registry: 'Host of the registry; `docker.io` where the name has none.',
      repository: 'Repository; `library/` stands before a bare name of docker.io.',
      tag: 'Tag; may be empty.',
      digest: 'Manifest digest, or config digest where there is no manifest.',
      first_seen: 'Date it was first seen.',
      last_seen: 'Date it was last seen.',
    },
    sql: `SELECT i.config AS image, r.registry, r.repository, r.tag, r.digest, r.first_seen, r.last_seen
FROM reference r JOIN stored_image i ON r.digest = i.manifest OR r.digest = i.config`,
  },
]
