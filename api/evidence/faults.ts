/**
 * The place where files are kept does not answer, or does not let us in: nothing was kept, nothing is lost, and the same can be sent again.
 * `code` says why in the store's own word (ECONNREFUSED, NoSuchBucket, AccessDenied): it is for the log.
 */
export class StorageAwayError extends Error {
  readonly code: string;
  constructor(code: string, options?: ErrorOptions) {
    super('the evidence store is away', options);
    this.code = code;
  }
}

/** The place where files are kept has no room left. */
export class StorageFullError extends Error {}
