// What makes a Dockerfile unreadable. Thrown inside the parser only; parseDockerfile turns it into rows.

/** A place in a Dockerfile that BuildKit would refuse. */
export class Problem extends Error {
  override readonly name = 'Problem'
}

/** Bounds on what a Dockerfile may make us do. */
export const LIMITS = {
  /** Size of the file in characters. */
  text: 1 << 20,
  /** Instructions in a file. */
  instructions: 10_000,
  stages: 500,
  /** Bytes of a physical line: Go's bufio.Scanner, which BuildKit reads with, stops there. */
  line: 65_535,
  /** `${a:-${b:-…}}` within each other. */
  nesting: 100,
  /** Characters that all expansions of a file may make. */
  expansion: 16 << 20,
  /** Arguments declared in a stage. */
  arguments: 256,
  /** Errors that are reported. */
  errors: 50,
} as const
