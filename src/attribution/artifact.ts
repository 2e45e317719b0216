// Files that a tracked job makes before the build: what the user declared of them, and how to declare them.
import type { ViewFile } from '../inventory/index.ts'
import type { ArtifactAnswer } from './artifact-answer.ts'
import { newPrivilege } from './judge-package.ts'
import type { Judgement, Scene } from './scene.ts'
import { explained, isPrivileged, shared } from './scene.ts'

const NOTHING: ArtifactAnswer = { declared: null, hint: '' }

/** What is known of a file of a layer. */
export function artifactAt(file: ViewFile, scene: Scene): ArtifactAnswer {
  const { destination, overlay, work, artifactOf } = scene
  if (artifactOf === null || destination === null || work.instruction === null) return NOTHING
  return artifactOf(work.instruction, {
    path: file.path,
    destination,
    isFile: (path) => overlay.get(path)?.kind === 'file',
  })
}

/** The judgement on a file that a declared job makes; null for any other. */
export function judgeArtifact(
  file: ViewFile,
  scene: Scene,
  { declared }: ArtifactAnswer,
): Judgement | null {
  // The history's hash says that the build was given tracked files and nothing else.
  if (declared === null || scene.builtAsTracked) return null
  if (isPrivileged(file)) return newPrivilege(file, scene)
  const evidence = shared(`made by ${declared.by}, as ${declared.where} says`)
  return explained('artifact', 'claimed', declared.by, evidence)
}
