import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Command, Description, PackageRequest } from '../../src/core/index.ts'
import { parseDockerfile } from '../../src/description/dockerfile/index.ts'
import { openInventory } from '../../src/inventory/index.ts'
import { BUILT_IN_RULES, loadFolder, runRules } from '../../src/rule/index.ts'
import { readExamples } from '../support/example.ts'
import { auditResult, digestFor, imageFacts } from '../support/inventory.ts'

function words(text: string): string[] {
  const out: string[] = []
  let cur = '',
    has = false,
    q = '',
    depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (q) {
      if (c === q && depth === 0) q = ''
      else {
        cur += c
        if (q === '"' && c === '(') depth++
        if (q === '"' && c === ')') depth--
      }
      continue
    }
    if (c === "'" || c === '"') {
      q = c
      has = true
      continue
    }
    if (/\s/.test(c)) {
      if (cur || has) out.push(cur)
      cur = ''
      has = false
      continue
    }
    cur += c
  }
  if (cur || has) out.push(cur)
  const r: string[] = []
  for (let i = 0; i < out.length; i++) {
    if (/^\d*[<>]/.test(out[i]!)) {
      if (/^\d*[<>]+$/.test(out[i]!)) i++
      continue
    }
    r.push(out[i]!)
  }
  return r
}
function split(text: string, seps: RegExp): string[] {
  const parts: string[] = []
  let cur = '',
    q = '',
    depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (q) {
      cur += c
      if (c === q) q = ''
      continue
    }
    if (c === "'" || c === '"') {
      q = c
      cur += c
      continue
    }
    if (c === '(') depth++
    if (c === ')') depth--
    const m = depth === 0 ? seps.exec(text.slice(i)) : null
    if (m) {
      parts.push(cur)
      cur = ''
      i += m[0].length - 1
      continue
    }
    cur += c
  }
  parts.push(cur)
  return parts.map((p) => p.trim()).filter(Boolean)
}
const files = readdirSync(BUILT_IN_RULES)
  .filter((n) => /^(D|T02|I06)/.test(n))
  .map((n) => join(BUILT_IN_RULES, n))
const { rules } = loadFolder(BUILT_IN_RULES)
for (const file of files) {
  const { id, examples } = readExamples(file)
  for (const e of examples) {
    if (!e.repository) continue
    it(`${id} ${e.expect} ${e.name}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'h6-'))
      const inv = openInventory(join(folder, 'i.db'))
      const all = { ...e.repository!.files, ...e.repository!.untracked }
      const df = parseDockerfile(all['Dockerfile'] ?? '', {
        arguments: {},
        target: null,
        platform: { os: 'linux', architecture: 'amd64', variant: '' },
        dockerfilePath: 'Dockerfile',
      } as never)
      const commands: Command[] = []
      const requests: PackageRequest[] = []
      for (const i of df.instructions) {
        if (i.keyword !== 'RUN') continue
        let pos = 0,
          pl = 0
        for (const pipe of split(i.text, /^(&&|\|\||;)/)) {
          split(pipe, /^\|/).forEach((text, index) => {
            const w = words(text)
            commands.push({
              instruction: i.position,
              position: pos,
              line: i.line,
              words: w,
              dynamic: w.map(() => false),
              assignments: {},
              conditional: false,
              pipeline: pl,
              pipelineIndex: index,
              text,
            })
            const add = (manager: string, names: string[], re: RegExp, pin: RegExp): void => {
              for (const n of names) {
                const m = re.exec(n)
                const name = m?.[1] ?? n
                const c = m?.[2] ?? ''
                requests.push({
                  instruction: i.position,
                  command: pos,
                  line: i.line,
                  manager,
                  action: 'install',
                  name,
                  constraint: c,
                  pinned: pin.test(c),
                  options: [],
                })
              }
            }
            const ops = (from: number): string[] =>
              w
                .slice(from)
                .filter(
                  (x, k, a) =>
                    !x.startsWith('-') && !['-r', '-c', '--find-links'].includes(a[k - 1] ?? ''),
                )
            if (w[0] === 'apt-get' && w[1] === 'install')
              add('apt', ops(2), /^([^=$]*)(=.*)?$/, /^=[^*$]+$/)
            if (w[0] === 'pip' && w[1] === 'install')
              add('pip', ops(2).length ? ops(2) : [''], /^([\w.-]*)([=<>~!].*)?$/, /^==[^*$]+$/)
            if (w[0] === 'python3' && w[2] === 'pip')
              add('pip', ops(4), /^([\w.-]*)([=<>~!].*)?$/, /^==[^*$]+$/)
            if (w[0] === 'npm' && (w[1] === 'install' || w[1] === 'i'))
              add('npm', ops(2).length ? ops(2) : [''], /^(@?[^@]*)(@.*)?$/, /^@\d+\.\d+\.\d+$/)
            pos++
          })
          pl++
        }
      }
      const description = {
        repository: '.',
        revision: { from: 'HEAD', text: 'HEAD', commit: 'c', state: 'found', dirty: false },
        commitDate: '',
        dockerfilePath: 'Dockerfile',
        dockerfileBlob: '',
        dockerfileState: e.repository!.files['Dockerfile']
          ? 'tracked'
          : e.repository!.files['.gitignore']
            ? 'ignored'
            : 'untracked',
        context: '',
        arguments: {},
        dockerfile: df,
        commands,
        requests,
        files: new Map(),
        ignored: [],
        workTree: [],
      } as unknown as Description
      const facts = imageFacts('x', [digestFor('l')])
      inv.putImage(facts, { distribution: null, packages: [], unknowns: [] } as never, () => null)
      inv.putAudit({
        result: auditResult('x', {
          base: e.image?.base
            ? { reference: 'b', config: null, layers: 1, how: 'h', strength: 'proved' }
            : null,
        }),
        description,
        revisions: [],
        origins: [],
        ownedFiles: [],
        inputDigest: 'i',
        ruleSet: 'r',
      })
      const run = runRules(rules, inv.query.bind(inv), facts.config)
      inv.close()
      rmSync(folder, { recursive: true })
      expect(run.problems).toEqual([])
      const found = run.findings.filter((f) => f.rule === id)
      expect(
        found.map((f, n) =>
          Object.fromEntries(
            Object.keys(e.findings?.[n] ?? { subject: 1, line: 1, message: 1 }).map((k) => [
              k,
              k === 'detail' ? e.findings?.[n]?.detail : f[k as keyof typeof f],
            ]),
          ),
        ),
      ).toEqual(e.findings ?? [])
    })
  }
}
