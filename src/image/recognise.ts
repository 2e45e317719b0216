// What an archive is, by what stands in its root; and for what is no image, its name and what to do.
import { type AssayError, sourceError } from '../core/index.ts'
import { GIVE_AN_IMAGE, type Store } from './store/store.ts'

/** The two containers of images; an archive may be both (`docker save` since version 25). */
export interface Recognised {
  readonly docker: boolean
  readonly layout: boolean
}

const SYSTEM_FOLDERS = ['bin', 'dev', 'etc', 'lib', 'proc', 'sbin', 'sys', 'usr', 'var']

/**
 * Which containers of images an archive is.
 * @throws AssayError `source` that says what it is instead, when it is none.
 */
export function recognise(store: Store): Recognised {
  const docker = store.top.has('manifest.json')
  // apko puts an index.json into its docker archives, and no blob where a layout has its blobs
  const blobs = store.top.has('blobs') || store.top.has('oci-layout')
  const layout = store.top.has('index.json') && (blobs || !docker)
  if (docker || layout) return { docker, layout }
  throw notAnImage(store)
}

function notAnImage(store: Store): AssayError {
  const { where, top } = store
  const doubt = store.suspicion === '' ? '' : ` (${store.suspicion})`
  if (top.size === 0) return sourceError(`it has no files${doubt}`, { where, hint: GIVE_AN_IMAGE })
  if (top.has('Files') && (top.has('Hives') || store.size('Files/License.txt') !== null))
    return sourceError(`it is the file system of a Windows container, not an image${doubt}`, {
      where,
      hint: 'Save the image itself: docker save IMAGE -o FILE',
    })
  if (SYSTEM_FOLDERS.filter((folder) => top.has(folder)).length >= 3)
    return sourceError(
      'it is a root file system, not an image: it has neither history nor settings',
      {
        where,
        hint: 'docker export and buildx type=tar write such files: use docker save or type=oci, or docker import it first.',
      },
    )
  if (top.has('repositories'))
    return sourceError(`it is a docker archive without manifest.json${doubt}`, {
      where,
      hint: 'Docker before 1.10 wrote such archives: load it once and save it again.',
    })
  if (top.has('oci-layout') || top.has('blobs'))
    return sourceError(`it is an image layout without index.json${doubt}`, {
      where,
      hint: 'Copy or save the image again.',
    })
  return otherThing(store, doubt)
}

function otherThing(store: Store, doubt: string): AssayError {
  const { where, top } = store
  for (const folder of top) {
    if (['index.json', 'manifest.json'].some((name) => store.size(`${folder}/${name}`) !== null))
      return sourceError(`the image lies in its folder ${JSON.stringify(folder)}`, {
        where,
        hint: 'Give that folder, or pack its content without the folder around it.',
      })
  }
  return sourceError(
    `it is neither a docker archive nor an OCI image layout: no manifest.json, no index.json${doubt}`,
    { where, hint: GIVE_AN_IMAGE },
  )
}
