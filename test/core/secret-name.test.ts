import { expect, it } from 'vitest'
import { isSecretName } from '../../src/core/index.ts'

it.each([
  ...['DB_PASSWORD', 'passphrase', 'PGPASS', 'CLIENT_SECRET', 'NPM_TOKEN', 'AWS_CREDENTIALS'],
  ...['API_KEY', 'APIKEY', 'KEY', 'SIGNING_KEY_FILE', 'accessKey', 'PRIVATE_PEM', 'BASIC_AUTH'],
])('%s may be a secret', (name) => {
  expect(isSecretName(name)).toBe(true)
})

it.each(['MONKEY', 'KEYBOARD', 'PORT', 'LANG', 'NODE_ENV', 'VERSION', ''])('%s is none', (name) => {
  expect(isSecretName(name)).toBe(false)
})
