import type { Generated } from 'kysely';
import type { EmailWish, SmsWish } from '../../contract/notices.ts';
import type { InstantNow, InstantOrNull } from '../columns.ts';

/** How notices reach people outside the system (migration 0012). */
export interface NoticeTables {
  contact: {
    person_id: string;
    email: string | null;
    phone: string | null;
    email_wish: Generated<EmailWish>;
    sms_wish: Generated<SmsWish>;
    since: InstantNow;
    updated_at: InstantNow;
  };
  notice_delivery: {
    notice_id: string;
    channel: 'email' | 'sms';
    state: 'sending' | 'sent' | 'waiting' | 'failed';
    attempts: Generated<number>;
    message_id: string;
    next_at: InstantOrNull;
    fault: string | null;
    at: InstantNow;
  };
}
