import { describe, expect, it } from 'vitest'
import { PackageGraph } from '../../src/attribution/package-graph.ts'
import type { Dependency, InstalledPackage } from '../../src/core/index.ts'
import { debPackage } from '../support/inventory.ts'

const needs = (kind: Dependency['kind'], ...alternatives: string[]): Dependency => ({
  kind,
  text: alternatives.join(' | '),
  alternatives,
})
const graphOf = (packages: readonly InstalledPackage[]) => new PackageGraph(packages, 'deb')
const namesOf = (items: Iterable<InstalledPackage>) => [...items].map(({ name }) => name).sort()

describe('the packages of an image', () => {
  const web = debPackage('web', '1', {
    dependencies: [needs('depends', 'lib', 'old-lib'), needs('optional', 'docs')],
  })
  const lib = debPackage('lib', '1', { dependencies: [needs('pre-depends', 'virtual')] })
  const real = debPackage('real', '1', { provides: ['virtual (= 2)'] })
  const docs = debPackage('docs', '1')
  const left = debPackage('removed', '1', { scope: 'residual' })
  const graph = graphOf([web, lib, real, docs, left])

  it('are found by name, by what they provide, with an architecture and by pattern', () => {
    expect(namesOf(graph.named('web'))).toEqual(['web'])
    expect(namesOf(graph.named('virtual'))).toEqual(['real'])
    expect(namesOf(graph.named('web:amd64'))).toEqual(['web'])
    expect(namesOf(graph.named('?e*'))).toEqual(['real', 'web'].filter((name) => name[1] === 'e'))
    expect(namesOf(graph.named('removed'))).toEqual([])
    expect(namesOf(graph.named('none'))).toEqual([])
  })

  it('are needed through each other', () => {
    expect(namesOf(graph.needed([web], true))).toEqual(['docs', 'lib', 'real', 'web'])
    expect(namesOf(graph.needed([web], false))).toEqual(['lib', 'real', 'web'])
    expect(namesOf(graph.needed([], true))).toEqual([])
  })

  it('may need each other in a circle, and a hundred thousand times', () => {
    const many = Array.from({ length: 150_000 }, () => needs('depends', 'b'))
    const a = debPackage('a', '1', { dependencies: many })
    const b = debPackage('b', '1', { dependencies: [needs('depends', 'a')] })
    expect(namesOf(graphOf([a, b]).needed([a], true))).toEqual(['a', 'b'])
  })

  it('are matched by a pattern of many stars in a moment', () => {
    const long = debPackage('a'.repeat(5_000), '1')
    const started = performance.now()
    expect(graphOf([long]).named(`${'*a'.repeat(2_000)}b`)).toEqual([])
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
