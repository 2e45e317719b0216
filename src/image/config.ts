// The image config (OCI image-spec, config.md; Docker's own is the same with more fields).
import { z } from 'zod'
import {
  type Digest,
  type HistoryEntry,
  type ImageSettings,
  type Platform,
  parseDigest,
} from '../core/index.ts'
import { type DocumentPlace, decode, parseJson, text, textMap, texts } from './json.ts'

/** What a config says. */
export interface ImageConfig {
  readonly platform: Platform
  readonly created: string
  readonly author: string
  readonly history: readonly HistoryEntry[]
  readonly settings: ImageSettings
  readonly diffIds: readonly Digest[]
}

/** Words of a command; Docker also takes one string for a list of one. */
const command = z
  .union([z.string().transform((word) => [word]), z.array(z.string())])
  .nullish()
  .transform((value) => value ?? null)

/** A set, written as an object with empty values. */
const keys = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => Object.keys(value ?? {}).sort())

const duration = z
  .number()
  .nullish()
  .transform((value) => value ?? 0)

const healthcheck = z.object({
  Test: texts,
  Interval: duration,
  Timeout: duration,
  StartPeriod: duration,
  StartInterval: duration,
  Retries: duration,
})

const settings = z.object({
  Env: texts,
  Entrypoint: command,
  Cmd: command,
  User: text,
  WorkingDir: text,
  ExposedPorts: keys,
  Volumes: keys,
  Labels: textMap,
  StopSignal: text,
  Shell: z
    .array(z.string())
    .nullish()
    .transform((value) => value ?? null),
  Healthcheck: healthcheck.nullish(),
  OnBuild: texts,
})

const historyEntry = z.object({
  created: text,
  created_by: text,
  comment: text,
  author: text,
  empty_layer: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
})

const config = z.object({
  os: text,
  architecture: text,
  variant: text,
  created: text,
  author: text,
  config: settings.nullish(),
  rootfs: z.object({ diff_ids: texts }).nullish(),
  history: z.array(historyEntry.nullish()).nullish(),
})

/**
 * Parses a config.
 * @throws AssayError `source` when it is not JSON, a field has a wrong type or a diff_id is malformed.
 */
export function parseConfig(bytes: Buffer, place: DocumentPlace): ImageConfig {
  const parsed = decode(config, parseJson(bytes, place), place)
  return {
    platform: { os: parsed.os, architecture: parsed.architecture, variant: parsed.variant },
    created: parsed.created,
    author: parsed.author,
    history: (parsed.history ?? []).map(historyOf),
    settings: settingsOf(parsed.config ?? {}),
    diffIds: (parsed.rootfs?.diff_ids ?? []).map((id) => parseDigest(id, place.where)),
  }
}

function historyOf(entry: z.infer<typeof historyEntry> | null | undefined): HistoryEntry {
  return {
    created: entry?.created ?? '',
    createdBy: entry?.created_by ?? '',
    comment: entry?.comment ?? '',
    author: entry?.author ?? '',
    emptyLayer: entry?.empty_layer ?? false,
  }
}

function settingsOf(found: Partial<z.infer<typeof settings>>): ImageSettings {
  return {
    env: found.Env ?? [],
    entrypoint: found.Entrypoint ?? null,
    cmd: found.Cmd ?? null,
    user: found.User ?? '',
    workingDir: found.WorkingDir ?? '',
    exposedPorts: found.ExposedPorts ?? [],
    volumes: found.Volumes ?? [],
    labels: found.Labels ?? {},
    stopSignal: found.StopSignal ?? '',
    shell: found.Shell ?? null,
    healthcheck: found.Healthcheck == null ? '' : healthcheckText(found.Healthcheck),
    onBuild: found.OnBuild ?? [],
  }
}

/** A health check in the words of a Dockerfile; '' when it is inherited. */
function healthcheckText(check: z.infer<typeof healthcheck>): string {
  const [kind, ...words] = check.Test
  if (kind === undefined) return ''
  if (kind === 'NONE') return 'NONE'
  const options = [
    option('interval', durationText(check.Interval)),
    option('timeout', durationText(check.Timeout)),
    option('start-period', durationText(check.StartPeriod)),
    option('start-interval', durationText(check.StartInterval)),
    option('retries', check.Retries === 0 ? '' : String(check.Retries)),
  ]
  const command = kind === 'CMD-SHELL' ? words.join(' ') : JSON.stringify(words)
  return [...options, `CMD ${command}`].filter((part) => part !== '').join(' ')
}

function option(name: string, value: string): string {
  return value === '' ? '' : `--${name}=${value}`
}

const UNITS: readonly (readonly [string, number])[] = [
  ['h', 3600e9],
  ['m', 60e9],
  ['s', 1e9],
  ['ms', 1e6],
  ['us', 1e3],
  ['ns', 1],
]

/** Nanoseconds as Dockerfiles write them: `1m30s`; '' for none. */
function durationText(nanoseconds: number): string {
  let left = Math.trunc(Math.max(0, nanoseconds))
  let shown = ''
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size)
    if (count > 0) shown += `${count}${unit}`
    left -= count * size
  }
  return shown
}
