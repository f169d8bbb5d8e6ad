import type { ButtonHTMLAttributes } from 'react';

export type ButtonLook = 'main' | 'quiet';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: ButtonLook;
  busy?: boolean;
}

export function Button({ look = 'main', busy, className = '', children, ...rest }: ButtonProps) {
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
