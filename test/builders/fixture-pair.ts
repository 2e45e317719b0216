// Makes the image pair of fixtures/: clean and drifted status page, their base, and the repository as a bundle.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { baseNames, importDebian } from './bases.ts'
import { editAndCommit } from './edit.ts'
import { type Engine, run, startEngine } from './engine.ts'
import { type PackageProxy, proxyArguments, startPackageProxy } from './packages.ts'
import { git, makeRepository } from './repositories.ts'
import { root } from './root.ts'
import { changedSetting, handEdits } from './status-drift.ts'
import { statusPage } from './status-page.ts'
import { plantedSubject } from './truth.ts'

const names = { clean: 'status-page:1.1', drifted: 'status-page:1.1-hotfix' } as const

async function saveCompressed(engine: Engine, name: string, file: string): Promise<void> {
  const archive = file.replace(/\.gz$/, '')
  await engine.docker(['save', '--output', archive, name])
  // zopfli instead of gzip: these files are fetched with every clone.
  await run('zopfli', ['--i1', archive])
  rmSync(archive)
  console.log(`${file}: ${statSync(file).size} bytes`)
}

/** Builds both images from the repository and writes what was planted. */
async function makeImages(
  engine: Engine,
  proxy: PackageProxy,
  repository: string,
): Promise<object> {
  await importDebian(engine, proxy, 'tiny')
  await engine.build({
    builder: 'legacy',
    context: repository,
    tag: names.clean,
    arguments: proxyArguments(proxy),
  })
  const edits = await handEdits()
  await editAndCommit(engine, proxy, {
    from: names.clean,
    to: names.drifted,
    commands: edits.map((edit) => edit.command),
    changes: [changedSetting.change],
    message: 'hotfix on node3',
  })
  return {
    clean: [],
    drifted: [
      plantedSubject('step', 'hotfix on node3'),
      changedSetting.planted,
      ...edits.flatMap((edit) => edit.planted),
    ],
  }
}

/** Makes the fixtures anew, in fixtures/ or in the folder that is given. */
export async function main(target = join(root, 'fixtures')): Promise<void> {
  const images = join(target, 'images')
  const folder = mkdtempSync(join(tmpdir(), 'assay-fixtures-'))
  const repository = join(folder, 'app')
  mkdirSync(images, { recursive: true })
  const proxy = await startPackageProxy()
  const engine = await startEngine()
  try {
    await makeRepository(repository, await statusPage())
    await git(repository, ['bundle', 'create', join(target, 'app.bundle'), 'HEAD', '--branches'])
    const truth = `${JSON.stringify(await makeImages(engine, proxy, repository), null, 2)}\n`
    writeFileSync(join(images, 'truth.json'), truth)
    console.log(truth)
    await saveCompressed(engine, baseNames.tiny, join(images, 'base.tar.gz'))
    await saveCompressed(engine, names.clean, join(images, 'clean.tar.gz'))
    await saveCompressed(engine, names.drifted, join(images, 'drifted.tar.gz'))
  } finally {
    await engine.stop()
    await proxy.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
