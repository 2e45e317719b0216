// A Go program built by ko on a base from a loopback registry.
import { relative } from 'node:path'
import { run } from '../engine.ts'
import type { CommitPlan } from '../repositories.ts'
import { makerProgram } from './programs.ts'
import { Registry } from './registry.ts'

/** What ko builds: go.mod, a program and kodata. */
export const koPlans: readonly CommitPlan[] = [
  {
    message: 'Greet',
    files: {
      'go.mod': 'module example.test/greeter\n\ngo 1.22\n',
      'main.go': `package main

import "fmt"

func main() { fmt.Println("good day") }
`,
      'kodata/words': 'good day\n',
    },
  },
]

/** Builds the module in the folder on the image of a docker archive, into an OCI layout folder. */
export async function buildWithKo(source: string, base: string, layout: string): Promise<void> {
  const registry = await Registry.start()
  try {
    await registry.push(base, 'base:1')
    // ko takes the layout's path for the name of a repository too: no capital may be in it
    const place = `--oci-layout-path=${relative(source, layout)}`
    const words = ['build', '--push=false', '--bare', '--sbom=none', '--platform=linux/amd64']
    await run(makerProgram('ko'), [...words, place, '.'], {
      cwd: source,
      env: {
        // what the host sets for other builds may take the revision out of the program
        GOFLAGS: '',
        KO_DOCKER_REPO: 'assay.test/greeter',
        KO_DEFAULTBASEIMAGE: `${registry.host}/base:1`,
      },
    })
  } finally {
    await registry.stop()
  }
}
