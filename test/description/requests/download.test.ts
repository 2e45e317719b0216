// curl, wget and git.
import { describe, expect, it } from 'vitest'
import { asked, type Row } from './asked.ts'

describe('curl and wget', () => {
  it.each<Row>([
    [
      'curl -fsSL https://example.org/x.tar.gz | tar -xz -C /opt',
      ['curl install https://example.org/x.tar.gz'],
    ],
    [
      'curl -fsSLO https://example.org/tool-1.2.3.tar.gz && echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  tool-1.2.3.tar.gz" | sha256sum -c -',
      ['curl install https://example.org/tool-1.2.3.tar.gz!'],
    ],
    [
      'curl -fsSL -o /tmp/x.tgz "https://example.org/x-$V.tgz"',
      ['curl install https://example.org/x-$V.tgz'],
    ],
    ['wget -qO- https://example.org/i.sh | sh', ['wget install https://example.org/i.sh']],
    [
      'wget -q https://example.org/a.deb && dpkg -i a.deb',
      ['wget install https://example.org/a.deb', 'dpkg install a.deb!'],
    ],
    [
      "wget -O /usr/bin/x https://example.org/x-amd64 && echo '0123456789abcdef0123456789abcdef01234567 */usr/bin/x' | sha1sum -c",
      ['wget install https://example.org/x-amd64!'],
    ],
    [
      'V=1; curl -Lo x.zip https://example.org/$V.zip; [ "$(sha256sum x.zip | cut -d\' \' -f1)" = 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef ]',
      ['curl install https://example.org/1.zip!'],
    ],
    [
      'case $(uname -m) in x86_64) sha=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef ;; esac; curl -fsSLO https://example.org/go.tgz; echo "$sha *go.tgz" | sha256sum -c -',
      ['curl install https://example.org/go.tgz!'],
    ],
    [
      'curl -fsSLO https://example.org/go.tgz && curl -fsSL https://example.org/go.tgz.sha256 -o s && sha256sum -c s',
      ['curl install https://example.org/go.tgz'],
    ],
    [
      'curl -fsSLO https://example.org/node.tar.xz && curl -fsSLO https://example.org/SHASUMS256.txt.asc && gpg --decrypt -o SHASUMS256.txt SHASUMS256.txt.asc && grep node.tar.xz SHASUMS256.txt | sha256sum -c -',
      ['curl install https://example.org/node.tar.xz'],
    ],
    [
      'curl -o a https://example.org/a -o b https://example.org/b && echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  b" | sha256sum -c',
      ['curl install https://example.org/a', 'curl install https://example.org/b!'],
    ],
    [
      'curl https://example.org/x > /opt/x && echo "0123456789abcdef0123456789abcdef  /opt/x" | md5sum --check --status',
      ['curl install https://example.org/x!'],
    ],
    [
      'curl -X POST -d @x https://example.org/hook && curl -I https://example.org && curl --head example.org',
      [],
    ],
    [
      'curl -fs http://localhost:8080/health && wget --spider https://example.org && curl http://127.0.0.1 && curl -so /dev/null https://example.org',
      [],
    ],
    [
      "curl -sSL --proto '=https' --tlsv1.2 https://sh.rustup.rs | sh -s -- -y",
      ['curl install https://sh.rustup.rs'],
    ],
    [
      "curl -k --retry 3 --connect-timeout 5 -H 'Accept: x' -u a:b https://example.org/f -o f",
      ['curl install https://example.org/f (-k)'],
    ],
    [
      'curl "$URL" -o x && wget "$BASE/x.tgz" && curl -L "https://$HOST/x"',
      ['curl install $URL', 'wget install $BASE/x.tgz', 'curl install https://$HOST/x'],
    ],
    [
      'wget -nv -P /tmp --no-check-certificate https://example.org/y.jar https://example.org/z.jar',
      [
        'wget install https://example.org/y.jar (--no-check-certificate)',
        'wget install https://example.org/z.jar (--no-check-certificate)',
      ],
    ],
    [
      'curl -fsSL https://example.org/key.gpg | gpg --dearmor -o /k.gpg && curl -fsSLO https://example.org/x.sig',
      ['curl install https://example.org/key.gpg'],
    ],
    [
      'curl example.org/install.sh | bash; curl --version; wget; curl -o x',
      ['curl install example.org/install.sh'],
    ],
    [
      'curl -o "x-$A.tgz" https://example.org/$A && echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  x-$A.tgz" | sha256sum -c && wget -i list.txt',
      ['curl install https://example.org/$A!'],
    ],
    [
      'wget https://example.org/a.jar && sha256sum -c SHA256SUMS',
      ['wget install https://example.org/a.jar!'],
    ],
    [
      'wget https://example.org/a.jar https://example.org/SHA256SUMS && sha256sum -c SHA256SUMS',
      ['wget install https://example.org/a.jar'],
    ],
    [
      'wget https://example.org/a.jar && sha256sum a.jar',
      ['wget install https://example.org/a.jar'],
    ],
  ])('%s', (run, expected) => {
    expect(asked(run, '', ['ops/SHA256SUMS'])).toEqual(expected)
  })
})

describe('git', () => {
  it.each<Row>([
    ['git clone https://github.com/x/y.git', ['git install https://github.com/x/y.git']],
    [
      'git clone --depth 1 -b v1.2.3 https://github.com/x/y /src',
      ['git install https://github.com/x/y #v1.2.3 (--depth=1)'],
    ],
    [
      'git clone https://github.com/x/y && cd y && git checkout 0123456789012345678901234567890123456789',
      ['git install https://github.com/x/y #0123456789012345678901234567890123456789!'],
    ],
    [
      'git clone https://github.com/x/y && cd y && git checkout v1.0',
      ['git install https://github.com/x/y #v1.0'],
    ],
    [
      'git clone --revision=0123456789012345678901234567890123456789 https://github.com/x/y',
      ['git install https://github.com/x/y #0123456789012345678901234567890123456789!'],
    ],
    [
      'git clone --branch 0123456789012345678901234567890123456789 https://github.com/x/y',
      ['git install https://github.com/x/y #0123456789012345678901234567890123456789'],
    ],
    [
      'git clone --recursive git@github.com:x/y.git && git -C y reset --hard 0123456789012345678901234567890123456789',
      [
        'git install git@github.com:x/y.git #0123456789012345678901234567890123456789! (--recursive)',
      ],
    ],
    [
      'git init && git remote add origin https://github.com/x/y && git fetch --depth 1 origin 0123456789012345678901234567890123456789 && git checkout FETCH_HEAD',
      ['git install https://github.com/x/y #0123456789012345678901234567890123456789! (--depth=1)'],
    ],
    [
      'git init && git remote add o https://github.com/x/y && git fetch o main && git checkout FETCH_HEAD',
      ['git install https://github.com/x/y #main'],
    ],
    [
      'git clone https://a.org/x && git clone https://b.org/y && cd y && git checkout 0123456789012345678901234567890123456789',
      [
        'git install https://a.org/x',
        'git install https://b.org/y #0123456789012345678901234567890123456789!',
      ],
    ],
    [
      'git -c http.sslVerify=false clone -q --single-branch --branch=$BRANCH https://github.com/x/y.git',
      ['git install https://github.com/x/y.git #$BRANCH (--single-branch)'],
    ],
    ['git clone "$REPO" app && cd app && git checkout "$COMMIT"', ['git install $REPO #$COMMIT']],
    ['git clone /src/x && git clone file:///x && git clone ./y', []],
    [
      'git pull && git fetch --tags && git pull https://github.com/x/y main',
      ['git install https://github.com/x/y #main'],
    ],
    [
      'git submodule update --init --recursive && git submodule update --remote',
      ['git upgrade  (submodule)'],
    ],
    [
      'git clone --bare https://github.com/x/y && git checkout 0123456789012345678901234567890123456789',
      ['git install https://github.com/x/y (--bare)'],
    ],
    ['git config --global user.name x && git status && git log; git; git --version', []],
    [
      'git clone https://github.com/x/y && git checkout -b new && git switch --detach 0123456789012345678901234567890123456789',
      ['git install https://github.com/x/y #0123456789012345678901234567890123456789!'],
    ],
    ['git clone', []],
    [
      'git lfs install && git clone -j8 -o up https://github.com/x/y',
      ['git install https://github.com/x/y'],
    ],
    [
      'git clone https://github.com/x/y && cd y && git checkout 0123456',
      ['git install https://github.com/x/y #0123456'],
    ],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})
