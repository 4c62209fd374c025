import { beforeEach, describe, expect, it, vi } from 'vitest';

/** A promise, and what keeps it. */
function promised<T>() {
  let keep: (value: T) => void = () => {};
  return { promise: new Promise<T>((done) => (keep = done)), keep };
}

const tokens = (name: string) => ({ access_token: `access ${name}`, expires_in: 900, refresh_token: `refresh ${name}` });
const reply = (body: unknown) => new Response(JSON.stringify(body), { status: 200 });

/** The session of a page that is loaded with somebody signed in, and what is asked of the server. */
async function loaded() {
  const stored = new Map([['cairn.session', JSON.stringify({ kind: 'user', refresh_token: 'refresh ada' })]]);
  vi.stubGlobal('window', { addEventListener: () => {} });
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('BroadcastChannel', undefined);
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => stored.set(name, value),
    removeItem: (name: string) => stored.delete(name),
  });
  const asked = promised<void>();
  const renewed = promised<Response>();
  vi.stubGlobal('fetch', async (path: string) => {
    if (path === '/v1/auth/login') return reply(tokens('bob'));
    if (path !== '/v1/auth/refresh') return reply({});
    asked.keep();
    return renewed.promise;
  });
  vi.resetModules();
  const { session } = await import('../src/api/session');
  return { session, stored, asked: asked.promise, renew: () => renewed.keep(reply(tokens('ada 2'))) };
}

describe('a session that is renewed', () => {
  beforeEach(() => vi.unstubAllGlobals());

  it('goes on with the new tokens', async () => {
    const { session, stored, renew } = await loaded();
    renew();
    expect(await session.credential()).toBe('access ada 2');
    expect(stored.get('cairn.session')).toContain('refresh ada 2');
  });

  it('stays ended where its user signed out meanwhile', async () => {
    const { session, stored, asked, renew } = await loaded();
    const credential = session.credential();
    await asked;
    await session.signOut();
    renew();
    expect(await credential).toBeNull();
    expect(stored.has('cairn.session')).toBe(false);
  });

  it('gives way to whoever signed in meanwhile', async () => {
    const { session, stored, asked, renew } = await loaded();
    const credential = session.credential();
    await asked;
    await session.signIn('bob', 'correct horse battery');
    renew();
    expect(await credential).toBe('access bob');
    expect(stored.get('cairn.session')).toContain('refresh bob');
  });
});
