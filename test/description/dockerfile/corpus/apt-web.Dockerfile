# syntax=docker/dockerfile:1.7
FROM debian:bookworm-slim

LABEL org.opencontainers.image.title="web" \
      org.opencontainers.image.source="https://example.org/web.git"

ENV NGINX_VERSION=1.27.3 \
    PKG_RELEASE=1~bookworm

RUN set -x \
# create the user first, so that its ids are the same everywhere
    && groupadd --system --gid 101 nginx \
    && useradd --system --gid nginx --no-create-home --home /nonexistent --uid 101 nginx \
    && apt-get update \
    && apt-get install --no-install-recommends --no-install-suggests -y gnupg1 ca-certificates \
    && nginxPackages=" \
        nginx=${NGINX_VERSION}-${PKG_RELEASE} \
    " \
    && apt-get install -y $nginxPackages gettext-base \
    && rm -rf /var/lib/apt/lists/*

COPY --chmod=0755 docker-entrypoint.sh /
COPY ["conf/default.conf", "conf/site with blanks.conf", "/etc/nginx/conf.d/"]
ENTRYPOINT ["/docker-entrypoint.sh"]
EXPOSE 80 443/tcp
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
