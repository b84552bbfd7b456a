import { Alert, Button } from 'antd';
import type { Form } from '../../rules/vocabulary.ts';
import { goToField } from '../parts/Field.tsx';
import type { FieldErrors } from './check.ts';
import { labelOf } from './labels.ts';

/** All that is wrong, at the top, each leading to its field. */
export function ErrorSummary({ errors, form }: { errors: FieldErrors; form: Form }) {
  const all = Object.entries(errors);
  if (all.length === 0) return null;
  return (
    <div style={{ marginBottom: 16 }} role="alert">
      <Alert
        type="error"
        showIcon
        title={`还有 ${all.length} 处需要填写或修改`}
        description={
          <ul className="why">
            {all.map(([path, message]) => (
              <li key={path}>
                <Button
                  type="link"
                  size="small"
                  className="button-of-words"
                  onClick={() => {
                    goToField(path);
                  }}
                >
                  {labelOf(path, form)}：{message}
                </Button>
              </li>
            ))}
          </ul>
        }
      />
    </div>
  );
}
