// What one RUN asks package managers for, in a line a request.
import { expect } from 'vitest'
import type { ContextFile } from '../../../src/core/index.ts'
import { packageRequests, parseCommands, parseDockerfile } from '../../../src/description/index.ts'

/** A row of a table: the text of a RUN, and the lines. */
export type Row = readonly [run: string, expected: readonly string[]]

/** `manager action name constraint! (options)`, `!` when pinned. */
export function asked(run: string, before = '', tracked: readonly string[] = []): string[] {
  const text = `FROM debian:12 AS first\n${before}RUN ${run}\n`
  const dockerfile = parseDockerfile(text, { arguments: {}, target: null })
  expect(dockerfile.errors).toEqual([])
  const files = new Map<string, ContextFile>()
  for (const path of tracked) files.set(path, { path, blob: '', kind: 'file', executable: false })
  return packageRequests(parseCommands(dockerfile), { dockerfile, files }).map((request) => {
    const { manager, action, name, constraint, pinned, options } = request
    const version = constraint === '' ? '' : ` ${constraint}`
    const more = options.length === 0 ? '' : ` (${options.join(', ')})`
    return `${manager} ${action} ${name}${version}${pinned ? '!' : ''}${more}`
  })
}
