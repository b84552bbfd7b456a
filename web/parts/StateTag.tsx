import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  EditOutlined,
  ExclamationCircleOutlined,
  RollbackOutlined,
  StopOutlined,
} from '@ant-design/icons';
import { Tag } from 'antd';
import type { ReactNode } from 'react';
import {
  CERTIFICATE_STATES,
  type CertificateState,
  CLAIM_STATES,
  type ClaimState,
  VERDICTS,
  type Verdict,
} from '../../rules/vocabulary.ts';

type Look = { icon: ReactNode; color: string };

const CLAIM_LOOKS: Record<ClaimState, Look> = {
  draft: { icon: <EditOutlined />, color: 'default' },
  'first-review': { icon: <ClockCircleOutlined />, color: 'processing' },
  're-review': { icon: <ClockCircleOutlined />, color: 'processing' },
  filing: { icon: <ClockCircleOutlined />, color: 'processing' },
  filed: { icon: <CheckCircleOutlined />, color: 'success' },
  correction: { icon: <ExclamationCircleOutlined />, color: 'warning' },
  rejected: { icon: <CloseCircleOutlined />, color: 'error' },
  withdrawn: { icon: <RollbackOutlined />, color: 'default' },
  expired: { icon: <StopOutlined />, color: 'error' },
  revoked: { icon: <StopOutlined />, color: 'error' },
};

const VERDICT_LOOKS: Record<Verdict, Look> = {
  cancelled: { icon: <StopOutlined />, color: 'error' },
  'deemed-complete': { icon: <CheckCircleOutlined />, color: 'success' },
  qualified: { icon: <CheckCircleOutlined />, color: 'success' },
  deferred: { icon: <ClockCircleOutlined />, color: 'processing' },
  'in-progress': { icon: <ClockCircleOutlined />, color: 'processing' },
  unqualified: { icon: <CloseCircleOutlined />, color: 'error' },
};

/** A claim's state: a sign and a word, never colour alone. */
export const StateTag = ({ state }: { state: ClaimState }) => (
  <Tag icon={CLAIM_LOOKS[state].icon} color={CLAIM_LOOKS[state].color}>
    {CLAIM_STATES[state]}
  </Tag>
);

/** The verdict of a year. */
export const VerdictTag = ({ verdict }: { verdict: Verdict }) => (
  <Tag icon={VERDICT_LOOKS[verdict].icon} color={VERDICT_LOOKS[verdict].color}>
    {VERDICTS[verdict]}
  </Tag>
);

const CERTIFICATE_LOOKS: Record<CertificateState, Look> = {
  valid: { icon: <CheckCircleOutlined />, color: 'success' },
  superseded: { icon: <RollbackOutlined />, color: 'default' },
  revoked: { icon: <StopOutlined />, color: 'error' },
};

/** A certificate's state. */
export const CertificateTag = ({ state }: { state: CertificateState }) => (
  <Tag icon={CERTIFICATE_LOOKS[state].icon} color={CERTIFICATE_LOOKS[state].color}>
    {CERTIFICATE_STATES[state]}
  </Tag>
);
