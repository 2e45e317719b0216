FROM debian:12
LABEL maintainer="Žofie Ünsal <z@example.org>" emoji="🐳"
ENV GREETING=grüß\ dich
RUN echo "ÄÖÜ 🐳" && echo ｗｉｄｅ
COPY naïve.txt /ünïcode/
