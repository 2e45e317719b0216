// The shape of assay.yaml. docs/schema/assay-yaml.schema.json is made from it.
import { z } from 'zod'

const word = (what: string) => z.string({ error: `expected ${what}` }).min(1, `expected ${what}`)
const path = (what: string) => word(what).max(4096, 'longer than 4096 characters')

/** Most entries of any list of the file. */
const MAX_ITEMS = 10_000

/** A name of an image, with wildcards. */
const pattern = word('a pattern of image names, like registry.example/team/*').max(
  1024,
  'longer than 1024 characters',
)

// An editor reads `PORT: 8080` as a number; Assay reads the text that stands there.
const value = z.union([z.string(), z.number(), z.boolean()], { error: 'expected a text' })

const image = z.strictObject(
  {
    match: z
      .union([pattern, z.array(pattern).min(1, 'expected at least one pattern').max(MAX_ITEMS)], {
        error: 'expected a pattern of image names, or a list of them',
      })
      .describe(
        'Image names: `*` stays within a part, `**` does not; a name without a tag is any tag of it.',
      ),
    repository: path('the repository: a folder, a bundle or a URL').describe(
      'Repository of the description: a clone, a bare repository or a bundle, relative to this file, or the URL of one of `repositories`.',
    ),
    revision: word('a commit, tag or branch')
      .optional()
      .describe('Commit, tag or branch; without it what the image says, else HEAD.'),
    dockerfile: path('a path').optional().describe('Dockerfile, relative to the context.'),
    context: path('a path').optional().describe('Build context, relative to the repository.'),
    target: word('the name of a stage').optional().describe('Stage that is built.'),
    arguments: z
      .record(
        z
          .string()
          .regex(
            /^[A-Za-z_][A-Za-z0-9_]*$/,
            'expected the name of a build argument: letters, digits and _',
          ),
        value,
        { error: 'expected a mapping of build arguments, like VERSION: "1.2"' },
      )
      .optional()
      .describe('Values of build arguments.'),
    base: path('a path')
      .optional()
      .describe('The base image, as an archive or layout on disk, relative to this file.'),
    platform: z
      .string({ error: 'expected OS/ARCHITECTURE[/VARIANT], like linux/arm64' })
      .regex(
        /^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9]+)?$/,
        'expected OS/ARCHITECTURE[/VARIANT], like linux/arm64',
      )
      .optional()
      .describe('Only images of this platform.'),
  },
  { error: 'expected a mapping with `match` and `repository`' },
)

const artifact = z.strictObject(
  {
    path: path('a pattern of paths in the build context, like target/*.jar').describe(
      'Paths in the build context, as in .dockerignore: target/*.jar, dist, **/*.whl.',
    ),
    by: word('the tracked job or command that makes it, like .github/workflows/build.yml#build')
      .max(1024, 'longer than 1024 characters')
      .describe(
        'The tracked job or command that makes it: .github/workflows/build.yml#build, mvn package.',
      ),
    repository: path('a repository').optional().describe('Only in this repository.'),
  },
  { error: 'expected a mapping with `path` and `by`' },
)

/** The whole file. */
export const POLICY_SCHEMA = z.strictObject(
  {
    images: z
      .array(image, { error: 'expected a list of mappings with `match` and `repository`' })
      .max(MAX_ITEMS)
      .optional()
      .describe('Which description images are built from. The first entry that matches counts.'),
    repositories: z
      .array(path('a folder, a clone or a bundle'), {
        error: 'expected a list of folders, clones or bundles',
      })
      .max(MAX_ITEMS)
      .optional()
      .describe(
        'Repositories to search, relative to this file: clones, bundles, or folders of them.',
      ),
    artifacts: z
      .array(artifact, { error: 'expected a list of mappings with `path` and `by`' })
      .max(MAX_ITEMS)
      .optional()
      .describe('Files that a tracked job makes before the build.'),
  },
  { error: 'expected a mapping with images, repositories or artifacts' },
)

/** The file after it was checked. */
export type PolicyText = z.infer<typeof POLICY_SCHEMA>

/** Keys that later versions are going to read: named, so that nobody takes them for typing errors. */
export const PLANNED_KEYS: readonly string[] = [
  'severities',
  'parameters',
  'vendor',
  'sbom',
  'waivers',
  'rules',
  'include',
  'baseline',
]

/** The JSON Schema of the file, for editors. */
export function policyJsonSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:assay:schema:assay-yaml',
    title: 'assay.yaml',
    description:
      'What Assay cannot see in an image: where its description is, and what makes its artifacts.',
    ...z.toJSONSchema(POLICY_SCHEMA, { io: 'input' }),
  }
}
