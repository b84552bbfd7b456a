import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, type FormInstance, Input, Modal } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { newId } from '../lib/ids.ts';
import { ProblemNotice } from './ProblemNotice.tsx';

type FormModalProps<F extends object, R> = {
  title: ReactNode;
  okText: string;
  width?: number;
  /** The act takes something away. */
  danger?: boolean;
  /** Nothing can be sent yet, whatever the fields say. */
  disabled?: boolean;
  /** What the fields hold when the modal opens. */
  start?: Partial<F>;
  /** For who watches or checks the fields from outside. */
  form?: FormInstance<F>;
  onChange?: (changed: Partial<F>) => void;
  /** @param requestKey the same for every try while the modal is open, so that a repeated one is one act */
  save: (fields: F, requestKey: string) => Promise<R>;
  /** What has to be read again after it. */
  refreshes: readonly QueryKey[];
  /** What to do then instead of closing. */
  onSaved?: (result: R) => void;
  onClose: () => void;
  children?: ReactNode;
};

/** A form in a modal, shown by mounting it: sent once at a time; a refusal stands above the buttons and the typed text stays. */
export function FormModal<F extends object, R = unknown>(props: FormModalProps<F, R>) {
  const { title, okText, width = 520, danger = false, disabled = false, start, onChange, onClose, children } = props;
  const [own] = Form.useForm<F>();
  const form = props.form ?? own;
  const id = useId();
  const saving = useSaving(props);
  return (
    <Modal
      open
      title={title}
      width={width}
      okText={okText}
      okButtonProps={{ danger, disabled }}
      confirmLoading={saving.isPending}
      // A click beside it would throw away what was typed.
      mask={{ closable: false }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<F>
        form={form}
        name={id}
        layout="vertical"
        className="modal-form"
        scrollToFirstError={{ focus: true, block: 'center' }}
        {...(start !== undefined && { initialValues: start })}
        {...(onChange !== undefined && { onValuesChange: onChange })}
        onFinish={(fields) => {
          if (!saving.isPending) saving.mutate(fields);
        }}
      >
        {children}
      </Form>
      {saving.error ? <ProblemNotice error={saving.error} /> : null}
    </Modal>
  );
}

function useSaving<F extends object, R>({ save, refreshes, onSaved, onClose }: FormModalProps<F, R>) {
  const client = useQueryClient();
  const [requestKey] = useState(newId);
  return useMutation({
    meta: { shown: true },
    mutationFn: (fields: F) => save(fields, requestKey),
    onSuccess: async (result) => {
      await Promise.all(refreshes.map((queryKey) => client.invalidateQueries({ queryKey })));
      if (onSaved === undefined) onClose();
      else onSaved(result);
    },
  });
}

type ReasonFieldProps = { label?: string; placeholder?: string; extra?: string; maxLength: number };

/** The form's `reason`, which may not be blank. */
export const ReasonField = ({ label = '理由', placeholder, extra, maxLength }: ReasonFieldProps) => (
  <Form.Item
    name="reason"
    label={label}
    extra={extra}
    rules={[{ required: true, whitespace: true, message: `请填写${label}` }]}
  >
    <Input.TextArea maxLength={maxLength} showCount autoSize={{ minRows: 3, maxRows: 10 }} placeholder={placeholder} />
  </Form.Item>
);
