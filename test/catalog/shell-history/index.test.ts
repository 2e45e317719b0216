import { describe, expect, it } from 'vitest'
import { shellHistory } from '../../../src/catalog/shell-history/index.ts'

function commandsIn(text: string): readonly string[] {
  const rows = [...shellHistory.parse('root/.bash_history', Buffer.from(text))]
  return rows.flatMap((row) => (row.kind === 'property' ? [row.value] : []))
}

describe('requests in a shell history', () => {
  it('are kept in order, whatever stands between them', () => {
    const text = [
      'cd /srv',
      'apt-get update',
      'apt-get install -y curl libpq5=15.3-0',
      '#1700000000',
      'sudo apk add --no-cache tini',
      'vi app.conf',
      ': 1700000001:0;pip install requests==2.31.0',
    ]
    expect(commandsIn(`${text.join('\n')}\n`)).toEqual([
      'apt-get install -y curl libpq5=15.3-0',
      'apk add --no-cache tini',
      'pip install requests==2.31.0',
    ])
  })

  it.each([
    ['pip install --index-url https://joe:hunter2@pypi.example/simple private', /hunter2|joe/],
    ['npm install --token=abcdef left-pad', /abcdef/],
    ['TOKEN=abcdef npm ci', /abcdef|TOKEN/],
    ['gem install rails --source http://u:p4ss@gems.example', /p4ss/],
    ['git clone https://joe:hunter2@example.org/x && apt install x', /hunter2/],
  ])('keep no secret: %s', (line, secret) => {
    expect(commandsIn(`${line}\n`).join('\n')).not.toMatch(secret)
  })

  it.each(['echo apt-get install x', 'man apt', 'apt-cache policy x', 'cat apk add', ''])(
    'are no requests: %s',
    (line) => {
      expect(commandsIn(`${line}\n`)).toEqual([])
    },
  )

  it('are bounded', () => {
    expect(commandsIn('apt install x\n'.repeat(5000)).length).toBeLessThanOrEqual(200)
  })

  it('keeps the bytes of histories out of the inventory', () => {
    expect(shellHistory.secret).toBe(true)
  })
})
