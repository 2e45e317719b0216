import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { afterAll, describe, expect, it } from 'vitest'
import { sha256, writeDockerArchive } from '../support/image.ts'
import {
  contentIn,
  findInTar,
  forgeLayer,
  oneMore,
  otherContent,
  otherMode,
} from '../support/repack.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-repack-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const long = `srv/${'deep/'.repeat(30)}file`

async function members(archive: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>()
  const reader = extract()
  reader.end(readFileSync(archive))
  for await (const entry of reader) found.set(entry.header.name, await buffer(entry))
  return found
}

describe('forgeLayer', () => {
  it.each(['etc/app.conf', long])('changes %s alone and corrects the digests', async (path) => {
    const archive = await writeDockerArchive(join(folder, 'image.tar'), {
      layers: [
        { members: [{ name: 'etc/app.conf', content: 'level = 1\n' }], createdBy: 'COPY a' },
        { members: [{ name: long, content: 'deep     \n' }], createdBy: 'RUN b' },
      ],
    })
    const output = join(folder, 'forged.tar')
    const edit = (bytes: Uint8Array): Uint8Array => bytes.map((byte, at) => (at === 0 ? 88 : byte))
    const position = await forgeLayer({ archive, output, path, edit: otherContent(edit) })
    const [before, after] = [await members(archive), await members(output)]
    const [old] = JSON.parse(before.get('manifest.json')?.toString() ?? '')
    const [manifest] = JSON.parse(after.get('manifest.json')?.toString() ?? '')
    const config = JSON.parse(after.get(manifest.Config)?.toString() ?? '')
    const original = JSON.parse(before.get(old.Config)?.toString() ?? '')
    expect(manifest.Config).toBe(`${sha256(after.get(manifest.Config) ?? '')}.json`)
    expect(config.history).toEqual(original.history)
    for (const [index, name] of manifest.Layers.entries()) {
      const layer = after.get(name) ?? Buffer.alloc(0)
      expect(config.rootfs.diff_ids[index]).toBe(`sha256:${sha256(layer)}`)
      const same = config.rootfs.diff_ids[index] === original.rootfs.diff_ids[index]
      expect(same).toBe(index !== position)
    }
    const layer = after.get(manifest.Layers[position]) ?? Buffer.alloc(0)
    const place = findInTar(layer, path)
    expect(layer[place?.start ?? 0]).toBe(88)
  })

  it('refuses what it could not hide', async () => {
    const archive = await writeDockerArchive(join(folder, 'small.tar'), {
      layers: [{ members: [{ name: 'a', content: 'a' }] }],
    })
    const forgery = {
      archive,
      output: join(folder, 'x.tar'),
      edit: otherContent(() => new Uint8Array(9)),
    }
    await expect(forgeLayer({ ...forgery, path: 'a' })).rejects.toThrow('keep the length')
    await expect(forgeLayer({ ...forgery, path: 'b' })).rejects.toThrow('no layer holds')
  })
  it('adds members and sets modes, in a tar that reads as before otherwise', async () => {
    const archive = await writeDockerArchive(join(folder, 'plain.tar'), {
      layers: [
        {
          members: [
            { name: 'a', content: 'first' },
            { name: long, content: 'deep' },
          ],
        },
      ],
    })
    const output = join(folder, 'more.tar')
    const edits = [
      { path: 'a', edit: oneMore({ name: long.replace('file', 'new'), content: 'more' }) },
      {
        path: 'a',
        edit: oneMore({ name: 'b', mode: 0o4755, content: await contentIn(archive, 'a') }),
      },
      { path: long, edit: otherMode(0o6711) },
    ]
    let from = archive
    for (const { path, edit } of edits) {
      await forgeLayer({ archive: from, output, path, edit })
      from = output
    }
    const after = await members(output)
    const [manifest] = JSON.parse(after.get('manifest.json')?.toString() ?? '')
    const reader = extract()
    reader.end(after.get(manifest.Layers[0]))
    const found: Record<string, string> = {}
    for await (const { header } of reader) found[header.name] = (header.mode ?? 0).toString(8)
    expect(await contentIn(output, 'b')).toEqual(Buffer.from('first'))
    expect(found).toEqual({
      a: '644',
      [long]: '6711',
      [long.replace('file', 'new')]: '644',
      b: '4755',
    })
  })
})
