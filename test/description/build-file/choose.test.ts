// Which build made an image, and which builds make the image of a Dockerfile.
import { describe, expect, it } from 'vitest'
import type { BuildDefinition } from '../../../src/core/index.ts'
import { buildsOf } from '../../../src/description/build-file/built-by.ts'
import { chooseBuild, namesImage } from '../../../src/description/build-file/choose.ts'

function build(more: Partial<BuildDefinition>): BuildDefinition {
  return {
    file: 'compose.yaml',
    line: 1,
    tool: 'compose',
    name: 'web',
    command: 'build:',
    images: [],
    dockerfile: 'Dockerfile',
    context: '',
    target: null,
    arguments: {},
    secrets: [],
    dynamic: [],
    through: null,
    ...more,
  }
}

describe('the name of a build', () => {
  it.each([
    ['shop/web', 'shop/web:1', 'same'],
    ['docker.io/shop/web:2', 'shop/web:1', 'same'],
    ['library/web', 'web', 'same'],
    ['registry.example/shop/web', 'web:ci', 'similar'],
    ['shop/web', 'shop/webs', 'other'],
    ['shop/web', 'web/shop', 'other'],
    [`$CI_REGISTRY_IMAGE/web:$TAG`, 'registry.example/shop/web:1', 'same'],
    [`ghcr.io/\${{ github.repository }}/web`, 'ghcr.io/a/b/web:1', 'same'],
    [`ghcr.io/\${{ github.repository }}`, 'ghcr.io/a/b:1', 'unknown'],
    [`\${IMAGE:-shop/web}`, 'shop/web', 'unknown'],
    [`registry:5000/app-\${STAGE}`, 'registry:5000/app-dev:1', 'same'],
    [`registry:5000/app-\${STAGE}`, 'registry:5000/tool-dev:1', 'other'],
  ])('%s against %s: %s', (image, name, expected) => {
    expect(namesImage(build({ images: [image] }), name)).toBe(expected)
  })
})

describe('the chosen build', () => {
  const web = build({ images: ['shop/web'], dockerfile: 'web/Dockerfile', context: 'web' })
  const job = build({ images: ['shop/job'], dockerfile: 'job/Dockerfile', context: 'job' })
  const chosen = (
    definitions: readonly BuildDefinition[],
    names: readonly string[],
    hasDefault = true,
  ) => {
    const result = chooseBuild(definitions, names, hasDefault)
    return result.kind === 'one' ? result.definition.dockerfile : result.kind
  }

  it('has the name of the image; a name in full goes before the last part of one', () => {
    const other = { ...job, images: ['other/web'] }
    expect(chosen([other, web], ['shop/web:1'])).toBe('web/Dockerfile')
    expect(chosen([job, web], ['registry.example/x/job:1'])).toBe('job/Dockerfile')
    expect(chosen([other, web], ['web'])).toBe('ambiguous')
  })

  it('is not told by the last part of a name where another build may have the whole', () => {
    const unnamed = { ...job, images: [`ghcr.io/\${{ github.repository }}`] }
    expect(chosen([web, unnamed], ['registry.example/x/web'])).toBe('ambiguous')
    expect(chosen([web, unnamed], ['shop/web'])).toBe('web/Dockerfile')
  })

  it('may be described by several files', () => {
    const again = { ...web, file: '.gitlab-ci.yml', dynamic: ['arguments.X'] }
    const result = chooseBuild([again, web], ['shop/web'], true)
    expect(result).toMatchObject({ kind: 'one', definition: { file: 'compose.yaml' } })
  })

  it('is the only one, unless it has another name and a Dockerfile is at the root', () => {
    expect(chosen([web], [])).toBe('web/Dockerfile')
    expect(chosen([{ ...web, images: [] }], ['x'])).toBe('web/Dockerfile')
    expect(chosen([web], ['x'])).toBe('none')
    expect(chosen([web], ['x'], false)).toBe('web/Dockerfile')
  })

  it('is none of several, and none of what is not known', () => {
    expect(chosen([web, job], ['x'], false)).toBe('ambiguous')
    expect(chosen([{ ...web, context: null }], ['shop/web'])).toBe('none')
    expect(chosen([{ ...web, dockerfile: null }], ['shop/web'])).toBe('none')
    expect(chosen([], [])).toBe('none')
  })
})

describe('the builds of a Dockerfile', () => {
  const web = build({ name: 'web', file: 'docker-bake.json', tool: 'bake' })
  const group = build({
    ...{ name: 'default', file: 'docker-bake.json', tool: 'bake', dockerfile: null },
    through: { files: ['docker-bake.json'], targets: ['web'] },
  })
  const ci = (targets: readonly string[]) =>
    build({
      ...{ name: 'ci', file: 'ci.yml', tool: 'github-actions', dockerfile: null },
      through: { files: ['docker-bake.json', 'missing.json'], targets },
    })
  const found = (...definitions: BuildDefinition[]) =>
    buildsOf({ definitions, unread: [] }, { dockerfile: 'Dockerfile', context: '' }).map(
      ({ definition, automated }) => `${definition.name}${automated ? ' by CI' : ''}`,
    )

  it('are those of CI first, also through groups', () => {
    expect(found(web, group, ci(['default']))).toEqual(['ci by CI', 'web'])
    expect(found(web, ci([]))).toEqual(['ci by CI', 'web'])
    expect(found(web, ci(['other']))).toEqual(['web'])
  })

  it('end where groups hold themselves', () => {
    const loop = { ...group, through: { files: ['docker-bake.json'], targets: ['default'] } }
    expect(found(loop, ci(['default']))).toEqual([])
  })

  it('are not those of the same Dockerfile in another context', () => {
    expect(found({ ...web, context: 'sub' })).toEqual([])
    expect(found({ ...web, context: null })).toEqual(['web'])
  })
})
