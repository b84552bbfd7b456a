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
        description={warning.text}
      />
    ))}
  </>
);
