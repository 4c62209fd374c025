export const ask = { title: 'Ask' } as const;
