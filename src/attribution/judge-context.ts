// Origins of files that COPY or ADD brought from the build context: equal to a tracked blob, or not.
import type { BlobSighting, ContextFile } from '../core/index.ts'
import { isWithin, joinPath, parentOf } from '../core/index.ts'
import type { ViewFile } from '../inventory/index.ts'
import { artifactAt, judgeArtifact } from './artifact.ts'
import type { ChangeSeed } from './change-list.ts'
import { intact, newPrivilege, rightsOf } from './judge-package.ts'
import { fetched, isDestined, outside } from './judge-tracked.ts'
import { hasMoved } from './package-delta.ts'
import type { Judgement, Scene } from './scene.ts'
import {
  blobIdOf,
  blobOf,
  capabilityOf,
  claimOn,
  contentOf,
  explained,
  isPrivileged,
  octal,
} from './scene.ts'
import { type ArchivedFile, isMember, memberAt } from './unpacked.ts'

/** A file in the layer of a COPY or ADD. `earlier`: what stood there before; null when nothing did. */
export function judgeContext(file: ViewFile, scene: Scene, earlier: ViewFile | null): Judgement {
  const expected = scene.expected.get(file.path)
  if (expected !== undefined && isTracked(file, expected)) {
    const evidence =
      expected.blob === blobOf(file)
        ? `equals the tracked blob ${expected.blob.slice(0, 12)}`
        : `equals the content that the tracked pointer ${expected.blob.slice(0, 12)} names`
    return {
      ...explained('context', 'proved', expected.path, evidence),
      changes: metadataChanges(file, scene, expected),
    }
  }
  const form = scene.forms.get(file.path)
  if (expected !== undefined && form !== undefined) {
    const evidence = `equals the tracked blob ${expected.blob.slice(0, 12)} ${form.why}`
    return {
      ...explained('context', 'proved', expected.path, evidence),
      changes: metadataChanges(file, scene, expected),
    }
  }
  const submodule = submoduleAbove(file.path, scene)
  if (submodule !== null) {
    const evidence = `in the submodule ${submodule.path} (commit ${submodule.blob.slice(0, 12)}), whose repository is not at hand`
    return explained('context', 'claimed', submodule.path, evidence)
  }
  const untold =
    expected === undefined && isDestined(file.path, scene)
      ? (fromHeredoc(file, scene) ?? unpacked(file, scene) ?? fetched(file, scene))
      : null
  if (untold !== null) return untold
  const sighting =
    file.kind === 'file' && file.size === 0 ? undefined : scene.sightings.get(blobOf(file))
  if (sighting !== undefined) return otherCommit(file, scene, expected, sighting)
  if (expected !== undefined) return contextModified(file, scene, expected)
  if (!isDestined(file.path, scene)) return outside(file, scene, earlier)
  const claim = claimOn(scene, file)
  if (claim?.state === 'intact' && !hasMoved(scene.delta, claim.package)) return intact(claim)
  const artifact = artifactAt(file, scene)
  const made = judgeArtifact(file, scene, artifact)
  if (made !== null) return made
  const hint = artifact.hint === '' ? '' : `; ${artifact.hint}`
  const evidence = `neither its path nor its bytes are tracked in any commit at hand${edited(scene)}${hint}`
  return {
    ...explained('context-untracked', 'proved', '', evidence),
    changes: [
      {
        ...seed(file, scene, '', evidence),
        kind: earlier === null ? 'added' : 'modified',
        origin: 'context-untracked',
      },
    ],
  }
}

/** The submodule that the path lies in, where its own files could not be looked up. */
function submoduleAbove(path: string, { expected }: Scene): ContextFile | null {
  for (let at = path; at !== ''; at = parentOf(at)) {
    const above = expected.get(at)
    if (above?.kind === 'submodule') return above
  }
  return null
}

/** What the hash in the history adds: the file is not what the build was given. */
function edited({ builtAsTracked }: Scene): string {
  return builtAsTracked
    ? '; the build was given the tracked files, as the hash in its history proves: the layer was edited since'
    : ''
}

/** Path and content together prove it; a link and a file of the same bytes are not the same. */
function isTracked(file: ViewFile, expected: ContextFile): boolean {
  if (file.kind !== expected.kind) return false
  if (expected.blob === blobOf(file)) return true
  const { lfs } = expected
  return lfs !== undefined && lfs.size === file.size && lfs.sha256 === file.sha256
}

/** A heredoc's body is the content, unless variables in it are expanded: then only its place is known. */
function fromHeredoc(file: ViewFile, scene: Scene): Judgement | null {
  const line = scene.work.instruction?.line ?? 0
  const destination = scene.destination ?? ''
  for (const { name, expanded, undeclared } of scene.work.instruction?.heredocs ?? []) {
    if (file.kind !== 'file' || isPrivileged(file)) continue
    const isPlace = file.path === destination || file.path === joinPath(destination, name)
    if (!isPlace) continue
    if ([expanded, `${expanded}\n`].some((text) => blobIdOf(text) === file.gitBlob)) {
      return explained('context', 'proved', '', `equals the heredoc of line ${line}`)
    }
    if (undeclared.length > 0) {
      const names = undeclared.join(', ')
      return explained(
        'run',
        'claimed',
        '',
        `a heredoc of line ${line}; ${names} may come from the base`,
      )
    }
    const evidence = `the heredoc of line ${line} has other text${edited(scene)}`
    return {
      ...explained('context-modified', 'proved', '', evidence),
      changes: [
        {
          ...seed(file, scene, '', evidence),
          kind: 'modified',
          origin: 'context-modified',
          expected: `git blob ${blobIdOf(expanded)}`,
        },
      ],
    }
  }
  return null
}

const ARCHIVE = /\.(tar|tar\.(gz|bz2|xz|zst)|tgz|tbz2|txz)$/i

/** What ADD unpacks: its members are in no list, so nothing but their place is known. */
function unpacked(file: ViewFile, scene: Scene): Judgement | null {
  if (scene.work.instruction?.keyword !== 'ADD') return null
  const found = memberAt(file.path, scene.archives)
  if (found !== null) return fromArchive(file, scene, found)
  // an archive whose members are known explains nothing else
  const known = new Set(scene.archives.map(({ archive }) => archive.path))
  const archive = [...scene.expected.values()].find(
    ({ path }) => ARCHIVE.test(path) && !known.has(path),
  )
  if (archive === undefined) return null
  const claim = claimOn(scene, file)
  if (claim?.state === 'intact') return intact(claim)
  if (isPrivileged(file) && claim === undefined) return newPrivilege(file, scene)
  const evidence = `unpacked from ${archive.path}; its members are not compared`
  return explained('context', 'claimed', archive.path, evidence)
}

/** A file at the place of an archive's member: the same, with the rights it has there, or not. */
function fromArchive(
  file: ViewFile,
  scene: Scene,
  { archive, member }: NonNullable<ReturnType<typeof memberAt>>,
): Judgement {
  const same = isMember(file, member)
  const evidence = same
    ? `equals the member of the tracked archive ${archive.path}`
    : `the tracked archive ${archive.path} has another file here${edited(scene)}`
  const told = seed(file, scene, archive.path, evidence)
  const wanted = member.kind === 'file' ? `sha256:${member.sha256}` : member.kind
  if (!same)
    return {
      ...explained('context-modified', 'proved', archive.path, evidence),
      changes: [{ ...told, kind: 'modified', origin: 'context-modified', expected: wanted }],
    }
  const rights = rightsOfMember(file, member, scene)
  const changes = rights.map((right) => ({ ...told, origin: 'context' as const, ...right }))
  return { ...explained('context', 'proved', archive.path, evidence), changes }
}

/** Mode and owner that an unpacked file should have and has not; what `--chmod` and `--chown` set is not compared. */
function rightsOfMember(
  file: ViewFile,
  member: ArchivedFile,
  scene: Scene,
): readonly Pick<ChangeSeed, 'kind' | 'expected' | 'found'>[] {
  const { chmod = '', chown = '' } = scene.work.instruction?.copy ?? {}
  const rights: Pick<ChangeSeed, 'kind' | 'expected' | 'found'>[] = []
  if (chmod === '' && file.kind === 'file' && file.mode !== member.mode)
    rights.push({ kind: 'mode', expected: octal(member.mode), found: octal(file.mode) })
  const [owner, found] = [`${member.uid}:${member.gid}`, `${file.uid}:${file.gid}`]
  if (chown === '' && owner !== found) rights.push({ kind: 'owner', expected: owner, found })
  return rights
}

function otherCommit(
  file: ViewFile,
  scene: Scene,
  expected: ContextFile | undefined,
  sighting: BlobSighting,
): Judgement {
  const evidence = `equals ${sighting.path} of commit ${sighting.commit.slice(0, 12)} (${sighting.date})${edited(scene)}`
  const owner = expected?.path ?? sighting.path
  return {
    ...explained('context-other-commit', 'proved', owner, evidence),
    changes: [
      {
        ...seed(file, scene, owner, evidence),
        kind: 'modified',
        origin: 'context-other-commit',
        expected: expected === undefined ? '' : `git blob ${expected.blob}`,
      },
    ],
  }
}

function contextModified(file: ViewFile, scene: Scene, expected: ContextFile): Judgement {
  const evidence = `${expected.path} is tracked as blob ${expected.blob.slice(0, 12)}; these bytes are in no commit at hand${edited(scene)}`
  return {
    ...explained('context-modified', 'proved', expected.path, evidence),
    changes: [
      {
        ...seed(file, scene, expected.path, evidence),
        kind: 'modified',
        origin: 'context-modified',
        expected: `git blob ${expected.blob}`,
        found: file.kind === 'file' ? `git blob ${blobOf(file)}` : contentOf(file),
      },
    ],
  }
}

function seed(file: ViewFile, scene: Scene, owner: string, evidence: string) {
  const { path } = file
  return { subject: path, path, owner, found: contentOf(file), evidence, ...scene.place }
}

/** Mode, owner and capabilities of a copied file, against what the instruction gives it. */
export function metadataChanges(
  file: ViewFile,
  scene: Scene,
  expected: ContextFile,
): readonly ChangeSeed[] {
  if (file.kind !== 'file') return []
  const shared = {
    subject: file.path,
    path: file.path,
    origin: 'context' as const,
    owner: expected.path,
    ...scene.place,
  }
  const changes: ChangeSeed[] = []
  const mode = wantedMode(file, scene, expected)
  if (mode !== '') {
    const evidence = 'the tracked file has another mode'
    changes.push({ ...shared, kind: 'mode', expected: mode, found: octal(file.mode), evidence })
  }
  const owner = wantedOwner(file, scene)
  if (owner !== '') {
    const evidence = 'the instruction gives it to another'
    const found = `${file.uid}:${file.gid}`
    changes.push({ ...shared, kind: 'owner', expected: owner, found, evidence })
  }
  if (capabilityOf(file) !== '') {
    const evidence = 'git keeps no capabilities, and no instruction gives it any'
    changes.push({
      ...shared,
      kind: 'mode',
      expected: octal(file.mode),
      found: rightsOf(file),
      evidence,
    })
  }
  return changes
}

/** The mode it should have; '' when it fits. Builds differ in what their umask leaves of a mode. */
function wantedMode(file: ViewFile, scene: Scene, expected: ContextFile): string {
  const written = scene.work.instruction?.copy?.chmod ?? ''
  if (/^[0-7]{3,4}$/.test(written)) {
    const mode = Number.parseInt(written, 8)
    return file.mode === mode ? '' : octal(mode)
  }
  const executable = (file.mode & 0o100) !== 0
  const fits = (file.mode & 0o7000) === 0 && (written !== '' || executable === expected.executable)
  return fits ? '' : expected.executable ? '0755' : '0644'
}

/** The owner it should have; '' when it fits, or when the names in `--chown` are not to be found. */
function wantedOwner(file: ViewFile, scene: Scene): string {
  const [user = '', group] = (scene.work.instruction?.copy?.chown ?? '').split(':')
  const uid = user === '' ? 0 : idOf(user, 'etc/passwd', scene)
  const gid = group === undefined ? (user === '' ? 0 : null) : idOf(group, 'etc/group', scene)
  if ((uid === null || uid === file.uid) && (gid === null || gid === file.gid)) return ''
  return `${uid ?? '?'}:${gid ?? '?'}`
}

function idOf(name: string, file: string, { after }: Scene): number | null {
  if (/^\d+$/.test(name)) return Number(name)
  const line = after.accounts.find((each) => each.name === name && isWithin(each.file, file))
  return line === undefined || !/^\d+$/.test(line.id) ? null : Number(line.id)
}
