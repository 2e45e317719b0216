FROM	debian:12	AS	x  
	RUN	echo	tab   
ENV	A	b  c	d  
ENV E=1   F=2	G="3 4"
LABEL	x	y z
USER	"quoted user"
COPY	a	b	/c/	
