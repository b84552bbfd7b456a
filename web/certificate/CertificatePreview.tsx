import { useQuery } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useEffect, useState } from 'react';
import type { Certificate } from '../../contract/certificates.ts';
import { inBackground } from '../lib/faults.ts';
import { callFile } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { Loading } from '../parts/Loading.tsx';
import { ProblemNotice } from '../parts/ProblemNotice.tsx';

/** The certificate as it is printed, in the browser's own PDF viewer. */
export function CertificatePreview({ certificate, onClose }: { certificate: Certificate; onClose: () => void }) {
  const { id, year, number } = certificate;
  const file = useQuery({
    queryKey: keys.certificatePdf(id),
    queryFn: () => callFile('certificatePdf', { params: { year } }),
    gcTime: 60_000,
  });
  const url = useBlobUrl(file.data);
  return (
    <Modal open width={820} title={`完成证书 ${number}`} footer={null} onCancel={onClose} destroyOnHidden>
      {file.error ? <ProblemNotice error={file.error} onRetry={() => inBackground(file.refetch())} /> : null}
      {file.isLoading ? <Loading what="正在生成证书" /> : null}
      {url === undefined ? null : <iframe className="certificate-preview" src={url} title={`完成证书 ${number}`} />}
    </Modal>
  );
}

/** A file as an address the page can show; given back when the page lets go of it. */
function useBlobUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (blob === undefined) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
      setUrl(undefined);
    };
  }, [blob]);
  return url;
}
