// Writes the images of the builder tests and their truth into a folder that stays.
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeCases } from './images.ts'

/** Makes the cases below the folder, all or those of the parts named, and lists them in cases.json there. */
export async function main(folder: string, ...parts: readonly string[]): Promise<void> {
  const cases = await makeCases(resolve(folder), parts)
  writeFileSync(join(folder, 'cases.json'), `${JSON.stringify(cases, null, 2)}\n`)
  console.log(`${cases.length} cases in ${folder}`)
}
