// What the makers of an image left of themselves in it: plain data, for `explain` and for reasons.

/** One thing that a maker recorded: `import path`, `github.com/example/app`. */
export interface MakerFact {
  readonly name: string
  readonly value: string
}

/** A maker other than the builders of Dockerfiles: what stands behind its layers, and what would check them. */
export interface MakerNote {
  /** Name of its dialect: `jib`, `ko`, … */
  readonly maker: string
  /** As people write it: `Jib`. */
  readonly title: string
  /** Layers that its entries made, lowest first; empty where the history does not fit the layers. */
  readonly layers: readonly number[]
  /** True when all of its entries belong to the base. */
  readonly base: boolean
  /** Files that describe such a build, in words. */
  readonly description: string
  /** What it takes to check the image against them, in words. */
  readonly check: string
  /** What it recorded, at most 40 facts of at most 200 characters. */
  readonly facts: readonly MakerFact[]
}
