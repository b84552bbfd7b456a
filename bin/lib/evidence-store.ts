import { type Bucket, type BucketFault, bucketFault, s3EvidenceStore } from '../../api/evidence/s3.ts';
import { type EvidenceStore, fileEvidenceStore } from '../../api/evidence/store.ts';
import type { readConfig } from '../config.ts';
import { Refusal } from './refusal.ts';

/** The settings that say where evidence is kept. */
export const EVIDENCE_SETTINGS = [
  'EVIDENCE_STORAGE',
  'EVIDENCE_DIR',
  'S3_ENDPOINT',
  'S3_REGION',
  'S3_BUCKET',
  'S3_PATH_STYLE',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
] as const;
type EvidenceConfig = ReturnType<typeof readConfig<(typeof EVIDENCE_SETTINGS)[number]>>;

/**
 * The evidence store that the settings name. One that only does not answer is waited for: readiness says so meanwhile.
 * @param warn told of what does not keep the process from starting
 * @throws Refusal for a bucket that is not there, that our keys do not open, or that strangers may look into
 */
export async function openEvidenceStore(config: EvidenceConfig, warn: (words: string) => void): Promise<EvidenceStore> {
  if (config.EVIDENCE_DIR !== undefined) return fileEvidenceStore(config.EVIDENCE_DIR);
  const bucket = bucketOf(config);
  const fault = await bucketFault(bucket);
  if (fault?.kind === 'away') warn(`${nameOf(bucket)} 暂时没有应答（${fault.code}）；恢复之前不能上传或查看证明材料。`);
  else if (fault !== null) throw refusalOf(bucket, fault.kind, fault.code);
  return s3EvidenceStore(bucket);
}

function bucketOf(config: EvidenceConfig): Bucket {
  const { S3_BUCKET: bucket, S3_REGION: region, S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } = config;
  if (bucket === undefined || region === undefined || id === undefined || secret === undefined)
    throw new Error('the settings of the bucket were not read');
  return {
    endpoint: config.S3_ENDPOINT ?? null,
    region,
    bucket,
    pathStyle: config.S3_PATH_STYLE ?? true,
    accessKeyId: id,
    secretAccessKey: secret,
  };
}

const nameOf = ({ endpoint, bucket, region }: Bucket): string => `存储桶 ${bucket}（${endpoint ?? region}）`;

function refusalOf(at: Bucket, kind: Exclude<BucketFault['kind'], 'away'>, code: string): Refusal {
  const name = nameOf(at);
  switch (kind) {
    case 'missing':
      return new Refusal(
        `没有${name}：${code}。`,
        `请先建立：aws s3 mb s3://${at.bucket}${endpointOption(at)}，或改正 S3_BUCKET。`,
      );
    case 'refused':
      return new Refusal(
        `${name}拒绝了访问密钥 ${at.accessKeyId}：${code}。`,
        '请核对 S3_ACCESS_KEY_ID 与 S3_SECRET_ACCESS_KEY，并给它列出该桶（ListBucket）及读、写、删对象的权限。',
      );
    case 'elsewhere':
      return new Refusal(`${name}不在所写的地址或区域：${code}。`, '请核对 S3_ENDPOINT、S3_REGION 与 S3_PATH_STYLE。');
    case 'public':
      return new Refusal(
        `${name}不需要密钥就能列出，证明材料会被任何人看到。`,
        '请取消该桶的公开读取（策略与 ACL）后重新启动。',
      );
  }
}

const endpointOption = ({ endpoint }: Bucket): string => (endpoint === null ? '' : ` --endpoint-url ${endpoint}`);
