// Runs in a worker thread: reads the layers it is sent, one after another. File descriptors are the process's own.
import { parentPort } from 'node:worker_threads'
import { AssayError } from '../core/index.ts'
import { readLayer } from './read-layer.ts'
import type { LayerFacts, LayerRequest } from './request.ts'

/** What a worker answers; errors cross threads as their fields. */
export type WorkerAnswer =
  | { readonly facts: LayerFacts }
  | { readonly error: Pick<AssayError, 'code' | 'message' | 'hint' | 'where'> }
  | { readonly crash: unknown }

parentPort?.on('message', (request: LayerRequest) => {
  void answer(request)
})

async function answer(request: LayerRequest): Promise<void> {
  try {
    const facts = await readLayer(request)
    parentPort?.postMessage({ facts } satisfies WorkerAnswer, buffersOf(facts))
  } catch (thrown) {
    parentPort?.postMessage(refusalOf(thrown))
  }
}

function refusalOf(thrown: unknown): WorkerAnswer {
  if (!(thrown instanceof AssayError)) return { crash: thrown }
  const { code, message, hint, where } = thrown
  return { error: { code, message, hint, where } }
}

/** The memory behind the facts: handed over, not copied. */
function buffersOf(facts: LayerFacts): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  for (const { buffer } of [facts.block, ...facts.wanted.map(({ bytes }) => bytes)])
    if (buffer instanceof ArrayBuffer) buffers.add(buffer)
  return [...buffers]
}
