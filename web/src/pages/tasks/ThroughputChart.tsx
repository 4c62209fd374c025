import { Bar, BarChart, CartesianGrid, Legend, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { useText } from '@/i18n';
import type { Bin } from './throughput';

const tick = { fill: 'var(--quiet)', fontSize: 12 };

export default function ThroughputChart({ bins }: { bins: Bin[] }) {
  const { t, format, language } = useText();
  const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  const time = (start: unknown) => clock.format(new Date(Number(start)));
  return (
    <div className="h-56" aria-hidden="true">
      <ResponsiveContainer width="100%" height="100%">
        <BarChart data={bins} margin={{ top: 4, right: 4, bottom: 0, left: 0 }} accessibilityLayer={false}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="start" tickFormatter={time} tick={tick} stroke="var(--edge)" minTickGap={40} />
          <YAxis
            allowDecimals={false}
            width={40}
            tick={tick}
            stroke="var(--edge)"
            tickFormatter={(count: number) => format.number(count)}
          />
          <Tooltip
            labelFormatter={time}
            formatter={(count) => format.number(Number(count))}
            cursor={{ fill: 'var(--sunken)' }}
            contentStyle={{ background: 'var(--raised)', border: '1px solid var(--line)', borderRadius: 6, color: 'var(--ink)' }}
          />
          <Legend wrapperStyle={{ fontSize: 14 }} />
          <Bar dataKey="succeeded" name={t('tasks.statuses.succeeded')} stackId="ended" fill="var(--accent)" isAnimationActive={false} />
          <Bar dataKey="failed" name={t('tasks.statuses.failed')} stackId="ended" fill="var(--bad)" isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}
