// assay explain: how a file got into an image, or all that is known of how an image was made.
import { Command } from 'commander'
import { explainImages, explainPaths } from '../../audit/index.ts'
import {
  renderExplainImage,
  renderExplainImageJson,
  renderExplainPath,
  renderExplainPathJson,
} from '../../report/index.ts'
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
export function explainCommand(): Command {
  const command = new Command('explain')
    .description('tell how a file got into an image, or how the image was made')
    .argument('<image>', 'docker archive or OCI layout (folder or tar); - for standard input')
    .argument('[path]', 'path in the image')
  addTrustOptions(addSourceOptions(addImageOptions(addSharedOptions(command))))
  return command
    .addHelpText('after', EXAMPLES)
    .action(async (image: string, path: string | undefined, raw: RawOptions) => {
      process.exitCode = await run(image, path ?? null, raw)
    })
}

const EXAMPLES = `
Exit status 1: the path is not in the image; the layer that removed it is named.

Examples:
  assay explain app.tar
  assay explain app.tar --repositories ~/git --verbose
  assay explain app.tar /etc/nginx/nginx.conf --source ../app
  assay explain app.tar usr/lib/x86_64-linux-gnu/libz.so.1 --source ../app --json`

async function run(reference: string, path: string | null, raw: RawOptions): Promise<ExitStatus> {
  const shared = sharedOptions(raw)
  const source = sourceOptions(raw)
  const progress = openProgress(shared.quiet)
  const image = imageRequest(reference, imageOptions(raw), progress)
  const request = compareRequest(image, source, shared, {
    policy: await policyOf(source),
    trust: trustOptions(raw),
  })
  const { showArguments } = source
  const style = {
    width: terminalWidth(),
    colour: wantsColour(),
    verbose: shared.verbose,
    showArguments,
  }
  const statuses: ExitStatus[] = []
  if (path === null) {
    const { explanations, errors } = await explainImages(request)
    progress.clear()
    statuses.push(...errors.map((error) => reportError(error, shared)))
    for (const model of explanations) {
      const text = shared.json
        ? await renderExplainImageJson(model, showArguments)
        : await renderExplainImage(model, style)
      await writeReport(null, text)
      if (model.unknown.some((unknown) => unknown.weight === 'fatal')) statuses.push(4)
    }
    return worstStatus(statuses)
  }
  const { explanations, errors } = await explainPaths(request, path)
  progress.clear()
  statuses.push(...errors.map((error) => reportError(error, shared)))
  for (const model of explanations) {
    const text = shared.json
      ? await renderExplainPathJson(model, showArguments)
      : await renderExplainPath(model, style)
    await writeReport(null, text)
    if (model.state.kind === 'absent') statuses.push(1)
  }
  return worstStatus(statuses)
}
