// The config as engines take it: absent, null and odd forms of fields.
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/image/config.ts'

function parsed(value: unknown) {
  return parseConfig(Buffer.from(JSON.stringify(value)), { name: 'the config', where: 'FILE' })
}

function settings(config: object) {
  return parsed({ config }).settings
}

const NOTHING = {
  env: [],
  entrypoint: null,
  cmd: null,
  user: '',
  workingDir: '',
  exposedPorts: [],
  volumes: [],
  labels: {},
  stopSignal: '',
  shell: null,
  healthcheck: '',
  onBuild: [],
}

test('absent, null and empty are the same', () => {
  expect(settings({})).toEqual(NOTHING)
  expect(parsed({}).settings).toEqual(NOTHING)
  expect(parsed({ config: null, history: null, rootfs: null })).toEqual(parsed({}))
  const names = ['Env', 'Entrypoint', 'Cmd', 'User', 'WorkingDir', 'ExposedPorts', 'Volumes']
  const more = ['Labels', 'StopSignal', 'Shell', 'Healthcheck', 'OnBuild']
  const nulls = Object.fromEntries([...names, ...more].map((name) => [name, null]))
  expect(settings(nulls)).toEqual(NOTHING)
})

test('every setting', () => {
  expect(
    settings({
      Env: ['A=1', 'B='],
      Entrypoint: ['/entry', '-x'],
      Cmd: ['one'],
      User: '1000:1000',
      WorkingDir: '/srv',
      ExposedPorts: { '8080/tcp': {}, '53/udp': {} },
      Volumes: { '/data': {}, '/a': {} },
      Labels: { b: '2', a: '1' },
      StopSignal: 'SIGQUIT',
      Shell: ['/bin/bash', '-c'],
      OnBuild: ['RUN x'],
      Hostname: 'ignored',
    }),
  ).toEqual({
    env: ['A=1', 'B='],
    entrypoint: ['/entry', '-x'],
    cmd: ['one'],
    user: '1000:1000',
    workingDir: '/srv',
    exposedPorts: ['53/udp', '8080/tcp'],
    volumes: ['/a', '/data'],
    labels: { a: '1', b: '2' },
    stopSignal: 'SIGQUIT',
    shell: ['/bin/bash', '-c'],
    healthcheck: '',
    onBuild: ['RUN x'],
  })
})

test('a command that is one string, as Docker once wrote it', () => {
  expect(settings({ Cmd: 'top', Entrypoint: [] })).toMatchObject({ cmd: ['top'], entrypoint: [] })
})

describe('a health check reads as in a Dockerfile', () => {
  test.each<[string, object]>([
    ['NONE', { Test: ['NONE'] }],
    [
      'CMD curl -f http://localhost/ || exit 1',
      {
        Test: ['CMD-SHELL', 'curl -f http://localhost/ || exit 1'],
      },
    ],
    ['CMD ["/probe","-q"]', { Test: ['CMD', '/probe', '-q'] }],
    [
      '--interval=1m30s --timeout=500ms --start-period=2h --start-interval=5s --retries=3 CMD x',
      {
        Test: ['CMD-SHELL', 'x'],
        Interval: 90e9,
        Timeout: 5e8,
        StartPeriod: 7200e9,
        StartInterval: 5e9,
        Retries: 3,
      },
    ],
    ['', { Interval: 1e9 }],
  ])('%s', (text, Healthcheck) => {
    expect(settings({ Healthcheck }).healthcheck).toBe(text)
  })
})

test('history: every field may be absent, and an entry null', () => {
  const empty = { created: '', createdBy: '', comment: '', author: '', emptyLayer: false }
  const full = { created: 'x', created_by: 'RUN \u001b[2J', comment: 'c', author: 'a' }
  expect(parsed({ history: [{}, null, { ...full, empty_layer: true }] }).history).toEqual([
    empty,
    empty,
    { created: 'x', createdBy: 'RUN \u001b[2J', comment: 'c', author: 'a', emptyLayer: true },
  ])
})

test('labels may be called as they like', () => {
  const text = '{"config":{"Labels":{"constructor":"a","toString":"b"}}}'
  const { labels } = parseConfig(Buffer.from(text), { name: 'c', where: 'f' }).settings
  expect(Object.entries(labels)).toEqual([
    ['constructor', 'a'],
    ['toString', 'b'],
  ])
})
