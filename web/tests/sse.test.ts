import { beforeAll, describe, expect, it, vi } from 'vitest';

// What the modules under test expect of a browser.
beforeAll(() => {
  vi.stubGlobal('window', { addEventListener: () => {} });
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {}, removeItem: () => {} });
});

async function parser() {
  const { EventParser } = await import('../src/api/sse');
  return new EventParser();
}

describe('server-sent events', () => {
  it('are read however the text is cut', async () => {
    const text = 'id: 7\nevent: task\ndata: {"a":1}\n\n: still there\n\ndata: one\ndata: two\n\n';
    for (let cut = 0; cut <= text.length; cut++) {
      const reader = await parser();
      expect([...reader.feed(text.slice(0, cut)), ...reader.feed(text.slice(cut))]).toEqual([
        { id: '7', name: 'task', data: '{"a":1}' },
        { id: '7', name: 'message', data: 'one\ntwo' },
      ]);
    }
  });

  it('that are not complete are kept back', async () => {
    const reader = await parser();
    expect(reader.feed('data: half')).toEqual([]);
  });
});
