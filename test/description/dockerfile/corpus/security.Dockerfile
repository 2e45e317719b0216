# check=error=true
FROM alpine AS base
RUN --network=none --security=sandbox id
RUN --mount=type=secret,id=token,env=TOKEN --mount=type=ssh,required=true \
  --mount=type=tmpfs,target=/tmp,size=64m git clone git@example.org:x/y.git
RUN --mount=type=bind,from=base,source=/etc,target=/mnt/etc,rw cat /mnt/etc/passwd
