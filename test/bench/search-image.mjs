// The image of the search bench: a base, an installed runtime, and the tracked files of one commit, as an OCI layout.
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'

const comment = 'buildkit.dockerfile.v0'
const digestOf = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

async function tarOf(files) {
  const archive = pack()
  const bytes = buffer(archive)
  for (const [name, content] of files) archive.entry({ name, mtime: new Date(0) }, content)
  archive.finalize()
  return bytes
}

function* otherFiles(count) {
  for (let at = 0; at < count; at += 1) {
    yield [`usr/lib/runtime/${at % 97}/${at % 31}/part-${at}.so`, `part ${at} of the runtime\n`]
  }
}

/** Writes the image: the tree at /srv/shop, and as many other files as make `count`. */
export async function writeImage(folder, tree, count) {
  const copied = [...tree].map(([path, text]) => [`srv/shop/${path}`, text])
  const layers = [
    await tarOf([['etc/os-release', 'ID=tiny\n']]),
    await tarOf([...otherFiles(count - copied.length - 1)]),
    await tarOf(copied),
  ]
  const entry = (created_by, empty = false) => ({
    ...{ created_by, comment },
    ...(empty ? { empty_layer: true } : {}),
  })
  const config = Buffer.from(
    JSON.stringify({
      ...{ architecture: 'amd64', os: 'linux', config: {} },
      rootfs: { type: 'layers', diff_ids: layers.map(digestOf) },
      history: [
        entry('ADD rootfs.tar / # buildkit'),
        entry('WORKDIR /srv/shop', true),
        entry('RUN /bin/sh -c apk add --no-cache shop-runtime shop-codecs # buildkit'),
        entry('COPY src /srv/shop/src # buildkit'),
        entry('CMD ["/srv/shop/src/start"]', true),
      ],
    }),
  )
  const blobs = layers.map((layer) => gzipSync(layer, { level: 1 }))
  const described = (mediaType, bytes) => ({
    ...{ mediaType, digest: digestOf(bytes), size: bytes.length },
  })
  const kind = 'application/vnd.oci.image'
  const manifest = Buffer.from(
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType: `${kind}.manifest.v1+json` },
      config: described(`${kind}.config.v1+json`, config),
      layers: blobs.map((blob) => described(`${kind}.layer.v1.tar+gzip`, blob)),
    }),
  )
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true })
  for (const bytes of [...blobs, config, manifest]) {
    writeFileSync(join(folder, 'blobs/sha256', digestOf(bytes).slice(7)), bytes)
  }
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  const index = { schemaVersion: 2, manifests: [described(`${kind}.manifest.v1+json`, manifest)] }
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index))
}
