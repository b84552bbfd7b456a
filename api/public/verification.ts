import type { Verification } from '../../contract/certificates.ts';
import { dayInWords } from '../../rules/calendar.ts';
import { formatHours } from '../../rules/hours.ts';
import { html, type Markup, page } from './html.ts';

/** The public pages of the certificate check, in the words of whoever holds the paper. */

const TITLE = '继续教育完成证书查验';

const FORM = html`<form class="card" method="get" action="/verify">
<label for="code">验证码（证书左下角，20 位）</label>
<input id="code" name="code" required maxlength="60" autocomplete="off" spellcheck="false" aria-describedby="hint">
<p class="small" id="hint">不区分大小写，横线和空格可以省略。</p>
<button type="submit">查验</button>
</form>`;

const NOTE = html`<p class="small">查验结果由湖北省专业技术人员继续教育公共服务平台提供，以查验时刻的记录为准。请核对证书编号、年度和学时与所持证书是否一致。</p>`;

export const lookupPage = (): string => page(TITLE, html`<h1>${TITLE}</h1>${FORM}${NOTE}`);

/** The same for every code that is none: unknown or malformed, and it repeats nothing of what was asked. */
export const unknownPage = (): string =>
  page(
    TITLE,
    html`<h1>${TITLE}</h1>
<section class="card"><p class="state unknown">没有查到这个验证码</p>
<p>请核对验证码后重新输入。如果二维码扫描后显示本页，该证书可能不是本系统出具的。</p></section>${FORM}${NOTE}`,
  );

export const tooManyPage = (): string =>
  page(
    TITLE,
    html`<h1>${TITLE}</h1>
<section class="card"><p class="state unknown">查验过于频繁</p><p>请一分钟后再试。</p></section>`,
  );

export const faultPage = (): string =>
  page(
    TITLE,
    html`<h1>${TITLE}</h1>
<section class="card"><p class="state unknown">暂时无法查验</p><p>系统正忙，请稍后再试。</p></section>`,
  );

export function verificationPage(found: Verification): string {
  return page(
    `${TITLE}：${found.stateLabel}`,
    html`<h1>${TITLE}</h1>
<section class="card">
<p class="state ${found.state}" data-state="${found.state}">${SIGNS[found.state]} ${headline(found)}</p>
<dl>${[
      ...row('证书编号', found.number),
      ...row('姓名', found.nameMasked),
      ...row('年度', `${found.year}年`),
      ...row('结论', found.verdictLabel),
      ...row('学时', hoursOf(found)),
      ...row('签发日期', inWords(found.issuedOn)),
      ...row('失效日期', inWords(found.endedOn)),
      ...row('新证书签发日期', inWords(found.succeededOn)),
      ...row('查验时间', inShanghai(found.checkedAt)),
    ]}</dl>
</section>${FORM}${NOTE}`,
  );
}

/** A state is a sign and a word, never colour alone. */
const SIGNS = { valid: '✓', superseded: '↻', revoked: '✕' } as const;

function headline({ state, endedOn, succeededOn }: Verification): string {
  switch (state) {
    case 'valid':
      return '证书有效';
    case 'superseded':
      return `证书已失效：${inWords(succeededOn ?? endedOn) ?? ''}由新证书替代`;
    case 'revoked':
      return `证书已于${inWords(endedOn) ?? ''}撤销`;
  }
}

const hoursOf = (found: Verification): string =>
  `${formatHours(found.totalHundredths)}（公需科目 ${formatHours(found.publicHundredths)}，专业科目 ${formatHours(found.professionalHundredths)}）`;

const inWords = (day: string | null): string | null => (day === null ? null : dayInWords(day));

const row = (name: string, value: string | null): Markup[] =>
  value === null ? [] : [html`<dt>${name}</dt><dd>${value}</dd>`];

const inShanghai = (instant: string): string =>
  `${new Intl.DateTimeFormat('zh-CN', { dateStyle: 'long', timeStyle: 'medium', timeZone: 'Asia/Shanghai' }).format(new Date(instant))}（北京时间）`;
