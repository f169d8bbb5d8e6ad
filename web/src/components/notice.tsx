import type { ReactNode } from 'react';
import { messageOf } from '../contract/error-messages.ts';
import { Icon } from './icon.tsx';

export type Tone = 'bad' | 'good' | 'warm' | 'plain';

interface NoticeProps {
  tone: Tone;
  title: string;
  announce?: boolean;
  children?: ReactNode;
}

/** A message that stands in the page. `announce`: read out when it appears. */
export function Notice({ tone, title, announce = false, children }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={announce ? 'alert' : undefined}>
      <Icon name={tone === 'good' ? 'check' : 'warn'} />
      <div className="stack-1">
        <p className="notice-title">{title}</p>
        {children}
      </div>
    </div>
  );
}

/** An error in plain words. */
export function ErrorNotice({ error, children }: { error: unknown; children?: ReactNode }) {
  const { title, advice } = messageOf(error);
  return (
    <Notice tone="bad" title={title} announce>
      <p>{advice}</p>
      {children}
    </Notice>
  );
}
