import type { ReactNode } from 'react';

/** The id of a field's control, so that a summed-up error or a reason for correction can lead to it. */
export const fieldId = (path: string): string => `field-${path.replaceAll('.', '-')}`;

/** Brings a field into view and puts the cursor there. */
export function goToField(path: string): void {
  const found = document.getElementById(fieldId(path)) ?? document.getElementById(fieldId(path.split('.')[0] ?? path));
  found?.scrollIntoView({ block: 'center' });
  found?.focus({ preventScroll: true });
}

type FieldProps = {
  path: string;
  label: string;
  required?: boolean;
  help?: ReactNode;
  error?: string | undefined;
  /** Why a reviewer returned this field. */
  due?: string | undefined;
  /** A group of controls (radios, rows) rather than one. */
  group?: boolean;
  children: ReactNode;
};

/** A control with its label, its help, and what is wrong with it. */
export function Field({ path, label, required, help, error, due, group, children }: FieldProps) {
  const id = fieldId(path);
  const caption = (
    <>
      {label}
      {required === true ? <span className="required">（必填）</span> : null}
    </>
  );
  const notes = (
    <>
      {help === undefined ? null : <div className="field-help">{help}</div>}
      {due === undefined ? null : <div className="field-error">需补正：{due}</div>}
      {error === undefined ? null : (
        <div className="field-error" id={`${id}-error`}>
          {error}
        </div>
      )}
    </>
  );
  const className = due === undefined ? 'field' : 'field field-due';
  if (group === true) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out like the other labels.
      <div className={className} id={id} tabIndex={-1} role="group" aria-labelledby={`${id}-label`}>
        <div className="field-label" id={`${id}-label`}>
          {caption}
        </div>
        {children}
        {notes}
      </div>
    );
  }
  return (
    <div className={className}>
      <label htmlFor={id}>{caption}</label>
      {children}
      {notes}
    </div>
  );
}
