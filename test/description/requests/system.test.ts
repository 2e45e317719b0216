// Managers of systems beside apt, apk and dnf.
import { describe, expect, it } from 'vitest'
import { asked, type Row } from './asked.ts'

describe('zypper', () => {
  it.each<Row>([
    ['zypper --non-interactive install -y curl vim', ['zypper install curl', 'zypper install vim']],
    [
      'zypper -n in --no-recommends "curl=8.0.1" \'git>=2.40\' nginx-1.21.5-150400.3.3.1',
      [
        'zypper install curl =8.0.1! (--no-recommends)',
        'zypper install git >=2.40 (--no-recommends)',
        'zypper install nginx -1.21.5-150400.3.3.1! (--no-recommends)',
      ],
    ],
    [
      'zypper -n --gpg-auto-import-keys ref && zypper -n dup --no-recommends',
      ['zypper update ', 'zypper upgrade  (--no-recommends)'],
    ],
    ['zypper -n up && zypper clean -a', ['zypper upgrade ']],
    ['zypper --non-interactive patch', ['zypper upgrade ']],
    ['zypper -n in -t pattern devel_basis', ['zypper install devel_basis (-t pattern)']],
    [
      "zypper -n in -C 'perl(YAML)' 'pkgconfig(zlib)'",
      ['zypper install perl(YAML) (-C)', 'zypper install pkgconfig(zlib) (-C)'],
    ],
    ['zypper -n in --from oss -r updates tar', ['zypper install tar (--from=oss, -r updates)']],
    [
      'zypper -n -p https://example.org/repo/ in foo',
      ['zypper install foo (-p https://example.org/repo/)'],
    ],
    ['zypper --root /target -n in bash', ['zypper install bash (--root=/target)']],
    [
      "zypper -n in +vim '!nano' -- -emacs",
      ['zypper install vim', 'zypper remove nano', 'zypper remove emacs'],
    ],
    ['zypper -n rm -u gcc make', ['zypper remove gcc', 'zypper remove make']],
    [
      'zypper -n in ./x-1.0.x86_64.rpm https://example.org/y.rpm',
      ['zypper install ./x-1.0.x86_64.rpm!', 'zypper install https://example.org/y.rpm'],
    ],
    ['zypper -n in LocalRepo:example', ['zypper install example']],
    [
      'zypper -n in nginx-$NGINX_VERSION $EXTRA',
      ['zypper install nginx -$NGINX_VERSION', 'zypper install $EXTRA'],
    ],
    ['zypper -n in --download-only curl && zypper -n in -D curl', []],
    ['zypper addrepo -f https://example.org/repo repo && zypper lr && zypper se curl', []],
    ['zypper -n si bash && zypper -n inr', ['zypper install bash', 'zypper install ']],
    ['zypper in', []],
    ['zypper "$ACTION" curl; zypper', []],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})

describe('pacman', () => {
  it.each<Row>([
    ['pacman -S --noconfirm git', ['pacman install git']],
    [
      'pacman -Sy --noconfirm --needed git base-devel',
      [
        'pacman update  (--needed)',
        'pacman install git (--needed)',
        'pacman install base-devel (--needed)',
      ],
    ],
    ['pacman -Syu --noconfirm', ['pacman update ', 'pacman upgrade ']],
    [
      'pacman -Syyu --noconfirm nginx python=3.12.4-1',
      [
        'pacman update ',
        'pacman upgrade ',
        'pacman install nginx',
        'pacman install python =3.12.4-1!',
      ],
    ],
    [
      'pacman --sync --refresh --sysupgrade --noconfirm vim',
      ['pacman update ', 'pacman upgrade ', 'pacman install vim'],
    ],
    [
      "pacman -S --noconfirm extra/nodejs 'openssl>=3'",
      ['pacman install nodejs', 'pacman install openssl >=3'],
    ],
    [
      'pacman -U --noconfirm ./foo-1.0-1-x86_64.pkg.tar.zst /tmp/b.pkg.tar.zst',
      ['pacman install ./foo-1.0-1-x86_64.pkg.tar.zst!', 'pacman install /tmp/b.pkg.tar.zst!'],
    ],
    [
      'pacman -U --noconfirm https://archive.archlinux.org/packages/c/cmake/cmake-3.20.0-1-x86_64.pkg.tar.zst',
      [
        'pacman install https://archive.archlinux.org/packages/c/cmake/cmake-3.20.0-1-x86_64.pkg.tar.zst',
      ],
    ],
    ['pacman -Rns --noconfirm gcc make', ['pacman remove gcc', 'pacman remove make']],
    ['pacman -Scc --noconfirm && pacman -Qq && pacman -Ss nginx && pacman -Sw curl', []],
    [
      'pacman -r /target -Sy --noconfirm base',
      ['pacman update  (-r /target)', 'pacman install base (-r /target)'],
    ],
    ['pacman -Su --ignore linux --noconfirm', ['pacman upgrade  (--ignore=linux)']],
    ['pacman-key --init && pacman-key --populate', []],
    ['yay -S --noconfirm some-aur', ['yay install some-aur']],
    ['pacman -S $PACKAGES --noconfirm', ['pacman install $PACKAGES']],
    [
      'pacman -S --noconfirm -- git $(cat /list)',
      ['pacman install git', 'pacman install $(cat /list)'],
    ],
    ['pacman -Sp curl; pacman; pacman -S', []],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})
