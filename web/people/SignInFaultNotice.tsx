import { Alert } from 'antd';
import type { ReactNode } from 'react';
import { SIGN_IN_FAULTS, type SignInFault } from '../../contract/sign-in-faults.ts';

/** What went wrong at the identity provider, and what to do. */
export function SignInFaultNotice({ fault, children }: { fault: SignInFault; children?: ReactNode }) {
  const [what, fix] = SIGN_IN_FAULTS[fault];
  return (
    <Alert
      role="alert"
      type="warning"
      showIcon
      title={what}
      description={
        <>
          {fix}
          {children}
        </>
      }
    />
  );
}
