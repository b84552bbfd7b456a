import { z } from 'zod';
import { CERTIFICATE_ENDS, CERTIFICATE_STATES, FORMS, VERDICTS } from '../rules/vocabulary.ts';
import { hours } from './explained.ts';
import { codeOf, day, id, instant, organisationId, requestKey } from './values.ts';
import { yearParams } from './years.ts';

/** Certificates (完成证书, Art. 16): one's own, the public check, the keys, an employer's print of many. */

/** What a certificate states, for its holder. */
export const certificate = hours.extend({
  id,
  number: z.string(),
  /** In groups of four, as it is printed. */
  code: z.string(),
  year: z.number().int(),
  state: codeOf(CERTIFICATE_STATES),
  stateLabel: z.string(),
  name: z.string(),
  idNumberMasked: z.string(),
  employerName: z.string().nullable(),
  verdict: codeOf(VERDICTS),
  forms: z.array(hours.extend({ form: codeOf(FORMS), formLabel: z.string(), deemed: z.boolean() })),
  issuedOn: day,
  endedAt: instant.nullable(),
  endReason: codeOf(CERTIFICATE_ENDS).nullable(),
  endReasonLabel: z.string().nullable(),
  /** The public page of this certificate: what its QR code says. */
  verifyUrl: z.string(),
  /** Signs of the name or the employer that cannot be printed yet, as U+20BB7. */
  unprintable: z.array(z.string()),
});
export type Certificate = z.infer<typeof certificate>;

/** A year's certificates: the valid one, whether there may be one, and those before, newest first. */
export const yearCertificates = z.object({
  year: z.number().int(),
  current: certificate.nullable(),
  mayIssue: z.boolean(),
  /** Why there may be one, or what is missing, in Chinese. */
  why: z.array(z.string()),
  history: z.array(certificate),
});
export type YearCertificates = z.infer<typeof yearCertificates>;

/** What anybody who has the code may know: never the whole name, never why it ended. */
export const verification = hours.extend({
  state: codeOf(CERTIFICATE_STATES),
  stateLabel: z.string(),
  number: z.string(),
  nameMasked: z.string(),
  year: z.number().int(),
  verdictLabel: z.string(),
  issuedOn: day,
  /** When it stopped being valid. */
  endedOn: day.nullable(),
  /** When the certificate that took its place was issued. */
  succeededOn: day.nullable(),
  checkedAt: instant,
});
export type Verification = z.infer<typeof verification>;

const verifyParams = z.object({ code: z.string() });

/** At most so many people can be named for one print; without names it is the whole unit. */
const PEOPLE_NAMED = 1_000;

const batchRequest = z.strictObject({
  year: yearParams.shape.year,
  personIds: z.array(id).min(1, '请至少选择一人').max(PEOPLE_NAMED, `一次最多选择 ${PEOPLE_NAMED} 人`).optional(),
});

export const BATCH_STATES = {
  waiting: '等待下载',
  running: '正在生成',
  done: '已完成',
  interrupted: '已中断，可重新下载',
} as const;
export type BatchState = keyof typeof BATCH_STATES;

export const certificateBatch = z.object({
  id,
  employerId: organisationId,
  year: z.number().int(),
  state: codeOf(BATCH_STATES),
  stateLabel: z.string(),
  /** People it is for; of these printed, and passed over because their year has none or it cannot be printed. */
  total: z.number().int(),
  printed: z.number().int(),
  skipped: z.number().int(),
  createdAt: instant,
});
export type CertificateBatch = z.infer<typeof certificateBatch>;

const batchParams = z.strictObject({ id: organisationId, batchId: id });
const keyHeader = z.object({ 'idempotency-key': requestKey.optional() });

/** A certificate that waits for a typeface. */
const certificateCase = z.object({
  certificateId: id,
  number: z.string(),
  missing: z.array(z.string()),
  openedAt: instant,
});
const certificateCases = z.object({ items: z.array(certificateCase) });

export const certificateRoutes = {
  yearCertificates: {
    method: 'GET',
    path: '/me/years/:year/certificate',
    summary: '我的年度证书：当前证书、能否出具、历次证书',
    access: 'signed-in',
    params: yearParams,
    response: yearCertificates,
    status: 200,
  },
  issueCertificate: {
    method: 'POST',
    path: '/me/years/:year/certificate',
    summary: '出具本人年度的完成证书；已有有效证书时返回该证书',
    access: 'signed-in',
    params: yearParams,
    headers: keyHeader,
    response: certificate,
    status: 200,
  },
  certificatePdf: {
    method: 'GET',
    path: '/me/years/:year/certificate.pdf',
    summary: '完成证书 PDF（首次下载时出具）',
    access: 'signed-in',
    params: yearParams,
    status: 200,
    file: true,
  },
  certificateSignature: {
    method: 'GET',
    path: '/me/years/:year/certificate.sig',
    summary: '完成证书 PDF 的电子签名（Ed25519，64 字节），响应头 x-key-id 为密钥编号',
    access: 'signed-in',
    params: yearParams,
    status: 200,
    file: true,
  },
  certificateKeys: {
    method: 'GET',
    path: '/certificates/keys',
    summary: '验签公钥（PEM）：第一把为现用密钥，其后为历史密钥',
    access: 'anyone',
    status: 200,
    file: true,
  },
  certificateKey: {
    method: 'GET',
    path: '/certificates/keys/:keyId',
    summary: '按密钥编号取验签公钥（PEM）',
    access: 'anyone',
    params: z.strictObject({ keyId: z.string().max(64) }),
    status: 200,
    file: true,
  },
  certificateCases: {
    method: 'GET',
    path: '/certificates/cases',
    summary: '因缺字无法打印的证书（省级管理员）',
    access: 'signed-in',
    response: certificateCases,
    status: 200,
  },
  verify: {
    method: 'GET',
    path: '/verify/:code',
    summary: '查验证书，无需登录',
    access: 'anyone',
    params: verifyParams,
    response: verification,
    status: 200,
  },
  printCertificates: {
    method: 'POST',
    path: '/employers/:id/certificates',
    summary: '批量打印本单位证书：建立打印任务',
    access: 'signed-in',
    params: z.strictObject({ id: organisationId }),
    headers: keyHeader,
    body: batchRequest,
    response: certificateBatch,
    status: 201,
  },
  certificateBatch: {
    method: 'GET',
    path: '/employers/:id/certificates/:batchId',
    summary: '批量打印的进度',
    access: 'signed-in',
    params: batchParams,
    response: certificateBatch,
    status: 200,
  },
  certificateBatchFile: {
    method: 'GET',
    path: '/employers/:id/certificates/:batchId/certificates.zip',
    summary: '批量打印的压缩包（边生成边下载）：证书、签名、目录与验签公钥',
    access: 'signed-in',
    params: batchParams,
    status: 200,
    file: true,
  },
} as const;
