   # a comment, indented
FROM \
  busybox:1.36 \
  AS \
  tools

RUN echo one && \

    echo two \
    # a comment in a continuation
    && echo three \   
    && echo four

RUN echo "a \
  b"
RUN \
# nothing
\
  true
ENV A="x \
 y" B=\
z
LABEL a=b\ c "d e"="f"
CMD echo end \