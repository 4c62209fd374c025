import type { Conditions } from './filter';
import { fusions, modes, type Fusion, type Mode, type Scalar } from './types';

/** Everything that a search is: it stands in the address, so that it can be shared and survives a reload. */
export interface SearchState {
  query: string;
  collections: string[];
  mode: Mode;
  fusion: Fusion;
  limit: number;
  explain: boolean;
  conditions: Conditions;
  open: string; // The hit whose document is shown, by its chunk; or none.
}

export const limits = [10, 20, 50, 100] as const;
const fieldPrefix = 'f.';

/** A value as it is written in the address: text as it is, unless it could be taken for something else. */
export function writeScalar(value: Scalar): string {
  const text = String(value);
  return typeof value === 'string' && (text.startsWith('"') || typeof readScalar(text) !== 'string') ? JSON.stringify(text) : text;
}

export function readScalar(text: string): Scalar {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))) return Number(text);
  if (!text.startsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}

const oneOf = <T extends string>(known: readonly T[], value: string | null, otherwise: T): T =>
  known.find((name) => name === value) ?? otherwise;

export function readState(address: URLSearchParams): SearchState {
  const conditions = new Map<string, Scalar[]>();
  for (const [name, text] of address) {
    if (!name.startsWith(fieldPrefix) || name.length === fieldPrefix.length) continue;
    const field = name.slice(fieldPrefix.length);
    conditions.set(field, [...(conditions.get(field) ?? []), readScalar(text)]);
  }
  const limit = Number(address.get('n'));
  return {
    query: address.get('q') ?? '',
    collections: address.getAll('in').filter(Boolean),
    mode: oneOf(modes, address.get('mode'), 'hybrid'),
    fusion: oneOf(fusions, address.get('fusion'), 'minmax'),
    limit: limits.find((known) => known === limit) ?? limits[0],
    explain: address.get('explain') === '1',
    conditions,
    open: address.get('open') ?? '',
  };
}

/** Only what differs from the usual, so that an address stays short. */
export function writeState(state: SearchState): URLSearchParams {
  const address = new URLSearchParams();
  if (state.query) address.set('q', state.query);
  for (const name of state.collections) address.append('in', name);
  if (state.mode !== 'hybrid') address.set('mode', state.mode);
  if (state.fusion !== 'minmax') address.set('fusion', state.fusion);
  if (state.limit !== limits[0]) address.set('n', String(state.limit));
  if (state.explain) address.set('explain', '1');
  for (const [field, values] of state.conditions)
    for (const value of values) address.append(fieldPrefix + field, writeScalar(value));
  if (state.open) address.set('open', state.open);
  return address;
}
