// Settings that differ from the lock, held against the instructions that give settings.

import { chainInstructions } from '../attribution/index.ts'
import type { Instruction } from '../core/index.ts'
import {
  type JudgedImage,
  type LockDifference,
  type LockJudgement,
  untracked,
} from './lock-judgement.ts'
import { isDockerOnly, isLostInCopy } from './lock-settings.ts'

/** Which instruction gives a setting. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  Env: ['ENV'],
  Entrypoint: ['ENTRYPOINT'],
  // an ENTRYPOINT takes the base's CMD away
  Cmd: ['CMD', 'ENTRYPOINT'],
  User: ['USER'],
  WorkingDir: ['WORKDIR'],
  ExposedPorts: ['EXPOSE'],
  Volumes: ['VOLUME'],
  Labels: ['LABEL', 'MAINTAINER'],
  StopSignal: ['STOPSIGNAL'],
  Shell: ['SHELL'],
  Healthcheck: ['HEALTHCHECK'],
  OnBuild: ['ONBUILD'],
}

/** What is behind a setting that came, went, or has another value. */
export function judgeSetting({ names, found }: LockDifference, image: JudgedImage): LockJudgement {
  const [name = ''] = names
  const { one, described } = image
  const dot = name.indexOf('.')
  const what = dot < 0 ? name : name.slice(0, dot)
  const which = dot < 0 ? '' : name.slice(dot + 1)
  const change = one.compared.attribution.changes.find(
    ({ kind, subject }) => kind === 'setting' && sameSetting(subject, what, which),
  )
  if (change !== undefined) return untracked(change.evidence)
  const keywords = KEYWORDS[what] ?? []
  const gives = (each: Instruction) => keywords.includes(each.keyword) && isNamedBy(each, which)
  const [fresh] = described.newOnes(gives)
  if (fresh !== undefined) {
    return { state: 'explained', reason: `its ${fresh.keyword} changed`, line: fresh.line }
  }
  if (keywords.some((keyword) => described.hasLost(keyword))) {
    return { state: 'explained', reason: `the lock has a ${keywords[0]} more`, line: null }
  }
  if (found === null && isDockerOnly(what) && isLostInCopy(what, one.facts.layers, [])) {
    const reason = 'only Docker’s own format has a place for it: copies in the OCI format lose it'
    return { state: 'moved', reason, line: null }
  }
  const { description } = one.compared
  const own = description === null ? undefined : chainInstructions(description).findLast(gives)
  if (own === undefined) return ofBase(image)
  return ofArguments(own, image)
}

function sameSetting(subject: string, what: string, which: string): boolean {
  const wanted = what === 'Labels' ? 'Label' : what
  return subject === (which === '' ? wanted : `${wanted} ${which}`)
}

/** ENV and LABEL name what they set; the other instructions set one thing, or are short. */
function isNamedBy({ keyword, pairs, expanded }: Instruction, which: string): boolean {
  if (which === '') return true
  if (keyword === 'ENV' || keyword === 'LABEL') return pairs.some(({ name }) => name === which)
  return keyword !== 'EXPOSE' || expanded.includes(which.replace(/\/.*$/, ''))
}

function ofBase({ base }: JudgedImage): LockJudgement {
  if (base === null) return untracked('no instruction gives it, and the base is the same')
  return { ...base, reason: 'no instruction gives it, and the base changed' }
}

/** The instruction is the same, its value is not: a variable in it has another value. */
function ofArguments(own: Instruction, image: JudgedImage): LockJudgement {
  const { base, one, described } = image
  const variables = [...own.text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = '']) => name)
  const [changed] = described.newOnes(
    ({ keyword, pairs }) =>
      (keyword === 'ARG' || keyword === 'ENV') &&
      pairs.some(({ name }) => variables.includes(name)),
  )
  if (changed !== undefined) {
    return { state: 'explained', reason: `${changed.keyword} gives its value`, line: changed.line }
  }
  const given = variables.find((name) => name in (one.compared.description?.arguments ?? {}))
  if (given !== undefined) {
    const reason = `the build argument ${given} was given another value on the command line`
    return { state: 'explained', reason, line: own.line }
  }
  if (base !== null && variables.length > 0) {
    return { ...base, reason: 'it is made of a value of the base, and the base changed' }
  }
  return untracked('its instruction is the same, its value is not')
}
