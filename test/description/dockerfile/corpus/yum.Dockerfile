FROM registry.access.redhat.com/ubi9/ubi-minimal:9.4@sha256:104cf11d890aeb7dd5728b7d7732e175a0e4018f1bb00d2faebcc8f6bf29bd52
MAINTAINER A. Author <author@example.org>
RUN microdnf install -y --nodocs java-21-openjdk-headless-21.0.4.0.7 tzdata && microdnf clean all
RUN ["/bin/bash", "-o", "pipefail", "-c", "curl -fsSL https://example.org/x.tgz | tar -xz -C /opt"]
COPY --parents ./a/**/*.properties ./b/./c /config/
COPY --exclude=*.md --exclude=docs . /srv/
EXPOSE 8080/tcp 8443/tcp 9000-9010/udp
WORKDIR /srv
WORKDIR app
ENTRYPOINT java -jar app.jar
