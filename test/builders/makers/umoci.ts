// An image changed by umoci: unpacked, a file added, packed again; a file inserted; its settings set.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../engine.ts'

/** Files that the change brings, as paths in the image. */
export const umociFiles = ['srv/packed', 'srv/inserted'] as const

/** Copies the image of a docker archive into an OCI layout folder, and changes it there. */
export async function changeWithUmoci(archive: string, layout: string): Promise<void> {
  const image = ['--image', `${layout}:changed`]
  const folder = mkdtempSync(join(tmpdir(), 'assay-umoci-'))
  try {
    // skopeo asks for a policy even to copy between two files
    const policy = join(folder, 'policy.json')
    writeFileSync(policy, '{ "default": [{ "type": "insecureAcceptAnything" }] }\n')
    const copy = ['--policy', policy, 'copy', '--quiet']
    await run('skopeo', [...copy, `docker-archive:${archive}`, `oci:${layout}:changed`])
    const bundle = join(folder, 'bundle')
    await run('umoci', ['unpack', ...image, bundle])
    mkdirSync(join(bundle, 'rootfs/srv'), { recursive: true })
    writeFileSync(join(bundle, 'rootfs', umociFiles[0]), 'packed by umoci\n')
    await run('umoci', ['repack', ...image, bundle])
    writeFileSync(join(folder, 'inserted'), 'inserted by umoci\n')
    await run('umoci', ['insert', ...image, join(folder, 'inserted'), `/${umociFiles[1]}`])
    await run('umoci', ['config', ...image, '--config.env', 'CHANGED=yes'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
