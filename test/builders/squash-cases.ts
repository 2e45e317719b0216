// Squashed images: by `docker build --squash`, which keeps the history and empties its entries, and by the
// docker-squash tool, which takes the entries away with the layers.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './engine.ts'
import { proxyArguments } from './packages.ts'
import { nothingMissing, type Part } from './part.ts'
import { root } from './root.ts'
import { forgeOneLayer, forgeRecords } from './single-layer.ts'
import { statusApp } from './status-parts.ts'
import type { Workshop } from './workshop.ts'

async function squash(workshop: Workshop): Promise<void> {
  const app = await statusApp(workshop)
  const name = 'status-squashed'
  const tag = 'status:squashed'
  await workshop.engine.build({
    ...{ builder: 'legacy', context: workshop.repository(app), tag, squash: true },
    arguments: proxyArguments(workshop.proxy),
  })
  await workshop.add(app, 'legacy, --squash', tag, { name, verdict: 'floating', planted: [] })
  await forgeOneLayer(workshop, app, { maker: 'legacy, --squash', from: name })
  await forgeRecords(workshop, app, { maker: 'legacy, --squash', from: name })
}

/** `docker build --squash`. */
export const squashPart: Part = {
  name: 'squash',
  missing: nothingMissing,
  make: squash,
  cases: [
    ...['status-squashed', 'status-squashed-forged', 'status-squashed-forged-more'],
    'status-squashed-records',
  ],
}

const python = join(root, '.cache', 'makers', 'python')

function squashToolMissing(): string | null {
  if (!existsSync(join(python, 'docker_squash')))
    return 'no docker-squash: pip3 install --target .cache/makers/python docker-squash'
  const words = ['-c', 'import docker_squash.cli']
  const found = spawnSync('python3', words, { env: { ...process.env, PYTHONPATH: python } })
  return found.status === 0 ? null : `docker-squash does not start: ${String(found.stderr).trim()}`
}

async function squashByTool(workshop: Workshop): Promise<void> {
  const app = await statusApp(workshop)
  const from = 'status:to-merge'
  const archive = workshop.archive('status-legacy')
  await workshop.engine.docker(['load', '--quiet', '--input', archive])
  await workshop.engine.docker(['tag', 'status:legacy', from])
  // The base's one entry stays, everything above becomes one.
  const entries = await workshop.engine.docker(['history', '--quiet', from])
  const own = String(entries.trim().split('\n').length - 1)
  for (const [name, message] of [
    ['status-merged', ''],
    ['status-merged-message', 'one layer, please'],
  ] as const) {
    const words = ['--tag', `status:${name}`, '--message', message]
    await run('python3', ['-m', 'docker_squash.cli', '--from-layer', own, ...words, from], {
      env: { PYTHONPATH: python, DOCKER_HOST: `unix://${workshop.engine.socket}` },
    })
    const maker = 'docker-squash'
    await workshop.add(app, maker, `status:${name}`, { name, verdict: 'floating', planted: [] })
  }
  await forgeOneLayer(workshop, app, { maker: 'docker-squash', from: 'status-merged' })
  await forgeRecords(workshop, app, { maker: 'docker-squash', from: 'status-merged' })
}

/** The docker-squash tool. */
export const squashToolPart: Part = {
  name: 'docker-squash',
  missing: squashToolMissing,
  make: squashByTool,
  cases: [
    ...['status-merged', 'status-merged-message'],
    ...['status-merged-forged', 'status-merged-forged-more', 'status-merged-records'],
  ],
}
