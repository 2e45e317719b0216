// docs/accuracy.md: what the audits of the corpus found, missed and invented, as a table that nobody edits.
import type { NotBuilt } from './images.ts'
import type { Judgement } from './judge.ts'
import { makerTable } from './makers/table.ts'
import type { CheckedHash } from './published.ts'
import type { Searched } from './search-judge.ts'
import type { ImageCase } from './truth.ts'

/** A case, what the audit said of it, and how right that was. */
export interface AuditedCase {
  readonly one: ImageCase
  /** Makers, as the audit names them. */
  readonly makers: readonly string[]
  readonly judgement: Judgement
}

function cells(texts: readonly (string | number)[]): string {
  return `| ${texts.map((text) => String(text).replaceAll('|', '\\|')).join(' | ')} |`
}

/** One row of the table: case, maker, the makers that the audit names, planted, found, missed, false, verdict. */
export function rowOf({ one, makers, judgement }: AuditedCase): string {
  const { found, missed, invented, wrong } = judgement
  const planted = one.planted === null ? 'verdict only' : one.planted.length
  const right = wrong.length === 0 ? one.verdict : `wrong: ${wrong.join('; ')}`
  const said = makers.join(', ')
  return cells([one.name, one.maker, said, planted, found, missed.length, invented.length, right])
}

function total(audited: readonly AuditedCase[], name: string): string {
  const sum = (count: (each: AuditedCase) => number): number =>
    audited.reduce((all, each) => all + count(each), 0)
  return cells([
    name,
    audited.length,
    sum(({ one }) => one.planted?.length ?? 0),
    sum(({ judgement }) => judgement.found),
    sum(({ judgement }) => judgement.missed.length),
    sum(({ judgement }) => judgement.invented.length),
    sum(({ judgement }) => judgement.wrong.length),
  ])
}

function isClean({ one }: AuditedCase): boolean {
  return one.planted !== null && one.planted.length === 0
}

/** What a run over the corpus gave. */
export interface CorpusRun {
  readonly audited: readonly AuditedCase[]
  readonly notBuilt: readonly NotBuilt[]
  readonly searched: readonly Searched[]
  readonly published: readonly CheckedHash[]
}

function searchRow({ one, answer, detail }: Searched): string {
  return cells([one.name, one.maker, answer, detail])
}

function publishedRow({ repository, image, sources, hash, blobs }: CheckedHash): string {
  const short = blobs?.map((blob) => blob.slice(0, 12)).join(', ')
  const answer = blobs === undefined ? 'not checked: no clone at hand' : (short ?? 'of no commit')
  return cells([image, repository, sources.join(', '), `${hash.slice(0, 18)}…`, answer])
}

/** The whole page. */
export function renderAccuracy({ audited, notBuilt, searched, published }: CorpusRun): string {
  const clean = audited.filter(isClean)
  const spoiled = audited.filter((each) => !isClean(each))
  const missing = notBuilt.flatMap(({ cases, reason }) =>
    cases.map((name) => `- ${name}: ${(reason.split('\n')[0] ?? '').slice(0, 200)}`),
  )
  const untold = audited.filter(({ one }) => one.untold !== '')
  return `# Accuracy

Written by \`npm run corpus\`: real images by real builders, each made by a script that states what was planted
(\`test/builders/\`), audited one by one with the command line. A planted change that no line of the report names is
*missed*; a line that names nothing planted is *false*.

| | cases | planted | found | missed | false | wrong otherwise |
|---|---:|---:|---:|---:|---:|---:|
${total(clean, 'clean')}
${total(spoiled, 'spoiled')}
${total(audited, 'all')}

## Every case

| case | maker | the audit says | planted | found | missed | false | verdict |
|---|---|---|---:|---:|---:|---:|---|
${audited.map(rowOf).join('\n')}

## Search

The same images with \`--repositories FOLDER\` and nothing else: no source, no base. Right means repository, Dockerfile
and commit. Images that no Dockerfile of the folder describes are left out.

| right | wrong | not found |
|---:|---:|---:|
${cells((['right', 'wrong', 'not found'] as const).map((answer) => searched.filter((each) => each.answer === answer).length))}

| case | maker | found | what was wrong |
|---|---|---|---|
${searched.map(searchRow).join('\n')}

${makerTable()}
## Hashes of the legacy builder, recomputed

\`COPY file:…\` and \`multi:…\` of published histories of official images, recomputed from every content that the files had
together in the repository's commits (\`--published FOLDER\`, a folder of clones).

| image | repository | files | published | equal for the blobs |
|---|---|---|---|---|
${published.map(publishedRow).join('\n')}

## What cannot be told from the image

Planted too, named by nobody, and never called proved:

${untold.map(({ one }) => `- ${one.name}: ${one.untold}`).join('\n')}

## Not built

${missing.length === 0 ? 'Nothing: every image of the corpus was built.' : missing.join('\n')}
`
}
