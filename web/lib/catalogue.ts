import { parseHundredths } from '../../rules/hours.ts';

/** Hours as they are typed; what is no number goes to the API as zero, which names the field. */
export const typedHundredths = (text: string): number => parseHundredths(text.trim()) ?? 0;
/** An empty line is nothing. */
export const orNull = (text: string | undefined): string | null =>
  text === undefined || text.trim() === '' ? null : text.trim();
