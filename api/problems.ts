import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { PROBLEMS, type Problem, type Refusal } from '../contract/problems.ts';
import { BusyError } from '../imports/threads.ts';
import { StorageAwayError, StorageFullError } from './evidence/faults.ts';

/** Every answer that is not a success: application/problem+json with a code, a Chinese detail and the cure. 5xx is for faults only. */

export function problemOf(refusal: Refusal, traceId: string): Problem {
  const [status, title] = PROBLEMS[refusal.code];
  const { code, detail, fix, provision, fields, more } = refusal;
  return {
    type: `urn:xueshi:problem:${code}`,
    title,
    status,
    code,
    detail,
    fix,
    ...(provision === undefined ? {} : { provision }),
    ...(fields === undefined ? {} : { fields }),
    ...(more === undefined ? {} : { more }),
    traceId,
  };
}

export function sendRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const problem = problemOf(refusal, request.id);
  request.problem = refusal.code;
  const retryAfter = refusal.more?.['retryAfterSeconds'];
  if (typeof retryAfter === 'number') void reply.header('retry-after', String(retryAfter));
  return reply.code(problem.status).type('application/problem+json').send(problem);
}

/** Thrown where an answer cannot be returned (hooks); the error handler answers with it. */
export class RefusedError extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** One handler for all errors and for unknown routes. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalFor(error);
    if (refusal.code === 'internal-error') {
      request.log.error({ err: error }, 'a request failed');
    } else if (PROBLEMS[refusal.code][0] >= 500) {
      request.log.warn({ err: error }, 'a request could not be served now');
    }
    return sendRefusal(request, reply, refusal);
  });
}

/** An address that is none (half a sign in its escapes, a part beyond measure): refused before any route is looked for. */
export function answerBadAddress(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  void sendRefusal(request, reply, error.code === 'FST_ERR_BAD_URL' ? BAD_ADDRESS : unknownRoute);
}

const BAD_ADDRESS: Refusal = {
  code: 'malformed-request',
  detail: '请求的地址不完整或含有无法识别的字符。',
  fix: '请检查地址；接口文档见 /docs。',
};

/** What is not HTTP, is too long, or does not come to its end in time: answered on the bare connection, which is then given up. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const problem = problemOf(BROKEN[error.code ?? ''] ?? NOT_HTTP, randomUUID());
  const body = JSON.stringify(problem);
  if (socket.writable)
    socket.write(
      [
        `HTTP/1.1 ${String(problem.status)} ${STATUS_CODES[problem.status] ?? ''}`,
        'content-type: application/problem+json; charset=utf-8',
        `content-length: ${String(Buffer.byteLength(body))}`,
        'connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  socket.destroy();
}

const NOT_HTTP: Refusal = {
  code: 'malformed-request',
  detail: '请求不符合 HTTP 协议。',
  fix: '请检查客户端或代理的设置。',
};
const BROKEN: Readonly<Record<string, Refusal>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    code: 'request-timeout',
    detail: '请求在规定时间内没有传完，没有保存任何内容。',
    fix: '请检查网络后重新提交；文件较大的，请压缩后再上传。',
  },
  HPE_HEADER_OVERFLOW: {
    code: 'headers-too-large',
    detail: '请求头过长。',
    fix: '请清除浏览器中本站的 Cookie 后重试。',
  },
};

export const unknownRoute: Refusal = {
  code: 'not-found',
  detail: '没有这个地址。',
  fix: '请检查地址；接口文档见 /docs。',
};

function refusalFor(error: FastifyError): Refusal {
  if (error instanceof RefusedError) return error.refusal;
  if (error instanceof BusyError) return OVERLOADED;
  if (error instanceof StorageAwayError) return STORAGE_AWAY;
  if (error instanceof StorageFullError) return STORAGE_FULL;
  if (hasZodFastifySchemaValidationErrors(error)) return invalidInput(error);
  return byFastifyCode(error) ?? byFullDisk(error) ?? byDatabaseCode(error) ?? byStatus(error) ?? FAULT;
}

type Issues = { validation: readonly { instancePath?: string; message?: string | undefined }[] };

function invalidInput(error: Issues): Refusal {
  const fields = error.validation.slice(0, 50).map((issue) => {
    const { instancePath = '', message = '填写有误' } = issue;
    return { path: instancePath.replace(/^\//, '').replaceAll('/', '.'), message };
  });
  const [first] = fields;
  const detail = first ? `${first.path === '' ? '' : `${first.path}：`}${first.message}` : '填写的内容有误';
  return { code: 'invalid-input', detail, fix: '请按提示修改后重新提交。', fields };
}

function byFastifyCode(error: FastifyError): Refusal | null {
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return MALFORMED;
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return { code: 'body-too-large', detail: '提交的内容超过 1 MB。', fix: '请减少内容；文件请通过证明材料上传。' };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_INVALID_MULTIPART_CONTENT_TYPE':
      return {
        code: 'unsupported-media-type',
        detail: '请求的格式不受支持。',
        fix: '内容请用 application/json 提交，文件请用 multipart/form-data。',
      };
    case 'FST_REQ_FILE_TOO_LARGE':
      return FILE_TOO_LARGE;
    case 'FST_UNDER_PRESSURE':
      return OVERLOADED;
    default:
      return null;
  }
}

export const FILE_TOO_LARGE: Refusal = {
  code: 'evidence-too-large',
  detail: '文件超过 10 MB。',
  fix: '请压缩图片，或将 PDF 拆分后分别上传。',
};

const MALFORMED: Refusal = {
  code: 'malformed-json',
  detail: '提交的内容不是有效的 JSON。',
  fix: '请检查内容的格式后重新提交。',
};

export const OVERLOADED: Refusal = {
  code: 'overloaded',
  detail: '现在办理的人较多。',
  fix: '请稍候几秒再试；您填写的内容仍在页面上。',
  more: { retryAfterSeconds: 3 },
};

const DATABASE_AWAY: Refusal = {
  code: 'not-ready',
  detail: '数据库暂时没有应答。',
  fix: '请稍候几秒再试；您填写的内容仍在页面上。',
  more: { retryAfterSeconds: 3 },
};

const STORAGE_AWAY: Refusal = {
  code: 'storage-away',
  detail: '存放证明材料的存储暂时没有应答，这次没有保存或读取文件。',
  fix: '请稍候几秒，再次上传或打开；已登记的材料和填写的内容都还在。',
  more: { retryAfterSeconds: 5 },
};

const STORAGE_FULL: Refusal = {
  code: 'storage-full',
  detail: '系统的存储空间已满，这次没有保存任何内容。',
  fix: '请联系系统管理员清理或扩充存储；之后重新提交，您填写的内容仍在页面上。',
};

/** No room left, for a file (ENOSPC, or the quota: EDQUOT) or for PostgreSQL (53100). */
const byFullDisk = ({ code }: { code?: unknown }): Refusal | null =>
  code === 'ENOSPC' || code === 'EDQUOT' || code === '53100' ? STORAGE_FULL : null;

/** What PostgreSQL says, where it is the input's fault or passes by itself. */
function byDatabaseCode(error: Error & { code?: unknown }): Refusal | null {
  const code = typeof error.code === 'string' ? error.code : '';
  // A NUL or half a surrogate pair: JSON can say them, PostgreSQL's text cannot.
  if (['22021', '22P05'].includes(code) || (code === '22P02' && error.message.includes('json'))) {
    return { code: 'invalid-input', detail: '内容含有无法保存的字符。', fix: '请删除特殊字符后重新提交。' };
  }
  // Given up by PostgreSQL: two in each other's way, a lock or a statement that took longer than it may.
  if (['40001', '40P01', '55P03', '57014'].includes(code)) return OVERLOADED;
  const isAway =
    /^(ECONN|57P0|08|53|25P03)/.test(code) ||
    /connection (terminated|timeout)|timeout exceeded when trying/i.test(error.message);
  return isAway ? DATABASE_AWAY : null;
}

/** Anything else that a library answered as the caller's fault. */
function byStatus(error: FastifyError): Refusal | null {
  const status = error.statusCode ?? 500;
  if (status === 404) return unknownRoute;
  if (status === 413) return FILE_TOO_LARGE;
  if (status === 429) {
    return {
      code: 'too-many-requests',
      detail: '请求过于频繁。',
      fix: '请一分钟后再试。',
      more: { retryAfterSeconds: 60 },
    };
  }
  if (status === 503) return OVERLOADED;
  if (status >= 400 && status < 500) return error instanceof SyntaxError ? MALFORMED : BAD_REQUEST;
  return null;
}

const BAD_REQUEST: Refusal = { code: 'invalid-input', detail: '请求的内容有误。', fix: '请检查后重新提交。' };

const FAULT: Refusal = {
  code: 'internal-error',
  detail: '系统出现故障，您的操作没有完成。',
  fix: '请稍后再试；仍不成功时，请把追踪编号告诉管理员。',
};
