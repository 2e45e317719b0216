// GitHub workflows and composite actions: the steps that build images
// (docs.github.com: workflow syntax; the READMEs of docker/build-push-action, bake-action and metadata-action).
import type { BuildDefinition, UnreadBuildFile } from '../../core/index.ts'
import { BAKE_FILES, ROOT_VARIABLES } from './command.ts'
import { argumentOf, type BuildPlace, definitionOf, secretOf, throughOf } from './definition.ts'
import { combinationsOf, maskScript, Scope } from './github-scope.ts'
import { Budget, type BuildFileContent } from './reader.ts'
import { readScript } from './script.ts'
import { placeOf, plain, type Value } from './value.ts'
import {
  childAt,
  childOf,
  entriesOf,
  itemsOf,
  lineOf,
  readYaml,
  textOf,
  type YamlNode,
} from './yaml.ts'

/** Jobs of a workflow, and steps of a job. */
const MAX_JOBS = 200
const MAX_STEPS = 200
/** Builds of one workflow. */
const MAX_BUILDS = 500

/** Reads a workflow, or the `action.yml` of a composite action. */
export function readGithub(file: string, text: string): BuildFileContent {
  const documents = readYaml(text)
  if (typeof documents === 'string') return { definitions: [], unread: [], problem: documents }
  const root = documents[0] ?? null
  const reader = new WorkflowReader(file)
  reader.read(root)
  return { definitions: reader.definitions(), unread: reader.unread, problem: '' }
}

class WorkflowReader {
  readonly unread: UnreadBuildFile[] = []
  readonly #file: string
  readonly #budget = new Budget()
  /** By all that they say: combinations of a matrix often build the same. */
  readonly #found = new Map<string, BuildDefinition>()

  constructor(file: string) {
    this.#file = file
  }

  definitions(): readonly BuildDefinition[] {
    return [...this.#found.values()]
  }

  read(root: YamlNode | null): void {
    const scope = new Scope()
    for (const [name, value] of ROOT_VARIABLES) scope.set(`env.${name}`, value)
    for (const event of ['workflow_dispatch', 'workflow_call']) {
      scope.addInputs(childAt(root, 'on', event, 'inputs'))
    }
    scope.addInputs(childOf(root, 'inputs'))
    scope.addEnvironment(childOf(root, 'env'))
    const folder = childAt(root, 'defaults', 'run', 'working-directory')
    const jobs = childOf(root, 'jobs')
    for (const [name, job] of entriesOf(jobs).slice(0, MAX_JOBS)) {
      const called = textOf(childOf(job, 'uses'))
      // A workflow of the same repository is read as its own file.
      if (called !== null && !called.startsWith('./')) {
        this.#leave(lineOf(jobs, name), `job ${name} calls ${called}`)
      }
      this.#job(name, job, { scope, folder })
    }
    const runs = childOf(root, 'runs')
    if (runs !== null) this.#job('runs', runs, { scope, folder })
    if (this.#budget.isSpent) this.#leave(1, 'the rest of it, because it is too large')
  }

  #leave(line: number, what: string): void {
    if (this.unread.length >= 50) return
    this.unread.push({ file: this.#file, line, what: what.slice(0, 200), automated: true })
  }

  #add(definition: BuildDefinition): void {
    if (this.#found.size < MAX_BUILDS) this.#found.set(JSON.stringify(definition), definition)
  }

  #job(
    name: string,
    job: YamlNode,
    { scope, folder }: { readonly scope: Scope; readonly folder: YamlNode | null },
  ): void {
    const steps = itemsOf(childOf(job, 'steps')).slice(0, MAX_STEPS)
    for (const [index, combination] of combinationsOf(job).entries()) {
      const own = new Scope(scope)
      for (const [key, value] of combination) own.set(`matrix.${key}`, plain(value))
      own.addEnvironment(childOf(job, 'env'))
      const runner = new StepReader({ file: this.#file, job: name, budget: this.#budget }, own)
      const below = childAt(job, 'defaults', 'run', 'working-directory') ?? folder
      for (const step of steps) {
        const found = runner.step(step, below)
        for (const definition of found.definitions) this.#add(definition)
        // What is not read is the same in every combination.
        if (index === 0) for (const one of found.unread) this.#leave(one.line, one.what)
      }
    }
  }
}

const NONE = { definitions: [], unread: [], problem: '' }

/** Reads the steps of one job in one combination of its matrix. */
class StepReader {
  readonly #file: string
  readonly #job: string
  readonly #budget: Budget
  readonly #scope: Scope
  /** Folder that the repository is checked out to, below the workspace. */
  #checkout = ''
  /** Names of images by the id of their docker/metadata-action. */
  readonly #metadata = new Map<string, readonly Value[]>()

  constructor(
    { file, job, budget }: { readonly file: string; readonly job: string; readonly budget: Budget },
    scope: Scope,
  ) {
    this.#file = file
    this.#job = job
    this.#budget = budget
    this.#scope = scope
  }

  step(step: YamlNode, folder: YamlNode | null): BuildFileContent {
    const scope = new Scope(this.#scope)
    scope.addEnvironment(childOf(step, 'env'))
    const run = childOf(step, 'run')
    if (run !== null) return this.#run(step, folder, scope)
    const uses = textOf(childOf(step, 'uses')) ?? ''
    const inputs = new Inputs(childOf(step, 'with'), scope, this.#budget)
    const line = lineOf(step, 'uses')
    const name = (uses.split('@')[0] ?? '').toLowerCase()
    const place = { file: this.#file, line, tool: 'github-actions' as const, name: this.#job }
    switch (name) {
      case 'actions/checkout':
        if (inputs.text('repository') === null) this.#checkout = inputs.text('path')?.text ?? ''
        return NONE
      case 'docker/metadata-action':
        this.#metadata.set(textOf(childOf(step, 'id')) ?? '', inputs.lines('images').map(imageName))
        return NONE
      case 'docker/build-push-action':
        return one(this.#buildPush({ ...place, command: name }, inputs))
      case 'docker/bake-action':
        return one(bakeAction({ ...place, command: name }, inputs))
      case 'redhat-actions/buildah-build':
        return one(buildahBuild({ ...place, command: name }, inputs))
      default:
        return this.#other(uses, name, { line, inputs })
    }
  }

  #other(
    uses: string,
    name: string,
    { line, inputs }: { readonly line: number; readonly inputs: Inputs },
  ): BuildFileContent {
    if (/^docker:\/\/.*kaniko/.test(uses)) {
      const words = inputs.text('args')?.text ?? ''
      return this.#script(`/kaniko/executor ${words}`, [line], { folder: '', scope: this.#scope })
    }
    if (
      !/build-?(?:and-?)?push|docker-?build|build-?docker|kaniko|buildah|docker-?publish|publish-?docker/.test(
        name,
      )
    )
      return NONE
    const what = `job ${this.#job} uses ${uses}`
    return { ...NONE, unread: [{ file: this.#file, line, what, automated: true }] }
  }

  #run(step: YamlNode, folder: YamlNode | null, scope: Scope): BuildFileContent {
    const run = childOf(step, 'run')
    const shell = textOf(childOf(step, 'shell')) ?? 'bash'
    if (run?.kind !== 'text' || !/^(?:ba|da|z)?sh\b/.test(shell)) return NONE
    const below = textOf(childOf(step, 'working-directory')) ?? textOf(folder)
    const place = below === null ? '' : placeOf('', this.#inRepository(scope.text(below)))
    const lines = run.text.split('\n').map((_, index) => run.line + index)
    return this.#script(run.text, lines, { folder: place, scope })
  }

  #script(
    text: string,
    lines: readonly number[],
    { folder, scope }: { readonly folder: string | null; readonly scope: Scope },
  ): BuildFileContent {
    if (!this.#budget.spend(text)) return NONE
    const { source, restore } = maskScript(text, scope)
    return readScript({
      source,
      lines,
      file: this.#file,
      tool: 'github-actions',
      name: this.#job,
      folder,
      variables: scope.variables(),
      restore,
    })
  }

  /** Paths begin at the workspace, which the repository may lie below. */
  #inRepository(value: Value): Value {
    const folder = this.#checkout.replace(/^\.\/|\/$/g, '')
    if (folder === '') return value
    const path = value.text.replace(/^\.\//, '')
    if (path === folder) return { ...value, text: '.' }
    return path.startsWith(`${folder}/`) ? { ...value, text: path.slice(folder.length + 1) } : value
  }

  #buildPush(place: BuildPlace, inputs: Inputs): BuildDefinition {
    // Without a context, the action builds the commit itself.
    const given = inputs.text('context') ?? plain('.')
    const sub = /^\{\{\s*defaultContext\s*\}\}:?(.*)$/.exec(given.text)?.[1]
    const context = sub === undefined ? this.#inRepository(given) : { ...given, text: sub || '.' }
    const file = inputs.text('file')
    const names = inputs.list('tags').flatMap((tag) => this.#metadataNames(tag) ?? [tag])
    const output = /(?:^|,)name=((?:\$\{\{.*?\}\}|[^,\s])+)/.exec(
      inputs.text('outputs')?.text ?? '',
    )?.[1]
    const named = output === undefined ? names : [...names, this.#scope.text(output)]
    return definitionOf(place, {
      images: named,
      dockerfile: file === null ? null : this.#inRepository(file),
      // With the default context the file is one of the commit; else it is one of the workspace.
      dockerfileFrom: { folder: '' },
      isInline: false,
      context,
      contextFrom: '',
      target: inputs.text('target'),
      arguments: inputs.lines('build-args').map(argumentOf),
      secrets: ['secrets', 'secret-envs', 'secret-files'].flatMap((key) =>
        inputs.lines(key).map(({ text }) => secretOf(text)),
      ),
      notes: inputs.lines('build-contexts').map(({ text }) => `additional context ${text}`),
    })
  }

  /** The names behind `${{ steps.ID.outputs.tags }}`; null for any other text. */
  #metadataNames({ text }: Value): readonly Value[] | null {
    const id = /^\$\{\{\s*steps\.([\w-]+)\.outputs\.tags\s*\}\}$/.exec(text)?.[1]
    return id === undefined ? null : (this.#metadata.get(id) ?? null)
  }
}

function one(definition: BuildDefinition): BuildFileContent {
  return { ...NONE, definitions: [definition] }
}

/** docker/metadata-action: `name=ghcr.io/x,enable=true`, or the name alone. */
function imageName(value: Value): Value {
  const named = /(?:^|,)name=([^,]+)/.exec(value.text)?.[1]
  return { ...value, text: named ?? value.text.split(',')[0] ?? '' }
}

function bakeAction(place: BuildPlace, inputs: Inputs): BuildDefinition {
  const folder = placeOf('', inputs.text('workdir') ?? plain('.'))
  const named = inputs.list('files')
  const files = (named.length === 0 ? BAKE_FILES.map(plain) : named).map((file) =>
    placeOf(folder, file),
  )
  const targets = inputs.list('targets')
  const known = targets.every((target) => target.known)
  const notes = inputs.lines('set').map(({ text }) => `set ${text}`)
  if (files.includes(null)) notes.push('the file is not known')
  return throughOf(
    place,
    files.flatMap((file) => file ?? []),
    known ? targets.map(({ text }) => text) : [],
    notes,
  )
}

function buildahBuild(place: BuildPlace, inputs: Inputs): BuildDefinition {
  const files = [...inputs.list('containerfiles'), ...inputs.list('dockerfiles')]
  const image = inputs.text('image')
  return definitionOf(place, {
    images: image === null ? [] : [image],
    dockerfile: files[0] ?? null,
    dockerfileFrom: { folder: '' },
    isInline: false,
    context: inputs.text('context') ?? plain('.'),
    contextFrom: '',
    target: null,
    arguments: inputs.lines('build-args').map(argumentOf),
    secrets: [],
    notes: files.length > 1 ? ['several Dockerfiles are joined'] : [],
  })
}

/** The `with:` of a step. */
class Inputs {
  readonly #node: YamlNode | null
  readonly #budget: Budget
  readonly #scope: Scope

  constructor(node: YamlNode | null, scope: Scope, budget: Budget) {
    this.#node = node
    this.#scope = scope
    this.#budget = budget
  }

  #read(name: string): string {
    const text = textOf(childOf(this.#node, name)) ?? ''
    return this.#budget.spend(text) ? text : ''
  }

  text(name: string): Value | null {
    const text = this.#read(name).trim()
    return text === '' ? null : this.#scope.text(text)
  }

  /** One a line. */
  lines(name: string): readonly Value[] {
    return this.#split(name, /\n/)
  }

  /** One a line, or with commas between. */
  list(name: string): readonly Value[] {
    return this.#split(name, /[\n,]/)
  }

  #split(name: string, separator: RegExp): readonly Value[] {
    const parts = this.#read(name).split(separator)
    return parts
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part) => this.#scope.text(part))
  }
}
