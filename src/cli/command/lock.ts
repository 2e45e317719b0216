// assay lock: writes what an image is, to be committed beside its description.
import { Command } from 'commander'
import { lockImage } from '../../audit/index.ts'
import { renderLock, usageError } from '../../core/index.ts'
import type { ExitStatus } from '../exit.ts'
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
import { writeError } from '../terminal.ts'
import { addTrustOptions, trustOptions } from '../trust-options.ts'

/** The command. */
export function lockCommand(): Command {
  const command = new Command('lock')
    .description('write down what an image is, so that a later audit tells what changed')
    .argument('<image>', 'docker archive or OCI layout (folder or tar); - for standard input')
    .option('-o, --output <file>', 'file to write; - for standard output', 'assay.lock')
  addTrustOptions(addSourceOptions(addImageOptions(addSharedOptions(command))))
  return command.addHelpText('after', EXAMPLES).action(async (image: string, raw: RawOptions) => {
    process.exitCode = await run(image, raw)
  })
}

const EXAMPLES = `
The lock is text, one item a line, sorted: commit it. docs/lock.md says what it sees and what
it does not. Give the same --source, --base and --build-arg as to assay audit.

Examples:
  assay lock app.tar --source . --base debian.tar
  assay audit app.tar --source . --base debian.tar --lock assay.lock
  docker save app:1.2 | assay lock - --source ../app#v1.2 -o -`

async function run(reference: string, raw: RawOptions): Promise<ExitStatus> {
  const shared = sharedOptions(raw)
  if (shared.json)
    throw usageError('a lock is no JSON', { hint: 'assay audit --json has all of it' })
  const file = typeof raw['output'] === 'string' ? raw['output'] : 'assay.lock'
  if (file === '') throw usageError('--output names no file')
  const source = sourceOptions(raw)
  const progress = openProgress(shared.quiet)
  const image = imageRequest(reference, imageOptions(raw), progress)
  const request = compareRequest(image, source, shared, {
    policy: await policyOf(source),
    trust: trustOptions(raw),
  })
  const { lock, isDescribed } = await lockImage(request)
  progress.clear()
  if (!isDescribed && !shared.quiet) {
    writeError('assay: no description was given (--source): the lock will explain no change')
  }
  await writeReport(file === '-' ? null : file, renderLock(lock))
  if (file !== '-' && !shared.quiet) {
    writeError(`assay: ${file}: ${lock.items.length} items`)
  }
  return 0
}
