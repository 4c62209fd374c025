import type { Scope } from '@/api/types';

export const allScopes: readonly Scope[] = ['query', 'ingest', 'admin'];

export interface Node {
  id: string;
  address: string | null;
  state: string;
  version: string;
  roles: string[];
  started_at: string;
  cpu_cores: number;
  cpu_percent: number | null;
  memory_bytes: number;
  memory_total_bytes: number | null;
  disk_free_bytes: number | null;
  disk_total_bytes: number | null;
  gpu: string | null;
  requests: number;
  search_ms: number | null;
  segments: number;
  lag: number;
}

/** Why there were to be more or fewer nodes. */
export interface ScalingDecision {
  at: string;
  cause: string;
  nodes_before: number;
  nodes: number;
  figure: number | null;
  limit: number | null;
  subject: string | null;
  reason: string;
}

export interface Autoscaling {
  enabled: boolean;
  nodes: number;
  wanted: number;
  minimum: number | null;
  maximum: number | null;
  provider: string | null;
  leader: string | null;
  cause: string;
  reason: string;
  decisions: ScalingDecision[];
}

export interface Model {
  id: string;
  cairn?: { purpose: string; dimensions: number | null; max_tokens: number | null; languages: string[] };
}

export interface Key {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  groups: string[];
  limits: { requests_per_minute?: number };
  created_by: string;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
}

export interface User {
  name: string;
  scopes: Scope[];
  groups: string[];
  created_at: string;
  last_login_at: string | null;
}

export interface AuditEntry {
  number: number;
  at: string;
  actor: string | null;
  action: string;
  object: string | null;
  address: string | null;
  outcome: string;
}

export const keyState = (key: Key, now: number): 'revoked' | 'expired' | 'active' =>
  key.revoked_at !== null ? 'revoked' : key.expires_at !== null && Date.parse(key.expires_at) <= now ? 'expired' : 'active';

/** "finance, board" → ["finance", "board"] */
export const groupsOf = (text: string): string[] => [...new Set(text.split(/[\s,，、]+/).filter(Boolean))];

export const isAccountName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/.test(name);
