// assay sbom: the packages of an image, as an SBOM or a list.
import { Command } from 'commander'
import { type ImageContents, readContents, VERSION } from '../../audit/index.ts'
import { printable, usageError } from '../../core/index.ts'
import { renderCycloneDx, renderPackages } from '../../report/index.ts'
import { type ExitStatus, worstStatus } from '../exit.ts'
import {
  addImageOptions,
  addSharedOptions,
  collect,
  imageOptions,
  type RawOptions,
  type SharedOptions,
  sharedOptions,
  texts,
} from '../options.ts'
import { checkOutputs, type Output, parseOutput, writeReport } from '../output.ts'
import { openProgress } from '../progress.ts'
import { imageRequest } from '../request.ts'
import { reportError, writeError } from '../terminal.ts'
import { auditDate } from '../when.ts'

type Format = 'cyclonedx-json' | 'json' | 'csv' | 'table' | 'purls'
const FORMATS = { 'cyclonedx-json': ['1.6', '1.7'], json: [], csv: [], table: [], purls: [] }

/** The command. */
export function sbomCommand(): Command {
  const command = new Command('sbom')
    .description('list what an image is made of')
    .argument('<image>', 'docker archive or OCI layout (folder or tar); - for standard input')
    .option(
      '-o, --output <format[@version][=file]>',
      'cyclonedx-json (@1.6, @1.7), json, csv, table or purls; may be repeated (default: table)',
      collect,
    )
    .option('--at <date>', "date in the SBOM (default: $SOURCE_DATE_EPOCH, else the image's own)")
  addImageOptions(addSharedOptions(command))
  return command.addHelpText('after', EXAMPLES).action(async (image: string, raw: RawOptions) => {
    process.exitCode = await run(image, raw)
  })
}

const EXAMPLES = `
Examples:
  assay sbom app.tar
  assay sbom app.tar -o cyclonedx-json=app.cdx.json -o purls
  docker save app:1.2 | assay sbom - -o cyclonedx-json@1.6`

async function run(reference: string, raw: RawOptions): Promise<ExitStatus> {
  const shared = sharedOptions(raw)
  const outputs = outputsOf(raw, shared)
  const progress = openProgress(shared.quiet)
  const { images, errors } = await readContents(
    imageRequest(reference, imageOptions(raw), progress),
    shared.db,
  )
  progress.clear()
  const statuses: ExitStatus[] = errors.map((error) => reportError(error, shared))
  if (images.length > 1 && outputs.some(({ format }) => format === 'cyclonedx-json')) {
    throw usageError('an SBOM is of one image, and the archive holds several', {
      where: reference,
      hint: `--image names one: ${images.map((one) => one.reference).join(', ')}`,
    })
  }
  for (const one of images) {
    if (shared.debug) writeError(timingLine(one))
    const fatal = one.unknown.filter((unknown) => unknown.weight === 'fatal')
    // A list does not show what is missing from it: it is said here, unless an error said it.
    for (const { subject, place, reason } of shared.quiet ? [] : fatal)
      if (!errors.some((error) => error.message === reason))
        writeError(`assay: incomplete: ${printable(place || subject)}: ${printable(reason)}`)
    if (fatal.length > 0) statuses.push(4)
  }
  const at = dateOf(raw)
  for (const output of outputs) {
    const parts: string[] = []
    for (const one of images) parts.push(await render(one, output, at))
    await writeReport(output.file, parts.join(''))
  }
  return worstStatus(statuses)
}

function outputsOf(raw: RawOptions, shared: SharedOptions): readonly Output<Format>[] {
  const named = texts(raw, 'output').map((text) => parseOutput<Format>(text, FORMATS))
  if (shared.json) named.push({ format: 'json', version: '', file: null })
  if (named.length === 0) named.push({ format: 'table', version: '', file: null })
  checkOutputs(named)
  return named
}

/** '' for the image's own date: two runs over the same image then give the same SBOM. */
function dateOf(raw: RawOptions): string {
  if (typeof raw['at'] === 'string') return auditDate(raw['at'])
  return process.env['SOURCE_DATE_EPOCH'] === undefined ? '' : auditDate(null)
}

async function render(one: ImageContents, output: Output<Format>, at: string): Promise<string> {
  const { format, version } = output
  if (format !== 'cyclonedx-json') return renderPackages(one.packages, format)
  return renderCycloneDx({
    reference: one.reference,
    image: one.facts,
    distribution: one.distribution,
    packages: one.packages,
    layerOf: one.layerOf,
    unknown: one.unknown,
    version: version === '1.6' ? '1.6' : '1.7',
    at,
    toolVersion: VERSION,
  })
}

function timingLine({ reference, timing }: ImageContents): string {
  const phases = Object.entries(timing).map(([phase, time]) => `${phase} ${time} ms`)
  return `assay: ${reference}: ${phases.join(', ')}`
}
