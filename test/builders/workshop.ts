// Where the cases of the builder tests are made: builds, commits, forges and saves images, and notes their truth.
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { forgeLayer, type LayerEdit } from '../support/repack.ts'
import { baseNames, buildNode, buildPython, importAlpine, importDebian } from './bases.ts'
import { Containers } from './containers.ts'
import { editAndCommit } from './edit.ts'
import type { Builder, Engine } from './engine.ts'
import { type PackageProxy, proxyArguments } from './packages.ts'
import { type CommitPlan, git, makeRepository } from './repositories.ts'
import type { Edit } from './status-drift.ts'
import { type ExpectedOrigin, type ImageCase, type Planted, plantedSubject } from './truth.ts'

/** A base of the tests' own, or an image made for one part only. */
export type AppBase = keyof typeof baseNames | 'scratch' | { readonly archive: string }

/** An application, and what it is built from. */
export interface App {
  readonly name: string
  readonly base: AppBase
  readonly plans: readonly CommitPlan[]
}

/** What is true of a case; what is not given is usual: the main branch, the app's own description. */
export interface Truth {
  readonly name: string
  readonly verdict: ImageCase['verdict']
  readonly planted: ImageCase['planted']
  readonly revision?: string
  readonly undescribed?: boolean
  readonly origins?: readonly ExpectedOrigin[]
  readonly words?: readonly string[]
  /** Dockerfile, where it has another name. */
  readonly dockerfile?: string
  /** Revision it was really built from, where that is not the main branch. */
  readonly built?: string
  readonly untold?: string
}

/** How a build differs from the usual one: another context than the work tree, build arguments. */
export interface Variation {
  readonly name: string
  readonly context?: string
  readonly file?: string
  readonly target?: string
  readonly arguments?: Readonly<Record<string, string>>
}

/** Of what, and how, a work tree is checked out. */
export interface Checkout {
  readonly revision?: string
  /** Settings of git: `core.autocrlf=true`. */
  readonly settings?: readonly string[]
}

/** What is done by hand to a container. */
export interface Spoiling {
  /** A case spoiled before, to go on from; the clean image when left out. */
  readonly after?: string
  readonly edits: readonly Edit[]
  readonly changes?: readonly string[]
  readonly planted?: readonly Planted[]
  /** What else was planted, asked of the committed image where it cannot be known before. */
  readonly found?: (tag: string) => Promise<readonly Planted[]>
}

/** One edit of a layer: that of the last layer that holds the path. */
export interface LayerForgery {
  readonly path: string
  readonly edit: LayerEdit
}

/** The folder, the engine and the package proxy in which the cases are made, and the cases so far. */
export class Workshop {
  readonly cases: ImageCase[] = []
  readonly folder: string
  readonly engine: Engine
  readonly proxy: PackageProxy
  readonly #bases = new Map<string, Promise<void>>()
  #containers: Containers | undefined

  constructor(folder: string, engine: Engine, proxy: PackageProxy) {
    this.folder = folder
    this.engine = engine
    this.proxy = proxy
  }

  /** Has a base in the engine: made, or loaded from a folder that was kept. */
  #has(name: keyof typeof baseNames, make: () => Promise<unknown>): Promise<void> {
    const file = this.archive(`base-${name}`)
    const has = async (): Promise<void> => {
      if (existsSync(file)) await this.engine.docker(['load', '--quiet', '--input', file])
      else await make()
    }
    const known = this.#bases.get(name) ?? has()
    this.#bases.set(name, known)
    return known
  }

  /** Has the Debian base with apt in the engine. */
  debian(): Promise<void> {
    return this.#has('debian', () => importDebian(this.engine, this.proxy, 'debian'))
  }

  /** Has the smallest Debian in the engine. */
  tiny(): Promise<void> {
    return this.#has('tiny', () => importDebian(this.engine, this.proxy, 'tiny'))
  }

  /** Has Alpine in the engine. */
  alpine(): Promise<void> {
    return this.#has('alpine', () => importAlpine(this.engine))
  }

  /** Has Debian with Node.js in the engine. */
  async node(): Promise<void> {
    await this.debian()
    await this.#has('node', () => buildNode(this.engine))
  }

  /** Has Debian with Python in the engine. */
  async python(): Promise<void> {
    await this.debian()
    await this.#has('python', () => buildPython(this.engine, this.proxy))
  }

  /** buildah, podman and skopeo, with one storage for all parts. */
  get containers(): Containers {
    const driver = this.engine.storageDriver === 'overlay2' ? 'overlay' : 'vfs'
    this.#containers ??= new Containers(driver, this.proxy.address)
    return this.#containers
  }

  /** Ends what was started for the parts. */
  stop(): void {
    this.#containers?.stop()
  }

  archive(name: string): string {
    return join(this.folder, 'archives', `${name}.tar`)
  }

  async save(tag: string, name: string): Promise<string> {
    const file = this.archive(name)
    if (!existsSync(file)) await this.engine.docker(['save', '--output', file, tag])
    return file
  }

  repository(app: App): string {
    return join(this.folder, 'repositories', app.name)
  }

  /** Has the repository of the app. */
  async describe(app: App): Promise<void> {
    if (!existsSync(this.repository(app))) await makeRepository(this.repository(app), app.plans)
  }

  /** A fresh checkout of the app's repository, with these settings of git. */
  async checkout(
    app: App,
    name: string,
    { revision = 'main', settings = [] }: Checkout = {},
  ): Promise<string> {
    const context = join(this.folder, 'contexts', name)
    rmSync(context, { recursive: true, force: true })
    const options = settings.flatMap((setting) => ['--config', setting])
    await git(this.folder, ['clone', '--quiet', ...options, this.repository(app), context])
    const commit = (await git(this.repository(app), ['rev-parse', revision])).trim()
    await git(context, ['checkout', '--quiet', '--detach', commit])
    return context
  }

  /** Archive of the base; '' for scratch. */
  async base(app: App): Promise<string> {
    const { base } = app
    if (base === 'scratch') return ''
    if (typeof base !== 'string') return base.archive
    return this.save(baseNames[base], `base-${base}`)
  }

  /** Adds a case whose image is in the engine under this tag. */
  async add(app: App, maker: string, tag: string, truth: Truth): Promise<void> {
    // An older image of this name may be there from a run that was kept.
    rmSync(this.archive(truth.name), { force: true })
    const archive = await this.save(tag, truth.name)
    await this.addSaved(app, maker, archive, truth)
  }

  /** Adds a case whose archive lies there already. */
  async addSaved(app: App, maker: string, archive: string, truth: Truth): Promise<void> {
    const described = truth.undescribed !== true
    const built = truth.built ?? truth.revision ?? 'main'
    const commit = await git(this.repository(app), ['rev-parse', `${built}^{commit}`])
    this.cases.push({
      ...{ name: truth.name, maker, archive },
      repository: described ? this.repository(app) : '',
      revision: described ? (truth.revision ?? 'main') : '',
      dockerfile: truth.dockerfile ?? 'Dockerfile',
      words: truth.words ?? [],
      commit: commit.trim(),
      base: await this.base(app),
      verdict: truth.verdict,
      planted: truth.planted,
      origins: truth.origins ?? [],
      untold: truth.untold ?? '',
    })
  }

  /** Builds the app and gives the tag: from its work tree, unless the variation names another context. */
  async build(app: App, builder: Builder, variation?: Variation): Promise<string> {
    const tag = `${app.name}:${builder}${variation === undefined ? '' : `-${variation.name}`}`
    await this.engine.build({
      ...{ builder, tag },
      context: variation?.context ?? this.repository(app),
      ...(variation?.file === undefined ? {} : { file: variation.file }),
      ...(variation?.target === undefined ? {} : { target: variation.target }),
      arguments: { ...proxyArguments(this.proxy), ...variation?.arguments },
    })
    return tag
  }

  /** Builds the app as it is described: cases in which nothing may be found. */
  async buildClean(app: App, builders: readonly Builder[]): Promise<void> {
    await this.describe(app)
    for (const builder of builders) {
      const tag = await this.build(app, builder)
      await this.add(app, builder, tag, {
        name: `${app.name}-${builder}`,
        verdict: app.base === 'scratch' ? 'rebuildable' : 'floating',
        planted: [],
      })
    }
  }

  /** Edits a container of the image by hand, commits it and adds it as a case. */
  async spoil(app: App, builder: Builder, name: string, work: Spoiling): Promise<void> {
    const tag = `${name}:committed`
    const message = `by hand: ${name}`
    await editAndCommit(this.engine, this.proxy, {
      from: work.after === undefined ? `${app.name}:${builder}` : `${work.after}:committed`,
      to: tag,
      commands: work.edits.map((edit) => edit.command),
      changes: work.changes ?? [],
      message,
    })
    const planted = [
      plantedSubject('step', message),
      ...work.edits.flatMap((edit) => edit.planted),
      ...(work.planted ?? []),
      ...((await work.found?.(tag)) ?? []),
    ]
    await this.add(app, `${builder}, docker commit`, tag, { name, verdict: 'drifted', planted })
  }

  /** Edits layers of the clean image under its untouched history, and adds it as a case. */
  forge(app: App, builder: Builder, edits: readonly LayerForgery[], truth: Truth): Promise<void> {
    return this.forgeFrom(app, { maker: builder, from: `${app.name}-${builder}` }, edits, truth)
  }

  /** The same from the archive of any case. */
  async forgeFrom(
    app: App,
    { maker, from }: { readonly maker: string; readonly from: string },
    edits: readonly LayerForgery[],
    truth: Truth,
  ): Promise<void> {
    const output = this.archive(truth.name)
    let archive = this.archive(from)
    for (const { path, edit } of edits) {
      await forgeLayer({ archive, output, path, edit })
      archive = output
    }
    await this.addSaved(app, maker, output, truth)
  }
}
