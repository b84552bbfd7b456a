import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { UploadFile } from '../parts/UploadFile.tsx';

/** A file of the case, of the person or of the officers. */
export const CaseFileUpload = ({ id }: { id: string }) => (
  <UploadFile
    label="上传材料"
    upload={(file) => call('uploadSanctionFile', { params: { id }, file, fileName: file.name })}
    refreshes={[keys.sanctions()]}
  />
);
