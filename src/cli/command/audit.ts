// assay audit: verdict, changes, findings and the origin of every byte.
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { audit } from '../../audit/index.ts'
import { type AuditResult, messageOf, sourceError, usageError } from '../../core/index.ts'
import type { Policy } from '../../policy/index.ts'
import { renderAudit, renderAuditJson, renderAuditJsonLine } from '../../report/index.ts'
import { BUILT_IN_RULES } from '../../rule/index.ts'
import { type ExitStatus, worstStatus } from '../exit.ts'
import { type FailOn, fails, parseFailOn } from '../fail-on.ts'
import {
  addImageOptions,
  addSharedOptions,
  addSourceOptions,
  collect,
  imageOptions,
  type RawOptions,
  type SharedOptions,
  sharedOptions,
  sourceOptions,
  texts,
} from '../options.ts'
import { checkOutputs, type Output, parseOutput, writeReport } from '../output.ts'
import { policyOf } from '../policy-file.ts'
import { openProgress, type Progress } from '../progress.ts'
import { compareRequest, imageRequest } from '../request.ts'
import { reportError, terminalWidth, wantsColour, writeError } from '../terminal.ts'
import { addTrustOptions, trustOptions } from '../trust-options.ts'
import { auditDate } from '../when.ts'

type Format = 'text' | 'json' | 'json-lines'
const FORMATS = { text: [], json: [], 'json-lines': [] }

/** The command. */
export function auditCommand(): Command {
  const command = new Command('audit')
    .description('compare images with their tracked description')
    .argument('[image...]', 'docker archive or OCI layout (folder or tar); - for standard input')
    .option('--images <file>', 'read references from a file, one a line; - for standard input')
    .option(
      '-o, --output <format[=file]>',
      'report to write: text, json or json-lines; may be repeated (default: text)',
      collect,
    )
    .option('--json-lines', 'print one line of JSON an image')
    .option(
      '--fail-on <level>',
      'what makes the exit status 1: error, warning, drift, lock, unknown or never; may be repeated (default: error)',
      collect,
    )
    .option(
      '--lock <file>',
      'an assay.lock: what has changed since, and whether the description says so',
    )
    .option('--rules <folder>', 'folder with more rules; may be repeated', collect)
    .option('--at <date>', 'date that ages refer to (default: $SOURCE_DATE_EPOCH, else now)')
  addTrustOptions(addSourceOptions(addImageOptions(addSharedOptions(command))))
  return command
    .addHelpText('after', EXAMPLES)
    .action(async (images: string[], raw: RawOptions) => {
      process.exitCode = await run(images, raw)
    })
}

const EXAMPLES = `
Exit status: 0 nothing at or above --fail-on, 1 something is, 2 wrong use, 3 input that
cannot be read, 4 incomplete, 70 a bug in Assay, 130 interrupted. With --lock, a change that
neither the description nor the outside accounts for counts as an error; --fail-on lock looks
at nothing else.

Examples:
  assay audit app.tar --source ../app
  docker save app:1.2 | assay audit - --source ../app#v1.2
  assay audit app.tar --source app.bundle --base debian.tar --json
  assay audit app.tar --repositories ~/git --key cosign.pub
  assay audit app.tar --source . --verify-packages /var/cache/apt/archives
  assay audit app.tar --source . --lock assay.lock --fail-on lock
  assay audit *.tar --source ../app --fail-on drift -o text -o json=audit.json`

interface Plan {
  readonly references: readonly string[]
  readonly outputs: readonly Output<Format>[]
  readonly levels: readonly FailOn[]
  readonly rules: readonly string[]
  readonly at: string
  readonly policy: Policy | null
  readonly shared: SharedOptions
  readonly raw: RawOptions
}

async function run(images: readonly string[], raw: RawOptions): Promise<ExitStatus> {
  const plan = await planOf(images, raw)
  const statuses: ExitStatus[] = []
  const texts = new Map<Output<Format>, string>()
  const progress = openProgress(plan.shared.quiet)
  for (const reference of plan.references) {
    try {
      statuses.push(await auditOne(plan, reference, progress, texts))
    } catch (thrown) {
      // One image that cannot be audited does not keep the others from it.
      progress.clear()
      statuses.push(reportError(thrown, plan.shared))
    }
  }
  for (const [output, text] of texts) if (output.file !== null) await writeReport(output.file, text)
  return worstStatus(statuses)
}

async function planOf(images: readonly string[], raw: RawOptions): Promise<Plan> {
  const shared = sharedOptions(raw)
  const named = texts(raw, 'output').map((text) => parseOutput<Format>(text, FORMATS))
  const direct: Format | null =
    raw['jsonLines'] === true ? 'json-lines' : shared.json ? 'json' : null
  if (direct !== null) named.push({ format: direct, version: '', file: null })
  const outputs: Output<Format>[] =
    named.length === 0 ? [{ format: 'text', version: '', file: null }] : named
  checkOutputs(outputs)
  const listed = typeof raw['images'] === 'string' ? readReferences(raw['images']) : []
  const references = [...images, ...listed]
  if (references.length === 0)
    throw usageError('no image was named', { hint: 'assay audit --help shows examples' })
  if (references.length > 1 && raw['lock'] !== undefined)
    throw usageError('--lock goes with one image, and several were named')
  if ([...references, raw['images']].filter((reference) => reference === '-').length > 1)
    throw usageError('standard input can be read only once')
  return {
    references,
    outputs,
    levels: parseFailOn(texts(raw, 'failOn')),
    rules: [BUILT_IN_RULES, ...texts(raw, 'rules')],
    at: auditDate(typeof raw['at'] === 'string' ? raw['at'] : null),
    policy: await policyOf(sourceOptions(raw)),
    shared,
    raw,
  }
}

function readReferences(file: string): string[] {
  try {
    const text = readFileSync(file === '-' ? 0 : file, 'utf8')
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
  } catch (cause) {
    throw sourceError(`the list of images cannot be read: ${messageOf(cause)}`, {
      where: file,
      cause,
    })
  }
}

async function auditOne(
  plan: Plan,
  reference: string,
  progress: Progress,
  texts: Map<Output<Format>, string>,
): Promise<ExitStatus> {
  const { shared, raw } = plan
  const image = imageRequest(reference, imageOptions(raw), progress)
  const source = sourceOptions(raw)
  const outcome = await audit({
    ...compareRequest(image, source, shared, { policy: plan.policy, trust: trustOptions(raw) }),
    rules: plan.rules,
    lock: typeof raw['lock'] === 'string' ? raw['lock'] : null,
    at: plan.at,
  })
  progress.clear()
  const statuses: ExitStatus[] = outcome.errors.map((error) => reportError(error, shared))
  for (const result of outcome.results) {
    if (shared.debug) writeError(timingLine(result))
    statuses.push(statusOfResult(result, plan.levels))
    for (const output of plan.outputs) {
      const text = await render(result, output.format, shared, source.showArguments)
      if (output.file === null) await writeReport(null, text)
      else texts.set(output, (texts.get(output) ?? '') + text)
    }
  }
  return worstStatus(statuses)
}

function statusOfResult(result: AuditResult, levels: readonly FailOn[]): ExitStatus {
  const incomplete = result.unknown.some((unknown) => unknown.weight === 'fatal')
  return worstStatus([fails(result, levels) ? 1 : 0, incomplete ? 4 : 0])
}

async function render(
  result: AuditResult,
  format: Format,
  { verbose }: SharedOptions,
  showArguments: boolean,
): Promise<string> {
  if (format === 'json') return renderAuditJson(result, { showArguments })
  if (format === 'json-lines') return renderAuditJsonLine(result, { showArguments })
  return renderAudit(result, {
    width: terminalWidth(),
    colour: wantsColour(),
    verbose,
    showArguments,
  })
}

function timingLine({ image, timing }: AuditResult): string {
  const phases = Object.entries(timing).map(([phase, time]) => `${phase} ${time} ms`)
  return `assay: ${image.reference}: ${phases.join(', ') || 'nothing was computed again'}`
}
