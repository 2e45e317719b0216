// RubyGems and Bundler.
import { describe, expect, it } from 'vitest'
import { asked, type Row } from './asked.ts'

describe('gem', () => {
  it.each<Row>([
    ['gem install bundler', ['gem install bundler']],
    ['gem install bundler -v 2.5.6', ['gem install bundler :2.5.6!']],
    [
      "gem install bundler:2.5.6 rake:'~> 13' --no-document",
      ['gem install bundler :2.5.6!', 'gem install rake :~> 13'],
    ],
    ["gem install --version '~> 7.0' rails", ['gem install rails :~> 7.0']],
    ['gem install rails --version "= 7.0.4" -N', ['gem install rails := 7.0.4!']],
    [
      'gem install ./x-1.0.gem vendor/y.gem',
      ['gem install ./x-1.0.gem!', 'gem install vendor/y.gem!'],
    ],
    ['gem update --system 3.4.10', ['gem install rubygems-update :3.4.10! (--system)']],
    [
      'gem update --system && gem update',
      ['gem upgrade rubygems-update (--system)', 'gem upgrade '],
    ],
    ['gem update bundler --no-document', ['gem upgrade bundler']],
    ['gem uninstall -x rake', ['gem remove rake']],
    ['gem install -g', ['gem install ']],
    ['gem install --file Gemfile.tools', ['gem install ']],
    [
      'gem install --source https://gems.example.org private',
      ['gem install private (--source=https://gems.example.org)'],
    ],
    ['gem install fluentd -v $FLUENTD_VERSION', ['gem install fluentd :$FLUENTD_VERSION']],
    [
      'gem install "bundler:$(tail -1 Gemfile.lock)" $GEMS',
      ['gem install bundler :$(tail -1 Gemfile.lock)', 'gem install $GEMS'],
    ],
    ['gem build x.gemspec && gem list && gem env && gem cleanup', []],
    ['gem3.2 install sass', ['gem install sass']],
    ['gem --version; gem install; gem', []],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})

describe('bundle', () => {
  it.each<Row>([
    ['bundle install', ['bundle install ']],
    ['bundle', ['bundle install ']],
    [
      'bundle install --deployment --without development test',
      ['bundle install ! (--deployment, --without=development)'],
    ],
    ['bundle install --frozen -j4 --retry 3', ['bundle install ! (--frozen)']],
    ['BUNDLE_DEPLOYMENT=1 bundle install', ['bundle install !']],
    ['BUNDLE_FROZEN=false bundle install', ['bundle install ']],
    ['bundle config set --local frozen true && bundle install -j 8', ['bundle install !']],
    [
      'bundle config --global frozen 1 && bundle config set without test && bundle',
      ['bundle install !'],
    ],
    ["bundle config set --local deployment 'true'; bundle install", ['bundle install !']],
    ['bundle config set frozen false && bundle install', ['bundle install ']],
    ['bundle _2.4.1_ install --jobs=4', ['bundle install ']],
    ['bundle check || bundle install', ['bundle install ']],
    [
      "bundle add rails --version '~> 7.1' && bundle add rake --version 13.1.0",
      ['bundle install rails :~> 7.1', 'bundle install rake :13.1.0!'],
    ],
    [
      'bundle update && bundle update rails && bundle remove rake',
      ['bundle upgrade ', 'bundle upgrade rails', 'bundle remove rake'],
    ],
    ['bundle exec rake assets:precompile && bundle config list && bundle lock', []],
    [
      'bundle cache --all && bundle package',
      ['bundle install  (cache)', 'bundle install  (cache)'],
    ],
    ['bundler install --local --quiet', ['bundle install  (--local)']],
    ['bundle --version; bundle -v; bundle help install; bundle install --help', []],
    ['bundle add $GEM --version $V', ['bundle install $GEM :$V']],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})
