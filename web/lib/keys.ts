/** Every key of the query cache; a change invalidates by the first word. */
export const keys = {
  me: () => ['me'] as const,
  notices: (filter?: unknown) => (filter === undefined ? (['notices'] as const) : (['notices', filter] as const)),
  accesses: () => ['accesses'] as const,
  machines: () => ['machines'] as const,
  yearCloses: () => ['yearCloses'] as const,
  contact: () => ['contact'] as const,
  year: (year: number) => ['year', year] as const,
  certificates: (year: number) => ['certificates', year] as const,
  certificatePdf: (id: string) => ['certificate-pdf', id] as const,
  certificateBatch: (id: string) => ['certificate-batch', id] as const,
  certificateCases: () => ['certificate-cases'] as const,
  qr: (text: string) => ['qr', text] as const,
  preview: (declaration: unknown, claimId: string | null, hasEvidence: boolean) =>
    ['preview', declaration, claimId, hasEvidence] as const,
  claims: (filter?: unknown) => (filter === undefined ? (['claims'] as const) : (['claims', filter] as const)),
  claim: (id: string) => ['claim', id] as const,
  evidence: (claimId: string, evidenceId: string) => ['evidence', claimId, evidenceId] as const,
  tasks: (filter?: unknown) => (filter === undefined ? (['tasks'] as const) : (['tasks', filter] as const)),
  counts: () => ['counts'] as const,
  task: (id: string) => ['task', id] as const,
  colleagues: (taskId: string) => ['colleagues', taskId] as const,
};
