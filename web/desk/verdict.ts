import { z } from 'zod';
import type { DecisionRequest, Reason } from '../../contract/decisions.ts';
import { decisionRequest } from '../../contract/decisions.ts';
import type { SavedReply } from '../../contract/desk.ts';
import { codeOf } from '../../contract/values.ts';
import { ARTICLES } from '../../rules/articles.ts';
import { parseHundredths } from '../../rules/hours.ts';
import { codes, OUTCOMES, RETURN_REASONS } from '../../rules/vocabulary.ts';
import { newId } from '../lib/ids.ts';

/** A reason as it is typed. `place` is a field's path, `evidence:<id>`, or empty. */
const reasonDraft = z.object({
  key: z.string(),
  code: codeOf(RETURN_REASONS).nullable(),
  place: z.string(),
  article: z.enum(['', ...codes(ARTICLES)]),
  text: z.string(),
});
export type ReasonDraft = z.infer<typeof reasonDraft>;

/** What a reviewer has written on a task and not yet sent, as the tab keeps it. */
export const verdictDraft = z.object({
  decisionId: z.uuid(),
  outcome: codeOf(OUTCOMES).nullable(),
  lowered: z.record(z.string(), z.object({ hours: z.string(), reason: z.string() })),
  reasons: z.array(reasonDraft),
  comment: z.string(),
});
export type VerdictDraft = z.infer<typeof verdictDraft>;

export const newReason = (): ReasonDraft => ({ key: newId(), code: null, place: '', article: '', text: '' });

export const newVerdict = (): VerdictDraft => ({
  decisionId: newId(),
  outcome: null,
  lowered: {},
  reasons: [newReason()],
  comment: '',
});

/** The request, or what is still missing in words. */
export type Ready = { ok: true; request: DecisionRequest } | { ok: false; missing: string };

const missing = (words: string): Ready => ({ ok: false, missing: words });

/** Whether a draft can be sent. The API judges again. */
export function readyVerdict(draft: VerdictDraft, version: number): Ready {
  const { outcome, decisionId, comment } = draft;
  if (outcome === null) return missing('请先选择同意、退回补正或不予认定。');
  const hours = outcome === 'approve' ? hoursOf(draft) : [];
  if (hours === null) return missing('核减的学时须为最多两位小数的数字，并写明理由。');
  const reasons = outcome === 'approve' ? [] : reasonsOf(draft);
  if (reasons === null) return missing('每条理由须选择类别并写明说明。');
  if (outcome !== 'approve' && reasons.length === 0) return missing('请至少写明一条理由。');
  if (outcome === 'reject' && reasons.some(({ article }) => article === undefined)) {
    return missing('不予认定须注明依据的条款。');
  }
  const parsed = decisionRequest.safeParse({ decisionId, version, outcome, hours, reasons, comment });
  return parsed.success ? { ok: true, request: parsed.data } : missing('填写的内容有误，请检查后再提交。');
}

function hoursOf({ lowered }: VerdictDraft): DecisionRequest['hours'] | null {
  const hours: DecisionRequest['hours'] = [];
  for (const [line, { hours: text, reason }] of Object.entries(lowered)) {
    if (text.trim() === '') continue;
    const hundredths = parseHundredths(text.trim());
    if (hundredths === undefined || reason.trim() === '') return null;
    hours.push({ line: Number(line), hundredths, reason: reason.trim() });
  }
  return hours;
}

function reasonsOf({ reasons }: VerdictDraft): Reason[] | null {
  const made: Reason[] = [];
  for (const { code, place, article, text } of reasons) {
    if (code === null && text.trim() === '' && reasons.length > 1) continue;
    if (code === null || text.trim() === '') return null;
    made.push({
      code,
      text: text.trim(),
      ...(place.startsWith('evidence:') ? { evidenceId: place.slice('evidence:'.length) } : {}),
      ...(place === '' || place.startsWith('evidence:') ? {} : { field: place }),
      ...(article === '' ? {} : { article }),
    });
  }
  return made;
}

/** The words typed so far, for when they can only be copied. */
export const typedIn = ({ reasons, comment }: VerdictDraft): string[] =>
  [...reasons.map(({ text }) => text), comment].filter((text) => text.trim() !== '');

/**
 * A reply put in: for an approval into the comment, else into the reason of `key` (the last one when there is none of that key): its kind
 * and article where none are chosen yet, its words after those typed.
 */
export function withReply(draft: VerdictDraft, reply: Omit<SavedReply, 'id'>, key: string | null): VerdictDraft {
  if (draft.outcome === 'approve') return { ...draft, comment: joined(draft.comment, reply.text, 1000) };
  const into = draft.reasons.find((reason) => reason.key === key) ?? draft.reasons.at(-1) ?? newReason();
  const filled: ReasonDraft = {
    ...into,
    code: into.code ?? reply.code,
    article: into.article === '' ? (reply.article ?? '') : into.article,
    text: joined(into.text, reply.text, 120),
  };
  return { ...draft, reasons: draft.reasons.map((reason) => (reason.key === into.key ? filled : reason)) };
}

const joined = (typed: string, added: string, most: number): string =>
  (typed.trim() === '' ? added : `${typed.trim()}；${added}`).slice(0, most);
