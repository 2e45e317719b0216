// The application with what only a current BuildKit knows: heredocs, mounts, --link, --parents, --exclude,
// --checksum. Its images are clean: nothing of this may be called a change.
import { sha256 } from '../support/image.ts'
import { baseNames } from './bases.ts'
import type { CommitPlan } from './repositories.ts'

/** A file that ADD fetches: its address and its text, for the package proxy. */
export const download = { address: 'http://files.assay.test/tool.txt', text: 'a tool\n' } as const

const dockerfile = `FROM ${baseNames.tiny} AS build
WORKDIR /build
COPY --parents src/*/part.txt ./
RUN --mount=type=cache,target=/var/cache/build \\
    --mount=type=bind,source=conf,target=/mnt/conf <<EOF
set -e
cat /mnt/conf/first.conf > out.txt
cat src/*/part.txt >> out.txt
EOF

FROM ${baseNames.tiny}
ARG EDITION=plain
COPY <<EOF /etc/modern/edition
edition \${EDITION}
EOF
COPY <<"EOF" <<two /etc/modern/
raw \${EDITION}
EOF
second
two
COPY --link conf/ /etc/modern/conf/
COPY --exclude=*.md docs /srv/docs
COPY --parents src/./b/part.txt /srv/parents/
COPY --chmod=640 --chown=1000:1000 secret.conf /etc/modern/
ADD --checksum=sha256:${sha256(download.text)} ${download.address} /srv/tool.txt
RUN <<EOF
mkdir -p /var/lib/modern
echo made > /var/lib/modern/state
EOF
RUN <<EOF
#!/bin/sh
echo script > /var/lib/modern/script
EOF
RUN --mount=type=secret,id=token --mount=type=tmpfs,target=/scratch \\
    test -s /run/secrets/token && echo ok > /var/lib/modern/checked
COPY --from=build /build/out.txt /srv/out.txt
COPY --from=build --link /build/src /srv/src
WORKDIR /srv
HEALTHCHECK --interval=30s --start-period=5s --start-interval=2s CMD ["cat", "/srv/out.txt"]
EXPOSE 8080
CMD ["cat", "/srv/out.txt"]
`

/** The commits: the one that is built is the last. */
export const modern: readonly CommitPlan[] = [
  {
    message: 'Modern',
    files: {
      Dockerfile: dockerfile,
      'Dockerfile.dockerignore': '.git\n*.dockerignore\nleft-out.txt\n',
      'src/a/part.txt': 'a\n',
      'src/b/part.txt': 'b\n',
      'conf/first.conf': 'first = 1\n',
      'conf/second.conf': 'second = 2\n',
      'docs/guide.txt': 'guide\n',
      'docs/left.md': 'left\n',
      'secret.conf': 'key = none\n',
      'left-out.txt': 'left out\n',
    },
  },
  { message: 'A better guide', files: { 'docs/guide.txt': 'a better guide\n' } },
]
