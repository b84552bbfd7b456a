import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fileEvidenceStore } from '../../api/evidence/store.ts';
import { aPdf } from './support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'xueshi-store-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

test('a file is kept whole on a disk that takes a few bytes at a time', async () => {
  const probe = await open(path.join(folder, 'probe'), 'w');
  const handles = Object.getPrototypeOf(probe) as { write: (this: unknown, chunk: Buffer) => Promise<unknown> };
  await probe.close();
  const write = handles.write;
  vi.spyOn(handles, 'write').mockImplementation(function (this: unknown, chunk) {
    return write.call(this, chunk.subarray(0, 7));
  });
  const store = fileEvidenceStore(folder);
  const content = Buffer.concat([aPdf(), Buffer.alloc(100_000, 'x')]);
  const stored = await store.put(Readable.from([content.subarray(0, 50_000), content.subarray(50_000)]));
  if (!stored.ok) throw new Error(stored.refusal.code);
  const kept = await store.open(stored.value.storageKey);
  expect(kept === null ? null : (await buffer(kept)).equals(content)).toBe(true);
});
