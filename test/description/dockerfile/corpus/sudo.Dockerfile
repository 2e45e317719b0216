FROM gitpod/workspace-base
USER gitpod
RUN sudo install-packages shellcheck
RUN sudo apt-get update && sudo DEBIAN_FRONTEND=noninteractive apt-get install -yq \
    git \
    zsh \
  && sudo rm -rf /var/lib/apt/lists/*
RUN curl -fsSL https://deb.nodesource.com/setup_20.x | sudo -E bash - && sudo apt-get install -y nodejs
RUN bash -lc ". ~/.nvm/nvm.sh && nvm install 20 && npm install -g pnpm@9"
