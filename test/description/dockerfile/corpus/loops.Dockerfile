FROM ubuntu:24.04
RUN for key in \
    94AE36675C464D64BAFA68DD7434390BDBE9B9C5 \
    890C08DB8579162FEE0DF9DB8BEAB4DFCF555EF4 \
  ; do \
      gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys "$key" || \
      gpg --batch --keyserver keyserver.ubuntu.com --recv-keys "$key" ; \
  done
RUN while read -r name; do apt-get install -y "$name"; done < /packages.txt
RUN if [ "$(uname -m)" = aarch64 ]; then PKG=x-arm; else PKG=x; fi && apt-get install -y $PKG
RUN xargs -a /packages.txt apt-get install -y --no-install-recommends
