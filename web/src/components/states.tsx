import type { ReactNode } from 'react';
import { announce } from '../api/changes.ts';
import type { Resource } from '../api/resource.ts';
import { PageError } from '../lib/page-error.ts';
import { Button } from './form/button.tsx';
import { ErrorNotice } from './notice.tsx';

/** Grey lines where something will stand in a moment. */
export function Loading({ lines = 3 }: { lines?: number }) {
  return (
    <div className="stack-3" role="status">
      <span className="out-of-sight">Loading</span>
      {Array.from({ length: lines }, (_, line) => line).map((line) => (
        <span key={line} className="skeleton" />
      ))}
    </div>
  );
}

/** Nothing there, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty stack-2">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}

interface ResourceViewProps<T> {
  resource: Resource<T>;
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** Shows a resource: its data, or that it loads, or its error. Old data stays in place of an error. */
export function ResourceView<T>({ resource, loading = <Loading />, children }: ResourceViewProps<T>) {
  const { data, problem } = resource;
  if (data !== undefined) return children(data);
  if (problem === undefined) return loading;
  return (
    <ErrorNotice error={problem}>
      {isWorthAnotherTry(problem) && (
        <Button look="quiet" onClick={() => announce()}>
          Try again
        </Button>
      )}
    </ErrorNotice>
  );
}

function isWorthAnotherTry(problem: unknown): boolean {
  return problem instanceof PageError && problem.retryable;
}
