FROM alpine:3.20 AS parent
ONBUILD ARG WHO=world
ONBUILD COPY . /app/src
ONBUILD RUN echo "hello $WHO" > /hello

FROM parent
RUN cat /hello

FROM parent AS other
VOLUME ["/data", "/logs"]
VOLUME /a /b
