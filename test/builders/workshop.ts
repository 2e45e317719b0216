// Where the cases of the builder tests are made: builds, commits, forges and saves images, and notes their truth.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { forgeLayer, type LayerEdit } from '../support/repack.ts'
import { baseNames, importDebian } from './bases.ts'
import { editAndCommit } from './edit.ts'
import type { Builder, Engine } from './engine.ts'
import { type PackageProxy, proxyArguments } from './packages.ts'
import { type CommitPlan, makeRepository } from './repositories.ts'
import type { Edit } from './status-drift.ts'
import { type ExpectedOrigin, type ImageCase, type Planted, plantedSubject } from './truth.ts'

/** An application, and what it is built from. */
export interface App {
  readonly name: string
  readonly base: keyof typeof baseNames | 'scratch'
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
}

/** How a build differs from the usual one: another context than the work tree, build arguments. */
export interface Variation {
  readonly name: string
  readonly context?: string
  readonly arguments?: Readonly<Record<string, string>>
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
  #debian: Promise<void> | undefined
  #tiny: Promise<void> | undefined

  constructor(folder: string, engine: Engine, proxy: PackageProxy) {
    this.folder = folder
    this.engine = engine
    this.proxy = proxy
  }

  /** Has the Debian base with apt in the engine. */
  debian(): Promise<void> {
    this.#debian ??= importDebian(this.engine, this.proxy, 'debian')
    return this.#debian
  }

  /** Has the smallest Debian in the engine. */
  tiny(): Promise<void> {
    this.#tiny ??= importDebian(this.engine, this.proxy, 'tiny')
    return this.#tiny
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

  /** Adds a case whose image is in the engine under this tag. */
  async add(app: App, builder: Builder, tag: string, truth: Truth): Promise<void> {
    const archive = await this.save(tag, truth.name)
    await this.addSaved(app, builder, archive, truth)
  }

  /** Adds a case whose archive lies there already. */
  async addSaved(app: App, builder: Builder, archive: string, truth: Truth): Promise<void> {
    const { base } = app
    const described = truth.undescribed !== true
    this.cases.push({
      ...{ name: truth.name, builder, archive },
      repository: described ? this.repository(app) : '',
      revision: described ? (truth.revision ?? 'main') : '',
      dockerfile: 'Dockerfile',
      base: base === 'scratch' ? '' : await this.save(baseNames[base], `base-${base}`),
      verdict: truth.verdict,
      planted: truth.planted,
      origins: truth.origins ?? [],
    })
  }

  /** Builds the app and gives the tag: from its work tree, unless the variation names another context. */
  async build(app: App, builder: Builder, variation?: Variation): Promise<string> {
    const tag = `${app.name}:${builder}${variation === undefined ? '' : `-${variation.name}`}`
    await this.engine.build({
      ...{ builder, tag },
      context: variation?.context ?? this.repository(app),
      arguments: { ...proxyArguments(this.proxy), ...variation?.arguments },
    })
    return tag
  }

  /** Builds the app as it is described: cases in which nothing may be found. */
  async buildClean(app: App, builders: readonly Builder[]): Promise<void> {
    if (!existsSync(this.repository(app))) await makeRepository(this.repository(app), app.plans)
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
    await this.add(app, builder, tag, { name, verdict: 'drifted', planted })
  }

  /** Edits layers of the clean image under its untouched history, and adds it as a case. */
  async forge(
    app: App,
    builder: Builder,
    edits: readonly LayerForgery[],
    truth: Truth,
  ): Promise<void> {
    const output = this.archive(truth.name)
    let archive = this.archive(`${app.name}-${builder}`)
    for (const { path, edit } of edits) {
      await forgeLayer({ archive, output, path, edit })
      archive = output
    }
    await this.addSaved(app, builder, output, truth)
  }
}
