import { describe, expect, it } from 'vitest'
import { readRequirements } from '../../src/attribution/listed-names.ts'

describe('a requirements file', () => {
  it('names packages and further files', () => {
    const text = [
      '# the web',
      'Flask_Login==0.6.3  # pinned',
      'zope.interface>=5,<6; python_version > "3"',
      'uvicorn[standard] ~= 0.30',
      'requests == 2.32.3 \\',
      '    --hash=sha256:aa \\',
      '    --hash=sha256:bb',
      'x @ https://example.org/x.whl#sha256=cc',
      'bare',
      '',
      '-r more.txt',
      '--requirement=others.txt',
      '-c constraints.txt',
      '--index-url https://example.org/simple',
      '--require-hashes',
      '--no-binary :all:',
    ].join('\r\n')
    expect(readRequirements(text)).toEqual({
      names: ['flask-login', 'zope-interface', 'uvicorn', 'requests', 'x', 'bare'],
      files: ['more.txt', 'others.txt'],
    })
  })

  it.each([
    '-e .',
    './local',
    'git+https://example.org/x',
    'https://example.org/x.zip',
    '--unknown-option',
    '$NAME',
    'x.whl/..',
  ])('with %s is not known', (line) => {
    expect(readRequirements(`flask\n${line}\n`)).toBeNull()
  })
})
