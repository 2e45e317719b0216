import { describe, expect, it } from 'vitest'
import { packageRequests, parseCommands, parseDockerfile } from '../../../src/description/index.ts'
import { asked, type Row } from './asked.ts'

describe('apt', () => {
  it.each<Row>([
    ['apt-get update', ['apt update ']],
    [
      'apt-get update && apt-get install -y --no-install-recommends curl ca-certificates',
      [
        'apt update ',
        'apt install curl (--no-install-recommends)',
        'apt install ca-certificates (--no-install-recommends)',
      ],
    ],
    ['apt-get install -yqq git=1:2.39.5-0+deb12u2', ['apt install git =1:2.39.5-0+deb12u2!']],
    ["apt install 'nginx=1.22.*'", ['apt install nginx =1.22.*']],
    ['apt-get install -t bookworm-backports git', ['apt install git (-t bookworm-backports)']],
    ['apt-get install -tbookworm-backports git', ['apt install git (-t bookworm-backports)']],
    [
      'apt-get install -y git/bookworm libc6:i386',
      ['apt install git /bookworm', 'apt install libc6:i386'],
    ],
    [
      'apt-get install foo- bar+ g++ libstdc++',
      ['apt remove foo', 'apt install bar', 'apt install g++', 'apt install libstdc++'],
    ],
    [
      'apt-get install -y ./app_1.0_all.deb /tmp/x.deb',
      ['apt install ./app_1.0_all.deb!', 'apt install /tmp/x.deb!'],
    ],
    ['apt-get -o Acquire::Retries=3 -y install curl', ['apt install curl (-o Acquire::Retries=3)']],
    [
      'apt-get install -y --snapshot=20250101T000000Z curl',
      ['apt install curl (--snapshot=20250101T000000Z)'],
    ],
    ['apt-get install -S 20250101T000000Z curl', ['apt install curl (-S 20250101T000000Z)']],
    ['DEBIAN_FRONTEND=noninteractive apt-get install -y tzdata', ['apt install tzdata']],
    ['sudo -E apt-get install -y tzdata', ['apt install tzdata']],
    ['apt-get purge -y --auto-remove gcc make', ['apt remove gcc', 'apt remove make']],
    ['apt-get autoremove -y', ['apt remove ']],
    ['apt-get dist-upgrade -y', ['apt upgrade ']],
    ['apt-get build-dep nginx', ['apt install nginx (build-dep)']],
    ['apt-get install -y $PACKAGES', ['apt install $PACKAGES']],
    ['apt-get install -y $(cat /packages)', ['apt install $(cat /packages)']],
    ['cat /packages | xargs apt-get install -y', ['apt install $@']],
    ['apt-get install -s curl', []],
    ['apt-get clean && apt-get check', []],
    ['echo "apt-get install curl" && man apt-get install', []],
    ['aptitude safe-upgrade -y', ['apt upgrade ']],
    ['if [ -n "$X" ]; then apt-get install -y jq; fi', ['apt install jq']],
    ['bash -c "apt-get install -y jq"', ['apt install jq']],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })

  it('puts in the values that ENV and ARG tell, and leaves the others', () => {
    const before = 'ARG V=1.22.1-9\nARG NONE\nENV TOOLS="curl  git=1"\n'
    expect(asked(`apt-get install nginx=\${V} vim=$NONE $TOOLS`, before)).toEqual([
      'apt install nginx =1.22.1-9!',
      'apt install vim =$NONE',
      'apt install curl',
      'apt install git =1!',
    ])
    expect(asked(`apt-get install curl\${NONE:+=$NONE}`, before)).toEqual([
      `apt install curl\${NONE:+=$NONE}`,
    ])
  })
})

describe('dpkg', () => {
  it.each<Row>([
    ['dpkg -i /tmp/x_1.0_amd64.deb', ['dpkg install /tmp/x_1.0_amd64.deb!']],
    ['dpkg --install a.deb b.deb', ['dpkg install a.deb!', 'dpkg install b.deb!']],
    ['dpkg -iR debs/', ['dpkg install debs/! (-R)']],
    ['dpkg --force-depends --unpack $FILE', ['dpkg install $FILE (--unpack)']],
    ['dpkg -i *.deb; rm *.deb', ['dpkg install *.deb!']],
    ['dpkg --root=/mnt -i x.deb', ['dpkg install x.deb! (--root=/mnt)']],
    ['dpkg -r gcc && dpkg --purge make', ['dpkg remove gcc', 'dpkg remove make']],
    ['dpkg --print-architecture && dpkg -l && dpkg -L curl && dpkg -s curl', []],
    ['dpkg --add-architecture i386 && dpkg --configure -a && dpkg -x a.deb /', []],
    ['dpkg --dry-run -i x.deb', []],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})

describe('apk', () => {
  it.each<Row>([
    ['apk add --no-cache curl', ['apk install curl']],
    [
      'apk add --no-cache curl=8.5.0-r0 nginx~1.24 "git>2"',
      ['apk install curl =8.5.0-r0!', 'apk install nginx ~1.24', 'apk install git >2'],
    ],
    ['apk add --no-cache nginx~=1.24 x=~1.2', ['apk install nginx ~=1.24', 'apk install x =~1.2']],
    ['apk add -t .deps gcc', ['apk install gcc (-t .deps)']],
    [
      'apk add --no-cache --virtual .build-deps gcc musl-dev',
      ['apk install gcc (--virtual=.build-deps)', 'apk install musl-dev (--virtual=.build-deps)'],
    ],
    ['apk del --no-network .build-deps', ['apk remove .build-deps']],
    [
      'apk add --repository http://example.org/edge foo@edge',
      ['apk install foo @edge (--repository=http://example.org/edge)'],
    ],
    ['apk update && apk upgrade --no-cache', ['apk update ', 'apk upgrade ']],
    ['apk -U add bash', ['apk install bash']],
    ['apk add ./local.apk !busybox', ['apk install ./local.apk!', 'apk remove busybox']],
    ['apk info -e curl', []],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})

describe('npm and its kin', () => {
  it.each<Row>([
    ['npm ci --omit=dev', ['npm install ! (ci, --omit=dev)']],
    ['npm ci --omit dev', ['npm install ! (ci, --omit=dev)']],
    ['npm install', ['npm install ']],
    [
      'npm i -g typescript@5.9.2 @angular/cli',
      ['npm install typescript @5.9.2! (-g)', 'npm install @angular/cli (-g)'],
    ],
    [
      'npm install --global npm@latest @scope/x@^2 y@1.x',
      [
        'npm install npm @latest (--global)',
        'npm install @scope/x @^2 (--global)',
        'npm install y @1.x (--global)',
      ],
    ],
    ['npm install --location=global n@9.0.1', ['npm install n @9.0.1! (--location=global)']],
    ['npm --prefix /app install express', ['npm install express (--prefix=/app)']],
    ['npm install --unsafe-perm true left-pad', ['npm install left-pad']],
    [
      'npm install -g ./x-1.0.0.tgz file:../y',
      ['npm install ./x-1.0.0.tgz! (-g)', 'npm install file:../y! (-g)'],
    ],
    [
      'npm install user/repo git+https://example.org/x.git#0123456789012345678901234567890123456789',
      [
        'npm install user/repo',
        'npm install git+https://example.org/x.git#0123456789012345678901234567890123456789!',
      ],
    ],
    ['npm install -g npm@$NPM_VERSION', ['npm install npm @$NPM_VERSION (-g)']],
    ['npm install alias@npm:real@1.2.3', ['npm install alias @npm:real@1.2.3!']],
    ['npm run install-all && npm cache clean --force && npm --version', []],
    ['npm uninstall -g npm', ['npm remove npm (-g)']],
    ['npm update', ['npm upgrade ']],
    ['yarn', ['yarn install ']],
    ['yarn install --frozen-lockfile', ['yarn install ! (--frozen-lockfile)']],
    ['yarn global add serve@14.2.1 && yarn build', ['yarn install serve @14.2.1! (global)']],
    ['pnpm i --frozen-lockfile --prod', ['pnpm install ! (--frozen-lockfile, --prod)']],
    ['pnpm --dir web add -D vite', ['pnpm install vite']],
    ['bun add zod@4.0.0', ['bun install zod @4.0.0!']],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})

describe('pip and uv pip', () => {
  const hash = 'a'.repeat(64)
  it.each<Row>([
    [
      "pip install --no-cache-dir requests 'flask>=2,<3'",
      ['pip install requests', 'pip install flask >=2,<3'],
    ],
    ['python3 -m pip install requests==2.32.3', ['pip install requests ==2.32.3!']],
    ['python3.12 -I -m pip install requests===2.32.3', ['pip install requests ===2.32.3!']],
    [
      "pip3 install 'requests == 2.*' 'x ~= 1.4'",
      ['pip install requests ==2.*', 'pip install x ~=1.4'],
    ],
    [
      `/venv/bin/pip install 'uvicorn[standard]==0.30.0; python_version > "3"'`,
      ['pip install uvicorn ==0.30.0! ([standard], ; python_version > "3")'],
    ],
    ['pip install -r requirements.txt', ['pip install  (-r requirements.txt)']],
    [
      'pip install -rrequirements.txt -c constraints.txt x',
      [
        'pip install  (-r requirements.txt, -c constraints.txt)',
        'pip install x (-r requirements.txt, -c constraints.txt)',
      ],
    ],
    [
      'pip install --require-hashes --requirement=lock.txt',
      ['pip install ! (--require-hashes, --requirement=lock.txt)'],
    ],
    ['pip install --no-deps .', ['pip install .! (--no-deps)']],
    ['pip install -e ./src', ['pip install ./src! (-e ./src)']],
    [
      'pip install ./wheels/x-1.0-py3-none-any.whl dist/y.whl',
      ['pip install ./wheels/x-1.0-py3-none-any.whl!', 'pip install dist/y.whl!'],
    ],
    ['pip install https://example.org/x.zip', ['pip install https://example.org/x.zip']],
    [
      `pip install 'x @ https://example.org/x.whl#sha256=${hash}'`,
      [`pip install x @ https://example.org/x.whl#sha256=${hash}!`],
    ],
    [
      'pip install git+https://example.org/x.git@0123456789012345678901234567890123456789#egg=x',
      ['pip install git+https://example.org/x.git@0123456789012345678901234567890123456789#egg=x!'],
    ],
    [
      'pip install git+https://example.org/x.git@main',
      ['pip install git+https://example.org/x.git@main'],
    ],
    ['pip install -U pip setuptools', ['pip install pip (-U)', 'pip install setuptools (-U)']],
    [
      `pip install $EXTRA "requests\${V:+==$V}" "x==$V"`,
      ['pip install $EXTRA', `pip install requests\${V:+==$V}`, 'pip install x ==$V'],
    ],
    ['pip wheel -r requirements.txt -w /wheels', ['pip install  (wheel, -r requirements.txt)']],
    ['uv pip install --system ruff==0.5.0', ['pip install ruff ==0.5.0!']],
    ['uv pip sync requirements.txt', ['pip install  (sync)']],
    ['pip uninstall -y requests', ['pip remove requests']],
    ['pip --version && pip list && python3 -m venv /venv && python3 setup.py install', []],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})

describe('yum, dnf and microdnf', () => {
  it.each<Row>([
    ['yum install -y httpd', ['yum install httpd']],
    [
      'dnf -y install --setopt=install_weak_deps=False nodejs-18.19.0-1.el9',
      ['dnf install nodejs -18.19.0-1.el9! (--setopt=install_weak_deps=False)'],
    ],
    [
      'dnf install -y gcc-toolset-12 java-11-openjdk java-11-openjdk-11.0.20.0.8-2.el8',
      [
        'dnf install gcc-toolset-12',
        'dnf install java-11-openjdk',
        'dnf install java-11-openjdk -11.0.20.0.8-2.el8!',
      ],
    ],
    [
      'yum install bind-32:9.11.4-26.P2.el7 "python3-3.9*"',
      ['yum install bind -32:9.11.4-26.P2.el7!', 'yum install python3 -3.9*'],
    ],
    [
      'yum -y install https://example.org/epel-release-latest-9.noarch.rpm /tmp/x.rpm',
      [
        'yum install https://example.org/epel-release-latest-9.noarch.rpm',
        'yum install /tmp/x.rpm!',
      ],
    ],
    [`yum install -y nginx-\${NGINX_VERSION}`, [`yum install nginx -\${NGINX_VERSION}`]],
    ['microdnf update -y && microdnf clean all', ['microdnf upgrade ']],
    ['dnf --enablerepo crb install -y zlib-devel', ['dnf install zlib-devel (--enablerepo=crb)']],
    ['dnf module install -y nodejs:18', ['dnf install nodejs :18 (module)']],
    ['yum remove -y gcc', ['yum remove gcc']],
    ['dnf groupinstall -y "Development Tools"', ['dnf install Development Tools (groupinstall)']],
    ['dnf -y group install core && dnf up -y', ['dnf install core (group)', 'dnf upgrade ']],
    ['dnf in -y tar && dnf rm -y tar', ['dnf install tar', 'dnf remove tar']],
    ['dnf builddep -y x.spec', ['dnf install x.spec (builddep)']],
    ['dnf install --downloadonly -y curl', []],
    ['yum repolist && dnf clean all', []],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})

describe('what stands around a command', () => {
  it.each<readonly [string, string, readonly string[], string]>([
    ['go.sum holds a build', 'go build .', ['go.sum'], 'go install ! (build)'],
    ['no go.sum, nothing holds it', 'go build .', [], 'go install  (build)'],
    ['a lock of Poetry', 'poetry install', ['poetry.lock'], 'poetry install !'],
    ['no lock of Poetry', 'poetry install', ['pyproject.toml'], 'poetry install '],
    ['a lock of Composer', 'composer install', ['src/composer.lock'], 'composer install !'],
    ['no lock of Composer', 'composer install', [], 'composer install '],
    ['locks of Gradle', 'gradle build', ['gradle.lockfile'], 'gradle install !'],
    [
      'digests for Gradle',
      './gradlew jar',
      ['gradle/verification-metadata.xml'],
      'gradle install !',
    ],
    [
      'digests for Gradle that nobody looks at',
      'gradle jar --dependency-verification off',
      ['gradle/verification-metadata.xml'],
      'gradle install  (--dependency-verification=off)',
    ],
    ['Maven has no lock', 'mvn package', ['pom.xml'], 'mvn install '],
  ])('%s', (_, run, tracked, expected) => {
    expect(asked(run, '', tracked)).toEqual([expected])
  })

  it.each<readonly [string, string, string]>([
    ['ENV BUNDLE_DEPLOYMENT="1"', 'bundle install', 'bundle install !'],
    ['ENV BUNDLE_FROZEN=false', 'bundle install', 'bundle install '],
    ['ENV UV_LOCKED=1', 'uv sync', 'uv install !'],
    ['ENV PIP_REQUIRE_HASHES=1', 'pip install -r r.txt', 'pip install ! (-r r.txt)'],
    ['ENV BUNDLE_FROZEN=1\nENV BUNDLE_FROZEN=0', 'bundle install', 'bundle install '],
    ['ENV BUNDLE_FROZEN=1\nFROM scratch', 'bundle install', 'bundle install '],
    ['ENV BUNDLE_FROZEN=1\nFROM first AS next', 'bundle install', 'bundle install !'],
  ])('%s, then %s', (before, run, expected) => {
    expect(asked(run, `${before}\n`)).toEqual([expected])
  })
})

it('does not take long for a RUN that downloads and checks thousands of files', () => {
  const digest = 'a'.repeat(64)
  const lines = Array.from(
    { length: 2000 },
    (_, at) => `curl -O https://example.org/f${at}; echo "${digest} f${at}" | sha256sum -c`,
  )
  const started = performance.now()
  const requests = asked(lines.join(';\\\n'))
  // the limit of commands of one RUN is met before all are read
  expect(requests.length).toBeGreaterThan(1000)
  expect(requests.every((line) => line.endsWith('!'))).toBe(true)
  expect(performance.now() - started).toBeLessThan(5000)
})

it('reads a word of sixty thousand option letters', () => {
  const letters = `-${'s'.repeat(60_000)}`
  expect(asked(`curl ${letters} https://example.org/x`)).toEqual([
    'curl install https://example.org/x',
  ])
  expect(asked(`apt-get ${letters.replaceAll('s', 'y')} install curl`)).toEqual([
    'apt install curl',
  ])
})

it('tells the line, the instruction and the command of a request', () => {
  const text = 'FROM debian:12\nRUN true\nRUN apt-get update \\\n && apt-get install -y \\\n curl\n'
  const dockerfile = parseDockerfile(text, { arguments: {}, target: null })
  const [, request] = packageRequests(parseCommands(dockerfile))
  expect(request).toMatchObject({ instruction: 2, command: 1, line: 4, name: 'curl' })
})
