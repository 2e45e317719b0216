// Image layouts: which manifest of an image is taken for a platform.
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type BuiltImage, buildImage } from '../../support/image.ts'
import { OciLayout, REFERENCE_NAME } from '../../support/oci-layout.ts'
import {
  errorLine,
  opened,
  openedImage,
  platform,
  refusal,
  refusalLine,
  scratchFolder,
} from '../../support/opened.ts'

const folder = scratchFolder()
const HOST = platform('linux/amd64')
let number = 0
let layout = new OciLayout()

beforeEach(() => {
  layout = new OciLayout()
})

function image(architecture: string, extra: Record<string, unknown> = {}): Promise<BuiltImage> {
  const content = `built for ${architecture}`
  return buildImage(
    { architecture, layers: [{ members: [{ name: 'file', content }], createdBy: 'RUN x' }] },
    extra,
  )
}

/** Adds an image as an index lists it. */
async function listed(text: string) {
  const [os = '', architecture = '', variant] = text.split('/')
  const descriptor = layout.image(await image(architecture, { os, variant }))
  return { ...descriptor, platform: { os, architecture, ...(variant ? { variant } : {}) } }
}

function write(manifests: readonly object[]): string {
  number += 1
  return layout.writeFolder(join(folder, String(number)), manifests)
}

async function chosen(path: string, wanted: string) {
  const { facts, notes } = await openedImage(path, { platform: platform(wanted) })
  const { os, architecture, variant } = facts.platform
  return { platform: [os, architecture, variant].filter(Boolean).join('/'), notes }
}

describe('an image for several platforms', () => {
  test('in a nested index', async () => {
    const platforms = ['linux/amd64', 'linux/arm64/v8', 'linux/arm/v6', 'linux/s390x']
    const manifests = await Promise.all(platforms.map(listed))
    const path = write([layout.index([layout.index(manifests)])])
    expect(await chosen(path, 'linux/amd64')).toEqual({ platform: 'linux/amd64', notes: [] })
    expect(await chosen(path, 'linux/arm64')).toEqual({ platform: 'linux/arm64/v8', notes: [] })
    expect(await chosen(path, 'linux/arm/v7')).toEqual({
      platform: 'linux/arm/v6',
      notes: ['it is not here for linux/arm/v7; engines take linux/arm/v6 then'],
    })
    const error = await refusal(path, { platform: platform('linux/riscv64') })
    expect(errorLine(error)).toBe(
      `usage ${path}: the image does not exist for linux/riscv64; it is here for ` +
        'linux/amd64, linux/arm/v6, linux/arm64/v8, linux/s390x',
    )
    expect(error.hint).toBe('Choose one with --platform.')
  })

  test('listed side by side under one name, or under none', async () => {
    const manifests = await Promise.all(['linux/amd64', 'linux/arm64'].map(listed))
    const annotations = { [REFERENCE_NAME]: 'app:1' }
    for (const list of [manifests, manifests.map((each) => ({ ...each, annotations }))]) {
      expect(await chosen(write(list), 'linux/arm64')).toEqual({
        platform: 'linux/arm64',
        notes: [],
      })
    }
  })

  test('the best, wherever it stands', async () => {
    const manifests = await Promise.all(
      ['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7'].map(listed),
    )
    const path = write([layout.index(manifests)])
    expect(await chosen(path, 'linux/arm')).toEqual({ platform: 'linux/arm/v7', notes: [] })
  })

  test('side by side without platforms they are several images', async () => {
    const [amd64, arm64] = await Promise.all(['linux/amd64', 'linux/arm64'].map(listed))
    const { images } = await opened(write([amd64 ?? {}, { ...arm64, platform: undefined }]))
    expect(images).toHaveLength(2)
  })

  test('manifests without a config are not there either', async () => {
    const manifests = await Promise.all(['linux/amd64', 'linux/arm64'].map(listed))
    const config = (await image('amd64', { os: 'linux', variant: undefined })).config.digest
    expect(layout.blobs.delete(config)).toBe(true)
    expect(await chosen(write([layout.index(manifests)]), 'linux/amd64')).toEqual({
      platform: 'linux/arm64',
      notes: ['it is here for linux/arm64 only, not for linux/amd64'],
    })
  })

  test('one without a platform counts only when it is alone', async () => {
    const amd64 = await listed('linux/amd64')
    const other = layout.image(await image('none'))
    const unknown = { ...other, platform: { os: 'unknown', architecture: 'unknown' } }
    const both = write([layout.index([unknown, amd64])])
    expect((await chosen(both, 'linux/riscv64')).platform).toBe('linux/amd64')
    const alone = await openedImage(write([layout.index([unknown])]))
    expect(alone.facts.manifest).toBe(other.digest)
  })

  test('the same platforms under several names are several images', async () => {
    const manifests = await Promise.all(['linux/amd64', 'linux/arm64'].map(listed))
    const named = manifests.map((each, index) => ({
      ...each,
      annotations: { [REFERENCE_NAME]: `app:${index}` },
    }))
    const { images } = await opened(write(named), { platform: HOST })
    expect(images.map(({ facts }) => [facts.names, facts.platform.architecture])).toEqual([
      [['app:0'], 'amd64'],
      [['app:1'], 'arm64'],
    ])
  })

  test('only one of them saved: taken with a note, unless another one is asked for', async () => {
    const manifests = await Promise.all(['linux/amd64', 'linux/arm64', 'linux/s390x'].map(listed))
    for (const absent of manifests.slice(0, 2)) layout.remove(absent)
    const path = write([layout.index(manifests)])
    const { facts, notes } = await openedImage(path)
    expect(facts.platform.architecture).toBe('s390x')
    expect(notes).toEqual([expect.stringMatching(/^it is here for linux\/s390x only, not for /)])
    expect(await refusalLine(path, { platform: platform('linux/arm64') })).toBe(
      'usage FILE: its manifest for linux/arm64 is not in the archive; it is here for linux/s390x',
    )
    // A platform that it never had is no reason to refuse the only one there is.
    expect((await chosen(path, 'linux/riscv64')).platform).toBe('linux/s390x')
  })

  test('an image for one platform is taken as it is', async () => {
    const path = write([await listed('linux/s390x')])
    expect(await chosen(path, 'linux/amd64')).toEqual({
      platform: 'linux/s390x',
      notes: ['it is here for linux/s390x only, not for linux/amd64'],
    })
  })

  test('a damaged manifest for another platform is a note, for the wanted one an error', async () => {
    const manifests = await Promise.all(['linux/amd64', 'linux/arm64'].map(listed))
    const [amd64, arm64] = manifests
    if (amd64 === undefined || arm64 === undefined) throw new Error('two were made')
    layout.blobs.set(arm64.digest, Buffer.alloc(arm64.size))
    const path = write([layout.index(manifests)])
    const { notes } = await chosen(path, 'linux/amd64')
    expect(notes).toEqual([expect.stringContaining(`its manifest ${arm64.digest} cannot be read`)])
    expect(await refusalLine(path, { platform: platform('linux/arm64') })).toMatch(
      new RegExp(`^integrity FILE: the blob ${arm64.digest} has the digest sha256:`),
    )
  })

  test('two manifests for one platform: the first, with a note', async () => {
    const first = await listed('linux/amd64')
    const second = layout.image(await image('amd64', { author: 'second' }))
    const path = write([layout.index([first, { ...second, platform: first.platform }])])
    const { facts, notes } = await openedImage(path, { platform: HOST })
    expect(facts.manifest).toBe(first.digest)
    expect(notes).toEqual(['2 of its manifests are for linux/amd64; engines take the first'])
  })

  test('an index that says something else than the config is believed, with a note', async () => {
    const descriptor = layout.image(await image('s390x'))
    const lying = { ...descriptor, platform: { os: 'linux', architecture: 'amd64' } }
    expect(await chosen(write([layout.index([lying])]), 'linux/amd64')).toEqual({
      platform: 'linux/s390x',
      notes: ['its index says linux/amd64, and its config linux/s390x'],
    })
  })

  test('one manifest listed twice is one', async () => {
    const amd64 = await listed('linux/amd64')
    const path = write([layout.index([amd64, amd64])])
    expect((await openedImage(path, { platform: HOST })).notes).toEqual([])
  })

  test('the config tells the platform where the index does not', async () => {
    const manifests = await Promise.all(['amd64', 'arm64'].map((each) => image(each)))
    const path = write([layout.index(manifests.map((each) => layout.image(each)))])
    expect((await chosen(path, 'linux/arm64')).platform).toBe('linux/arm64')
  })
})
