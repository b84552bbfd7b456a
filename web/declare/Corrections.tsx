import { Alert, Button, Checkbox } from 'antd';
import { useState } from 'react';
import type { ClaimDetail } from '../../contract/claims.ts';
import { formatLastDay } from '../lib/format.ts';
import { goToField } from '../parts/Field.tsx';
import { fieldOf } from './correction.ts';
import { labelOf } from './labels.ts';

/** The reasons for the return as a checklist; each leads to its field. */
export function Corrections({ claim }: { claim: ClaimDetail }) {
  const [done, setDone] = useState<readonly number[]>([]);
  const until = claim.correctionDueAt === null ? '' : `，请在${formatLastDay(claim.correctionDueAt)}前重新提交`;
  return (
    <div style={{ marginBottom: 16 }} data-testid="corrections">
      <Alert
        type="warning"
        showIcon
        title={`退回补正：共 ${claim.corrections.length} 处${until}`}
        description={
          <ul className="why" style={{ listStyle: 'none', paddingLeft: 0 }}>
            {claim.corrections.map((point, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the points of one return are fixed and have no id.
              <li key={index}>
                <Checkbox
                  checked={done.includes(index)}
                  onChange={(event) => {
                    setDone(event.target.checked ? [...done, index] : done.filter((n) => n !== index));
                  }}
                >
                  <strong>{point.label}</strong>：{point.text}
                  <span className="muted">（{point.organisationName}）</span>
                </Checkbox>
                <Button type="link" size="small" className="button-of-words" onClick={() => goToField(fieldOf(point))}>
                  去改：{labelOf(fieldOf(point), claim.form)}
                </Button>
              </li>
            ))}
          </ul>
        }
      />
    </div>
  );
}
