// What Red Hat's build system injects into images (osbs.readthedocs.io, "Injected files"): the Dockerfiles of the
// image and its bases, and for each the list of what came in.
import { type Cataloger, type CatalogRow, unknownRow } from '../cataloger.ts'
import { asArray, asObject, asText, parseJson } from '../json.ts'
import { decodeText } from '../text.ts'

/** Sources that one list names: an image has one, of its own repository, and hundreds of others. */
const MOST = 200

/** Reads the Dockerfiles kept in /root/buildinfo. */
export const redHatDockerfile: Cataloger = {
  id: 'red-hat-dockerfile',
  version: 1,
  ecosystem: 'red-hat',
  describes: 'Dockerfiles that the build system of Red Hat keeps in images',
  files: [{ glob: 'root/buildinfo/Dockerfile-*', maxBytes: 1 << 18 }],
  *parse(_path, bytes): Generator<CatalogRow> {
    const value = decodeText(bytes)
    if (value.trim() === '') yield unknownRow('an empty Dockerfile')
    else yield { kind: 'property', name: 'dockerfile', value }
  },
}

/** Reads which repository a list of contents names for the image itself. */
export const redHatContents: Cataloger = {
  id: 'red-hat-contents',
  version: 1,
  ecosystem: 'red-hat',
  describes: 'contents that the build system of Red Hat lists in images',
  files: [{ glob: 'root/buildinfo/content_manifests/*.json', maxBytes: 16 << 20 }],
  *parse(_path, bytes): Generator<CatalogRow> {
    const { value, problem } = parseJson(bytes)
    const list = asObject(value)
    if (list === null) {
      yield unknownRow(problem ?? 'the list holds no object')
      return
    }
    const sources = new Set<string>()
    for (const each of asArray(list.get('image_contents')).slice(0, MOST)) {
      const purl = asText(asObject(each)?.get('purl'))
      if (/^pkg:(?:github|bitbucket)\//.test(purl) && purl.length <= 2048) sources.add(purl)
    }
    for (const purl of sources) yield { kind: 'property', name: 'source', value: purl }
  },
}
