// A list of 32-bit numbers that grows: a quarter of the memory of an array.

/** Whole numbers, one behind the other. */
export class GrowingInts {
  #numbers = new Int32Array(256)
  length = 0

  push(...numbers: readonly number[]): void {
    for (const number of numbers) {
      if (this.length === this.#numbers.length) {
        const grown = new Int32Array(this.length * 2)
        grown.set(this.#numbers)
        this.#numbers = grown
      }
      this.#numbers[this.length] = number
      this.length += 1
    }
  }

  /** Adds one to the last number. */
  raiseLast(): void {
    const last = this.length - 1
    this.#numbers[last] = (this.#numbers[last] ?? 0) + 1
  }

  all(): Int32Array {
    return this.#numbers.slice(0, this.length)
  }
}
