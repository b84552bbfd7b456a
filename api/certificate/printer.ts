import path from 'node:path';
import type { CertificateRow } from '../../db/tables/certificates.ts';
import { Threads } from '../../imports/threads.ts';
import { openFaces } from './faces.ts';
import type { CertificateKeys } from './keys.ts';
import { type Print, type Printed, printIfPossible } from './paper.ts';
import type { PrintingTask } from './printing.ts';

type Certificate = Pick<CertificateRow, 'statement' | 'code'>;

/** What the routes print and sign with. */
export type CertificatePrinter = {
  keys: CertificateKeys;
  /** The public page of a code. */
  verifyUrl(code: string): string;
  /** The same certificate gives the same bytes, as long as the public address stays. */
  print(certificate: Certificate): Promise<Print>;
  /**
   * For a batch: prints the same bytes in a thread of its own, until told that it was the last.
   * @throws BusyError while as many batches as may are printed
   */
  beginBatch(): Promise<BatchPrinter>;
};

export type BatchPrinter = { print(certificate: Certificate): Promise<Print>; end(): Promise<void> };

type Setting = {
  keys: CertificateKeys;
  /** Where people reach the system, such as https://xueshi.example.cn. */
  publicUrl: string;
  /** Files of further typefaces, asked last. */
  furtherFaces?: readonly string[];
};

/** Single certificates are printed one after the other: each costs some 20 ms of this process, and others wait between. */
export function certificatePrinter({ keys, publicUrl, furtherFaces = [] }: Setting): CertificatePrinter {
  const faces = openFaces(furtherFaces);
  const verifyUrl = (code: string): string => `${publicUrl.replace(/\/+$/, '')}/verify/${code}`;
  const printedOf = ({ statement, code }: Certificate): Printed => ({ statement, code, verifyUrl: verifyUrl(code) });
  let last: Promise<unknown> = Promise.resolve();
  return {
    keys,
    verifyUrl,
    print: (certificate) => {
      const turn = last.then(breath).then(() => printIfPossible(faces, printedOf(certificate)));
      // A certificate that failed is its caller's; the next is printed all the same.
      last = Promise.allSettled([turn]);
      return turn;
    },
    beginBatch: async () => {
      const task: PrintingTask = { furtherFaces };
      const thread = await batches.begin<Printed, Print>(path.join(import.meta.dirname, 'printing.ts'), task);
      return { print: (certificate) => thread.ask(printedOf(certificate)), end: () => thread.end() };
    },
  };
}

/** Of this process. A batch takes minutes: whoever comes third is told so rather than kept waiting. */
const batches = new Threads({ atOnce: 2, waiting: 0, heapMiB: 512, answerMs: 60_000 });

/** Lets whoever waits be served first. */
const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
