// Archives made by the tools that make real ones: dpkg-deb and npm pack.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openArchives, type PackageArchive, type WantedArchive } from '../../src/archive/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-archive-'))
const servers: Server[] = []
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  for (const server of servers) server.close()
})

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')

function debPackage(place: string, version: string, compression: string): void {
  const root = mkdtempSync(join(folder, 'root-'))
  mkdirSync(join(root, 'DEBIAN'), { recursive: true })
  mkdirSync(join(root, 'usr/lib'), { recursive: true })
  writeFileSync(
    join(root, 'DEBIAN/control'),
    `Package: libdemo\nVersion: ${version}\nArchitecture: amd64\nMaintainer: A <a@example.test>\nDescription: x\n`,
  )
  writeFileSync(join(root, 'usr/lib/libdemo.so.1'), 'demo')
  symlinkSync('libdemo.so.1', join(root, 'usr/lib/libdemo.so'))
  linkSync(join(root, 'usr/lib/libdemo.so.1'), join(root, 'usr/lib/twin'))
  mkdirSync(place, { recursive: true })
  execFileSync('dpkg-deb', [`-Z${compression}`, '--root-owner-group', '-b', root, place], {
    stdio: 'ignore',
  })
}

const DEB: WantedArchive = {
  type: 'deb',
  name: 'libdemo',
  version: '1:2.0-1',
  architecture: 'amd64',
  sourceName: 'demo',
}

function opened(found: unknown): PackageArchive {
  if (typeof found !== 'object' || found === null || !('members' in found))
    throw new Error(`no archive: ${JSON.stringify(found)}`)
  return found as PackageArchive
}

describe('Debian packages', () => {
  it.each(['xz', 'gzip', 'none', 'zstd'])('compressed with %s', async (compression) => {
    const place = join(folder, 'pool', compression)
    debPackage(place, '1:2.0-1', compression)
    const archive = opened(await (await openArchives([place])).find(DEB))
    expect(archive).toMatchObject({ name: 'libdemo', version: '1:2.0-1', hasScripts: false })
    const { members } = archive
    expect(members.get('usr/lib/libdemo.so.1')).toMatchObject({ sha256: sha256('demo') })
    expect(members.get('usr/lib/twin')).toMatchObject({ kind: 'file', sha256: sha256('demo') })
    expect(members.get('usr/lib/libdemo.so')).toMatchObject({ target: 'libdemo.so.1' })
    expect(members.get('usr/lib')).toMatchObject({ kind: 'directory' })
  })

  it('are told by what is in them, not by their names', async () => {
    const place = join(folder, 'renamed')
    debPackage(place, '9', 'gzip')
    execFileSync('mv', [join(place, 'libdemo_9_amd64.deb'), join(place, 'libdemo_2.0-1_amd64.deb')])
    expect(await (await openArchives([place])).find(DEB)).toBeNull()
  })

  it.each([
    ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length - 90)],
    ['empty', () => Buffer.alloc(0)],
    ['no archive', () => Buffer.from('<html>not found</html>')],
    ['other bytes in the middle', (bytes: Buffer) => Buffer.from(bytes).fill(7, 200, 400)],
  ])('damaged (%s) are named, not thrown', async (name, damage) => {
    const place = join(folder, 'damaged', name.replaceAll(' ', '-'))
    mkdirSync(place, { recursive: true })
    const whole = readFileSync(join(folder, 'pool/xz/libdemo_2.0-1_amd64.deb'))
    writeFileSync(join(place, 'libdemo_2.0-1_amd64.deb'), damage(whole))
    const found = await (await openArchives([place])).find(DEB)
    expect(found).toHaveProperty('reason')
  })
})

function npmPackage(name: string, more: object = {}): string {
  const root = mkdtempSync(join(folder, 'npm-'))
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name, version: '1.0.0', ...more }))
  writeFileSync(join(root, 'index.js'), 'module.exports = 1\n')
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    stdio: 'ignore',
  })
  return join(folder, `${name.replace('@', '').replace('/', '-')}-1.0.0.tgz`)
}

const npm = (name: string): WantedArchive => ({
  type: 'npm',
  name,
  version: '1.0.0',
  architecture: '',
  sourceName: name,
})

describe('npm packages', () => {
  it('as npm pack writes them', async () => {
    npmPackage('plain')
    npmPackage('@scope/named', { scripts: { postinstall: 'node build.js' } })
    const archives = await openArchives([folder])
    const plain = opened(await archives.find(npm('plain')))
    expect(plain.members.get('index.js')).toMatchObject({ sha256: sha256('module.exports = 1\n') })
    expect(plain.hasScripts).toBe(false)
    expect(opened(await archives.find(npm('@scope/named'))).hasScripts).toBe(true)
    expect(await archives.find(npm('absent'))).toBeNull()
  })
})

/** A stand-in for a registry: answers what the registry's API documents, on loopback. */
function registry(
  answer: (path: string, address: string) => string | Buffer | null,
): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      const body = answer(request.url ?? '', `http://127.0.0.1:${portOf(server)}`)
      response.statusCode = body === null ? 404 : 200
      response.end(body ?? '')
    })
    servers.push(server)
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${portOf(server)}`))
  })
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('an npm registry', () => {
  const tarball = () => readFileSync(npmPackage('served'))
  const integrity = (bytes: Buffer) =>
    `sha512-${createHash('sha512').update(bytes).digest('base64')}`

  it('gives the archive that its metadata names', async () => {
    const bytes = tarball()
    const address = await registry((path, root) =>
      path === '/served/1.0.0'
        ? JSON.stringify({ dist: { tarball: `${root}/served.tgz`, integrity: integrity(bytes) } })
        : path === '/served.tgz'
          ? bytes
          : null,
    )
    const archives = await openArchives([address])
    expect(opened(await archives.find(npm('served'))).name).toBe('served')
    expect(await archives.find(npm('absent'))).toBeNull()
  })

  it('is not believed about bytes that are not those of its metadata', async () => {
    const bytes = tarball()
    const address = await registry((path, root) =>
      path.endsWith('.tgz')
        ? bytes
        : JSON.stringify({
            dist: { tarball: `${root}/x.tgz`, integrity: integrity(Buffer.from('other')) },
          }),
    )
    const found = await (await openArchives([address])).find(npm('served'))
    expect(found).toMatchObject({ reason: expect.stringContaining('metadata') })
  })

  it('cannot send Assay to another host', async () => {
    let asked = 0
    const other = await registry(() => {
      asked += 1
      return tarball()
    })
    const address = await registry(() => JSON.stringify({ dist: { tarball: `${other}/x.tgz` } }))
    const found = await (await openArchives([address])).find(npm('served'))
    expect(found).toMatchObject({ reason: expect.stringContaining('was not named') })
    expect(asked).toBe(0)
  })
})

it('an address of another kind is a usage error', async () => {
  await expect(openArchives(['ftp://example.test/pool'])).rejects.toMatchObject({ code: 'usage' })
})

it('a folder that is not there is an error', async () => {
  await expect(openArchives([join(folder, 'nowhere')])).rejects.toThrow('no such folder')
})
