import { z } from 'zod';
import { isDay } from '../rules/calendar.ts';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;

/** Whether a text is an ID number (公民身份号码, GB 11643): a birth date that exists and the right check character. */
export function isIdNumber(text: string): boolean {
  if (!/^[1-9][0-9]{16}[0-9X]$/.test(text)) return false;
  if (!isDay(`${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`)) return false;
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(text.charAt(at)), 0);
  return '10X98765432'.charAt(sum % 11) === text.charAt(17);
}

export const idNumber = z
  .string()
  .trim()
  .toUpperCase()
  .refine(isIdNumber, '身份证号码有误，请逐位核对（第 18 位为校验码）');
