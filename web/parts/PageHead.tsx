import type { ReactNode } from 'react';

type PageHeadProps = {
  title: ReactNode;
  /** What the page is for, in a sentence or two. */
  hint?: ReactNode;
  /** What is chosen or done here: choices first, the primary button last. */
  children?: ReactNode;
};

/** The head of a page: what it is and what can be done here, at the same place everywhere. */
export const PageHead = ({ title, hint, children }: PageHeadProps) => (
  <div className="page-head">
    <div className="page-title" data-hint={hint !== undefined}>
      <h1>{title}</h1>
      {hint === undefined ? null : <div className="muted">{hint}</div>}
    </div>
    {children === undefined ? null : <div className="row">{children}</div>}
  </div>
);
