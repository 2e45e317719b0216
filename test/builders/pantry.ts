// The application with one of everything: what a Dockerfile may say beside the usual, and what a context may hold.
// Its images are clean: nothing of this may be called a change.
import { gzipSync } from 'node:zlib'
import { makeTar } from '../support/image.ts'
import { baseNames } from './bases.ts'
import type { CommitPlan } from './repositories.ts'

const dockerfile = `ARG BASE=${baseNames.tiny}
FROM \${BASE} AS ground
ENV LANG=C.UTF-8
WORKDIR /opt/pantry

FROM ground AS tools
COPY tools/ /tools/
RUN chmod 755 /tools/*.sh && ln -s list.sh /tools/show.sh && printf built > /tools/stamp

# The image itself.
FROM ground
ARG OWNER="pantry keeper"
LABEL maintainer="\${OWNER}" note="two words" \\
      third='single quotes'
ENV A=1 B="two words" C=three\\ words
ENV OLD style of value
WORKDIR data
WORKDIR ../etc
COPY . .
COPY conf/*.json conf/[ab].txt /etc/pantry/
COPY ["name with space.txt", "/srv/folder with space/"]
ADD archive.tar.gz /opt/archive/
ADD archive.tar /opt/second/
COPY links/ /srv/links/
COPY links /srv/linked
COPY issue /etc/issue
COPY --from=tools /tools /usr/local/tools
COPY --from=tools /tools/stamp /etc/stamp
RUN ["/bin/sh", "-c", "echo exec form > /etc/exec-form"]
RUN mkdir -p /var/cache/pantry \\
    # a comment between the lines
    && touch /var/cache/pantry/empty \\
    && rm -f /usr/share/base-files/motd
VOLUME ["/var/cache/pantry", "/data"]
EXPOSE 53/udp 8000-8002
STOPSIGNAL SIGQUIT
HEALTHCHECK NONE
USER 1000:1000
ONBUILD RUN echo child
CMD echo "hello $A"; sleep 3600
`

const ignored = `.git
**/*.log
!keep.log
secret*
doc/**
!doc/README.txt
`

/** The commits: the one that is built, after one with other contents. */
export async function pantry(): Promise<readonly CommitPlan[]> {
  const archive = await makeTar([
    { name: 'inside/', type: 'directory', mode: 0o755 },
    { name: 'inside/file', content: 'from the archive\n' },
    { name: 'inside/run.sh', content: '#!/bin/sh\n', mode: 0o755 },
    { name: 'inside/link', type: 'symlink', linkname: 'file' },
  ])
  return [
    {
      message: 'Pantry',
      files: {
        Dockerfile: dockerfile,
        '.dockerignore': ignored,
        'tools/list.sh': { content: '#!/bin/sh\nls /opt/pantry\n', mode: 0o755 },
        'tools/plain.sh': '#!/bin/sh\nexit 0\n',
        'conf/first.json': '{}\n',
        'conf/second.json': '[]\n',
        'conf/a.txt': 'a\n',
        'conf/b.txt': 'b\n',
        'conf/c.txt': 'c\n',
        'name with space.txt': 'spaced\n',
        'archive.tar.gz': { content: gzipSync(archive) },
        'archive.tar': { content: archive },
        'links/file': 'linked\n',
        'links/to-file': { link: 'file' },
        'links/to-nothing': { link: '../nothing' },
        'links/to-folder': { link: '../conf' },
        issue: 'Pantry\n',
        empty: '',
        'deep/er/and/deeper/file': 'deep\n',
        'app.log': 'left out\n',
        'keep.log': 'kept\n',
        'secret.txt': 'left out\n',
        'doc/guide.txt': 'left out\n',
        'doc/README.txt': 'kept\n',
        'unicode-é.txt': 'naïve\n',
      },
    },
    { message: 'Another a', files: { 'conf/a.txt': 'a second\n', 'conf/c.txt': null } },
  ]
}
