// A layer is read once, for ever; again only where an image needs digests that it was not read with.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readContents } from '../../src/audit/sbom.ts'
import { openInventory } from '../../src/inventory/index.ts'
import { type Member, writeOciLayout } from '../support/image.ts'
import { digestFor, temporaryFolder } from '../support/inventory.ts'

const shared = { members: [{ name: 'app', content: 'hello' }] }
const apk = { members: [{ name: 'etc/apk/world', content: '' }] }
const dpkg = { members: [{ name: 'var/lib/dpkg/status', content: '' }] }
const plain = { members: [{ name: 'etc/hosts', content: '' }] }

interface Layer {
  readonly members: readonly Member[]
}

class Desk {
  readonly folder = temporaryFolder()
  readonly db = join(this.folder, 'inventory.db')
  #count = 0

  /** Digests that each layer of the image is stored with, after it was read. */
  async read(...layers: readonly Layer[]): Promise<{ digests: string[]; reads: number }> {
    this.#count += 1
    const reference = join(this.folder, String(this.#count))
    await writeOciLayout(reference, { layers })
    let reads = 0
    const progress = (): void => {
      reads += 1
    }
    const request = { reference, stdin: null, platform: null, name: null, verify: false }
    const { images } = await readContents({ ...request, threads: 0, progress }, this.db)
    const inventory = openInventory(this.db)
    try {
      const stored = (images[0]?.facts.layers ?? []).map(
        ({ diffId }) => inventory.storedLayer(diffId)?.digests.join(' ') ?? 'not read',
      )
      return { digests: stored, reads }
    } finally {
      inventory.close()
    }
  }
}

describe('digests that package records use', () => {
  it('are told by the lowest layer; where it has no package manager, another layer may bring one', async () => {
    const desk = new Desk()
    expect(await desk.read(dpkg, shared)).toEqual({ digests: ['md5', 'md5'], reads: 2 })
    expect((await new Desk().read(apk, shared)).digests).toEqual(['sha1', 'sha1'])
    expect((await new Desk().read(plain, dpkg)).digests).toEqual(['md5 sha1', 'md5 sha1'])
    expect((await new Desk().read(plain)).digests).toEqual([''])
  })

  it('a layer that lacks one is read again, and then serves both images', async () => {
    const desk = new Desk()
    await desk.read(apk, shared)
    expect(await desk.read(dpkg, shared)).toEqual({ digests: ['md5', 'md5 sha1'], reads: 2 })
    expect(await desk.read(apk, shared)).toEqual({ digests: ['sha1', 'md5 sha1'], reads: 0 })
    expect(await desk.read(dpkg, shared)).toEqual({ digests: ['md5', 'md5 sha1'], reads: 0 })
  })

  it('a layer that was never stored is told as such', () => {
    const inventory = openInventory(new Desk().db)
    expect(inventory.storedLayer(digestFor('none'))).toBeNull()
    inventory.close()
  })
})
