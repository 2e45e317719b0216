// Go, Cargo, Composer, NuGet.
import { describe, expect, it } from 'vitest'
import { asked, type Row } from './asked.ts'

describe('go', () => {
  it.each<Row>([
    ['go mod download', ['go install ! (mod download)']],
    ['go build -o /app ./cmd/app', ['go install ! (build)']],
    [
      'CGO_ENABLED=0 go build -ldflags "-s -w -X main.v=$V" -trimpath -o /bin/x .',
      ['go install ! (build)'],
    ],
    [
      'go install github.com/go-delve/delve/cmd/dlv@v1.22.1',
      ['go install github.com/go-delve/delve/cmd/dlv @v1.22.1!'],
    ],
    [
      'go install golang.org/x/tools/cmd/stringer@latest',
      ['go install golang.org/x/tools/cmd/stringer @latest'],
    ],
    [
      'go install example.org/x@0123456789ab example.org/y@master example.org/z@v1.2',
      [
        'go install example.org/x @0123456789ab!',
        'go install example.org/y @master',
        'go install example.org/z @v1.2',
      ],
    ],
    ['go install ./... && go install -v ./cmd/x', ['go install !', 'go install !']],
    ['GO111MODULE=on go get -u github.com/x/y', ['go install github.com/x/y (-u)']],
    ['go get -d -v ./...', ['go install ! (-d)']],
    [
      'go get github.com/x/y@v1.0.0+incompatible github.com/x/z',
      ['go install github.com/x/y @v1.0.0+incompatible!', 'go install github.com/x/z'],
    ],
    [
      'go build -mod=vendor ./... && go build -mod vendor .',
      ['go install ! (build, -mod=vendor)', 'go install ! (build, -mod=vendor)'],
    ],
    ['go build -mod=mod .', ['go install  (build, -mod=mod)']],
    ['GOFLAGS=-mod=mod go build .', ['go install  (build)']],
    [
      'go mod download github.com/x/y@v1.2.3 && go mod verify && go mod tidy',
      ['go install github.com/x/y @v1.2.3! (mod download)', 'go install  (mod tidy)'],
    ],
    [
      'go run github.com/x/gen@v1.0.0 -o /out && go run ./cmd/gen && go run main.go',
      ['go install github.com/x/gen @v1.0.0! (run)', 'go install ! (run)', 'go install ! (run)'],
    ],
    [
      'go test ./... && go vet ./... && go generate ./...',
      ['go install ! (test)', 'go install ! (vet)', 'go install ! (generate)'],
    ],
    [
      'go install github.com/x/y@$VERSION "github.com/x/z@v$V" && go install $TOOL',
      ['go install github.com/x/y @$VERSION', 'go install github.com/x/z @v$V', 'go install $TOOL'],
    ],
    ['go version && go env -w GOPROXY=direct && go clean -modcache && go list -m all; go', []],
    [
      'go1.22.0 build ./x && go work sync && go mod vendor',
      ['go install ! (build)', 'go install ', 'go install ! (mod vendor)'],
    ],
    ['go build -C /src -o /bin/x main.go', ['go install ! (build, -C=/src)']],
  ])('%s', (run, expected) => {
    expect(asked(run, '', ['go.sum'])).toEqual(expected)
  })
})

describe('cargo', () => {
  it.each<Row>([
    ['cargo install ripgrep', ['cargo install ripgrep']],
    [
      'cargo install ripgrep --version 14.1.0 --locked',
      ['cargo install ripgrep @14.1.0! (--locked)'],
    ],
    [
      'cargo install --locked cargo-chef@0.1.66 wasm-pack',
      ['cargo install cargo-chef @0.1.66! (--locked)', 'cargo install wasm-pack (--locked)'],
    ],
    [
      'cargo install cross --git https://github.com/cross-rs/cross',
      ['cargo install https://github.com/cross-rs/cross'],
    ],
    [
      'cargo install --git https://github.com/x/y --rev 0123456789012345678901234567890123456789 y',
      ['cargo install https://github.com/x/y #0123456789012345678901234567890123456789!'],
    ],
    [
      'cargo install --git https://github.com/x/y --tag v1.0',
      ['cargo install https://github.com/x/y #v1.0'],
    ],
    [
      'cargo install --path . --locked && cargo install --path=crates/x',
      ['cargo install .! (--locked)', 'cargo install crates/x!'],
    ],
    [
      "cargo install x --version '^1' && cargo install y --version 1.2 && cargo install z --vers =1.2.3",
      ['cargo install x @^1', 'cargo install y @1.2', 'cargo install z @=1.2.3!'],
    ],
    ['cargo fetch --locked && cargo vendor', ['cargo install ! (--locked)', 'cargo install ']],
    ['cargo build --release --locked', ['cargo install ! (build, --locked)']],
    ['cargo build --release', ['cargo install  (build)']],
    [
      'cargo +nightly build --frozen --target x86_64-unknown-linux-musl',
      ['cargo install ! (build, --frozen, --target=x86_64-unknown-linux-musl)'],
    ],
    ['cargo build --release --offline', []],
    [
      'cargo chef prepare --recipe-path r.json && cargo chef cook --release --recipe-path r.json',
      ['cargo install  (chef cook)'],
    ],
    [
      'cargo test --workspace --locked && cargo run --locked -- --version',
      ['cargo install ! (build, --locked)', 'cargo install ! (build, --locked)'],
    ],
    ['cargo binstall -y cargo-nextest@0.9.70', ['cargo install cargo-nextest @0.9.70!']],
    [
      'cargo update && cargo update -p serde && cargo uninstall x',
      ['cargo upgrade ', 'cargo upgrade ', 'cargo remove x'],
    ],
    [
      'cargo install "x@$V" $TOOLS && cargo install y --version "$V"',
      ['cargo install x @$V', 'cargo install $TOOLS', 'cargo install y @$V'],
    ],
    ['cargo --version; cargo clean && cargo fmt && cargo init && cargo install --list; cargo', []],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})

describe('composer', () => {
  it.each<Row>([
    ['composer install --no-dev --optimize-autoloader', ['composer install ! (--no-dev)']],
    [
      'composer install --no-interaction --prefer-dist --working-dir=/app',
      ['composer install ! (--prefer-dist, --working-dir=/app)'],
    ],
    [
      'php -d memory_limit=-1 /usr/local/bin/composer install -d /app',
      ['composer install ! (-d /app)'],
    ],
    ['php composer.phar install', ['composer install !']],
    [
      "composer require vendor/a vendor/b:1.2.3 'vendor/c:^2.0'",
      [
        'composer install vendor/a',
        'composer install vendor/b :1.2.3!',
        'composer install vendor/c :^2.0',
      ],
    ],
    [
      'composer require vendor/a ^1.0 vendor/b 2.0.1',
      ['composer install vendor/a :^1.0', 'composer install vendor/b :2.0.1!'],
    ],
    [
      'composer require "vendor/a=1.0.0" \'vendor/b 1.0.0\' vendor/c:dev-main#0123456789012345678901234567890123456789',
      [
        'composer install vendor/a :1.0.0!',
        'composer install vendor/b :1.0.0!',
        'composer install vendor/c :dev-main#0123456789012345678901234567890123456789!',
      ],
    ],
    [
      'composer global require hirak/prestissimo phpunit/phpunit:9.6.0',
      [
        'composer install hirak/prestissimo (global)',
        'composer install phpunit/phpunit :9.6.0! (global)',
      ],
    ],
    ['composer global install', ['composer install  (global)']],
    [
      'composer create-project laravel/laravel app 11.0.3 --prefer-dist',
      ['composer install laravel/laravel :11.0.3! (--prefer-dist)'],
    ],
    [
      'composer create-project drupal/recommended-project:10.2.1 .',
      ['composer install drupal/recommended-project :10.2.1!'],
    ],
    ['composer create-project x/y', ['composer install x/y']],
    [
      'composer update --no-dev && composer update vendor/a',
      ['composer upgrade  (--no-dev)', 'composer upgrade vendor/a'],
    ],
    ['composer remove vendor/a', ['composer remove vendor/a']],
    [
      'composer self-update && composer self-update 2.7.1',
      ['composer upgrade composer', 'composer install composer :2.7.1!'],
    ],
    [
      'composer dump-autoload && composer config x y && composer run-script build && composer validate && composer clear-cache',
      [],
    ],
    [
      'composer require ext/a:$V $PKGS --no-update',
      ['composer install ext/a :$V (--no-update)', 'composer install $PKGS (--no-update)'],
    ],
    ['composer install --dry-run; composer --version; composer; php index.php install', []],
    [
      'composer.phar install && /usr/bin/composer2 install',
      ['composer install !', 'composer install !'],
    ],
  ])('%s', (run, expected) => {
    expect(asked(run, '', ['composer.lock'])).toEqual(expected)
  })
})

describe('dotnet', () => {
  it.each<Row>([
    ['dotnet restore', ['dotnet install ']],
    [
      'dotnet restore "src/App.csproj" --locked-mode -r linux-x64',
      ['dotnet install ! (--locked-mode)'],
    ],
    ['dotnet restore /p:RestoreLockedMode=true', ['dotnet install !']],
    ['dotnet publish -c Release -o /app --no-restore', []],
    ['dotnet publish src/App -c Release -o /app', ['dotnet install  (publish)']],
    [
      'dotnet build App.sln -c Release -p:RestoreLockedMode=true && dotnet test --no-build',
      ['dotnet install ! (build)'],
    ],
    [
      'dotnet add package Newtonsoft.Json --version 13.0.3',
      ['dotnet install Newtonsoft.Json @13.0.3!'],
    ],
    ['dotnet add src/App.csproj package Serilog -v 3.*', ['dotnet install Serilog @3.*']],
    [
      "dotnet package add Dapper@2.1.35 && dotnet package add Polly --version '[8.3.0]'",
      ['dotnet install Dapper @2.1.35!', 'dotnet install Polly @[8.3.0]!'],
    ],
    [
      'dotnet tool install -g dotnet-ef --version 8.0.4',
      ['dotnet install dotnet-ef @8.0.4! (tool, -g)'],
    ],
    [
      'dotnet tool install --tool-path /tools dotnet-trace',
      ['dotnet install dotnet-trace (tool, --tool-path=/tools)'],
    ],
    [
      "dotnet tool install -g dotnet-ef --version '8.*'",
      ['dotnet install dotnet-ef @8.* (tool, -g)'],
    ],
    ['dotnet tool restore && dotnet ef migrations bundle', ['dotnet install ! (tool restore)']],
    [
      'dotnet tool update -g dotnet-ef && dotnet tool uninstall -g x',
      ['dotnet upgrade dotnet-ef (tool, -g)', 'dotnet remove x (tool, -g)'],
    ],
    [
      'dotnet tool install --global dotnet-ef --version $EF_VERSION && dotnet add package $P',
      ['dotnet install dotnet-ef @$EF_VERSION (tool, --global)', 'dotnet install $P'],
    ],
    [
      'dotnet workload install wasm-tools && dotnet new install Template.X::1.0.0',
      ['dotnet install wasm-tools (workload)', 'dotnet install Template.X @1.0.0! (new)'],
    ],
    [
      'dotnet App.dll && dotnet --info && dotnet nuget add source https://x && dotnet clean && dotnet',
      [],
    ],
    ['dotnet remove package X && dotnet run', ['dotnet remove X', 'dotnet install  (run)']],
    ['dotnet msbuild x.proj && dotnet msbuild -restore x.proj', ['dotnet install  (msbuild)']],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})
