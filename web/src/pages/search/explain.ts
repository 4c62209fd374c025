import type { Explanation } from './types';

/** One summand of a score. */
export interface Part {
  name: 'lexical' | 'dense' | 'coverage' | 'script';
  amount: number; // What it adds to the score.
  share: number; // Before its weight, usually 0..1.
  weight: number;
}

/** What a score is made of, in the order in which it is explained; the parts add up to it. */
export function partsOf(explanation: Explanation): Part[] {
  const parts: Part[] = [];
  const add = (name: Part['name'], share: number, weight: number) => parts.push({ name, share, weight, amount: share * weight });
  const { lexical, dense, coverage } = explanation;
  if (lexical) add('lexical', lexical.normalised, lexical.weight);
  if (dense) add('dense', dense.normalised, dense.weight);
  if (coverage) add('coverage', coverage.share, coverage.weight);
  if (explanation.own_script_bonus) add('script', 1, explanation.own_script_bonus);
  return parts;
}
