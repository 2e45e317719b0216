// A Java program built by Jib's Maven plug-in, on a base from an archive or on nothing.
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../engine.ts'
import type { CommitPlan } from '../repositories.ts'

/** Version of the plug-in that is run. */
export const jibVersion = '3.5.2'

const plugin = 'com.google.cloud.tools:jib-maven-plugin'

/** What Jib builds. The base is a property, so that a build can name an archive. */
const jibFiles = {
  '.gitignore': 'target/\n',
  'pom.xml': `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>example.test</groupId>
  <artifactId>greeter</artifactId>
  <version>1.0.0</version>
  <properties>
    <base>scratch</base>
    <maven.compiler.source>17</maven.compiler.source>
    <maven.compiler.target>17</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>commons-io</groupId>
      <artifactId>commons-io</artifactId>
      <version>2.16.1</version>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <groupId>com.google.cloud.tools</groupId>
        <artifactId>jib-maven-plugin</artifactId>
        <version>${jibVersion}</version>
        <configuration>
          <from><image>\${base}</image></from>
          <to><image>assay.test/greeter</image></to>
          <container><mainClass>app.Greeter</mainClass></container>
        </configuration>
      </plugin>
    </plugins>
  </build>
</project>
`,
  'src/main/java/app/Greeter.java': `package app;

public final class Greeter {
  public static void main(String[] words) {
    System.out.println("good day");
  }
}
`,
  'src/main/resources/greeter.properties': 'greeting=good day\n',
}

/** The repository that Jib builds. */
export const jibPlans: readonly CommitPlan[] = [{ message: 'Greet', files: jibFiles }]

/** Builds the project in the folder into a docker archive; `base` is an archive, or null for nothing. */
export async function buildWithJib(
  source: string,
  base: string | null,
  archive: string,
): Promise<void> {
  const goals = ['compile', `${plugin}:${jibVersion}:buildTar`]
  const from = base === null ? [] : [`-Dbase=tar://${base}`]
  await run('mvn', ['--quiet', '--batch-mode', ...goals, ...from], { cwd: source })
  copyFileSync(join(source, 'target', 'jib-image.tar'), archive)
}
