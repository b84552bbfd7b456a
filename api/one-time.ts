import { randomInt } from 'node:crypto';

// Without 0/o, 1/l/i: these are read out and typed from paper.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const draw = (length: number): string =>
  Array.from({ length }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');

/** A password for one login (一次性密码): about 59 bits, in three groups. */
export const newOneTimePassword = (): string => [draw(4), draw(4), draw(4)].join('-');

/** What somebody reads out to be linked to their account (关联码): about 40 bits, good for a day and for one act. */
export const newLinkingCode = (): string => `${draw(4)}-${draw(4)}`;

/** A name to sign in with; it says nothing of its person. */
export const newUsername = (): string => `u${draw(8)}`;
