import { createTransport } from 'nodemailer';

/** What leaves the system for one person. `id` is stable for its content, so that a mail server can tell a repetition. */
export type Message = { id: string; to: string; subject: string; text: string };

/** The port for messages: resolves when the other side has taken it. */
export type Sender = { send(message: Message): Promise<void>; close(): void };

/** The other side could not take it now; another try may succeed. Any other failure is final. */
export class TryLater extends Error {}

/** E-mail by SMTP. @param url smtp:// or smtps:// with credentials @param from the sender's address */
export function smtpSender(url: string, from: string): Sender {
  const transport = createTransport({ url, pool: true, maxConnections: 3, ...SMTP_PATIENCE } as Parameters<
    typeof createTransport
  >[0]);
  return {
    send: async ({ id, to, subject, text }) => {
      try {
        await transport.sendMail({ from, to, subject, text, messageId: `<${id}@xueshi>` });
      } catch (error) {
        throw isPermanent(error) ? error : new TryLater('the mail server did not take it', { cause: error });
      }
    },
    close: () => {
      transport.close();
    },
  };
}

/** The library would wait ten minutes for a server that takes a connection and says nothing. */
const SMTP_PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** A 5xx answer of the mail server is final; everything else (4xx, no connection, no time) may pass. */
const isPermanent = (error: unknown): boolean =>
  error instanceof Error && 'responseCode' in error && Number(error.responseCode) >= 500;

/** SMS by a gateway's HTTP address: POST {id, to, text}; 2xx is taken, 5xx and 429 may be tried later. */
export function smsSender(url: string, timeoutMs = 10_000): Sender {
  return {
    send: async ({ id, to, text }) => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': id },
        body: JSON.stringify({ id, to, text }),
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((error: unknown) => {
        throw new TryLater('the SMS gateway does not answer', { cause: error });
      });
      if (answer.status >= 500 || answer.status === 429)
        throw new TryLater(`the SMS gateway answered ${answer.status}`);
      if (!answer.ok) throw new Error(`the SMS gateway refused: ${answer.status}`);
    },
    close: () => undefined,
  };
}
