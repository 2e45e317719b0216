// The settings of an image as single named values, for locks and for differences between images.
import { createHash } from 'node:crypto'
import { LABEL_OF_BUILD } from '../attribution/index.ts'
import { type ImageLayer, type ImageSettings, isSecretName } from '../core/index.ts'

/** Every setting that has a value, by name: `Env.PATH`, `ExposedPorts.80/tcp`, `Cmd`. */
export function namedSettings(settings: ImageSettings): ReadonlyMap<string, string> {
  const named = new Map<string, string>()
  const put = (name: string, value: string) => {
    if (value !== '') named.set(name, value)
  }
  for (const pair of settings.env) {
    const at = pair.indexOf('=')
    if (at < 0) named.set(`Env.${pair}`, '')
    else named.set(`Env.${pair.slice(0, at)}`, pair.slice(at + 1))
  }
  put('Entrypoint', listText(settings.entrypoint))
  put('Cmd', listText(settings.cmd))
  put('User', settings.user)
  put('WorkingDir', settings.workingDir === '' ? '/' : settings.workingDir)
  // some builders leave out the usual protocol
  for (const port of settings.exposedPorts)
    named.set(`ExposedPorts.${/^\d+$/.test(port) ? `${port}/tcp` : port}`, 'exposed')
  for (const volume of settings.volumes) named.set(`Volumes.${volume}`, 'declared')
  for (const [name, value] of Object.entries(settings.labels)) named.set(`Labels.${name}`, value)
  put('StopSignal', settings.stopSignal)
  put('Shell', listText(settings.shell))
  put('Healthcheck', settings.healthcheck)
  for (const [index, text] of settings.onBuild.entries()) named.set(`OnBuild.${index}`, text)
  return named
}

function listText(list: readonly string[] | null): string {
  return list === null || list.length === 0 ? '' : JSON.stringify(list)
}

/** True for a label that pipelines set anew at every build (revision, date, version): no program reads it. */
export function isBuildLabel(name: string): boolean {
  return name.startsWith('Labels.') && LABEL_OF_BUILD.test(name.slice('Labels.'.length))
}

/** Shorter values of arguments are in too many texts. */
const SHORTEST = 4

/** Longer values are kept as their digests: a line of a lock is to be read by people. */
const LONGEST = 4096

/** The value as a lock may keep it: what may be a secret, or is long, is kept as its digest. */
export function keptValue(name: string, value: string, secrets: readonly string[]): string {
  const told = isSecretName(name) && value !== ''
  const holds = secrets.some((secret) => secret.length >= SHORTEST && value.includes(secret))
  if (!told && !holds && value.length <= LONGEST) return value
  return `sha256:${createHash('sha256').update(value).digest('hex')}`
}

/**
 * True when a setting of Docker's own may have been lost on the way: the side that lacks it is in the OCI format, and
 * the one that has it is not. SHELL is kept by the legacy builder alone, and no container reads it.
 */
export function isLostInCopy(
  name: string,
  lacking: readonly ImageLayer[],
  having: readonly ImageLayer[],
): boolean {
  return name === 'Shell' || (isOci(lacking) && !isOci(having))
}

function isOci(layers: readonly ImageLayer[]): boolean {
  return layers.some(({ mediaType }) => mediaType.startsWith('application/vnd.oci.'))
}

/** True for a setting (or its part before the dot) that OCI's configuration has no place for. */
export function isDockerOnly(name: string): boolean {
  return /^(Shell|Healthcheck|OnBuild)(\.|$)/.test(name)
}
