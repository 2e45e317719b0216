// assay diff: what differs between two images, or between an image and a lock.
import { Command } from 'commander'
import { diffImages } from '../../audit/index.ts'
import { DIFF_LEVELS, type DiffLevel, usageError } from '../../core/index.ts'
import { renderDiff, renderDiffJson } from '../../report/index.ts'
import { type ExitStatus, worstStatus } from '../exit.ts'
import {
  addImageOptions,
  addSharedOptions,
  addSourceOptions,
  imageOptions,
  type RawOptions,
  sharedOptions,
  sourceOptions,
} from '../options.ts'
import { writeReport } from '../output.ts'
import { policyOf } from '../policy-file.ts'
import { openProgress } from '../progress.ts'
import { compareRequest, imageRequest } from '../request.ts'
import { reportError, terminalWidth, wantsColour } from '../terminal.ts'
import { addTrustOptions, trustOptions } from '../trust-options.ts'

/** The command. */
export function diffCommand(): Command {
  const command = new Command('diff')
    .description('tell what differs between two images, packages first')
    .argument(
      '<a>',
      'docker archive or OCI layout (folder or tar), or an assay.lock; - for standard input',
    )
    .argument('<b>', 'likewise')
    .option('--image-a <name>', 'of A, take only this image (default: that of --image)')
    .option('--image-b <name>', 'of B, take only this image (default: that of --image)')
    .option(
      '--fail-on <level>',
      'end with status 1 at this level or a worse one: normalised, equivalent, drifted or never',
      'drifted',
    )
  addTrustOptions(addSourceOptions(addImageOptions(addSharedOptions(command))))
  return command
    .addHelpText('after', EXAMPLES)
    .action(async (a: string, b: string, raw: RawOptions) => {
      process.exitCode = await run(a, b, raw)
    })
}

const EXAMPLES = `
Levels, closest first:
  identical   one digest
  normalised  nothing differs but what every build writes differently: times, logs, caches, the
              day in /etc/shadow; --verbose lists it
  equivalent  the same packages, tracked files, programs and settings; only bytes of plain files
              that steps make differ (this needs --source: without it such files are of no origin)
  drifted     anything else

Exit status: 0 closer than --fail-on, 1 that level or worse, 2 wrong use, 3 input that cannot be
read, 4 incomplete, 70 a bug in Assay, 130 interrupted.

Examples:
  assay diff app-1.tar app-2.tar
  assay diff app.tar rebuilt.tar --source ../app --fail-on equivalent
  assay diff assay.lock app.tar --source . --json
  docker save app:2 | assay diff app-1.tar - --verbose`

async function run(a: string, b: string, raw: RawOptions): Promise<ExitStatus> {
  const shared = sharedOptions(raw)
  const failOn = levelOf(raw['failOn'])
  if (a === '-' && b === '-') throw usageError('standard input can be read only once')
  const source = sourceOptions(raw)
  const policy = await policyOf(source)
  const progress = openProgress(shared.quiet)
  const options = imageOptions(raw)
  const [first, second] = [
    [a, raw['imageA']],
    [b, raw['imageB']],
  ].map(([reference, name]) => {
    const own = { ...options, name: typeof name === 'string' ? name : options.name }
    return compareRequest(imageRequest(String(reference), own, progress), source, shared, {
      policy,
      trust: trustOptions(raw),
    })
  })
  if (first === undefined || second === undefined) throw usageError('two images are compared')
  const { diff, errors } = await diffImages(first, second)
  progress.clear()
  const statuses: ExitStatus[] = errors.map((error) => reportError(error, shared))
  const { showArguments } = source
  const text = shared.json
    ? await renderDiffJson(diff, { showArguments })
    : await renderDiff(diff, {
        width: terminalWidth(),
        colour: wantsColour(),
        verbose: shared.verbose,
        showArguments,
      })
  await writeReport(null, text)
  if (diff.unknown.some(({ weight }) => weight === 'fatal')) statuses.push(4)
  const worst = failOn === 'never' ? DIFF_LEVELS.length : DIFF_LEVELS.indexOf(failOn)
  if (DIFF_LEVELS.indexOf(diff.level) >= worst) statuses.push(1)
  return worstStatus(statuses)
}

function levelOf(given: unknown): Exclude<DiffLevel, 'identical'> | 'never' {
  switch (given) {
    case 'normalised':
    case 'equivalent':
    case 'drifted':
    case 'never':
      return given
    default:
      throw usageError(`--fail-on has no level ${String(given)}`, {
        hint: 'the levels are normalised, equivalent, drifted and never',
      })
  }
}
