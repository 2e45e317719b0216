// The Python application of the builder tests: wheels that the host's pip has fetched, served by the proxy under
// the public addresses, and installed by pip inside the image.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '../support/image.ts'
import { baseNames } from './bases.ts'
import { run } from './engine.ts'
import type { PackageProxy } from './packages.ts'
import type { CommitPlan } from './repositories.ts'

const index = 'http://pypi.org/simple'
const files = 'http://files.pythonhosted.org/packages'
const hosts = ['pypi.org', 'files.pythonhosted.org']

/** The command that installs from the public addresses, without TLS so that the proxy can answer for them. */
export const pipInstall = [
  'pip install --no-cache-dir --break-system-packages --no-deps --root-user-action=ignore',
  ...['--disable-pip-version-check', `--index-url ${index}`],
  ...hosts.map((host) => `--trusted-host ${host}`),
].join(' ')

/** Fetches the wheels with the host's pip and lets the proxy answer for them. */
async function serveWheels(proxy: PackageProxy, requirements: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-wheels-'))
  try {
    const words = ['download', '--quiet', '--disable-pip-version-check', '--no-deps', '--dest']
    const wheels = ['--only-binary', ':all:', ...requirements]
    await run('pip3', [...words, folder, ...wheels])
    for (const file of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, file))
      const name = file.slice(0, file.indexOf('-')).toLowerCase()
      const link = `<a href="${files}/${file}#sha256=${sha256(bytes)}">${file}</a>`
      proxy.own.set(`${index}/${name}/`, Buffer.from(`<!doctype html>\n${link}\n`))
      proxy.own.set(`${files}/${file}`, bytes)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const dockerfile = `FROM ${baseNames.python}
WORKDIR /srv/words
COPY requirements.txt ./
RUN ${pipInstall} -r requirements.txt
COPY words/ words/
USER nobody
CMD ["python3", "-m", "words"]
`

/** Python with pip: two pinned wheels, tracked modules. */
export async function pythonApp(proxy: PackageProxy): Promise<readonly CommitPlan[]> {
  await serveWheels(proxy, ['six==1.16.0', 'idna==3.7', 'toml==0.10.2'])
  return [
    {
      message: 'Words',
      files: {
        Dockerfile: dockerfile,
        '.dockerignore': '.git\n**/__pycache__\n',
        'requirements.txt': 'six==1.16.0\nidna==3.7\n',
        'words/__init__.py': '"""Words of the day."""\n',
        'words/__main__.py': 'import time\n\ntime.sleep(3600)\n',
      },
    },
    { message: 'A word', files: { 'words/today.txt': 'assay\n' } },
  ]
}
