import type { Hit, Scalar } from './types';

/** Which values of which fields are wanted: any of a field's values, and all fields. */
export type Conditions = ReadonlyMap<string, readonly Scalar[]>;

export function withValue(conditions: Conditions, field: string, value: Scalar): Conditions {
  const values = conditions.get(field) ?? [];
  return values.includes(value) ? conditions : new Map(conditions).set(field, [...values, value]);
}

export function withoutValue(conditions: Conditions, field: string, value: Scalar): Conditions {
  const left = (conditions.get(field) ?? []).filter((other) => other !== value);
  const next = new Map(conditions);
  if (left.length > 0) next.set(field, left);
  else next.delete(field);
  return next;
}

type Filter = Record<string, unknown>;

/** The conditions as the API takes them. */
export function toFilter(conditions: Conditions): Filter | undefined {
  const one = ([field, values]: [string, readonly Scalar[]]): Filter => ({ [field]: values.length === 1 ? values[0] : { in: values } });
  const filters = [...conditions].filter(([, values]) => values.length > 0).map(one);
  return filters.length < 2 ? filters[0] : { and: filters };
}

export interface Facet {
  field: string;
  values: { value: Scalar; count: number }[];
}

const longest = 80; // Longer texts are no categories.
const reserved = new Set(['and', 'or', 'not']); // Words of the filter language: a field with such a name cannot be asked for.

/** Every scalar of an object under its path, as the server flattens metadata: "author.name", the items of lists one by one. */
function flatten(name: string, value: unknown, add: (field: string, value: Scalar) => void): void {
  if (Array.isArray(value)) for (const item of value) flatten(name, item, add);
  else if (value !== null && typeof value === 'object') for (const [key, child] of Object.entries(value)) flatten(`${name}.${key}`, child, add);
  else if (typeof value === 'string' ? value.length > 0 && value.length <= longest : typeof value === 'number' || typeof value === 'boolean')
    add(name, value as Scalar);
}

/** The fields and values that the hits' documents carry, with how many of these documents do; the commonest first. */
export function facetsOf(hits: readonly Hit[], most = { fields: 8, values: 8 }): Facet[] {
  const counts = new Map<string, Map<Scalar, number>>();
  const documents = new Map(hits.map((hit) => [hit.document_id, hit.metadata]));
  for (const metadata of documents.values()) {
    const seen = new Set<string>();
    for (const [name, value] of Object.entries(metadata)) {
      if (name.startsWith('$') || reserved.has(name)) continue;
      flatten(name, value, (field, scalar) => {
        const key = JSON.stringify([field, scalar]);
        if (seen.has(key)) return;
        seen.add(key);
        const values = counts.get(field) ?? new Map<Scalar, number>();
        counts.set(field, values.set(scalar, (values.get(scalar) ?? 0) + 1));
      });
    }
  }
  const total = (values: Map<Scalar, number>) => [...values.values()].reduce((sum, count) => sum + count, 0);
  return [...counts]
    .filter(([, values]) => values.size > 1 || total(values) < documents.size) // What all share narrows nothing.
    .sort(([a, inA], [b, inB]) => total(inB) - total(inA) || a.localeCompare(b))
    .slice(0, most.fields)
    .map(([field, values]) => ({
      field,
      values: [...values]
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || String(a.value).localeCompare(String(b.value), undefined, { numeric: true }))
        .slice(0, most.values),
    }));
}
