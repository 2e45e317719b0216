// yarn of both kinds, pnpm, corepack and bun.
import { describe, expect, it } from 'vitest'
import { asked, type Row } from './asked.ts'

describe('yarn, pnpm, corepack, bun', () => {
  it.each<Row>([
    ['yarn workspaces focus --production', ['yarn install  (focus, --production)']],
    ['yarn workspace app add left-pad@1.3.0', ['yarn install left-pad @1.3.0!']],
    ['yarn dlx create-vite@5.0.0 app', ['yarn install create-vite @5.0.0! (dlx)']],
    ['yarn set version 4.1.0', ['yarn install yarn @4.1.0! (set version)']],
    ['yarn set version stable', ['yarn install yarn @stable (set version)']],
    [
      'yarn install --immutable --immutable-cache',
      ['yarn install ! (--immutable, --immutable-cache)'],
    ],
    ['YARN_ENABLE_IMMUTABLE_INSTALLS=true yarn install', ['yarn install !']],
    ['yarn install --no-immutable', ['yarn install ']],
    ['yarn install --immutable=false', ['yarn install  (--immutable=false)']],
    [
      'yarn add --dev typescript@5.4.5 @types/node@^20 lodash',
      ['yarn install typescript @5.4.5!', 'yarn install @types/node @^20', 'yarn install lodash'],
    ],
    [
      'yarn up react && yarn upgrade --latest && yarn remove x',
      ['yarn upgrade react', 'yarn upgrade ', 'yarn remove x'],
    ],
    ['yarnpkg install --frozen-lockfile', ['yarn install ! (--frozen-lockfile)']],
    [
      'yarn run build && yarn build && yarn node x.js && yarn cache clean && yarn config set a b',
      [],
    ],
    [
      'yarn --cwd web install --frozen-lockfile --production=true',
      ['yarn install ! (--frozen-lockfile, --production=true)'],
    ],
    [
      'yarn add "x@$V" $DEPS \'y@npm:z@1.0.0\'',
      ['yarn install x @$V', 'yarn install $DEPS', 'yarn install y @npm:z@1.0.0!'],
    ],
    ['pnpm install --frozen-lockfile', ['pnpm install ! (--frozen-lockfile)']],
    ['pnpm i --no-frozen-lockfile', ['pnpm install  (--no-frozen-lockfile)']],
    ['pnpm install', ['pnpm install ']],
    ['CI=true pnpm install', ['pnpm install !']],
    [
      'pnpm fetch --prod && pnpm install -r --offline --frozen-lockfile',
      ['pnpm install ! (fetch, --prod)', 'pnpm install ! (--frozen-lockfile)'],
    ],
    ['pnpm add -g serve@14.2.1 pm2', ['pnpm install serve @14.2.1! (-g)', 'pnpm install pm2 (-g)']],
    ['pnpm dlx degit@2.8.4 x/y', ['pnpm install degit @2.8.4! (dlx)']],
    ['pnpm --filter app --prod deploy /out && pnpm build && pnpm run x && pnpm store prune', []],
    ['pnpm up --latest && pnpm rm x', ['pnpm upgrade ', 'pnpm remove x']],
    ['pnpm -C web add -D vite@latest', ['pnpm install vite @latest (-C web)']],
    ['pnpm add $PKG "x@$V"', ['pnpm install $PKG', 'pnpm install x @$V']],
    [
      'corepack enable && corepack prepare pnpm@8.15.4 --activate',
      ['corepack install pnpm @8.15.4!'],
    ],
    ['corepack prepare yarn@stable --activate', ['corepack install yarn @stable']],
    ['corepack yarn install --immutable', ['yarn install ! (--immutable)']],
    ['corepack use pnpm@9.x', ['corepack install pnpm @9.x']],
    ['corepack pnpm@9.1.0 install', []],
    [
      'npm ci && npm install --package-lock-only',
      ['npm install ! (ci)', 'npm install  (--package-lock-only)'],
    ],
    ['npm install && npm clean-install', ['npm install ', 'npm install ! (ci)']],
    [
      'bun install --frozen-lockfile && bun add zod',
      ['bun install ! (--frozen-lockfile)', 'bun install zod'],
    ],
  ])('%s', (run, expected) => {
    expect(asked(run, '', ['pnpm-lock.yaml'])).toEqual(expected)
  })
})
