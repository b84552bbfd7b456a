import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { BATCH_STATES, type BatchState, type Certificate, type CertificateBatch } from '../../contract/certificates.ts';
import type { Outcomes, Refusal } from '../../contract/problems.ts';
import {
  beginBatch,
  closeCertificateCase,
  issueCertificate,
  openCertificateCase,
  reportBatch,
  SILENT_SECONDS,
  startBatch,
} from '../../db/acts/certificates.ts';
import { type KeptCertificate, openCases, readBatch, readCertificates } from '../../db/read/certificates.ts';
import type { CertificateBatchRow, CertificateRow } from '../../db/tables/certificates.ts';
import { BusyError } from '../../imports/threads.ts';
import { groupedCode } from '../../rules/certificate.ts';
import { CERTIFICATE_ENDS, CERTIFICATE_STATES, FORMS } from '../../rules/vocabulary.ts';
import { zipOfBatch } from '../certificate/batch.ts';
import type { CertificatePrinter } from '../certificate/printer.ts';
import type { Deps } from '../deps.ts';
import { today } from '../plugins/identity.ts';
import { type Ask, given, refused, serve } from '../serve.ts';

/** Certificates (Art. 16): one's own, the published keys, an employer's print of many. */
export function certificateRoutes(app: FastifyInstance, deps: Deps): void {
  ownCertificates(app, deps);
  publishedKeys(app, deps);
  batches(app, deps);
  serve(app, 'certificateCases', async ({ scope }) => {
    const cases = await openCases(deps.db, scope);
    if (cases === null) return refused(NOT_PROVINCE);
    const items = cases.map((each) => ({
      certificateId: each.certificate_id,
      number: each.number,
      missing: each.missing,
      openedAt: each.opened_at.toISOString(),
    }));
    return given({ items });
  });
}

function ownCertificates(app: FastifyInstance, deps: Deps): void {
  const { db, certificates: printer } = deps;
  serve(app, 'yearCertificates', async ({ scope, params: { year } }) => {
    const read = await readCertificates(db, { personId: scope.personId, year, on: today() });
    const shown = read.certificates.map((row) => shownCertificate(row, printer));
    const current = shown.find(({ state }) => state === 'valid') ?? null;
    const history = shown.filter((each) => each !== current);
    return given({ year, current, history, mayIssue: read.mayIssue, why: read.why });
  });
  serve(app, 'issueCertificate', async ({ scope, params: { year } }) => {
    const issued = await issueCertificate(db, scope, { personId: scope.personId, year, on: today() });
    if (!issued.ok) return issued;
    return given(shownCertificate({ ...issued.value, unprintable: [] }, printer));
  });
  serve(app, 'certificatePdf', async (ask) => {
    const printed = await ownPdf(deps, ask);
    if (!printed.ok) return printed;
    const { pdf, certificate } = printed.value;
    return given(sendFile(ask.reply, pdf, { type: 'application/pdf', name: `${fileName(certificate)}.pdf` }));
  });
  serve(app, 'certificateSignature', async (ask) => {
    const printed = await ownPdf(deps, ask);
    if (!printed.ok) return printed;
    const { pdf, certificate } = printed.value;
    const keyId = printer.keys.published[0].id;
    void ask.reply.header('x-key-id', keyId);
    const name = `${fileName(certificate)}.pdf.${keyId}.sig`;
    return given(sendFile(ask.reply, printer.keys.sign(pdf), { type: 'application/octet-stream', name }));
  });
}

type OwnFile = Ask<'certificatePdf'> | Ask<'certificateSignature'>;

/** Issues the caller's certificate of the year if need be, and prints it. */
async function ownPdf(
  { db, certificates: printer }: Deps,
  { scope, params: { year } }: OwnFile,
): Promise<Outcomes<{ pdf: Uint8Array; certificate: CertificateRow }>> {
  const issued = await issueCertificate(db, scope, { personId: scope.personId, year, on: today() });
  if (!issued.ok) return issued;
  const certificate = issued.value;
  const print = await printer.print(certificate);
  if (!print.ok) {
    await openCertificateCase(db, certificate, print.missing);
    return refused(unprintable(print.missing));
  }
  await closeCertificateCase(db, certificate.id);
  return given({ pdf: print.pdf, certificate });
}

const unprintable = (missing: string[]): Refusal => ({
  code: 'certificate-unprintable',
  detail: `姓名或单位名称中的字（${missing.join('、')}）系统字库中没有，为免印成方框，暂不打印。`,
  fix: '已通知系统管理员补充字体，补充后即可下载；证书本身有效，可凭验证码查验。',
  more: { missing },
});

const fileName = ({ number }: CertificateRow): string => `certificate-${number}`;

function sendFile(reply: FastifyReply, content: Uint8Array, { type, name }: { type: string; name: string }): Readable {
  void reply
    .header('content-type', type)
    .header('content-length', String(content.length))
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('content-security-policy', "sandbox; default-src 'none'");
  return Readable.from([content]);
}

function shownCertificate(row: KeptCertificate, printer: CertificatePrinter): Certificate {
  const { statement, state, end_reason } = row;
  return {
    id: row.id,
    number: row.number,
    code: groupedCode(row.code),
    year: row.year,
    state,
    stateLabel: CERTIFICATE_STATES[state],
    name: statement.name,
    idNumberMasked: statement.idNumberMasked,
    employerName: statement.employerName,
    verdict: statement.verdict,
    publicHundredths: statement.publicHundredths,
    professionalHundredths: statement.professionalHundredths,
    totalHundredths: statement.totalHundredths,
    forms: statement.forms.map((form) => ({
      ...form,
      formLabel: FORMS[form.form],
      totalHundredths: form.publicHundredths + form.professionalHundredths,
    })),
    issuedOn: statement.issuedOn,
    endedAt: row.ended_at?.toISOString() ?? null,
    endReason: end_reason,
    endReasonLabel: end_reason && CERTIFICATE_ENDS[end_reason],
    verifyUrl: printer.verifyUrl(row.code),
    unprintable: row.unprintable,
  };
}

function publishedKeys(app: FastifyInstance, { certificates: { keys } }: Deps): void {
  const send = (reply: FastifyReply, text: string): Readable => {
    void reply.header('content-type', 'application/x-pem-file').header('cache-control', 'public, max-age=300');
    return Readable.from([text]);
  };
  serve(app, 'certificateKeys', ({ reply }) => Promise.resolve(given(send(reply, keys.published.map(pemOf).join('')))));
  serve(app, 'certificateKey', ({ params, reply }) => {
    const key = keys.published.find(({ id }) => id === params.keyId);
    return Promise.resolve(key ? given(send(reply, pemOf(key))) : refused(NO_KEY));
  });
}

/** PEM readers skip what stands before the first line of dashes. */
const pemOf = ({ id, isCurrent, pem }: CertificatePrinter['keys']['published'][number]): string =>
  `key-id: ${id} (${isCurrent ? 'current' : 'earlier'}, Ed25519)\n${pem}`;

function batches(app: FastifyInstance, deps: Deps): void {
  const { db } = deps;
  serve(app, 'printCertificates', async ({ scope, params, body, headers }) => {
    const wish = { employerId: params.id, ...body, requestKey: headers['idempotency-key'] };
    const started = await startBatch(db, scope, wish, today());
    return started.ok ? given(shownBatch({ ...started.value, silent_seconds: null })) : started;
  });
  serve(app, 'certificateBatch', async ({ scope, params }) => {
    const batch = await readBatch(db, scope, { id: params.batchId, employerId: params.id });
    return batch ? given(shownBatch(batch)) : refused(NO_BATCH);
  });
  serve(app, 'certificateBatchFile', async ({ scope, params, reply, request }) => {
    const begun = await beginBatch(db, scope, { id: params.batchId, employerId: params.id }, today());
    if (!begun.ok) return begun;
    const printer = await batchPrinter(deps, begun.value.id);
    if ('refusal' in printer) return printer;
    const name = `certificates-${params.id}-${begun.value.year}.zip`;
    void reply
      .header('content-type', 'application/zip')
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('content-security-policy', "sandbox; default-src 'none'");
    return given(
      zipOfBatch(deps, scope, { batch: begun.value, printer }, (error) => {
        request.log.error({ err: error, batchId: params.batchId }, 'a batch of certificates was not finished');
      }),
    );
  });
}

/** Refused while as many batches as may are printed; the batch then stands as one that was broken off. */
async function batchPrinter({ db, certificates }: Deps, batchId: string) {
  try {
    return await certificates.beginBatch();
  } catch (error) {
    await reportBatch(db, batchId, { printed: 0, skipped: 0 }, 'interrupted');
    if (error instanceof BusyError) return refused(PRINTERS_BUSY);
    throw error;
  }
}

const PRINTERS_BUSY: Refusal = {
  code: 'overloaded',
  detail: '正在生成的批量证书较多。',
  fix: '请一分钟后再下载；本次打印已保留。',
  more: { retryAfterSeconds: 60 },
};

function shownBatch(batch: CertificateBatchRow & { silent_seconds: number | null }): CertificateBatch {
  const state = stateOfBatch(batch);
  return {
    id: batch.id,
    employerId: batch.employer_id,
    year: batch.year,
    state,
    stateLabel: BATCH_STATES[state],
    total: batch.total,
    printed: batch.printed,
    skipped: batch.skipped,
    createdAt: batch.created_at.toISOString(),
  };
}

function stateOfBatch(batch: CertificateBatchRow & { silent_seconds: number | null }): BatchState {
  if (batch.finished_at !== null) return 'done';
  if (batch.started_at === null) return 'waiting';
  return batch.silent_seconds !== null && batch.silent_seconds < SILENT_SECONDS ? 'running' : 'interrupted';
}

const NO_KEY: Refusal = {
  code: 'not-found',
  detail: '没有这个密钥编号。',
  fix: '请核对签名文件名中的密钥编号；全部公钥见 /api/v1/certificates/keys。',
};
const NO_BATCH: Refusal = {
  code: 'not-found',
  detail: '没有找到这次打印。',
  fix: '请从列表重新进入；如果链接来自他人，请确认您有权查看。',
};
const NOT_PROVINCE: Refusal = {
  code: 'forbidden',
  detail: '仅省级系统管理员可以查看。',
  fix: '如应由您处理，请联系省人社厅登记岗位。',
};
