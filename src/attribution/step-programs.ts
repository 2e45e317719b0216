// Which ecosystems a command may bring packages of by other ways than a request that can be read: scripts,
// builds, archives, programs that nobody knows here. What is not known to be harmless is open.
import type { Command, PackageType } from '../core/index.ts'
import { nameOf } from '../core/index.ts'

const ALL: readonly PackageType[] = ['apk', 'deb', 'npm', 'pypi']
/** Packages that are nothing but folders: whatever writes folders may bring them. */
const FOLDERS: readonly PackageType[] = ['npm', 'pypi']
const NOTHING: readonly PackageType[] = []

/** Programs that install nothing: of the shell, coreutils, accounts, texts, and databases of the system. */
const HARMLESS = words(`
  : . [ [[ true false test echo printf set unset export readonly local declare typeset cd pushd popd shift return exit
  read trap umask ulimit wait break continue getopts hash type alias unalias pwd exec shopt let times
  cat tee head tail cut tr sort uniq wc paste comm join fold fmt nl od rev tac seq yes expr diff cmp patch
  sed awk gawk mawk grep egrep fgrep jq yq column envsubst iconv base64 sha1sum sha256sum sha512sum md5sum cksum b2sum
  ls stat du df file id whoami who groups uname arch date sleep hostname nproc free basename dirname readlink realpath
  mktemp mkdir rmdir rm shred unlink touch truncate chmod chown chgrp chattr setfacl setcap getcap sync
  which whereis gzip gunzip bzip2 xz zstd gpg gpg2 gpgv gpgconf dirmngr openssl ssh-keyscan ssh-keygen
  useradd userdel usermod groupadd groupdel groupmod adduser deluser addgroup delgroup passwd chpasswd chage gpasswd
  newusers pwconv grpconv chsh vipw getent nologin
  ldconfig locale-gen localedef update-locale dpkg-reconfigure debconf-set-selections update-alternatives
  update-ca-certificates update-ca-trust update-rc.d update-passwd update-mime-database update-desktop-database
  apt-key apt-mark apt-cache apt-config apt-ftparchive dpkg-query dpkg-divert dpkg-statoverride dpkg-architecture
  dpkg-split dpkg-deb add-apt-repository apt-add-repository lsb_release deb-systemd-helper gtk-update-icon-cache
  systemctl service rc-update openrc setup-timezone a2enmod a2dismod a2ensite a2dissite a2enconf a2disconf
  phpenmod phpdismod strip objdump readelf ldd nm ar scanelf paxctl upx tzselect hwclock clear tput stty
  kill killall pkill ps sysctl mount umount mountpoint fc-cache mkfontscale mkfontdir nginx visudo lspci pgrep
  crontab logrotate curl wget fetch aria2c ping nslookup dig nc timedatectl hostnamectl
`)

/** They write the folders that they are told to, which may hold modules. */
const COPIERS = words(
  'cp mv rsync install ln scp git svn hg cpio pax tar bsdtar unzip 7z 7za unrar star zip',
)
const UNPACKERS = words('cpio pax tar bsdtar unzip 7z 7za star rsync')

/** Managers whose commands are read as requests; what else they do is told here, by their verb. */
const QUIET: Readonly<Record<string, ReadonlySet<string>>> = {
  'apt-get': words('update clean autoclean check download source changelog indextargets autopurge'),
  apt: words('update clean autoclean list show search policy depends rdepends'),
  aptitude: words('update clean autoclean search show'),
  apk: words('update cache info search list policy del verify audit stats dot index fetch version'),
  npm: words(
    'config cache set get c view v whoami ping pack prune version root prefix bin ls list outdated fund help',
  ),
  yarn: words('cache config why list info versions autoclean bin licenses check policies'),
  pnpm: words('store config root bin list ls why outdated prune'),
  bun: words('pm'),
  corepack: words('enable disable'),
  pip: words('config list freeze show check cache hash debug index inspect search completion help'),
}

/** Managers of other ecosystems: their packages may hold modules of these two. */
const MIXED = words(`
  yum dnf dnf5 dnf-3 microdnf tdnf zypper pacman rpm conda mamba micromamba conda-lock poetry uv uvx pipx gem bundle
  bundler go cargo composer dotnet mvn mvnw gradle gradlew
`)

/** Which ecosystems the command opens. `asks`: it is read as a request; `atRoot`: it may run in the root folder. */
export function opens(command: Command, asks: boolean, atRoot: boolean): readonly PackageType[] {
  const { words: given, dynamic } = command
  if (given.length === 0) return NOTHING
  if (dynamic[0] === true) return ALL
  const program = nameOf(given[0] ?? '')
  // a program by a path that is no folder of the system is a script of somebody
  if (isOwnScript(given[0] ?? '')) return ALL
  // `uv pip` does what pip does
  const isPip = program === 'uv' && given.includes('pip')
  if (asks && !COPIERS.has(program)) return MIXED.has(program) && !isPip ? FOLDERS : NOTHING
  const verb = verbOf(given)
  const manager = /^pip[\d.]*$/.test(program) ? 'pip' : program
  const quiet = Object.hasOwn(QUIET, manager) ? QUIET[manager] : undefined
  if (quiet !== undefined) return verb === '' || quiet.has(verb) ? NOTHING : openedBy(manager, verb)
  if (program === 'dpkg') return isDpkgInstall(given) ? ['deb'] : NOTHING
  if (MIXED.has(program)) return FOLDERS
  return ofProgram(command, program, atRoot)
}

/** A verb of a manager that is not read: of its own ecosystem, or a script of the project. */
function openedBy(manager: string, verb: string): readonly PackageType[] {
  if (manager === 'apt-get' || manager === 'apt' || manager === 'aptitude') return ['deb']
  if (manager === 'apk') return ['apk']
  if (manager === 'pip') return ['pypi']
  return verb === 'rebuild' || verb === 'link' || verb === 'dedupe' ? ['npm'] : ALL
}

function ofProgram(command: Command, program: string, atRoot: boolean): readonly PackageType[] {
  const { words: given } = command
  if (program === '.' || program === 'source') return isKnownSource(given[1] ?? '') ? NOTHING : ALL
  if (program === 'eval') return command.dynamic.includes(true) ? ALL : NOTHING
  if (/^(?:ba|da|a|z|k)?sh$|^busybox$/.test(program)) return ofShell(command)
  if (program === 'find') return ofFind(given)
  if (/^(?:python|pypy)[\d.]*$/.test(program)) return ofPython(given)
  if (UNPACKERS.has(program)) return mayFillRoot(given, atRoot) ? ALL : FOLDERS
  if (COPIERS.has(program)) return given.at(-1) === '/' ? ALL : ofCopier(program, given)
  return HARMLESS.has(program) ? NOTHING : ALL
}

/** A script whose text is read comes as commands of its own; one that is not may do anything. */
function ofShell({ words: given, dynamic, pipelineIndex, text }: Command): readonly PackageType[] {
  const script = given.findIndex((word, at) => at > 0 && /^-[a-zA-Z]*c[a-zA-Z]*$/.test(word))
  if (script > 0) return dynamic.slice(script).includes(true) ? ALL : NOTHING
  const options = given.slice(1).every((word) => /^[-+]/.test(word))
  return options && pipelineIndex === 0 && text.includes('<<') ? NOTHING : ALL
}

/** `find … -exec rm {} +`: what it runs has to be harmless too. */
function ofFind(given: readonly string[]): readonly PackageType[] {
  for (const [at, word] of given.entries()) {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(word)) continue
    const program = nameOf(given[at + 1] ?? '')
    if (!HARMLESS.has(program) && program !== 'cp' && program !== 'mv') return ALL
  }
  return NOTHING
}

/** `python -m venv` brings pip, and is read as asking for it. */
function ofPython(given: readonly string[]): readonly PackageType[] {
  const module = given[given.indexOf('-m') + 1] ?? ''
  if (!given.includes('-m'))
    return given.length === 2 && /^--?[vV]/.test(given[1] ?? '') ? NOTHING : ALL
  if (module === 'compileall' || module === 'venv' || module === 'ensurepip') return NOTHING
  return module === 'pip' ? ['pypi'] : ALL
}

/** A folder that is copied may hold modules, a file or a link may not. */
function ofCopier(program: string, given: readonly string[]): readonly PackageType[] {
  if (program === 'ln' || program === 'zip') return NOTHING
  if (program === 'install') return NOTHING
  const isDeep = given.some(
    (word) => /^-[a-zA-Z]*[rRa]/.test(word) || word === '--recursive' || word === '--archive',
  )
  return program === 'cp' && !isDeep ? NOTHING : FOLDERS
}

/** An archive that may lie at the root, and so bring the database of the system with it. */
function mayFillRoot(given: readonly string[], atRoot: boolean): boolean {
  for (const [at, word] of given.entries()) {
    const folder = /^(?:-C|-d|--directory)$/.test(word)
      ? given[at + 1]
      : /^(?:-C|-d|--directory=)(.+)$/.exec(word)?.[1]
    if (folder !== undefined) return /^\/*$/.test(folder) || /[$`]/.test(folder)
  }
  return atRoot
}

function isDpkgInstall(given: readonly string[]): boolean {
  return given
    .slice(1)
    .some((word) => /^-[A-Za-z]*[iR]|^--(?:install|unpack|recursive|record-avail)$/.test(word))
}

function isKnownSource(path: string): boolean {
  return /(?:^|\/)(?:os-release|lsb-release|activate|\.?bashrc|\.?profile|envvars|environment|env)$/.test(
    path,
  )
}

function isOwnScript(program: string): boolean {
  if (!program.includes('/')) return /\.(?:sh|bash|py|pl|rb|js)$/.test(program)
  return !/^(?:\/usr(?:\/local)?)?\/s?bin\/[^/]+$|\/bin\/(?:pip|python|npm|conda)[\d.]*$/.test(
    program,
  )
}

/** The first word behind the program that is no option. */
function verbOf(given: readonly string[]): string {
  return given.slice(1).find((word) => !word.startsWith('-')) ?? ''
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''))
}
