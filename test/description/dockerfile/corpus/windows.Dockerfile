# escape=`
# check=skip=all
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
RUN New-Item -ItemType Directory C:\app; `
    Invoke-WebRequest -Uri https://example.org/x.zip -OutFile C:\x.zip
WORKDIR C:\app
COPY . .
CMD ["app.exe"]
