// The Dockerfile's own bytes inside provenance, or inside the image, held against the history of the repository: is
// it the tracked one, that of another commit, or of none?
import { createHash } from 'node:crypto'
import type { Description, Unknown } from '../core/index.ts'
import type { Repository } from '../description/index.ts'
import type { PlacedClaim } from './judge-claims.ts'

/** What the comparison gave, by the claim's place in the list. */
export interface DockerfileProof {
  readonly notes: ReadonlyMap<number, string>
  readonly unknowns: readonly Unknown[]
}

/** Compares the texts that claims hold with the Dockerfile that was found. */
export async function checkDockerfile(
  placed: readonly PlacedClaim[],
  repository: Repository,
  description: Description,
): Promise<DockerfileProof> {
  const notes = new Map<number, string>()
  const unknowns: Unknown[] = []
  for (const [index, { claim }] of placed.entries()) {
    if (claim.dockerfileText === null) continue
    const blob = blobOf(claim.dockerfileText)
    const { dockerfilePath, revision } = description
    const at = `${dockerfilePath} at ${revision.commit.slice(0, 12)}`
    if (blob === description.dockerfileBlob) {
      notes.set(index, `the Dockerfile inside is ${at}`)
      continue
    }
    const sighting = (await repository.sightings([blob])).get(blob)
    const told =
      sighting === undefined
        ? `the Dockerfile inside is in no commit of ${repository.name}${repository.isShallow ? ' that this shallow clone has' : ''}`
        : `the Dockerfile inside is ${sighting.path} of commit ${sighting.commit.slice(0, 12)}`
    notes.set(index, told)
    unknowns.push({
      subject: repository.name,
      place: claim.from,
      reader: 'claims',
      reason: `${told}; the image is compared with ${at}`,
      weight: 'partial',
    })
  }
  return { notes, unknowns }
}

function blobOf(text: string): string {
  const bytes = Buffer.from(text, 'utf8')
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}
