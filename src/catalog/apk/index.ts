// Alpine packages: apk's database (wiki.alpinelinux.org/wiki/Apk_spec).
import type { Cataloger } from '../cataloger.ts'
import { apkInstalled, apkWorld } from './installed.ts'

export { assembleApk } from './assemble.ts'

/** Catalogers of apk packages. */
export const APK_CATALOGERS: readonly Cataloger[] = [apkInstalled, apkWorld]
