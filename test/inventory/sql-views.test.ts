import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openInventory, renderSchemaDocs, VIEWS } from '../../src/inventory/index.ts'
import { temporaryFolder } from '../support/inventory.ts'

const root = join(import.meta.dirname, '../..')

/** What rules and reports rely on: removing a column is a new schema of the views. */
const PROMISED: Readonly<Record<string, string>> = {
  image:
    'image reference manifest os architecture variant created author layers history_entries verdict makers',
  label: 'image key value inherited',
  setting: 'image name value position',
  layer: 'image position diff_id blob media_type size entries',
  step: 'image position history created_by created comment author layer alignment maker instruction line text reason',
  file: 'image path kind mode uid gid size mtime target sha256 git_blob layer flags',
  origin: 'image path kind size origin strength layer step owner evidence',
  installed_package:
    'image type namespace name version architecture purl source_name source_version scope requested licences maintainer layer evidence location',
  package_dependency: 'image purl dependency kind satisfied_by',
  owned_file: 'image purl path real_path algorithm digest state configuration',
  distribution: 'image id version_id codename pretty_name',
  change:
    'image position kind subject path origin layer step line owner expected found evidence folded',
  description:
    'image repository revision commit_id commit_date dockerfile dockerfile_state context target how',
  revision: 'image source text commit_id state dirty',
  instruction:
    'image position stage stage_name in_target keyword line end_line raw text expanded flags is_json',
  from_reference:
    'image instruction stage line reference registry repository tag digest platform from_argument undeclared',
  command: 'image instruction position line name words conditional pipeline pipeline_index text',
  request: 'image instruction command line manager action name constraint_text pinned options',
  copy_source:
    'image instruction line keyword source destination from_kind from_name checksum is_url',
  context_file: 'image path state',
  base: 'image reference config layers how strength',
  unknown: 'image subject place reader reason weight',
  maker: 'image maker',
}

test.each(VIEWS.map((view) => [view.name, view] as const))('%s can be asked', (name, view) => {
  const inventory = openInventory(join(temporaryFolder(), 'inventory.db'))
  const columns = Object.keys(view.columns)
  expect(inventory.query(`SELECT ${columns.join(', ')} FROM ${name}`)).toEqual([])
  const told = inventory.query(`SELECT name FROM pragma_table_info('${name}')`)
  expect(told.map((row) => row['name'])).toEqual(columns)
  for (const sentence of [view.describes, ...Object.values(view.columns)]) {
    expect(sentence).toMatch(/\S.*[.…]$/)
  }
  inventory.close()
})

test.each(Object.entries(PROMISED))('%s has the promised columns', (name, columns) => {
  const view = VIEWS.find((item) => item.name === name)
  expect(Object.keys(view?.columns ?? {})).toEqual(expect.arrayContaining(columns.split(' ')))
})

test('docs/schema.md is up to date (npm run build && node scripts/generate-docs.mjs)', () => {
  expect(readFileSync(join(root, 'docs/schema.md'), 'utf8')).toBe(renderSchemaDocs())
})
