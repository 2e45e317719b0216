// Reads several layers: in worker threads, the largest first, or in this thread. Results come as they are ready.
import { type ResourceLimits, Worker } from 'node:worker_threads'
import { AssayError, messageOf, sourceError } from '../core/index.ts'
import { readLayer } from './read-layer.ts'
import type { LayerOutcome, LayerRequest } from './request.ts'
import type { WorkerAnswer } from './worker.ts'

/** How layers are read. */
export interface ReadLayersOptions {
  /** Layers read at the same time, each in a worker thread; 0 reads them in this thread. */
  readonly threads: number
  /** Most heap of a worker thread, MiB; what is large lies outside of it. */
  readonly heap?: number
}

const HEAP = 384
const YOUNG_HEAP = 16

/**
 * The outcome of each request, once it is there. Ending the iteration early stops what is being read.
 * @throws what is no fault of a layer: a bug, or threads where the program is not compiled.
 */
export async function* readLayers(
  requests: readonly LayerRequest[],
  { threads, heap = HEAP }: ReadLayersOptions,
): AsyncGenerator<LayerOutcome, void> {
  const order = requests
    .map((request, index) => ({ request, index }))
    .sort((a, b) => b.request.source.length - a.request.source.length || a.index - b.index)
  if (threads === 0) {
    for (const { request, index } of order) yield await readHere(request, index)
    return
  }
  const crew = new Crew(order, Math.min(threads, order.length), heap)
  try {
    yield* crew.outcomes()
  } finally {
    await crew.stop()
  }
}

async function readHere(request: LayerRequest, index: number): Promise<LayerOutcome> {
  try {
    return { index, facts: await readLayer(request) }
  } catch (error) {
    if (error instanceof AssayError) return { index, error }
    throw error
  }
}

interface Task {
  readonly request: LayerRequest
  readonly index: number
}

/** Worker threads and what they still have to read. */
class Crew {
  readonly #tasks: Task[]
  readonly #expected: number
  readonly #limits: ResourceLimits
  readonly #workers = new Set<Worker>()
  readonly #ready: LayerOutcome[] = []
  #failure: { readonly thrown: unknown } | null = null
  #wake: () => void = () => undefined

  constructor(tasks: readonly Task[], size: number, heap: number) {
    this.#tasks = [...tasks]
    this.#expected = tasks.length
    this.#limits = { maxOldGenerationSizeMb: heap, maxYoungGenerationSizeMb: YOUNG_HEAP }
    for (let index = 0; index < size; index += 1) this.#hire()
  }

  async *outcomes(): AsyncGenerator<LayerOutcome, void> {
    for (let given = 0; given < this.#expected; given += 1) {
      while (this.#ready.length === 0 && this.#failure === null)
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      const outcome = this.#ready.shift()
      if (outcome !== undefined) yield outcome
      else if (this.#failure !== null) throw this.#failure.thrown
    }
  }

  async stop(): Promise<void> {
    this.#tasks.length = 0
    await Promise.all([...this.#workers].map((worker) => worker.terminate()))
  }

  #hire(): void {
    const first = this.#tasks.shift()
    if (first === undefined) return
    const worker = new Worker(workerFile(), { resourceLimits: this.#limits })
    let task: Task | undefined = first
    this.#workers.add(worker)
    worker.on('message', (answer: WorkerAnswer) => {
      if (task !== undefined) this.#settle(task, answer)
      task = this.#tasks.shift()
      if (task === undefined) void worker.terminate()
      else worker.postMessage(task.request)
    })
    // a worker that dies takes one layer with it; another one goes on
    worker.on('error', (cause) => {
      if (task !== undefined) this.#give({ index: task.index, error: lost(task, messageOf(cause)) })
      task = undefined
    })
    worker.on('exit', (status) => {
      this.#workers.delete(worker)
      if (task !== undefined)
        this.#give({ index: task.index, error: lost(task, `it ended with ${status}`) })
      task = undefined
      this.#hire()
    })
    worker.postMessage(first.request)
  }

  #settle({ index }: Task, answer: WorkerAnswer): void {
    if ('facts' in answer) this.#give({ index, facts: answer.facts })
    else if ('crash' in answer) {
      this.#failure ??= { thrown: answer.crash }
      this.#wake()
    } else {
      const { code, message, hint, where } = answer.error
      const detail = {
        ...(hint === undefined ? {} : { hint }),
        ...(where === undefined ? {} : { where }),
      }
      this.#give({ index, error: new AssayError(code, message, detail) })
    }
  }

  #give(outcome: LayerOutcome): void {
    this.#ready.push(outcome)
    this.#wake()
  }
}

function lost({ request }: Task, reason: string): AssayError {
  return sourceError(`the thread that read it stopped (${reason})`, {
    where: `layer ${request.diffId}`,
  })
}

/** The compiled worker lies beside this file; Node.js 20 cannot run the source. */
function workerFile(): URL {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  if (extension === '.ts' && Reflect.get(process.features, 'typescript') === undefined)
    throw new AssayError(
      'internal',
      'threads need the compiled program: npm run build, or 0 threads',
    )
  return new URL(`./worker${extension}`, import.meta.url)
}
