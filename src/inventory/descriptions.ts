// The tracked description of an audit as rows: revisions, instructions, references, commands,
// package requests, copies, and differences of the work tree.
import type {
  AuditResult,
  BuildDefinition,
  Command,
  Description,
  Dockerfile,
  Instruction,
  RevisionFact,
} from '../core/index.ts'
import { isAutomated, nameOf, parseReference } from '../core/index.ts'
import type { Store } from './store.ts'

/** Writes all rows of a description. In a transaction. */
export function writeDescription(
  store: Store,
  image_id: number,
  description: Description,
  result: AuditResult,
): void {
  const { dockerfile } = description
  writeHead(store, image_id, description, result)
  const built = builtStages(dockerfile)
  for (const instruction of dockerfile.instructions) {
    writeInstruction(store, image_id, dockerfile, instruction, built.has(instruction.stage))
    writeFrom(store, image_id, dockerfile, instruction)
    writeCopies(store, image_id, dockerfile, instruction)
  }
  writeBuilds(store, image_id, description, result)
  for (const command of description.commands) writeCommand(store, image_id, command)
  for (const [position, request] of description.requests.entries()) {
    const { instruction, command, line, manager, action, name, constraint, pinned } = request
    const row = { instruction, command, line, manager, action, name, pinned }
    const options = JSON.stringify(request.options)
    const more = { constraint_text: constraint, options }
    store.insert('audit_request', { image_id, position, ...row, ...more })
  }
  for (const [position, { path, state }] of description.workTree.entries()) {
    store.insert('audit_context_file', { image_id, position, path, state })
  }
}

/** Writes the builds of the tracked build files. In a transaction. */
function writeBuilds(
  store: Store,
  image_id: number,
  { builds }: Description,
  result: AuditResult,
): void {
  const found = new Map(
    result.description?.builtBy.map((one) => [buildKey(one), one.automated] as const),
  )
  const rows = builds.definitions.map((one) => ({
    ...{ file: one.file, line: one.line, tool: one.tool, name: one.name, command: one.command },
    automated: found.get(buildKey(one)) ?? isAutomated(one),
    builds: found.has(buildKey(one)),
  }))
  const unread = builds.unread.map(({ file, line, what, automated }) => ({
    ...{ file, line, tool: '', name: '', command: what, automated, builds: null },
  }))
  for (const [position, row] of [...rows, ...unread].entries()) {
    store.insert('audit_build', { image_id, position, ...row })
  }
}

function buildKey({ file, line, name, command }: BuildKey): string {
  return JSON.stringify([file, line, name, command])
}

type BuildKey = Pick<BuildDefinition, 'file' | 'line' | 'name' | 'command'>

/** Writes the commits that something named. In a transaction. */
export function writeRevisions(
  store: Store,
  image_id: number,
  revisions: readonly RevisionFact[],
): void {
  for (const [position, { from, text, commit, state, dirty }] of revisions.entries()) {
    const row = { position, source: from, text, commit_id: commit, state, dirty }
    store.insert('audit_revision', { image_id, ...row })
  }
}

/** Writes what the image says of its description. In a transaction. */
export function writeClaims(
  store: Store,
  image_id: number,
  { claims, attestations }: Pick<AuditResult, 'claims' | 'attestations'>,
): void {
  for (const [position, { from, ...claim }] of claims.entries()) {
    store.insert('audit_claim', { image_id, position, source: from, ...claim })
  }
  for (const [position, attestation] of attestations.entries()) {
    const { digest, predicateType: predicate_type, trust, note } = attestation
    store.insert('audit_attestation', { image_id, position, digest, predicate_type, trust, note })
  }
}

function writeHead(
  store: Store,
  image_id: number,
  description: Description,
  result: AuditResult,
): void {
  const { repository, revision, commitDate, dockerfilePath, dockerfileState } = description
  const target = description.dockerfile.stages[description.dockerfile.target]
  store.insert('audit_description', {
    image_id,
    repository,
    revision: revision.text,
    commit_id: revision.commit,
    commit_date: commitDate,
    dockerfile: dockerfilePath,
    dockerfile_state: dockerfileState,
    context: description.context,
    target: stageName(target),
    how: result.description?.how ?? '',
  })
}

function writeInstruction(
  store: Store,
  image_id: number,
  dockerfile: Dockerfile,
  instruction: Instruction,
  inTarget: boolean,
): void {
  const { position, stage, keyword, line, endLine, raw, text, expanded, flags, json } = instruction
  store.insert('audit_instruction', {
    image_id,
    position,
    stage,
    stage_name: dockerfile.stages[stage]?.name ?? '',
    in_target: inTarget,
    keyword,
    line,
    end_line: endLine,
    raw,
    text,
    expanded,
    flags: JSON.stringify(flags),
    is_json: json !== null,
  })
}

/** The target, and every stage that it builds on, copies from or mounts; ARGs before the first FROM. */
function builtStages(dockerfile: Dockerfile): ReadonlySet<number> {
  const built = new Set<number>([-1])
  const open = [dockerfile.target]
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    if (built.has(stage)) continue
    built.add(stage)
    const base = dockerfile.stages[stage]?.base
    if (base?.kind === 'stage') open.push(base.stage)
    for (const instruction of dockerfile.instructions) {
      if (instruction.stage === stage) open.push(...stagesUsedBy(instruction))
    }
  }
  return built
}

function stagesUsedBy({ copy, mounts }: Instruction): number[] {
  const sources = [copy?.from, ...mounts.map((mount) => mount.from)]
  return sources.flatMap((from) => (from?.kind === 'stage' ? [from.stage] : []))
}

function writeFrom(
  store: Store,
  image_id: number,
  dockerfile: Dockerfile,
  instruction: Instruction,
): void {
  const stage = dockerfile.stages[instruction.stage]
  if (instruction.keyword !== 'FROM' || stage?.base.kind !== 'image') return
  store.insert('audit_from', {
    image_id,
    instruction: instruction.position,
    stage: stage.index,
    line: stage.line,
    reference: stage.base.reference,
    ...parseReference(stage.base.reference),
    platform: stage.platform,
    from_argument: instruction.text.includes('$'),
    undeclared: JSON.stringify(instruction.undeclared),
  })
}

function writeCopies(
  store: Store,
  image_id: number,
  dockerfile: Dockerfile,
  instruction: Instruction,
): void {
  const { copy, keyword, line } = instruction
  if (copy === null) return
  const { from, destination, checksum } = copy
  const stage = from?.kind === 'stage' ? dockerfile.stages[from.stage] : undefined
  const fromName = from === null ? '' : from.kind === 'image' ? from.reference : stageName(stage)
  for (const [position, source] of copy.sources.entries()) {
    store.insert('audit_copy', {
      image_id,
      instruction: instruction.position,
      position,
      line,
      keyword,
      source,
      destination,
      from_kind: from?.kind ?? 'context',
      from_name: fromName,
      checksum,
      is_url: keyword === 'ADD' && /^(https?|git|ssh):\/\/|^git@/i.test(source),
    })
  }
}

function stageName(stage: Dockerfile['stages'][number] | undefined): string {
  return stage === undefined ? '' : stage.name || String(stage.index)
}

function writeCommand(store: Store, image_id: number, command: Command): void {
  const { instruction, position, line, words, conditional, pipeline, pipelineIndex, text } = command
  store.insert('audit_command', {
    image_id,
    instruction,
    position,
    line,
    name: nameOf(words[0] ?? ''),
    words: JSON.stringify(words),
    conditional,
    pipeline,
    pipeline_index: pipelineIndex,
    text,
  })
}
