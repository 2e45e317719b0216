// The table of makers in docs/accuracy.md: on which real image the marks of each were proven, or what was tried.
import { MAKERS } from '../../../src/attribution/index.ts'

/** The section, from its heading to its last line. */
export function makerTable(): string {
  const rows = MAKERS.map(({ id, profile }) => {
    const { title, description, proven, unproven } = profile
    const state = proven === '' ? `unproven: ${unproven}` : `proven: ${proven}`
    return `| \`${id}\` | ${[title, description, state].join(' | ')} |`
  })
  return `## Makers that follow no Dockerfile

They are recognised and named, with what stands behind them; \`assay explain\` shows what each recorded. Assay does
not compare an image with such descriptions, so its verdict is \`unknown\`, but for umoci, which only changes what is
there: its steps are untracked ones where there is a Dockerfile. *Proven*: the marks were read from a real
image by that version (\`fixtures/makers/\`, \`node scripts/make-maker-fixtures.mjs\`). *Unproven*: they are those of
the maker's sources, and what was tried to have a real image is said.

| maker | known as | what stands behind it | marks |
|---|---|---|---|
${rows.join('\n')}
`
}
