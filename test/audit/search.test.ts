// The search, from repositories and images on disk to the description that explains an image best.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { git, gitWith, Workshop } from '../description/workshop.ts'
import { type BuiltStep, builtImage, SearchDesk } from '../support/search-desk.ts'

const workshop = new Workshop()
afterAll(() => workshop.remove())

let count = 0
/** An empty folder for repositories. */
function shelf(): string {
  count += 1
  const name = `shelf-${count}`
  mkdirSync(workshop.path(name))
  return name
}

/** Commits at a date of its own, so that newest means something. */
function commitAt(root: string, day: number, files: Readonly<Record<string, string>>): string {
  workshop.write(root, files)
  git(root, 'add', '--all', '--force')
  const date = `2026-03-${String(day).padStart(2, '0')}T00:00:00Z`
  const env = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
  gitWith(root, ['commit', '--quiet', '--allow-empty', '--message=change'], { env })
  return git(root, 'rev-parse', 'HEAD').trim()
}

const SHOP = [
  'FROM tiny:1',
  'WORKDIR /app',
  'RUN apk add --no-cache shop-runtime shop-codecs',
  'COPY . .',
  'CMD ["shop", "--serve"]',
  '',
].join('\n')

const shopFiles = {
  'main.sh': '#!/bin/sh\necho this is the shop\n',
  'etc/shop.conf': 'port = 8080\ntitle = shop\n',
}

function shopImage(files: Readonly<Record<string, string>> = {}) {
  const all = { Dockerfile: SHOP, ...shopFiles, ...files }
  const copied = Object.fromEntries(
    Object.entries(all).map(([name, text]) => [`app/${name}`, text]),
  )
  return builtImage(
    ['WORKDIR /app', {}],
    [
      'RUN /bin/sh -c apk add --no-cache shop-runtime shop-codecs # buildkit',
      { 'usr/bin/shop': 'x' },
    ],
    ['COPY . . # buildkit', copied],
    ['CMD ["shop" "--serve"]', null],
  )
}

describe('a search', () => {
  it('finds repository, Dockerfile, context and commit among others, and counts what fits', async () => {
    const folder = shelf()
    const shop = workshop.repository(`${folder}/shop`, { Dockerfile: SHOP, ...shopFiles })
    const built = commitAt(shop, 2, { 'main.sh': '#!/bin/sh\necho the shop, second edition\n' })
    commitAt(shop, 3, { 'main.sh': '#!/bin/sh\necho the shop, third edition\n' })
    workshop.repository(`${folder}/other`, { Dockerfile: 'FROM tiny:1\nCOPY . /srv\n', x: 'y' })
    const image = shopImage({ 'main.sh': '#!/bin/sh\necho the shop, second edition\n' })
    const answer = await new SearchDesk().search(image, workshop.path(folder))
    expect(answer).toEqual({
      best: {
        repository: shop,
        commit: built,
        date: '2026-03-02T00:00:00Z',
        dockerfile: 'Dockerfile',
        dockerfileInContext: 'Dockerfile',
        context: '',
        target: null,
        steps: { matched: 4, of: 4 },
        files: { proved: 3, of: 3 },
        commits: { count: 1, oldest: '2026-03-02T00:00:00Z', newest: '2026-03-02T00:00:00Z' },
      },
      equals: [],
      equalCount: 0,
      closest: null,
      excluded: false,
      searched: 2,
      unsearched: [],
    })
  })

  it('names the newest of equal commits on the default branch, and how many others there are', async () => {
    const shop = workshop.repository(`${shelf()}/shop`, { '.dockerignore': 'notes\n' })
    commitAt(shop, 2, { Dockerfile: SHOP, ...shopFiles })
    const last = commitAt(shop, 4, { notes: 'kept out of the image' })
    git(shop, 'checkout', '--quiet', '-b', 'side')
    commitAt(shop, 6, { notes: 'later, but on another branch' })
    git(shop, 'checkout', '--quiet', 'main')
    commitAt(shop, 5, { 'main.sh': 'something else altogether' })
    const image = shopImage({ '.dockerignore': 'notes\n' })
    const { best } = await new SearchDesk().search(image, shop)
    expect(best).toMatchObject({
      commit: last,
      commits: { count: 3, oldest: '2026-03-02T00:00:00Z', newest: '2026-03-06T00:00:00Z' },
    })
  })

  it('finds what only a branch has, and what a file added later rules out', async () => {
    const shop = workshop.repository(`${shelf()}/shop`, { Dockerfile: SHOP, ...shopFiles })
    const built = git(shop, 'rev-parse', 'HEAD').trim()
    commitAt(shop, 2, { 'new.txt': 'copied too, had it been there' })
    git(shop, 'checkout', '--quiet', '-b', 'side')
    const side = commitAt(shop, 3, { 'side.txt': 'only on the side branch' })
    git(shop, 'checkout', '--quiet', 'main')
    const desk = new SearchDesk()
    expect((await desk.search(shopImage(), shop)).best?.commit).toBe(built)
    const more = {
      'new.txt': 'copied too, had it been there',
      'side.txt': 'only on the side branch',
    }
    expect((await desk.search(shopImage(more), shop)).best?.commit).toBe(side)
  })

  it('tells services of one template apart by their files, each with its own folder as the context', async () => {
    const mono = workshop.repository(`${shelf()}/mono`, {
      'services/a/Dockerfile': SHOP,
      'services/a/main.sh': 'echo service a\necho more of a\n',
      'services/b/Dockerfile': SHOP,
      'services/b/main.sh': 'echo service b\necho more of b\n',
    })
    const image = builtImage(
      ['WORKDIR /app', {}],
      [
        'RUN /bin/sh -c apk add --no-cache shop-runtime shop-codecs # buildkit',
        { 'usr/bin/shop': 'x' },
      ],
      [
        'COPY . . # buildkit',
        { 'app/Dockerfile': SHOP, 'app/main.sh': 'echo service b\necho more of b\n' },
      ],
      ['CMD ["shop" "--serve"]', null],
    )
    const { best, equalCount } = await new SearchDesk().search(image, mono)
    expect(best).toMatchObject({
      dockerfile: 'services/b/Dockerfile',
      dockerfileInContext: 'Dockerfile',
      context: 'services/b',
      files: { proved: 2, of: 2 },
    })
    expect(equalCount).toBe(0)
  })

  it('finds the root as the context of a Dockerfile in a folder, and the stage that was built', async () => {
    const dockerfile = [
      'FROM tiny:1 AS web',
      'COPY web /srv/web-of-the-shop',
      'ENTRYPOINT ["/srv/web-of-the-shop/serve"]',
      'FROM tiny:1',
      'COPY jobs /srv/jobs-of-the-shop',
      '',
    ].join('\n')
    const two = workshop.repository(`${shelf()}/two`, {
      'docker/shop.Dockerfile': dockerfile,
      'web/serve': 'serves the web of the shop',
      'jobs/run': 'runs the jobs of the shop',
    })
    const image = builtImage(
      [
        'COPY web /srv/web-of-the-shop # buildkit',
        { 'srv/web-of-the-shop/serve': 'serves the web of the shop' },
      ],
      ['ENTRYPOINT ["/srv/web-of-the-shop/serve"]', null],
    )
    const { best } = await new SearchDesk().search(image, two)
    expect(best).toMatchObject({
      dockerfile: 'docker/shop.Dockerfile',
      dockerfileInContext: 'docker/shop.Dockerfile',
      context: '',
      target: 'web',
      steps: { matched: 2, of: 2 },
      files: { proved: 1, of: 1 },
    })
  })

  it('says which others explain an image equally well: a fork, say', async () => {
    const folder = shelf()
    const shop = workshop.repository(`${folder}/shop`, { Dockerfile: SHOP, ...shopFiles })
    git(workshop.path(folder), 'clone', '--quiet', shop, 'fork')
    const { best, equals, equalCount } = await new SearchDesk().search(
      shopImage(),
      workshop.path(folder),
    )
    expect([best, ...equals].map((each) => each?.repository)).toEqual([
      workshop.path(`${folder}/fork`),
      shop,
    ])
    expect(equalCount).toBe(1)
  })

  it('is not taken in by the repository of the base, which holds more of the steps', async () => {
    const folder = shelf()
    const base = [
      'FROM scratch',
      'COPY base /opt/base-of-everything',
      'RUN base-setup --first --with-all-options',
      'RUN base-setup --second --with-all-options',
      'RUN base-setup --third --with-all-options',
      '',
    ].join('\n')
    const files = { 'base/a': 'file a of the base image', 'base/b': 'file b of the base image' }
    workshop.repository(`${folder}/base`, { Dockerfile: base, ...files })
    const app = workshop.repository(`${folder}/app`, {
      Dockerfile:
        'FROM base:1\nCOPY app /app/only-file-of-the-app\nRUN app-setup --for-this-app --only\n',
      app: 'the only file of the application',
    })
    const steps: BuiltStep[] = [
      [
        'COPY base /opt/base-of-everything # buildkit',
        {
          'opt/base-of-everything/a': 'file a of the base image',
          'opt/base-of-everything/b': 'file b of the base image',
        },
      ],
      ['RUN /bin/sh -c base-setup --first --with-all-options # buildkit', { 'opt/1': '1' }],
      ['RUN /bin/sh -c base-setup --second --with-all-options # buildkit', { 'opt/2': '2' }],
      ['RUN /bin/sh -c base-setup --third --with-all-options # buildkit', { 'opt/3': '3' }],
      [
        'COPY app /app/only-file-of-the-app # buildkit',
        { 'app/only-file-of-the-app': 'the only file of the application' },
      ],
      ['RUN /bin/sh -c app-setup --for-this-app --only # buildkit', { 'app/made': 'x' }],
    ]
    const { best } = await new SearchDesk().search(builtImage(...steps), workshop.path(folder))
    expect(best).toMatchObject({ repository: app, steps: { matched: 2, of: 2 } })
  })

  it('finds by the steps alone an image that copies nothing', async () => {
    const folder = shelf()
    const tools =
      'FROM tiny:1\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN apk add one-tool another-tool a-third-tool\nRUN update-the-tools --all --quietly | sort\n'
    const repository = workshop.repository(`${folder}/tools`, { 'images/tools/Dockerfile': tools })
    workshop.repository(`${folder}/near`, {
      Dockerfile: tools.replace('a-third-tool', 'no-third-tool').replace('update', 'upgrade'),
    })
    const image = builtImage(
      ['SHELL [/bin/bash -o pipefail -c]', null],
      [
        'RUN /bin/bash -o pipefail -c apk add one-tool another-tool a-third-tool # buildkit',
        { 'usr/bin/one': '1' },
      ],
      [
        'RUN /bin/bash -o pipefail -c update-the-tools --all --quietly | sort # buildkit',
        { 'usr/bin/two': '2' },
      ],
    )
    const { best } = await new SearchDesk().search(image, workshop.path(folder))
    expect(best).toMatchObject({
      repository,
      dockerfile: 'images/tools/Dockerfile',
      context: 'images/tools',
      steps: { matched: 3, of: 3 },
      files: { proved: 0, of: 0 },
    })
  })
})

describe('an image that is not as it was built', () => {
  it('is found under what was done to it by hand, several times', async () => {
    const shop = workshop.repository(`${shelf()}/shop`, { Dockerfile: SHOP, ...shopFiles })
    const image = shopImage()
    const byHand = [1, 2, 3].map((each) => ({ created_by: `vi /etc/${each}` }))
    const layers = byHand.map((_, each) => ({ members: [{ name: `etc/${each}`, content: 'x' }] }))
    const { best } = await new SearchDesk().search(
      {
        layers: [...image.layers, ...layers],
        history: [...(image.history ?? []), ...byHand],
      },
      shop,
    )
    expect(best).toMatchObject({ steps: { matched: 4, of: 7 }, files: { proved: 3, of: 3 } })
  })

  it('is found by its files where it has no history, with other line ends as well', async () => {
    const shop = workshop.repository(`${shelf()}/shop`, { Dockerfile: SHOP, ...shopFiles })
    const copied = { ...shopFiles, Dockerfile: SHOP }
    const members = Object.entries(copied).map(([name, content]) => ({
      name: `app/${name}`,
      content,
    }))
    const desk = new SearchDesk()
    const bare = await desk.search({ layers: [{ members }], history: [] }, shop)
    expect(bare.best).toMatchObject({ repository: shop, files: { proved: 3, of: 3 } })
    const edited = commitAt(shop, 2, { 'main.sh': '#!/bin/sh\necho another shop\n' })
    const windows = { ...copied, 'main.sh': '#!/bin/sh\necho another shop\n' }
    const { best } = await desk.search(
      shopImage(
        Object.fromEntries(
          Object.entries(windows).map(([name, text]) => [name, text.replaceAll('\n', '\r\n')]),
        ),
      ),
      shop,
    )
    expect(best).toMatchObject({ commit: edited, files: { proved: 3, of: 3 } })
  })

  it('is found though an image of the same build is known, which is not its base', async () => {
    const shop = workshop.repository(`${shelf()}/shop`, { Dockerfile: SHOP, ...shopFiles })
    const desk = new SearchDesk()
    const image = shopImage()
    await desk.know(image)
    const { best } = await desk.search(
      {
        layers: [...image.layers, { members: [{ name: 'etc/x', content: 'x' }] }],
        history: [...(image.history ?? []), { created_by: 'vi /etc/x' }],
      },
      shop,
    )
    expect(best).toMatchObject({ steps: { matched: 4, of: 5 } })
  })
})

describe('what is no proof', () => {
  const licence = 'Permission is hereby granted, free of charge, to any person obtaining a copy\n'

  it('one file that everybody has, one line that everybody writes: named as the closest, and no orphan', async () => {
    const common = 'FROM tiny:1\nRUN apk update\nCOPY LICENSE /LICENSE\nCMD ["sh"]\n'
    const folder = shelf()
    for (let number = 0; number < 8; number += 1) {
      const files = { Dockerfile: common, LICENSE: licence, own: `${number}` }
      workshop.repository(`${folder}/r${number}`, files)
    }
    const image = builtImage(
      ['RUN /bin/sh -c apk update # buildkit', { 'var/x': '1' }],
      ['COPY LICENSE /LICENSE # buildkit', { LICENSE: licence }],
      ['CMD ["sh"]', null],
    )
    const answer = await new SearchDesk().search(image, workshop.path(folder))
    expect(answer.best).toBeNull()
    expect(answer.closest).toMatchObject({ steps: { matched: 3, of: 3 } })
    expect(answer).toMatchObject({ excluded: false, searched: 8 })
  })

  it('files of packages, empty files and tiny ones', async () => {
    const repository = workshop.repository(`${shelf()}/vendored`, {
      Dockerfile: 'FROM tiny:1\nCOPY . /elsewhere\n',
      'node_modules/left/package.json': '{"name":"left","version":"1.0.0"}',
      'node_modules/left/index.js': 'module.exports = (text) => text.padStart(10)\n',
      'a/__init__.py': '',
      '.gitkeep': '*\n',
    })
    const image = builtImage([
      'RUN /bin/sh -c npm install left # buildkit',
      {
        'srv/node_modules/left/package.json': '{"name":"left","version":"1.0.0"}',
        'srv/node_modules/left/index.js': 'module.exports = (text) => text.padStart(10)\n',
        'srv/a/__init__.py': '',
        'srv/.gitkeep': '*\n',
      },
    ])
    const answer = await new SearchDesk().search(image, repository)
    expect(answer).toMatchObject({ best: null, excluded: true, searched: 1 })
  })

  it('nothing in common proves that none of them made it, but only when all were searched whole', async () => {
    const folder = shelf()
    const path = workshop.path(folder)
    workshop.repository(`${folder}/one`, {
      Dockerfile: 'FROM tiny:1\nCOPY x /x\n',
      x: 'something else',
    })
    const desk = new SearchDesk()
    expect(await desk.search(shopImage(), path)).toMatchObject({ best: null, excluded: true })
    const source = workshop.repository(`${shelf()}/source`, { a: '1' })
    commitAt(source, 2, { a: '2' })
    git(path, 'clone', '--quiet', '--depth=1', `file://${source}`, 'shallow')
    mkdirSync(join(path, 'other-format'))
    git(join(path, 'other-format'), 'init', '--quiet', '--object-format=sha256')
    writeFileSync(join(path, 'broken.bundle'), '# v2 git bundle\n0000 x\n')
    const answer = await desk.search(shopImage(), path)
    expect(answer).toMatchObject({ best: null, excluded: false, searched: 1 })
    expect(answer.unsearched.map(({ subject }) => subject.slice(path.length + 1))).toEqual([
      'broken.bundle',
      'other-format',
      'shallow',
    ])
    expect(answer.unsearched.map(({ reason }) => reason).join('\n')).toMatch(
      /no end[\s\S]*sha256[\s\S]*unshallow/,
    )
  })
})

describe('bad input', () => {
  it('is searched as far as it goes: no commits, odd names, ignore files that never end', async () => {
    const folder = shelf()
    const path = workshop.path(folder)
    mkdirSync(join(path, 'empty'))
    git(join(path, 'empty'), 'init', '--quiet')
    const odd = workshop.repository(`${folder}/odd`, { Dockerfile: SHOP, ...shopFiles })
    const blob = gitWith(odd, ['hash-object', '-w', '--stdin'], {
      input: 'bytes that are no text',
    }).trim()
    const name = Buffer.from([0x6e, 0xff, 0xfe])
    const entry = Buffer.concat([Buffer.from(`100644 ${blob}\t`), name, Buffer.from([0])])
    gitWith(odd, ['update-index', '-z', '--index-info'], { input: entry })
    git(odd, 'commit', '--quiet', '--message=odd')
    workshop.repository(`${folder}/bomb`, {
      Dockerfile: SHOP,
      '.dockerignore': `${'[a-z]*'.repeat(200)}\n`.repeat(300),
      ...Object.fromEntries([1, 2, 3].map((each) => [`${'a'.repeat(200)}${each}`, 'x'])),
    })
    const answer = await new SearchDesk().search(shopImage(), path)
    expect(answer.best).toMatchObject({ repository: odd, files: { proved: 3, of: 3 } })
    expect(answer).toMatchObject({ searched: 3, unsearched: [] })
  })

  it('bundles are searched like the repositories they were made of', async () => {
    const folder = shelf()
    const shop = workshop.repository(`${shelf()}/shop`, { Dockerfile: SHOP, ...shopFiles })
    const bundle = workshop.path(`${folder}/shop.bundle`)
    git(shop, 'bundle', 'create', '--quiet', bundle, '--all')
    const { best } = await new SearchDesk().search(shopImage(), workshop.path(folder))
    expect(best).toMatchObject({ repository: bundle, steps: { matched: 4, of: 4 } })
  })
})

describe('a second search', () => {
  it('reads new commits only, survives a branch moved away, and reads anew what was cut', async () => {
    const shop = workshop.repository(`${shelf()}/shop`, { Dockerfile: SHOP, ...shopFiles })
    const desk = new SearchDesk()
    const segments = () =>
      desk.use(({ histories }) => {
        const history = histories.history(join(shop, '.git'))
        return { commits: (history?.commits.length ?? 0) / 20, paths: history?.paths.length }
      })
    await desk.search(shopImage(), shop)
    expect(segments()).toEqual({ commits: 1, paths: 3 })
    const wanted = commitAt(shop, 2, { 'main.sh': '#!/bin/sh\necho edition two of the shop\n' })
    git(shop, 'branch', 'kept')
    git(shop, 'reset', '--quiet', '--hard', 'HEAD~1')
    commitAt(shop, 3, { 'main.sh': '#!/bin/sh\necho edition three of the shop\n' })
    const image = shopImage({ 'main.sh': '#!/bin/sh\necho edition two of the shop\n' })
    expect((await desk.search(image, shop)).best?.commit).toBe(wanted)
    expect(segments()).toEqual({ commits: 3, paths: 3 })
    git(shop, 'branch', '-D', '--quiet', 'kept')
    expect((await desk.search(image, shop)).best?.commit).toBe(wanted)
    expect(segments()).toEqual({ commits: 3, paths: 3 })
    const changed = commitAt(shop, 4, { Dockerfile: SHOP.replace('shop-codecs', 'shop-modules') })
    const other = await desk.search(
      builtImage(
        ['WORKDIR /app', {}],
        [
          'RUN /bin/sh -c apk add --no-cache shop-runtime shop-modules # buildkit',
          { 'usr/bin/shop': 'x' },
        ],
        ['COPY . . # buildkit', { 'app/main.sh': '#!/bin/sh\necho edition three of the shop\n' }],
        ['CMD ["shop" "--serve"]', null],
      ),
      shop,
    )
    expect(other.best).toMatchObject({ commit: changed, steps: { matched: 4, of: 4 } })
  })
})

describe('the commit of one repository', () => {
  const place = { dockerfile: null, context: null }

  it('is the one that explains the image best, and HEAD where that does as well', async () => {
    const shop = workshop.repository(`${shelf()}/shop`, { '.dockerignore': 'notes\n' })
    const built = commitAt(shop, 2, { Dockerfile: SHOP, ...shopFiles })
    const desk = new SearchDesk()
    const image = shopImage({ '.dockerignore': 'notes\n' })
    expect(await desk.commit(image, shop, place)).toBeNull()
    commitAt(shop, 3, { notes: 'nothing that the image holds' })
    expect(await desk.commit(image, shop, place)).toBeNull()
    commitAt(shop, 4, { 'etc/shop.conf': 'port = 9090\ntitle = another shop\n' })
    expect(await desk.commit(image, shop, place)).toMatchObject({
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      date: '2026-03-03T00:00:00Z',
      commits: { count: 2 },
    })
    expect(built).not.toBe('')
  })

  it('is found for the Dockerfile that a tracked build file names', async () => {
    const compose = 'services:\n  shop:\n    image: shop\n    build: ./docker/shop\n'
    const shop = workshop.repository(`${shelf()}/shop`, { 'compose.yaml': compose })
    const files = { Dockerfile: SHOP, ...shopFiles }
    const inFolder = Object.entries(files).map(([name, text]) => [`docker/shop/${name}`, text])
    const built = commitAt(shop, 2, Object.fromEntries(inFolder))
    commitAt(shop, 3, { 'docker/shop/etc/shop.conf': 'port = 9090\ntitle = another shop\n' })
    const image = { ...shopImage(), name: 'shop:1' }
    const best = await new SearchDesk().commit(image, shop, place)
    expect(best).toMatchObject({ commit: built, dockerfile: 'docker/shop/Dockerfile' })
  })

  it('is left to HEAD when nothing tells: another image, another Dockerfile, none', async () => {
    const shop = workshop.repository(`${shelf()}/shop`, { Dockerfile: SHOP, ...shopFiles })
    commitAt(shop, 3, { 'etc/shop.conf': 'port = 9090\n' })
    const desk = new SearchDesk()
    const stranger = builtImage(['RUN /bin/sh -c make everything # buildkit', { 'opt/x': 'made' }])
    expect(await desk.commit(stranger, shop, place)).toBeNull()
    expect(await desk.commit(shopImage(), shop, { dockerfile: 'other', context: null })).toBeNull()
    const bare = workshop.repository(`${shelf()}/bare`, { a: '1' })
    expect(await desk.commit(shopImage(), bare, place)).toBeNull()
  })
})
