// Alpine packages made by hand (wiki.alpinelinux.org/wiki/Apk_spec, version 2): gzip members of a control and a
// data archive, and an index of them. Alpine's own repository is not at hand, so these play its part.
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { type Member, makeTar, sha256 } from '../support/image.ts'

/** A package to make: its files by path. */
export interface ApkPlan {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly depends: readonly string[]
  readonly files: Readonly<Record<string, { readonly content: string; readonly mode: number }>>
}

const architecture = 'x86_64'
const madeAt = 1_772_445_600

/** A tar archive without its two closing blocks: the form of every apk member but the last. */
function open(tar: Buffer): Buffer {
  return tar.subarray(0, tar.length - 1024)
}

function folders(paths: readonly string[]): Member[] {
  const found = new Set<string>()
  for (const path of paths) {
    const parts = path.split('/').slice(0, -1)
    for (let length = 1; length <= parts.length; length++)
      found.add(parts.slice(0, length).join('/'))
  }
  return [...found].sort().map((name) => ({ name: `${name}/`, type: 'directory', mode: 0o755 }))
}

interface MadeApk {
  readonly plan: ApkPlan
  readonly bytes: Buffer
  readonly installedSize: number
  /** `Q1` and base64 of the control member's sha1: the identity that index and database keep. */
  readonly identity: string
}

async function makeApk(plan: ApkPlan): Promise<MadeApk> {
  const files = Object.entries(plan.files).map(([name, { content, mode }]) => ({
    name,
    content,
    mode,
    pax: { 'APK-TOOLS.checksum.SHA1': createHash('sha1').update(content).digest('hex') },
  }))
  const installedSize = files.reduce((sum, file) => sum + file.content.length, 0)
  const data = gzipSync(await makeTar([...folders(files.map((file) => file.name)), ...files]))
  const fields = [
    ...[`pkgname = ${plan.name}`, `pkgver = ${plan.version}`, `pkgdesc = ${plan.description}`],
    ...['url = https://assay.test/', `builddate = ${madeAt}`, 'packager = Assay tests'],
    ...[`size = ${installedSize}`, `arch = ${architecture}`, `origin = ${plan.name}`],
    ...['license = MIT', ...plan.depends.map((name) => `depend = ${name}`)],
    `datahash = ${sha256(data)}`,
  ]
  const control = gzipSync(
    open(await makeTar([{ name: '.PKGINFO', content: `${fields.join('\n')}\n` }])),
  )
  const identity = `Q1${createHash('sha1').update(control).digest('base64')}`
  return { plan, bytes: Buffer.concat([control, data]), installedSize, identity }
}

function indexRecord({ plan, bytes, installedSize, identity }: MadeApk): string {
  return [
    ...[`C:${identity}`, `P:${plan.name}`, `V:${plan.version}`, `A:${architecture}`],
    ...[`S:${bytes.length}`, `I:${installedSize}`, `T:${plan.description}`],
    ...['U:https://assay.test/', 'L:MIT', `o:${plan.name}`, `t:${madeAt}`],
    ...(plan.depends.length === 0 ? [] : [`D:${plan.depends.join(' ')}`]),
  ].join('\n')
}

/** The files of a repository with these packages, by address below `root`. */
export async function makeApkRepository(
  root: string,
  plans: readonly ApkPlan[],
): Promise<Map<string, Uint8Array>> {
  const made = await Promise.all(plans.map(makeApk))
  const text = made.map((apk) => `${indexRecord(apk)}\n\n`).join('')
  const index = gzipSync(
    await makeTar([
      { name: 'DESCRIPTION', content: 'packages of the tests' },
      { name: 'APKINDEX', content: text },
    ]),
  )
  const files = new Map<string, Uint8Array>([[`${root}/${architecture}/APKINDEX.tar.gz`, index]])
  for (const { plan, bytes } of made)
    files.set(`${root}/${architecture}/${plan.name}-${plan.version}.apk`, bytes)
  return files
}
