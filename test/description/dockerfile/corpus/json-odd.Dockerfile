FROM scratch
CMD [ "a", "b \" c", "\u00e9" ]
ENTRYPOINT ['single', 'quotes']
RUN [ "unterminated
CMD []
VOLUME [ "/x" ]
SHELL [ "/bin/sh", "-ec" ]
RUN [ -f /etc/passwd ] && echo ok
