// Platforms as engines name and match them (OCI image-spec, image-index.md "platform object"; containerd's
// platforms package: normalisation, and the order in which a host takes older variants).
import type { Platform } from '../core/index.ts'

/** A platform as text: `linux/arm64/v8`. */
export function platformText(platform: Platform): string {
  const { os, architecture, variant } = platform
  const known = `${os === '' ? 'unknown' : os}/${architecture === '' ? 'unknown' : architecture}`
  return variant === '' ? known : `${known}/${variant}`
}

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  ia32: '386',
  loong64: 'loong64',
  mips: 'mips',
  mipsel: 'mipsle',
  ppc64: 'ppc64le',
}

/** Linux and the architecture of this machine: images run on it, whatever the host's system. */
export function hostPlatform(): Platform {
  const architecture = ARCHITECTURES[process.arch] ?? process.arch
  return { os: 'linux', architecture, variant: '' }
}

/** True for `unknown/unknown`, which marks what is no image to run. */
export function isUnknownPlatform(platform: Platform): boolean {
  return platform.os === 'unknown' && platform.architecture === 'unknown'
}

const ALIASES: Readonly<Record<string, readonly [string, string]>> = {
  x86_64: ['amd64', ''],
  'x86-64': ['amd64', ''],
  i386: ['386', ''],
  aarch64: ['arm64', ''],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
}

/** The platform in its one spelling: aliases resolved, default variants left out or filled in. */
export function normalPlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase() === 'macos' ? 'darwin' : platform.os.toLowerCase()
  const named = platform.architecture.toLowerCase()
  const [architecture, implied] = ALIASES[named] ?? [named, '']
  const given = platform.variant.toLowerCase() || implied
  const variant = /^\d+$/.test(given) ? `v${given}` : given
  if (architecture === 'amd64' && variant === 'v1') return { os, architecture, variant: '' }
  if (architecture === 'arm64' && (variant === 'v8' || variant === 'v8.0'))
    return { os, architecture, variant: '' }
  if (architecture === 'arm' && variant === '') return { os, architecture, variant: 'v7' }
  return { os, architecture, variant }
}

/** How well an image fits a wanted platform: 0 is the same, more is older, null is not at all. */
export function platformRank(wanted: Platform, offered: Platform): number | null {
  const text = platformText(normalPlatform(offered))
  const rank = acceptable(normalPlatform(wanted)).map(platformText).indexOf(text)
  return rank < 0 ? null : rank
}

/** What is said of an image that exists for one platform, which is not the wanted one. */
export function onlyFor(offered: Platform, wanted: Platform): string {
  return `it is here for ${platformText(offered)} only, not for ${platformText(wanted)}`
}

/** The platform and what also runs on it, best first. */
function acceptable(wanted: Platform): Platform[] {
  const { os, architecture } = wanted
  const older = olderVariants(wanted).map((variant) =>
    normalPlatform({ os, architecture, variant }),
  )
  const list = [wanted, ...older]
  if (architecture === 'amd64') list.push({ os, architecture: '386', variant: '' })
  if (architecture === 'arm64') list.push(...acceptable({ os, architecture: 'arm', variant: 'v8' }))
  return list
}

const LOWEST: Readonly<Record<string, number>> = { amd64: 1, arm: 5, arm64: 8 }

function olderVariants({ architecture, variant }: Platform): string[] {
  const lowest = LOWEST[architecture]
  const version = /^v(\d)(?:\.\d)?$/.exec(variant)?.[1]
  if (lowest === undefined || version === undefined) return []
  const variants: string[] = []
  for (let next = Number(version) - 1; next >= lowest; next -= 1) variants.push(`v${next}`)
  return variants
}
