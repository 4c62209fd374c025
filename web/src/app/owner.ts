import { useCaller } from '@/api/queries';

/** Whose things this browser keeps apart: the signed-in user, key or local administrator. */
export function useOwner(): string {
  const caller = useCaller().data;
  return caller ? `${caller.tenant}/${caller.kind}:${caller.name}` : '';
}
