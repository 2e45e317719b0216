// Where a package.json lies, and what that makes of it. A package is installed when every step of
// its path from the tree's root is `node_modules/<name>` or `node_modules/@scope/<name>`; pnpm adds
// `node_modules/.pnpm/<id>` steps. Anything else below node_modules is a package's own content:
// fixtures, templates, entry points without a version, copies that a bundler made.

/** A folder with a package.json, placed. */
export type NpmPlace =
  | {
      readonly kind: 'package'
      readonly folder: string
      readonly root: string
      readonly name: string
    }
  | { readonly kind: 'bundled'; readonly folder: string; readonly name: string }
  | { readonly kind: 'outside'; readonly folder: string }
  | { readonly kind: 'content' }

const NODE_MODULES = 'node_modules/'

/** What the package.json at this path stands for. */
export function placeOf(path: string): NpmPlace {
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
  const first = folder.startsWith(NODE_MODULES) ? 0 : folder.indexOf(`/${NODE_MODULES}`) + 1
  if (first === 0 && !folder.startsWith(NODE_MODULES)) return { kind: 'outside', folder }
  const steps = folder
    .slice(first + NODE_MODULES.length)
    .split('/node_modules/')
    .map(stepName)
  const name = steps.at(-1) ?? ''
  if (name === '' || name === STORE) return { kind: 'content' }
  if (steps.includes('')) return { kind: 'bundled', folder, name }
  return { kind: 'package', folder, root: first === 0 ? '' : folder.slice(0, first - 1), name }
}

const STORE = '.pnpm'

/** The package name of one step; '' when the step is no package folder. */
function stepName(step: string): string {
  if (/^\.pnpm\/[^/]+$/.test(step)) return STORE
  return isPackageName(step) ? step : ''
}

function isPackageName(step: string): boolean {
  const slash = step.indexOf('/')
  if (step.startsWith('@'))
    return slash > 1 && slash < step.length - 1 && step.indexOf('/', slash + 1) < 0
  return slash < 0 && step !== '' && !step.startsWith('.')
}
