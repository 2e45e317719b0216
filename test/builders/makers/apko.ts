// An image assembled by apko from a package repository of the tests' own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { makeApkRepository } from '../apk.ts'
import { run } from '../engine.ts'
import type { CommitPlan } from '../repositories.ts'
import { makerProgram } from './programs.ts'

/** The repository that apko builds from. */
export const apkoPlans: readonly CommitPlan[] = [
  {
    message: 'Greet',
    files: {
      'apko.yaml': `contents:
  packages:
    - greet=1.2-r0
entrypoint:
  command: /usr/bin/greet
accounts:
  users:
    - username: web
      uid: 1000
  run-as: web
`,
    },
  },
]

const greet = {
  name: 'greet',
  version: '1.2-r0',
  description: 'greets',
  depends: [],
  files: { 'usr/bin/greet': { content: '#!/bin/sh\necho good day\n', mode: 0o755 } },
}

/** Builds the configuration in the folder into a docker archive. */
export async function buildWithApko(source: string, archive: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-apko-'))
  try {
    for (const [name, bytes] of await makeApkRepository('packages', [greet])) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), bytes)
    }
    const words = ['build', '--arch=x86_64', '--ignore-signatures', '--sbom=false']
    const packages = `--repository-append=${join(folder, 'packages')}`
    const image = ['apko.yaml', 'assay.test/greeter:1', archive]
    await run(makerProgram('apko'), [...words, packages, ...image], { cwd: source })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
