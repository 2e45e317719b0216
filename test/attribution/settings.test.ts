// Settings of an image against those that base and description give it.
import { describe, expect, it } from 'vitest'
import { settingChanges } from '../../src/attribution/settings.ts'
import { type ImageSettings, NO_SETTINGS } from '../../src/core/index.ts'
import { describe as description } from '../support/attribution.ts'

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

function changes(
  dockerfile: string,
  image: Partial<ImageSettings>,
  base: Partial<ImageSettings> | null = {},
  untracked = false,
): string[] {
  return settingChanges({
    image: { ...NO_SETTINGS, ...image },
    base: base === null ? null : { ...NO_SETTINGS, ...base },
    description: description(`FROM debian:12\n${dockerfile}`),
    untracked,
  }).map(({ subject, expected, found }) => `${subject}: ${expected} -> ${found}`)
}

describe('settings that base and description give', () => {
  it('are no change, in every spelling', () => {
    const dockerfile = [
      'ARG VERSION=2',
      'ENV APP=/srv/app TITLE="two words" VERSION=$VERSION',
      'LABEL com.example.tier="front end"',
      'EXPOSE 80 53/UDP 9000-9001',
      'VOLUME ["/data"]',
      'WORKDIR /srv',
      'WORKDIR app/',
      'USER app',
      'STOPSIGNAL SIGINT',
      'SHELL ["/bin/sh", "-ec"]',
      'HEALTHCHECK --interval=30s CMD ["check", "it"]',
      'ONBUILD RUN   true',
      'ENTRYPOINT ["serve"]',
      'CMD run   it',
    ].join('\n')
    const image: Partial<ImageSettings> = {
      env: [PATH, 'BASE=1', 'APP=/srv/app', 'TITLE=two words', 'VERSION=2'],
      labels: { 'com.example.tier': 'front end', 'org.opencontainers.image.revision': 'abc' },
      exposedPorts: ['80/tcp', '53/udp', '9000/tcp', '9001/tcp'],
      volumes: ['/data'],
      workingDir: '/srv/app',
      user: 'app',
      stopSignal: 'SIGINT',
      shell: ['/bin/sh', '-ec'],
      healthcheck: '--interval=30s CMD ["check","it"]',
      onBuild: ['RUN true'],
      entrypoint: ['serve'],
      cmd: ['/bin/sh', '-ec', 'run it'],
    }
    expect(changes(dockerfile, image, { env: [PATH, 'BASE=1'] })).toEqual([])
  })

  it('a PATH that builders add to an image without one is none either', () => {
    expect(changes('', { env: [PATH] })).toEqual([])
    expect(changes('', { env: ['PATH=/evil'] })).toEqual(['Env PATH:  -> /evil'])
  })

  it('an ENTRYPOINT takes the base’s CMD away, but not the description’s own', () => {
    const base = { cmd: ['bash'] }
    expect(changes('ENTRYPOINT ["a"]', { entrypoint: ['a'] }, base)).toEqual([])
    expect(changes('CMD ["b"]\nENTRYPOINT ["a"]', { entrypoint: ['a'], cmd: ['b'] }, base)).toEqual(
      [],
    )
  })
})

describe('settings that nobody wrote down', () => {
  it.each<[string, Partial<ImageSettings>, string]>([
    ['a variable', { env: ['DEBUG=1'] }, 'Env DEBUG:  -> 1'],
    ['a user', { user: 'root' }, 'User:  -> root'],
    ['a command', { cmd: ['sh'] }, 'Cmd:  -> ["sh"]'],
    ['an entry point', { entrypoint: ['sh'] }, 'Entrypoint:  -> ["sh"]'],
    ['a folder', { workingDir: '/x' }, 'WorkingDir: / -> /x'],
    ['a port', { exposedPorts: ['22/tcp'] }, 'ExposedPorts 22/tcp:  -> 22/tcp'],
    ['a volume', { volumes: ['/v'] }, 'Volumes /v:  -> /v'],
    ['a signal', { stopSignal: 'SIGKILL' }, 'StopSignal:  -> SIGKILL'],
    ['a label', { labels: { tier: 'x' } }, 'Label tier:  -> x'],
    ['a shell', { shell: ['/evil', '-c'] }, 'Shell:  -> ["/evil","-c"]'],
    ['a health check', { healthcheck: 'CMD evil' }, 'Healthcheck:  -> evil'],
    ['a trigger', { onBuild: ['RUN evil'] }, 'OnBuild RUN evil:  -> RUN evil'],
  ])('%s is named', (_name, image, expected) => {
    expect(changes('', image)).toEqual([expected])
  })

  it('a value that differs is named with what was written', () => {
    expect(changes('ENV A=1', { env: ['A=2'] })).toEqual(['Env A: 1 -> 2'])
    expect(changes('ENV A=1', { env: [] })).toEqual(['Env A: 1 -> '])
    expect(changes('USER app', { user: 'root' })).toEqual(['User: app -> root'])
    expect(changes('EXPOSE 80', {})).toEqual(['ExposedPorts 80/tcp: 80/tcp -> '])
  })

  it('a port of the base stays expected', () => {
    expect(changes('', { exposedPorts: ['80/tcp'] }, { exposedPorts: ['80/tcp'] })).toEqual([])
  })
})

describe('with a base that is not known', () => {
  const image = { env: ['BASE=1', 'A=2'], cmd: ['sh'], workingDir: '/srv/app' }

  it('settings count only after an untracked step', () => {
    expect(changes('ENV A=1', image, null, false)).toEqual([])
    expect(changes('ENV A=1', image, null, true)).toEqual(['Env A: 1 -> 2'])
  })

  it('a variable behind those of the description was set later; one before them may be the base’s', () => {
    const env = [PATH, 'BASE=1', 'A=1', 'DEBUG=1']
    expect(changes('ENV A=1', { env }, null, true)).toEqual(['Env DEBUG:  -> 1'])
    expect(changes('ENV PATH=/x:$PATH', { env: ['PATH=/x:/bin', 'JAVA=1'] }, null, true)).toEqual(
      [],
    )
  })

  it('a folder that stands on the base’s cannot be told', () => {
    expect(changes('WORKDIR app', { workingDir: '/base/app' }, null, true)).toEqual([])
  })
})
