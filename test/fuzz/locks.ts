// The reader of assay.lock as a target of the fuzzer: what is read is written and read again, and nothing gets lost.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseLock, renderLock } from '../../src/core/index.ts'
import { FUZZ_ROOT, type FuzzTarget, refusing } from './target.ts'

const seeds = async (): Promise<Uint8Array[]> => [
  readFileSync(join(FUZZ_ROOT, 'test/cli/golden/assay.lock')),
  Buffer.from(
    '\ufeffassay-lock 1\r\n# x\r\n\r\nsetting "a b" "\\u202e\\\\"\r\nplatform linux/arm64\r\n',
  ),
  Buffer.from('assay-lock 1\n<<<<<<< a\nbase x sha256:0\n=======\n>>>>>>> b\n'),
]

const lock: FuzzTarget = {
  name: 'lock',
  seeds,
  run: (bytes) =>
    refusing(() => {
      const text = renderLock(parseLock(bytes, 'assay.lock'))
      if (renderLock(parseLock(Buffer.from(text), 'assay.lock')) !== text)
        throw new Error('the lock changes when it is written')
    }),
}

/** Targets that read locks. */
export const lockTargets: readonly FuzzTarget[] = [lock]
