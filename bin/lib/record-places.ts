import path from 'node:path';
import { type EvidenceStore, fileEvidenceStore } from '../../api/evidence/store.ts';
import { readConfig } from '../config.ts';
import { databaseFor, settingsIn } from './database.ts';
import { EVIDENCE_SETTINGS, openEvidenceStore } from './evidence-store.ts';

/** Where a system keeps what a back-up must hold. */
export type RecordPlaces = { url: string; evidence: EvidenceStore; certificateKey: string; personKeySecret: string };

/** What a command means that is given no data folder: the environment's database, or else the folder of `npm start`. */
export const defaultFolder = (): string | undefined =>
  (process.env['DATABASE_URL'] ?? '') === '' ? (process.env['DATA_DIR'] ?? '.data') : undefined;

/**
 * The places of a system in a data folder (as `npm start` makes them), or those the environment names.
 * @throws Refusal when the folder has never been started, or settings are missing
 */
export async function placesOf(folder: string | undefined): Promise<RecordPlaces> {
  if (folder === undefined) {
    const named = readConfig(process.env, [
      'DATABASE_URL',
      ...EVIDENCE_SETTINGS,
      'CERTIFICATE_KEY',
      'PERSON_KEY_SECRET',
    ]);
    return {
      url: named.DATABASE_URL,
      evidence: await openEvidenceStore(named, console.warn),
      certificateKey: named.CERTIFICATE_KEY,
      personKeySecret: named.PERSON_KEY_SECRET,
    };
  }
  return {
    url: databaseFor(folder),
    evidence: fileEvidenceStore(path.join(folder, 'evidence')),
    certificateKey: process.env['CERTIFICATE_KEY'] ?? path.join(folder, 'certificate-key.pem'),
    personKeySecret: process.env['PERSON_KEY_SECRET'] ?? settingsIn(folder).personKeySecret,
  };
}
