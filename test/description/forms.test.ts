import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { contextForms, openRepository } from '../../src/description/index.ts'
import { git, gitWith, Workshop } from './workshop.ts'

const workshop = new Workshop()
afterAll(() => workshop.remove())

function blobId(bytes: Buffer | string): string {
  const content = Buffer.from(bytes)
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')
}

/** The forms of a file that is committed with these bytes. */
async function formsOf(name: string, content: string) {
  const root = workshop.repository(name, { file: content })
  const repository = await openRepository(root)
  try {
    const commit = git(root, 'rev-parse', 'HEAD').trim()
    const file = { path: 'file', blob: blobId(content), kind: 'file', executable: false } as const
    return { root, commit, forms: await contextForms(repository, commit, file) }
  } finally {
    repository.close()
  }
}

/** What git itself writes to disk for the file, with these attributes. */
function checkedOut(root: string, attributes: string): Buffer {
  workshop.write(root, { '.gitattributes': attributes })
  git(root, 'checkout-index', '--force', '--prefix=out/', 'file')
  return readFileSync(join(root, 'out/file'))
}

describe('what git writes to disk for a tracked file', () => {
  it.each([
    ['line-ends', 'one\ntwo\n', 'file text eol=crlf\n'],
    ['last-line', 'one\ntwo', 'file text eol=crlf\n'],
    ['ident', '# $Id$\nx\n', 'file ident\n'],
    ['ident-ends', '# $Id: 0123 $\nx\n', 'file ident text eol=crlf\n'],
  ])('%s: as git checks it out', async (name, content, attributes) => {
    const { root, forms } = await formsOf(name, content)
    const written = checkedOut(root, attributes)
    expect(written.equals(Buffer.from(content))).toBe(false)
    expect(forms.map(({ blob }) => blob)).toContain(blobId(written))
  })

  it('as git archive exports it', async () => {
    const content = 'commit $Format:%H$ of $Format:%an, %cI$\n'
    const root = workshop.repository('archive', {
      file: content,
      '.gitattributes': 'file export-subst\n',
    })
    const commit = git(root, 'rev-parse', 'HEAD').trim()
    const exported = gitWith(root, ['archive', '--format=tar', commit, 'file'], {})
    const written = /commit [0-9a-f]{40} of .*\n/.exec(exported)?.[0] ?? ''
    const repository = await openRepository(root)
    const file = { path: 'file', blob: blobId(content), kind: 'file', executable: false } as const
    const forms = await contextForms(repository, commit, file)
    repository.close()
    expect(written).toContain(commit)
    expect(forms.map(({ blob }) => blob)).toContain(blobId(written))
  })

  it('is the blob itself for what git does not convert', async () => {
    const binary = await formsOf('binary', 'a\0b\nc\n')
    expect(binary.forms).toEqual([])
    const windows = await formsOf('windows', 'a\r\nb\n')
    expect(windows.forms).toEqual([])
  })

  it('runs no program and follows no ref for a format of a stranger', async () => {
    const { forms } = await formsOf('hostile', 'x $Format:%G?%GS%d%(trailers)$\n')
    expect(forms.map(({ why }) => why).join()).not.toContain('Format')
    const many = await formsOf('many', '$Format:%H$\n'.repeat(500))
    expect(many.forms.map(({ why }) => why).join()).not.toContain('Format')
  })
})
