import { openFaces } from '../../api/certificate/faces.ts';
import { printCertificate } from '../../api/certificate/paper.ts';
import { issueCertificate } from '../../db/acts/certificates.ts';
import type { CertificateRow } from '../../db/tables/certificates.ts';
import { completeYear } from '../../test/support/certificates.ts';
import { done } from '../../test/support/world.ts';
import { Http, now, together } from '../lib/load.ts';
import { type Summary, summary } from '../lib/measure.ts';
import type { System } from '../lib/system.ts';

/** Certificates: how many a second are issued and printed, and how long the public check takes. */

export interface CertificatesResult {
  certificates: number;
  issuedPerS: number;
  printedPerS: number;
  bytes: number;
  verifications: number;
  callers: number;
  verifyMs: Summary;
  errors: string[];
}

const CERTIFICATES = 200;
const VERIFICATIONS = 4_000;
const CALLERS = 16;

export async function measureCertificates({ world, base }: System): Promise<CertificatesResult> {
  const people = [];
  for (let at = 0; at < CERTIFICATES; at += 1) {
    const person = await world.declarant('emp-city');
    await completeYear(world.db, person.personId);
    people.push(person);
  }
  const issuingFrom = now();
  const issued: CertificateRow[] = [];
  for (const person of people) {
    const wanted = { personId: person.personId, year: 2026, on: '2026-11-23' };
    issued.push(done(await issueCertificate(world.db, person, wanted)));
  }
  const issuingMs = now() - issuingFrom;
  const faces = openFaces();
  const printingFrom = now();
  let bytes = 0;
  for (const { statement, code } of issued) {
    const pdf = await printCertificate(faces, { statement, code, verifyUrl: `${base}/verify/${code}` });
    bytes = Math.max(bytes, pdf.length);
  }
  const printingMs = now() - printingFrom;
  const codes = Array.from({ length: VERIFICATIONS }, (_, at) => issued[at % issued.length]?.code ?? '');
  const samples: number[] = [];
  const http = new Http(base, CALLERS);
  const errors = await together(codes, CALLERS, async (code) => {
    const from = now();
    await http.call({ path: `/api/v1/verify/${code}` });
    samples.push(now() - from);
  });
  await http.close();
  return {
    certificates: CERTIFICATES,
    issuedPerS: perSecond(CERTIFICATES, issuingMs),
    printedPerS: perSecond(CERTIFICATES, printingMs),
    bytes,
    verifications: VERIFICATIONS,
    callers: CALLERS,
    verifyMs: summary(samples),
    errors: errors.slice(0, 5),
  };
}

const perSecond = (count: number, ms: number): number => Number(((count * 1_000) / ms).toFixed(1));
