// The application of the fixtures: a status page served by busybox on the tiny Debian, with packages by dpkg.
import { baseNames } from './bases.ts'
import { debianPackage } from './packages.ts'
import type { CommitPlan } from './repositories.ts'

const entrypoint = `#!/bin/sh
# Starts the status page, or runs what it is told.
set -eu
case "\${1:-serve}" in
  serve) exec busybox httpd -f -p "$PORT" -c /etc/status/httpd.conf -h "$STATUS_HOME/www" ;;
  check) exec json_verify < /etc/status/checks.json ;;
  *) exec "$@" ;;
esac
`

const index = (title: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><link rel="stylesheet" href="style.css"></head>
<body><h1>${title}</h1><p>All services are up.</p></body>
</html>
`

/** Dockerfile lines that fetch exact packages, check them and install them with dpkg. */
export async function installByHand(names: readonly string[]): Promise<string> {
  const packages = await Promise.all(names.map(debianPackage))
  const lines = packages.flatMap(({ address, sha256 }) => {
    const file = address.slice(address.lastIndexOf('/') + 1)
    return [`    wget -q ${address}; \\`, `    echo "${sha256}  ${file}" | sha256sum -c -; \\`]
  })
  return ['RUN set -e; cd /tmp; \\', ...lines, '    dpkg -i *.deb; \\', '    rm -f *.deb'].join(
    '\n',
  )
}

async function dockerfile(): Promise<string> {
  return `# A status page on the smallest Debian.
FROM ${baseNames.tiny}
LABEL org.opencontainers.image.title="status page"
ENV PORT=8080 STATUS_HOME=/srv/status
${await installByHand(['yajl-tools', 'libyajl2', 'media-types'])}
RUN echo 'status:x:990:' >> /etc/group && \\
    echo 'status:x:990:990:status page:/srv/status:/usr/sbin/nologin' >> /etc/passwd
WORKDIR /srv/status
COPY conf/ /etc/status/
COPY www/ www/
COPY entrypoint.sh /usr/local/bin/
USER status
EXPOSE 8080
ENTRYPOINT ["entrypoint.sh"]
CMD ["serve"]
`
}

/** The commits: a first version, the one that images are built from, and a branch that goes on. */
export async function statusPage(): Promise<readonly CommitPlan[]> {
  return [
    {
      message: 'Status page: first version',
      files: {
        Dockerfile: await dockerfile(),
        '.dockerignore': '.git\nDockerfile\nREADME.md\n**/*.bak\n',
        'README.md': '# status page\n\n    docker build -t status .\n',
        'entrypoint.sh': { content: entrypoint, mode: 0o755 },
        'conf/httpd.conf': 'A:*\n.css:text/css\n',
        'conf/checks.json': '{ "ok": true, "services": ["mail"] }\n',
        'www/index.html': index('Status'),
        'www/style.css': 'body { font-family: sans-serif; margin: 3em }\n',
      },
    },
    {
      message: 'Watch the wiki as well',
      files: {
        'conf/checks.json': '{ "ok": true, "services": ["mail", "wiki"] }\n',
        'www/index.html': index('Status of mail and wiki'),
      },
    },
    {
      message: 'Dark colours',
      branch: 'dark',
      files: { 'www/style.css': 'body { background: #111; color: #eee; margin: 3em }\n' },
    },
  ]
}
