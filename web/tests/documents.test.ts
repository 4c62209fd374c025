// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { isStale } from '../src/api/events';
import type { Document } from '../src/api/types';
import { documentName } from '../src/components/documentName';
import { parseAcl, parseMetadata } from '../src/pages/documents/changes';
import { chosenFiles } from '../src/uploads/files';
import { countsOf, type Upload } from '../src/uploads/uploads';

describe('uploads', () => {
  const upload = (state: Upload['state'], size: number, sent = 0): Upload => ({
    id: state, owner: 'o', tab: 't', order: 0, collection: 'c', name: 'n', size, state, sent, file: null, documentId: null, status: null, progress: 0, error: null,
  });

  it('are counted by how they stand', () => {
    const all = [upload('waiting', 10), upload('sending', 10, 4), upload('processing', 10), upload('indexed', 10), upload('unchanged', 10), upload('refused', 10)];
    expect(countsOf(all)).toEqual({ total: 6, active: 3, sent: 44, bytes: 60, done: 2, bad: 1 });
  });

  it('leave out what systems put into folders', () => {
    const names = ['a/report.pdf', 'a/.DS_Store', 'a/.git/config', '__MACOSX/x', 'Thumbs.db'];
    const files = names.map((name) => Object.assign(new File(['x'], name), { webkitRelativePath: name }));
    expect(chosenFiles(files as unknown as FileList).map((file) => file.name)).toEqual(['a/report.pdf']);
  });
});

describe('what is typed about a document', () => {
  it('is an ACL only with group: and user:', () => {
    expect(parseAcl(' group:sales \n\nuser:ada')).toEqual(['group:sales', 'user:ada']);
    expect(parseAcl('')).toEqual([]);
    expect(parseAcl('sales')).toBeNull();
  });

  it('is metadata only as a JSON object', () => {
    expect(parseMetadata('{"a": 1}')).toEqual({ a: 1 });
    expect(parseMetadata('')).toEqual({});
    expect(parseMetadata('[1]')).toBeNull();
    expect(parseMetadata('{')).toBeNull();
  });
});

describe('a document without a title', () => {
  it('is called by its file name', () => {
    expect(documentName({ title: '', external_id: 'a/b/c.pdf' })).toBe('c.pdf');
    expect(documentName({ title: 'a/b/c.pdf', external_id: 'a/b/c.pdf' })).toBe('c.pdf');
    expect(documentName({ title: 'C', external_id: 'a/b/c.pdf' })).toBe('C');
  });
});

describe('a reply about a document', () => {
  const document = (version: number, updated_at: string, status: Document['status']) => ({ version, updated_at, status }) as Document;

  it('does not take back what an event has told since', () => {
    expect(isStale(document(1, '2026-01-01T00:00:00.1Z', 'queued'), document(1, '2026-01-01T00:00:00.2Z', 'indexed'))).toBe(true);
    expect(isStale(document(1, '2026-01-01T00:00:00.1Z', 'queued'), document(1, '2026-01-01T00:00:00.1Z', 'indexed'))).toBe(true);
    expect(isStale(document(2, '2026-01-01T00:00:00.3Z', 'queued'), document(1, '2026-01-01T00:00:00.2Z', 'indexed'))).toBe(false);
  });
});
