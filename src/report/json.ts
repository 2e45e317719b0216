// The audit as JSON, `assay-audit/1`: docs/schema/assay-audit-1.schema.json. Each field is named
// here, so that nothing leaves a report by accident and the order never depends on its maker.
import type {
  AuditedLayer,
  AuditResult,
  Change,
  Finding,
  Outline,
  Relative,
  Step,
  StepPackages,
  Verification,
} from '../core/index.ts'
import { attestationObject, claimObject, foundObject } from './claims.ts'
import { lockObject } from './lock.ts'
import { keyed, orderChanges, orderFindings, orderOrigins, orderUnknowns } from './order.ts'
import { hideArguments } from './secret.ts'

/** What may be shown. */
export interface JsonOptions {
  /** Values of build arguments are shown; they may be secrets. */
  readonly showArguments?: boolean
}

/** The audit as an indented JSON document; ends with a line feed. */
export function renderAuditJson(result: AuditResult, options: JsonOptions = {}): string {
  return `${safeJson(auditObject(result, options), 2)}\n`
}

/** The audit as one line of JSON; ends with a line feed. */
export function renderAuditJsonLine(result: AuditResult, options: JsonOptions = {}): string {
  return `${safeJson(auditObject(result, options))}\n`
}

const RISKY =
  /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g

/** JSON whose strings carry no control, invisible or bidirectional character raw: the same value, safe on a terminal. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(RISKY, escapeUnits)
}

function escapeUnits(text: string): string {
  return text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}

/** The audit as a plain object, as it is written. */
export function auditObject(result: AuditResult, options: JsonOptions = {}) {
  const show = options.showArguments ?? false
  const { description, base, distribution } = result
  return {
    schema: 'assay-audit/1',
    at: result.at,
    image: imageObject(result.image),
    description: description === null ? null : descriptionObject(description, show),
    claims: result.claims.map(claimObject),
    attestations: result.attestations.map(attestationObject),
    base:
      base === null
        ? null
        : {
            reference: base.reference,
            config: base.config,
            layers: base.layers,
            how: base.how,
            strength: base.strength,
            verdict: base.verdict,
          },
    distribution:
      distribution === null
        ? null
        : {
            id: distribution.id,
            versionId: distribution.versionId,
            prettyName: distribution.prettyName,
          },
    packages: keyed(result.packages, (row) => [row.type, row.scope]).map((row) => ({
      type: row.type,
      scope: row.scope,
      count: row.count,
    })),
    verdict: result.verdict,
    reasons: result.reasons.map((reason) => ({ row: reason.row, text: reason.text })),
    origins: orderOrigins(result.origins).map((row) => ({
      origin: row.origin,
      strength: row.strength,
      files: row.files,
      bytes: row.bytes,
    })),
    verification: verificationObject(result.verification),
    outline: result.outline === null ? null : outlineObject(result.outline),
    steps: result.steps.map((step) => stepObject(step, show)),
    changes: orderChanges(result.changes).map((change) => changeObject(change, show)),
    stepPackages: result.stepPackages.map(stepPackagesObject),
    lock: result.lock === null ? null : lockObject(result.lock),
    outdated: null,
    findings: orderFindings(result.findings).map(findingObject),
    unknown: orderUnknowns(result.unknown).map((row) => ({
      subject: row.subject,
      place: row.place,
      reader: row.reader,
      reason: row.reason,
      weight: row.weight,
    })),
  }
}

function stepPackagesObject(row: StepPackages) {
  const { step, layer, line, type, asked, dependencies, unexplained, open, absent } = row
  return { step, layer, line, type, asked, dependencies, unexplained, open, absent }
}

function imageObject(image: AuditResult['image']) {
  return {
    reference: image.reference,
    names: [...image.names],
    manifest: image.manifest,
    config: image.config,
    platform: {
      os: image.platform.os,
      architecture: image.platform.architecture,
      variant: image.platform.variant,
    },
    created: image.created,
    makers: [...image.makers],
    layers: image.layers.map(layerObject),
    notes: [...image.notes],
  }
}

function layerObject(layer: AuditedLayer) {
  return {
    position: layer.position,
    diffId: layer.diffId,
    blob: layer.blob,
    mediaType: layer.mediaType,
    size: layer.size,
    entries: layer.entries,
    state: layer.state,
  }
}

function descriptionObject(description: NonNullable<AuditResult['description']>, show: boolean) {
  return {
    repository: description.repository,
    revision: description.revision,
    commitDate: description.commitDate,
    dockerfile: description.dockerfile,
    context: description.context,
    target: description.target,
    arguments: description.arguments.map((text) => (show ? text : text.replace(/=[\s\S]*$/, ''))),
    how: description.how,
    found: foundObject(description.found),
    builtBy: description.builtBy.map(({ file, line, tool, name, command, automated }) => ({
      ...{ file, line, tool, name, command, automated },
    })),
    unreadBuilds: [...description.unreadBuilds],
  }
}

function verificationObject(verification: Verification | null) {
  if (verification === null) return null
  const { equal, differing, absent, unreadable } = verification
  return {
    equal,
    differing: [...differing],
    absent: [...absent],
    unreadable: unreadable.map(({ place, reason }) => ({ place, reason })),
  }
}

function outlineObject({ base, relative, ...rest }: Outline) {
  return {
    base:
      base === null
        ? null
        : {
            reference: base.reference,
            date: base.date,
            layers: base.layers,
            how: base.how,
            strength: base.strength,
          },
    relative: relative === null ? null : relativeObject(relative),
    requested: rest.requested.map(({ type, names }) => ({ type, names: [...names] })),
    settings: [...rest.settings],
    accounts: [...rest.accounts],
    loose: rest.loose.map(({ folder, files, bytes }) => ({ folder, files, bytes })),
    commands: rest.commands.map(({ path, command }) => ({ path, command })),
  }
}

function relativeObject({ packages, ...relative }: Relative) {
  return {
    reference: relative.reference,
    config: relative.config,
    layers: relative.layers,
    shared: relative.shared,
    all: relative.all,
    verdict: relative.verdict,
    packages: {
      added: [...packages.added],
      removed: [...packages.removed],
      changed: [...packages.changed],
      counts: {
        added: packages.counts.added,
        removed: packages.counts.removed,
        changed: packages.counts.changed,
      },
    },
  }
}

function stepObject(step: Step, show: boolean) {
  return {
    position: step.position,
    history: step.history,
    createdBy: show ? step.createdBy : hideArguments(step.createdBy),
    created: step.created,
    comment: step.comment,
    author: step.author,
    layer: step.layer,
    alignment: step.alignment,
    maker: step.maker,
    instruction: step.instruction,
    line: step.line,
    text: step.text,
    reason: step.reason,
  }
}

function changeObject(change: Change, show: boolean) {
  const hidden = change.kind === 'argument' && !show
  return {
    kind: change.kind,
    subject: change.kind === 'step' && !show ? hideArguments(change.subject) : change.subject,
    path: change.path,
    origin: change.origin,
    layer: change.layer,
    step: change.step,
    line: change.line,
    owner: change.owner,
    expected: hidden ? '' : change.expected,
    found: hidden ? '' : change.found,
    evidence: change.evidence,
    folded: [...change.folded],
  }
}

function findingObject(finding: Finding) {
  return {
    rule: finding.rule,
    name: finding.name,
    severity: finding.severity,
    area: finding.area,
    subject: finding.subject,
    path: finding.path,
    line: finding.line,
    layer: finding.layer,
    base: finding.base,
    message: finding.message,
    fix: finding.fix,
    fingerprint: finding.fingerprint,
    waived: false,
  }
}
