// How much of a layer is believed. Layers come from strangers: every size that a header claims has a limit here.

/** What a reader of layers accepts. */
export interface LayerLimits {
  /** Entries of a layer. */
  readonly entries: number
  /** Bytes of a path or of a link target: no Linux system makes longer ones (PATH_MAX). */
  readonly pathBytes: number
  /** Bytes of all paths, targets and extended attributes of a layer together. */
  readonly textBytes: number
  /** Bytes of one PAX header or GNU long name; Go's archive/tar, which engines use, has the same limit. */
  readonly headerBytes: number
  /** Uncompressed bytes of a layer. */
  readonly uncompressedBytes: number
  /** Uncompressed bytes for each compressed byte. */
  readonly expansionRatio: number
  /** Uncompressed bytes below which the ratio does not count. */
  readonly expansionFloor: number
  /** Bytes of wanted files held for one layer; what is beyond is named as unknown. */
  readonly wantedBytes: number
  /** Bytes that the holes of a layer's sparse files expand to; files beyond it get no digests. */
  readonly holeBytes: number
  /** Unknown rows of a layer; the last one counts the rest. */
  readonly unknowns: number
}

/** Ten times what the largest public images need. */
export const DEFAULT_LAYER_LIMITS: LayerLimits = {
  entries: 2_000_000,
  pathBytes: 4096,
  textBytes: 256 << 20,
  headerBytes: 1 << 20,
  uncompressedBytes: 128 * 2 ** 30,
  expansionRatio: 200,
  expansionFloor: 256 << 20,
  wantedBytes: 128 << 20,
  holeBytes: 2 ** 30,
  unknowns: 1000,
}
