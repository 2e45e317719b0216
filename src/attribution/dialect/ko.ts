// ko (ko-build/ko): author `ko`, `ko build ko://IMPORT/PATH` (before 0.10 `ko publish`), and in the comment
// where the program or its kodata lie.
import { factsOf, found, makerDialect } from './profile.ts'

/** Images of Go programs built by ko. */
export const ko = makerDialect('ko', ({ author }) => author === 'ko', {
  title: 'ko',
  description: 'a Go module (go.mod, go.sum) and, where there is one, .ko.yaml',
  check:
    'check out the commit that the program’s own build information names (vcs.revision), run ko build with the same Go, ko and base digest, and compare both images',
  builds: true,
  proven: 'ko 0.19.1',
  unproven: '',
  facts({ entries }) {
    const commands = entries.map(({ createdBy }) => createdBy)
    const comments = entries.map(({ comment }) => comment)
    return factsOf({
      'import path': found(commands, /^ko (?:build|publish) (?:ko:\/\/)?(\S+)/).join(', '),
      program: found(comments, /^go build output, at (.+)/).join(', '),
      kodata: found(comments, /^kodata contents, at (.+)/).join(', '),
    })
  },
})
