import { noteReached } from './connection';
import { ApiError, errorOf, isAbort } from './problem';
import { session } from './session';

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: unknown; // Sent as JSON.
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** A path of the API with its segments encoded: path`/v1/collections/${name}/documents`. */
export function path(parts: TemplateStringsArray, ...values: (string | number)[]): string {
  return parts.reduce((whole, part, i) => whole + encodeURIComponent(values[i - 1] ?? '') + part);
}

function withQuery(address: string, query: RequestOptions['query']): string {
  const sent = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined && value !== '') sent.set(name, String(value));
  const text = sent.toString();
  return text ? `${address}?${text}` : address;
}

async function attempt(address: string, options: RequestOptions, credential: string | null): Promise<Response> {
  const headers = new Headers(options.headers);
  if (credential !== null) headers.set('Authorization', `Bearer ${credential}`);
  if (options.body !== undefined) headers.set('Content-Type', 'application/json');
  try {
    const response = await fetch(withQuery(address, options.query), {
      method: options.method ?? 'GET',
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
    });
    noteReached(true);
    return response;
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    noteReached(false);
    throw new ApiError(0, 'unreachable', '', ''); // What the browser says about it helps nobody.
  }
}

/** Called when the server takes no credential that this browser has. */
let onSignedOut: () => void = () => {};
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** Every request that was refused for good for want of a credential says so. */
export const noteSignedOut = () => onSignedOut();

/** One request with the caller's credential; an expired one is renewed once. Throws ApiError for everything but success. */
export async function send(address: string, options: RequestOptions = {}): Promise<Response> {
  let credential = await session.credential();
  let response = await attempt(address, options, credential);
  if (response.status === 401 && credential !== null) {
    credential = await session.credential(credential);
    if (credential !== null) response = await attempt(address, options, credential);
  }
  if (response.ok) return response;
  const error = await errorOf(response);
  if (error.status === 401) noteSignedOut();
  throw error;
}

/** The JSON that a request is answered with. */
export async function request<T>(address: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(address, options);
  if (response.status === 204) return undefined as T;
  return (await response.json().catch((thrown: unknown) => {
    throw isAbort(thrown) ? thrown : new ApiError(0, 'unreachable', '', '');
  })) as T;
}
