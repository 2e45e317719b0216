// Media types of layers (OCI image-spec, layer.md; Docker's schema 2; ocicrypt). They say who may read a
// layer, not how it is compressed: that shows in its first bytes.

/** What a media type says about reading a layer. */
export type LayerKind = 'tar' | 'foreign' | 'encrypted' | 'unknown'

const TAR =
  /^application\/vnd\.(oci\.image\.layer\.(nondistributable\.)?v1\.tar|docker\.(image\.rootfs\.(foreign\.)?diff|container\.image\.rootfs\.diff)\.tar)([.+](gzip|zstd))?$/

/** Whether a layer of this media type can be read. */
export function layerKind(mediaType: string): LayerKind {
  if (mediaType.endsWith('+encrypted')) return 'encrypted'
  if (!TAR.test(mediaType)) return 'unknown'
  return /\.(nondistributable|foreign)\./.test(mediaType) ? 'foreign' : 'tar'
}
