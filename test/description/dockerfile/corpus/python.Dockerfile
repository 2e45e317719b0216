FROM python:3.12-slim-bookworm as builder
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt /tmp/
RUN python -m venv /venv \
 && /venv/bin/pip install --require-hashes -r /tmp/requirements.txt

from python:3.12-slim-bookworm
copy --from=builder /venv /venv
ENV PATH="/venv/bin:$PATH"
WORKDIR /srv
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.org/data.tar.gz /srv/
copy app/ app/
user 1000:1000
cmd exec gunicorn "app:main" --bind "0.0.0.0:${PORT:-8000}"
