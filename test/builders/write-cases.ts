// Writes the images of the builder tests and their truth into a folder that stays.
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeCases } from './images.ts'
import { gateParts } from './parts.ts'

/** Makes the cases of the gate below the folder, all or those of the parts named, and lists them in cases.json there. */
export async function main(folder: string, ...names: readonly string[]): Promise<void> {
  const parts = gateParts.filter(({ name }) => names.length === 0 || names.includes(name))
  const { cases, notBuilt } = await makeCases(resolve(folder), parts)
  writeFileSync(join(folder, 'cases.json'), `${JSON.stringify(cases, null, 2)}\n`)
  for (const one of notBuilt) console.log(`not built: ${one.cases.join(', ')}: ${one.reason}`)
  console.log(`${cases.length} cases in ${folder}`)
}
