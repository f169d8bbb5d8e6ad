import type { ButtonHTMLAttributes } from 'react';

export type ButtonLook = 'main' | 'quiet' | 'danger';

export function Button({
  look = 'main',
  busy = false,
  className = '',
  children,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: ButtonLook; busy?: boolean }) {
  return (
    <button
      type="button"
      className={`button button-${look} ${className}`}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy && <span className="spinner" aria-hidden="true" />}
      {children}
    </button>
  );
}
