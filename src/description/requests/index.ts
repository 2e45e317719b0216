// Requests to package managers, found in the words of commands. One file a family of managers.
import { type Command, nameOf, type PackageRequest } from '../../core/index.ts'
import { apk } from './apk.ts'
import { apt } from './apt.ts'
import type { Reader } from './manager.ts'
import { npm } from './npm.ts'
import { pip } from './pip.ts'
import { yum } from './yum.ts'

const READERS: readonly Reader[] = [apt, apk, npm, pip, yum]

/** What commands ask package managers for, in their order. */
export function packageRequests(commands: readonly Command[]): PackageRequest[] {
  return commands.flatMap(requestsOf)
}

function requestsOf(command: Command): PackageRequest[] {
  const { instruction, position, line, words, dynamic } = command
  if (dynamic[0] === true) return []
  const program = nameOf(words[0] ?? '')
  const reader = READERS.find((one) => one.reads(program))
  const asks = reader?.read({ words, dynamic }) ?? []
  return asks.map((ask) => ({ instruction, command: position, line, ...ask }))
}
