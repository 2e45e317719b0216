// The makers whose images no Dockerfile describes, one file each. Adding one is one file and one line here.
import { apko } from './apko.ts'
import { bazel } from './bazel.ts'
import { buildpacks } from './buildpacks.ts'
import { debuerreotype } from './debuerreotype.ts'
import { jib } from './jib.ts'
import { ko } from './ko.ts'
import { nix } from './nix.ts'
import type { MakerDialect } from './profile.ts'
import { umoci } from './umoci.ts'

/** All of them; their marks exclude each other. */
export const MAKERS: readonly MakerDialect[] = [
  apko,
  bazel,
  buildpacks,
  debuerreotype,
  jib,
  ko,
  nix,
  umoci,
]
