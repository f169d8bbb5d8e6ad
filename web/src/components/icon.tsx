const PATHS = {
  watch: 'M8 5.6v12.8a.8.8 0 0 0 1.22.68l10.2-6.4a.8.8 0 0 0 0-1.36l-10.2-6.4A.8.8 0 0 0 8 5.6Z',
  publish: 'M12 16V4.5m0 0L7 9.5m5-5 5 5M4.5 15.5v2.8a1.2 1.2 0 0 0 1.2 1.2h12.6a1.2 1.2 0 0 0 1.2-1.2v-2.8',
  provide: 'M4.5 5h15v5.5h-15zM4.5 13.5h15V19h-15zM8 7.75h.01M8 16.25h.01',
  earnings:
    'M12 4v16M16.5 7.8c-.8-1.2-2.4-1.9-4.3-1.9-2.4 0-4.3 1.1-4.3 3 0 4.3 9 1.9 9 6.2 0 1.9-2 3-4.6 3-2.1 0-3.9-.8-4.8-2.2',
  wallet: 'M4.5 7.5h13a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-11a2 2 0 0 1-2-2zm0 0a2 2 0 0 1 2-2h9.5m.5 8h.01',
  search: 'M10.8 17.1a6.3 6.3 0 1 0 0-12.6 6.3 6.3 0 0 0 0 12.6Zm4.6-1.7 4.1 4.1',
  check: 'm5 12.5 4.5 4.5L19.5 7',
  warn: 'M12 8.5v4.5m0 3h.01M10.7 4.7 3.6 17.2a1.5 1.5 0 0 0 1.3 2.3h14.2a1.5 1.5 0 0 0 1.3-2.3L13.3 4.7a1.5 1.5 0 0 0-2.6 0Z',
  picture: 'M4.5 6h15v12.5h-15zM12 12.5h5v4h-5z',
  close: 'M6 6l12 12M18 6 6 18',
  out: 'M9 5.5H6.3c-.4 0-.8.4-.8.8v11.4c0 .4.4.8.8.8h11.4c.4 0 .8-.4.8-.8V15M13 5.5h5.5V11M18 6l-7.5 7.5',
  share:
    'M17.5 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM6.5 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM17.5 21a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8.7 10.8l6.6-4M8.7 13.2l6.6 4',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration beside words that say the same: hidden from screen readers. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
