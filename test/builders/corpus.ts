// `npm run corpus`: builds every image of the corpus, audits each, and writes the figures into docs/accuracy.md.
// `--keep FOLDER` keeps the images for the next run, `--published FOLDER` has clones for the published hashes. Names
// of parts do only these, without the search, and write nothing. The exit status is 1 when anything planted was
// missed, anything else was reported, or a search led elsewhere.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type AuditedCase, renderAccuracy, rowOf } from './accuracy.ts'
import { makeCases } from './images.ts'
import { auditCase, judge } from './judge.ts'
import { corpusParts, gateParts } from './parts.ts'
import { checkPublished } from './published.ts'
import { root } from './root.ts'
import { type Searched, searchAll } from './search-judge.ts'
import type { ImageCase } from './truth.ts'

interface Request {
  readonly keep: string | null
  readonly published: string | null
  readonly parts: readonly string[]
}

function readWords(words: readonly string[]): Request {
  const parts = [...words]
  const take = (option: string): string | null => {
    const at = parts.indexOf(option)
    if (at === -1) return null
    const [, folder] = parts.splice(at, 2)
    if (folder === undefined) throw new Error(`${option} needs a folder`)
    return resolve(folder)
  }
  return { keep: take('--keep'), published: take('--published'), parts }
}

function auditOne(one: ImageCase): AuditedCase {
  try {
    const audited = auditCase(one)
    return { one, makers: audited.image.makers, judgement: judge(one, audited) }
  } catch (thrown) {
    const wrong = [`the audit failed: ${String(thrown).slice(0, 300)}`]
    const missed = one.planted ?? []
    return { one, makers: [], judgement: { found: 0, missed, invented: [], wrong } }
  }
}

function say(audited: AuditedCase): void {
  const { missed, invented, wrong } = audited.judgement
  console.log(rowOf(audited))
  for (const { kind, path, subject } of missed) console.log(`  missed: ${kind} ${path}${subject}`)
  for (const { kind, path, subject, evidence } of invented)
    console.log(`  false: ${kind} ${path === '' ? subject : path}: ${evidence}`)
  for (const text of wrong) console.log(`  wrong: ${text}`)
}

function saySearched({ one, answer, detail }: Searched): void {
  if (answer !== 'right') console.log(`search: ${one.name}: ${answer} ${detail}`)
}

function isBad({ judgement: { missed, invented, wrong } }: AuditedCase): boolean {
  return missed.length + invented.length + wrong.length > 0
}

/** Does what the file says. */
export async function main(...words: readonly string[]): Promise<void> {
  const { keep, published, parts } = readWords(words)
  const folder = keep ?? mkdtempSync(join(tmpdir(), 'assay-corpus-'))
  const isWhole = parts.length === 0
  try {
    const all = [...gateParts, ...corpusParts]
    const { cases, notBuilt } = await makeCases(
      folder,
      all.filter(({ name }) => isWhole || parts.includes(name)),
    )
    for (const { cases: names, reason } of notBuilt)
      console.log(`not built: ${names.join(', ')}: ${reason}`)
    const audited = cases.map((one) => {
      const result = auditOne(one)
      say(result)
      return result
    })
    const searched =
      isWhole || parts.includes('search') ? searchAll(cases, join(folder, 'repositories')) : []
    searched.forEach(saySearched)
    if (isWhole) {
      const run = { audited, notBuilt, searched, published: await checkPublished(published) }
      writeFileSync(join(root, 'docs', 'accuracy.md'), renderAccuracy(run))
    }
    const bad = audited.filter(isBad).length
    const lost = searched.filter(({ answer }) => answer !== 'right').length
    console.log(`${audited.length} cases, ${bad} with a miss, a false alarm or a wrong verdict`)
    console.log(`${searched.length} searched, ${lost} not right`)
    if (bad + lost > 0) process.exitCode = 1
  } finally {
    if (keep === null) rmSync(folder, { recursive: true, force: true })
  }
}
