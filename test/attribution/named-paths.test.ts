// Which paths the words of a step name, and which they only mention.
import { describe, expect, it } from 'vitest'
import { NamedPaths } from '../../src/attribution/named-paths.ts'
import { parseCommands, parseDockerfile } from '../../src/description/index.ts'

function named(run: string, workdir = '/', values: Record<string, string> = {}): NamedPaths {
  const dockerfile = parseDockerfile(`FROM x\nRUN ${run}\n`, { arguments: {}, target: null })
  return new NamedPaths(parseCommands(dockerfile), workdir, new Map(Object.entries(values)))
}

describe('a step', () => {
  it.each([
    ['an absolute path', 'rm -f /etc/app.conf', 'etc/app.conf'],
    ['a path behind an option', 'dd if=/dev/zero of=/etc/app.conf', 'etc/app.conf'],
    ['a redirection', 'echo x > /etc/app.conf', 'etc/app.conf'],
    ['a redirection that appends', 'echo x >>/etc/app.conf', 'etc/app.conf'],
    ['a path in the folder it goes to', 'cd /etc && sed -i s/a/b/ app.conf', 'etc/app.conf'],
    ['a file copied into a folder', 'install -m 755 build/tool /usr/bin', 'usr/bin/tool'],
    ['a pattern', 'chmod +x /usr/lib/lib*.so', 'usr/lib/libz.so'],
    ['a tree that it searches', 'find /usr -name "*.so" -exec strip {} ;', 'usr/lib/libz.so'],
    ['a tree that it rewrites', 'chown -R app /srv/app', 'srv/app/a/b'],
    ['a name in a folder that a variable holds', 'rm "$CONF_DIR/app.conf"', 'opt/conf/app.conf'],
    ['a path with ..', 'rm /etc/x/../app.conf', 'etc/app.conf'],
  ])('names %s', (_name, run, path) => {
    expect(named(run).names(path)).toBe(true)
  })

  it.each([
    ['a path of which the word is a part', 'rm /etc/app', 'etc/app.conf'],
    ['a path whose end the word is', 'rm app.conf', 'etc/app.conf'],
    ['what a command only reads', 'cat /etc/app.conf', 'etc/app.conf'],
    ['the name of a package', 'apt-get install -y app.conf && ls /etc', 'etc/app.conf'],
    ['the command itself', 'cd /usr/bin && curl https://x', 'usr/bin/curl'],
    ['everything below a folder that a file is copied to', 'cp a /usr/bin/', 'usr/bin/tar'],
    ['a neighbour of a pattern', 'rm /usr/lib/lib*.a', 'usr/lib/libz.so'],
    ['a tree of one level', 'rm -r /usr', 'usr/lib/libz.so'],
    ['an option', 'make --prefix', 'prefix'],
  ])('does not name %s', (_name, run, path) => {
    expect(named(run).names(path)).toBe(false)
  })

  it('reads relative paths in its working directory, and variables that the description gives', () => {
    expect(named('rm app.conf', '/etc').names('etc/app.conf')).toBe(true)
    expect(named('rm $DIR/app.conf', '/', { DIR: '/etc' }).names('etc/app.conf')).toBe(true)
    expect(named('rm $DIR/app.conf', '/', { DIR: '/etc' }).names('opt/app.conf')).toBe(false)
  })

  it('names files of a stage by their name alone', () => {
    expect(named('chmod 4755 /out/sandbox').namesLike('srv/app/sandbox')).toBe(true)
    expect(named('chmod 4755 /out/sandbox').namesLike('srv/app/server')).toBe(false)
  })

  it('takes no time over a hostile pattern', () => {
    const start = performance.now()
    named(`rm /x/${'*a'.repeat(40)}b`).names(`x/${'a'.repeat(200)}`)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})
