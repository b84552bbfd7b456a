import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { certificateKeys } from '../../api/certificate/keys.ts';
import { type CertificatePrinter, certificatePrinter } from '../../api/certificate/printer.ts';
import type { Db } from '../../db/connect.ts';
import { recogniseInYear } from '../../db/ledger.ts';
import { yearsChanged } from '../../db/year-changed.ts';
import { annualYear } from '../../rules/annual.ts';
import type { Subject } from '../../rules/vocabulary.ts';

/** A new signing key, as the file of CERTIFICATE_KEY holds it. */
export const newKeyText = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A file with a new signing key; the system's temporary folder is cleared by the system. */
export function newKeyFile(): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'xueshi-key-')), 'key.pem');
  writeFileSync(file, newKeyText(), { mode: 0o600 });
  return file;
}

let printer: CertificatePrinter | undefined;
/** One a process: the typefaces are large. */
export function testPrinter(): CertificatePrinter {
  printer ??= certificatePrinter({ keys: certificateKeys(newKeyText(), 'the test'), publicUrl: 'https://xueshi.test' });
  return printer;
}

/** A course of the platform counted in the person's 2026, as the system registers it. */
export async function course(db: Db, personId: string, subject: Subject, hundredths: number): Promise<string> {
  const sourceId = randomUUID();
  const activity = { form: 'platform-course', on: '2026-06-01', course: sourceId, hundredths, subject } as const;
  await db
    .transaction()
    .execute((trx) =>
      recogniseInYear(
        trx,
        { personId, year: 2026, on: '2026-11-23' },
        { sourceKind: 'platform', sourceId, activity, loweredTo: {}, studyArchive: true },
      ),
    );
  return sourceId;
}

/** Ninety hours: the person's 2026 is complete. */
export async function completeYear(db: Db, personId: string): Promise<void> {
  await course(db, personId, 'public', 3000);
  await course(db, personId, 'professional', 6000);
}

/** A finding of fraud cancels the person's 2026. */
export const cancelYear = (db: Db, personId: string): Promise<void> =>
  db.transaction().execute((trx) => {
    const result = annualYear({
      year: 2026,
      asOf: '2026-11-23',
      unit: { studyArchive: true },
      activities: [],
      findings: [{ kind: 'fraud', effectiveOn: '2026-11-01' }],
    });
    return yearsChanged(trx, [{ personId, year: 2026, result }]);
  });
