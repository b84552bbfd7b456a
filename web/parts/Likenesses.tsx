import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import { LIKENESSES, type Likeness } from '../../contract/explained.ts';

/** What looks like another claim. Nothing is refused for it; people are told. */
export const Likenesses = ({ warnings }: { warnings: readonly Likeness[] }) => (
  <>
    {warnings.map((warning) => (
      <Alert
        key={`${warning.kind}-${warning.claimNumber}-${warning.evidenceId ?? ''}`}
        type="warning"
        showIcon
        title={LIKENESSES[warning.kind]}
        description={
          <>
            {warning.text}
            {warning.claimId === null ? null : (
              <div>
                <Link to="/claims/$claimId" params={{ claimId: warning.claimId }} target="_blank">
                  在新窗口查看第 {warning.claimNumber} 号申报
                </Link>
              </div>
            )}
          </>
        }
      />
    ))}
  </>
);
