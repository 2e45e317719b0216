// Writes tiny images for tests: real tar layers, real digests, real config and manifest.
import { writeFileSync } from 'node:fs'
import { buildImage, type ImageSpecification, type Member, makeTar } from './image-build.ts'
import { OciLayout, REFERENCE_NAME } from './oci-layout.ts'

export * from './image-build.ts'

/** Writes the image as an OCI image layout folder and returns its path. */
export async function writeOciLayout(folder: string, image: ImageSpecification): Promise<string> {
  const layout = new OciLayout()
  const named = image.name === undefined ? {} : { [REFERENCE_NAME]: image.name }
  const manifest = layout.image(await buildImage(image))
  return layout.writeFolder(folder, [
    image.name === undefined ? manifest : { ...manifest, annotations: named },
  ])
}

/** Writes the images as one `docker save` archive of the older layout and returns its path. */
export async function writeDockerArchive(
  file: string,
  ...images: readonly ImageSpecification[]
): Promise<string> {
  const members: Member[] = []
  const manifest = []
  for (const image of images) {
    const { config, layers } = await buildImage(image)
    const id = config.digest.slice('sha256:'.length)
    members.push({ name: `${id}.json`, content: config.bytes })
    const paths = []
    for (const { diffId, tar } of layers) {
      const path = `${diffId.slice('sha256:'.length)}/layer.tar`
      if (!members.some((member) => member.name === path))
        members.push({ name: path, content: tar })
      paths.push(path)
    }
    manifest.push({
      Config: `${id}.json`,
      RepoTags: image.name === undefined ? null : [image.name],
      Layers: paths,
    })
  }
  members.push({ name: 'manifest.json', content: JSON.stringify(manifest) })
  writeFileSync(file, await makeTar(members))
  return file
}
