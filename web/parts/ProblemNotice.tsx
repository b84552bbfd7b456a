import { Alert, Button } from 'antd';
import { withDays } from '../lib/format.ts';
import { told } from '../lib/problem.ts';

/** A failure in words: what is the matter, and what to do now. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { title, detail, fix, traceId } = told(error);
  return (
    <Alert
      type="error"
      showIcon
      title={title}
      description={
        <>
          <div>{withDays(detail)}</div>
          <div>{withDays(fix)}</div>
          {traceId ? <div className="muted small">追踪编号：{traceId}</div> : null}
        </>
      }
      action={onRetry ? <Button onClick={onRetry}>重试</Button> : undefined}
    />
  );
}
