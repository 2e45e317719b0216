// apko (chainguard-dev/apko): author and command `apko`, the image's author its repository; the tracked
// revision goes into annotations and labels when the build was told of it (--vcs).
import { factsOf, found, makerDialect } from './profile.ts'

const REVISION = 'org.opencontainers.image.revision'
const SOURCE = 'org.opencontainers.image.source'

/** Images assembled from apk packages by apko. */
export const apko = makerDialect('apko', ({ author }) => author === 'apko', {
  title: 'apko',
  description: 'an apko configuration (apko.yaml) and its lock file (apko.lock.json)',
  check:
    'check out the commit, run apko build with the lock file against the same package repositories, and compare both images',
  builds: true,
  proven: '',
  unproven:
    'chainguard.dev/apko v0.30.2 cannot be compiled from the Go module proxy (“verifying go.mod: 404 Not Found”); looked at once, on an image by apko 0.30.2 compiled from its repository by hand',
  facts: ({ entries, settings, author }) =>
    factsOf({
      author,
      image: found(
        entries.map(({ comment }) => comment),
        /^(?!This is an apko)(.+)$/,
      ).join(', '),
      source: settings.labels[SOURCE] ?? '',
      revision: settings.labels[REVISION] ?? '',
    }),
})
