// Which distribution an image is, from os-release first; debian_version and alpine-release fill in.
import type { Distribution, Unknown } from '../../core/index.ts'
import { type Evidence, type RecordFile, rowsOfKind, tellUnknowns } from '../evidence.ts'

/** The distribution of an image; null when no file names one. */
export function assembleDistribution(evidence: Evidence, unknowns: Unknown[]): Distribution | null {
  const file =
    evidence.at('os-release', 'etc/os-release') ?? evidence.at('os-release', 'usr/lib/os-release')
  if (file === undefined) return fromReleaseFiles(evidence)
  tellUnknowns(unknowns, file, 'os-release', 'partial')
  const fields = new Map([...rowsOfKind(file, 'property')].map((row) => [row.name, row.value]))
  const field = (name: string) => fields.get(name) ?? ''
  // os-release(5): without ID it is `linux`, which names no distribution.
  const id = field('ID').toLowerCase()
  if (id === '') return fromReleaseFiles(evidence)
  return {
    id,
    idLike: field('ID_LIKE')
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== ''),
    versionId: field('VERSION_ID') || field('BUILD_ID'),
    codename: field('VERSION_CODENAME') || debianCodename(evidence, id),
    prettyName: field('PRETTY_NAME') || field('NAME'),
    path: file.path,
  }
}

/** Debian's testing and unstable have no VERSION_ID; debian_version says `trixie/sid`. */
function debianCodename(evidence: Evidence, id: string): string {
  // In derivatives that file names the Debian release they were made of.
  if (id !== 'debian') return ''
  const release = releaseOf(evidence.at('release-file', 'etc/debian_version'))
  return /^[a-z]+(?=\/sid$|$)/.exec(release)?.[0] ?? ''
}

function releaseOf(file: RecordFile | undefined): string {
  return [...rowsOfKind(file, 'property')].find((row) => row.name === 'release')?.value ?? ''
}

function fromReleaseFiles(evidence: Evidence): Distribution | null {
  const alpine = evidence.at('release-file', 'etc/alpine-release')
  const debian = evidence.at('release-file', 'etc/debian_version')
  const file = alpine ?? debian
  const release = releaseOf(file)
  if (file === undefined || release === '') return null
  const id = alpine === undefined ? 'debian' : 'alpine'
  const numbered = /^\d/.test(release)
  // Debian's VERSION_ID is the major release, Alpine's the whole number.
  const versionId = id === 'debian' ? (/^\d+/.exec(release)?.[0] ?? '') : release
  return {
    id,
    idLike: [],
    versionId: numbered ? versionId : '',
    codename: numbered ? '' : (release.split('/')[0] ?? ''),
    prettyName: '',
    path: file.path,
  }
}
