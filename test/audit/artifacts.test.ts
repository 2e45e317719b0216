// Files that CI makes before the build: declared in assay.yaml they are artifacts, else they are named.
import { describe, expect, it } from 'vitest'
import type { AuditResult } from '../../src/core/index.ts'
import { auditForged, type Forged } from '../support/forged.ts'

const WORKFLOW = '.github/workflows/build.yml'
const FILES = {
  Dockerfile: [
    'FROM scratch',
    'COPY target/app.jar /app/',
    'COPY target/tool-*.jar /tool.jar',
    'COPY dist /www',
    'COPY conf /etc/app',
    '',
  ].join('\n'),
  'conf/app.conf': 'port=1\n',
  'dist/index.html': 'tracked\n',
  [WORKFLOW]: 'on: push\njobs:\n  build:\n    steps:\n      - run: mvn package\n',
}

/** The image as CI makes it. */
const STEPS: Forged['steps'] = [
  { createdBy: 'COPY target/app.jar /app/', members: [{ name: 'app/app.jar', content: 'jar' }] },
  { createdBy: 'COPY target/tool-*.jar /tool.jar', members: [{ name: 'tool.jar', content: 't' }] },
  {
    createdBy: 'COPY dist /www',
    members: [
      { name: 'www/index.html', content: 'tracked\n' },
      { name: 'www/js/main.js', content: 'js' },
    ],
  },
  { createdBy: 'COPY conf /etc/app', members: [{ name: 'etc/app/app.conf', content: 'port=1\n' }] },
]

const POLICY = `artifacts:
  - path: target/*.jar
    by: ${WORKFLOW}#build
  - path: dist
    by: npm run build
`

function changed({ changes }: AuditResult): string[] {
  return changes.map(({ subject, origin }) => `${subject} ${origin}`)
}

function counted({ origins }: AuditResult, origin: string): number {
  return origins.filter((row) => row.origin === origin).reduce((sum, row) => sum + row.files, 0)
}

/** The steps with members added to one of them. */
function planted(step: number, ...members: NonNullable<Forged['steps'][number]['members']>) {
  return STEPS.map((one, at) =>
    at === step ? { ...one, members: [...(one.members ?? []), ...members] } : one,
  )
}

describe('artifacts that are declared', () => {
  it('are listed and counted, and the image floats by the name of their jobs', async () => {
    const result = await auditForged({ files: FILES, steps: STEPS, policy: POLICY })
    expect(changed(result)).toEqual([])
    expect(result.verdict).toBe('floating')
    expect(result.reasons).toContainEqual({
      row: 'artifacts',
      text: `3 files made by ${WORKFLOW}#build, npm run build outside of the build`,
    })
    expect(counted(result, 'artifact')).toBe(3)
    expect(result.origins.find(({ origin }) => origin === 'artifact')?.strength).toBe('claimed')
    expect(counted(result, 'context')).toBe(2)
  })

  it('excuse nothing that is tracked with other bytes', async () => {
    const steps = STEPS.map((one) =>
      one.createdBy === 'COPY dist /www'
        ? { ...one, members: [{ name: 'www/index.html', content: 'edited\n' }] }
        : one,
    )
    const result = await auditForged({ files: FILES, steps, policy: POLICY })
    expect(changed(result)).toEqual(['www/index.html context-modified'])
    expect(result.verdict).toBe('drifted')
  })

  it('excuse nothing that another commit tracks', async () => {
    const result = await auditForged({
      files: { ...FILES, 'target/app.jar': 'jar' },
      later: { ...FILES, 'target/app.jar': 'newer' },
      revision: 'main',
      steps: STEPS,
      policy: POLICY,
    })
    expect(changed(result)).toEqual(['app/app.jar context-other-commit'])
  })

  it('are named by their place in the context, not in the image', async () => {
    const policy = 'artifacts:\n  - {path: "app/*.jar", by: x}\n  - {path: www, by: x}\n'
    const result = await auditForged({ files: FILES, steps: STEPS, policy })
    expect(changed(result)).toEqual([
      'app/app.jar context-untracked',
      'tool.jar context-untracked',
      'www/js/main.js context-untracked',
    ])
  })

  it('do not hide what was put beside them', async () => {
    const steps = planted(
      0,
      { name: 'app/evil', content: 'e' },
      { name: 'app/app.jar.d/evil.jar', content: 'e' },
      { name: 'usr/bin/evil', content: 'e' },
    )
    const result = await auditForged({ files: FILES, steps, policy: POLICY })
    expect(changed(result).sort()).toEqual([
      'app/app.jar.d/evil.jar context-untracked',
      'app/evil context-untracked',
      'usr/bin/evil unexplained',
    ])
  })

  it('are given no rights: a set-id bit is a change', async () => {
    const steps = planted(2, { name: 'www/root', content: 'r', mode: 0o4755 })
    const result = await auditForged({ files: FILES, steps, policy: POLICY })
    expect(changed(result)).toEqual(['www/root unexplained'])
  })

  it('of a renamed wildcard have to name all that it may bring', async () => {
    const one = 'artifacts:\n  - {path: target/tool-1.jar, by: x}\n  - {path: dist, by: x}\n'
    const result = await auditForged({ files: FILES, steps: STEPS, policy: one })
    expect(changed(result)).toEqual(['app/app.jar context-untracked', 'tool.jar context-untracked'])
  })

  it('by a file that is not tracked excuse nothing, and that is said', async () => {
    const policy = POLICY.replace(WORKFLOW, 'ci/none.yml')
    const result = await auditForged({ files: FILES, steps: STEPS, policy })
    expect(changed(result)).toEqual(['app/app.jar context-untracked', 'tool.jar context-untracked'])
    expect(result.unknown).toContainEqual(
      expect.objectContaining({
        place: 'assay.yaml:2',
        reader: 'policy',
        reason: expect.stringContaining('ci/none.yml is not tracked'),
      }),
    )
  })

  it('of another repository excuse nothing', async () => {
    const policy = POLICY.replaceAll('    by:', '    repository: ../other\n    by:')
    const result = await auditForged({ files: FILES, steps: STEPS, policy })
    expect(counted(result, 'artifact')).toBe(0)
    expect(result.verdict).toBe('drifted')
  })

  it('whose pattern cannot be read end the run', async () => {
    const policy = 'artifacts: [{path: "dist/[a", by: x}]'
    await expect(auditForged({ files: FILES, steps: STEPS, policy })).rejects.toMatchObject({
      code: 'configuration',
      where: 'assay.yaml:1',
    })
  })
})

describe('artifacts that nobody declared', () => {
  it('are changes that say how to declare them', async () => {
    const result = await auditForged({ files: FILES, steps: STEPS })
    expect(changed(result)).toHaveLength(3)
    const said = Object.fromEntries(result.changes.map((each) => [each.subject, each.evidence]))
    const how = 'if a tracked job makes it, say so in assay.yaml: artifacts: '
    expect(said['app/app.jar']).toContain(`${how}[{path: "target/*.jar", by: JOB}]`)
    expect(said['tool.jar']).toContain('path: "target/*.jar"')
    expect(said['www/js/main.js']).toContain('path: "dist"')
  })

  it('are not taken for artifacts where they look like sources', async () => {
    const steps = planted(3, { name: 'etc/app/extra.conf', content: 'x' })
    const result = await auditForged({ files: FILES, steps, policy: POLICY })
    expect(changed(result)).toEqual(['etc/app/extra.conf context-untracked'])
    expect(result.changes[0]?.evidence).not.toContain('assay.yaml')
  })
})
