# syntax=docker/dockerfile:1
FROM debian:12
RUN <<EOF
set -e
apt-get update
apt-get install -y --no-install-recommends curl
EOF
RUN <<-"SCRIPT" bash -euo pipefail
	echo "$HOME"
	if true; then
		echo indented
	fi
	SCRIPT
COPY <<first.conf <<'second.conf' /etc/app/
port = ${PORT:-80}
first.conf
literal = $HOME
second.conf
RUN python3 <<PY
print("# no comment \\")
PY
COPY --chmod=755 <<-START /start.sh
	#!/bin/sh
	exec app
	START
RUN cat <<A > /a && cat <<B > /b
a
A
b
B
CMD ["/start.sh"]
