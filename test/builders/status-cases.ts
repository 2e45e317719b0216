// Spoiled copies of the status page: edited by hand, imported, and built from what is not the tracked commit.
import { chmodSync, cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeFiles } from './repositories.ts'
import {
  changedSetting,
  type Edit,
  handEdits,
  patchedLibrary,
  patchLibrary,
} from './status-drift.ts'
import { type Planted, plantedFile, plantedSubject } from './truth.ts'
import type { App, Workshop } from './workshop.ts'

/** Adds every spoiled copy of the status page, whose clean images are built already. */
export async function spoilStatusPage(workshop: Workshop, app: App): Promise<void> {
  const edits = await handEdits()
  await workshop.spoil(app, 'legacy', 'status-edited-legacy', {
    edits,
    changes: [changedSetting.change],
    planted: [changedSetting.planted],
  })
  const only = (kind: Planted['kind']): Edit[] =>
    edits.filter(({ planted }) => planted.some((each) => each.kind === kind))
  const patched = [{ command: patchLibrary, planted: [plantedFile('modified', patchedLibrary)] }]
  await workshop.spoil(app, 'buildkit', 'status-patched-library', { edits: patched })
  await workshop.spoil(app, 'buildkit', 'status-mode-bit', { edits: only('mode') })
  await workshop.spoil(app, 'legacy', 'status-deleted-program', { edits: only('deleted') })
  await workshop.spoil(app, 'buildkit', 'status-extra-package', { edits: only('package-added') })
  await workshop.spoil(app, 'buildkit', 'status-changed-settings', {
    edits: [],
    changes: ['USER root', 'ENV PORT=8081'],
    planted: [plantedSubject('setting', 'User'), plantedSubject('setting', 'Env PORT')],
  })
  await workshop.spoil(app, 'buildkit', 'status-odd-edits', { edits: oddEdits })
  await commitTwice(workshop, app, [...only('added'), ...only('modified').slice(0, 1)])
  await withoutDescription(workshop, app)
  await importExported(workshop, app)
  await buildDirty(workshop, app)
  await buildIgnored(workshop, app)
  await buildOtherDockerfile(workshop, app)
  await buildElsewhere(workshop, app)
}

/** What hands do beside writing files: kinds, owners, folders, names, and what comes to nothing. */
const oddEdits: readonly Edit[] = [
  {
    command: 'ln -sf /bin/true /usr/bin/json_reformat',
    planted: [plantedFile('modified', 'usr/bin/json_reformat')],
  },
  { command: 'chmod 777 /usr/local/bin', planted: [plantedFile('mode', 'usr/local/bin')] },
  { command: 'chown 990:990 /etc/issue', planted: [plantedFile('owner', 'etc/issue')] },
  { command: 'mkfifo /srv/pipe', planted: [plantedFile('added', 'srv/pipe')] },
  { command: 'mkdir /srv/empty', planted: [plantedFile('added', 'srv/empty')] },
  { command: 'echo left > /tmp/left', planted: [plantedFile('added', 'tmp/left')] },
  {
    command: `printf x > "/srv/$(printf 'two\\nlines \\033[31mred')"`,
    planted: [plantedFile('added', 'srv/two\nlines \u001b[31mred')],
  },
  {
    command: 'mv /etc/status/checks.json /etc/status/checks.old',
    planted: [
      plantedFile('deleted', 'etc/status/checks.json'),
      plantedFile('added', 'etc/status/checks.old'),
    ],
  },
  {
    command:
      'rm -r /srv/status/www && mkdir /srv/status/www && echo new > /srv/status/www/new.html',
    planted: [
      plantedFile('deleted', 'srv/status/www/index.html'),
      plantedFile('deleted', 'srv/status/www/style.css'),
      plantedFile('added', 'srv/status/www/new.html'),
    ],
  },
  // The same bytes once more, another time, a file that came and went: nothing of it is a change.
  { command: 'cp -a /usr/bin/tar /tmp/tar && mv /tmp/tar /usr/bin/tar', planted: [] },
  { command: 'touch /etc/passwd /usr/local/bin/entrypoint.sh', planted: [] },
  { command: 'echo gone > /srv/gone && rm /srv/gone', planted: [] },
]

/** A hand that takes back what the hand before it brought: what is left counts, and both steps. */
async function commitTwice(workshop: Workshop, app: App, edits: readonly Edit[]): Promise<void> {
  const [first, second] = ['status-committed-once', 'status-committed-twice'] as const
  await workshop.spoil(app, 'legacy', first, { edits })
  const isStanding = ({ kind }: Planted): boolean => kind === 'modified'
  await workshop.spoil(app, 'legacy', second, {
    after: first,
    edits: [
      { command: 'rm /usr/local/bin/collect', planted: [] },
      {
        command: 'echo 1 > /srv/status/www/count.txt',
        planted: [plantedFile('added', 'srv/status/www/count.txt')],
      },
    ],
    planted: [
      plantedSubject('step', `by hand: ${first}`),
      ...edits.flatMap(({ planted }) => planted.filter(isStanding)),
    ],
  })
}

/** The edited image, of which nobody says where its description is: not known is not orphaned. */
async function withoutDescription(workshop: Workshop, app: App): Promise<void> {
  const archive = workshop.archive('status-edited-legacy')
  await workshop.addSaved(app, 'legacy, docker commit', archive, {
    name: 'status-undescribed',
    verdict: 'unknown',
    planted: null,
    undescribed: true,
  })
}

/** `docker export` and `docker import`: the history is gone, and with it every way back. */
async function importExported(workshop: Workshop, app: App): Promise<void> {
  const { engine } = workshop
  const file = join(workshop.folder, 'exported.tar')
  const container = (await engine.docker(['create', `${app.name}:legacy`])).trim()
  await engine.docker(['export', '--output', file, container])
  await engine.docker(['rm', container])
  await engine.docker(['import', file, 'status:imported'])
  await workshop.add(app, 'docker import', 'status:imported', {
    name: 'status-imported',
    verdict: 'orphaned',
    planted: null,
  })
}

function copyContext(workshop: Workshop, app: App, name: string): string {
  const context = join(workshop.folder, 'contexts', name)
  rmSync(context, { recursive: true, force: true })
  cpSync(workshop.repository(app), context, { recursive: true })
  return context
}

/** Builds from a checkout in which a file is untracked, one edited, one missing and one executable. */
async function buildDirty(workshop: Workshop, app: App): Promise<void> {
  const context = copyContext(workshop, app, 'dirty')
  writeFiles(context, {
    'www/banner.txt': 'maintenance on Sunday\n',
    'conf/checks.json': '{ "ok": true, "services": [] }\n',
    'www/style.css': null,
  })
  chmodSync(join(context, 'conf/httpd.conf'), 0o755)
  for (const builder of ['legacy', 'buildkit'] as const) {
    const tag = await workshop.build(app, builder, { name: 'dirty', context })
    await workshop.add(app, builder, tag, {
      name: `status-dirty-${builder}`,
      verdict: 'drifted',
      planted: [
        plantedFile('added', 'srv/status/www/banner.txt'),
        plantedFile('modified', 'etc/status/checks.json'),
        plantedFile('deleted', 'srv/status/www/style.css'),
        plantedFile('mode', 'etc/status/httpd.conf'),
      ],
    })
  }
}

/** Builds from a checkout with files that are tracked nowhere, and that .dockerignore leaves out. */
async function buildIgnored(workshop: Workshop, app: App): Promise<void> {
  const context = copyContext(workshop, app, 'ignored')
  writeFiles(context, { 'www/index.html.bak': '<p>old</p>\n', 'README.md': '# not this one\n' })
  for (const builder of ['legacy', 'buildkit'] as const) {
    const tag = await workshop.build(app, builder, { name: 'ignored', context })
    const name = `status-ignored-${builder}`
    await workshop.add(app, builder, tag, { name, verdict: 'floating', planted: [] })
  }
}

/** Builds with a Dockerfile that has two lines more and one less than the tracked one. */
async function buildOtherDockerfile(workshop: Workshop, app: App): Promise<void> {
  const context = copyContext(workshop, app, 'other-dockerfile')
  const text = readFileSync(join(context, 'Dockerfile'), 'utf8')
  const more = 'RUN mkdir /srv/cache && echo warm > /srv/cache/state\nENV STATUS_CACHE=/srv/cache'
  writeFiles(context, { Dockerfile: text.replace('USER status', more) })
  for (const builder of ['legacy', 'buildkit'] as const) {
    const tag = await workshop.build(app, builder, { name: 'other-dockerfile', context })
    await workshop.add(app, builder, tag, {
      name: `status-other-dockerfile-${builder}`,
      verdict: 'drifted',
      planted: [
        plantedSubject('step', 'mkdir /srv/cache'),
        plantedFile('added', 'srv/cache/state'),
        plantedSubject('step', 'STATUS_CACHE'),
        plantedSubject('setting', 'Env STATUS_CACHE'),
        plantedSubject('step', 'USER status'),
        plantedSubject('setting', 'User'),
      ],
    })
  }
}

/** Builds from the first commit and from another branch, which the audit is not told. */
async function buildElsewhere(workshop: Workshop, app: App): Promise<void> {
  const older = ['etc/status/checks.json', 'srv/status/www/index.html']
  const branch = ['srv/status/www/style.css']
  for (const { name, builder, revision, paths } of [
    { name: 'status-older-commit', builder: 'legacy', revision: 'main~1', paths: older },
    { name: 'status-other-branch', builder: 'buildkit', revision: 'dark', paths: branch },
  ] as const) {
    const context = await workshop.checkout(app, name, { revision })
    const tag = await workshop.build(app, builder, { name, context })
    const planted = paths.map((path) => plantedFile('modified', path))
    await workshop.add(app, builder, tag, { name, verdict: 'drifted', planted, built: revision })
  }
}
