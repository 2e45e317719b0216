// Maven and Gradle.
import { describe, expect, it } from 'vitest'
import { asked, type Row } from './asked.ts'

describe('mvn', () => {
  it.each<Row>([
    ['mvn package', ['mvn install ']],
    ['mvn -B -ntp -DskipTests clean package', ['mvn install ']],
    ['./mvnw -q dependency:go-offline -Pprod', ['mvn install ']],
    ['mvn -f app/pom.xml -s settings.xml -T 1C install -pl core -am', ['mvn install ']],
    ['mvn -o package', []],
    ['mvn --offline verify', []],
    [
      'mvn dependency:get -Dartifact=org.x:y:1.2.3 && mvn -U verify',
      ['mvn install org.x:y :1.2.3!', 'mvn install  (-U)'],
    ],
    [
      'mvn org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy -Dartifact=org.x:y:1.2.3:jar -DoutputDirectory=/app',
      ['mvn install org.x:y :1.2.3!'],
    ],
    ['mvn dependency:get -Dartifact=org.x:y:LATEST', ['mvn install org.x:y :LATEST']],
    ['mvn dependency:get -D artifact=org.x:y:1.0-SNAPSHOT', ['mvn install org.x:y :1.0-SNAPSHOT']],
    ['mvn dependency:copy -Dartifact=org.x:y:$V', ['mvn install org.x:y :$V']],
    ['mvn --version && mvn -v && mvn -h && mvn', []],
    ['/opt/maven/bin/mvn -Dmaven.repo.local=/m2 verify', ['mvn install ']],
    ['mvnd package -Dmaven.test.skip=true', ['mvn install ']],
    ['cd app && mvn -e -X -U deploy -DaltDeploymentRepository=x::y', ['mvn install  (-U)']],
    ['mvn $GOALS', ['mvn install ']],
    ['mvn -pl $MODULE package', ['mvn install ']],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})

describe('gradle', () => {
  it.each<Row>([
    ['gradle build', ['gradle install ']],
    ['./gradlew --no-daemon clean build -x test', ['gradle install ']],
    ['gradle -q dependencies --configuration runtimeClasspath', ['gradle install ']],
    [
      './gradlew :app:bootJar -Pversion=1 -Dorg.gradle.jvmargs=-Xmx1g --console=plain',
      ['gradle install '],
    ],
    ['gradle --offline build', []],
    ['gradle --version && ./gradlew --stop', []],
    ['gradle wrapper --gradle-version 8.5 && gradle clean && gradle tasks', []],
    ['gradle dependencies --write-locks', ['gradle install  (--write-locks)']],
    ['gradle build --refresh-dependencies -p app', ['gradle install  (--refresh-dependencies)']],
    [
      './gradlew build --dependency-verification strict',
      ['gradle install  (--dependency-verification=strict)'],
    ],
    [
      'gradle shadowJar --dependency-verification=off',
      ['gradle install  (--dependency-verification=off)'],
    ],
    ['gradle -b x.gradle -g /home/gradle/.gradle assemble', ['gradle install ']],
    ['gradle -I init.gradle -c settings.gradle jar', ['gradle install ']],
    ['sh ./gradlew build', ['gradle install ']],
    ['gradle $TASKS', ['gradle install ']],
    ['./gradlew', []],
    ['/opt/gradle/bin/gradle installDist --parallel --build-cache', ['gradle install ']],
  ])('%s', (run, expected) => {
    expect(asked(run)).toEqual(expected)
  })
})
