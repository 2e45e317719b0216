FROM alpine:3.20
RUN apk --no-cache add ca-certificates libpq=16.4-r0
RUN apk add --no-cache --virtual .build-deps gcc musl-dev postgresql-dev \
    && pip3 install --no-cache-dir psycopg2==2.9.9 \
    && apk del .build-deps
ADD rootfs.tar.gz /
ADD https://example.org/tool /usr/local/bin/tool
ADD --keep-git-dir=true https://github.com/example/repo.git#v1.0 /src
STOPSIGNAL 9
HEALTHCHECK NONE
