// Where the time of a run goes, by phase. Measured, never part of a judgement.

/** Adds up milliseconds by phase; one phase runs at a time. */
export class Stopwatch {
  readonly #spent = new Map<string, number>()
  #phase: string | null = null
  #since = 0

  /** Ends the running phase and begins this one. */
  start(phase: string): void {
    this.stop()
    this.#phase = phase
    this.#since = performance.now()
  }

  /** Ends the running phase. */
  stop(): void {
    if (this.#phase === null) return
    const spent = (this.#spent.get(this.#phase) ?? 0) + performance.now() - this.#since
    this.#spent.set(this.#phase, spent)
    this.#phase = null
  }

  /** Milliseconds by phase, rounded to tenths. */
  spent(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.#spent].map(([phase, time]) => [phase, Math.round(time * 10) / 10]),
    )
  }
}
