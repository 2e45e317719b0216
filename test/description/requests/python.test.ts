// Managers of Python beside pip, and conda.
import { describe, expect, it } from 'vitest'
import { asked, type Row } from './asked.ts'

describe('pipx', () => {
  it.each<Row>([
    ['pipx install black', ['pipx install black']],
    [
      "pipx install poetry==1.8.3 'httpie~=3.2'",
      ['pipx install poetry ==1.8.3!', 'pipx install httpie ~=3.2'],
    ],
    [
      'pipx install --python python3.12 "poetry[d]==1.8.3"',
      ['pipx install poetry ==1.8.3! (--python=python3.12, [d])'],
    ],
    [
      "pipx install --pip-args='--no-cache-dir' ruff==0.5.0",
      ['pipx install ruff ==0.5.0! (--pip-args=--no-cache-dir)'],
    ],
    [
      'PIPX_HOME=/opt/pipx PIPX_BIN_DIR=/usr/local/bin pipx install awscli',
      ['pipx install awscli'],
    ],
    ['python3 -m pipx install uv==0.4.0', ['pipx install uv ==0.4.0!']],
    [
      'pipx install git+https://github.com/x/y.git@0123456789012345678901234567890123456789',
      ['pipx install git+https://github.com/x/y.git@0123456789012345678901234567890123456789!'],
    ],
    [
      'pipx install git+https://github.com/x/y.git',
      ['pipx install git+https://github.com/x/y.git'],
    ],
    ['pipx install ./tool', ['pipx install ./tool!']],
    [
      'pipx inject poetry poetry-plugin-export==1.8.0 keyring',
      ['pipx install poetry-plugin-export ==1.8.0! (inject)', 'pipx install keyring (inject)'],
    ],
    ['pipx run cowsay==6.0 hello', ['pipx install cowsay ==6.0! (run)']],
    [
      'pipx run --spec git+https://example.org/x.git x',
      ['pipx install git+https://example.org/x.git (run)'],
    ],
    ['pipx run ./script.py', []],
    ['pipx upgrade-all && pipx upgrade black', ['pipx upgrade ', 'pipx upgrade black']],
    ['pipx uninstall black && pipx ensurepath && pipx list', ['pipx remove black']],
    ['pipx install "poetry==$POETRY_VERSION"', ['pipx install poetry ==$POETRY_VERSION']],
    ['pipx install-all spec.json', ['pipx install ']],
    ['pipx --version; pipx install --help; pipx', []],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})

describe('uv', () => {
  it.each<Row>([
    ['uv sync --frozen --no-dev', ['uv install ! (--frozen, --no-dev)']],
    [
      'uv sync --locked --no-install-project --no-editable',
      ['uv install ! (--locked, --no-install-project)'],
    ],
    ['uv sync', ['uv install ']],
    ['UV_FROZEN=1 uv sync --no-dev', ['uv install ! (--no-dev)']],
    ['uv sync --frozen --upgrade', ['uv install  (--frozen, --upgrade)']],
    [
      "uv add requests 'flask>=3' numpy==2.0.0",
      ['uv install requests', 'uv install flask >=3', 'uv install numpy ==2.0.0!'],
    ],
    ['uv add -r requirements.txt', ['uv install ']],
    [
      'uv tool install ruff@0.5.0 && uv tool install black==24.4.2',
      ['uv install ruff @0.5.0! (tool)', 'uv install black ==24.4.2! (tool)'],
    ],
    [
      "uv tool install --from 'git+https://example.org/x.git' x",
      ['uv install git+https://example.org/x.git (tool)'],
    ],
    [
      'uv tool upgrade --all && uv tool uninstall ruff',
      ['uv upgrade  (tool)', 'uv remove ruff (tool)'],
    ],
    [
      'uvx ruff@0.5.0 check . && uvx --from httpie http',
      ['uv install ruff @0.5.0! (run)', 'uv install httpie (run)'],
    ],
    ['uv tool run pycowsay hello', ['uv install pycowsay (run)']],
    ['uv run --frozen python manage.py collectstatic', ['uv install ! (run, --frozen)']],
    ['uv run --with rich --no-project app.py', ['uv install rich (run, --with=rich)']],
    [
      'uv python install 3.12.4 && uv python install 3.13',
      ['uv install python @3.12.4!', 'uv install python @3.13'],
    ],
    ['uv pip install --system fastapi', ['pip install fastapi']],
    [
      'uv remove flask && uv lock && uv venv /venv && uv export --frozen -o r.txt',
      ['uv remove flask'],
    ],
    ['python -m uv sync --frozen', ['uv install ! (--frozen)']],
    [
      'uv tool install "ruff@$RUFF" && uv add $DEPS',
      ['uv install ruff @$RUFF (tool)', 'uv install $DEPS'],
    ],
    ['uv --version; uv; uv tool; uvx', []],
  ])('%s', (run, expected) => {
    expect(asked(run, '', ['uv.lock'])).toEqual(expected)
  })
})

describe('poetry', () => {
  it.each<Row>([
    ['poetry install --no-root --only main', ['poetry install ! (--no-root, --only=main)']],
    ['poetry sync --without dev', ['poetry install ! (--without=dev)']],
    ['poetry install --no-interaction --no-ansi', ['poetry install !']],
    [
      "poetry add requests@2.32.3 'flask@^3' 'django>=5' pendulum==3.0.0",
      [
        'poetry install requests @2.32.3!',
        'poetry install flask @^3',
        'poetry install django >=5',
        'poetry install pendulum ==3.0.0!',
      ],
    ],
    [
      'poetry add git+https://example.org/x.git#main ./local',
      ['poetry install git+https://example.org/x.git#main', 'poetry install ./local!'],
    ],
    ['poetry self add poetry-plugin-export', ['poetry install poetry-plugin-export (self)']],
    ['poetry self update', ['poetry upgrade  (self)']],
    ['poetry update && poetry update requests', ['poetry upgrade ', 'poetry upgrade requests']],
    ['poetry remove flask', ['poetry remove flask']],
    [
      'poetry export -f requirements.txt && poetry lock && poetry config virtualenvs.create false && poetry run pytest',
      [],
    ],
    ['python3 -m poetry install --no-dev', ['poetry install ! (--no-dev)']],
    ['poetry -C app install', ['poetry install !']],
    ['poetry add --group dev "black[d]@24.4.2"', ['poetry install black @24.4.2! ([d])']],
    ['poetry add "x@$V" $DEPS', ['poetry install x @$V', 'poetry install $DEPS']],
    ['poetry add --dry-run x; poetry --version; poetry', []],
    ['poetry add --lock x', []],
  ])('%s', (run, expected) => {
    expect(asked(run, '', ['app/poetry.lock'])).toEqual(expected)
  })
})

describe('conda and its kin', () => {
  it.each<Row>([
    ['conda install -y numpy', ['conda install numpy']],
    [
      "conda install -y -c conda-forge python=3.11 numpy==1.26.4 'scipy>=1.11' pandas=2.2.1=py311h320fe9a_0",
      [
        'conda install python =3.11 (-c conda-forge)',
        'conda install numpy ==1.26.4! (-c conda-forge)',
        'conda install scipy >=1.11 (-c conda-forge)',
        'conda install pandas =2.2.1=py311h320fe9a_0! (-c conda-forge)',
      ],
    ],
    [
      "conda install -y conda-forge::gdal=3.8 'pytorch[version=2.1]'",
      ['conda install gdal =3.8', 'conda install pytorch [version=2.1]'],
    ],
    [
      'conda create -n app -y python=3.12 pip',
      ['conda install python =3.12 (-n app)', 'conda install pip (-n app)'],
    ],
    ['conda env create -f environment.yml', ['conda install  (-f environment.yml)']],
    ['conda env update -n base -f env.yaml --prune', ['conda install  (-n base, -f env.yaml)']],
    [
      'conda update -n base -y conda && conda update --all -y',
      ['conda upgrade conda (-n base)', 'conda upgrade '],
    ],
    ['conda remove -y --force qt && conda clean -afy', ['conda remove qt']],
    ['mamba install -y --file requirements.txt', ['mamba install  (--file=requirements.txt)']],
    ['mamba env create -p /env --file env.yml', ['mamba install  (-p /env, --file=env.yml)']],
    [
      'micromamba install -y -n base -f /tmp/env.yaml',
      ['micromamba install  (-n base, -f /tmp/env.yaml)'],
    ],
    [
      "micromamba create -y -n x -c conda-forge 'python 3.11.*'",
      ['micromamba install python 3.11.* (-n x, -c conda-forge)'],
    ],
    [
      'conda install --yes /tmp/x-1.0-0.tar.bz2 https://conda.anaconda.org/c/linux-64/y-1-0.conda#0123456789abcdef0123456789abcdef',
      [
        'conda install /tmp/x-1.0-0.tar.bz2!',
        'conda install https://conda.anaconda.org/c/linux-64/y-1-0.conda#0123456789abcdef0123456789abcdef!',
      ],
    ],
    ['conda-lock install -n app conda-lock.yml', ['conda-lock install ! (-n app)']],
    [
      'conda create -n app --file conda-linux-64.lock',
      ['conda install ! (-n app, --file=conda-linux-64.lock)'],
    ],
    [
      'conda install -y python=$PY "numpy==$NP" $MORE',
      ['conda install python =$PY', 'conda install numpy ==$NP', 'conda install $MORE'],
    ],
    ['conda run -n app true; conda info; conda install --dry-run x; conda activate app; conda', []],
    ['conda config --add channels conda-forge && conda list', []],
  ])('%s', (run, expected) => {
    expect(asked(run, '', ['conda-linux-64.lock'])).toEqual(expected)
  })
})
