// umoci (opencontainers/umoci): `umoci repack`, `insert`, `config`, `raw add-layer`. It changes images in
// place: what it packed is recorded nowhere, so its layers are untracked steps where there is a Dockerfile.
import { factsOf, makerDialect } from './profile.ts'

/** Layers and settings put on an image by umoci. */
export const umoci = makerDialect(
  'umoci',
  ({ createdBy }) => /^umoci (repack|insert|config|raw)( |$)/.test(createdBy),
  {
    title: 'umoci',
    description: 'at best a tracked script that calls umoci',
    check: 'run that script on the same base, and compare both images',
    builds: false,
    proven: 'umoci 0.4.7',
    unproven: '',
    facts: ({ entries, author }) =>
      factsOf({ commands: entries.map(({ createdBy }) => createdBy).join(', '), author }),
  },
)
