// The difference between two images as JSON, `assay-diff/1`: docs/schema/assay-diff-1.schema.json.
import type { DiffSide, ImageDiff } from '../core/index.ts'
import { type JsonOptions, safeJson } from './json.ts'
import { orderUnknowns } from './order.ts'
import { hideArguments } from './secret.ts'

/** The difference as an indented JSON document; ends with a line feed. */
export function renderDiffJson(diff: ImageDiff, options: JsonOptions = {}): string {
  const show = options.showArguments ?? false
  const object = {
    schema: 'assay-diff/1',
    a: sideObject(diff.a),
    b: sideObject(diff.b),
    level: diff.level,
    decidedBy: diff.decidedBy,
    layers:
      diff.layers === null
        ? null
        : {
            same: diff.layers.same,
            normalised: diff.layers.normalised,
            different: diff.layers.different,
          },
    packages: diff.packages.map((row) => ({
      change: row.change,
      type: row.type,
      name: row.name,
      place: row.place,
      from: row.from,
      to: row.to,
      files: row.files,
    })),
    files: diff.files.map((row) => ({
      change: row.change,
      path: row.path,
      origin: row.origin,
      owner: row.owner,
      from: row.from,
      to: row.to,
      drift: row.drift,
    })),
    settings: diff.settings.map((row) => ({ name: row.name, from: row.from, to: row.to })),
    history: diff.history.map((row) => ({
      change: row.change,
      text: show ? row.text : hideArguments(row.text),
    })),
    benign: diff.benign.map((row) => ({ subject: row.subject, reason: row.reason })),
    times: diff.times,
    unknown: orderUnknowns(diff.unknown).map((row) => ({
      subject: row.subject,
      place: row.place,
      reader: row.reader,
      reason: row.reason,
      weight: row.weight,
    })),
  }
  return `${safeJson(object, 2)}\n`
}

function sideObject(side: DiffSide) {
  return {
    kind: side.kind,
    reference: side.reference,
    config: side.config,
    manifest: side.manifest,
    platform: side.platform,
    created: side.created,
    layers: side.layers,
  }
}
