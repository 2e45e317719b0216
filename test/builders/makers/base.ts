// The base of the other makers' images: built by kaniko from a tracked Dockerfile, so that several makers meet.
import type { CommitPlan } from '../repositories.ts'

/** The repository of the base. */
export const basePlans: readonly CommitPlan[] = [
  {
    message: 'Greet',
    files: {
      Dockerfile: `FROM scratch
COPY etc/motd /etc/motd
COPY etc/greeting.conf /etc/greeting.conf
COPY site/index.html /srv/site/
COPY site/about.html /srv/site/
COPY words /usr/share/words
ENV GREETING="good day"
`,
      'etc/motd': 'good day\n',
      'etc/greeting.conf': 'greeting = good day\n',
      'site/index.html': '<p>good day</p>\n',
      'site/about.html': '<p>This page greets.</p>\n',
      words: 'day\nevening\nmorning\n',
    },
  },
]
