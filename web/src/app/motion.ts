/** How far-away things are scrolled to: for who wants no motion, at once. */
export const scrolling = (): ScrollBehavior => (window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth');
