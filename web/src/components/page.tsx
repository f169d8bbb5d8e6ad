import { type ReactNode, useEffect, useRef } from 'react';
import { NAME } from '../lib/name.ts';

let firstPage = true;

/** A view: sets the window's title, and moves the focus to its heading when the view changes. */
export function Page({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!firstPage) heading.current?.focus({ preventScroll: true });
    firstPage = false;
  }, []);
  useEffect(() => {
    document.title = `${title} · ${NAME}`;
  }, [title]);
  return (
    <>
      <header className="stack-1">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead && <p className="soft">{lead}</p>}
      </header>
      {children}
    </>
  );
}
