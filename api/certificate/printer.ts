import type { CertificateRow } from '../../db/tables/certificates.ts';
import { missingSigns, openFaces } from './faces.ts';
import type { CertificateKeys } from './keys.ts';
import { type Printed, printCertificate, variableText } from './paper.ts';

/** A certificate on paper, or the signs that no typeface has. */
export type Print = { ok: true; pdf: Buffer } | { ok: false; missing: string[] };

/** What the routes print and sign with. */
export type CertificatePrinter = {
  keys: CertificateKeys;
  /** The public page of a code. */
  verifyUrl(code: string): string;
  /** The same certificate gives the same bytes, as long as the public address stays. */
  print(certificate: Pick<CertificateRow, 'statement' | 'code'>): Promise<Print>;
};

type Setting = {
  keys: CertificateKeys;
  /** Where people reach the system, such as https://xueshi.example.cn. */
  publicUrl: string;
  /** Files of further typefaces, asked last. */
  furtherFaces?: readonly string[];
};

/** Certificates are printed one after the other: each costs some 20 ms of this process, and others wait between. */
export function certificatePrinter({ keys, publicUrl, furtherFaces = [] }: Setting): CertificatePrinter {
  const faces = openFaces(furtherFaces);
  const verifyUrl = (code: string): string => `${publicUrl.replace(/\/+$/, '')}/verify/${code}`;
  let last: Promise<unknown> = Promise.resolve();
  return {
    keys,
    verifyUrl,
    print: async ({ statement, code }) => {
      const printed: Printed = { statement, code, verifyUrl: verifyUrl(code) };
      const missing = missingSigns(faces, variableText(printed));
      if (missing.length > 0) return { ok: false, missing };
      const turn = last.then(breath).then(() => printCertificate(faces, printed));
      // A certificate that failed is its caller's; the next is printed all the same.
      last = Promise.allSettled([turn]);
      return { ok: true, pdf: await turn };
    },
  };
}

/** Lets whoever waits be served first. */
const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
