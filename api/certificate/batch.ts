import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import yazl from 'yazl';
import type { Caller } from '../../db/acts/caller.ts';
import {
  closeCertificateCase,
  issueCertificate,
  nextPeople,
  openCertificateCase,
  reportBatch,
} from '../../db/acts/certificates.ts';
import type { CertificateBatchRow, CertificateRow } from '../../db/tables/certificates.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import type { BatchPrinter } from './printer.ts';

/**
 * An employer's certificates as one ZIP, made while it is fetched: one certificate at a time is in memory, and the next is issued and
 * printed, in a thread of its own, when the one before has gone out. Broken off, it can be fetched again: certificates already issued stay
 * the same.
 */

const PEOPLE_A_PAGE = 200;
const REPORT_EVERY = 20;

type Listed = { name: string; result: string; number: string; file: string };
type Archive = { zip: yazl.ZipFile; out: PassThrough; closed: Promise<unknown>; printer: BatchPrinter };

/** @param printer ended here, however the batch ends */
export function zipOfBatch(
  deps: Deps,
  caller: Caller,
  { batch, printer }: { batch: CertificateBatchRow; printer: BatchPrinter },
  onFault: (error: unknown) => void,
): Readable {
  const zip = new yazl.ZipFile();
  const out = new PassThrough();
  zip.outputStream.pipe(out);
  const closed = new Promise((resolve) => out.once('close', resolve));
  fill(deps, caller, batch, { zip, out, closed, printer }).catch((error: unknown) => {
    if (!out.destroyed) onFault(error);
    out.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return out;
}

async function fill(deps: Deps, caller: Caller, batch: CertificateBatchRow, archive: Archive): Promise<void> {
  const reached = { printed: 0, skipped: 0 };
  let isWhole = false;
  try {
    const index: Listed[] = [];
    for await (const person of peopleOf(deps, batch)) {
      if (archive.out.destroyed) return;
      const listed = await addPerson(deps, caller, batch, { person, archive });
      index.push(listed);
      if (listed.number === '') reached.skipped += 1;
      else reached.printed += 1;
      if (index.length % REPORT_EVERY === 0) await reportBatch(deps.db, batch.id, reached);
    }
    await addEntry(archive, 'index.csv', indexOf(index));
    await addEntry(archive, 'keys.pem', Buffer.from(deps.certificates.keys.published.map(({ pem }) => pem).join('')));
    isWhole = !archive.out.destroyed;
  } finally {
    await Promise.all([
      reportBatch(deps.db, batch.id, reached, isWhole ? 'done' : 'interrupted'),
      archive.printer.end(),
    ]);
  }
  // Last of all: whoever holds the whole file finds the batch done, and its printer free for the next.
  archive.zip.end();
}

async function* peopleOf({ db }: Deps, batch: CertificateBatchRow): AsyncGenerator<{ personId: string; name: string }> {
  for (let after: string | null = null; ; ) {
    const page: { personId: string; name: string }[] = await nextPeople(db, batch, {
      after,
      limit: PEOPLE_A_PAGE,
      on: today(),
    });
    yield* page;
    after = page.at(-1)?.personId ?? null;
    if (after === null) return;
  }
}

type Adding = { person: { personId: string; name: string }; archive: Archive };

/** Issues, prints, signs and adds one person's certificate; the index says why there is none. */
async function addPerson(
  { db, certificates: { keys } }: Deps,
  caller: Caller,
  batch: CertificateBatchRow,
  { person: { personId, name }, archive }: Adding,
): Promise<Listed> {
  const wanted = { personId, year: batch.year, on: today(), organisationId: batch.employer_id };
  const issued = await issueCertificate(db, caller, wanted);
  if (!issued.ok) return { name, result: issued.refusal.detail, number: '', file: '' };
  const certificate: CertificateRow = issued.value;
  const print = await archive.printer.print(certificate);
  if (!print.ok) {
    await openCertificateCase(db, certificate, print.missing);
    return { name, result: `缺字，暂不能打印：${print.missing.join('、')}`, number: '', file: '' };
  }
  await closeCertificateCase(db, certificate.id);
  const file = `${certificate.number}.pdf`;
  await addEntry(archive, file, print.pdf);
  await addEntry(archive, `${file}.${keys.published[0].id}.sig`, keys.sign(print.pdf));
  return { name, result: '已出具', number: certificate.number, file };
}

/** Adds a file, and waits until it has gone out or nobody fetches any more: what waits in memory is one file. */
async function addEntry({ zip, out, closed }: Archive, name: string, content: Uint8Array): Promise<void> {
  if (out.destroyed) return;
  const source = Readable.from([Buffer.from(content.buffer, content.byteOffset, content.byteLength)]);
  zip.addReadStream(source, name, { mtime: MADE_ON, compress: true });
  await Promise.race([once(source, 'end'), closed]);
}

/** Entries carry no time of their own: the certificate says when it was issued. */
const MADE_ON = new Date('2026-01-01T00:00:00Z');

/** With a byte order mark, so that spreadsheets read it as UTF-8; cells that a spreadsheet would run as formulas are text. */
function indexOf(index: readonly Listed[]): Buffer {
  const rows = index.map(({ name, number, file, result }) => ({
    姓名: name,
    证书编号: number,
    文件: file,
    结果: result,
  }));
  return Buffer.from(
    stringify(rows, { header: true, columns: ['姓名', '证书编号', '文件', '结果'], bom: true, escape_formulas: true }),
  );
}
