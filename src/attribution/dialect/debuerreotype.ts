// debuerreotype (debuerreotype/debuerreotype, examples/oci-image.sh): how Debian's own images are made. The
// command shows architecture, suite and the time of the Debian snapshot archive, the comment the version.
import { factsOf, found, makerDialect } from './profile.ts'

/** `# debian.sh --arch 'amd64' out/ 'bookworm' '@1749513600'`; elsewhere a `#` before the time. */
const COMMAND = /^# (\S+\.sh)(?: --arch '([^']*)')? out\/ '([^']*)' (?:# )?'@(\d{1,12})'$/

/** Root file systems of Debian made from a snapshot of its archive. */
export const debuerreotype = makerDialect(
  'debuerreotype',
  ({ comment }) => /^debuerreotype \d/.test(comment),
  {
    title: 'debuerreotype',
    description: 'debuerreotype and the Debian snapshot archive of that time',
    check: 'run the same script of the same debuerreotype for that time: it makes the same bytes',
    builds: true,
    proven: '',
    unproven:
      'Debian’s debuerreotype 0.15 makes the root file system, but the script that writes the history, examples/oci-image.sh, is not in the package',
    facts({ entries }) {
      const parts = entries.map(({ createdBy }) => COMMAND.exec(createdBy)).find(Boolean)
      const seconds = Number(parts?.[4] ?? Number.NaN)
      return factsOf({
        version: found(
          entries.map(({ comment }) => comment),
          /^debuerreotype (\S+)/,
        ).join(', '),
        script: parts?.[1] ?? '',
        architecture: parts?.[2] ?? '',
        suite: parts?.[3] ?? '',
        'snapshot time': Number.isNaN(seconds) || seconds > 253_402_300_799 ? '' : isoTime(seconds),
      })
    },
  },
)

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
