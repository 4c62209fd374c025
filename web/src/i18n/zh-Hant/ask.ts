import type * as en from '../en/ask';
import type { Translated } from '../text';

export const ask: Translated<typeof en.ask> = { title: '提問' };
