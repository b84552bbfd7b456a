import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, onPath } from './places.ts';

/*
 * The time-skipping test server is Java. The SDK downloads a native build of it from GitHub; where that is closed,
 * the same server runs from its jars on Maven Central.
 */

const VERSION = '1.38.0';

/** The script that runs the time-skipping server, installed first when it is missing; throws with the cure. */
export async function timeSkippingServer(): Promise<string> {
  const script = path.join(folder(), 'server.sh');
  if (!existsSync(script)) await install();
  if (onPath('java') === null) throw new Error(`java is not on the PATH. ${CURE}`);
  return script;
}

const CURE =
  'The time-skipping tests need Java 17 and Maven: `apt-get install -y openjdk-17-jre-headless maven` (macOS: `brew install openjdk@17 maven`).';

/** Whether the jars are in the cache already. */
export function hasTimeSkippingServer(): boolean {
  return existsSync(path.join(folder(), 'server.sh'));
}

function folder(): string {
  return cacheFolder(`temporal-test-server-${VERSION}`);
}

async function install(): Promise<void> {
  const maven = onPath('mvn');
  if (maven === null) throw new Error(`mvn is not on the PATH. ${CURE}`);
  mkdirSync(cacheFolder(), { recursive: true });
  // Built aside and renamed whole, so two runs at once or one that is cut short leave nothing half-made.
  const aside = mkdtempSync(cacheFolder('.test-server-'));
  try {
    writeFileSync(path.join(aside, 'pom.xml'), pom);
    const args = ['--batch-mode', '--quiet', 'dependency:copy-dependencies', '-DoutputDirectory=lib'];
    await promisify(execFile)(maven, args, { cwd: aside, timeout: 10 * 60_000, maxBuffer: 16 * 1024 * 1024 });
    if (!readdirSync(path.join(aside, 'lib')).some((file) => file.startsWith('temporal-test-server'))) {
      throw new Error('Maven finished without copying temporal-test-server');
    }
    writeFileSync(path.join(aside, 'server.sh'), script, { mode: 0o755 });
    if (!existsSync(folder())) renameSync(aside, folder());
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

const script = `#!/bin/sh
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$@"
`;

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>xueshi</groupId>
  <artifactId>time-skipping-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;
