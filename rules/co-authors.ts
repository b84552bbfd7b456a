import type { Declaration } from './activity.ts';
import { plain } from './duplicates.ts';

/** Why somebody may not review a claim: the paper it rests on is theirs too (Art. 23). */
export type CoAuthorship = 'same-paper' | 'named-author';

/** Somebody who would review: their name, and what they declared themselves. */
export type WouldBeReviewer = { name: string; declared: readonly Declaration[] };

/**
 * Whether a reviewer is a co-author of the paper a conference was declared with: named among its authors, or declaring a paper of the same
 * DOI or title themselves. A namesake is taken for the author: another reviewer costs little, a co-author's decision much.
 * @article 23 徇私舞弊
 * @interpretation D-43
 */
export function coAuthorship(claim: Declaration, reviewer: WouldBeReviewer): CoAuthorship | null {
  const paper = paperOf(claim);
  if (paper === null) return null;
  if (paper.authors.includes(plain(reviewer.name))) return 'named-author';
  const isShared = reviewer.declared.some((own) => {
    const other = paperOf(own);
    return other !== null && (isSame(paper.doi, other.doi) || isSame(paper.title, other.title));
  });
  return isShared ? 'same-paper' : null;
}

type Paper = { title: string; doi: string; authors: readonly string[] };

function paperOf(declaration: Declaration): Paper | null {
  if (declaration.form !== 'academic-conference' || !declaration.presentedPaper) return null;
  return {
    title: plain(declaration.paperTitle ?? ''),
    doi: doiOf(declaration.paperDoi ?? ''),
    authors: (declaration.coAuthors ?? []).map(plain),
  };
}

/** Two papers that say nothing are not the same paper. */
const isSame = (a: string, b: string): boolean => a !== '' && a === b;

/** A DOI without what stands before it in an address. */
const doiOf = (text: string): string =>
  text
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/^(https?:\/\/)?(dx\.)?doi\.org\//, '')
    .replace(/^doi:\s*/, '');
