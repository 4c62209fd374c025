/** Numbers, sizes and times as a language writes them. */
export interface Format {
  number(value: number, digits?: number): string;
  /** With just so many digits: for numbers that stand below each other. */
  exact(value: number, digits: number): string;
  percent(share: number): string;
  bytes(value: number): string;
  duration(milliseconds: number): string;
  date(iso: string): string;
  dateTime(iso: string): string;
  /** "3 minutes ago" */
  since(iso: string, now?: number): string;
  list(items: string[]): string;
  /** The name of a language by its tag. */
  language(tag: string): string;
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

function scaled(value: number): { amount: number; unit: (typeof byteUnits)[number] } {
  let unit = 0;
  let amount = value;
  while (amount >= 999.5 && unit + 1 < byteUnits.length) {
    amount /= 1000;
    unit += 1;
  }
  return { amount, unit: byteUnits[unit] ?? 'byte' };
}

/** `bytes` says so many bytes: there is no word for that in what browsers know of most languages. */
export function makeFormat(language: string, bytes: (count: number) => string): Format {
  const unit = (amount: number, name: string, digits: number) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    })
      .format(amount)
      .replace(/ /g, '\u00a0'); // A unit stays with its number.
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const names = new Intl.DisplayNames(language, { type: 'language' });
  const list = new Intl.ListFormat(language, { style: 'long', type: 'conjunction' });
  return {
    number: (value, digits = 0) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value),
    exact: (value, digits) => new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
    percent: (share) =>
      new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(share),
    bytes: (value) => {
      const { amount, unit: name } = scaled(value);
      return name === 'byte' ? bytes(Math.round(amount)) : unit(amount, name, amount >= 99.5 ? 0 : 1);
    },
    duration: (milliseconds) => {
      if (milliseconds < 10) return unit(milliseconds, 'millisecond', 1);
      if (milliseconds < 1000) return unit(milliseconds, 'millisecond', 0);
      if (milliseconds < 60_000) return unit(milliseconds / 1000, 'second', 1);
      if (milliseconds < 3_600_000) return unit(milliseconds / 60_000, 'minute', 1);
      return unit(milliseconds / 3_600_000, 'hour', 1);
    },
    date: (iso) => day.format(new Date(iso)),
    dateTime: (iso) => moment.format(new Date(iso)),
    since: (iso, now = Date.now()) => {
      const seconds = (new Date(iso).getTime() - now) / 1000;
      const [name, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const);
      return relative.format(Math.trunc(seconds / size), name);
    },
    list: (items) => list.format(items),
    language: (tag) => {
      try {
        return names.of(tag) ?? tag;
      } catch {
        return tag; // It is none.
      }
    },
  };
}
