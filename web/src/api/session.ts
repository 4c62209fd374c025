import { readSetting, writeSetting } from '@/app/settings';
import { alone } from './lock';
import { ApiError, asApiError, errorOf } from './problem';
import type { Tokens } from './types';

/** What of a session outlives the page. Access tokens stay in memory. */
type Kept = { kind: 'user'; refresh_token: string } | { kind: 'key'; key: string };

interface Access {
  token: string;
  expiresAt: number; // By this machine's clock.
}

const ahead = 30_000; // A token this close to its end is exchanged before it is used.
const listeners = new Set<() => void>();
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('cairn.session');
let access: Access | null = null;
let setup: string | null = null; // From the link of a first start; never kept.

function kept(): Kept | null {
  try {
    return JSON.parse(readSetting('session') ?? 'null') as Kept | null;
  } catch {
    return null;
  }
}

function keep(session: Kept | null): void {
  writeSetting('session', session && JSON.stringify(session));
}

function tell(): void {
  for (const listener of listeners) listener();
}

function take(tokens: Tokens): Access {
  access = { token: tokens.access_token, expiresAt: Date.now() + tokens.expires_in * 1000 };
  keep({ kind: 'user', refresh_token: tokens.refresh_token });
  channel?.postMessage(access);
  return access;
}

channel?.addEventListener('message', (event: MessageEvent<Access | null>) => {
  const before = access?.token;
  access = event.data;
  if (access === null || before === undefined) tell();
});

async function post(path: string, body: unknown, token?: string): Promise<Response> {
  return fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  }).catch((thrown: unknown) => {
    throw asApiError(thrown);
  });
}

const isFresh = (candidate: Access | null): candidate is Access =>
  candidate !== null && candidate.expiresAt - Date.now() > ahead;

/** Exchanges the refresh token, in one tab for all: used again later, it ends the session. */
function refreshed(refused: string | null): Promise<Access | null> {
  return alone('refresh', async () => {
    // Another tab may have done it while this one waited.
    if (isFresh(access) && access.token !== refused) return access;
    const session = kept();
    if (session?.kind !== 'user') return null;
    const response = await post('/v1/auth/refresh', { refresh_token: session.refresh_token });
    if (response.ok) {
      const tokens = (await response.json()) as Tokens;
      const now = kept();
      if (now?.kind === 'user' && now.refresh_token === session.refresh_token) return take(tokens);
      return isFresh(access) ? access : null; // Who signed out, or in as somebody else, meanwhile stays so.
    }
    const error = await errorOf(response);
    if (error.status !== 401) throw error; // The server is busy: the session lives on.
    access = null;
    return null;
  });
}

/** Who is signed in here, and the credential to show for it. */
export const session = {
  /** The credential for a request; null: there is none. `refused` is one that the server did not take. */
  async credential(refused: string | null = null): Promise<string | null> {
    if (setup !== null && setup !== refused) return setup;
    const now = kept();
    if (now?.kind === 'key') return now.key === refused ? null : now.key;
    if (now === null) return null;
    if (isFresh(access) && access.token !== refused) return access.token;
    return (await refreshed(refused))?.token ?? null;
  },

  /** Whether something is kept that a sign-in left. */
  exists: () => setup !== null || kept() !== null,
  isUser: () => kept()?.kind === 'user',

  async signIn(user: string, password: string): Promise<void> {
    const response = await post('/v1/auth/login', { user, password });
    if (!response.ok) throw await errorOf(response);
    setup = null;
    take((await response.json()) as Tokens);
    tell();
  },

  async signInWithKey(key: string): Promise<void> {
    const response = await fetch('/v1/auth/me', { headers: { Authorization: `Bearer ${key}` } }).catch((e: unknown) => {
      throw asApiError(e);
    });
    if (!response.ok) throw await errorOf(response);
    setup = null;
    access = null;
    keep({ kind: 'key', key });
    channel?.postMessage(null);
    tell();
  },

  /** The token of a setup link holds until the first account is made with it. */
  beginSetup(token: string): void {
    setup = token;
    tell();
  },

  async signOut(): Promise<void> {
    const now = kept();
    const token = access?.token;
    keep(null);
    access = null;
    setup = null;
    channel?.postMessage(null);
    tell();
    if (now?.kind === 'user')
      await post('/v1/auth/logout', { refresh_token: now.refresh_token }, token).catch((thrown: unknown) => {
        if (!(thrown instanceof ApiError)) throw thrown; // Unreachable: the session ends by itself.
      });
  },

  onChange(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

window.addEventListener('storage', (event) => {
  if (event.key === 'cairn.session' && event.newValue === null) {
    access = null;
    tell();
  }
});
