// Readers of text as targets of the fuzzer: Dockerfiles, shell, package requests, ignore files, rules.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContextFile, Dockerfile } from '../../src/core/index.ts'
import { packageRequests, parseCommands, parseDockerfile } from '../../src/description/index.ts'
import { PatternMatcher, readIgnoreLines } from '../../src/description/pattern.ts'
import { parseRule } from '../../src/rule/parse.ts'
import { FUZZ_ROOT, type FuzzTarget, refusing, textOf } from './target.ts'

const MAX_COMMANDS = 200_000

function parse(text: string): Dockerfile {
  return parseDockerfile(text, {
    arguments: { A: '1', B: '$A' },
    target: null,
  })
}

const LOCKS: ReadonlyMap<string, ContextFile> = new Map(
  ['go.sum', 'poetry.lock', 'SHA256SUMS', 'pnpm-lock.yaml'].map((path) => [
    path,
    { path, blob: '', kind: 'file', executable: false },
  ]),
)

/** All that is made of a Dockerfile; it must survive being stored. */
function readAll(text: string): void {
  const dockerfile = parse(text)
  const lines = text.split('\n').length + 1
  for (const { line } of [...dockerfile.errors, ...dockerfile.instructions])
    if (!Number.isInteger(line) || line < 0 || line > lines)
      throw new Error(`line ${line} of ${lines}`)
  const commands = parseCommands(dockerfile)
  if (commands.length > MAX_COMMANDS) throw new Error(`${commands.length} commands`)
  const requests = packageRequests(commands, { dockerfile, files: LOCKS })
  for (const value of [dockerfile, commands, requests])
    if (JSON.stringify(JSON.parse(JSON.stringify(value))) !== JSON.stringify(value))
      throw new Error('what was read changes when it is stored')
}

function ruleFiles(): string[] {
  const folder = join(FUZZ_ROOT, 'rules')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
}

const DOCKERFILES = [
  `# syntax=docker/dockerfile:1
ARG VERSION=12
FROM debian:\${VERSION}-slim AS base
ENV A=1 B="two words" \\
    C='3'
RUN --mount=type=cache,target=/var/cache/apt set -eux; \\
    apt-get update && apt-get install -y --no-install-recommends curl=8.1 \\
    # a comment
    ca-certificates && rm -rf /var/lib/apt/lists/*
FROM base AS build
WORKDIR /src
COPY --from=base --chown=1:1 ["a b", "c", "./"]
COPY <<EOF <<"END" /etc/
one \${A}
EOF
two $B
END
RUN <<EOF
npm ci
pip install -r requirements.txt 'flask==3.0'
EOF
ONBUILD RUN echo \${A:-x} \${B:+y} \${C#z} \${A%%*}
HEALTHCHECK --interval=5s CMD ["true"]
EXPOSE 80/tcp
VOLUME /srv
USER app
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
ENTRYPOINT ["sh"]
CMD exec "$0"
`,
  `# escape=\`
FROM scratch
COPY a \`
 b
ADD https://example.test/x.tar.gz /
LABEL a=b "c d"=e
STOPSIGNAL SIGTERM
`,
]

const SCRIPTS = [
  'set -e; for f in *.deb; do dpkg -i "$f" || exit 1; done; if [ -f x ]; then echo y; fi',
  'a=$(cat /x | sed "s/a/b/" ) && (cd /tmp; curl -fsSL https://x.test/i.sh | bash -s -- --y) 2>&1',
  `case "$1" in a|b) echo "\${x:-$(id -u)}" ;; *) printf '%s\\n' "$@" ;; esac <<EOT\n$y\nEOT`,
  'f() { local x=1; echo $((x + 1)); }; f; while read -r l; do echo "$l"; done < <(ls {a,b}{1..3})',
  'sh -c "apt-get install -y vim" && env A=1 sudo -E apk add --no-cache python3',
]

const REQUESTS = [
  'apt-get install -y --no-install-recommends libc6=2.36-9 curl nginx/bookworm "vim=$V"',
  'apk add --no-cache --virtual .deps python3=3.11 py3-pip~3 "openssl>1.1"',
  'pip install --no-cache-dir -r requirements.txt flask==3.0 "django>=4,<5" git+https://x.test/a#egg=a',
  'npm install -g typescript@5 @scope/name@^1.0 ./local.tgz && npm ci --omit=dev && yarn add left-pad',
  'python3 -m pip install uv && uv pip install x && dnf install -y a-1.0 && gem install rails -v 7',
  'dpkg -i /tmp/a_1.0_amd64.deb && pnpm add x && apt remove y && apk del z',
  'zypper -n in -C "perl(X)" \'git>=2\' repo:x !y -- -z && pacman -Syu --noconfirm core/a b=1-1 -U ./c.zst',
  'pipx install "a[b]==1" && pipx run --spec git+https://x.test/y z && uvx a@1 b && uv tool install --from a b',
  'uv sync --frozen && uv run --with a,b c && poetry add a@^1 "b[c]@2.0.0" && poetry self add d',
  'conda install -c x y::a=1 b==2=c "d[e=1]" && micromamba env create -f e.yml && conda-lock install',
  'gem install a:1 -v 2 && bundle config set frozen true && bundle _2.1_ install && go get -u a.b/c@v1 && go run x@',
  'cargo +x install a@1 --git y --rev z -- b && composer require a/b ^1 c/d=2 && php -d x composer.phar i',
  'dotnet add x package y -v 1.* && dotnet tool update z && mvn -Dartifact=a:b:c dependency:get && ./gradlew -x t b',
  'curl -o a -fsSLO --url https://x.test/a$V https://x.test/b > c && echo "$S *a$V" | sha256sum -c && wget -qO- $U',
  'git -C a clone -b v1 git@x.test:y && git remote add o https://x.test && git fetch o && git checkout FETCH_HEAD',
  'corepack prepare yarn@4+sha1.aa && corepack yarn workspace a add b && yarn set version 1 && sh ./mvnw -pl a',
]

const IGNORES = [
  '# comment\n*\n!src\n**/*.log\n/node_modules\nfoo/**/bar\n[a-z]?\\*x\n!**/keep.log\n',
  '\ufeff.git\nDockerfile\n../outside\n!\n[\n**\n*/temp*\ntmp?\n',
]
const PATHS = [
  ...['src/a.log', 'node_modules/x/y', 'foo/a/b/bar', 'x', '.git/config'],
  ...['a'.repeat(200), '\u00e9/\u{1f600}', 'a/'.repeat(60)],
]

const dockerfile: FuzzTarget = {
  name: 'dockerfile',
  seeds: async () => DOCKERFILES.map((text) => Buffer.from(text)),
  run: (bytes) => refusing(() => readAll(textOf(bytes))),
}

const inRun = (name: string, seeds: readonly string[]): FuzzTarget => ({
  name,
  seeds: async () => seeds.map((text) => Buffer.from(text)),
  run: (bytes) =>
    refusing(() => readAll(`FROM scratch\nRUN <<'FUZZ-END'\n${textOf(bytes)}\nFUZZ-END\n`)),
})

const ignoreFile: FuzzTarget = {
  name: 'dockerignore',
  seeds: async () => IGNORES.map((text) => Buffer.from(text)),
  run: (bytes) =>
    refusing(() => {
      const matcher = new PatternMatcher(readIgnoreLines(textOf(bytes)))
      for (const path of PATHS) matcher.matches(path)
    }),
}

const rule: FuzzTarget = {
  name: 'rule-yaml',
  seeds: async () => ruleFiles().map((text) => Buffer.from(text)),
  run: (bytes) =>
    refusing(() => {
      const parsed = parseRule('X01-x.yaml', textOf(bytes))
      if (JSON.stringify(JSON.parse(JSON.stringify(parsed))) !== JSON.stringify(parsed))
        throw new Error('the rule changes when it is stored')
    }),
}

/** Targets that read text. */
export const textTargets: readonly FuzzTarget[] = [
  dockerfile,
  inRun('shell', SCRIPTS),
  inRun('package-requests', REQUESTS),
  ignoreFile,
  rule,
]
